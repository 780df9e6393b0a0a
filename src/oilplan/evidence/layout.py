"""Words with their places on the page to running text, and the tables that a text still shows."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from oilplan.evidence.findings import PageTable, TextRepair, flagged

DOUBTED = 0.5
"""The scanner's own confidence below which a word is doubted."""
WIDE = 2.5
"""Widths of a letter; a gap as wide between two words of one line parts two columns."""
SPACED = 1.5
"""Widths of a letter; words nearer than this are of one cell, or of a sentence that stands above a table."""
EMPTY_FIRST = " "
"""Before the tab of a line whose first cell is empty."""
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


class KnownEdge(NamedTuple):
    """What a file says is the number or running head of a page; an empty span where it only gives the number."""

    start: int
    end: int
    is_number: bool
    printed: str


class Scanned(NamedTuple):
    """The text of a file, how it was read, and what was doubtful about that.

    text: pages parted by a form feed, paragraphs by a blank line, cells of a table by a tab
    read_as: format and encoding in words
    hocr: the hOCR that was made from a page image, else empty
    edges: page numbers and running heads, where the file names them
    """

    text: str
    read_as: str
    doubts: tuple[DoubtedWord, ...] = ()
    hocr: bytes = b""
    edges: tuple[KnownEdge, ...] = ()


Line = list[Word]
Block = list[Line]


class NumberBlock(Block):
    """A block that its file calls the number of the page."""


class HeadBlock(Block):
    """A block that its file calls the running head or foot of the page."""


def laid_out(pages: Sequence[Sequence[Block]], read_as: str, numbers: Sequence[str] = ()) -> Scanned:
    """Running text of pages of blocks of lines of words.

    numbers: the number printed on each page, where the file gives it apart from the text ("" where it does not)
    """
    parts: list[str] = []
    doubts: list[DoubtedWord] = []
    edges: list[KnownEdge] = []
    at = 0

    def add(text: str) -> None:
        nonlocal at
        parts.append(text)
        at += len(text)

    for number, page in enumerate(pages):
        add("\f" if number else "")
        if number < len(numbers) and numbers[number]:
            edges.append(KnownEdge(at, at, True, numbers[number]))
        for place, block in enumerate(b for b in page if any(b)):
            add("\n\n" if place else "")
            begun = at
            gaps = _table_gaps(block)
            for row, line in enumerate(line for line in block if line):
                add("\n" if row else "")
                least = SPACED * _letter_width(line) if gaps else 0.0
                for i, word in enumerate(line):
                    add(_parting(line[i - 1] if i else None, word, gaps, least))
                    if word.confidence is not None and word.confidence < DOUBTED:
                        doubts.append(DoubtedWord(at, at + len(word.text), word.confidence))
                    add(word.text)
            if isinstance(block, NumberBlock | HeadBlock):
                words = " ".join(word.text for line in block for word in line)
                edges.append(KnownEdge(begun, at, isinstance(block, NumberBlock), words))
    return Scanned("".join(parts), read_as, tuple(doubts), edges=tuple(edges))


def _parting(before: Word | None, after: Word, gaps: Sequence[tuple[float, float]], least: float) -> str:
    """What parts a word from the one before it: a space, or a tab per gap of the table, empty cells between."""
    start = before.right if before else float("-inf")
    if not least or start is None or after.left is None or after.left - start < least:
        return " " if before else ""
    parted = sum(start < high and low < after.left and (before is not None or high <= after.left) for low, high in gaps)
    return (EMPTY_FIRST if parted and not before else " " if not parted and before else "") + " ".join("\t" * parted)


def _letter_width(line: Line) -> float:
    widths = [(w.right - w.left) / len(w.text) for w in line if w.text and w.left is not None and w.right is not None]
    return median(widths) if widths else 0.0


