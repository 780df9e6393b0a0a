"""What the reader finds, as frozen rows, and the text as read with the way back to the raw one.

Every ``start`` and ``end`` counts characters of the raw decoded text."""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class TextRepair(NamedTuple):
    """One place where the page does not say what it prints; ``raw`` is kept, ``reading`` is proposed.

    ``text`` is what the running text holds in place of ``raw`` (None: as in the raw, the repair only flags).
    """

    start: int
    end: int
    raw: str
    reading: str
    kind: str
    confidence: float
    reason: str
    text: str | None = None


def replaced(raw: str, span: tuple[int, int], reading: str, kind: str, confidence: float, reason: str) -> TextRepair:
    """A repair that puts its reading in the place of raw[span] in the running text."""
    start, end = span
    return TextRepair(start, end, raw[start:end], reading, kind, confidence, reason, reading)


def flagged(raw: str, span: tuple[int, int], kind: str, confidence: float, reason: str) -> TextRepair:
    """A repair that only flags raw[span]: the running text stays as printed."""
    start, end = span
    return TextRepair(start, end, raw[start:end], raw[start:end], kind, confidence, reason)


class FoundDate(NamedTuple):
    """A date in EDTF; ``year_from`` is "text", "context" (one year stated nearby) or "" (unknown, XXXX)."""

    start: int
    end: int
    raw: str
    edtf: str
    year_from: str


class FoundName(NamedTuple):
    """A person, place, organisation or term. ``id`` is None when several ``candidates`` claim the name."""

    start: int
    end: int
    raw: str
    kind: str
    id: str | None
    candidates: tuple[str, ...]
    method: str
    confidence: float
    collision: str = ""


class Quantity(NamedTuple):
    """A number with its unit and what it measures; ``value`` is None for a range, a vague number or a doubtful figure.

    ``speaker`` is who gives it: the speaker of the words it stands in, or "narrator".
    """

    start: int
    end: int
    raw: str
    value: float | None
    unit: str
    of: str
    low: float | None = None
    high: float | None = None
    caution: str = ""
    speaker: str = ""


class ReadLetter(NamedTuple):
    """A letter the page cites, reports or is. An empty field is one the page does not support.

    ``also`` holds the spans of other mentions of the same letter.
    """

    start: int
    end: int
    raw: str
    sender: str
    to: str
    date: str
    drafted_by: str
    reference: str
    basis: str
    confidence: float
    also: tuple[tuple[int, int], ...] = ()


class Quotation(NamedTuple):
    """Quoted words. Speaker, reporter and drafter are three fields; empty means the page does not say."""

    start: int
    end: int
    raw: str
    speaker: str
    reporter: str
    drafter: str
    addressee: str
    basis: str
    confidence: float


class Paraphrase(Quotation):
    """A sentence that reports a person's words. A speaker "X / narrator" is open: either may say it."""

    __slots__ = ()


class Note(NamedTuple):
    """A note marker in the text; ``number`` is None when nothing supports one."""

    start: int
    end: int
    raw: str
    number: int | None
    confidence: float
    reason: str


class PrintedPage(NamedTuple):
    """A page of a book in the raw text: the number printed on it ("" where none was found), start and end.

    ``heads`` are the spans of its number and running head, which are no part of the text. ``leaf`` is the number that
    a tool gave the page when it took the text from a scan.
    """

    printed: str
    start: int
    end: int
    heads: tuple[tuple[int, int], ...] = ()
    leaf: str = ""


class PageTable(NamedTuple):
    """Lines whose cells stand apart on the page: rows of cells as printed, nothing assigned to a heading."""

    start: int
    end: int
    rows: tuple[tuple[str, ...], ...]


class Document(NamedTuple):
    """One page or file as read: the raw text whole, and all that was found in it.

    ``read_as`` says in what format and encoding the file was read.
    """

    file: str
    raw: str
    reading: str
    repairs: Sequence[TextRepair]
    dates: Sequence[FoundDate]
    names: Sequence[FoundName]
    quantities: Sequence[Quantity]
    letters: Sequence[ReadLetter]
    quotations: Sequence[Quotation]
    notes: tuple[Note, ...]
    read_as: str = ""
    pages: tuple[PrintedPage, ...] = ()
    tables: tuple[PageTable, ...] = ()
    paraphrases: Sequence[Paraphrase] = ()


KINDS = {
    "repairs": TextRepair,
    "dates": FoundDate,
    "names": FoundName,
    "quantities": Quantity,
    "letters": ReadLetter,
    "quotations": Quotation,
    "paraphrases": Paraphrase,
    "notes": Note,
    "tables": PageTable,
    "pages": PrintedPage,
}
"""What is found in a document, by the field that holds it, in the order in which it is written."""


class Difference(NamedTuple):
    """One place where two scans of a text disagree, each with its own offset."""

    a_start: int
    a_text: str
    b_start: int
    b_text: str


class Overlap(NamedTuple):
    """The stretch that two documents share.

    ``joins``: the end of ``a`` is the beginning of ``b``, running heads aside.
    """

    a: str
    b: str
    a_span: tuple[int, int]
    b_span: tuple[int, int]
    blocks: tuple[tuple[int, int, int], ...]
    differences: tuple[Difference, ...]
    joins: bool
    joined_characters: int


