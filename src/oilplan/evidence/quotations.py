"""Quoted words, and sentences that report words in others: who spoke, who reports and who drafted them, kept apart."""

from __future__ import annotations

import calendar
import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from math import prod
from operator import itemgetter

from oilplan.evidence.findings import Note, Paraphrase, Quotation, ReadLetter, View, found_at, raw_span, view_offset
from oilplan.evidence.letters import REACH, letter_before, letter_governing
from oilplan.evidence.limits import within
from oilplan.evidence.notes import Footnote
from oilplan.evidence.people import (
    NARRATOR,
    REPORTING,
    SAYING,
    SENTENCE_REACH,
    Mention,
    between,
    is_addressed,
    last_speaker,
    sentence_end,
    sentence_start,
)

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


# Sentences that report what a person or body said, in other words than theirs.

LED = r"(?:(?!(?:was|were|is|are|be|been|being|may|might|should|could|would|cannot|not|never|hardly|scarcely|began|continued)\s)[a-z]\w{1,11}\s){0,3}?"
"""Words before one of saying ("then", "had again"): "HARRIS was told" is no word of his."""
APART = r"(?:,\s(?=[^,\n]{0,60}?\b[a-z])[^,.;:?!“\"\n]{3,80},)"
AFTER_NAME = re.compile(rf"(?:{APART}|,)?\s?{LED}{REPORTING}\b(?!\s[“‘\"'])")
"""Behind a name, words set apart by commas aside: "Tedder, in a note of that day, argued"."""
AFTER_BODY = re.compile(
    r"(?:[’']s?\s(?:\w{2,12}\s)?(?:staff|experts|planners|officers|chiefs?)\b)?"
    rf"{APART}?\s{LED}(?!began|continued){REPORTING}(?:(?:\s\w{{2,12}}){{0,2}}?\sthat|(?<=that))\b"
)
"""A body speaks only where what it says follows: the Eighth Air Force began and continued much else."""
GOES_ON = re.compile(
    r"^(?:The|This|That|These|Those|Their|Its|It|They|There|To|In|Only|Such|Half|\d|(?!She\b)[A-Z][a-z]{2,12}\s[a-z])"
)
"""How a sentence begins that may still report the speaker of the one before."""
MOST_FOLLOWING = 5
NAMED, BY_PRONOUN, OPEN = 0.75, 0.65, 0.4
"""Confidence by how the speaker was found: named, by a pronoun, or going on without a word of saying. Judgement."""
FEWEST_WORDS = 4
NEAR_QUOTE, LONGEST_QUOTED = 200, 8000
ASCRIBED = re.compile(r"\b(?:what|as|than|which|whom|that)\s(?:Sir\s)?$")
"""Before a name: "in what HARRIS said" judges his words and does not report them."""
SUPPOSED = re.compile(r"\b(?:[Ii]f|Had|[Uu]nless|[Ww]hether|Neither|Nor|nor|against|unlike)\s(?:Sir\s)?$")
"""Before a name: "if HARRIS had argued" reports nothing; "asked whether HARRIS believed" are the words of who asked."""


def paraphrases(
    view: View, people: list[Mention], letters: Sequence[ReadLetter], quoted: Sequence[Quotation]
) -> list[Paraphrase]:
    """Sentences that report a person's words without quoting them, with raw offsets.

    A sentence that goes on without a new speaker or a word of saying may be the reporter's own: its speaker reads
    "Sydney Bufton / narrator", and its confidence is low. Sentences that hold a quotation are left to `quotations`.
    """
    found: dict[int, Paraphrase] = {}
    attributed = _attributed(view, people, quoted)
    own = {start for start, *_ in attributed}
    for start, speaker, basis, confidence in attributed:
        end = sentence_end(view.text, start + 1)
        if start in found or _quotes(view, start, end, quoted):
            continue
        found[start] = _paraphrase(view, start, end, speaker, basis, confidence, letters)
        for _ in range(MOST_FOLLOWING):
            start = end + len(view.text[end : end + 3]) - len(view.text[end : end + 3].lstrip())
            end = sentence_end(view.text, start + 1)
            if start in own:
                break
            named = any(m.person and m.name == speaker for m in between(people, start, end))
            if named and "\n\n" not in view.text[start - 3 : start] and not _quotes(view, start, end, quoted):
                continue
            if not _goes_on(view, start, end, people, quoted):
                break
            found.setdefault(start, _paraphrase(view, start, end, f"{speaker} / {NARRATOR}", "goes on", OPEN, letters))
    return [p for _, p in sorted(found.items()) if len(p.raw.split()) >= FEWEST_WORDS]


def _attributed(view: View, people: list[Mention], quoted: Sequence[Quotation]) -> list[tuple[int, str, str, float]]:
    """Sentences that say who speaks in them: start, speaker, basis and confidence."""
    text = view.text
    inner_last = sorted(people, key=lambda m: m.start)
    found = sorted((named for mention in inner_last if (named := _speaks_here(text, mention))), key=itemgetter(0))
    bodies = {m.name for m in people if not m.person}
    for match in PRONOUN_AT.finditer(text):
        start = sentence_start(text, match.end() - 1)
        if match.end() - 1 - start >= SENTENCE_REACH:
            continue
        paragraph = text.rfind("\n\n", 0, start) + 1
        if match["body"]:
            at = bisect_left(found, (start,)) - 1
            name = found[at][1] if at >= 0 and found[at][0] >= paragraph and found[at][1] in bodies else ""
        else:
            name = _meant_by(view, match, start, paragraph, people, quoted)
        if name:
            insort(found, (start, name, "pronoun", BY_PRONOUN), key=itemgetter(0))
    return found


