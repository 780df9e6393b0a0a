"""The report of a run, its figures among them: one HTML file that opens offline and prints."""

from __future__ import annotations

from functools import partial
from html import escape
from pathlib import Path

from ..argument.answer import shipped_answer
from ..studies.datasets import write_campaign
from ..studies.replay import HEADLINE, SERIES
from ..studies.run import Run
from . import verdict_text
from .figure_map import map_figure
from .page import figure, page, write_result
from .run_table import HEADS, joint_rows, resilience_rows, rows_of
from .svg import (
    FAINT,
    GRID,
    INK,
    KEY_BAND,
    KEY_READ,
    KEY_WEAK,
    WIDE_PX,
    axes,
    banded,
    document,
    frame,
    keys,
    line,
    recorded,
    text,
    top_of_scale,
)

HEIGHT_PX = 280


def output_figure(summary: dict, series: str, width: int = WIDE_PX) -> str:
    """Modelled output of one series (median, 5-95 percent) with the recorded figures, as SVG.

    summary: from `oilplan.studies.run.summary`; series: a key of its ``series``; width: pixels
    """
    rows = [m for m in summary["months"] if m["series"] == series]
    known = [(k, m) for k, m in enumerate(rows) if m["recorded_t"] is not None]
    f = frame([m["p95_t"] for m in rows] + [m["recorded_high_t"] for _, m in known], len(rows), width, HEIGHT_PX)
    body = [*axes(f, [m["month"] for m in rows], "thousand tons a month"), *banded(f, rows)]
    body += [
        recorded(f, k, m["recorded_low_t"], m["recorded_high_t"], weak=m["weak"], says=_output_says(m))
        for k, m in known
    ]
    legend = [
        (KEY_BAND, f"modelled, 5-95 percent ({summary['basis'].split(':')[0]})"),
        (KEY_READ, "recorded, read"),
        (KEY_WEAK, "recorded, recalled in whole or part"),
    ]
    drawn, height = keys(legend, f.height + 4, width)
    title = summary["series"][series]
    stated = f"{title} by month, April 1944 to April 1945: {summary['basis']}."
    return document(width, height, title, stated, body + drawn)


def _output_says(m: dict) -> str:
    mark = ", not wholly read" if m["weak"] else ""
    return f"{m['month']}: {m['recorded_low_t']:,.0f} to {m['recorded_high_t']:,.0f} t, {m['status']}{mark}"


# Figure: the stock of aviation gasoline at each month's end.


def stock_figure(summary: dict, width: int = WIDE_PX) -> str:
    """Modelled stock (median, 5-95 percent) with what the record has, as SVG.

    summary: from `oilplan.studies.run.summary`; width: pixels. Modelled from the end of April 1944.
    """
    rows = summary["stock"]
    known = [(k, m) for k, m in enumerate(rows) if m["recorded_t"] is not None]
    f = frame([m["p95_t"] for m in rows] + [m["recorded_t"] for _, m in known], len(rows), width, HEIGHT_PX)
    body = [*axes(f, [m["month"] for m in rows], "thousand tons at the month's end"), *banded(f, rows)]
    body += [recorded(f, k, m["recorded_t"], m["recorded_t"], weak=m["weak"], says=_stock_says(m)) for k, m in known]
    legend = [
        (KEY_BAND, f"modelled, 5-95 percent ({summary['basis'].split(':')[0]})"),
        (KEY_READ, "recorded, read"),
        (KEY_WEAK, "recalled, or reckoned from recalled flows"),
    ]
    drawn, height = keys(legend, f.height + 4, width)
    stated = f"Stock by month's end: {summary['basis']}."
    return document(width, height, "Stock of aviation gasoline", stated, body + drawn)


def _stock_says(m: dict) -> str:
    reckoned = "reckoned from recalled output and consumption" if m["measure"] == "stock_end_flow" else m["status"]
    return f"{m['month']}: {m['recorded_t']:,.0f} t, {reckoned}"


# Figure: tons dropped on the oil system by force and month.

