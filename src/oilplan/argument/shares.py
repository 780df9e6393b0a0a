"""Oil's share of each force's bombs: C22, C23, C46, C47, C48."""

from __future__ import annotations

from oilplan.argument.finding import SUPPORTED, UNDETERMINED, Finding, Part
from oilplan.argument.interval import Interval, figure, judge, read, shown, spanning, total
from oilplan.argument.ledger import Ledger, Missing
from oilplan.argument.registry import Case, decides
from oilplan.units import T_PER_LONG_TON, T_PER_SHORT_TON

FORCES = {"bomber_command": "Bomber Command", "eighth_af": "Eighth Air Force", "fifteenth_af": "Fifteenth Air Force"}
MONTHS = ("1944-10", "1944-11", "1944-12")
QUARTER_OIL = "1944-10..1944-12_bomber_command_oil_tons_aimed"
"""Bomber Command's tons on oil in the quarter; December is what October and November leave of it."""
QUARTER_ROUNDED_LONG_TONS = 500
"""The history prints "about 23,000 tons": half of the last figure that it gives."""
SECOND_ACCOUNT = "_davis1993"
"""Ends the rows of November's oil tons and shares by Davis, beside those of the footnote in Webster and Frankland."""
INTERNAL_CHECK = "the history's sentence tested by its own footnote: an internal check"
LAST_SPLIT = "1944-12-16"
"""The day after which C22 might be true though false before."""


def oil_t(ledger: Ledger, month: str, force: str) -> Interval:
    """Metric tons a force aimed at oil in a month of October to December 1944.

    Printed figures in long tons for October and November, in November bounded by Davis's; in December the American
    figures in short tons and, for Bomber Command, the quarter's total less the two months.
    """
    row_id = f"{month}_{force}_oil_tonnage"
    if month == "1944-10":
        return read(ledger, "claims_evidence", row_id).times(T_PER_LONG_TON)
    if month == "1944-11":
        return spanning(_tons(ledger, row_id + ending) for ending in ("", SECOND_ACCOUNT))
    if force != "bomber_command":
        return read(ledger, "claims_evidence", row_id).times(T_PER_SHORT_TON)
    before = total(oil_t(ledger, m, force) for m in MONTHS[:2])
    about = read(ledger, "forces", QUARTER_OIL).value
    quarter = Interval(about, about - QUARTER_ROUNDED_LONG_TONS, about + QUARTER_ROUNDED_LONG_TONS)
    return quarter.times(T_PER_LONG_TON) - before


def _tons(ledger: Ledger, row_id: str) -> Interval:
    """Metric tons of a row in the ton that its unit names."""
    row = ledger.one("claims_evidence", row_id)
    return figure("claims_evidence", row).times(T_PER_SHORT_TON if row["unit"].startswith("short") else T_PER_LONG_TON)


def raid_tons_t(ledger: Ledger, force: str, start: str, end: str, plants: frozenset[str]) -> Interval:
    """Metric tons of the raids of a force on some plants, start <= date <= end; zero where there was none."""
    rows = [
        r
        for r in ledger.rows("raids")
        if r["force"] == force and r["date"] and start <= r["date"] <= end and r["plant_id"] in plants
    ]
    return total(figure("raids", r) for r in ledger.use("raids", rows)).times(T_PER_SHORT_TON)


def eleven_targets(ledger: Ledger) -> frozenset[str]:
    """Ids under which the tabulation lists raids on the eleven plants of the record's set A."""
    eleven = ledger.find("plants", "the eleven plants of set A", eleven_set_A=1)
    return frozenset(r["plant_id"] for r in eleven) | {"blechhammer_unspecified"}


def british_share(ledger: Ledger, start: str, end: str, plants: frozenset[str]) -> Interval:
    """Bomber Command's share of the tons on some plants over a period."""
    british = raid_tons_t(ledger, "bomber_command", start, end, plants)
    americans = total(raid_tons_t(ledger, f, start, end, plants) for f in ("eighth_af", "fifteenth_af"))
    if british.value + americans.value == 0:
        raise Missing("raids", f"any raid on the eleven plants from {start} to {end}")
    return british.share_of_sum_with(americans)


