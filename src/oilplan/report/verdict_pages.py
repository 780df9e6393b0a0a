"""Verdicts as JSON: one object per claim, every number with its interval, every row by its table and key."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

from ..argument.answer import shipped_answer
from ..argument.shares import FORCES
from ..argument.shipped import verdict_json
from ..argument.timeline import Timeline, timeline
from ..argument.verdict import Verdict
from ..record import WEAK_MEANING, Record
from ..results_folder import MARK, write_whole
from ..studies.manifest import manifest
from . import verdict_text as verdict_words
from .svg import NARROW_PX, WIDE_PX
from .verdict_figures import curve_figure, timeline_figure


def verdicts_json(verdicts: list[Verdict]) -> list[dict[str, Any]]:
    """The verdicts as plain objects; ``rests_on_recalled`` is a share of ``record_rows``, 0 to 1."""
    return [verdict_json(v) for v in verdicts]


# The verdict pages: one for each claim, one table for all, and the letters as a timeline. They open offline.

TEMPLATES = "verdict_templates"
LETTERS_PAGE, INDEX_PAGE, DATA = "letters.html", "index.html", "verdicts.json"


def write_verdicts(
    verdicts: list[Verdict], record: Record, out: Path, *, force: bool = False, command: list[str] | None = None
) -> None:
    """Write a page per claim, index.html, letters.html, verdicts.json and manifest.json to ``out``, whole or not at all.

    force: replace an earlier result there; command: the words of the command line, for the manifest

    Every text of the record is escaped; pages hold their own style, load nothing and run nothing. Raises OilplanError
    where ``out`` stands in the way or cannot be written.
    """
    keys = {v.claim_id: v.draws.key for v in verdicts if v.draws}
    stated = manifest(record, command=command or [], seed=keys, claims=[v.claim_id for v in verdicts])
    files = pages(verdicts, record)
    files[DATA] = json.dumps(verdicts_json(verdicts), ensure_ascii=False, indent=1) + "\n"
    files[MARK] = json.dumps(stated, indent=1) + "\n"

    def fill(folder: Path) -> None:
        for name, content in files.items():
            (folder / name).write_text(content, encoding="utf-8")

    write_whole(out, fill, force=force)


def pages(verdicts: list[Verdict], record: Record) -> dict[str, str]:
    """The pages as HTML by file name."""
    answer = shipped_answer(getattr(record, "hash", ""))
    out = {INDEX_PAGE: _page("index.html.j2", verdicts=verdicts, tally=verdict_words.tally(verdicts), answer=answer)}
    ids = [v.claim_id for v in verdicts]
    for k, v in enumerate(verdicts):
        around = {"before": ids[k - 1] if k else None, "after": ids[k + 1] if k + 1 < len(ids) else None}
        out[f"{v.claim_id}.html"] = _claim_page(v, record, around)
    lines = timeline(record)
    figures = {"wide": timeline_figure(lines, WIDE_PX), "narrow": timeline_figure(lines, NARROW_PX)}
    out[LETTERS_PAGE] = _page("letters.html.j2", t=lines, forces=FORCES, shares=_share_rows(lines), **figures)
    return out


def _claim_page(v: Verdict, record: Record, around: dict[str, str | None]) -> str:
    figure = None
    if v.curve:
        figure = {
            "wide": curve_figure(v.curve, WIDE_PX),
            "narrow": curve_figure(v.curve, NARROW_PX),
            "title": v.curve.title,
        }
    weak = set(v.recalled_rows)
    by_table: dict[str, list[tuple[str, bool]]] = {}
    for table, row in v.record_rows:
        by_table.setdefault(table, []).append((row, (table, row) in weak))
    return _page("claim.html.j2", v=v, figure=figure, works=verdict_words.works(v, record), tables=by_table, **around)


def _share_rows(t: Timeline) -> list[tuple[str, list[str]]]:
    """Month, then each force's share as text; recalled and digitised ones marked."""
    of = {(s.month, s.force): s for s in t.shares}
    months = sorted({s.month for s in t.shares})
    return [(m, [_percent(of.get((m, force))) for force in FORCES]) for m in months]


def _percent(share) -> str:
    return "–" if share is None else f"{share.percent:.0f}{verdict_words.MARK if share.weak else ''}"


def _page(name: str, **values: Any) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("oilplan.report", TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = environment.get_template("verdict.css").render()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    from markupsafe import Markup

    return environment.get_template(name).render(
        words=verdict_words, style=Markup(style), style_hash=digest, weak_meaning=WEAK_MEANING, **values
    )
