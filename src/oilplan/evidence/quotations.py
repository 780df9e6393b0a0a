"""Quoted and reported words: who spoke, who reports and who drafted them, kept apart."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import prod

from oilplan.evidence.findings import Note, Quotation, ReadLetter, View, found_at, raw_span, view_offset
from oilplan.evidence.letters import REACH, letter_before, letter_governing
from oilplan.evidence.notes import Footnote
from oilplan.evidence.people import NARRATOR, REPORTING, SAYING, Mention, between, last_speaker, sentence_start

PAIRS = (
    re.compile(r"“([^“”]{3,3000}?)”"),
    re.compile(r"(?<![\w\"])\"(?=\S)([^\"]{3,3000}?)(?<=\S)\"(?!\w)"),
    re.compile(r"‘((?:[^‘’]|’(?=\w)){3,3000}?)’(?!\w)"),
    re.compile(r"(?<![\w'])'(?=[\w\"(])((?:[^']|(?<=\w)'(?=\w)){3,3000}?)(?<=[\w.,!?;:)])'(?![a-zA-Z])"),
)
VIEWS_OF_READER = "views of the reader"
VIEWS = re.compile(
    r"\b(?:his|her|their)\s+(?:concerns?|doubts?|fears?|complaints?|claims?|suspicions?|protests?)\b[^.“\"]*$"
)
VIEWS_REACH = 200
ASCRIBES = re.compile(r"\b(?:what|as)\s+(?:Sir\s+)?$")
SAID = re.compile(rf"\s{SAYING}")
FIRST_PERSON = re.compile(r"\b(?:I|we|my|our)\b")
BESIDE, PRONOUN, PARAGRAPH, NOTE, BLOCK = 0.95, 0.85, 0.6, 0.9, 0.75
"""Confidence by how the speaker was found: named beside the words, by a pronoun, by the letter spoken of, by the
note's own citation, by first-person words that the next sentence ascribes. Judgement."""


@lru_cache(maxsize=4)
def quoted_spans(text: str) -> list[tuple[int, int]]:
    """Spans of quoted words in ``text``, marks left out; a quotation inside another is not listed."""
    taken, found = bytearray(len(text) + 1), []
    for pair in PAIRS:
        for match in pair.finditer(text):
            if 1 not in taken[match.start() : match.end()]:
                taken[match.start() : match.end()] = b"\x01" * (match.end() - match.start())
                found.append(match.span(1))
    return sorted(found)


def quotations(
    view: View, people: list[Mention], letters: list[ReadLetter], notes: list[Note], feet: list[Footnote]
) -> list[Quotation]:
    """Quotations in the reading, with raw offsets.

    people, letters, notes, feet: what was found before; a note at the end of quoted words whose footnote cites a
    letter gives speaker and addressee

    The speaker is empty when nothing on the page says who it is.
    """
    found = []
    for start, end in quoted_spans(view.text):
        bases = list(_speakers(view.text, people, letters, start, end, view))
        cited = _cited(view, letters, notes, feet, end)
        if cited:
            bases.append(("note", cited.sender, NOTE))
        found.append(_quotation(view, start, end, bases, cited, letters))
    return sorted([*found, *_blocks(view, people, notes, letters)])


def _quotation(
    view: View,
    start: int,
    end: int,
    bases: list[tuple[str, str, float]],
    cited: ReadLetter | None,
    letters: list[ReadLetter],
) -> Quotation:
    raw_start, raw_end = raw_span(view, start, end)
    bases = [b for b in bases if b[1]]
    speaker = max(bases, key=lambda b: b[2])[1] if bases else ""
    agreeing = [(basis, confidence) for basis, name, confidence in bases if name == speaker]
    reported = any(basis == VIEWS_OF_READER for basis, _ in agreeing)
    governing = letter_before(letters, raw_start, REACH) if reported else cited
    if not reported:
        governing = governing or letter_governing(letters, raw_start, speaker, raw_end)
    reporter = governing.sender if reported and governing else NARRATOR
    drafter = governing.drafted_by if governing and governing.drafted_by != speaker else ""
    to = governing.to if governing and governing.sender == speaker else governing.sender if governing else ""
    basis, confidence = ", ".join(basis for basis, _ in agreeing), round(combined_confidence(agreeing), 3)
    return Quotation(*found_at(view, start, end), speaker, reporter, drafter, to, basis, confidence)


