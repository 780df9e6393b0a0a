"""Reading: from raw texts to everything found in them, in the order that keeps markers from being read as data."""

from __future__ import annotations

import math
import os
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from heapq import merge
from pathlib import Path
from typing import Any, NamedTuple

from oilplan.cache import Cache
from oilplan.errors import OilplanError
from oilplan.evidence.collation import joined_texts, overlaps, with_cut_words, with_readings
from oilplan.evidence.dates import dates
from oilplan.evidence.findings import (
    Document,
    PrintedPage,
    Quantity,
    Reading,
    ReadLetter,
    TextRepair,
    Unread,
    flagged,
    raw_span,
    reading_of,
    view_of,
)
from oilplan.evidence.gazetteer import NameGazetteer, default_gazetteer
from oilplan.evidence.layout import DoubtedWord, Scanned, tables
from oilplan.evidence.letters import OWN, at_every_mention, letters, marked_text, one_per_letter
from oilplan.evidence.limits import (
    Check,
    Gather,
    LongList,
    Section,
    gatherer,
    go_on,
    keep_document,
    kept_document,
    sections,
    within,
)
from oilplan.evidence.names import mark_rival_misprints, names
from oilplan.evidence.notes import Mark, Numbered, footnotes, note_marks, numbered_marks, run_of
from oilplan.evidence.people import mentions, with_speakers
from oilplan.evidence.printed_pages import printed_pages, with_known_edges
from oilplan.evidence.proposals import proposals
from oilplan.evidence.quantities import quantities
from oilplan.evidence.quotations import paraphrases, quotations
from oilplan.evidence.repairs import notes_of, text_repairs
from oilplan.evidence.sources import files_in, load_scanned
from oilplan.evidence.whole_letters import LONGEST_LETTER, WHOLE

LARGEST_VALUE = 1e15
"""No figure of the war is larger; more digits are a misread line or a joke."""
FOUND = ("repairs", "dates", "names", "quantities", "letters", "quotations", "paraphrases")
"""The fields of a document whose findings are read section by section."""
LOST_SIGN = re.compile(r"[\x00-\x08\x0e-\x1f]")
LEFT_OF_IT, RIGHT_OF_IT = re.compile(r"[\w.,]{0,30}$"), re.compile(r"[\w.,]{0,30}(?:[ -](?:hundred|thousand|million))?")
"""A figure, or a number in words, that has lost a sign: none is read from what is left."""
PAGES = re.compile(r"(\d{1,5})(?:\s*[-–]\s*(\d{1,5}))?")


class Given(NamedTuple):
    """What the person says of the pages: the year they speak of, and the numbers printed on them (``101-115``)."""

    year: str = ""
    pages: str = ""


NOTHING_GIVEN = Given()


def given(year: str = "", pages: str = "") -> Given:
    """What the person says, checked. Raises OilplanError for a year that is none, or pages not like 101 or 101-115."""
    if year and not re.fullmatch(r"1[89]\d\d|20\d\d", year):
        raise OilplanError(f"--year {year[:20]}: expected a year of four figures, such as 1944.")
    match = PAGES.fullmatch(pages.strip()) if pages else None
    if pages and (match is None or (match[2] and int(match[2]) < int(match[1]))):
        raise OilplanError(f"--pages {pages[:20]}: expected a page or a rising range, such as 101 or 101-115.")
    return Given(year, pages.strip())


def read_text(name: str, text: str, gazetteer: NameGazetteer | None = None, check: Check = go_on) -> Document:
    """Read one text: repairs, dates, names, quantities, letters, quotations and notes, with raw offsets.

    name: what the document is called in the results (a file name)
    text: the raw decoded text; it is kept whole in ``Document.raw``
    gazetteer: names to know; the package's own record when None
    check: called between sections; raises OilplanError when the reading is to stop
    """
    marks = _marks(text)
    numbered = run_of([[m.raw] for m in marks])
    return _document(name, Scanned(text, ""), marks, numbered, gazetteer or default_gazetteer(), check)


