"""The two pages a person opens: the reading (raw beside reading) and the review sheet. Both work offline."""

from __future__ import annotations

import base64
import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from heapq import nsmallest
from itertools import pairwise
from textwrap import wrap
from typing import Any, NamedTuple

from oilplan.evidence.accepting import FORMAT, WORDS
from oilplan.evidence.findings import Difference, Document, Proposal, Reading, TextRepair
from oilplan.evidence.limits import stretches, within
from oilplan.evidence.printed_pages import page_at
from oilplan.evidence.proposals import linked_rows, quoted_claims

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
    """The document's paragraphs in turn; every piece of raw text stands in exactly one. Time grows with the text, and
    memory holds what was found in one stretch of it."""
    for low, high in stretches(document):
        yield from _blocks(document, low, high)


def _blocks(document: Document, low: int, high: int) -> Iterator[Block]:
    repaired = within(document.repairs, low, high)
    repairs = {r.start: r for r in repaired if r.end > r.start and not _holds_another(r, repaired)}
    facts = _facts(document, low, high)
    edges = {low, high} | {e for r in repairs.values() for e in (r.start, r.end)}
    edges |= {e for start, end, *_ in facts for e in (start, end)}
    inside = _inside(repairs.values(), low, high)
    ends = _block_ends(document, repaired, low, high)
    points = sorted({e for e in edges if not inside[e - low]} | ends)
    open_facts = _Open(facts)
    pieces: list[Piece] = []
    began = low
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


def _inside(spans: Iterable[TextRepair], low: int, high: int) -> bytearray:
    """A mask of the offsets of raw[low:high] that lie within a repair, its edges left out."""
    mask = bytearray(high - low + 1)
    for span in spans:
        mask[span.start + 1 - low : span.end - low] = b"\x01" * (span.end - span.start - 1)
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


def _facts(document: Document, low: int, high: int) -> list[Fact]:
    names, dates, measures = (within(rows, low, high) for rows in (document.names, document.dates, document.quantities))
    found = [(n.start, n.end, n.kind, n.id or "", n.collision or n.id or "not in the record") for n in names]
    found += [(d.start, d.end, "date", "", d.edtf) for d in dates]
    found += [(q.start, q.end, "quantity", "", _measure(q.value, q.unit, q.of)) for q in measures]
    return sorted(found)


def _measure(value: float | None, unit: str, of: str) -> str:
    number = "" if value is None else f"{value:g} "
    return f"{number}{unit}" + (f" of {of}" if of else "")


def _block_ends(document: Document, repaired: Iterable[TextRepair], low: int, high: int) -> set[int]:
    ends = {high} | {m.end() for m in BREAK.finditer(document.raw, low, high)}
    ends |= {r.end for r in repaired if r.kind == "paragraph_break"}
    ends |= {r.start for r in repaired if r.kind == "footnote_in_body"}
    inside = _inside((r for r in repaired if r.end > r.start), low, high)
    for start, end in pairwise(sorted(ends | {low})):
        at = start
        while end - at > LONGEST_BLOCK:
            at = document.raw.rfind(" ", at, at + LONGEST_BLOCK) + 1 or at + LONGEST_BLOCK
            if not inside[at - low]:
                ends.add(at)
    return ends - {low}


def _piece(raw: str, start: int, end: int, repair: TextRepair | None, facts: list[Fact]) -> Piece:
    text = raw[start:end]
    mine = tuple((kind, key, what) for _, _, kind, key, what in facts)
    if repair and repair.end == end:
        reason = f"{repair.kind.replace('_', ' ')}, confidence {repair.confidence:.2f}: {repair.reason}"
        return Piece(text, repair.reading, repair.kind, reason, mine)
    return Piece(text, text, "", "", mine)


MARKS = ("source_keys", "via", "status", "row_id", "source", "how_verified")
"""Columns that `accept` fills itself."""
CONTEXT = 200
"""Characters shown either side of a proposal's words."""


def reading_html(reading: Reading) -> str:
    """The reading page: each document raw beside its reading, repairs and facts marked, variants, rows touched.

    Every text from a scan is escaped; the page holds its own style and loads nothing.
    """
    return "".join(reading_pieces(reading))


def reading_pieces(reading: Reading) -> Iterator[str]:
    return _page("reading.html.j2", reading=reading, **shown(reading))


def shown(reading: Reading) -> dict[str, Any]:
    """What a page shows of a reading: every document with its blocks and counts, variants in place, rows touched."""
    documents = [
        {"document": d, "blocks": blocks(d), "claims": quoted_claims(d), "counts": _counts(d)}
        for d in reading.documents
    ]
    raws = {d.file: d.raw for d in reading.documents}
    variants = [
        {"overlap": o, "rows": [{"difference": d, "around": _around(raws[o.a], d)} for d in o.differences]}
        for o in reading.overlaps
    ]
    return {"documents": documents, "variants": variants, "linked": linked_rows(reading)}


def _around(raw: str, variant: Difference) -> tuple[str, str]:
    """Words before and after a variant, for showing it in place."""
    start, end = variant.a_start, variant.a_start + len(variant.a_text)
    return raw[max(0, start - 40) : start], raw[end : end + 40]


def review_html(reading: Reading) -> str:
    """The review sheet: each proposal with its page, candidates and collisions; takes accept, reject or unclear.

    Judgements are kept in the browser and saved as `judgements.json`, which the next run reads.
    """
    return "".join(review_pieces(reading))


