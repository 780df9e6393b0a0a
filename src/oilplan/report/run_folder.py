"""The files of one run: numbers, every draw, what it was made from, and the report."""

from __future__ import annotations

import json
from pathlib import Path

from ..experiments.replay_run import Run
from ..experiments.results_dataset import write_dataset
from ..experiments.results_folder import write_whole
from .as_json import as_json
from .run_page import page_html


def write_run(run: Run, out: Path, *, force: bool = False) -> None:
    """Write summary.json, campaign (Zarr), manifest.json and report.html to ``out``, whole or not at all.

    run: from `run_directive`; out: a folder that does not exist yet; force: replace an earlier result there

    Raises OilplanError where ``out`` stands in the way or cannot be written.
    """

    def fill(folder: Path) -> None:
        (folder / "summary.json").write_text(as_json(run.summary) + "\n", encoding="utf-8")
        (folder / "manifest.json").write_text(json.dumps(run.manifest, indent=1) + "\n", encoding="utf-8")
        (folder / "report.html").write_text(page_html(run.summary, run.manifest), encoding="utf-8")
        write_dataset(run.flown, run.summary["basis"], folder / "campaign")

    write_whole(out, fill, force=force)
