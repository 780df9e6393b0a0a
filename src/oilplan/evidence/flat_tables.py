"""Tables: those whose cells still stand apart are given as rows; those a scan ran together are flagged, not guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from oilplan.evidence.findings import PageTable, TextRepair

INTRODUCED = re.compile(r"(?:as follows|table below|following table|set out below|shown below)\s*:\s+", re.IGNORECASE)
FIGURE = r"(?:\d(?:[\d,.]{0,14}\d)?%?|—|nil|\?)"
RUN = re.compile(rf"(?<![\w,.]){FIGURE}(?:[ \t]+{FIGURE}){{2,200}}(?=[\s.;]|$)")
SMALL_WORDS = {"on", "of", "in", "and", "per", "by", "to", "the", "for", "at"}
TOKEN = re.compile(r"\S+")
LABEL = re.compile(r"(?:(?<=[^\w,.])|^)(?:[A-Z][\w.'’()-]{0,40}[ \t]+){1,6}$")
LABEL_REACH = 200
FEWEST_HEADINGS = 4
MOST_HEADINGS = 500
GAP = re.compile(r"\t+| {3,}")
FEWEST_ROWS = 3
LONGEST_ROW = 300


def tables(raw: str) -> list[PageTable]:
    """Tables of ``raw`` whose cells are parted by tabs or by three spaces: three lines or more, most with a figure.

    Tabs come from the places of the words on the page (hOCR, ALTO, PAGE); spaces from the typist.
    """
    return [t for run in _runs_of_rows(raw) if (t := _table(run))]


def _runs_of_rows(raw: str) -> Iterator[list[tuple[int, str]]]:
    run: list[tuple[int, str]] = []
    at = 0
    for line in re.split("[\n\f]", raw):
        text = line.strip("\r")
        is_row = len(text) <= LONGEST_ROW and bool(GAP.search(text.strip()))
        if is_row:
            run.append((at, text))
        elif run:
            yield run
            run = []
        at += len(line) + 1
    if run:
        yield run


def _table(run: list[tuple[int, str]]) -> PageTable | None:
    rows = tuple(tuple(cell.strip() for cell in GAP.split(text.strip())) for _, text in run)
    with_figures = sum(any(c[:1].isdigit() or c[-1:].isdigit() for c in row[1:]) for row in rows)
    if len(rows) < FEWEST_ROWS or with_figures * 2 < len(rows):
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
    text = raw[start:end].rstrip()
    return TextRepair(start, start + len(text), text, text, "table_flattened", 0.9, reason, None)


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
    return TextRepair(start, end, raw[start:end], raw[start:end], "table_flattened", 0.9, reason, None)
