"""The two pages a person opens: the reading (raw beside reading) and the review sheet. Both work offline."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from oilplan.errors import OilplanError
from oilplan.evidence.as_json import reading_json
from oilplan.evidence.findings import Proposal, Reading
from oilplan.evidence.judgements import FORMAT, WORDS
from oilplan.evidence.linked_record import linked_rows, quoted_claims
from oilplan.evidence.pieces import apparatus_window, blocks

MARKS = ("source_keys", "via", "status", "row_id", "source", "how_verified")
"""Columns that `accept` fills itself."""
CONTEXT = 200
"""Characters shown either side of a proposal's words."""


def reading_html(reading: Reading) -> str:
    """The reading page: each document raw beside its reading, repairs and facts marked, variants, rows touched.

    Every text from a scan is escaped; the page holds its own style and loads nothing.
    """
    documents = [
        {"document": d, "blocks": blocks(d), "claims": quoted_claims(d), "counts": _counts(d)}
        for d in reading.documents
    ]
    return _page(
        "reading.html.j2",
        reading=reading,
        documents=documents,
        linked=linked_rows(reading),
        variants=_variants(reading),
    )


def review_html(reading: Reading) -> str:
    """The review sheet: each proposal with its page, candidates and collisions; takes accept, reject or unclear.

    Judgements are kept in the browser and saved as `judgements.json`, which the next run reads.
    """
    raws = {d.file: d.raw for d in reading.documents}
    sheets = [_sheet(p, raws[p.file]) for p in reading.proposals]
    return _page(
        "review.html.j2",
        sheets=sheets,
        words=WORDS,
        format=FORMAT,
        key=_key(reading),
        **_inlined("script", "review.js"),
    )


def write_pages(reading: Reading, out: Path) -> list[Path]:
    """Write `reading.json`, `reading.html` and `review.html` into ``out``, each whole or not at all.

    Returns the paths. Raises OilplanError when the folder cannot be written. `judgements.json` there is left alone.
    """
    pages = {
        "reading.json": json.dumps(reading_json(reading), ensure_ascii=False, indent=1) + "\n",
        "reading.html": reading_html(reading),
        "review.html": review_html(reading),
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in pages.items():
            _replace(out / name, text)
    except OSError as error:
        raise OilplanError(f"{out} cannot be written: {error.strerror or error}.") from None
    return [out / name for name in pages]


def reading_summary(reading: Reading) -> str:
    """A few lines for a terminal: what was found in each document, the overlaps, the proposals."""
    lines = []
    for document in reading.documents:
        counts = ", ".join(f"{n} {what}" for what, n in _counts(document).items())
        lines.append(f"{document.file}: {len(document.raw):,} characters; {counts}")
    for o in reading.overlaps:
        a, b = f"{o.a}[{o.a_span[0]}:{o.a_span[1]}]", f"{o.b}[{o.b_span[0]}:{o.b_span[1]}]"
        lines.append(f"{a} = {b}, {len(o.differences)} variants; joined {o.joined_characters:,} characters")
    judged = sum(bool(p.judgement) for p in reading.proposals)
    lines.append(
        f"{len(reading.proposals)} rows proposed, {judged} judged (--out DIR writes the pages to read and judge)"
    )
    return "\n".join(lines)


def _counts(document: Any) -> dict[str, int]:
    parts = ("repairs", "dates", "names", "quantities", "letters", "quotations", "notes")
    return {part: len(getattr(document, part)) for part in parts}


def _variants(reading: Reading) -> list[dict[str, Any]]:
    raws = {d.file: d.raw for d in reading.documents}
    found = []
    for o in reading.overlaps:
        rows = [
            {"difference": d, "around": tuple(apparatus_window(raws[o.a], d.a_start, d.a_text))} for d in o.differences
        ]
        found.append({"overlap": o, "rows": rows})
    return found


def _sheet(proposal: Proposal, raw: str) -> dict[str, Any]:
    from oilplan.record import load_record

    described = {c.name: c for c in load_record().describe(proposal.table)}
    key = next(c for c in described if c != "row_id")
    cells = [(c, proposal.row.get(c, ""), d.meaning) for c, d in described.items() if c not in (*MARKS, key)]
    around = (
        raw[max(0, proposal.start - CONTEXT) : proposal.start],
        raw[proposal.end : proposal.end + CONTEXT],
    )
    filled = [(c, v) for c, v, _ in cells if v and c not in ("gist", "quote", "confidence")]
    empty = [c for c, v, _ in cells if described[c].required and not v]
    return {"proposal": proposal, "cells": cells, "around": around, "filled": filled, "empty": empty}


def _key(reading: Reading) -> str:
    return hashlib.sha256("".join(p.id for p in reading.proposals).encode()).hexdigest()[:16]


@cache
def _environment() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("oilplan.evidence", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _page(template: str, **values: Any) -> str:
    return _environment().get_template(template).render(**_inlined("style", "page.css"), **values)


def _inlined(name: str, file: str) -> dict[str, Any]:
    """A style sheet or script for the page itself, with the hash by which its policy admits it and nothing else."""
    from markupsafe import Markup

    text = _environment().loader.get_source(_environment(), file)[0]
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return {name: Markup(text), f"{name}_hash": digest}


def _replace(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
