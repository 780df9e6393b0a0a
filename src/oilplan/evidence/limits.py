"""What one reading may cost, the clock that stops it, and the sections that a long text is read in."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import NamedTuple

from oilplan.errors import OilplanError

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


def within(seconds: float, gone: Callable[[], bool] = lambda: False) -> Check:
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
