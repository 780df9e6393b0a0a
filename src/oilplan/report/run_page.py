"""A run: its table for a terminal, its figures, and the report as one HTML file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape
from pathlib import Path

from ..argument.answer import shipped_answer
from ..argument.shares import FORCES as FORCE_NAMES
from ..digits import spread
from ..studies.datasets import write_campaign
from ..studies.replay import HEADLINE, SERIES
from ..studies.run import Run
from ..units import DAYS_PER_MONTH
from . import verdict_text
from .figure_map import map_figure
from .page import figure, page, write_result
from .svg import KEY_BAND, KEY_READ, KEY_WEAK, WIDE_PX, Frame, axes, banded, document, frame, keys, recorded

HEIGHT_PX = 280


def output_figure(summary: dict, series: str, width: int = WIDE_PX) -> str:
    """Modelled output of one series (median, 5-95 percent) with the recorded figures, as SVG.

    summary: from `oilplan.studies.run.summary`; series: a key of its ``series``; width: pixels
    """

    def says(m: dict) -> str:
        mark = ", not wholly read" if m["weak"] else ""
        return f"{m['month']}: {m['recorded_low_t']:,.0f} to {m['recorded_high_t']:,.0f} t, {m['status']}{mark}"

    rows, title = [m for m in summary["months"] if m["series"] == series], summary["series"][series]
    known = [
        (k, m["recorded_low_t"], m["recorded_high_t"], m) for k, m in enumerate(rows) if m["recorded_t"] is not None
    ]
    stated = f"{title} by month, April 1944 to April 1945: {summary['basis']}."
    words = ("thousand tons a month", "recorded, recalled in whole or part", title, stated)
    return _against_record(summary, rows, known, says, words, width)


def stock_figure(summary: dict, width: int = WIDE_PX) -> str:
    """Modelled stock at each month's end (median, 5-95 percent) with what the record has, as SVG.

    summary: from `oilplan.studies.run.summary`; width: pixels. Modelled from the end of April 1944.
    """

    def says(m: dict) -> str:
        reckoned = "reckoned from recalled output and consumption" if m["measure"] == "stock_end_flow" else m["status"]
        return f"{m['month']}: {m['recorded_t']:,.0f} t, {reckoned}"

    rows, title = summary["stock"], "Stock of aviation gasoline"
    known = [(k, m["recorded_t"], m["recorded_t"], m) for k, m in enumerate(rows) if m["recorded_t"] is not None]
    stated = f"Stock by month's end: {summary['basis']}."
    words = ("thousand tons at the month's end", "recalled, or reckoned from recalled flows", title, stated)
    return _against_record(summary, rows, known, says, words, width)


def _against_record(
    summary: dict,
    rows: list[dict],
    known: list[tuple[int, float, float, dict]],
    says: Callable[[dict], str],
    words: tuple[str, str, str, str],
    width: int,
) -> str:
    """Band and median of months with recorded figures over them.

    known: column, lowest and highest tons, and row of each; says: a row in words; words: unit, what a weak figure is,
    title and description
    """
    unit, weak, title, stated = words
    f = frame([m["p95_t"] for m in rows] + [high for _, _, high, _ in known], len(rows), width, HEIGHT_PX)
    body = [*axes(f, [m["month"] for m in rows], unit), *banded(f, rows)]
    body += [recorded(f, k, low, high, weak=m["weak"], says=says(m)) for k, low, high, m in known]
    modelled = f"modelled, 5-95 percent ({summary['basis'].split(':')[0]})"
    drawn, height = keys([(KEY_BAND, modelled), (KEY_READ, "recorded, read"), (KEY_WEAK, weak)], f.height + 4, width)
    return document(width, height, title, stated, body + drawn)


# Figure: tons dropped on the oil system by force and month.

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


def _column(f: Frame, k: int, parts: list[dict]) -> list[str]:
    marks, stood = [], 0.0
    for part in parts:
        for name, opacity in (("recorded_t", 1.0), ("recalled_t", RECALLED_OPACITY)):
            if tons := part[name]:
                colour, says = FORCE_COLOURS[part["force"]], _tonnage_says(part, name)
                marks.append(_bar(f, k, stood, stood + tons, colour, opacity, says))
                stood += tons
    return marks


def _bar(f: Frame, k: int, low: float, high: float, fill: str, opacity: float, says: str) -> str:
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


def page_html(summary: dict, manifest: dict) -> str:
    """The report as HTML: who was right, figures, tables, what is known and recalled, and what it was made from.

    summary, manifest: of one `oilplan.studies.run.Run`. No script, no outside address.
    """
    return page(
        "run.html.j2",
        answer=shipped_answer(manifest["record_hash"]),
        answer_words=verdict_text,
        summary=summary,
        manifest=manifest,
        heads=HEADS,
        headline=HEADLINE,
        others=tuple(name for name in SERIES if name not in HEADLINE),
        tables={name: rows_of(summary, name) for name in SERIES},
        outputs={name: figure(name, SERIES[name], partial(output_figure, summary, name)) for name in SERIES},
        map=figure("map", "Plants and the tons dropped on them", partial(map_figure, summary)),
        tonnage=figure("tons", "Tons dropped on oil by force and month", partial(tonnage_figure, summary)),
        stock=figure("stock", "Stock of aviation gasoline", partial(stock_figure, summary)),
        plants=sorted(summary["plants"], key=lambda p: -p["bombs_t"]),
        tons=_tons_rows(summary),
        force_names=list(FORCE_NAMES.values()),
        resilience=[(says, f"{a} to {b}" if a else "-") for _, says, a, b in resilience_rows(summary["resilience"])],
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


def write_run(run: Run, out: Path, *, force: bool = False) -> None:
    """Write summary.json, campaign (Zarr), manifest.json and report.html to ``out``, whole or not at all.

    run: from `run_directive`; out: a folder that does not exist yet; force: replace an earlier result there

    Raises OilplanError where ``out`` stands in the way or cannot be written.
    """
    html = page_html(run.summary, run.manifest)

    def campaign(folder: Path) -> None:
        write_campaign(run.flown, run.summary["basis"], folder / "campaign")

    write_result(out, "summary.json", run.summary, run.manifest, html, force=force, data=campaign)


# The month-by-month table of a run, as text for a terminal.

HEADS = ("month", "recorded t", "how known", "median t", "5-95 percent t", "inside")
FORMS = ("<7", ">17", "<12", ">9", ">19", "<6")
"""Eighty columns in all."""


def table_text(summary: dict) -> str:
    """Recorded interval and status beside the modelled median and band, one block a series.

    summary: from `oilplan.studies.run.summary`

    An asterisk marks a recorded figure that is recalled, partly recalled or of low confidence.
    """
    blocks = [*(_block(summary, name) for name in HEADLINE), _scores(summary), _notes(summary)]
    return "\n\n".join([*blocks, resilience_line(summary["resilience"]), *joint_blocks(summary["joint_products"])])


def resilience_line(measures: dict) -> str:
    """Measures of resilience of aviation gasoline in four lines: 5 to 95 percent."""
    of = {name: f"{low} to {high}" if low else "-" for name, _, low, high in resilience_rows(measures)}
    return (
        "Resilience of aviation gasoline by month, against April 1944 (5 to 95 percent):\n"
        f"robustness {of['robustness']} of April's output; loss integral {of['loss_integral_d']} days of it;\n"
        f"{of['time_to_90_d']} days under 90 percent; rapidity {of['rapidity_per_d']} percent of April's output a month."
    )


RESILIENCE = (
    ("robustness", "share of April's output in the worst month", ".3f", 1.0),
    ("loss_integral_d", "days of April's output lost in all", ",.0f", 1.0),
    ("time_to_90_d", "days under 90 percent of it", ",.0f", 1.0),
    ("rapidity_per_d", "percent of it regained a month, from the worst on", ".1f", 100 * DAYS_PER_MONTH),
)
"""Measures by name: what they say, how they are written, and what they are multiplied by."""


def resilience_rows(measures: dict) -> list[tuple[str, str, str, str]]:
    """Name, meaning, lowest and highest (5 and 95 percent) of every measure as text; empty where no draw has it."""
    out = []
    for name, meaning, form, times in RESILIENCE:
        low, high = ("" if v is None else f"{times * v:{form}}" for v in (measures[name]["p05"], measures[name]["p95"]))
        out.append((name, meaning, low, high))
    return out


def joint_blocks(products: dict) -> list[str]:
    """Nitrogen and methanol by month beside the record, in percent of spring 1944."""
    lines = [JOINT_TITLE]
    for product in products:
        rows = joint_rows(products, product)
        lines += [
            f"  {product}",
            *(f"    {m}  {made:>4}{'  recorded ' + known if known else ''}" for m, made, known in rows),
        ]
    return ["\n".join(lines)] if products else []


JOINT_TITLE = "Made from the same gas at Leuna and Oppau, percent of spring 1944; others as rail allows"


def joint_rows(products: dict, product: str) -> list[tuple[str, str, str]]:
    """Month, modelled median and band, and what the record has, as text."""
    out = []
    for m in products[product]:
        known = " and ".join(f"{v:.0f}" for v in m["recorded"].values())
        tons = " and ".join(f"{v:,.0f}" for v in m["recorded_t"].values())
        said = f"{known}{' (' + tons + ' t)' if tons else ''}{'*' if m['weak'] else ''}" if known else ""
        out.append((m["month"], f"{m['median']:4.0f} ({m['p05']:.0f} to {m['p95']:.0f})", said))
    return out


def rows_of(summary: dict, series: str) -> list[tuple[str, ...]]:
    """Cells of one block as text, one row a month, in the order of `HEADS`."""
    return [_cells(m) for m in summary["months"] if m["series"] == series]


def _cells(m: dict) -> tuple[str, ...]:
    mark = "*" if m["weak"] else ""
    ends = dict.fromkeys((m["recorded_low_t"], m["recorded_high_t"]))
    known = "-" if m["recorded_t"] is None else " - ".join(f"{t:,.0f}" for t in ends)
    status = "not recorded" if m["recorded_t"] is None else m["status"] + mark
    met = {None: "", True: "yes", False: "no"}[m["inside"]]
    median, band = spread(m["median_t"], m["p05_t"], m["p95_t"])
    return m["month"], known, status, median, (band or median).replace(" to ", " - "), met


def _block(summary: dict, series: str) -> str:
    lines = [f"{summary['series'][series]} [{summary['basis'].split(':')[0]}]", _line(HEADS)]
    lines += ["  ".join("-" * int(form[1:]) for form in FORMS)]
    return "\n".join(lines + [_line(cells) for cells in rows_of(summary, series)])


def _line(cells: tuple[str, ...]) -> str:
    return "  ".join(f"{c:{form}}" for c, form in zip(cells, FORMS, strict=True)).rstrip()


def _scores(summary: dict) -> str:
    s = summary["scores"]
    if s["crps"] is None:
        return "No month is recorded, so nothing is scored."
    return (
        f"{s['months']} recorded months after April 1944: CRPS {s['crps']:,.0f} t a month, "
        f"{100 * s['coverage90']:.0f} percent\ninside the 90 percent band. {summary['basis'].capitalize()}."
    )


def _notes(summary: dict) -> str:
    return (
        "* recalled, partly recalled, or of low confidence: not every page was seen.\n"
        "Two recorded figures: sources differ. median, 5-95 percent: modelled.\n"
        f"inside: a recorded figure lies in the band, to {summary['scores']['rounding_t']:,.0f} t."
    )
