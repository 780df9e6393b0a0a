"""Harris on benzol and substitutes: C01 to C05, and the narrator's answer to them, C09."""

from __future__ import annotations

from datetime import date

from oilplan.experiments.claims.finding import CONTRADICTED, UNDETERMINED, Finding, Part
from oilplan.experiments.claims.interval import Interval, accounts, figure, judge, read
from oilplan.experiments.claims.ledger import Ledger
from oilplan.experiments.claims.registry import Case, decides
from oilplan.units import MONTHS_PER_YEAR

FIRST_OIL_RAID = date(1944, 5, 12)
DELIBERATE_SHORT_TONS = 100.0
"""A raid on benzol under this is a stray or a nuisance raid; judgement."""
SPRING_LIST_ROW = "oil_usstaf_plan_targets_1944-03-05"
LISTED_ROW = "1944-09_germany_major_benzol_plants_output"
FUEL_T_PER_GENERATOR_YEAR = (2.0, 3.0)
"""Petrol that one generator vehicle saves in a year; an assumption for want of a datum [record: substitutes,
producer_gas_fuel_equivalent]."""


def winter_benzol(ledger: Ledger) -> Interval:
    """Benzol output of December 1944, between those of January 1945 and of the third quarter of 1944, tons a month."""
    rows = ("1944-12_benzol_levine1992", "1945-01_benzol_levine1992", "1944-Q3_benzol_webster1961iii")
    return accounts(ledger, *(("output_found", row) for row in rows))


def autumn_benzol(ledger: Ledger) -> Interval:
    """All benzol made, tons a month: the history's figure for the third quarter, down to that of April 1944."""
    return accounts(ledger, ("output_found", "1944-Q3_benzol_webster1961iii"), ("output_monthly", "1944-04_benzol"))


@decides("C01", needs=("output_found", "output_monthly", "target_systems"), grown=10, not_grown=3)
def list_grew(case: Case) -> Finding:
    """Benzol, absent from the spring plan, as a share of supply in November and December 1944."""
    ledger = case.ledger
    plan = ledger.one("target_systems", SPRING_LIST_ROW)
    supply = accounts(ledger, *(("output_monthly", f"1944-{m}_total_supply_incl_imports") for m in ("12", "11")))
    share = winter_benzol(ledger).over(supply).times(100)
    outcome = judge(share, lambda x: x >= case.bounds["grown"], lambda x: x <= case.bounds["not_grown"])
    return Finding(
        outcome,
        f"Benzol, which the spring plan did not list, gave about {share.value:.0f} percent of the fuel of that "
        "winter: Harris had a case, but its size depends on which figure for benzol one takes.",
        "Benzol as a share of German supply, November-December 1944",
        "percent",
        f"{share.low:.0f} to {share.high:.0f} percent; the plan of 5 March named {plan['unit']}, no benzol; other "
        "new sources are not counted, for the record has no dated list of them",
        *share,
        needs=("the target lists of the Joint Oil Targets Committee, by date",) if outcome == UNDETERMINED else (),
    )


@decides("C02", needs=("raids", "target_systems", "facts_found"))
def afterthought(case: Case) -> Finding:
    """The first list known to hold benzol, and the first raid on it in strength, after 12 May 1944."""
    ledger = case.ledger
    raids = ledger.find(
        "raids",
        "raids on benzol after May 1944",
        lambda r: (
            r["target_class"] == "benzol"
            and r["date"]
            and r["date"] >= FIRST_OIL_RAID.isoformat()
            and r["total_tons_short"] >= DELIBERATE_SHORT_TONS
        ),
    )
    first = min(raids, key=lambda r: r["date"])
    delay = (date.fromisoformat(first["date"]) - FIRST_OIL_RAID).days
    listed = ledger.one("facts_found", LISTED_ROW)
    plan = ledger.one("target_systems", SPRING_LIST_ROW)
    return Finding(
        UNDETERMINED,
        "It looks like one: the spring plan had no benzol, the first list known to hold it is of "
        f"{listed['period']}, and the first raid in strength came {delay} days after the first on oil. The lists "
        "between are not in the record.",
        "Days from 12 May 1944 to the first raid on benzol in strength",
        "days",
        f"no list before September 1944 with benzol is known, but none between {plan['period']} and September was seen",
        float(delay),
        float(delay),
        float((date.fromisoformat(sorted(r["date"] for r in raids)[1]) - FIRST_OIL_RAID).days),
        needs=("the oil target lists of June to August 1944",),
    )