def read_files(
    paths: Sequence[str | Path],
    gazetteer: NameGazetteer | None = None,
    check: Check = go_on,
    known: Given = NOTHING_GIVEN,
    kept: Cache | None = None,
) -> Reading:
    """Read files and folders together: each file by itself, then collated, then proposals for the record.

    Of several files, those that cannot be read are passed over and named in ``Reading.unread``. Note markers are
    numbered along the joined text of overlapping files, both scans of a marker as one.

    known: what the person says of the pages
    kept: the cache that keeps each document as soon as it is read, so that a reading that was stopped goes on there

    Raises OilplanError, naming the file, when none can be read.
    """
    files = files_in(paths)
    kept = kept if len(files) > 1 else None
    scans, unread = load_files(files, check, kept)
    named = [(os.fsencode(name).decode("utf-8", "backslashreplace"), scan) for name, scan in scans]
    return read_scans(named, gazetteer, check, known, kept)._replace(unread=unread)


def load_files(
    paths: Sequence[Path], check: Check = go_on, kept: Cache | None = None
) -> tuple[list[tuple[str, Scanned]], tuple[Unread, ...]]:
    """(name, text) of the files that can be read, and those that cannot, each with its reason.

    Raises OilplanError when none can be read.
    """
    scans, unread = [], []
    for path in paths:
        try:
            scans.append((str(path), load_scanned(path, check, kept)))
        except OilplanError as error:
            unread.append(Unread(str(path), str(error)))
    if not scans:
        more = f" (and {len(unread) - 1} more files, none of which could be read)" if len(unread) > 1 else ""
        raise OilplanError(f"{unread[0].why}{more}")
    return scans, tuple(unread)


def read_texts(
    texts: Sequence[tuple[str, str]], gazetteer: NameGazetteer | None = None, check: Check = go_on
) -> Reading:
    """As `read_files`, for texts already in hand, given as (name, raw text)."""
    return read_scans([(name, Scanned(raw, "")) for name, raw in texts], gazetteer, check)


def read_scans(
    scans: Sequence[tuple[str, Scanned]],
    gazetteer: NameGazetteer | None = None,
    check: Check = go_on,
    known: Given = NOTHING_GIVEN,
    kept: Cache | None = None,
) -> Reading:
    """As `read_files`, for files already loaded, given as (name, scanned text)."""
    gazetteer = gazetteer or default_gazetteer()
    texts = [(name, scan.text) for name, scan in scans]
    found = overlaps(texts, check) if len(texts) > 1 else []
    check()
    joined = joined_texts(dict(texts), found)
    marks = {name: _marks(raw) for name, raw in texts}
    numbered = numbered_marks(marks, joined, found)

    gather = gatherer(sum(len(raw) for _, raw in texts))
    spellings = sorted(gazetteer.owners.items())

    def document(name: str, scan: Scanned) -> Document:
        basis = (name, scan.text, scan.read_as, scan.doubts, scan.edges, marks[name], numbered[name], spellings, known)
        return kept_document(kept, basis) or keep_document(
            kept, basis, _document(name, scan, marks[name], numbered[name], gazetteer, check, known, gather)
        )

    documents = tuple(with_cut_words([document(name, scan) for name, scan in scans], found))
    joined = with_readings(joined, documents, found)
    rows = gather(proposals(documents, found))
    return Reading(documents, tuple(found), tuple(joined), rows, (), tuple((n, s.hocr) for n, s in scans if s.hocr))


def _marks(raw: str) -> list[Mark]:
    """Note markers of a text, those within its tables left out: they are figures of a cell."""
    cells = [(t.start, t.end) for t in tables(raw)]
    found = note_marks(raw)
    if not cells:
        return found
    starts = [start for start, _ in cells]
    return [m for m in found if not (at := bisect_right(starts, m.start)) or cells[at - 1][1] <= m.start]


