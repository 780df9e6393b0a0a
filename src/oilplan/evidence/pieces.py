"""A document cut into pieces for a page: raw beside reading, each repair and fact on its own piece."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from oilplan.evidence.findings import Document, TextRepair

BREAK = re.compile(r"\n\s*\n|\f")
LONGEST_BLOCK = 2500
"""Characters; a longer paragraph is shown in parts, cut at a space."""


Fact = tuple[int, int, str, str, str]
"""Start, end, kind, id in the record, and what it says."""


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


def blocks(document: Document) -> Iterator[Block]:
    """The document's paragraphs in turn; every piece of raw text stands in exactly one. Time grows with the text."""
    repairs = {r.start: r for r in document.repairs if r.end > r.start and not _holds_another(r, document.repairs)}
    facts = _facts(document)
    edges = {0, len(document.raw)} | {e for r in repairs.values() for e in (r.start, r.end)}
    edges |= {e for start, end, *_ in facts for e in (start, end)}
    inside = _inside(repairs.values(), len(document.raw))
    ends = _block_ends(document)
    points = sorted({e for e in edges if not inside[e]} | ends)
    open_facts = _Open(facts)
    pieces: list[Piece] = []
    began = 0
    for start, end in pairwise(points):
        pieces.append(_piece(document.raw, start, end, repairs.get(start), open_facts.within(start, end)))
        if end in ends:
            yield Block(began, tuple(pieces))
            pieces, began = [], end


class _Open:
    """The facts that touch a stretch, asked for stretch after stretch in the order of the text."""

    def __init__(self, facts: list[Fact]) -> None:
        self.waiting, self.open = facts[::-1], list[Fact]()

    def within(self, start: int, end: int) -> list[Fact]:
        while self.waiting and self.waiting[-1][0] < end:
            self.open.append(self.waiting.pop())
        self.open = [f for f in self.open if f[1] > start]
        return [f for f in self.open if f[0] < end]


def _inside(spans: Iterable[TextRepair], length: int) -> bytearray:
    """A mask of the offsets that lie within a repair, its edges left out."""
    mask = bytearray(length + 1)
    for span in spans:
        mask[span.start + 1 : span.end] = b"\x01" * (span.end - span.start - 1)
    return mask


def _holds_another(repair: TextRepair, repairs: Sequence[TextRepair]) -> bool:
    """Flags over a long stretch (a flattened table) give way to what was found inside them."""
    if repair.text is not None:
        return False
    at = bisect_left(repairs, repair.start, key=lambda r: r.start)
    while at < len(repairs) and repairs[at].start < repair.end:
        other = repairs[at]
        if other.end <= repair.end and (other.start, other.end) != (repair.start, repair.end):
            return True
        at += 1
    return False


def _facts(document: Document) -> list[Fact]:
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
    inside = _inside((r for r in document.repairs if r.end > r.start), len(document.raw))
    for start, end in pairwise(sorted(ends | {0})):
        at = start
        while end - at > LONGEST_BLOCK:
            at = document.raw.rfind(" ", at, at + LONGEST_BLOCK) + 1 or at + LONGEST_BLOCK
            if not inside[at]:
                ends.add(at)
    return ends - {0}


def _piece(raw: str, start: int, end: int, repair: TextRepair | None, facts: list[Fact]) -> Piece:
    text = raw[start:end]
    mine = tuple((kind, key, what) for _, _, kind, key, what in facts)
    if repair and repair.end == end:
        reason = f"{repair.kind.replace('_', ' ')}, confidence {repair.confidence:.2f}: {repair.reason}"
        return Piece(text, repair.reading, repair.kind, reason, mine)
    return Piece(text, text, "", "", mine)


def apparatus_window(raw: str, start: int, text: str) -> Iterator[str]:
    """Words before and after a variant, for showing it in place."""
    yield raw[max(0, start - 40) : start]
    yield raw[start + len(text) : start + len(text) + 40]