def _speakers(
    text: str, people: list[Mention], letters: list[ReadLetter], start: int, end: int, view: View
) -> Iterator[tuple[str, str, float]]:
    after, before = text[end + 1 : end + 70], text[sentence_start(text, start) : start - 1]
    yield "named beside", _named_after(text, people, end), BESIDE
    paragraph = text.rfind("\n\n", 0, start) + 1
    if re.match(rf"\d*,?\s*(?:he|she)\s+(?:\w+\s)?{SAYING}\b", after):
        yield "pronoun", last_speaker(text, people, start, paragraph), PRONOUN
    if VIEWS.search(before[-VIEWS_REACH:]):
        letter = letter_before(letters, raw_span(view, start, end)[0], REACH)
        if letter:
            yield VIEWS_OF_READER, letter.to, PARAGRAPH
            return
    if _says(text, start - 1 - len(before), start - 1):
        name = last_speaker(text, people, start, start - 1 - len(before))
        pronoun = re.search(rf"\b[Hh]e\s+(?:\w+\s)?{SAYING}\b", before)
        yield "named before", name, BESIDE
        if pronoun and not name:
            yield "pronoun", last_speaker(text, people, start - len(before), paragraph), PRONOUN
        return
    letter = letter_before(letters, raw_span(view, start, end)[0], REACH // 3)
    if letter and letter.basis == "report":
        yield "letter spoken of", letter.sender, PARAGRAPH


def _says(text: str, since: int, before: int) -> bool:
    """Whether a word of saying stands in a stretch of the text."""
    places = _sayings(text)
    after = bisect_left(places, since)
    return after < len(places) and places[after] < before


@lru_cache(maxsize=2)
def _sayings(text: str) -> list[int]:
    return [m.start() for m in re.finditer(rf"\b{REPORTING}\b", text)]


def _named_after(text: str, people: list[Mention], end: int) -> str:
    for mention in between(people, end + 1, end + 61):
        if mention.person:
            gap, after = text[end + 1 : mention.start], text[mention.end : mention.end + 30]
            if re.match(r",?\s+(?:Sir\s+)?$", gap) and re.match(rf"\s(?:\w+\s)?{SAYING}\b", after):
                return mention.name
            if re.match(rf",?\s+{SAYING}\s+(?:Sir\s+)?$", gap):
                return mention.name
    return ""


def _cited(
    view: View, letters: list[ReadLetter], notes: list[Note], feet: list[Footnote], end: int
) -> ReadLetter | None:
    """The letter that the footnote of the note just after view offset ``end`` cites."""
    raw_end = raw_span(view, max(0, end - 1), end)[1]
    number = next((n.number for n in notes if 0 <= n.start - raw_end <= 3), None)
    foot = next((f for f in feet if f.number == number), None)
    if foot is None:
        return None
    return next((found for found in letters if foot.start <= found.start < foot.end), None)


def _blocks(view: View, people: list[Mention], notes: list[Note], letters: list[ReadLetter]) -> list[Quotation]:
    """Paragraphs in the first person, without marks, that end in a note and that the next sentence ascribes."""
    found, text, quoted = [], view.text, bytearray(len(view.text) + 1)
    for start, end in quoted_spans(text):
        quoted[start:end] = b"\x01" * (end - start)
    for note in notes:
        at = view_offset(view, note.start)
        if not text.startswith("\n\n", at):
            continue
        start = text.rfind("\n\n", 0, at)
        start = 0 if start < 0 else start + 2
        own = "".join(c for c, inside in zip(text[start:at], quoted[start:at], strict=True) if not inside)
        following = text[at + 2 : at + 250]
        speaker = _ascribed(text, between(people, at, at + 200), at)
        if speaker and len(FIRST_PERSON.findall(own)) >= 2 and following:
            raw_start = raw_span(view, start, at)[0]
            raw_end = min(raw_span(view, start, at)[1], note.start)
            governing = letter_governing(letters, raw_end, speaker)
            to, raw = governing.to if governing else "", view.raw[raw_start:raw_end]
            basis = "block ascribed after"
            found.append(Quotation(raw_start, raw_end, raw, speaker, NARRATOR, "", to, basis, BLOCK))
    return found


def _ascribed(text: str, near: list[Mention], since: int) -> str:
    """The person to whom the words before are ascribed: "what HARRIS said"."""
    for mention in near:
        led = ASCRIBES.search(text[since : mention.start])
        if mention.person and led and SAID.match(text, mention.end):
            return mention.name
    return ""


def combined_confidence(findings: Iterable[tuple[str, float]]) -> float:
    """Confidence from several findings, each given as (basis, confidence).

        1 - product over bases of (1 - the largest confidence with that basis)

    Findings on one basis (letters, a date, a note's number) can make the same mistake, so only the best of them
    counts; findings on different bases are taken as independent, which is as far as this formula can be trusted.
    """
    best: dict[str, float] = {}
    for basis, confidence in findings:
        best[basis] = max(best.get(basis, 0.0), confidence)
    return 1 - prod((1 - confidence for confidence in best.values()), start=1.0)