@decides("C03", needs=("facts_found", "claims_evidence", "output_found", "output_monthly"), dozens=24, few=5, tiny=2)
def dozens_unlisted(case: Case) -> Finding:
    """Benzol capacity that the Allied list of September 1944 did not have; the count of plants is not known."""
    ledger = case.ledger
    all_made, listed = autumn_benzol(ledger), read(ledger, "facts_found", LISTED_ROW)
    unlisted = _share_outside(listed, all_made)
    known = read(ledger, "claims_evidence", "1944-11_ruhr_benzol_major_plants")
    outcome = CONTRADICTED if unlisted.high < case.bounds["tiny"] else UNDETERMINED
    return Finding(
        outcome,
        f"Something was missed: the list accounts for {100 - unlisted.value:.0f} percent of the benzol that the "
        "history says was made. Whether dozens of plants were is unknown: nobody in this record counts them all.",
        "Benzol output outside the Allied list of September 1944",
        "percent of benzol",
        f"{unlisted.low:.0f} to {unlisted.high:.0f} percent outside the list; the rule wants a count of plants, and "
        f"the record has only the Allied count ({known.value:.0f} major ones in the Ruhr)",
        *unlisted,
        needs=("a German list of all benzol plants with capacities",) if outcome == UNDETERMINED else (),
    )


@decides("C09", needs=("facts_found", "output_found", "output_monthly"), all_but=95, too_few=80)
def located_virtually_every(case: Case) -> Finding:
    """Listed benzol over all benzol: the same figures as C03, read the other way."""
    unlisted = _share_outside(read(case.ledger, "facts_found", LISTED_ROW), autumn_benzol(case.ledger))
    listed = Interval(100 - unlisted.value, 100 - unlisted.high, 100 - unlisted.low)
    outcome = judge(listed, lambda x: x >= case.bounds["all_but"], lambda x: x < case.bounds["too_few"])
    return Finding(
        outcome,
        f"The known list covers {listed.value:.0f} percent by one figure and all by another; the book's 'virtually "
        "every' is neither shown nor refuted.",
        "Listed share of benzol output, autumn 1944",
        "percent of benzol",
        f"{listed.low:.0f} to {listed.high:.0f} percent: 50,000 tons a month by one work, 31,667 by another",
        *listed,
        needs=("the oil target list of 1 December 1944 and a German list of benzol plants",)
        if outcome == UNDETERMINED
        else (),
    )


def _share_outside(listed: Interval, made: Interval) -> Interval:
    """Percent of what was made that is not on the list, 0 to 100."""
    outside = [
        100 * max(0.0, 1 - a / b)
        for a, b in ((listed.value, made.value), (listed.high, made.low), (listed.low, made.high))
    ]
    return Interval(*outside)


@decides("C04", needs=("output_found", "forecasts"))
def told_by_mew(case: Case) -> Finding:
    """Whether the antecedent (benzol knocked out) held, and whether a report on motor transport is in the record."""
    ledger = case.ledger
    left = (
        read(ledger, "output_found", "1945-01_benzol_webster1961iii")
        .over(read(ledger, "output_found", "1944-Q3_benzol_webster1961iii"))
        .times(100)
    )
    reports = [
        r
        for r in ledger.rows("forecasts")
        if r["estimate_date"].startswith("1945") and "motor" in (r["quantity"] or "").lower()
    ]
    ledger.use("forecasts", reports)
    return Finding(
        UNDETERMINED,
        f"Never put to the test: benzol was not knocked out (in January 1945 {left.value:.0f} percent of it was "
        "still made), and no report of 1945 on German road transport is in the record.",
        "Benzol still made in January 1945, of the third quarter of 1944",
        "percent",
        "the forecast begins 'when and if we knock them all out', which did not happen by January 1945",
        *left,
        needs=("MEW or JIC reports on German motor transport, January-April 1945",),
    )


@decides("C05", needs=("substitutes", "output_monthly"), covers=50, too_little=20)
def substitutes_suffice(case: Case) -> Finding:
    """Fuel that generator vehicles could save against motor gasoline and diesel made in April 1944."""
    ledger = case.ledger
    counts = [
        figure("substitutes", r).value
        for r in ledger.find("substitutes", "counts of gas generators built", metric="generators_built")
    ]
    need = read(ledger, "output_monthly", "1944-04_motor_gasoline") + read(ledger, "output_monthly", "1944-04_diesel")
    least, most = (
        n * f / MONTHS_PER_YEAR for n, f in zip((min(counts), max(counts)), FUEL_T_PER_GENERATOR_YEAR, strict=True)
    )
    cover = Interval((least + most) / 2, least, most).over(need).times(100)
    outcome = judge(cover, lambda x: x >= case.bounds["covers"], lambda x: x < case.bounds["too_little"])
    return Finding(
        outcome,
        f"Gas generators could have stood in for something like {cover.value:.0f} percent of motor fuel, between "
        f"{cover.low:.0f} and {cover.high:.0f}; but they drove lorries at home, not tanks, and the record cannot "
        "part the two fleets.",
        "Motor fuel that generator vehicles could replace, of output in April 1944",
        "percent",
        "200,000 to 500,000 generators at 2 to 3 tons of petrol a year (an assumption); alcohol, steam and "
        "compressed gas have no tonnage in the record; military and civil fleets cannot be separated",
        *cover,
        needs=("fuel allocations of the Wehrmacht and of civil transport by month, 1944-45",)
        if outcome == UNDETERMINED
        else (),
        parts=tuple(Part("generators built", f"{n:,.0f}", "conflicting counts") for n in counts),
    )
