"""The report of a run: one HTML file that opens offline and prints."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from ..argument.answer import shipped_answer
from ..studies.datasets import write_campaign
from ..studies.replay import HEADLINE, SERIES
from ..studies.run import Run
from . import verdict_text
from .figure_map import map_figure
from .figure_run import FORCE_NAMES, output_figure, stock_figure, tonnage_figure
from .page import figure, page, write_result
from .run_table import HEADS, joint_rows, resilience_rows, rows_of


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
