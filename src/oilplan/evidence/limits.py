"""What one reading may cost: every limit of the reader in one place, and the clock that stops a reading."""

from __future__ import annotations

import time
from collections.abc import Callable

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