def _document(
    name: str,
    scan: Scanned,
    marks: list[Mark],
    numbered: list[Numbered],
    gazetteer: NameGazetteer,
    check: Check,
    known: Given = NOTHING_GIVEN,
    gather: Gather = tuple,
) -> Document:
    raw, notes = scan.text, notes_of(marks, numbered)
    pages, cells = with_known_edges(printed_pages(raw), scan.edges), tables(raw)
    pages = _numbered_as(pages, known.pages)
    shut = sorted([span for p in pages for span in p.heads] + [(t.start, t.end) for t in cells])
    found: dict[str, Any] = {field: [] if gather is tuple else gather(()) for field in FOUND}
    for part in sections(raw):
        check()
        here = _section(raw, part, marks, notes, shut, gazetteer, known.year)
        for field, rows in here.items():
            found[field].extend(rows)
    sure = (_sure(q, doubt) for q, doubt in _beside(found["quantities"], scan.doubts))
    found["quantities"] = with_speakers(sure, found["quotations"], found["paraphrases"])
    found["letters"] = one_per_letter(found["letters"])
    found["repairs"] = merge(sorted([*_doubted(raw, scan.doubts), *_headed(raw, pages)]), found["repairs"])
    repairs = gather(found.pop("repairs"))
    return Document(
        file=name,
        raw=raw,
        reading=reading_of(raw, repairs),
        repairs=repairs,
        notes=notes,
        read_as=scan.read_as,
        pages=pages,
        tables=tuple(cells),
        **{field: gather(rows) if not isinstance(rows, LongList) else rows for field, rows in found.items()},
    )


def _moved(row: Any, by: int) -> Any:
    """A finding with its offsets moved."""
    return type(row)._make((row.start + by, row.end + by, *row[2:])) if by else row


def _shut_in(shut: list[tuple[int, int]], part: Section) -> list[tuple[int, int]]:
    """The closed spans of a text that reach into a section, with offsets in it."""
    first = max(0, bisect_left(shut, (part.lead, 0)) - 1)
    found = shut[first : bisect_left(shut, (part.end, 0))]
    return [(max(0, start - part.lead), end - part.lead) for start, end in found if end > part.lead]


def _section(
    raw: str,
    part: Section,
    marks: list[Mark],
    notes: Sequence[Any],
    shut: list[tuple[int, int]],
    gazetteer: NameGazetteer,
    year: str,
) -> dict[str, list[Any]]:
    """Everything found in one section, notes excepted, with offsets in the whole text."""
    of_marks, of_notes = (
        [_moved(row, -part.lead) for row in within(rows, part.lead, part.end)] for rows in (marks, notes)
    )
    text = raw[part.lead : part.end]
    here = read_section(text, of_marks, of_notes, _shut_in(shut, part), gazetteer, year)
    if part.end < len(raw):
        own_end = len(text.rstrip())
        here["repairs"] = [r for r in here["repairs"] if not (r.kind == "truncation" and r.end == own_end)]
    return {
        field: [_moved(row, part.lead) for row in rows if row.start + part.lead >= part.start]
        for field, rows in here.items()
    }


def read_section(
    raw: str, marks: list[Mark], notes: list[Any], shut: list[tuple[int, int]], gazetteer: NameGazetteer, year: str = ""
) -> dict[str, list[Any]]:
    """Everything found in a text of bounded length.

    shut: spans in order where no figure is a quantity and no number a date (page numbers, cells of tables)
    """
    feet = footnotes(raw, {n.number: n.end for n in reversed(notes) if n.number is not None})
    repairs = text_repairs(raw, gazetteer, notes, marks, feet, shut)
    view = view_of(raw, repairs)
    lost = [_figure_around(raw, m.end()) for m in LOST_SIGN.finditer(raw)]
    closed = sorted([*shut, *lost, *((r.start, r.end) for r in repairs if r.kind == "table_flattened")])
    found_dates = _outside(dates(view, year), closed)
    found_names = mark_rival_misprints(raw, names(view, gazetteer, repairs))
    taken = [(f.start, f.end) for f in (*found_dates, *notes)]
    named = [(n.start, n.end) for n in found_names]
    people = mentions(view, found_names, gazetteer)
    marked = marked_text(view, people, found_dates)
    first = letters(view, marked, lambda _: ("", ""))
    mentioned = at_every_mention(first)
    spoken = quotations(view, people, mentioned, list(notes), feet)
    found_letters, quoted = first, spoken
    if OWN.search(marked.text):
        found_letters = letters(view, marked, _correspondents(view, spoken, first))
        mentioned = at_every_mention(found_letters)
        quoted = quotations(view, people, mentioned, list(notes), feet)
    return {
        "repairs": list(repairs),
        "dates": found_dates,
        "names": [n._replace(raw=raw[n.start : n.end]) for n in found_names],
        "quantities": [_believable(q) for q in quantities(view, taken + closed, named)],
        "letters": found_letters,
        "quotations": quoted,
        "paraphrases": paraphrases(view, people, mentioned, quoted),
    }


