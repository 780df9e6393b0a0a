"""Quantities: a number, its unit, and what it measures."""

from __future__ import annotations

import re
from collections.abc import Sequence

from oilplan.evidence.counts import STOP, CountNoun, counts, has_unit, noun_behind, unit_places
from oilplan.evidence.findings import Quantity, View, found_at, raw_span
from oilplan.evidence.lexicon import GERMAN_CUES, in_german
from oilplan.evidence.numbers import GAP, ONES, SCALES, SHARES, TENS, Number, numbers

MAY_OPEN_OF = {"his", "her", "its", "their", "our", "the", "a", "an", "this", "these", "those", "your"}
PHRASE_STOP = (STOP | {"each", "per", "every", "alone", "only", "still", "now", "already"}) - MAY_OPEN_OF
RATE = re.compile(
    r"\s{1,3}(?:each|an?|per|every)\s{1,3}(month|week|day|night|year|quarter|hour|minute)\b(?!\s(?:(?:later|ago|earlier|previously)\b|(?:before|after)(?=\s*(?:[.,;:)]|$))))"
)
RATE_SOON = re.compile(
    r"\s{1,3}(?!(?:during|in|for|within|over|after|of|by|to|than|at|about|once|and|or)\b)\w{1,30}" + RATE.pattern
)
CAPITALISED = r"[A-ZÀ-Þ]\w{1,30}"
PLACE = re.compile(
    rf"\s{{1,3}}(?:in|at|near|around)\s{{1,3}}((?:the\s)?(?:[a-z]{{1,20}}\s)?{CAPITALISED}(?:\s{CAPITALISED}){{0,4}})"
)
OF = re.compile(r"\s{1,3}of\s{1,3}")
BETWEEN = re.compile(r"^\s{0,3}(?:to|and|-|–|—|or)\s{0,3}$")
WHOLE = re.compile(
    r"\s{1,3}(?:of\s{1,3}(?=(?!course\b|which\b|whom\b)[A-Za-z])"
    r"|(?=(?:the|its|their|his|our|this|these|those)\s))"
)
ANOTHER_SHARE = re.compile(
    r"(?:half|thirds?|quarters?|fourths?|fifths?|eighths?|tenths?)\s(?:and|to|or)\s$", re.IGNORECASE
)
PERCENT_OF = re.compile(r"\s{1,3}(?:of\s)?(?:(?:one|1|an?)\s)?(?=per\s?cent\b)")
AND_A_HALF = re.compile(
    r"\s{1,3}and\s{1,3}an?\s{1,3}(?P<share>half|quarter|third)\b(?!\s{1,3}(?:of|dozen|hundred|thousand|million|billion|more)\b)"
)
"""The half behind the unit: two days and a half."""
OF_EVERY = re.compile(
    rf"\s{{1,3}}(?:in|out\sof)\s(?:every\s)?(?:{'|'.join((*ONES, *TENS))}|\d{{1,3}})"
    r"(?=\s*(?:[,.;:)]|$)|\s(?:was|were|had|would|failed|came|could|did|is|are|who|that|and|or)\b)"
)
"""One bomber in three: a ratio, no count."""
VAGUE_OF = re.compile(r"\s{1,3}of(?=\s)")
SUBJECT = re.compile(r"(?:[Tt]he\s+)?([^,]{3,120}?),?\s+(?:was|were|is|are|had been|rose to|fell to|became)\b")
MOST_OF_WORDS = 7
TIMES_CAUTION = "“{n} times more” can mean {n} times as much or {m} times as much"
TONS_CAUTION = "the page does not say whether long, short or metric tons"
YEAR_CAUTION = "a year or a count: the page prints no comma"
SHARED_CAUTION = "the first number may mean thousands, as the second does"
MOST_PERCENT, RUN_ON_CAUTION = 9999, "more percent than is ever said: two numbers run together"
NOTE_CAUTION = "a year with the number of a note run on to it, or a count"
YEAR_AND_POINT = re.compile(r"19\d\d\.\d{1,3}")
YEAR_AND_NOTE = re.compile(r"19[0-5]\d{3,4}")
MOST_OF_EVERY, MOST_AIR_FORCES = 9, 20
HALVED = {"hours", "days", "weeks", "months", "years", "miles", "tons"}
SPLIT_DECIMAL = re.compile(r"\d\s?[.·]\s{1,2}$")
"""A digit and a point before the figure: 4. 5 per cent may be 4.5, or a new sentence."""
SPLIT_FIGURE = re.compile(r"(?:(?<![\d.,/-])\d{1,3}|[\d ][.,·]\d{1,2}) $")
"""Digits and a space before one or two more: 5 6 percent may be 56, or 5.6."""
ONE_HALF = re.compile(
    r"\b(?:first|second|latter|other|better|last|(?:north|south)?(?:ern|east|west)(?:ern)?|northern|southern|upper|lower|top|bottom)\s+$"
)
"""Before a share: one of the halves of a thing, which counts nothing."""
LONE_O = re.compile(r"\s{1,2}[Oo](?=\s)")
LONE_T = "a lone t"


