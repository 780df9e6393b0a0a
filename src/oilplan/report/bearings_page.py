"""The bearing attacks as text for a terminal."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

from ..record import Record
from ..results_folder import MARK, write_whole
from ..studies.manifest import manifest
from .compare_page import arms_figure
from .page import as_json, figure, page


def bearings_text(summary: dict) -> str:
    """Outcomes of both arms: median and 5-95 percent, difference from the base, and what is undetermined."""
    head = (
        f"Ball bearings from {summary['from']}, {summary['draws']:,} draws, base {summary['base']}.  "
        f"Median (5 to 95 percent).  [{summary['basis']}]"
    )
    blocks = []
    for label, unit, rows in tables_of(summary):
        blocks.append("\n".join([f"{label}: {unit}", *(f"  {name:<20}{c:<28}{d}" for name, c, d in rows)]))
    open_ends = "\n".join(f"undetermined: {k.replace('_', ' ')}: {v}." for k, v in summary["undetermined"].items())
    return "\n\n".join([head, *blocks, open_ends, f"Note: {summary['rests_on_recalled']}."])


def tables_of(summary: dict) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """Label and unit of every outcome, and arm, outcome and difference from the base as text, one row an arm."""
    first = summary["arms"][0]["outcomes"]
    return [
        (outcome.replace("_", " "), v["unit"], [_row(a, outcome, summary["base"]) for a in summary["arms"]])
        for outcome, v in first.items()
    ]


def _row(arm: dict, outcome: str, base: str) -> tuple[str, str, str]:
    told = "base" if arm["name"] == base else _cell(arm["difference"][outcome], "+")
    return arm["name"], _cell(arm["outcomes"][outcome], ""), told


def _cell(v: dict, sign: str) -> str:
    return f"{v['median']:{sign},.1f} ({v['p05']:{sign},.1f} to {v['p95']:{sign},.1f})"


# The report of the bearing attacks: one HTML file that opens offline and prints, and the files beside it.

TITLE, UNIT = "German output of bearings", "percent of output before the raids"


def bearings_html(summary: dict, made_from: dict) -> str:
    """The report as HTML: output month by month, outcomes with intervals, what is undetermined, what it was made from.

    summary: from `oilplan.studies.bearings.compare_bearings`; made_from: its manifest
    """
    bands = summary["output_percent"]
    months = tuple(bands[summary["base"]]["month"])
    draw = partial(arms_figure, bands, TITLE, UNIT, None, months=months, per=1.0)
    return page(
        "bearings.html.j2",
        summary=summary,
        manifest=made_from,
        months=months,
        figure=figure("bearings", TITLE, draw),
        unit=UNIT,
        tables=tables_of(summary),
    )


def write_bearings(
    summary: dict, record: Record, out: Path, *, force: bool = False, command: list[str] | None = None
) -> None:
    """Write compare.json, manifest.json and report.html to ``out``, whole or not at all.

    summary: from `oilplan.studies.bearings.compare_bearings`; force: replace an earlier result there; command: the
    words of the command line, for the manifest

    Raises OilplanError where ``out`` stands in the way or cannot be written.
    """
    told = manifest(
        record,
        command=command or [],
        seed=summary["seed"],
        draws=summary["draws"],
        arms=list(summary["about"]),
        base=summary["base"],
    )

    def fill(folder: Path) -> None:
        (folder / "compare.json").write_text(as_json(summary) + "\n", encoding="utf-8")
        (folder / MARK).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
        (folder / "report.html").write_text(bearings_html(summary, told), encoding="utf-8")

    write_whole(out, fill, force=force)
