"""Sentences that report what a person or body said, in other words than theirs."""

from __future__ import annotations

import calendar
import re
from bisect import bisect_left, insort
from collections.abc import Sequence
from operator import itemgetter

from oilplan.evidence.findings import Paraphrase, Quotation, ReadLetter, View, found_at, raw_span, view_offset
from oilplan.evidence.letters import letter_governing
from oilplan.evidence.limits import within
from oilplan.evidence.people import (
    NARRATOR,
    REPORTING,
    SENTENCE_REACH,
    Mention,
    between,
    is_addressed,
    last_speaker,
    sentence_end,
    sentence_start,
)

REACH = 1500
"""Characters back within which a pronoun finds who is meant."""
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