FORCE_NAMES = {
    "bomber_command": "Bomber Command",
    "eighth_af": "Eighth Air Force",
    "fifteenth_af": "Fifteenth Air Force",
}
FORCE_COLOURS = {"bomber_command": "#0072b2", "eighth_af": "#e69f00", "fifteenth_af": "#009e73"}
RECALLED_OPACITY = 0.35
"""Raids known only from the recalled calendar are drawn this pale: their tons are the median of their force."""


def tonnage_figure(summary: dict, width: int = WIDE_PX) -> str:
    """Tons a month on the system's plants and groups, stacked by force, as SVG.

    summary: from `oilplan.studies.run.summary`; width: pixels
    """
    months = list(dict.fromkeys(r["month"] for r in summary["raids"]))
    of = {(r["month"], r["force"]): r for r in summary["raids"]}
    totals = [sum(of[m, f]["recorded_t"] + of[m, f]["recalled_t"] for f in FORCE_NAMES) for m in months]
    f = frame(totals, len(months), width, HEIGHT_PX)
    body = axes(f, months, "thousand metric tons")
    for k, month in enumerate(months):
        body += _column(f, k, [of[month, force] for force in FORCE_NAMES])
    legend = [(_swatch(FORCE_COLOURS[force]), FORCE_NAMES[force]) for force in FORCE_NAMES]
    legend.append((_swatch("#777", RECALLED_OPACITY), "pale: raid known from memory only"))
    drawn, height = keys(legend, f.height + 4, width)
    title = "Tons dropped on oil by force and month"
    return document(width, height, title, "Stacked columns, metric tons.", body + drawn)


def _column(f, k: int, parts: list[dict]) -> list[str]:
    marks, stood = [], 0.0
    for part in parts:
        for name, opacity in (("recorded_t", 1.0), ("recalled_t", RECALLED_OPACITY)):
            tons = part[name]
            if tons:
                marks.append(
                    _bar(f, k, stood, stood + tons, FORCE_COLOURS[part["force"]], opacity, _tonnage_says(part, name))
                )
                stood += tons
    return marks


def _bar(f, k: int, low: float, high: float, fill: str, opacity: float, says: str) -> str:
    wide = f.step * 0.7
    return (
        f'<rect x="{f.x(k) - wide / 2:.1f}" y="{f.y(high):.1f}" width="{wide:.1f}" height="{f.y(low) - f.y(high):.1f}" '
        f'fill="{fill}" fill-opacity="{opacity}"><title>{escape(says)}</title></rect>'
    )


def _tonnage_says(part: dict, name: str) -> str:
    how = f"of which {part['doubted_t']:,} t with a doubt" if name == "recorded_t" else "known from memory only"
    return f"{part['month']} {FORCE_NAMES[part['force']]}: {part[name]:,} t, {how}"


def _swatch(fill: str, opacity: float = 1.0) -> str:
    return f'<rect x="-8" y="-6" width="16" height="12" fill="{fill}" fill-opacity="{opacity}"/>'


def optimum_figure(summary: dict, width: int = WIDE_PX) -> str:
    """What every way of choosing denied (dot: median, line: 5-95 percent), and the bound, as SVG. summary: of an optimum."""
    rows = [(a["name"].replace("_", " "), a["denied"]) for a in summary["arms"]] + [("bound", summary["bound"])]
    left, top, each = 150.0, 40.0, 26.0
    low, high = min(0.0, *(v["p05"] for _, v in rows)), top_of_scale(max(v["p95"] for _, v in rows))
    scale, bottom = (width - left - 20) / (high - low), top + each * len(rows)
    body = [text(8, top - 16, "thousand tons of aviation gasoline denied", fill=FAINT)]
    for k in range(5):
        x = left + (k / 4 * high - low) * scale
        body += [
            line([(x, top), (x, bottom)], stroke=GRID, width=1),
            text(x, bottom + 16, f"{k / 4 * high / 1000:,.0f}", anchor="middle", fill=FAINT),
        ]
    for k, (name, v) in enumerate(rows):
        y = top + each * (k + 0.5)
        ends = [(left + (v[q] - low) * scale, y) for q in ("p05", "p95")]
        body += [text(left - 8, y + 4, name, anchor="end"), line(ends, stroke=INK, width=2)]
        body.append(f'<circle cx="{left + (v["median"] - low) * scale:.1f}" cy="{y:.1f}" r="4.5" fill="{INK}"/>')
    stated = f"Best raids of {summary['force']}: medians and 5-95 percent of {', '.join(name for name, _ in rows)}."
    return document(width, bottom + 30, "Aviation gasoline denied", stated, body)


