"""Words with their places on the page, to running text: spaces, cells of tables, and words the scanner doubts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

DOUBTED = 0.5
"""The scanner's own confidence below which a word is doubted."""
WIDE = 2.5
"""Widths of a letter; a gap as wide between two words of one line parts two columns."""
MOST_COLUMNS = 50
FEWEST_LINES = 3
"""Lines that must have a gap at one place before it is taken for the gap of a table."""


class Word(NamedTuple):
    """A word as the scanner has it: left and right edge on the page, and its confidence (0 to 1); None where absent."""

    text: str
    left: float | None = None
    right: float | None = None
    confidence: float | None = None


class DoubtedWord(NamedTuple):
    """A word of the text that its scanner doubts."""

    start: int
    end: int
    confidence: float


class Scanned(NamedTuple):
    """The text of a file, how it was read, and what was doubtful about that.

    text: pages parted by a form feed, paragraphs by a blank line, cells of a table by a tab
    read_as: format and encoding in words
    hocr: the hOCR that was made from a page image, else empty
    """

    text: str
    read_as: str
    doubts: tuple[DoubtedWord, ...] = ()
    hocr: bytes = b""


Line = list[Word]
Block = list[Line]


def laid_out(pages: Sequence[Sequence[Block]], read_as: str) -> Scanned:
    """Running text of pages of blocks of lines of words."""
    parts: list[str] = []
    doubts: list[DoubtedWord] = []
    at = 0

    def add(text: str) -> None:
        nonlocal at
        parts.append(text)
        at += len(text)

    for number, page in enumerate(pages):
        add("\f" if number else "")
        for place, block in enumerate(b for b in page if any(b)):
            add("\n\n" if place else "")
            gaps = _table_gaps(block)
            for row, line in enumerate(line for line in block if line):
                add("\n" if row else "")
                for i, word in enumerate(line):
                    add(("\t" if _between(line[i - 1], word, gaps) else " ") if i else "")
                    if word.confidence is not None and word.confidence < DOUBTED:
                        doubts.append(DoubtedWord(at, at + len(word.text), word.confidence))
                    add(word.text)
    return Scanned("".join(parts), read_as, tuple(doubts))


def _between(before: Word, after: Word, gaps: Sequence[tuple[float, float]]) -> bool:
    if not gaps or before.right is None or after.left is None:
        return False
    return any(before.right < end and start < after.left for start, end in gaps) and after.left > before.right


def _table_gaps(block: Block) -> list[tuple[float, float]]:
    """Vertical strips that no word enters on three lines or more and that part words there: the gaps of a table."""
    wide = [list(_wide_gaps(line)) for line in block]
    if sum(map(bool, wide)) < max(FEWEST_LINES, len(block) // 2):
        return []
    edges = sorted(
        {(start, 1, row) for row, gaps in enumerate(wide) for start, _ in gaps}
        | {(end, 0, row) for row, gaps in enumerate(wide) for _, end in gaps}
    )
    strips: list[tuple[float, float]] = []
    open_rows = 0
    for (at, opens, _), (after, _, _) in zip(edges, [*edges[1:], edges[-1]], strict=True):
        open_rows += 1 if opens else -1
        if open_rows < FEWEST_LINES or after <= at:
            continue
        if strips and strips[-1][1] == at:
            strips[-1] = (strips[-1][0], after)
        else:
            strips.append((at, after))
    return strips[:MOST_COLUMNS]


def _wide_gaps(line: Line) -> Iterator[tuple[float, float]]:
    widths = [(w.right - w.left) / len(w.text) for w in line if w.text and w.left is not None and w.right is not None]
    if len(widths) < len(line) or len(line) < 2:
        return
    least = WIDE * median(widths)
    for before, after in pairwise(line):
        if before.right is not None and after.left is not None and after.left - before.right > least > 0:
            yield before.right, after.left