def _figure_around(raw: str, at: int) -> tuple[int, int]:
    """The span of the figure or number in words that a lost sign, which ends at ``at``, stood in."""
    before = LEFT_OF_IT.search(raw, max(0, at - 31), at - 1)
    return before.start() if before else at - 1, RIGHT_OF_IT.match(raw, at).end()  # type: ignore[union-attr]


def _numbered_as(pages: tuple[PrintedPage, ...], numbers: str) -> tuple[PrintedPage, ...]:
    """The pages with the numbers that the person gives them: one after another, or all on one page of text."""
    match = PAGES.fullmatch(numbers)
    if match is None:
        return pages
    first, last = int(match[1]), int(match[2] or match[1])
    if len(pages) == 1:
        return (pages[0]._replace(printed=numbers),)
    return tuple(p._replace(printed=str(first + i)) if first + i <= last else p for i, p in enumerate(pages))


def _outside(found: Sequence[Any], closed: Sequence[tuple[int, int]]) -> list[Any]:
    mask = bytearray(max((f.end for f in found), default=0) + 1)
    for start, end in closed:
        end = min(end, len(mask))
        mask[start:end] = b"\x01" * max(0, end - start)
    return [f for f in found if 1 not in mask[f.start : f.end]]


def _believable(quantity: Quantity) -> Quantity:
    """A quantity without values that no page means: endless, not a number, or of sixteen digits."""
    kept = {k: getattr(quantity, k) for k in ("value", "low", "high")}
    if all(v is None or (math.isfinite(v) and abs(v) <= LARGEST_VALUE) for v in kept.values()):
        return quantity
    return quantity._replace(value=None, low=None, high=None, caution="no figure of this length is believed")


def _doubted(raw: str, doubts: Iterable[DoubtedWord]) -> list[TextRepair]:
    """Flags for words whose own scanner doubts them."""
    reason = "the scanner gives its own reading"
    return [
        flagged(raw, (d.start, d.end), "doubted_by_scanner", round(1 - d.confidence, 2), f"{reason} {d.confidence:.2f}")
        for d in doubts
    ]


def _headed(raw: str, pages: Iterable[PrintedPage]) -> list[TextRepair]:
    """Flags for page numbers and running heads."""
    reason = "the number or running head of page {}: no part of the text"
    return [
        flagged(raw, span, "page_head", 0.9, reason.format(page.printed or "without number"))
        for page in pages
        for span in page.heads
    ]


def _beside(found: Iterable[Quantity], doubts: Sequence[DoubtedWord]) -> Iterable[tuple[Quantity, DoubtedWord | None]]:
    waiting = list(doubts)[::-1]
    for quantity in found:
        while waiting and waiting[-1].end <= quantity.start:
            waiting.pop()
        yield quantity, waiting[-1] if waiting and waiting[-1].start < quantity.end else None


def _sure(quantity: Quantity, doubt: DoubtedWord | None) -> Quantity:
    """A quantity read from a word that the scanner doubts has no value."""
    if doubt is None:
        return quantity
    caution = f"the scanner gives its own reading {doubt.confidence:.2f}: look at the page"
    return quantity._replace(
        value=None, low=None, high=None, caution="; ".join(filter(None, (quantity.caution, caution)))
    )


def _correspondents(view: Any, spoken: Sequence[Any], found: Sequence[ReadLetter]) -> Callable[[int], tuple[str, str]]:
    """Who writes to whom in the quotation at a place of the reading, else in the letter that the page itself is."""
    whole = [x for x in found if x.basis == WHOLE]
    readers: dict[str, str] = {}
    for quotation in spoken:
        if quotation.addressee:
            readers.setdefault(quotation.speaker, quotation.addressee)

    def at(place: int) -> tuple[str, str]:
        raw_at = raw_span(view, place, place + 1)[0]
        inside = next((q for q in spoken if q.start <= raw_at < q.end), None)
        if inside is None:
            near = [x for x in within(whole, raw_at - LONGEST_LETTER, raw_at) if x.sender and x.to]
            return (near[-1].sender, near[-1].to) if near else ("", "")
        return inside.speaker, inside.addressee or readers.get(inside.speaker, "")

    return at
