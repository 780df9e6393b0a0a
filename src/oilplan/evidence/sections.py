"""A long text cut into sections that are read one after another, so that the work grows with the text and no faster."""

from __future__ import annotations

import re
from typing import NamedTuple

from oilplan.evidence.limits import SECTION

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
