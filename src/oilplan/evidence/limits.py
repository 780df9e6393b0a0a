"""What one reading may cost: the clock that stops it, the sections that a long text is read in, long lists of findings kept in
a file, so that memory holds the text and little more, and documents kept for a reading that was stopped."""

from __future__ import annotations

import hashlib
import json
import pickle
import re
import tempfile
import time
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import IO, Any, NamedTuple

from oilplan.cache import Cache, code_hash
from oilplan.errors import OilplanError
from oilplan.evidence.findings import KINDS, Document

MOST_BYTES = 50_000_000
"""Ten times a whole book of text; a scanned book as PDF with its text layer fits."""
MOST_FILES = 50_000
"""Files of one folder: a corpus cut into pages has some 30,000."""
MOST_DEPTH = 100
"""Elements of an XML page inside one another: page, block, line and word need ten."""
LONGEST_TOKEN = 200
"""Characters without a space; no word, address or shelf mark of a page is longer. The rest is flagged, not searched."""
SECTION = 40_000
"""Characters read at once, some fourteen printed pages: the cost of every search is bounded by it."""
MOST_PDF_PAGES = 3000
PDF_BASE_BYTES, PDF_TIMES = 2_000_000, 4
"""The drawing of a PDF's pages, unpacked, may take so many bytes and so many times the file. Text packs 3 to 4 times;
more is a bomb. One million bytes take about a second."""
MOST_FORM_DEPTH = 20
IMAGE_SECONDS = 300.0
"""Time for one page image; tesseract takes 5 to 20 seconds for a printed page."""
IMAGE_MEMORY_KB = 3_000_000

Check = Callable[[], None]
"""Called between steps; raises OilplanError when the reading is to stop."""


def go_on() -> None:
    """The check that never stops a reading."""


def stop_after(seconds: float, gone: Callable[[], bool] = lambda: False) -> Check:
    """A check that stops a reading after ``seconds``, or once ``gone()`` is true (whoever asked has left)."""
    end = time.monotonic() + seconds

    def check() -> None:
        if gone():
            raise OilplanError("The reading was stopped: whoever asked has left.")
        if time.monotonic() > end:
            raise OilplanError(
                f"The reading took over {seconds:g} seconds and was stopped. Send less, or use `oilplan read FILE`."
            )

    return check


LEAD = 3000
"""Characters before a section that are read with it: who spoke and what year it was may stand there."""
PARAGRAPH = re.compile(r"[.!?][\"'”’)\]]*\d{0,3}[ \t]*(?:\r?\n[ \t]*\r?\n|\f)\s*")
SENTENCE = re.compile(r"[.!?][\"'”’)\]]*\d{0,3}\s+(?=[A-ZÀ-Þ“‘\"'])")
SPACE = re.compile(r"\s+")


class Section(NamedTuple):
    """A stretch raw[start:end], read with the text from ``lead`` on."""

    lead: int
    start: int
    end: int