class Joined(NamedTuple):
    """Running text made of overlapping documents: raw and as read; ``starts`` holds each file's offset in the raw."""

    files: tuple[str, ...]
    starts: tuple[int, ...]
    text: str
    reading: str = ""


class Proposal(NamedTuple):
    """A row proposed for a table of the record. Nothing enters a record until a person accepts it.

    ``also`` names the other places where the same words stand (another scan of the page): they confirm nothing.
    ``by_hand`` names the cells that a person filled in or changed.
    """

    id: str
    table: str
    row: dict[str, str]
    file: str
    start: int
    end: int
    quote: str
    candidates: tuple[str, ...]
    collisions: tuple[str, ...]
    confidence: float
    also: tuple[str, ...] = ()
    judgement: str = ""
    by_hand: tuple[str, ...] = ()


class Unread(NamedTuple):
    """A file that could not be read, and why, in one sentence."""

    file: str
    why: str


class Reading(NamedTuple):
    """All documents read together, with what their comparison gave.

    ``unread`` names the files passed over; ``hocr`` holds (file, hOCR) of page images.
    """

    documents: tuple[Document, ...]
    overlaps: tuple[Overlap, ...]
    joined: tuple[Joined, ...]
    proposals: Sequence[Proposal]
    unread: tuple[Unread, ...] = ()
    hocr: tuple[tuple[str, bytes], ...] = ()


class View(NamedTuple):
    """``text`` is the reading; the i-th piece begins at ``view_starts[i]`` and stands for raw text
    from ``raw_starts[i]`` to ``raw_ends[i]``; ``edited[i]`` tells a replaced piece from a copied one."""

    raw: str
    text: str
    view_starts: tuple[int, ...]
    raw_starts: tuple[int, ...]
    raw_ends: tuple[int, ...]
    edited: tuple[bool, ...]


def view_of(raw: str, repairs: Iterable[TextRepair] = ()) -> View:
    """The reading of ``raw`` under ``repairs`` (those with a ``text``; of two that overlap, the first wins)."""
    texts, view_starts, raw_starts, raw_ends, edited = [], [], [], [], []
    at = length = 0

    def add(text: str, start: int, end: int, is_edit: bool) -> None:
        nonlocal length
        texts.append(text)
        view_starts.append(length)
        raw_starts.append(start)
        raw_ends.append(end)
        edited.append(is_edit)
        length += len(text)

    for repair in sorted(repairs):
        if repair.text is None or repair.start < at:
            continue
        if repair.start > at:
            add(raw[at : repair.start], at, repair.start, False)
        add(repair.text, repair.start, repair.end, True)
        at = repair.end
    if at < len(raw) or not texts:
        add(raw[at:], at, len(raw), False)
    return View(raw, "".join(texts), tuple(view_starts), tuple(raw_starts), tuple(raw_ends), tuple(edited))


def reading_of(raw: str, repairs: Iterable[TextRepair]) -> str:
    """The text of `view_of` alone, for repairs in order; a whole book is never held in pieces beside it."""
    written, at = io.BytesIO(), 0
    for repair in repairs:
        if repair.text is not None and repair.start >= at:
            written.write((raw[at : repair.start] + repair.text).encode("utf-8", "surrogatepass"))
            at = repair.end
    written.write(raw[at:].encode("utf-8", "surrogatepass"))
    return str(written.getbuffer(), "utf-8", "surrogatepass")


def raw_span(view: View, start: int, end: int) -> tuple[int, int]:
    """The raw offsets (start, end) of ``view.text[start:end]``; a replaced piece counts as a whole."""
    starts = view.view_starts
    if len(starts) == 1 and not view.edited[0]:
        return view.raw_starts[0] + start, view.raw_starts[0] + end
    first, last = bisect_right(starts, start) - 1, bisect_right(starts, max(start, end - 1)) - 1
    raw_start = view.raw_starts[first] + (0 if view.edited[first] else start - view.view_starts[first])
    if view.edited[last]:
        return raw_start, view.raw_ends[last]
    return raw_start, view.raw_starts[last] + end - view.view_starts[last]


def found_at(view: View, start: int, end: int) -> tuple[int, int, str]:
    """Where a finding at ``view.text[start:end]`` stands in the raw text, and the raw text there: its first three fields."""
    start, end = raw_span(view, start, end)
    return start, end, view.raw[start:end]


def view_offset(view: View, raw_at: int) -> int:
    """Where the raw character at ``raw_at`` stands in the reading (inside a repair: where the repair begins)."""
    if len(view.raw_starts) == 1 and not view.edited[0]:
        return raw_at - view.raw_starts[0]
    piece = max(0, bisect_right(view.raw_starts, raw_at) - 1)
    if not view.edited[piece]:
        return view.view_starts[piece] + raw_at - view.raw_starts[piece]
    if raw_at < view.raw_ends[piece]:
        return view.view_starts[piece]
    return view.view_starts[piece + 1] if piece + 1 < len(view.view_starts) else len(view.text)


def run_together(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches of a text, given in order of where they begin and of one reach, with those that touch joined."""
    found: list[tuple[int, int]] = []
    for low, high in stretches:
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], high)
        else:
            found.append((low, high))
    return found
