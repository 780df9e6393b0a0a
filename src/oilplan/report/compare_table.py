"""A comparison as a table of text for a terminal."""

from __future__ import annotations

LABELS = {
    "aviation_gasoline_denied": "aviation gasoline denied, t",
    "motor_fuel_denied": "motor fuel denied, t",
    "stock_below_a_months_need": "aviation stock under a month's need",
    "bombs_on_oil": "bombs on oil, t",
    "bombs_per_1000_t_denied": "bombs per 1,000 t denied, t",
    "aircraft_missing_on_oil": "aircraft missing on oil",
    "aircraft_missing_per_1000_t_denied": "aircraft missing per 1,000 t denied",
    "city_bombs_not_dropped": "city bombs not dropped, t",
    "transport_bombs_not_dropped": "transport bombs not dropped, t",
}
WITH_DECIMALS = ("bombs_per_1000_t_denied", "aircraft_missing_per_1000_t_denied")
MONTH = "stock_below_a_months_need"


def compare_text(summary: dict) -> str:
    """Outcomes of every arm: median and 5-95 percent, and below them the difference from the base.

    summary: of an `oilplan.experiments.compare.Comparison`
    """
    blocks = [_block(summary, outcome) for outcome in LABELS]
    head = (f"From {summary['from']}, {summary['draws']:,} paired draws, base {summary['base']}.  "
            f"Median (5 to 95 percent).  [{summary['basis']}]")  # fmt: skip
    note = f"Note: {summary['rests_on_recalled']}."
    told = [estimates_text(summary), *_worth(summary), _undetermined(summary), note]
    return "\n\n".join([head, *blocks, *told])


def rows_of(summary: dict, outcome: str) -> list[tuple[str, str, str]]:
    """Arm, outcome and difference from the base as text, one row an arm."""
    return [(a["name"], cell(a["outcomes"][outcome], outcome), difference(a, outcome, summary["base"]))
            for a in summary["arms"]]  # fmt: skip


def _block(summary: dict, outcome: str) -> str:
    rows = rows_of(summary, outcome)
    name_w = max(len(r[0]) for r in rows) + 2
    cell_w = max(len(r[1]) for r in rows) + 3
    return "\n".join([LABELS[outcome], *(f"  {n:<{name_w}}{c:<{cell_w}}{d}".rstrip() for n, c, d in rows)])


def cell(v: dict, outcome: str) -> str:
    """Median and interval as text; months by name."""
    if v["median"] is None:
        return "undetermined: nothing was denied"
    say = month_name if outcome == MONTH else (lambda x: _number(x, outcome))
    return f"{say(v['median'])} ({say(v['p05'])} to {say(v['p95'])})"


def difference(arm: dict, outcome: str, base: str) -> str:
    """The arm less the base, with a sign."""
    if arm["name"] == base:
        return "base"
    v = arm["difference"][outcome]
    if v["median"] is None:
        return ""
    low, median, high = (f"{x:+,.2f}" if outcome in WITH_DECIMALS else f"{x:+,.0f}" for x in
                         (v["p05"], v["median"], v["p95"]))  # fmt: skip
    return f"{median} ({low} to {high}){' months' if outcome == MONTH else ''}"


def month_name(number: float) -> str:
    """A month of the campaign by its number from 1; a half between two months is the later."""
    n = int(number + 0.5) - 1
    return f"{1944 + (n + 3) // 12}-{(n + 3) % 12 + 1:02d}" if n < 13 else "not by 1945-04"


def _number(x: float, outcome: str) -> str:
    return f"{x:,.2f}" if outcome in WITH_DECIMALS else f"{x:,.0f}"


def estimates_text(summary: dict) -> str:
    """The estimates of 1944 beside what the modelled planners believe and what is modelled as true, raids as flown."""
    lines = ["Estimates of 1944: share of spring's oil output left, raids as flown"]
    for e in summary["estimates_of_1944"]["all_oil"]:
        b, mark = e["believed_left"], "*" if e["confidence"] == "low" else " "
        lines.append(f"  {e['month']}  estimated {e['estimated_left']:.2f}{mark}  believed "
                     f"{b['median']:.2f} ({b['p05']:.2f} to {b['p95']:.2f})  modelled truth {e['modelled_left']:.2f}  "
                     f"{'reproduced' if e['reproduced'] else 'not reproduced'}")  # fmt: skip
    s = summary["estimates_of_1944"]["synthetic_june"]
    lines.append(f"  Synthetic oil cut in June: estimated {s['estimated_cut_percent']:.0f} percent, on record "
                 f"{s['recorded_cut_percent']:.0f}.  * low confidence")  # fmt: skip
    return "\n".join(lines)


def _worth(summary: dict) -> list[str]:
    return [f"Knowing the truth would have been worth, {name}: {cell(v['aviation_gasoline_denied'], '')} t of aviation "
            f"gasoline, {cell(v['motor_fuel_denied'], '')} t of motor fuel."
            for name, v in summary["worth_of_perfect_information"].items()]  # fmt: skip


def _undetermined(summary: dict) -> str:
    return "\n".join(f"undetermined: {k.replace('_', ' ')}: {v}." for k, v in summary["undetermined"].items())
