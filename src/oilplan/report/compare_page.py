"""Figure: one monthly series of every arm, overlaid bands."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from ..clock import MONTHS, N_DAYS, date_of
from ..digits import rounded
from ..studies.compare import Comparison
from ..studies.datasets import bands, write_arms
from .page import WIDTH, WORDS, figure, narrow, page, write_result
from .run_page import JOINT_TITLE, joint_rows
from .svg import WIDE_PX, area, axes, document, frame, keys, line

COLOURS = ("#0b5394", "#d55e00", "#009e73", "#cc79a7", "#7a5c00", "#56b4e9", "#6b4fa0", "#a01c3c", "#3f7f00", "#444444")
"""Told apart by people who see few colours, as far as ten can be; every arm also has a dash of its own."""
DASHES = ("", "6 3", "2 2", "8 3 2 3", "10 4", "4 2", "1 3", "12 3", "3 5", "7 2 2 2")
SPARED = "no raids"


def arms_figure(
    bands: dict,
    title: str,
    unit: str,
    first_column: float | None,
    width: int = WIDE_PX,
    *,
    months: tuple[str, ...] = MONTHS,
    per: float = 1000.0,
) -> str:
    """Median lines over 5-95 percent bands by month, as SVG.

    bands: {arm: {p05, median, p95}: [M]}; first_column: month index from which the arms differ, None where
    that is the first; width: pixels
    months: M labels written YYYY-MM; unit: of the scale, whose figures are those of the bands divided by ``per``
    """
    arms = [name for name in bands if name != SPARED]
    high = max(max(b["p95"]) for b in bands.values())
    f = frame([high], len(months), width)
    body = [*axes(f, list(months), unit, per)]
    if first_column is not None:
        edge = f.x(first_column) - f.step / 2
        body.append(line([(edge, f.top), (edge, f.height - f.bottom)], stroke="#9a9a9a", dash="3 3", width=1))
    legend = []
    for k, name in enumerate(arms):
        colour, dash = COLOURS[k % len(COLOURS)], DASHES[k % len(DASHES)]
        lower, middle, upper = (f.at(bands[name][q]) for q in ("p05", "median", "p95"))
        body.append(f'<g opacity="0.13">{area(upper + lower[::-1], fill=colour)}</g>')
        body.append(line(middle, stroke=colour, width=2.2, dash=dash))
        legend.append((_key(colour, dash), name))
    if SPARED in bands:
        body.append(line(f.at(bands[SPARED]["median"]), stroke="#9a9a9a", width=1.5, dash="1 2"))
        legend.append((_key("#9a9a9a", "1 2"), "no raids from the first day (median)"))
    drawn, height = keys(legend, f.height + 4, width)
    stated = f"{title}: medians and 5-95 percent bands of {', '.join(arms)}."
    return document(width, height, title, stated, body + drawn)


def _key(colour: str, dash: str) -> str:
    return f'<path d="M-8 0h16" stroke="{colour}" stroke-width="2.2" stroke-dasharray="{dash}"/>'


# A comparison as a table of text for a terminal.

LABELS: dict[str, str] = WORDS["outcomes"]
DAYS = ("stock_below_need_day", "stock_below_floor_day")
BEYOND = " (beyond the record)"
WITH_DECIMALS = ("bombs_per_1000_t_denied", "aircraft_missing_per_1000_t_denied")
MONTH = "stock_below_a_months_need"
JOINT = ("nitrogen_denied", "methanol_denied")


def compare_text(summary: dict) -> str:
    """Outcomes of every arm: median and 5-95 percent, and below them the difference from the base.

    summary: of an `oilplan.studies.compare.Comparison`
    """
    blocks = [_block(summary, outcome) for outcome in LABELS]
    head = (
        f"From {summary['from']}, {summary['draws']:,} paired draws, base {summary['base']}.  "
        f"Median (5 to 95 percent).  [{summary['basis']}]"
    )
    stated = [
        *_joint(summary),
        *_resilience(summary),
        estimates_text(summary),
        *(
            f"Knowing the truth would have been worth, {name}: {cell(v['aviation_gasoline_denied'], '')} t of aviation "
            f"gasoline, {cell(v['motor_fuel_denied'], '')} t of motor fuel."
            for name, v in summary["worth_of_perfect_information"].items()
        ),
        *(
            f"Beyond the record, {a['name']}: {'; '.join(a['beyond_record'])}."
            for a in summary["arms"]
            if a["beyond_record"]
        ),
        "\n".join(f"undetermined: {k.replace('_', ' ')}: {v}." for k, v in summary["undetermined"].items()),
        f"Lives: {summary['lives']}",
        f"Note: {summary['rests_on_recalled']}.",
    ]
    return "\n\n".join([narrow(head), *blocks, *map(narrow, stated)])


def rows_of(summary: dict, outcome: str) -> list[tuple[str, str, str]]:
    """Arm, outcome and difference from the base as text, one row an arm."""
    return [
        (
            a["name"] + BEYOND * bool(a["beyond_record"]),
            cell(a["outcomes"][outcome], outcome),
            difference(a, outcome, summary["base"]),
        )
        for a in summary["arms"]
    ]


def _block(summary: dict, outcome: str) -> str:
    rows = rows_of(summary, outcome)
    name_w = max(len(r[0]) for r in rows) + 2
    cell_w = max(len(r[1]) for r in rows) + 3
    lines = [f"  {n:<{name_w}}{c:<{cell_w}}{d}".rstrip() for n, c, d in rows]
    if max(map(len, lines)) > WIDTH:
        lines = [line for n, c, d in rows for line in (f"  {n}", f"    {c:<{cell_w}}{d}".rstrip())]
    return "\n".join([LABELS[outcome], *lines])


def cell(v: dict, outcome: str) -> str:
    """Median and interval as text, in the digits that the interval bears; months by name."""
    if v["median"] is None:
        return "undetermined: not in the record" if outcome in JOINT else "undetermined: nothing was denied"
    median, low, high = (_said_of(v[q], outcome) for q in ("median", "p05", "p95"))
    return rounded(f"{median} ({low} to {high})")


def difference(arm: dict, outcome: str, base: str) -> str:
    """The arm less the base, with a sign."""
    if arm["name"] == base:
        return "base"
    v = arm["difference"][outcome]
    if v["median"] is None:
        return ""
    low, median, high = (
        f"{x:+,.2f}" if outcome in WITH_DECIMALS else f"{x:+,.0f}" for x in (v["p05"], v["median"], v["p95"])
    )
    return rounded(f"{median} ({low} to {high})") + " months" * (outcome == MONTH)


def month_name(number: float) -> str:
    """A month of the campaign by its number from 1; a half between two months is the later."""
    n = int(number + 0.5) - 1
    return f"{1944 + (n + 3) // 12}-{(n + 3) % 12 + 1:02d}" if n < 13 else "not by 1945-04"


def _said_of(x: float, outcome: str) -> str:
    """A value of an outcome: a month or a day by its name, else a number."""
    if outcome == MONTH:
        return month_name(x)
    if outcome in DAYS:
        return "not by 1945-04-30" if x >= N_DAYS else date_of(round(x)).isoformat()
    return f"{x:,.2f}" if outcome in WITH_DECIMALS else f"{x:,.0f}"


def _joint(summary: dict) -> list[str]:
    rows = joint_rows_of(summary)
    width = max((len(name) for name, _ in rows), default=0) + 2
    return ["\n".join([JOINT_TITLE, *(f"  {name:<{width}}{said}" for name, said in rows)])] if rows else []


def joint_rows_of(summary: dict) -> list[tuple[str, str]]:
    """Every arm with what was left of nitrogen and methanol in the months of which the record has a figure, and what it has."""
    arms = summary.get("joint_products", {})
    if not next(iter(arms.values()), None):
        return []
    made = {
        arm: {p: {m: (left, known) for m, left, known in joint_rows(of, p)} for p in of} for arm, of in arms.items()
    }
    first = next(iter(made.values()))
    asked = [(p, m) for p, months in first.items() for m, (_, known) in months.items() if known and m != MONTHS[0]]
    rows = [(arm, "; ".join(f"{p} {m} {of[p][m][0].strip()}" for p, m in asked)) for arm, of in made.items()]
    return [*rows, ("the record", "; ".join(f"{p} {m} {first[p][m][1]}" for p, m in asked))]


def _resilience(summary: dict) -> list[str]:
    """Standard measures of every arm; none of a sweep, which does not keep the months."""
    if "resilience" not in summary:
        return []
    title = "Resilience of aviation gasoline by month, against April 1944: robustness; days of April's output lost; days under 90 percent"
    return ["\n".join([title, *(f"  {name}: {'; '.join(cells)}" for name, *cells in resilience_rows(summary))])]


def resilience_rows(summary: dict) -> list[tuple[str, ...]]:
    """Arm, robustness, days of April's output lost and days under 90 percent of it, as text."""
    forms = {"robustness": ".2f", "loss_integral_d": ",.0f", "time_to_90_d": ",.0f"}
    return [
        (name, *(f"{of[k]['median']:{f}} ({of[k]['p05']:{f}} to {of[k]['p95']:{f}})" for k, f in forms.items()))
        for name, of in summary["resilience"].items()
    ]