@decides("C22", needs=("raids", "plants", "claims_evidence", "forces"), alone=75, not_alone=50)
def going_it_alone(case: Case) -> Finding:
    """Bomber Command's share of the tons on the eleven, October to December, and after 16 December apart."""
    ledger, eleven = case.ledger, eleven_targets(case.ledger)
    share = british_share(ledger, "1944-10-01", "1944-12-31", eleven).times(100)
    late = british_share(ledger, LAST_SPLIT, "1944-12-31", eleven).times(100)
    outcome = judge(share, lambda x: x >= case.bounds["alone"], lambda x: x < case.bounds["not_alone"])
    if outcome != SUPPORTED and late.value >= case.bounds["alone"]:
        outcome = UNDETERMINED
    oil = {f: total(oil_t(ledger, m, f) for m in MONTHS) for f in FORCES}
    of_all = oil["bomber_command"].share_of_sum_with(oil["eighth_af"] + oil["fifteenth_af"]).times(100)
    return Finding(
        outcome,
        f"Bomber Command dropped about {share.value:.0f} percent of the bombs on the eleven plants in October to "
        f"December 1944, and {of_all.value:.0f} percent of those on all oil: the Americans dropped the rest.",
        "Bomber Command's share of tons on the eleven plants, October-December 1944",
        "percent",
        f"{share.low:.0f} to {share.high:.0f} percent on the eleven; from 16 December {late.value:.0f} percent",
        *share,
        parts=(
            Part("the eleven, October-December", f"{share.value:.1f} percent", "tabulation as digitised"),
            Part("the eleven, 16-31 December", f"{late.value:.1f} percent", "tabulation as digitised"),
            Part("all oil targets, October-December", f"{of_all.value:.1f} percent", "printed totals"),
        ),
    )


ACCOUNT_OF = {
    "1944-10": "",
    "1944-11": "bounded by the tons in Davis",
    "1944-12": "Bomber Command's tons are the quarter's, 'about 23,000', less two months",
}


@decides("C23", needs=("claims_evidence", "forces"), heavily=50, hardly=30)
def americans_in_the_fight(case: Case) -> Finding:
    """The American share of oil tonnage in each month; the smallest month decides."""
    shares = {}
    for month in MONTHS:
        oil = {f: oil_t(case.ledger, month, f) for f in FORCES}
        shares[month] = (oil["eighth_af"] + oil["fifteenth_af"]).share_of_sum_with(oil["bomber_command"]).times(100)
    least = Interval(*(min(getattr(s, end) for s in shares.values()) for end in Interval._fields))
    outcome = judge(least, lambda x: x >= case.bounds["heavily"], lambda x: x < case.bounds["hardly"])
    return Finding(
        outcome,
        "In each of the three months the Americans dropped more than half of the bombs on oil: at least "
        f"{least.low:.0f} percent."
        if outcome == SUPPORTED
        else f"The American share fell to {least.value:.0f} percent in its lowest month.",
        "Lowest monthly share of the Eighth and Fifteenth in oil tonnage, October-December 1944",
        "percent",
        f"lowest month {shown(least)} percent",
        *least,
        parts=tuple(
            Part(
                m,
                f"{s.value:.1f} percent ({s.low:.1f} to {s.high:.1f})",
                ACCOUNT_OF[m],
            )
            for m, s in shares.items()
        ),
    )