def sections(raw: str) -> list[Section]:
    """Sections of about 40,000 characters; together they hold every character once.

    A section ends with a paragraph that ends a sentence, else with a sentence, else at a space.
    """
    found, start = [], 0
    while len(raw) - start > SECTION:
        end = _cut(raw, start + SECTION // 2, start + SECTION)
        found.append(Section(_lead(raw, start), start, end))
        start = end
    return [*found, Section(_lead(raw, start), start, len(raw))]


def _cut(raw: str, low: int, high: int) -> int:
    for pattern in (PARAGRAPH, SENTENCE, SPACE):
        ends = [m.end() for m in pattern.finditer(raw, low, high)]
        if ends:
            return ends[-1]
    return high


def _lead(raw: str, start: int) -> int:
    if start == 0:
        return 0
    low = max(0, start - LEAD)
    first = PARAGRAPH.search(raw, low, start) or SENTENCE.search(raw, low, start) or SPACE.search(raw, low, start)
    return first.end() if first else start


BLOCK = 1000
"""Rows written and read at once; some 300 kB."""
BLOCKS_AT_HAND = 4
MANY_CHARACTERS = 8_000_000
"""Texts longer than this together have their findings kept in a file: a book of 5 MB has some 50,000."""


class LongList(Sequence[Any]):
    """Findings in the order of the text, written in blocks to an unnamed file that this process alone can open."""

    def __init__(self, file: IO[bytes], rows: Iterable[Any] = ()) -> None:
        self._file, self._length = file, 0
        self._places, self._counts, self._starts = array("q"), array("q"), array("q")
        self._waiting: list[Any] = []
        self._at_hand: dict[int, list[Any]] = {}
        self.extend(rows)

    def extend(self, rows: Iterable[Any]) -> None:
        """Add rows at the end. Raises OilplanError when the file cannot grow."""
        for row in rows:
            self._waiting.append(row)
            if len(self._waiting) == BLOCK:
                self._write()

    def _write(self) -> None:
        if not self._waiting:
            return
        try:
            self._places.append(self._file.seek(0, 2))
            pickle.dump(self._waiting, self._file, protocol=5)
        except OSError as error:
            raise OilplanError(f"The findings cannot be kept while reading: {error.strerror or error}.") from None
        self._counts.append(self._length)
        self._starts.append(self._waiting[0].start)
        self._length += len(self._waiting)
        self._waiting = []

    def _block(self, number: int) -> list[Any]:
        if number not in self._at_hand:
            while len(self._at_hand) >= BLOCKS_AT_HAND:
                del self._at_hand[next(iter(self._at_hand))]
            self._file.seek(self._places[number])
            self._at_hand[number] = pickle.load(self._file)
        return self._at_hand[number]

    def __len__(self) -> int:
        return self._length + len(self._waiting)

    def __iter__(self) -> Iterator[Any]:
        self._write()
        for number in range(len(self._places)):
            yield from self._block(number)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return tuple(islice(self, *index.indices(len(self))))
        self._write()
        index = range(self._length)[index]
        number = bisect_right(self._counts, index) - 1
        return self._block(number)[index - self._counts[number]]

    def between(self, start: int, end: int) -> list[Any]:
        """Rows that begin in raw[start:end]."""
        self._write()
        number, found = max(0, bisect_left(self._starts, start) - 1), list[Any]()
        while number < len(self._places) and self._starts[number] < end:
            found += within(self._block(number), start, end)
            number += 1
        return found


def within(rows: Sequence[Any], start: int, end: int) -> Sequence[Any]:
    """Findings, in text order, that begin in raw[start:end]: rows whose first field is where they begin."""
    if type(rows) is LongList:
        return rows.between(start, end)
    return rows[bisect_left(rows, (start,)) : bisect_left(rows, (end,))]


Gather = Callable[[Iterable[Any]], Sequence[Any]]
"""What makes a sequence of rows: a tuple, or `LongList` in the file of the reading."""


def gatherer(characters: int) -> Gather:
    """How the findings of texts of so many characters together are kept."""
    return tuple if characters <= MANY_CHARACTERS else partial(LongList, tempfile.TemporaryFile())


def as_before(rows: Sequence[Any], changed: Iterable[Any]) -> Sequence[Any]:
    """Changed rows, kept as those they come from are."""
    return LongList(rows._file, changed) if isinstance(rows, LongList) else tuple(changed)


STRETCH, LONGEST_FINDING = 300_000, 20_000
"""Characters shown at once, and the most that one finding spans."""
CUT = re.compile(r"(?P<paragraph>\n\s*\n|\f)|\n|(?<=[.!?])\s")
"""Where a stretch may end: with a paragraph, or in a text without paragraphs with a line or sentence."""


def stretches(document: Any) -> Iterator[tuple[int, int]]:
    """A document's text cut where paragraphs end and no finding stands, for pages that are written part by part.

    A text that prints no paragraphs is cut at a line or sentence, so that a stretch stays bounded.
    """
    rows = (document.repairs, document.names, document.dates, document.quantities, document.quotations)
    low, length = 0, len(document.raw)
    for cut in CUT.finditer(document.raw):
        end = cut.end()
        if end - low < (STRETCH if cut["paragraph"] else 2 * STRETCH):
            continue
        if any(f.end > end for found in rows for f in within(found, end - LONGEST_FINDING, end)):
            continue
        yield low, end
        low = end
    if low < length or not length:
        yield low, length


# Documents kept while a reading of many files goes on, so that one that was stopped goes on there.


def kept_document(kept: Cache | None, basis: tuple[Any, ...]) -> Document | None:
    """The document that was read from ``basis`` (its text, marks, names known, what was given) by this very code.

    What the cache keeps is signed, and read as plain JSON. What cannot be read back is passed over, and the document
    is read again.
    """
    data = kept.get("documents", _named(basis)) if kept else None
    if data is None:
        return None
    try:
        found: dict[str, Any] = {
            field: tuple(KINDS[field](*map(_tuple, row)) for row in value) if field in KINDS else value
            for field, value in json.loads(data).items()
        }
        return Document(raw=basis[1], **found)
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def keep_document(kept: Cache | None, basis: tuple[Any, ...], document: Document) -> Document:
    """Keep ``document`` (whole or not at all) and return it. A very long one is read again instead."""
    if kept and len(document.raw) <= MANY_CHARACTERS:
        content = {k: v if isinstance(v, str) else list(v) for k, v in document._asdict().items() if k != "raw"}
        cache, name = kept, _named(basis)
        cache.put("documents", name, json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    return document


def _named(basis: tuple[Any, ...]) -> str:
    digest = hashlib.sha256(_code().encode())
    for part in basis:
        digest.update(b"\0" + (part if isinstance(part, str) else repr(part)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


@cache
def _code() -> str:
    return code_hash(Path(__file__).parent)


def _tuple(value: Any) -> Any:
    return tuple(_tuple(v) for v in value) if isinstance(value, list) else value
