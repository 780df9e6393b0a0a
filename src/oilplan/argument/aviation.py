"""How far aviation fuel and synthetic output were held down: C06, C20."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby, pairwise

from oilplan.argument.finding import CONTRADICTED, SUPPORTED, UNDETERMINED, Curve, Finding, Part
from oilplan.argument.interval import Interval, accounts, judge, printed, read, shown, spanning
from oilplan.argument.ledger import Ledger
from oilplan.argument.registry import Case, decides

CONSUMED = tuple(f"1944-{m:02d}" for m in range(5, 13))
"""Months after April 1944 whose consumption the record has."""
LAST_MONTHS = {
    "1945-01": ("output", "1945-01_aviation_gasoline_webster1961iii"),
    "1945-02": ("output", "1945-02_aviation_gasoline_levine1992"),
    "1945-03": ("output", "1945-03_aviation_gasoline"),
}
"""Months of 1945 whose output alone is in the record, and the row that has it."""
STOCKS = "stocks_and_use"
NOT_RECORDED = "1945-01_to_1945-03_aviation_gasoline_consumption"
"""The row that marks the gap of 1945."""


@decides("C06", needs=(STOCKS, "output"), denied=50, months=6, recovered=80)
def aviation_denied(case: Case) -> Finding:
    """Months on end with aviation fuel burnt under half of April's; 1945 between its output and all that was left."""
    supply = monthly_supply(case.ledger)
    sure = longest_run(s.high < case.bounds["denied"] for s in supply.values())
    most = longest_run(s.low < case.bounds["denied"] for s in supply.values())
    fell = min((m for m, s in supply.items() if s.value < case.bounds["denied"]), default="9999")
    after = [s.low >= case.bounds["recovered"] for m, s in supply.items() if m > fell]
    recovered = any(a and b for a, b in pairwise(after))
    used = {row_id for table, row_id in case.ledger.used if table == STOCKS}
    burnt = {m for m in supply if f"{m}_aviation_gasoline_consumption" in used}
    outcome = CONTRADICTED if recovered else SUPPORTED if sure >= case.bounds["months"] else UNDETERMINED
    return Finding(
        outcome,
        _denial_in_words(outcome, sure, most),
        "Months on end with aviation fuel supply under 50 percent of April 1944 consumption",
        "months",
        f"{sure} months running with the whole interval under 50 percent, {most} at most; the rule asks for 6",
        float(sure),
        float(sure),
        float(most),
        parts=tuple(
            Part(
                m,
                f"{s.value:.0f} percent ({s.low:.0f} to {s.high:.0f})",
                "consumption" if m in burnt else "from output alone to output and all of the year-end stock",
                True,
            )
            for m, s in supply.items()
        ),
        curve=Curve(
            "Aviation fuel supply (in 1945 the line is output alone)",
            f"months from {next(iter(supply))}",
            "percent of April 1944 consumption",
            tuple(range(len(supply))),
            *(tuple(getattr(s, end) for s in supply.values()) for end in Interval._fields),
        ),
        needs=("stocks or consumption of aviation fuel, month by month, January to March 1945",)
        if outcome == UNDETERMINED
        else (),
    )


def _denial_in_words(outcome: str, sure: int, most: int) -> str:
    if outcome == CONTRADICTED:
        return "Supply came back to four fifths of April's consumption or more, two months running."
    if outcome == SUPPORTED:
        return f"It was done: German aviation fuel stayed under half of what was burnt in April 1944 for {sure} months."
    return (
        f"Supply stayed under half of what was burnt in April 1944 for {sure} months running, or up to {most}: how much "
        "of its year-end stock Germany burnt in which month of 1945 is not in the record."
    )


def longest_run(low: Iterable[bool]) -> int:
    """Length of the longest run of True."""
    return max(sum(run) if held else 0 for held, run in groupby(low))


def monthly_supply(ledger: Ledger) -> dict[str, Interval]:
    """Aviation fuel that Germany burnt, percent of April 1944 consumption, May 1944 to March 1945.

    A month without a figure of consumption lies between its output (nothing taken from the stock) and its output with
    all that was in stock at the year's end.
    """
    april = accounts(
        ledger,
        ("stocks_and_use", "1944-04_aviation_gasoline_consumption_davis1993"),
        (STOCKS, "1944-04_aviation_gasoline_consumption"),
    )
    known = {r["row_id"] for r in ledger.rows(STOCKS) if r["value"] is not None}
    burnt = {}
    for month in (*CONSUMED, *LAST_MONTHS):
        row_id = f"{month}_aviation_gasoline_consumption"
        if month in CONSUMED or row_id in known:
            burnt[month] = read(ledger, STOCKS, row_id)
        else:
            made = read(ledger, *LAST_MONTHS[month])
            burnt[month] = Interval(made.value, made.low, (made + _year_end_stock(ledger)).high)
    return {month: tons.over(april).times(100) for month, tons in burnt.items()}