@decides("C47", needs=("claims_evidence",), greater=2, not_greater=1.2)
def greater_proportion(case: Case) -> Finding:
    """November's oil share of Bomber Command's tons over October's, bounded by the share that Davis gives."""
    share = {}
    for month in MONTHS[:2]:
        oil = read(case.ledger, "claims_evidence", f"{month}_bomber_command_oil_tonnage")
        share[month] = oil.over(read(case.ledger, "claims_evidence", f"{month}_bomber_command_total_bomb_tonnage"))
    davis = read(case.ledger, "claims_evidence", f"1944-11_bomber_command_oil_share{SECOND_ACCOUNT}")
    share["1944-11"] = spanning([share["1944-11"], davis.times(1 / 100)])
    ratio = share["1944-11"].over(share["1944-10"])
    outcome = judge(ratio, lambda x: x >= case.bounds["greater"], lambda x: x <= case.bounds["not_greater"])
    percent = {m: 100 * s.value for m, s in share.items()}
    return Finding(
        outcome,
        f"Oil took {percent['1944-10']:.1f} percent of Bomber Command's bombs in October and "
        f"{percent['1944-11']:.1f} percent in November: {ratio.value:.1f} times the proportion.",
        "November's oil share of Bomber Command's tons over October's",
        "ratio",
        f"{shown(ratio, '{:.2f}')} against 2 for supported and 1.2 for contradicted; {INTERNAL_CHECK}, with Davis beside it",
        *ratio,
        parts=(
            *(Part(m, f"{p:.1f} percent") for m, p in percent.items()),
            Part("1944-11, by Davis", f"{davis.value:.0f} percent"),
        ),
    )


@decides("C48", needs=("claims_evidence", "effort_monthly"), low=3.5, between=4.5, high=5.5, too_low=3, too_high=6)
def about_four_times(case: Case) -> Finding:
    """Bomber Command's oil tons in November over October, as printed; the tabulation beside it."""
    ratio = oil_t(case.ledger, "1944-11", "bomber_command").over(oil_t(case.ledger, "1944-10", "bomber_command"))
    cells = [case.ledger.one("effort_monthly", f"{m}_bomber_command_oil") for m in MONTHS[:2]]
    tabulated = cells[1]["tons_short_cleaned"] / cells[0]["tons_short_cleaned"]
    bounds = case.bounds
    outcome = judge(
        ratio,
        lambda x: bounds["low"] <= x <= bounds["high"],
        lambda x: x < bounds["too_low"] or x > bounds["too_high"],
    )
    reading = (
        "four times as much" if ratio.value <= bounds["between"] else "four times more, that is five times as much"
    )
    return Finding(
        outcome,
        f"November's tonnage was {ratio.value:.2f} times October's by the printed tons: "
        + (f"{reading}, near enough. " if outcome == SUPPORTED else "not about four times as much. ")
        + f"The digitised tabulation, poorer but apart from them, gives {tabulated:.2f}.",
        "Bomber Command's oil tons, November over October 1944",
        "ratio",
        f"{shown(ratio, '{:.2f}')} from the printed tons, against 3.5 to 5.5; {INTERNAL_CHECK}, with Davis beside it",
        *ratio,
        parts=(
            Part("printed long tons", f"{ratio.value:.2f}", "November bounded by the tons in Davis"),
            Part(
                "tabulation as digitised",
                f"{tabulated:.2f}",
                "not used in the verdict: sum lines and dates in doubt",
                True,
            ),
        ),
    )


@decides("C46", needs=("claims_evidence",), undecidable=True)
def some_effect(case: Case) -> Finding:
    """The rise of the share is known; the change of opportunity is not."""
    share = [read(case.ledger, "claims_evidence", f"{m}_bomber_command_oil_share") for m in MONTHS[:2]]
    rise = share[1] - share[0]
    return Finding(
        UNDETERMINED,
        f"Oil's share rose by {rise.value:.1f} points from October to November, but the opportunity may have risen "
        "too, and nobody recorded it: two months cannot part the letters from the weather.",
        "Rise of oil's share of Bomber Command's tons, October to November 1944",
        "percentage points",
        "opportunity was not measured: the record has no count of nights on which an oil target could be attacked",
        *rise,
        needs=("Bomber Command's weather and target feasibility by night, October-November 1944",),
    )
