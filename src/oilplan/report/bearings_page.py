"""The report of the bearing attacks: one HTML file that opens offline and prints, and the files beside it."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

from ..experiments.manifest import manifest
from ..experiments.results_folder import MARK, write_whole
from ..record import Record
from .as_json import as_json
from .bearings_table import tables_of
from .figure_arms import arms_figure
from .page import figure, page

TITLE, UNIT = "German output of bearings", "percent of output before the raids"


def bearings_html(summary: dict, made_from: dict) -> str:
    """The report as HTML: output month by month, outcomes with intervals, what is undetermined, what it was made from.

    summary: from `oilplan.experiments.compare_bearings.compare_bearings`; made_from: its manifest
    """
    bands = summary["output_percent"]
    months = tuple(bands[summary["base"]]["month"])
    draw = partial(arms_figure, bands, TITLE, UNIT, None, months=months, per=1.0)
    return page("bearings.html.j2", summary=summary, manifest=made_from, months=months,
                figure=figure("bearings", TITLE, draw), unit=UNIT, tables=tables_of(summary))  # fmt: skip


def write_bearings(
    summary: dict, record: Record, out: Path, *, force: bool = False, command: list[str] | None = None
) -> None:
    """Write compare.json, manifest.json and report.html to ``out``, whole or not at all.

    summary: from `oilplan.experiments.compare_bearings.compare_bearings`; force: replace an earlier result there; command: the
    words of the command line, for the manifest

    Raises OilplanError where ``out`` stands in the way or cannot be written.
    """
    told = manifest(record, command=command or [], seed=summary["seed"], draws=summary["draws"],
                    arms=list(summary["about"]), base=summary["base"])  # fmt: skip

    def fill(folder: Path) -> None:
        (folder / "compare.json").write_text(as_json(summary) + "\n", encoding="utf-8")
        (folder / MARK).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
        (folder / "report.html").write_text(bearings_html(summary, told), encoding="utf-8")

    write_whole(out, fill, force=force)
