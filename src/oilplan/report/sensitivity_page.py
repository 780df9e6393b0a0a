"""The report of a sensitivity study: one HTML file that opens offline and prints, and the files beside it."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

from ..experiments.results_folder import write_whole
from ..experiments.sensitivity import Sensitivity
from .as_json import as_json
from .compare_table import month_name
from .figure_sensitivity import bars_figure
from .page import figure, page
from .sensitivity_table import SHOWN, cell, marked, says, shares_of


def sensitivity_html(made: Sensitivity) -> str:
    """The report as HTML: bars for each outcome, all inputs with their errors, and what it was made from."""
    summary = made.summary
    inputs = {i["name"]: i for i in summary["inputs"]}
    rows = [(marked(r), r["known"], [cell(*pair) for pair in shares_of(summary, r["name"])])
            for r in summary["overall"]]  # fmt: skip
    return page(
        "sensitivity.html.j2", summary=summary, manifest=made.manifest, says=says(summary), rows=rows,
        figures=[_figure(o) for o in summary["outcomes"]], inputs=[inputs[r["name"]] for r in summary["overall"]],
    )  # fmt: skip


def _figure(outcome: dict) -> dict:
    meaning = outcome["meaning"]
    drawn = figure(
        f"sensitivity-{outcome['name']}", meaning[0].upper() + meaning[1:], partial(bars_figure, outcome, SHOWN)
    )
    return {**drawn._asdict(), "told": _told(outcome)}


def _told(outcome: dict) -> str:
    """Median and 90 percent of the runs in the outcome's own unit; months by name."""
    say = month_name if outcome["unit"] == "month" else (lambda v: f"{v:,.0f} {outcome['unit']}")
    low, median, high = (say(outcome[k]) for k in ("p05", "median", "p95"))
    return f"{median} in the median, {low} to {high} in 90 percent of runs."


def write_sensitivity(made: Sensitivity, out: Path, *, force: bool = False) -> None:
    """Write sensitivity.json, manifest.json and report.html to ``out``, whole or not at all.

    Raises OilplanError where ``out`` stands in the way or cannot be written.
    """

    def fill(folder: Path) -> None:
        (folder / "sensitivity.json").write_text(as_json(made.summary) + "\n", encoding="utf-8")
        (folder / "manifest.json").write_text(json.dumps(made.manifest, indent=1) + "\n", encoding="utf-8")
        (folder / "report.html").write_text(sensitivity_html(made), encoding="utf-8")

    write_whole(out, fill, force=force)