# The page.


def page_html(summary: dict, manifest: dict) -> str:
    """The report as HTML: who was right, figures, tables, what is known and recalled, and what it was made from.

    summary, manifest: of one `oilplan.studies.run.Run`. No script, no outside address.
    """
    others = tuple(name for name in SERIES if name not in HEADLINE)
    return page(
        "run.html.j2",
        answer=shipped_answer(manifest["record_hash"]),
        answer_words=verdict_text,
        summary=summary,
        manifest=manifest,
        heads=HEADS,
        headline=HEADLINE,
        others=others,
        tables={name: rows_of(summary, name) for name in SERIES},
        outputs={name: figure(name, SERIES[name], partial(output_figure, summary, name)) for name in SERIES},
        map=figure("map", "Plants and the tons dropped on them", partial(map_figure, summary)),
        tonnage=figure("tons", "Tons dropped on oil by force and month", partial(tonnage_figure, summary)),
        stock=figure("stock", "Stock of aviation gasoline", partial(stock_figure, summary)),
        plants=sorted(summary["plants"], key=lambda p: -p["bombs_t"]),
        tons=_tons_rows(summary),
        force_names=list(FORCE_NAMES.values()),
        resilience=[
            (meaning, f"{low} to {high}" if low else "-")
            for _, meaning, low, high in resilience_rows(summary["resilience"])
        ],
        joint={product: joint_rows(summary["joint_products"], product) for product in summary["joint_products"]},
        motor=[_motor_row(m) for m in summary["motor_fuel"]],
    )


def _tons_rows(summary: dict) -> list[tuple]:
    """Month, then recorded and recalled tons of each force as text."""
    of = {(r["month"], r["force"]): r for r in summary["raids"]}
    months = dict.fromkeys(r["month"] for r in summary["raids"])
    return [(month, *(_tons_cell(of[month, force]) for force in FORCE_NAMES)) for month in months]


def _tons_cell(r: dict) -> str:
    recalled = f" + {r['recalled_t']:,}*" if r["recalled_t"] else ""
    return f"{r['recorded_t']:,}{recalled}"


def _motor_row(m: dict) -> tuple[str, ...]:
    """Month, delivered and recorded tons in thousands, percent of April and of the need, as text."""
    mark = "*" if m["weak"] else ""
    delivered = _banded([t / 1000 for t in m["delivered_t"]])
    recorded = "" if m["recorded_t"] is None else f"{m['recorded_t'] / 1000:.0f}{mark}"
    of_april = "" if m["recorded_percent_of_april"] is None else f"{m['recorded_percent_of_april']:.0f}{mark}"
    met = "" if m["met_percent"] is None else _banded(m["met_percent"])
    return m["month"], delivered, recorded, _banded(m["percent_of_april"]), of_april, met


def _banded(band: list[float]) -> str:
    low, median, high = band
    return f"{median:.0f} ({low:.0f} to {high:.0f})"


# The files of one run: numbers, every draw, what it was made from, and the report.


def write_run(run: Run, out: Path, *, force: bool = False) -> None:
    """Write summary.json, campaign (Zarr), manifest.json and report.html to ``out``, whole or not at all.

    run: from `run_directive`; out: a folder that does not exist yet; force: replace an earlier result there

    Raises OilplanError where ``out`` stands in the way or cannot be written.
    """
    html = page_html(run.summary, run.manifest)

    def campaign(folder: Path) -> None:
        write_campaign(run.flown, run.summary["basis"], folder / "campaign")

    write_result(out, "summary.json", run.summary, run.manifest, html, force=force, data=campaign)
