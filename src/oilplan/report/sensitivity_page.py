"""Figure: how much of an outcome's variance goes with each input."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from textwrap import fill

from ..studies.sensitivity import Sensitivity
from ..studies.sensitivity_model import UNVERIFIED
from .compare_page import month_name
from .page import figure, page, write_result
from .svg import FAINT, GRID, INK, MODEL, WIDE_PX, document, line, text

WEAK = "#d55e00"
ROW, SOBOL_TOP, FOOT, LETTER = 24.0, 12.0, 46.0, 6.6
BAR = 12.0


def bars_figure(outcome: dict, shown: int, width: int = WIDE_PX) -> str:
    """Total indices of the first inputs of an outcome as bars, first-order index as a tick, 95 percent as a whisker.

    outcome: one of a sensitivity summary; shown: how many inputs; width: pixels. Unverified numbers are hatched in
    another colour and carry an asterisk.
    """
    rows = outcome["inputs"][:shown]
    left = 12 + LETTER * max(len(marked(r)) for r in rows)
    high = max(1.0, *((r["total"] or 0.0) + (r["total_error"] or 0.0) for r in rows))
    scale = (width - left - 16) / high
    bottom = SOBOL_TOP + ROW * len(rows)
    body = []
    for k in range(int(high * 4) + 1):
        x = left + scale * k / 4
        body.append(line([(x, SOBOL_TOP), (x, bottom)], stroke=GRID, width=1))
        body.append(text(x, bottom + 16, f"{25 * k}%", anchor="middle", fill=FAINT))
    for k, r in enumerate(rows):
        body += _bar(r, left, scale, SOBOL_TOP + ROW * (k + 0.5))
    body.append(text(8, bottom + 34, "bar: total; tick: first-order; line: 95 percent; *: unverified", fill=FAINT))
    stated = f"{outcome['meaning']}: total Sobol indices of {', '.join(marked(r) for r in rows)}."
    return document(width, bottom + FOOT, outcome["meaning"], stated, body)


def _bar(r: dict, left: float, scale: float, y: float) -> list[str]:
    total, error, first = (r[k] or 0.0 for k in ("total", "total_error", "first"))
    colour = WEAK if marked(r) != r["label"] else MODEL
    at = left + scale * max(first, 0.0)
    says = f"<title>{r['label']}, {r['known']}: first {first:.2f}, total {total:.2f} ± {error:.2f}</title>"
    return [
        text(left - 6, y + 4, marked(r), anchor="end"),
        f'<rect x="{left:.1f}" y="{y - BAR / 2:.1f}" width="{max(scale * total, 0.0):.1f}" height="{BAR}" '
        f'fill="{colour}" opacity="0.75">{says}</rect>',
        line([(left + scale * max(total - error, 0.0), y), (left + scale * (total + error), y)], stroke=INK, width=1),
        line([(at, y - BAR / 2 - 2), (at, y + BAR / 2 + 2)], stroke=INK, width=2),
    ]


# A sensitivity study as a table of text for a terminal.

SHOWN = 8
NAME_W, CELL_W, LINE_W = 31, 7, 80


def sensitivity_text(summary: dict) -> str:
    """The inputs that matter most over all outcomes, first-order and total index in percent, and what it says.

    summary: of an `oilplan.studies.sensitivity.Sensitivity`. An asterisk marks a number nobody has verified.
    """
    head = f"Share of variance, percent: first-order, total.  {summary['runs']:,} runs.  [{summary['basis'].split(':')[0]}]"
    names = f"{'':<{NAME_W}}" + "".join(f"{o['label']:>{CELL_W}}" for o in summary["outcomes"])
    rows = [_row(summary, r) for r in summary["overall"][:SHOWN]]
    return "\n".join([head, names, *rows, "", *(fill(s, LINE_W) for s in (*says(summary), *_notes(summary)))])


def says(summary: dict) -> list[str]:
    """Which unknown, and which number nobody has verified, matters most: one sentence each."""
    of = {r["name"]: r for r in summary["overall"]}
    unknown, weak = of[summary["most_important_unknown"]], of[summary["most_important_unverified"]]
    totals = [total or 0.0 for _, total in shares_of(summary, weak["name"])]
    at = totals.index(max(totals))
    return [
        f"Most important unknown: {unknown['label']} ({unknown['known']}), {_percent(unknown)} of the variance on average.",
        f"Most important unverified number: {weak['label']} ({weak['known']}), {_percent(weak)} on average,"
        f" and {100 * totals[at]:.0f} percent of: {summary['outcomes'][at]['meaning']}.",
    ]


def marked(r: dict) -> str:
    """Label of an input with an asterisk where it is not verified."""
    return f"{r['label']}{'*' if r['known'] in UNVERIFIED else ''}"


def shares_of(summary: dict, name: str) -> list[tuple[float | None, float | None]]:
    """First-order and total index of an input on every outcome, in order."""
    found = [next(r for r in o["inputs"] if r["name"] == name) for o in summary["outcomes"]]
    return [(r["first"], r["total"]) for r in found]


def cell(first: float | None, total: float | None) -> str:
    """Both indices in percent as text; a dash where the outcome does not vary."""
    return "-" if first is None or total is None else f"{100 * first:.0f} {100 * total:.0f}"


def widest_error(summary: dict) -> float:
    """Largest half-width of a total index among the inputs shown, as a share."""
    shown = {r["name"] for r in summary["overall"][:SHOWN]}
    return max(
        (r["total_error"] or 0.0 for o in summary["outcomes"] for r in o["inputs"] if r["name"] in shown), default=0.0
    )


def _row(summary: dict, r: dict) -> str:
    cells = "".join(f"{cell(first, total):>{CELL_W}}" for first, total in shares_of(summary, r["name"]))
    return f"{marked(r):<{NAME_W}}{cells}"


def _percent(r: dict) -> str:
    return f"{100 * r['mean_total']:.0f} percent"


def _notes(summary: dict) -> list[str]:
    return [
        f"* recalled or doubtful: {summary['rests_on_recalled']}.",
        f"95 percent intervals of these totals: up to {100 * widest_error(summary):.0f} points either side;"
        " more --samples narrow them. A small negative share is sampling error.",
    ]


# The report of a sensitivity study: one HTML file that opens offline and prints, and the files beside it.


def sensitivity_html(made: Sensitivity) -> str:
    """The report as HTML: bars for each outcome, all inputs with their errors, and what it was made from."""
    summary = made.summary
    inputs = {i["name"]: i for i in summary["inputs"]}
    rows = [
        (marked(r), r["known"], [cell(*pair) for pair in shares_of(summary, r["name"])]) for r in summary["overall"]
    ]
    return page(
        "sensitivity.html.j2",
        summary=summary,
        manifest=made.manifest,
        says=says(summary),
        rows=rows,
        figures=[_figure(o) for o in summary["outcomes"]],
        inputs=[inputs[r["name"]] for r in summary["overall"]],
    )


def _figure(outcome: dict) -> dict:
    meaning = outcome["meaning"]
    drawn = figure(
        f"sensitivity-{outcome['name']}", meaning[0].upper() + meaning[1:], partial(bars_figure, outcome, SHOWN)
    )
    return {**drawn._asdict(), "stated": _stated(outcome)}


def _stated(outcome: dict) -> str:
    """Median and 90 percent of the runs in the outcome's own unit; months by name."""
    say = month_name if outcome["unit"] == "month" else (lambda v: f"{v:,.0f} {outcome['unit']}")
    low, median, high = (say(outcome[k]) for k in ("p05", "median", "p95"))
    return f"{median} in the median, {low} to {high} in 90 percent of runs."


def write_sensitivity(made: Sensitivity, out: Path, *, force: bool = False) -> None:
    """Write sensitivity.json, manifest.json and report.html to ``out``, whole or not at all.

    Raises OilplanError where ``out`` stands in the way or cannot be written.
    """
    write_result(out, "sensitivity.json", made.summary, made.manifest, sensitivity_html(made), force=force)