def quantities(view: View, closed: list[tuple[int, int]], named: Sequence[tuple[int, int]] = ()) -> list[Quantity]:
    """Quantities in the reading, with raw offsets.

    closed: raw spans where a figure is no quantity (dates, note markers, footnote numbers, flattened tables)
    named: raw spans of names, where a number is part of a name; a name between number and unit (12 R.A.F. bombers) is none

    A number counts only with a unit of `data/units.csv` behind it, at most four words on; half, a third and the like
    also as the share of what follows. "Ten to twelve plants" is one quantity with a low and a high value.
    """
    found: list[Quantity] = []
    shut = bytearray(len(view.raw) + 1)
    for start, end in closed:
        shut[start:end] = b"\x01" * (end - start)
    numbered = bytearray(shut)
    for start, end in named:
        numbered[start:end] = b"\x01" * (end - start)
    units = unit_places(view.text)
    every = list(numbers(view.text, (lambda end: has_unit(units, end)) if units else None))
    skip = -1
    for i, number in enumerate(every):
        if number.start < skip or not (number.share or has_unit(units, number.end)):
            continue
        if 1 in numbered[slice(*raw_span(view, number.start, number.end))]:
            continue
        last = every[i + 1] if i + 1 < len(every) and _is_range(view.text, number, every[i + 1]) else None
        read = _range(view, number, last) if last else []
        read = read or _one(view, number)
        read = [q for q in read if 1 not in shut[q.start : q.end]]
        percent = PERCENT_OF.match(view.text, number.end) if number.share else None
        both = last and read and read[-1].end >= raw_span(view, 0, last.end)[1]
        skip = percent.end() if percent else last.end if last and both else number.end
        found += read
    return found


def _one(view: View, number: Number) -> list[Quantity]:
    if number.start and view.text[number.start - 1] == "-":
        return []
    quantity = _quantity(view, number, number)
    return [quantity] if quantity else []


def _range(view: View, first: Number, last: Number) -> list[Quantity]:
    """Two numbers with one unit behind the second: a range where they rise, else two values (from 90 to 20 tons)."""
    quantity = _quantity(view, last, first)
    if quantity is None or first.value is None or last.value is None or not counts(view.text, first):
        return [quantity._replace(value=None)] if quantity and first.doubt else []
    scale = _shared_scale(view.text, first, last)
    if scale is None:
        return [quantity._replace(value=None, caution=SHARED_CAUTION)]
    first = first._replace(value=first.value * scale)
    if first.value is not None and first.value < last.value:
        return [quantity._replace(value=None, low=first.value, high=last.value)]
    start, end, raw = found_at(view, first.start, first.end)
    one = quantity._replace(start=start, end=end, raw=raw, value=first.value)
    start = raw_span(view, last.start, last.end)[0]
    return [one, quantity._replace(start=start, raw=view.raw[start : quantity.end])]


def _shared_scale(text: str, first: Number, last: Number) -> float | None:
    """What "hundred" or the thousands of the second number make of the first: six or seven hundred is 600 to 700, and
    30-50,000 is 30,000 to 50,000; None where "30 to 50,000" may mean either."""
    in_thousands = text[last.start : last.end].endswith(",000") and text[first.start : first.end].isdigit()
    if in_thousands and first.value and last.value and first.value * 1000 < last.value:
        return 1000 if text[first.end : last.start].strip() in "-–—" else None
    word = re.search(r"(hundred|thousand|million|billion)$", text[last.start : last.end].lower())
    own = re.search(r"hundred|thousand|million|billion", text[first.start : first.end].lower())
    if not word or own or first.value is None or last.value is None:
        return 1
    scale = SCALES[word.group(1)]
    return scale if first.value * scale < last.value else 1


def _is_range(text: str, first: Number, second: Number) -> bool:
    between = text[first.end : second.start]
    if first.share or not BETWEEN.match(between):
        return False
    return between.strip() != "and" or "between" in text[max(0, first.start - 12) : first.start].lower()


def _quantity(view: View, number: Number, first: Number) -> Quantity | None:
    text = view.text
    if not counts(text, number) or not (first is number or counts(text, first)):
        return None
    if number.share:
        percent = PERCENT_OF.match(text, number.end)
        if not percent:
            return _share(view, number)
        number = number._replace(end=percent.end() - 1)
    vague = VAGUE_OF.match(text, number.end) if number.low or "illions" in text[number.start : number.end] else None
    noun = noun_behind(text, vague.end() if vague else number.end, number.value)
    if noun is None:
        return None
    end, unit, modifiers = noun
    if text[number.start : number.end] == "1" and any(len(m) < 3 for m in modifiers):
        return None  # a lone stroke in a scan's litter
    if number.value is not None and number.value <= MOST_OF_EVERY and OF_EVERY.match(text, end):
        return None
    half = AND_A_HALF.match(text, end) if number.value is not None and unit.unit in HALVED else None
    if half and number.value is not None:
        number, end = number._replace(value=number.value + SHARES[half.group("share")]), half.end()
    value, caution = _value(text, number, unit, end, modifiers)
    if modifiers[:2] == ["Air", "Force"] and (number.value or 0) <= MOST_AIR_FORCES:
        return None  # 8 Air Force bombers
    if caution == YEAR_CAUTION and unit.unit in ("raids", "attacks"):
        return None
    if value is None and caution and (modifiers or caution == LONE_T):
        return None
    of, of_end = _of(text, end, unit, modifiers)
    rate = RATE.match(text, end) or (of_end != end and RATE.match(text, of_end)) or RATE_SOON.match(text, end)
    unit_name = unit.unit + (f" a {rate.group(1)}" if rate else "")
    if rate and rate.end() < end + 30:
        end = rate.end()
    return Quantity(*found_at(view, first.start, end), value, unit_name, of, number.low, None, caution)


