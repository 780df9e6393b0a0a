"""Hand-marked passages: ``<label:value|text>`` in a file, to raw text and the marks with their offsets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

REPAIRS = {
    "h": "hyphenation",
    "m": "mojibake",
    "l": "ligature",
    "x": "lost_letter",
    "c": "letter_confusion",
    "o": "letter_for_figure",
    "f": "lost_fraction",
    "k": "note_marker",
    "g": "note_marker_garbled",
    "F": "footnote_in_body",
    "T": "table_flattened",
    "p": "paragraph_break",
    "d": "dash_spacing",
    "e": "ellipsis_spacing",
    "t": "truncation",
}
FACTS = {"D": "date", "N": "name", "Q": "quantity", "L": "letter"}
OPEN = re.compile(r"<([A-Za-z]):((?:[^<>|]|>(?=[A-Z@]))*)\|")


class Mark(NamedTuple):
    """One hand-made mark: what it is, the raw span it covers, and what the reader should make of it."""

    what: str
    start: int
    end: int
    value: str


class Passage(NamedTuple):
    """One passage: raw text and its marks."""

    name: str
    raw: str
    marks: tuple[Mark, ...]


def read_passages(path: Path) -> list[Passage]:
    """The passages of a file, in order; each begins with a line ``=== name``."""
    parts = re.split(r"^=== (\w+)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return [parse(name, text.rstrip("\n")) for name, text in zip(parts[::2], parts[1::2], strict=True)]


def parse(name: str, text: str) -> Passage:
    """Take the marks out of one passage. Raises ValueError for a mark left open or a label not known."""
    raw: list[str] = []
    marks: list[Mark] = []
    open_marks: list[tuple[str, str, int]] = []
    at = length = 0
    while at < len(text):
        if opened := OPEN.match(text, at):
            label, value = opened.groups()
            open_marks.append(({**REPAIRS, **FACTS}[label], value, length))
            at = opened.end()
        elif text[at] == ">" and open_marks:
            what, value, start = open_marks.pop()
            marks.append(Mark(what, start, length, value))
            at += 1
        else:
            raw.append(text[at])
            length += 1
            at += 1
    if open_marks:
        raise ValueError(f"{name}: a mark is left open: {open_marks}")
    return Passage(name, "".join(raw), tuple(sorted(marks)))
