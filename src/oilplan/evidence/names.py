"""Persons, places, organisations and terms of the gazetteer, where they stand in a text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from oilplan.evidence.findings import FoundName, Repair
from oilplan.evidence.gazetteer import Gazetteer
from oilplan.evidence.view import View, raw_span

WORD = re.compile(r"(?<![\w.-])[A-ZÀ-Þ0-9][\w]*")
COMPOUND = re.compile(r"-[A-Z]")
GIVEN = r"(?:[A-Z][a-zà-ÿ]+|[A-Z]\.)"
TITLED = re.compile(
    r"\b(?:Sir|Lord|Dr\.?|General|Colonel|Air (?:Chief |Vice[- ])?Marshal|Air Commodore|Group Captain|Field Marshal|"
    rf"Major[- ]General|Lieutenant[- ]General|Brigadier[- ]General)\s+({GIVEN}(?:\s+{GIVEN}){{0,2}})"
)
EXACT, CONFUSED, TITLE_ONLY = 0.97, 0.8, 0.7
"""Confidence of a spelling known exactly, of one mended first, and of a title before an unknown name. Judgement."""


class _Index(dict[str, list[str]]):
    """Spellings by their first word, longest first."""


@lru_cache(maxsize=8)
def _index(spellings: frozenset[str]) -> _Index:
    index: defaultdict[str, list[str]] = defaultdict(list)
    for spelling in spellings:
        start = spelling.removeprefix("the ")
        index[re.match(r"\w+", start).group()].append(spelling)  # type: ignore[union-attr]
    return _Index({word: sorted(found, key=len, reverse=True) for word, found in index.items()})


def names(view: View, gazetteer: Gazetteer, repairs: Iterable[Repair] = ()) -> list[FoundName]:
    """Names in the reading, with raw offsets; ``id`` is None wherever several owners claim the spelling.

    A name that was mended first (``repairs``) carries the method "mended" and less confidence.
    """
    index = _index(frozenset(gazetteer.owners))
    mended = sorted((r.start, r.end) for r in repairs if r.kind in ("letter_confusion", "mojibake"))
    found: list[FoundName] = []
    at = 0
    for word in WORD.finditer(view.text):
        if word.start() < at:
            continue
        spelling = _spelling_at(view.text, word.start(), index.get(word.group(), []))
        if not spelling:
            continue
        at = word.start() + len(spelling.removeprefix("the "))
        found.append(_found(view, word.start(), at, gazetteer.owners[spelling], mended))
    found += _titled(view, found)
    return sorted(found)


def _spelling_at(text: str, start: int, spellings: list[str]) -> str:
    for spelling in spellings:
        body = spelling.removeprefix("the ")
        if body != spelling and text[max(0, start - 4) : start].lower() != "the ":
            continue
        end = start + len(body)
        if text.startswith(body, start) and not (text[end : end + 1].isalnum() or re.match(r"-[A-Z]", text[end:])):
            return spelling
    return ""


def _found(view: View, start: int, end: int, owners: tuple, mended: list[tuple[int, int]]) -> FoundName:
    raw_start, raw_end = raw_span(view, start, end)
    after = bisect_left(mended, (raw_end, 0))
    was_mended = after > 0 and raw_start < mended[after - 1][1]
    ids = tuple(o.id for o in owners)
    kinds = {o.kind for o in owners}
    collision = "" if len(ids) == 1 else f"may be any of {', '.join(ids)}; none chosen"
    return FoundName(
        raw_start,
        raw_end,
        view.text[start:end],
        kinds.pop() if len(kinds) == 1 else "unclear",
        ids[0] if len(ids) == 1 else None,
        ids,
        "mended" if was_mended else "spelling",
        CONFUSED if was_mended else EXACT,
        collision,
    )


def _titled(view: View, known: list[FoundName]) -> list[FoundName]:
    found = []
    taken = bytearray(len(view.raw) + 1)
    for name in known:
        taken[name.start : name.end] = b"\x01" * (name.end - name.start)
    for match in TITLED.finditer(view.text):
        start, end = raw_span(view, match.start(1), match.end(1))
        if any(taken[start:end]):
            continue
        found.append(FoundName(start, end, match.group(1), "person", None, (), "title", TITLE_ONLY))
    return found