def _table_gaps(block: Block) -> list[tuple[float, float]]:
    """Vertical strips that no word enters on three lines or more and that part words there: the gaps of a table."""
    wide = [list(_wide_gaps(line)) for line in block]
    if sum(map(bool, wide)) < max(FEWEST_LINES, len(block) // 2):
        return []
    edges = sorted({(at, 1 - i, row) for row, gaps in enumerate(wide) for gap in gaps for i, at in enumerate(gap)})
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
    if len(line) < 2 or any(not w.text or w.left is None or w.right is None for w in line):
        return
    least = WIDE * _letter_width(line)
    for before, after in pairwise(line):
        if before.right is not None and after.left is not None and after.left - before.right > least > 0:
            yield before.right, after.left


INTRODUCED = re.compile(r"(?:as follows|table below|following table|set out below|shown below)\s*:\s+", re.IGNORECASE)
FIGURE = r"(?:\d(?:[\d,.]{0,14}\d)?%?|—|nil|\?)"
RUN = re.compile(rf"(?<![\w,.]){FIGURE}(?:[ \t]+{FIGURE}){{2,200}}(?=[\s.;]|$)")
SMALL_WORDS = {"on", "of", "in", "and", "per", "by", "to", "the", "for", "at"}
TOKEN = re.compile(r"\S+")
LABEL = re.compile(r"(?:(?<=[^\w,.])|^)(?:[A-Z][\w.'’()-]{0,40}[ \t]+){1,6}$")
LABEL_REACH = 200
FEWEST_HEADINGS = 4
MOST_HEADINGS = 500
LINE = re.compile(r"[^\n\f]*[\n\f]|[^\n\f]+")
GAP = re.compile(r"\t+| {3,}")
FEWEST_ROWS = 3
CELL_FIGURE = re.compile(r"-?\d[\d.,]{0,14}\s?%?|nil|[-–—]")
LONGEST_ROW = 300


def tables(raw: str) -> list[PageTable]:
    """Tables of ``raw`` whose cells are parted by tabs, three spaces or semicolons: three lines or more, most with a figure.

    Tabs come from the places of the words on the page (hOCR, ALTO, PAGE); spaces from the typist. One semicolon a line,
    or semicolons with a space behind, part cells only where every line below the first has a cell that is a figure.
    """
    return [t for parted, run in _runs_of_rows(raw) if len(run) >= FEWEST_ROWS and (t := _table(run, parted))]


def _runs_of_rows(raw: str) -> Iterator[tuple[int, list[tuple[int, str]]]]:
    """Lines one after another whose cells are parted alike, and by how many semicolons."""
    run: list[tuple[int, str]] = []
    parted = -1
    for line in LINE.finditer(raw):
        text = line.group().strip("\r\n\f")
        mine = _semicolons(text)
        if run and mine != parted:
            yield parted, run
            run = []
        parted = mine
        if parted >= 0:
            run.append((line.start(), text))
    if run:
        yield parted, run


def _semicolons(text: str) -> int:
    """By how many semicolons the cells of a line are parted; 0 for tabs and wide spaces; -1 for a line without cells."""
    if len(text) > LONGEST_ROW:
        return -1
    if GAP.search(text.strip()):
        return 0
    return len(_cells(text)) - 1 if ";" in text else -1


def _cells(text: str) -> list[str]:
    """The cells between semicolons; those within quotation marks part nothing."""
    if '"' not in text:
        return text.split(";")
    try:
        return next(csv.reader([text], delimiter=";"), [""])
    except csv.Error:
        return text.split(";")


def _between_gaps(text: str) -> list[str]:
    """The cells of a line between tabs or wide spaces; a tab behind one space is an empty first cell."""
    return GAP.split(text.rstrip().removeprefix(EMPTY_FIRST) if text.startswith(EMPTY_FIRST + "\t") else text.strip())


def _table(run: list[tuple[int, str]], parted: int) -> PageTable | None:
    rows = tuple(tuple(cell.strip() for cell in (_cells if parted else _between_gaps)(text)) for _, text in run)
    with_figures = sum(any(c[:1].isdigit() or c[-1:].isdigit() for c in row[1:]) for row in rows)
    if with_figures * 2 < len(rows):
        return None
    doubtful = parted == 1 or (parted and any("; " in text for _, text in run))
    if doubtful and not all(any(map(CELL_FIGURE.fullmatch, row[1:])) for row in rows[1:]):
        return None
    return PageTable(run[0][0], run[-1][0] + len(run[-1][1]), rows)


def table_repairs(raw: str) -> list[TextRepair]:
    """Flags for runs of headings after "as follows:" and runs of figures with no words between them.

    The reading is the raw text: which cell a figure belongs to must be seen on the page.
    """
    found = [r for m in INTRODUCED.finditer(raw) if (r := _headings(raw, m.end()))]
    taken = bytearray(len(raw) + 1)
    for repair in found:
        taken[repair.start : repair.end] = b"\x01" * (repair.end - repair.start)
    return [*found, *(r for r in _figures(raw) if not taken[r.start])]


def _figures(raw: str) -> Iterator[TextRepair]:
    """Runs of three figures or more, with the capitalised label before them; runs one after another are one table."""
    start = end = -1
    for match in RUN.finditer(raw):
        label = LABEL.search(raw, max(end, 0, match.start() - LABEL_REACH), match.start())
        begins = label.start() if label else match.start()
        if end >= 0 and raw[end:begins].strip(" \t") == "" and label:
            end = match.end()
            continue
        if end >= 0:
            yield _flag(raw, start, end)
        start, end = begins, match.end()
    if end >= 0:
        yield _flag(raw, start, end)


def _flag(raw: str, start: int, end: int) -> TextRepair:
    reason = "figures in a row with no words between: a table's lines run together; cells not assigned"
    return flagged(raw, (start, start + len(raw[start:end].rstrip())), "table_flattened", 0.9, reason)


def _headings(raw: str, start: int) -> TextRepair | None:
    end, capitals = start, 0
    for count, token in enumerate(TOKEN.finditer(raw, start)):
        word = token.group()
        if count >= MOST_HEADINGS or not (word[0].isupper() or word[0].isdigit() or word in SMALL_WORDS):
            break
        capitals += word[0].isupper() or word[0].isdigit()
        end = token.end()
        if word.endswith((".", ";")):
            break
    if capitals < FEWEST_HEADINGS or re.search(r"[,]\s", raw[start:end]):
        return None
    reason = "headings and cells without a sentence after “as follows”: a table's lines run together; not rebuilt here"
    return flagged(raw, (start, end), "table_flattened", 0.9, reason)
