"""Quantities: a number, its unit, and what it measures."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from oilplan.evidence.findings import Quantity
from oilplan.evidence.gazetteer import read_table, small_words
from oilplan.evidence.numbers import Number, numbers
from oilplan.evidence.view import View, raw_span

WORD = re.compile(r"[\s-]*([A-Za-zÀ-ÿ%][\w’'.]*?)(?=[\s,.;:!?)\]”\"’'—–-]|$)")
STOP = small_words("ends_a_phrase.txt")
MAY_OPEN_OF = {"his", "her", "its", "their", "our", "the", "a", "an", "this", "these", "those", "your"}
PHRASE_STOP = (STOP | {"each", "per", "every", "alone", "only", "still", "now", "already"}) - MAY_OPEN_OF
RATE = re.compile(r"\s+(?:each|a|per|every)\s+(month|week|day|night|year|quarter)\b")
PLACE = re.compile(r"\s+(?:in|at|near|around)\s+((?:the\s+)?(?:[a-z]+\s+)?[A-ZÀ-Þ][\w]+(?:\s+[A-ZÀ-Þ][\w]+)*)")
OF = re.compile(r"\s+of\s+")
BETWEEN = re.compile(r"^\s*(?:to|and|-|–|or)\s*$")
IDIOMS = re.compile(r"^(?:one|One)\s+(?:day|time|another|of)\b")
SUSPENDED = re.compile(r"-\s(?:or|and|to)\s$")
ONE_WORD = re.compile(r"[\w%]+")
TWO_WORDS = re.compile(r"[\w%]+\s+[\w%]+")
WHOLE = re.compile(r"\s+(?:of\s+)?(?=(?:an?|the|its|their|his|our|this|these|those|all|it|them|what|Germany)\b|[A-Z])")
VAGUE_OF = re.compile(r"\s+of(?=\s)")
PERCENT_SIGN = re.compile(r"\s?%")
PARTITIVE = re.compile(r"\s+of\s+(?:the|these|those|its|their|his|our)\b")
SUBJECT = re.compile(r"(?:[Tt]he\s+)?([^,]{3,120}?),?\s+(?:was|were|is|are|had been|rose to|fell to|became)\b")
MOST_MODIFIERS = 4
MOST_OF_WORDS = 7
TIMES_CAUTION = "“{n} times more” can mean {n} times as much or {m} times as much"
TONS_CAUTION = "the page does not say whether long, short or metric tons"


class _Unit(NamedTuple):
    unit: str
    singular: bool
    of_follows: bool


@lru_cache(maxsize=1)
def _units() -> dict[str, _Unit]:
    table = {}
    for row in read_table("units.csv"):
        table[row["singular"].strip()] = _Unit(
            row["unit"], row["singular"] != row["plural"], row["of_follows"] == "yes"
        )
        table[row["plural"].strip()] = _Unit(row["unit"], False, row["of_follows"] == "yes")
    return table


def quantities(view: View, closed: list[tuple[int, int]]) -> list[Quantity]:
    """Quantities in the reading, with raw offsets.

    closed: raw spans where a figure is no quantity (dates, note markers, footnote numbers, flattened tables)

    A number counts only with a unit of `data/units.csv` behind it, at most four words on; half, a third and the like
    also as the share of what follows. "Ten to twelve plants" is one quantity with a low and a high value.
    """
    found = []
    shut = _mask(closed, len(view.raw))
    every = list(numbers(view.text))
    skip = -1
    for i, number in enumerate(every):
        if number.start < skip:
            continue
        last = every[i + 1] if i + 1 < len(every) and _is_range(view.text, number, every[i + 1]) else None
        quantity = _quantity(view, last or number, number)
        if quantity is None and last:
            quantity, last = _quantity(view, number, number), None
        if quantity is None or any(shut[quantity.start : quantity.end]):
            continue
        if last and number.value is not None and last.value is not None:
            quantity = quantity._replace(value=None, low=number.value, high=last.value)
        skip = last.end if last else number.end
        found.append(quantity)
    return found


def _mask(spans: list[tuple[int, int]], length: int) -> bytearray:
    mask = bytearray(length + 1)
    for start, end in spans:
        mask[start:end] = b"\x01" * (end - start)
    return mask


def _is_range(text: str, first: Number, second: Number) -> bool:
    return (
        bool(BETWEEN.match(text[first.end : second.start]))
        and not first.share
        and not (
            text[first.end : second.start].strip() == "and"
            and "between" not in text[max(0, first.start - 12) : first.start].lower()
        )
    )


def _quantity(view: View, number: Number, first: Number) -> Quantity | None:
    text = view.text
    if IDIOMS.match(text[number.start : number.start + 20]) or SUSPENDED.search(
        text[max(0, number.start - 8) : number.start]
    ):
        return None
    vague = VAGUE_OF.match(text, number.end) if number.low else None
    noun = _noun(text, vague.end() if vague else number.end, number.value)
    if noun is None:
        return _share(view, number) if number.share else None
    end, unit, modifiers = noun
    of, of_end = _of(text, end, unit, modifiers)
    rate = RATE.match(text, end) or RATE.match(text, of_end) or re.compile(r"\s+\w+" + RATE.pattern).match(text, end)
    unit_name = unit.unit + (f" a {rate.group(1)}" if rate else "")
    if rate and rate.end() < end + 30:
        end = rate.end()
    start, end = raw_span(view, first.start, end)
    return Quantity(
        start,
        end,
        view.raw[start:end],
        number.value,
        unit_name,
        of,
        number.low,
        None,
        _caution(text, number, unit, noun[0]),
    )


def _noun(text: str, at: int, value: float | None) -> tuple[int, _Unit, list[str]] | None:
    """The unit behind a number: (its end, the unit, the words between)."""
    sign = PERCENT_SIGN.match(text, at)
    if sign:
        return sign.end(), _units()["%"], []
    partitive = PARTITIVE.match(text, at)
    at = partitive.end() if partitive else at
    modifiers: list[str] = []
    while len(modifiers) <= MOST_MODIFIERS:
        word = WORD.match(text, at)
        if not word or (word.group(1).lower() in STOP):
            return None
        for size in (2, 1):
            unit, end = _unit_at(text, word.start(1), size)
            if unit and not (
                unit.singular and value != 1 and unit.unit not in TON_WORDS and "-" not in text[at : word.start(1)]
            ):
                return end, unit, modifiers
        if word.group(1).lower() in ("of",) or word.group(1)[0].isdigit():
            return None
        modifiers.append(word.group(1))
        at = word.end()
    return None


TON_WORDS = {"percent"}


def _unit_at(text: str, start: int, size: int) -> tuple[_Unit | None, int]:
    match = (ONE_WORD if size == 1 else TWO_WORDS).match(text, start)
    if not match:
        return None, start
    words = re.sub(r"\s+", " ", match.group())
    return _units().get(words) or _units().get(words.lower()), match.end()


def _of(text: str, end: int, unit: _Unit, modifiers: list[str]) -> tuple[str, int]:
    of = OF.match(text, end)
    if unit.of_follows:
        if not of:
            rate = RATE.match(text, end)
            of = OF.match(text, rate.end()) if rate else None
        return _phrase(text, of.end()) if of else ("", end)
    if unit.unit == "times":
        return _subject(text, end), end
    place = PLACE.match(text, end)
    noun = re.search(r"[\w%]+$", text[max(0, end - 40) : end]).group()  # type: ignore[union-attr]
    what = " ".join([*(m for m in modifiers if m.lower() not in ("such", "more", "other")), noun])
    return what + (text[place.start() : place.end()] if place else ""), place.end() if place else end


def _subject(text: str, at: int) -> str:
    """What a multiple is said of: the subject of its clause ("the tonnage ... was four times")."""
    clause = re.split(r"[.;]\s|,\s+(?:and|but|while)\s", text[max(0, at - 250) : at])[-1]
    subject = SUBJECT.match(clause.strip())
    return subject.group(1) if subject else ""


def _phrase(text: str, start: int) -> tuple[str, int]:
    end, words = start, 0
    for match in re.compile(r"\s*([\wÀ-ÿ’'-]+)").finditer(text, start):
        if match.start() != end or _ends_phrase(match.group(1).lower(), words):
            break
        if words and match.group(1).lower() in ("the", "a", "an"):
            break
        end, words = match.end(1), words + 1
    return text[start:end].strip("’'"), end


def _ends_phrase(word: str, words_before: int) -> bool:
    stands_for_noun = words_before == 0 and word in ("it", "them", "this", "these")
    return words_before == MOST_OF_WORDS or (word in PHRASE_STOP and not stands_for_noun)


def _share(view: View, number: Number) -> Quantity | None:
    text = view.text
    before = text[max(0, number.start - 12) : number.start].lower()
    if re.search(r"\b(first|second|latter|other|better|last)\s+$", before):
        return None
    follows = WHOLE.match(text, number.end)
    if not follows:
        return None
    of, _ = _phrase(text, follows.end())
    if not of or re.match(r"(an?\s+)?(dozen|hour|million|mile|day|year|month)\b", of):
        return None
    start, end = raw_span(view, number.start, number.end)
    return Quantity(start, end, view.raw[start:end], number.value, "share", of)


def _caution(text: str, number: Number, unit: _Unit, end: int) -> str:
    if unit.unit == "times" and re.match(r"\s+(?:more|greater|larger)\b", text[end:]) and number.value:
        return TIMES_CAUTION.format(n=f"{number.value:g}", m=f"{number.value + 1:g}")
    return TONS_CAUTION if unit.unit.startswith("tons") else ""