def estimates_text(summary: dict) -> str:
    """The estimates of 1944 beside what the modelled planners believe and what is modelled as true, raids as flown."""
    lines = ["Estimates of 1944: share of spring's oil output left, raids as flown"]
    for e in summary["estimates_of_1944"]["all_oil"]:
        b, mark = e["believed_left"], "*" if e["confidence"] == "low" else " "
        lines.append(
            f"  {e['month']}  estimated {e['estimated_left']:.2f}{mark}  believed "
            f"{b['median']:.2f} ({b['p05']:.2f} to {b['p95']:.2f})  modelled truth {e['modelled_left']:.2f}  "
            f"{'reproduced' if e['reproduced'] else 'not reproduced'}"
        )
    s = summary["estimates_of_1944"]["synthetic_june"]
    lines.append(
        f"  Synthetic oil cut in June: estimated {s['estimated_cut_percent']:.0f} percent, on record "
        f"{s['recorded_cut_percent']:.0f}.  * low confidence"
    )
    return "\n".join(lines)


# The report of a comparison: one HTML file that opens offline and prints, and the files beside it.

FIGURES = {
    "aviation_gasoline": ("Aviation gasoline delivered", "thousand tons a month"),
    "stock": ("Stock of aviation gasoline", "thousand tons at the month's end"),
    "motor_fuel": ("Motor gasoline and diesel delivered", "thousand tons a month"),
}