def _value(text: str, number: Number, unit: CountNoun, end: int, modifiers: list[str]) -> tuple[float | None, str]:
    """The number's value with its unit, and the caution it needs; None where the digits can be read in two ways."""
    before, printed = text[max(0, number.start - 8) : number.start], text[number.start : number.end]
    apart = printed[:1].isdigit() and before[-1:].isspace()
    if apart and (SPLIT_DECIMAL.search(before) or (len(printed) < 3 and SPLIT_FIGURE.search(before))):
        return None, GAP
    if printed == "0" and number.start == 0:
        return None, GAP  # the end of a figure that the page's edge cut
    if printed.isdigit() and LONE_O.match(text, number.end):
        return None, GAP
    lone_t = unit.unit == "metric tons" and text[end - 1 : end] == "t" and not text[end - 2 : end - 1].isalpha()
    cues = (number.doubt or lone_t) and GERMAN_CUES.search(text[max(0, end - 300) : end + 300])
    if number.doubt:
        german = number.german is not None and unit.german and (cues or text[end - 2 : end].isalpha())
        return (number.german, "") if german else (None, number.doubt)
    if lone_t and (modifiers or not cues or not in_german(text[max(0, end - 300) : end + 300])):
        return None, LONE_T
    if number.value is None:
        return None, ""
    if printed.startswith("19"):
        if printed.isdigit() and len(printed) == 4 and number.value < 1960:
            return None, YEAR_CAUTION
        if YEAR_AND_POINT.fullmatch(printed) or YEAR_AND_NOTE.fullmatch(printed):
            return None, NOTE_CAUTION
    if unit.unit == "percent" and printed.isdigit() and number.value > MOST_PERCENT:
        return None, RUN_ON_CAUTION
    return number.value, _caution(text, number, unit, end)


def _of(text: str, end: int, unit: CountNoun, modifiers: list[str]) -> tuple[str, int]:
    of = OF.match(text, end)
    if unit.of_follows:
        if not of:
            rate = RATE.match(text, end)
            of = OF.match(text, rate.end()) if rate else None
        return _phrase(text, of.end()) if of else ("", end)
    if unit.unit == "times":
        return _subject(text, end), end
    place = PLACE.match(text, end)
    noun = re.search(r"[A-Z]-\d\ds?$|[\w%]+$", text[max(0, end - 40) : end]).group()  # type: ignore[union-attr]
    what = " ".join([*(m for m in modifiers if m.lower() not in ("such", "more", "other")), noun])
    return what + (text[place.start() : place.end()] if place else ""), place.end() if place else end


def _subject(text: str, at: int) -> str:
    """What a multiple is said of: the subject of its clause ("the tonnage ... was four times")."""
    clause = re.split(r"[.;]\s|,\s+(?:and|but|while)\s", text[max(0, at - 250) : at])[-1]
    subject = SUBJECT.match(clause.strip())
    return subject.group(1) if subject else ""


PHRASE_WORD = re.compile(r"\s{0,3}([\wÀ-ÿ’'-]{1,40})")


def _phrase(text: str, start: int) -> tuple[str, int]:
    end, words = start, 0
    for match in PHRASE_WORD.finditer(text, start):
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
    if ONE_HALF.search(text[max(0, number.start - 12) : number.start].lower()):
        return None
    if ANOTHER_SHARE.search(text[max(0, number.start - 24) : number.start]):
        return None  # between a third and two-thirds: a range of shares, not read
    follows = WHOLE.match(text, number.end)
    if not follows:
        return None
    of, _ = _phrase(text, follows.end())
    if not of or re.match(r"(an?\s+)?(dozen|hour|million|mile|day|year|month)\b", of):
        return None
    return Quantity(*found_at(view, number.start, number.end), number.value, "share", of)


def _caution(text: str, number: Number, unit: CountNoun, end: int) -> str:
    if unit.unit == "times" and re.match(r"\s+(?:more|greater|larger)\b", text[end:]) and number.value:
        return TIMES_CAUTION.format(n=f"{number.value:g}", m=f"{number.value + 1:g}")
    return TONS_CAUTION if unit.unit.startswith("tons") else ""
