"""A document cut into pieces for a page: raw beside reading, each repair and fact on its own piece."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from oilplan.evidence.findings import Document, Repair

BREAK = re.compile(r"\n\s*\n|\f")
LONGEST_BLOCK = 2500
"""Characters; a longer paragraph is shown in parts, cut at a space."""


class Piece(NamedTuple):
    """A stretch of raw text with its reading; ``kind`` is a repair's class or "", ``facts`` what was found in it."""

    raw: str
    reading: str
    kind: str
    reason: str
    facts: tuple[tuple[str, str, str], ...]


class Block(NamedTuple):
    """A paragraph of pieces, with the raw offset it begins at."""

    start: int
    pieces: tuple[Piece, ...]


def blocks(document: Document) -> list[Block]:
    """The document's paragraphs; every piece of raw text stands in exactly one."""
    repairs = {r.start: r for r in document.repairs if r.end > r.start and not _holds_another(r, document)}
    facts = _facts(document)
    edges = {0, len(document.raw)}
    for repair in repairs.values():
        edges |= {repair.start, repair.end}
    for start, end, *_ in facts:
        edges |= {start, end}
    edges = {e for e in edges if not any(r.start < e < r.end for r in repairs.values())}
    ends = _block_ends(document)
    points = sorted(edges | set(ends))
    found, pieces, began = [], [], 0
    for start, end in pairwise(points):
        pieces.append(_piece(document.raw, start, end, repairs.get(start), facts))
        if end in ends:
            found.append(Block(began, tuple(pieces)))
            pieces, began = [], end
    return found


def _holds_another(repair: Repair, document: Document) -> bool:
    """Flags over a long stretch (a flattened table) give way to what was found inside them."""
    return repair.text is None and any(
        o is not repair
        and repair.start <= o.start
        and o.end <= repair.end
        and (o.start, o.end) != (repair.start, repair.end)
        for o in document.repairs
    )


def _facts(document: Document) -> list[tuple[int, int, str, str, str]]:
    found = [(n.start, n.end, n.kind, n.id or "", n.collision or n.id or "not in the record") for n in document.names]
    found += [(d.start, d.end, "date", "", d.edtf) for d in document.dates]
    found += [(q.start, q.end, "quantity", "", _measure(q.value, q.unit, q.of)) for q in document.quantities]
    return sorted(found)


def _measure(value: float | None, unit: str, of: str) -> str:
    number = "" if value is None else f"{value:g} "
    return f"{number}{unit}" + (f" of {of}" if of else "")


def _block_ends(document: Document) -> set[int]:
    ends = {r.end for r in document.repairs if r.kind == "paragraph_break"} | {
        r.start for r in document.repairs if r.kind == "footnote_in_body"
    }
    ends |= {m.end() for m in BREAK.finditer(document.raw)} | {len(document.raw)}
    inside = sorted((r.start, r.end) for r in document.repairs)
    whole = sorted(ends | {0})
    for start, end in pairwise(whole):
        at = start
        while end - at > LONGEST_BLOCK:
            at = document.raw.rfind(" ", at, at + LONGEST_BLOCK) + 1 or at + LONGEST_BLOCK
            if not any(s < at < e for s, e in inside):
                ends.add(at)
    return ends - {0}


def _piece(raw: str, start: int, end: int, repair: Repair | None, facts: list[tuple[int, int, str, str, str]]) -> Piece:
    text = raw[start:end]
    mine = tuple((kind, key, what) for s, e, kind, key, what in facts if s < end and start < e)
    if repair and repair.end == end:
        reason = f"{repair.kind.replace('_', ' ')}, confidence {repair.confidence:.2f}: {repair.reason}"
        return Piece(text, repair.reading, repair.kind, reason, mine)
    return Piece(text, text, "", "", mine)


def apparatus_window(raw: str, start: int, text: str) -> Iterator[str]:
    """Words before and after a variant, for showing it in place."""
    yield raw[max(0, start - 40) : start]
    yield raw[start + len(text) : start + len(text) + 40]