def _year_end_stock(ledger: Ledger) -> Interval:
    ledger.one(STOCKS, NOT_RECORDED)
    return accounts(
        ledger,
        (STOCKS, "1944-12_aviation_gasoline_stock_end"),
        (STOCKS, "1944-12_aviation_gasoline_stock_end_flow"),
    )


HELD_MONTHS = ("1944-09", "1944-10", "1944-11", "1944-12")
OTHER_SMALL_T = "1944-09_aviation_gasoline_benzol_and_small_plants_webster1961iii"
DIRECT = {
    "1944-12": ("output", "1944-12_hydrogenation_levine1992", "1944-04_hydrogenation"),
    "1944-09": ("output", "1944-09_synthetic_plants", "1944-04_synthetic_plants"),
}
"""Months with a figure of synthetic output: its table, its row, and the row of April 1944 in the same definition. The
latest comes first: it is nearest in state to the months without."""
OF_APRIL = {"1944-12": "hydrogenation plants only", "1944-09": "hydrogenation and Fischer-Tropsch plants"}


@decides("C20", needs=("output",), held=25, recovered=50)
def outpaced_repair(case: Case) -> Finding:
    """Synthetic output of each month, September to December 1944, of April's; the highest month decides.

    Where all synthetic oil of a month is not in the record, aviation gasoline of the synthetic plants stands for it,
    raised as synthetic oil stood above aviation gasoline in the months that have both: an assumption.
    """
    above = spanning(direct_share(case.ledger, m).over(aviation_share(case.ledger, m)) for m in DIRECT)
    share = {
        m: direct_share(case.ledger, m) if m in DIRECT else _product(aviation_share(case.ledger, m), above)
        for m in HELD_MONTHS
    }
    top = Interval(*(max(getattr(s, end) for s in share.values()) for end in Interval._fields)).times(100)
    outcome = judge(top, lambda x: x < case.bounds["held"], lambda x: x >= case.bounds["recovered"])
    worst = max(share, key=lambda m: share[m].high)
    return Finding(
        outcome,
        f"{_HELD[outcome]}: synthetic output came back to {top.value:.0f} percent of April's in its best month, {worst} "
        f"({top.low:.0f} to {top.high:.0f})."
        + (
            " For that month there is aviation gasoline only, raised by what other months show."
            if worst not in DIRECT
            else ""
        ),
        "Highest monthly synthetic output, September-December 1944, of April 1944",
        "percent",
        f"highest month {top.low:.0f} to {top.high:.0f} percent; the rule wants every month under 25, or one of 50",
        *top,
        parts=tuple(
            Part(
                m,
                f"{100 * s.value:.0f} percent ({100 * s.low:.0f} to {100 * s.high:.0f})",
                OF_APRIL[m]
                if m in DIRECT
                else f"aviation gasoline's share times {above.value:.1f} ({shown(above, '{:.1f}')})",
            )
            for m, s in share.items()
        ),
        curve=Curve(
            "Synthetic output, September-December 1944",
            "months from 1944-09",
            "percent of April 1944",
            tuple(range(len(share))),
            *(tuple(100 * getattr(s, e) for s in share.values()) for e in Interval._fields),
        ),
        needs=("all synthetic output of October and November 1944 (Oil Division Final Report)",)
        if outcome == UNDETERMINED
        else (),
    )


_HELD = {SUPPORTED: "Held down", CONTRADICTED: "Not held down", UNDETERMINED: "Held down, but how hard is in doubt"}


def direct_share(ledger: Ledger, month: str) -> Interval:
    """Synthetic output of a month of `DIRECT` as a share of April's."""
    table, row_id, april = DIRECT[month]
    return read(ledger, table, row_id).over(read(ledger, "output", april))


def aviation_share(ledger: Ledger, month: str) -> Interval:
    """Aviation gasoline of the synthetic plants in a month of 1944 as a share of April's.

    Bounded in September by its two accounts, and in the months without synthetic output also by the accounts of all
    aviation gasoline less September's output of benzol and small plants.
    """
    series = "aviation_gasoline_synthetic_plants_only"
    place = ("output", f"{month}_{series}_davis1993")
    own = ("output", f"{month}_{series}")
    plants = accounts(ledger, place, own) if month == "1944-09" else read(ledger, *place)
    others = [] if month in DIRECT else _less_small_plants(ledger, month)
    return spanning([plants, *others]).over(read(ledger, "output", f"1944-04_{series}"))


def _less_small_plants(ledger: Ledger, month: str) -> list[Interval]:
    small = read(ledger, "output", OTHER_SMALL_T)
    rows = ledger.find(
        "output",
        f"aviation gasoline of {month}",
        lambda r: r["period"] == month and r["quantity"] in ("aviation_gasoline", "aviation_gasoline_alt"),
    )
    return [printed("output", r) - small for r in rows]


def _product(a: Interval, b: Interval) -> Interval:
    return Interval(a.value * b.value, a.low * b.low, a.high * b.high)