def compare_html(made: Comparison) -> str:
    """The report as HTML: outcomes with intervals, overlaid bands, what is undetermined, what it was made from."""
    series, first = bands(made), MONTHS.index(made.summary["from"][:7])
    figures = [
        figure(name, title, partial(arms_figure, series[name], title, unit, first))
        for name, (title, unit) in FIGURES.items()
    ]
    return page(
        "compare.html.j2",
        summary=made.summary,
        manifest=made.manifest,
        figures=figures,
        twins=made.twins,
        resilience=resilience_rows(made.summary),
        joint_title=JOINT_TITLE,
        joint=joint_rows_of(made.summary),
        tables=[(label, made.summary["meanings"][k], rows_of(made.summary, k)) for k, label in LABELS.items()],
    )


def write_comparison(made: Comparison, out: Path, *, force: bool = False) -> None:
    """Write compare.json, arms (Zarr), manifest.json and report.html to ``out``, whole or not at all.

    Raises OilplanError where ``out`` stands in the way or cannot be written.
    """

    def arms(folder: Path) -> None:
        write_arms(made, folder / "arms")

    write_result(out, "compare.json", made.summary, made.manifest, compare_html(made), force=force, data=arms)


MAIN = (
    "aviation_gasoline_denied",
    "motor_fuel_denied",
    "stock_below_a_months_need",
    "bombs_on_oil",
    "aircraft_missing_on_oil",
    "city_bombs_not_dropped",
)
INDENT = "  "


def sweep_text(by_law: dict[str, dict]) -> str:
    """Main outcomes of every law and directive: median and 5-95 percent, then the difference from the base.

    by_law: the summary of a comparison (`oilplan.studies.compare.summary_of`) for each law
    """
    first = next(iter(by_law.values()))
    head = (
        f"From {first['from']}, {first['draws']:,} paired draws, base {first['base']}.  "
        f"Median (5 to 95 percent).  [{first['basis']}]"
    )
    note = f"Note: {first['rests_on_recalled']}."
    if len(by_law) > 1:
        note += "\nNote: all laws are flown with the parameters that were fitted under the default law."
    return narrow("\n\n".join([head, *(_law_block(by_law, outcome) for outcome in MAIN), note]))


def _law_block(by_law: dict[str, dict], outcome: str) -> str:
    rows = {law: rows_of(summary, outcome) for law, summary in by_law.items()}
    every = [row for part in rows.values() for row in part]
    name_w = max(len(r[0]) for r in every) + 2
    cell_w = max(len(r[1]) for r in every) + 3
    lines = [LABELS[outcome]]
    for law, part in rows.items():
        lines += [INDENT + law] if len(rows) > 1 else []
        inner = INDENT * (2 if len(rows) > 1 else 1)
        lines += [f"{inner}{n:<{name_w}}{c:<{cell_w}}{d}".rstrip() for n, c, d in part]
    return "\n".join(lines)