def review_pieces(reading: Reading) -> Iterator[str]:
    documents = {d.file: d for d in reading.documents}
    return _page(
        "review.html.j2",
        sheets=(_sheet(p, documents[p.file]) for p in reading.proposals),
        proposals=len(reading.proposals),
        words=WORDS,
        format=FORMAT,
        key=_key(reading),
        **_inlined("script", "review.js"),
    )


def reading_summary(reading: Reading) -> str:
    """The findings for a terminal, at most 100 columns wide: page, place, what was found, the words of the page.

    A document's first 200 findings are listed; the rest are counted.
    """
    lines: list[str] = []
    for document in reading.documents:
        counts = ", ".join(f"{n} {what}" for what, n in _counts(document).items())
        read_as = f" ({document.read_as})" if document.read_as else ""
        lines += wrap(f"{document.file}{read_as}: {len(document.raw):,} characters; {counts}", WIDTH)
        lines += _listed(document)
    for o in reading.overlaps:
        a, b = f"{o.a}[{o.a_span[0]}:{o.a_span[1]}]", f"{o.b}[{o.b_span[0]}:{o.b_span[1]}]"
        lines += wrap(f"{a} = {b}, {len(o.differences)} variants; joined {o.joined_characters:,} characters", WIDTH)
    judged = sum(bool(p.judgement) for p in reading.proposals)
    lines += wrap(
        f"{len(reading.proposals)} rows proposed, {judged} judged (--out DIR writes the pages to read and judge)", WIDTH
    )
    return "\n".join(lines)


WIDTH = 100
MOST_LISTED = 200


def _listed(document: Document) -> list[str]:
    found = nsmallest(MOST_LISTED, _findings(document))
    many = sum(1 for _ in _findings(document))
    lines = []
    for start, what, says, raw in found:
        head = f"  {page_at(document.pages, start):>6} {start:>8}  {what:<10}  "
        words = " ".join(raw.split())
        lines.append(shorten_to(f"{head}{says}  «{words}»" if words and words != says else head + says, WIDTH))
    if many > MOST_LISTED:
        lines.append(f"  ... and {many - MOST_LISTED:,} more (--json, or --out DIR)")
    return lines


def shorten_to(text: str, width: int) -> str:
    """``text`` in one line of at most ``width`` characters, control characters made visible."""
    plain = "".join(c if c.isprintable() else "\ufffd" for c in text)
    return plain if len(plain) <= width else plain[: width - 3] + "..."


def _findings(document: Document) -> Iterator[tuple[int, str, str, str]]:
    for r in (r for r in document.repairs if r.kind != "paragraph_break"):
        yield r.start, "repair", f"{r.kind.replace('_', ' ')}: {r.reading}" if r.text is not None else r.kind, r.raw
    for d in document.dates:
        yield d.start, "date", d.edtf, d.raw
    for n in document.names:
        yield n.start, n.kind, n.id or n.collision or "not in the record", n.raw
    for q in document.quantities:
        value = "?" if q.value is None else f"{q.value:,.10g}"
        value = f"{q.low:,.10g} to {q.high:,.10g}" if q.low is not None and q.high is not None else value
        yield q.start, "quantity", " ".join(filter(None, (value, q.unit, q.of and f"({q.of})"))), q.raw
    for x in document.letters:
        yield x.start, "letter", f"{x.sender or '?'} to {x.to or '?'}, {x.date or 'undated'}", x.raw
    for s in document.quotations:
        yield s.start, "quotation", s.speaker or "speaker not on the page", s.raw
    for t in document.tables:
        yield t.start, "table", f"{len(t.rows)} rows", ""


def _counts(document: Any) -> dict[str, int]:
    parts = ("repairs", "dates", "names", "quantities", "letters", "quotations", "notes")
    return {part: len(getattr(document, part)) for part in parts}


def _sheet(proposal: Proposal, document: Document) -> dict[str, Any]:
    described = _described(proposal.table)
    key = next(c for c in described if c != "row_id")
    cells = [(c, proposal.row.get(c, ""), d.meaning) for c, d in described.items() if c not in (*MARKS, key)]
    raw, start, end = document.raw, proposal.start, proposal.end
    around = (raw[max(0, start - CONTEXT) : start], raw[end : end + CONTEXT])
    filled = [(c, v) for c, v, _ in cells if v and c not in ("gist", "quote", "confidence")]
    empty = [c for c, v, _ in cells if described[c].required and not v]
    page = page_at(document.pages, proposal.start)
    return {"proposal": proposal, "cells": cells, "around": around, "filled": filled, "empty": empty, "page": page}


@cache
def _described(table: str) -> dict[str, Any]:
    from oilplan.record import load_record

    return {c.name: c for c in load_record().describe(table)}


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


def _page(template: str, **values: Any) -> Iterator[str]:
    return _environment().get_template(template).generate(**_inlined("style", "page.css"), **values)


def _inlined(name: str, file: str) -> dict[str, Any]:
    """A style sheet or script for the page itself, with the hash by which its policy admits it and nothing else."""
    from markupsafe import Markup

    text = _environment().loader.get_source(_environment(), file)[0]
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return {name: Markup(text), f"{name}_hash": digest}