VIEWS_BY_LEAD = tuple(
    (re.compile(rf"\b{lead}\s(?:the\s)?$"), re.compile(behind))
    for lead, behind in (
        (r"(?:[Ii]n|[Tt]o)", r"[’']s?\s(?:view|opinion|judge?ment|estimate|eyes|words)\b"),
        (r"[Aa]s", r"\s(?:saw|put)\sit\b"),
        (r"[Aa]ccording\sto", r""),
    )
)
"""Beside a name: "in TEDDER's view", "as BUFTON saw it", "according to SPAATZ"."""


def _speaks_here(text: str, mention: Mention) -> tuple[int, str, str, float] | None:
    """The sentence in which a person or body, named, says something."""
    before = text[max(0, mention.start - 18) : mention.start]
    said = not (mention.person and mention.possessive) and (AFTER_NAME if mention.person else AFTER_BODY).match(
        text, mention.end
    )
    if not said and not any(a.search(before) and b.match(text, mention.end) for a, b in VIEWS_BY_LEAD):
        return None
    if said and (ASCRIBED.search(before[-12:]) or SUPPOSED.search(before)):
        return None
    start = sentence_start(text, mention.start)
    return (start, mention.name, "named", NAMED) if mention.start - start < SENTENCE_REACH else None


CAPITAL = re.compile(r"(?<![A-Za-z])[A-Z][a-zà-ÿ]+")
MONTH_NAMES = frozenset(calendar.month_name[1:])
PRONOUN_AT = re.compile(
    rf"\b(?:He|She)\s{LED}{REPORTING}\b(?!\s[“‘\"'])|,\s(?:he|she)\s(?:\w{{2,12}}\s)?{REPORTING}[,.]"
    rf"|(?P<body>\b(?:It|They)\s{LED}{REPORTING}(?:(?:\s\w{{2,12}})?\sthat|(?<=that))\b)"
    rf"|(?P<within>(?<=[\w,]\s)(?:he|she)\s{LED}{REPORTING}(?:\sthat|(?<=that))\b)"
)


def _meant_by(
    view: View, match: re.Match[str], start: int, paragraph: int, people: list[Mention], quoted: Sequence[Quotation]
) -> str:
    """Who "he" before a word of saying means; nobody within a sentence that names several or somebody unknown."""
    addressed: set[str] = set()
    if match["within"]:
        named = [m for m in between(people, start, match.start()) if m.person]
        addressed = {m.name for m in named if is_addressed(view.text, m)}
        own = {m.name for m in named} - addressed
        known = {view.text[m.start : m.end] for m in named}
        strange = any(c[0] not in known | MONTH_NAMES for c in CAPITAL.finditer(view.text, start + 1, match.start()))
        if own or strange:
            return own.pop() if len(own) == 1 else ""
    end = sentence_end(view.text, match.end())
    others = addressed | {m.name for m in between(people, match.end(), end) if m.person}
    name, since = _last_quoted(view, start, paragraph, people, quoted), max(paragraph, start - REACH)
    if name and name not in others:
        return name
    return last_speaker(view.text, [m for m in between(people, since, start) if m.name not in others], start, since)


def _last_quoted(view: View, start: int, paragraph: int, people: list[Mention], quoted: Sequence[Quotation]) -> str:
    """The speaker quoted just before in the same paragraph, nobody named since: "he reiterated" goes on with him."""
    raw_start = raw_span(view, max(0, start - 1), start)[1]
    low = raw_span(view, paragraph, paragraph + 1)[0]
    near = [q for q in within(quoted, low, raw_start) if q.end <= raw_start and raw_start - q.end <= NEAR_QUOTE]
    if not near or any(
        m.person and m.name != near[-1].speaker for m in between(people, view_offset(view, near[-1].end), start)
    ):
        return ""
    return near[-1].speaker


def _goes_on(view: View, start: int, end: int, people: list[Mention], quoted: Sequence[Quotation]) -> bool:
    sentence = view.text[start:end]
    if start >= len(view.text) or "\n\n" in view.text[max(0, start - 3) : start + 1] or not GOES_ON.match(sentence):
        return False
    return not any(m.person for m in between(people, start, end)) and not _quotes(view, start, end, quoted)


def _quotes(view: View, start: int, end: int, quoted: Sequence[Quotation]) -> bool:
    raw_start, raw_end = raw_span(view, start, end)
    return any(raw_start < q.end for q in within(quoted, raw_start - LONGEST_QUOTED, raw_end))


def _paraphrase(
    view: View, start: int, end: int, speaker: str, basis: str, confidence: float, letters: Sequence[ReadLetter]
) -> Paraphrase:
    found, name = found_at(view, start, end), speaker.split(" / ")[0]
    governing = letter_governing(letters, found[1], name)
    drafter = governing.drafted_by if governing and governing.drafted_by != name else ""
    to = governing.to if governing else ""
    return Paraphrase(*found, speaker, NARRATOR, drafter, to, basis, confidence)
