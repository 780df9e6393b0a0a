"""Who is meant by a name or a pronoun at a place in a text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from heapq import merge
from typing import NamedTuple

from oilplan.evidence.findings import FoundName, Paraphrase, Quantity, Quotation, View, view_offset
from oilplan.evidence.gazetteer import NameGazetteer
from oilplan.evidence.lexicon import pattern_of

SAYING = rf"(?:{pattern_of('saying')})"
REPORTING = rf"(?:{SAYING}|{pattern_of('reporting')})"

TITLE_AT = "".join(rf"(?<!\b{t})" for t in ("Mrs", "Gen", "Col", "Maj", "Adm", "Brig", "Capt", "Prof", "Comdr"))
"""Where a full stop belongs to a title."""
SENTENCE_BREAK = re.compile(rf"(?<![A-Z])(?<!\b[A-Z][a-z]){TITLE_AT}[.!?][”’'\")]*\s+(?=[A-Z‘“'\"])|\n\n")
SENTENCE_END = re.compile(rf"(?<![A-Z])(?<!\bMr)(?<!\bDr)(?<!\bLt)(?<!\bSt){TITLE_AT}[.!?][”’'\")]*(?=\s|$)|\n\n")
SENTENCE_REACH = 1500
"""Characters; a longer sentence is a list or a scan without stops, and is searched no further."""


APOSTROPHES, POSSESSIVE = frozenset("’'"), re.compile(r"[’']s\b|[’'](?=\s)")


class Mention(NamedTuple):
    """A person or body named in the reading: view offsets, its name in full, and whether as a possessor."""

    start: int
    end: int
    name: str
    person: bool
    possessive: bool


def mentions(view: View, names: list[FoundName], gazetteer: NameGazetteer) -> list[Mention]:
    """Persons and organisations among ``names`` in the order of the reading, each with its full name.

    A name that several may own keeps the spelling of the page; a surname alone that no list knows is who was named
    before it in full.
    """
    found, unknown = [], dict[str, str]()
    for name in names:
        if name.kind not in ("person", "organisation", "office"):
            continue
        start = view_offset(view, name.start)
        end = start + len(name.raw)
        full = gazetteer.full_names.get(name.id, name.raw) if name.id else name.raw
        if name.kind == "person" and not name.candidates:
            full = unknown.setdefault(name.raw.split()[-1], name.raw)
        possessive = view.text[end : end + 1] in APOSTROPHES and bool(POSSESSIVE.match(view.text[end : end + 3]))
        found.append(Mention(start, end, full, name.kind != "organisation", possessive))
    return found


def last_speaker(text: str, people: list[Mention], before: int, since: int) -> str:
    """The person who last spoke in ``text[since:before]``: one named beside a verb of saying, else one named last
    and not as a possessor, else ""."""
    near = [m for m in between(people, since, before) if m.person]
    for mention in reversed(near):
        if _speaks(text, mention):
            return mention.name
    named = [m for m in reversed(near) if not m.possessive]
    return next((m.name for m in sorted(named, key=lambda m: is_addressed(text, m))), "")


def is_addressed(text: str, mention: Mention) -> bool:
    """Whether "to" stands before a name and its title: "writing to PORTAL, he" is no word of Portal's."""
    return bool(ADDRESSED.search(text[max(0, mention.start - 40) : mention.start]))


ADDRESSED = re.compile(r"\b(?:to|told)\s{1,3}(?:(?:Sir|General|Air|Chief|Vice|Marshal|Lord|Mr\.?)[\s-]{1,3}){0,4}$")
HIS_PAPER = re.compile(
    r"[’']s?\s(?:\w{2,12}\s){0,2}?(?:reply|response|answer|letter|minute|memorandum|paper|note|cable|signal)\b"
)


def between(people: list[Mention], since: int, before: int) -> list[Mention]:
    """Mentions that begin in ``text[since:before]``, in order."""
    return people[bisect_left(people, (since,)) : bisect_left(people, (before,))]


def _speaks(text: str, mention: Mention) -> bool:
    after = text[mention.end : mention.end + 60]
    before = text[max(0, mention.start - 30) : mention.start]
    return bool(
        re.match(rf",?\s(?:\w+\s){{0,3}}?{SAYING}\b", after)
        or (mention.possessive and HIS_PAPER.match(after))
        or re.search(rf"[,”’'\"]\s{SAYING}\s(?:Sir\s)?$", before)
    )


def sentence_start(text: str, at: int) -> int:
    """Where the sentence around ``at`` begins, at most `SENTENCE_REACH` characters back; "Sir X." and initials end
    none."""
    ends = _sentence_ends(text)
    before = bisect_right(ends, at) - 1
    return max(ends[before] if before >= 0 else 0, at - SENTENCE_REACH, 0)


@lru_cache(maxsize=4)
def _sentence_ends(text: str) -> list[int]:
    return [m.end() for m in SENTENCE_BREAK.finditer(text)]


def sentence_end(text: str, at: int) -> int:
    """Where the sentence around ``at`` ends, its stop included; at most `SENTENCE_REACH` characters on."""
    starts, ends = _sentence_stops(text)
    after = bisect_left(starts, at)
    return min(len(text), at + SENTENCE_REACH, *ends[after : after + 1])


@lru_cache(maxsize=4)
def _sentence_stops(text: str) -> tuple[list[int], list[int]]:
    stops = [m.span() for m in SENTENCE_END.finditer(text)]
    return [start for start, _ in stops], [end for _, end in stops]


NARRATOR = "narrator"


def with_speakers(
    found: Iterable[Quantity], quoted: Iterable[Quotation], reported: Iterable[Paraphrase]
) -> Iterator[Quantity]:
    """Quantities with who gives them: the speaker of the words they stand in, else the narrator of the page."""
    words = ((q.start, -q.end, q.speaker or "not said") for q in quoted)
    speakers = merge(words, ((p.start, -p.end, p.speaker) for p in reported))
    following, active = next(speakers, None), list[tuple[int, int, str]]()
    for quantity in found:
        while following and following[0] <= quantity.start:
            active.append(following)
            following = next(speakers, None)
        active = [s for s in active if -s[1] > quantity.start]
        yield quantity._replace(speaker=active[-1][2] if active else NARRATOR)
