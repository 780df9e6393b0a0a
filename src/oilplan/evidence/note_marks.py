"""Note markers glued to the end of a sentence or clause: found, clean or garbled, before any figure is read."""

from __future__ import annotations

import re
from typing import NamedTuple

AFTER_POINT = re.compile(r"(?<=[.!?;:,'\"’”)\]…])(?P<mark>[0-9°ºª*+=%^~|“\"«»&§@#IlOoSZJ$<>{}¹²³⁰⁴-⁹]{1,5})(?=\s|$)")
SPACED = re.compile(r"(?<=[a-z\]][.!?'\"’”)])(?P<mark>\d \d(?: \d)?)(?=\s+[A-Z“‘(]|\s*$)")
"""A marker whose raised digits the scan set apart: "fell.1 8 The"."""
MONTH_NEXT = re.compile(r"\s+(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)")
IN_A_FIGURE = re.compile(r"(?:\d|(?<![A-Za-z])[IlO|])[,.:]$|(?:^|[\s(])[.,:;'’‘]$")
"""Before the marker: a figure's own comma (l,200), or a point that opens a decimal (.75)."""
SHELF_MARK = re.compile(r"[^\s(]\([A-Z\d]{1,6}\)$")
"""A bracket set close against a code, C.O.S.(44): the figure behind it is part of the code."""
AFTER_WORD = re.compile(r"(?<=[a-zà-ÿ]{4})(?P<mark>\d{1,3}|[¹²³⁰⁴-⁹]{1,3})(?=[.,;:]?(?:\s|$))")
ABBREVIATION = re.compile(
    r"\b(?:no|nos|vol|vols|p|pp|app|art|ch|chap|fig|sec|para|op|cf|ca|c|vs|st|dr|mr|mrs|hq|bk|pt|col|min|ser|"
    r"jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.$|[\d£$]\s*[.,:'\"]$|\b[A-Z]\.$",
    re.IGNORECASE,
)
INITIALS = re.compile(r"(?:\b[A-Z]\.){2,}$")
SUPERSCRIPTS = str.maketrans("¹²³⁰⁴⁵⁶⁷⁸⁹", "1230456789")
LETTERS = re.compile(r"^[A-Za-z]+$")
CLOSERS = "\"'“”’»«"
LARGEST_NOTE = 999


class Mark(NamedTuple):
    """A note marker as printed, and whether it reads as a plain number."""

    start: int
    end: int
    raw: str
    clean: bool


def note_marks(raw: str) -> list[Mark]:
    """Markers in ``raw``: digits, or what a scanner makes of small raised digits, set against a closing stop,
    comma or quotation mark (or a word), with a space after.

    A figure after an abbreviation (p.12), a decimal (3.5) and an ordinary closing quotation mark are none.
    """
    found = [
        Mark(m.start("mark"), m.end("mark"), m.group("mark"), True)
        for m in SPACED.finditer(raw)
        if not MONTH_NEXT.match(raw, m.end())
    ]
    taken = {m.start for m in found}
    found += [
        mark for match in AFTER_POINT.finditer(raw) if match.start() not in taken and (mark := _mark(raw, match))
    ]
    taken = {m.start for m in found}
    for match in AFTER_WORD.finditer(raw):
        word = re.search(r"[A-Za-zà-ÿ]+$", raw[max(0, match.start() - 30) : match.start()])
        if match.start() not in taken and word and word.group().islower():
            found.append(Mark(match.start("mark"), match.end("mark"), match.group("mark"), True))
    return sorted(found)


def _mark(raw: str, match: re.Match[str]) -> Mark | None:
    mark, start = match.group("mark"), match.start("mark")
    lead = raw[max(0, start - 12) : start]
    if IN_A_FIGURE.search(lead) or SHELF_MARK.search(lead):
        return None
    if not _looks_raised(mark) or ABBREVIATION.search(raw[max(0, start - 12) : start]):
        return None
    before, after = raw[start - 1], raw[match.end() : match.end() + 3].strip()
    if before in ",;:" and not mark.isdigit() and not re.search(r"\d", mark):
        return None
    if before in ".!?" and after and after[0].islower() and not INITIALS.search(raw[max(0, start - 12) : start]):
        return None
    clean = mark.translate(SUPERSCRIPTS).isdigit()
    if clean and int(mark.translate(SUPERSCRIPTS)) > LARGEST_NOTE:
        return None
    return Mark(start, match.end("mark"), mark, clean)


def _looks_raised(mark: str) -> bool:
    """Whether the glyphs can be a number: a digit among them, or two signs that are not closing quotes alone."""
    if LETTERS.match(mark) or not mark.strip(CLOSERS):
        return False
    if re.search(r"[0-9¹²³⁰⁴-⁹]", mark):
        return True
    signs = mark.strip(CLOSERS)
    return len(mark) >= 2 and all(c in "°ºª*+=%^~#§&@" for c in signs) and signs not in ("**", "***")
