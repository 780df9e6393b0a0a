"""How far aviation fuel and synthetic output were held down: C06, C20."""

from __future__ import annotations

from itertools import pairwise

from oilplan.experiments.claims.finding import CONTRADICTED, SUPPORTED, UNDETERMINED, Curve, Finding, Part
from oilplan.experiments.claims.interval import Interval, accounts, judge, printed, read, spanning
from oilplan.experiments.claims.ledger import Ledger
from oilplan.experiments.claims.registry import Case, decides

CONSUMED = tuple(f"1944-{m:02d}" for m in range(5, 13))
"""Months after April 1944 whose consumption the record has."""
LAST_MONTHS = ("1945-01", "1945-02", "1945-03")
RELEASE_PER_MONTH = Interval(0.22, 0.11, 0.40)
"""Share of the stock that rationing let go in a month: consumption less output over stock was 0.11 to 0.32 from June to
December 1944 [record: stocks_consumption_monthly, output_monthly]; the upper bound is set wider by judgement."""


@decides(
    "C06", needs=("stocks_consumption_monthly", "output_monthly", "output_found"), denied=50, months=6, recovered=80
)
def aviation_denied(case: Case) -> Finding:
    """Monthly aviation fuel (what was burnt; in 1945 output and a share of the stock) against April's consumption."""
    supply = monthly_supply(case.ledger)
    low = [m for m, s in supply.items() if s.value < case.bounds["denied"]]
    sure = [m for m, s in supply.items() if s.high < case.bounds["denied"]]
    fell = min(low, default="9999")
    after = [s.low >= case.bounds["recovered"] for m, s in supply.items() if m > fell]
    recovered = any(a and b for a, b in pairwise(after))
    outcome = CONTRADICTED if recovered else SUPPORTED if len(sure) >= case.bounds["months"] else UNDETERMINED
    months = tuple(range(len(supply)))
    return Finding(
        outcome,
        f"It was done: from {fell} to March 1945 German aviation fuel stayed under half of what was burnt in April "
        f"1944, {len(sure)} months running."
        if outcome == SUPPORTED
        else f"Supply was under half for {len(sure)} to {len(low)} months.",
        "Months with aviation fuel supply under 50 percent of April 1944 consumption",
        "months",
        f"{len(sure)} months with the whole interval under 50 percent; the rule asks for 6",
        float(len(low)),
        float(len(sure)),
        float(len(low)),
        parts=tuple(
            Part(
                m,
                f"{s.value:.0f} percent ({s.low:.0f} to {s.high:.0f})",
                "output and stock released" if m in LAST_MONTHS else "consumption, recalled",
                True,
            )
            for m, s in supply.items()
        ),
        curve=Curve(
            "Aviation fuel supply",
            f"months from {next(iter(supply))}",
            "percent of April 1944 consumption",
            months,
            *(tuple(getattr(s, end) for s in supply.values()) for end in Interval._fields),
        ),
    )


def monthly_supply(ledger: Ledger) -> dict[str, Interval]:
    """Aviation fuel that Germany had to burn, percent of April 1944 consumption, May 1944 to March 1945."""
    april = accounts(
        ledger,
        ("output_found", "1944-04_aviation_gasoline_consumption_davis1993"),
        ("stocks_consumption_monthly", "1944-04_aviation_gasoline_consumption"),
    )
    out = {
        m: read(ledger, "stocks_consumption_monthly", f"{m}_aviation_gasoline_consumption").over(april).times(100)
        for m in CONSUMED
    }
    stock = accounts(
        ledger,
        ("stocks_consumption_monthly", "1944-12_aviation_gasoline_stock_end"),
        ("stocks_consumption_monthly", "1944-12_aviation_gasoline_stock_end_flow"),
    )
    for month in LAST_MONTHS:
        made = read(ledger, "output_monthly", f"{month}_aviation_gasoline")
        released = Interval(*(s * r for s, r in zip(stock, RELEASE_PER_MONTH, strict=True)))
        out[month] = (made + released).over(april).times(100)
        stock = Interval(stock.value - released.value, stock.low * (1 - RELEASE_PER_MONTH.high), stock.high)
    return out


HELD_MONTHS = ("1944-09", "1944-10", "1944-11", "1944-12")
OTHER_SMALL_T = "1944-09_aviation_gasoline_benzol_and_small_plants_webster1961iii"


@decides("C20", needs=("output_monthly", "output_found"), held=25, recovered=50)
def outpaced_repair(case: Case) -> Finding:
    """Synthetic output of each month, September to December 1944, of April's; the highest month decides.

    Where all synthetic oil of a month is not in the record, aviation gasoline of the synthetic plants stands for it,
    with the accounts of all aviation gasoline, less the small plants' share, as bounds.
    """
    share = {m: held_share(case.ledger, m) for m in HELD_MONTHS}
    top = Interval(*(max(getattr(s, end) for s in share.values()) for end in Interval._fields))
    outcome = judge(top, lambda x: x < case.bounds["held"], lambda x: x >= case.bounds["recovered"])
    worst = max(share, key=lambda m: share[m].high)
    return Finding(
        outcome,
        f"Held down hard, but just how hard in {worst} is in doubt: repair brought output back to {top.value:.0f} "
        f"percent of April at most, or {top.high:.0f} by the highest account; it never came near half.",
        "Highest monthly synthetic output, September-December 1944, of April 1944",
        "percent",
        f"highest month {top.low:.0f} to {top.high:.0f} percent; the rule wants every month under 25",
        *top,
        parts=tuple(Part(m, f"{s.value:.0f} percent ({s.low:.0f} to {s.high:.0f})") for m, s in share.items()),
        curve=Curve(
            "Synthetic output, September-December 1944",
            "months from 1944-09",
            "percent of April 1944",
            tuple(range(len(share))),
            *(tuple(getattr(s, e) for s in share.values()) for e in Interval._fields),
        ),
        needs=("all synthetic output of October and November 1944 (Oil Division Final Report)",)
        if outcome == UNDETERMINED
        else (),
    )


def held_share(ledger: Ledger, month: str) -> Interval:
    """Synthetic output of a month of 1944 in percent of April's, with what other accounts allow."""
    direct = {
        "1944-09": ("output_monthly", "1944-09_synthetic_plants", "1944-04_synthetic_plants"),
        "1944-12": ("output_found", "1944-12_hydrogenation_levine1992", "1944-04_hydrogenation"),
    }
    if month in direct:
        table, row_id, april = direct[month]
        return read(ledger, table, row_id).over(read(ledger, "output_monthly", april)).times(100)
    full = read(ledger, "output_monthly", "1944-04_aviation_gasoline_synthetic_plants_only")
    plants = read(ledger, "output_found", f"{month}_aviation_gasoline_synthetic_plants_only_davis1993").over(full)
    small = read(ledger, "output_found", OTHER_SMALL_T)
    others = [
        printed(table, r) - small
        for table in ("output_found", "output_monthly")
        for r in ledger.find(
            table,
            f"aviation gasoline of {month}",
            lambda r: r["month"] == month and r["series"] in ("aviation_gasoline", "aviation_gasoline_alt"),
        )
    ]
    return spanning([plants, *(a.over(full) for a in others)]).times(100)
