"""The report of a comparison: one HTML file that opens offline and prints, and the files beside it."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

from ..clock import MONTHS
from ..experiments.compare import Comparison
from ..experiments.compare_dataset import bands, write_dataset
from ..experiments.results_folder import write_whole
from .as_json import as_json
from .compare_table import LABELS, rows_of
from .figure_arms import arms_figure
from .page import figure, page

FIGURES = {
    "aviation_gasoline": ("Aviation gasoline delivered", "thousand tons a month"),
    "stock": ("Stock of aviation gasoline", "thousand tons at the month's end"),
    "motor_fuel": ("Motor gasoline and diesel delivered", "thousand tons a month"),
}


def compare_html(made: Comparison) -> str:
    """The report as HTML: outcomes with intervals, overlaid bands, what is undetermined, what it was made from."""
    series, first = bands(made), MONTHS.index(made.summary["from"][:7])
    figures = [figure(name, title, partial(arms_figure, series[name], title, unit, first))
               for name, (title, unit) in FIGURES.items()]  # fmt: skip
    return page(
        "compare.html.j2", summary=made.summary, manifest=made.manifest, figures=figures, twins=made.twins,
        tables=[(label, made.summary["meanings"][k], rows_of(made.summary, k)) for k, label in LABELS.items()],
    )  # fmt: skip


def write_comparison(made: Comparison, out: Path, *, force: bool = False) -> None:
    """Write compare.json, arms (Zarr), manifest.json and report.html to ``out``, whole or not at all.

    Raises OilplanError where ``out`` stands in the way or cannot be written.
    """

    def fill(folder: Path) -> None:
        (folder / "compare.json").write_text(as_json(made.summary) + "\n", encoding="utf-8")
        (folder / "manifest.json").write_text(json.dumps(made.manifest, indent=1) + "\n", encoding="utf-8")
        (folder / "report.html").write_text(compare_html(made), encoding="utf-8")
        write_dataset(made, folder / "arms")

    write_whole(out, fill, force=force)
