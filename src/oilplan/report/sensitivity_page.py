"""The report of a sensitivity study: one HTML file that opens offline and prints, and the files beside it."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path

from ..experiments.results_folder import write_whole
from ..experiments.sensitivity import Sensitivity
from .as_json import as_json
from .compare_table import month_name
from .figure_sensitivity import bars_figure
from .sensitivity_table import SHOWN, cell, marked, says, shares_of
from .svg import NARROW_PX, WIDE_PX


def sensitivity_html(made: Sensitivity) -> str:
    """The report as HTML: bars for each outcome, all inputs with their errors, and what it was made from."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(loader=PackageLoader("oilplan.report"), autoescape=True, undefined=StrictUndefined,
                              trim_blocks=True, lstrip_blocks=True)  # fmt: skip
    summary = made.summary
    inputs = {i["name"]: i for i in summary["inputs"]}
    rows = [(marked(r), r["known"], [cell(*pair) for pair in shares_of(summary, r["name"])])
            for r in summary["overall"]]  # fmt: skip
    return environment.get_template("sensitivity.html.j2").render(
        summary=summary, manifest=made.manifest, says=says(summary), rows=rows,
        figures=[_figure(o) for o in summary["outcomes"]], inputs=[inputs[r["name"]] for r in summary["overall"]],
    )  # fmt: skip


def _figure(outcome: dict) -> dict:
    wide = bars_figure(outcome, SHOWN, WIDE_PX)
    href = "data:image/svg+xml;base64," + b64encode(wide.encode()).decode()
    meaning = outcome["meaning"]
    return {"name": outcome["name"], "title": meaning[0].upper() + meaning[1:], "told": _told(outcome), "wide": wide,
            "narrow": bars_figure(outcome, SHOWN, NARROW_PX), "href": href}  # fmt: skip


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
