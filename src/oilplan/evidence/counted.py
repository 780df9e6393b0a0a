"""The noun behind a number: the unit it counts by, and the words between."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from typing import NamedTuple

from oilplan.evidence.counts import FORCES_IN_CAPITALS, PERCENT_SIGN
from oilplan.evidence.gazetteer import read_table, small_words
from oilplan.evidence.numbers import ONES, TENS

WORD = re.compile(
    r"(?:-|[ \t]{1,4}|[ \t]{0,4}\r?\n[ \t]{0,4}){0,2}([A-Za-zÀ-ÿ%][\w’'.]{0,30}?)(?=[\s,.;:!?)\]”\"’'—–-]|$)"
)
STOP = small_words("ends_a_phrase.txt")
FIRST_OF_UNIT = re.compile(r"[^\W\d_]\w{0,30}|%")
UNIT_REACH = 400
"""Characters behind a number within which its unit stands: five words at most, and another number of its range."""
ONE_WORD = re.compile(r"[\w%]{1,30}(?:\.\s?H(?=\W|$))?")
TWO_WORDS = re.compile(r"[\w%]{1,30}\s{1,3}[\w%]{1,30}")
WEIGHT_BETWEEN = re.compile(
    r"\s{1,3}\d[\d,.]{0,7}[\s-]{1,2}(?:lb|pound|pounder|kg|kilogram|ton)s?\.?(?=\s)", re.IGNORECASE
)
"""The weight of the things counted: four 1,000-pound bombs."""
PARTITIVE = re.compile(r"\s{1,3}of\s{1,3}(?:the|these|those|its|their|his|our)\b")
DIVIDED = {"percent", "miles", "km", "acres", "square miles", "hours", "days", "months", "years", "tons", "long tons"}
DIVIDED |= {"short tons", "metric tons", "barrels", "gallons", "yards", "weeks"}
"""Units of which there is a part: half a mile, but no 0.929 worker."""
MEASURES = {"miles", "yards", "km", "hours", "days", "nights", "weeks", "months", "years", "acres", "percent"}
"""Units that a hyphen may join to their number (a 300-mile flight) without making it a name (a 4000-ton ship)."""
UNIT_NAMES = {"Group", "Wing", "Squadron", "Division", "Army", "Corps", "Brigade", "Bomb", "Bombardment", "Fleet"}
NUMBER_WORDS = frozenset({*ONES, *TENS})
ATTRIBUTE = re.compile(
    r"[\s-]{1,3}(?:carriers?|factor(?:y|ies)|plants?|industry|engines?|crews?|types?|models?|workers?|production|depots?|parks?|firms?|compan(?:y|ies)"
    r"|bases?|hangars?|shelters?|components?|assembl(?:y|ies)|designs?|squadrons?|groups?|wings?|repair|losses|sorties|raids?|attacks?"
    r"|missiles?|pilots?|members?|commanders?|chiefs?|leaders?|crewm[ae]n|gunners?|aces?|barons?|commands?|forces?|units?|formations?|streams?"
    r"|papers?|newspapers?|councils?|managers?|escorts?|arms?|blocks?|loads?|bays?|sights?|Staffeln?|Gruppen?|Geschwader|Command|Division|Wing|Group|Squadron)\b"
)
"""Nouns that make the unit before them an attribute: twelve aircraft carriers are no aircraft."""
ATTRIBUTIVE = {"aircraft", "plants", "crews", "tanks", "trains", "bombs", "cities", "towns", "divisions"}
ATTRIBUTIVE |= {"squadrons", "groups"}
OTHER_YARDS = re.compile(
    r"\b(?:marshal\w{2,5}|rail\w{0,8}|freight|ship|dock|nav(?:y|al)|goods|switching|coal|submarine|U-boat|repair|lumber|building)[\s-]{1,2}$",
    re.IGNORECASE,
)
"""Before "yards": places, not a length."""
OF_ART = re.compile(r"(?<=works)\sof\s(?!the\b|this\b|that\b|their\b|its\b|which\b|any\b|all\b)[a-z]")
"""Behind works that are books or pictures (two works of fiction)."""
OTHER_UNIT = frozenset(
    {"man", "passenger", "train", "ton", "car", "bed", "wagon", "nautical", "sea", "square", "cubic", "light"}
)
"""Words that make another unit of the measure behind them: 300 man years, fifteen nautical miles."""
DESIGNATION = re.compile(r"[BCFP]-\d{1,3}[A-Z]?s?(?![\w-])")
"""An aircraft by its American designation: 850 B-25s, one B-15."""
GERMAN_TYPES = re.compile(r"(?:Me|Bf|F[Ww]|Ju|He|Do|Ar)[\s.-]?\d{2,3}[A-Z]?s(?![\w-])")
"""Several German aircraft of a type: 20 Me262s, thirty Ju 88s."""
ABBREVIATION = re.compile(r"(?:[A-Z]\.){2,5}(?=\s)")
MOST_MODIFIERS = 4
ALL_CAPITALS = re.compile(r"[A-ZÀ-Þ]{5,}$")


class CountNoun(NamedTuple):
    """How a noun counts: its unit, whether this form is singular or plural, and whether "of" names what is counted."""

    unit: str
    singular: bool
    of_follows: bool
    german: bool
    plural: bool


@lru_cache(maxsize=1)
def units() -> dict[str, CountNoun]:
    """Every noun that counts, by its spelling."""
    table = {}
    for row in read_table("units.csv"):
        singular, plural = row["singular"].strip(), row["plural"].strip()
        of_follows, german, two_forms = row["of_follows"] == "yes", row["language"] == "de", singular != plural
        table[singular] = CountNoun(row["unit"], two_forms, of_follows, german, False)
        table[plural] = CountNoun(row["unit"], False, of_follows, german, two_forms)
    return table


@lru_cache(maxsize=2)
def unit_places(text: str) -> list[int]:
    """Where a word stands that a unit may begin with."""
    first = {"b", "c", "f", "p"} | {FIRST_OF_UNIT.match(unit).group().lower() for unit in units()}  # type: ignore[union-attr]
    return [
        m.start()
        for m in FIRST_OF_UNIT.finditer(text)
        if m.group().lower() in first or GERMAN_TYPES.match(text, m.start())
    ]


def has_unit(places: list[int], end: int) -> bool:
    """Whether a unit may stand near enough behind a number that ends there to be its own."""
    after = bisect_left(places, end)
    return after < len(places) and places[after] - end <= UNIT_REACH


def noun_behind(text: str, at: int, value: float | None) -> tuple[int, CountNoun, list[str]] | None:
    """The unit behind a number: (its end, the unit, the words between)."""
    sign = PERCENT_SIGN.match(text, at)
    if sign:
        return sign.end(), units()["%"], []
    hyphened = text[at : at + 1] == "-"
    partitive = PARTITIVE.match(text, at) or WEIGHT_BETWEEN.match(text, at)
    at = partitive.end() if partitive else at
    modifiers: list[str] = []
    while len(modifiers) <= MOST_MODIFIERS:
        word = WORD.match(text, at)
        if not word or (word.group(1).lower() in STOP):
            return None
        for size in (2, 1):
            unit, end = unit_at(text, word.start(1), size)
            if unit and text[word.start(1) - 1] == "-" and modifiers and unit.unit in MEASURES:
                continue  # man-years, bed-nights: another unit
            if unit and ATTRIBUTE.match(text, end) and (unit.unit in ATTRIBUTIVE and not unit.plural):
                continue
            if unit and unit.unit == "plants" and OF_ART.match(text, end):
                return None
            if unit and unit.unit == "yards" and OTHER_YARDS.search(text[max(0, word.start(1) - 20) : word.start(1)]):
                continue
            if unit and unit.unit in MEASURES and modifiers and modifiers[-1].lower() in OTHER_UNIT:
                continue
            if unit and unit.unit in ("raids", "attacks") and modifiers[:1] in (["bomber"], ["plane"], ["aircraft"]):
                return None  # a thousand-bomber raid
            if unit and _agrees(unit, value, hyphened and not modifiers):
                return end, unit, modifiers
        named = DESIGNATION.match(text, word.start(1)) or ABBREVIATION.match(text, word.start(1))
        if named and not hyphened:
            modifiers.append(named.group())
            at = named.end()
            continue
        counted = word.group(1).lower() in NUMBER_WORDS and text[word.end() : word.end() + 1] != "-"
        if hyphened or counted or not _may_stand_between(word.group(1)):
            return None
        modifiers.append(word.group(1))
        at = word.end()
    return None


def _agrees(unit: CountNoun, value: float | None, hyphened: bool) -> bool:
    """One plant, two plants, a 300-mile flight: number and form of the unit fit."""
    if hyphened:
        return unit.unit in MEASURES
    if unit.unit in ALWAYS_SINGULAR:
        return True
    if unit.plural and value == 1:
        return False
    part = value is not None and value < 1 and unit.unit in DIVIDED
    return not (unit.singular and value != 1 and not part)


def _may_stand_between(word: str) -> bool:
    if word[0].isupper() and word.endswith("s") and len(word) > FEWEST_OF_A_PLURAL:
        return False  # twenty-eight Blenheims made raids: it is they that were counted
    if word.lower() in NEVER_BETWEEN or word[0].isdigit() or word.removesuffix("s") in UNIT_NAMES:
        return False
    return not (ALL_CAPITALS.match(word) and word not in FORCES_IN_CAPITALS)


FEWEST_OF_A_PLURAL = 4
NEVER_BETWEEN = small_words("never_between.txt")
ALWAYS_SINGULAR = {"percent"}


def unit_at(text: str, start: int, size: int) -> tuple[CountNoun | None, int]:
    """The unit that ``size`` words from ``start`` are, if any, and where they end."""
    match = (ONE_WORD if size == 1 else TWO_WORDS).match(text, start)
    if not match:
        return None, start
    aircraft = (DESIGNATION.match(text, start) or GERMAN_TYPES.match(text, start)) if size == 1 else None
    if aircraft:
        plural = aircraft.group().endswith("s")
        return CountNoun("aircraft", not plural, False, False, plural), aircraft.end()
    words = match.group() if match.group().isalnum() else re.sub(r"\s+", " ", match.group())
    unit = units().get(words)
    if unit is None and len(words) > 1 and (words.islower() or words.isupper()):
        unit = units().get(words.lower())
    return unit, match.end()
