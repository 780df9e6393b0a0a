"""Letters, minutes and drafts that a page cites or reports."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from typing import NamedTuple

from oilplan.evidence.findings import FoundDate, Letter
from oilplan.evidence.people import Mention, sentence_end, sentence_start
from oilplan.evidence.view import View, raw_span, view_offset

PAPER = r"(?:letter|minute|memorandum|memo|note|reply|answer|response|signal|telegram|report|paper)"
WHO = "\ue000"
"""Stands for a name in the marked text, and WHEN for a date: the patterns see only who, when and what paper."""
WHEN = "\ue001"
NO_SIGNS = {ord(WHO): "\ufffd", ord(WHEN): "\ufffd"}
"""A scan that holds the signs themselves must not pass for a name."""
CITED, REPORTED, MENTIONED = 0.95, 0.85, 0.6
"""Confidence of a letter cited in form, one reported with a date or addressee, one only mentioned. Judgement."""

FROM = rf"{WHO}(?P<a>\d+);"
TO = rf"(?:\s+(?:again\s+)?to\s+(?:the\s+)?{WHO}(?P<b>\d+);)?"
CITATION = re.compile(
    rf"\b(?i:(?P<paper>{PAPER}))s?,?\s+(?:from\s+)?{FROM}\s+to\s+(?:the\s+)?{WHO}(?P<b>\d+);"
    rf"(?:,?\s+(?:of\s+|dated\s+)?{WHEN}(?P<d>\d+);)?(?P<ref>,\s+[A-Z][^;\n]*?(?=\.(?:\s|$)(?!\d)))?"
)
POSSESSED = re.compile(
    rf"{FROM}[’']s?\s+(?:{WHEN}(?P<d>\d+);\s+)?"
    r"(?:(?:own|long|short|first|second|final|last|next|earlier|later|official|personal|further)\s+)*"
    rf"(?P<paper>{PAPER})(?:\s+of\s+{WHEN}(?P<d2>\d+);)?{TO}(?:\s+(?:of|on|dated)\s+{WHEN}(?P<d3>\d+);)?"
)
WROTE = re.compile(
    rf"(?:(?P<on>[Oo]n)\s+{WHEN}(?P<d>\d+);,?\s+)?{FROM}\s+(?:\w+\s+)?(?:wrote|replied|answered|minuted)"
    rf"(?:\s+on\s+{WHEN}(?P<d2>\d+);)?{TO}(?:\s+on\s+{WHEN}(?P<d3>\d+);)?"
)
FROM_TO = re.compile(
    rf"\b(?P<paper>{PAPER})\s+(?:of\s+{WHEN}(?P<d>\d+);\s+)?from\s+(?:the\s+)?{FROM}{TO}"
    rf"(?:\s+(?:of|dated)\s+{WHEN}(?P<d2>\d+);)?"
)
OF_ONE = re.compile(
    rf"\b(?P<paper>communication|letter|note|minute)s\s+from\s+(?:the\s+)?{FROM},?\s+(?:and\s+)?"
    rf"(?:notably|especially|in particular|among them)\s+(?:by\s+)?(?:one|that)\s+of\s+{WHEN}(?P<d>\d+);"
)
ADVICE = re.compile(
    rf"{WHO}(?P<b>\d+);\s+(?:\w+\s+){{0,3}}?(?:sought|asked for|requested|called for)\s+{FROM}[’']s?\s+"
    r"(?P<paper>advice|views|comments|opinion|draft)"
)
OWN = re.compile(rf"\b(?P<whose>[Yy]our|[Mm]y)\s+(?P<paper>{PAPER})s?\s+of\s+{WHEN}(?P<d>\d+);")
DRAFT = re.compile(
    rf"{WHO}(?P<x>\d+);[’']s?\s+(?:own\s+|first\s+)?draft\b|\bdraft(?:ed|ing)?\s+(?:prepared\s+)?(?:by|of)\s+(?:the\s+)?{WHO}(?P<y>\d+);"
)
PERSUADED = re.compile(rf"\b(?:convince|persuade|inform|tell|urge|assure|remind|warn)\s+{WHO}(?P<b>\d+);")


class Marked(NamedTuple):
    """The reading with every name and date replaced by a sign and a number, and the way back."""

    text: str
    places: list[tuple[int, int]]
    people: list[Mention]
    dates: list[FoundDate]


def marked_text(view: View, people: list[Mention], dates: list[FoundDate]) -> Marked:
    """Replace each name by ``WHO<number>;`` and each date by ``WHEN<number>;`` (a leading "Sir" goes with a name)."""
    text = view.text.translate(NO_SIGNS)
    signs = [(m.start, m.end, f"{WHO}{i};") for i, m in enumerate(people)]
    for i, date in enumerate(dates):
        start = view_offset(view, date.start)
        signs.append((start, view_offset(view, date.end - 1) + 1 if date.end > date.start else start, f"{WHEN}{i};"))
    pieces, places, at, length = [], [(0, 0)], 0, 0
    for start, end, sign in sorted(signs):
        if start < at:
            continue
        pieces += [text[at:start], sign]
        length += start - at
        places.append((length, start))
        length += len(sign)
        places.append((length, end))
        at = end
    pieces.append(text[at:])
    return Marked("".join(pieces), places, people, dates)


def letters(view: View, marked: Marked, correspondents: Callable[[int], tuple[str, str]]) -> list[Letter]:
    """Letters in the reading, with raw offsets; what the page does not say stays empty.

    correspondents: (writer, reader) of the quotation at a view offset, for "your letter of" and "my letter of"
    """
    found: list[Letter] = []
    taken = bytearray(len(view.raw) + 1)
    for pattern, basis in ((CITATION, "citation"), (OF_ONE, "report"), (FROM_TO, "report"), (WROTE, "report"),
                           (POSSESSED, "report"), (ADVICE, "advice"), (OWN, "quotation")):  # fmt: skip
        for match in pattern.finditer(marked.text):
            letter = _letter(view, marked, match, basis, correspondents)
            if letter and not any(taken[letter.start : letter.end]):
                found.append(letter)
                taken[letter.start : letter.end] = b"\x01" * (letter.end - letter.start)
    return sorted(found)


def _letter(
    view: View,
    marked: Marked,
    match: re.Match[str],
    basis: str,
    correspondents: Callable[[int], tuple[str, str]],
) -> Letter | None:
    parts = match.groupdict()
    start, end = _back(marked, match.start()), _back(marked, match.end())
    sender, to = _name(marked, parts.get("a")), _name(marked, parts.get("b"))
    if basis == "quotation":
        writer, reader = correspondents(start)
        sender, to = (reader, writer) if parts["whose"].lower() == "your" else (writer, reader)
    date = next((marked.dates[int(parts[k])].edtf for k in ("d", "d2", "d3") if parts.get(k)), "")
    if match.re is WROTE and not (date or to):
        return None
    if sender and sender == to:
        return None
    drafted_by, to = _from_sentence(marked, match, basis, sender, to)
    confidence = CITED if basis == "citation" else REPORTED if (date or to) else MENTIONED
    raw_start, raw_end = raw_span(view, start, end)
    reference = (parts.get("ref") or "").strip(", ")
    return Letter(
        raw_start,
        raw_end,
        view.raw[raw_start:raw_end],
        sender,
        to,
        date,
        drafted_by,
        reference,
        basis,
        confidence,
    )


def _from_sentence(marked: Marked, match: re.Match[str], basis: str, sender: str, to: str) -> tuple[str, str]:
    """Drafter and addressee that the letter's own sentence names."""
    if basis == "citation":
        return "", to
    if basis == "advice":
        return sender, to
    text = marked.text
    start, end = sentence_start(text, match.start()), sentence_end(text, match.end())
    drafts = DRAFT.finditer(text, start, end) if text.find("draft", start, end) >= 0 else ()
    drafter = next((_name(marked, m.group("x") or m.group("y")) for m in drafts), "")
    if not to and match.re is OF_ONE:
        persuaded = PERSUADED.search(text, match.end(), end)
        to = _name(marked, persuaded.group("b")) if persuaded else ""
    return (drafter if drafter != to else ""), to


def _name(marked: Marked, number: str | None) -> str:
    return marked.people[int(number)].name if number else ""


def _back(marked: Marked, at: int) -> int:
    """View offset of an offset in the marked text."""
    place = marked.places[bisect_right(marked.places, (at, len(marked.text) * 2)) - 1]
    return place[1] + at - place[0]


def letter_before(letters_found: list[Letter], at: int, reach: int) -> Letter | None:
    """The last letter with a sender that begins in the ``reach`` raw characters before ``at``."""
    near = [found for found in letters_found if at - reach <= found.start <= at and found.sender]
    return near[-1] if near else None
