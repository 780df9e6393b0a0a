"""What a number counts: whether it is a count at all, and the noun behind it with the words between."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from typing import NamedTuple

from oilplan.evidence.lexicon import pattern_of, read_table, small_words, words_of, zipf
from oilplan.evidence.numbers import ONES, TENS, Number
from oilplan.evidence.printed_pages import at_a_page_edge, in_an_index, mostly_small

IDIOMS = re.compile(
    r"^one\s(?:day|night|time|moment|man|another|of|(?:more|last|final)\stime|or\s(?:an|the)?\s?other)\b", re.IGNORECASE
)
ONE_IN = re.compile(r"\b(?:one|two|three|four|five|nine|\d{1,2})\s(?:in|out\sof)\s(?:every\s)?$", re.IGNORECASE)
LARGEST_RATIO = 20
"""One in twenty is a ratio; nine out of 444 counts the 444."""
NOT_COUNTED = re.compile(r"\b(?:no|any|every|each|this|that|number|another)\s$", re.IGNORECASE)
SUSPENDED = re.compile(r"-\s(?:or|and|to)\s$")
MAKERS = pattern_of("makers")
"""Makers and prefixes of aircraft, behind which a type's number stands."""
TYPE_NUMBERS = words_of("type_numbers")
TYPE_LIST = re.compile(
    rf"\b(?:{MAKERS}|B|P)[\s.-]{{0,2}}\d{{2,3}}[A-Z]?s?(?:,?\s(?:and\s|or\s)?\d{{2,3}}s?){{0,3}},?\s(?:and|or|&)\s$|"
    rf"\b(?:{MAKERS}|B|P)[\s.-]{{0,2}}\d{{2,3}}[A-Z]?s?(?:,\s\d{{2,3}}s?){{0,3}},\s$"
)
"""A list of types behind one maker (Me 109, 110 and 410): a known type's number in it is no count."""
DAY_BEFORE = re.compile(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?\s\d{1,2},\s$")
"""Before "19%": a year whose last figures the scan took for a sign."""
NUMBERED_LIST = re.compile(
    r"\b(?:Groups|Divisions|Squadrons|Wings|Nos|Numbers|Corps|Armies)\.?\s\d{1,3}(?:,\s\d{1,3}){0,4},?\s(?:and|or|to|&)\s$"
)
LABEL_BEFORE = re.compile(r"(?:\b[xX]|×|[(\[]in|\bin\s(?:units|lots)\sof|\()\s?$")
"""Before the thousands in which a table counts: (x 1,000 tons)."""
NUMBERED_PART = re.compile(r"\b(?:chapter|part|section|appendix|lecture|volume|annex)\s{1,3}$", re.IGNORECASE)
HEAD_IN_LINE = re.compile(r"(?:\b[A-ZÀ-Þ]{2,}[\s.,:&’'-]{1,3}){2,}$")
"""Words in capitals before a figure in running text: a running head and its page number."""
NOTE_OPENS = re.compile(r"(?:^|[.!?][”’\")]{0,2}\s{1,2})$")
OPENING_WORD = re.compile(r"\s{1,2}([A-Z][a-z]{1,20})\b")
NOTE_SIGN = re.compile(
    r"\d{1,3}%(?P<gap>\s{1,4})(?=[A-Z])(?!(?:January|February|March|April|May|June|July|August|September|October|November|December)\b)"
)
"""A percent sign in the middle of nothing, before a new sentence: the raised number of a note."""
TYPE_BEFORE = re.compile(rf"\b(?:{MAKERS}|{pattern_of('numbered')})\.?[ \t-]{{1,2}}$")
"""Types, numbered things and shelf marks: the figure behind them is a name, not a count."""
CODE_BEFORE = re.compile(r"\b([A-Z]{2,5})[ -]$")
WEIGHT_OR_SIZE = re.compile(rf"[\s-]{{0,3}}(?:{pattern_of('builds')})\b(?!\s+of\b)", re.IGNORECASE)
"""A weight, size or build behind the number (4000-pound, four-engine, 88 mm) says of what kind a thing is."""
BEHIND_A_YEAR = re.compile(
    rf"\b(?:{pattern_of('before_a_year')})[\s,-]{{1,3}}(?:the\s)?$|(?:^|[.!?;:(“‘\"\n][”’\")]?)\s*$", re.IGNORECASE
)
BEHIND_ANY_YEAR = re.compile(rf"\b(?:{pattern_of('before_any_year')})[\s,-]{{1,3}}$", re.IGNORECASE)
"""What makes a year of four figures far from the war, which are more often a count printed without its comma."""
CLOCK_HOURS = re.compile(r"\s?(?:hours|hrs)\b", re.IGNORECASE)
CLOCK_BEFORE = re.compile(r"\d:$")
CLOCK = re.compile(r"(?:[01]\d|2[0-4])[0-5]\d")
SPLIT_ORDINAL = re.compile(r"\s?(?:st|nd|rd|th|d)\b")
PAGE_OF = re.compile(
    r"\b(?:page|loc(?:ation)?|seite|p)\.?[ :]{1,2}(?:\d[\d,]{0,8}|[ivxlc]{1,7}) {0,2}(?:of|/|von) {0,2}\d[\d,]{0,8}\b"
    r"|\b(?:pages?|mins?|minutes?|hours?|hrs?) left in\b",
    re.IGNORECASE,
)
"""What an electronic reader prints at the foot of its screen, beside the percentage read."""
PROGRESS_BEFORE = re.compile(
    r"(?:\b(?:page|loc(?:ation)?|kindle)\.?(?: \d[\d,]{0,8})?|\b\d[\d,]{0,8} (?:of|von) \d[\d,]{0,8})[ \n]{0,2}[•·|—–-]?[ \n]{0,2}$",
    re.IGNORECASE,
)
PROGRESS_AFTER = re.compile(
    r"\s?%[ \n]{0,2}[•·|—–-][ \n]{0,2}(?:page|loc(?:ation)?)\b|\s?%\sread\b(?=[\s.]*$)", re.IGNORECASE
)
COMMON = 3.0
NATIONS = words_of("may_open")
"""Words with a capital that a count may stand before at the head of a sentence."""
PERCENT_SIGN = re.compile(r"\s?%")
FORCES_IN_CAPITALS = words_of("forces_in_capitals")


LEADS = {
    "name": (TYPE_BEFORE, SUSPENDED, NUMBERED_PART, NUMBERED_LIST, CLOCK_BEFORE),
    "ratio": (ONE_IN,),
    "code": (CODE_BEFORE,),
    "pronoun": (NOT_COUNTED,),
    "label": (LABEL_BEFORE,),
    "head": (HEAD_IN_LINE,),
    "note": (NOTE_OPENS,),
    "type": (TYPE_LIST,),
    "day": (DAY_BEFORE,),
}
"""What the words before a figure make of it, each with its patterns."""


@lru_cache(maxsize=1000)
def _leads(before: str) -> frozenset[str]:
    """Which of `LEADS` stand before a figure."""
    found = {lead for lead, patterns in LEADS.items() if any(p.search(before) for p in patterns)}
    code = CODE_BEFORE.search(before)
    return frozenset(found - {"code"} if code and code.group(1) in FORCES_IN_CAPITALS else found)


def counts(text: str, number: Number) -> bool:
    """Whether the number can be a count: no type, page, weight, year, clock or idiom."""
    before, printed = text[max(0, number.start - 24) : number.start], text[number.start : number.end]
    led = _leads(before)
    if (
        "name" in led
        or SPLIT_ORDINAL.match(text, number.end)
        or ("ratio" in led and (number.value or 0) <= LARGEST_RATIO)
        or ("code" in led and mostly_small(text))
    ):
        return False
    if printed.lower() == "one" and ("pronoun" in led or IDIOMS.match(text[number.start : number.start + 20])):
        return False
    if WEIGHT_OR_SIZE.match(text, number.end) and not number.share:
        return False
    if printed in ("1,000", "1000", "000") and "label" in led:
        return False
    if printed.isdigit() and "head" in led and _is_head(text, before):
        return False
    if printed.isdigit() and "note" in led and _opens_a_sentence(text, number.end):
        return False
    note = NOTE_SIGN.match(text, number.start)
    inside = note and before[-1:] == " " and before.rstrip()[-1:].islower()
    if note and inside and (len(note["gap"]) > 1 or _opens_a_sentence(text, note.end() - 1)):
        return False
    if "day" in led and printed in ("18", "19") and PERCENT_SIGN.match(text, number.end):
        return False
    if printed in TYPE_NUMBERS and "type" in led:
        return False
    if len(printed) == 4 and printed.isdigit() and _year_or_clock(text, before, printed, number.end):
        return False
    if PERCENT_SIGN.match(text, number.end) and _progress(text, number):
        return False
    return not at_a_page_edge(text, number.start, number.end) and not in_an_index(text, number.start, number.end)


def _year_or_clock(text: str, before: str, printed: str, end: int) -> bool:
    """Whether four figures without a comma are a year, or a time of day (at 1845 hours)."""
    if CLOCK_HOURS.match(text, end) and CLOCK.fullmatch(printed):
        return True
    behind = BEHIND_A_YEAR if 1900 <= int(printed) < 1960 else BEHIND_ANY_YEAR
    return 1500 <= int(printed) < 2100 and bool(behind.search(before))


def _progress(text: str, number: Number) -> bool:
    """Whether a percentage is how far an electronic reader has come in its book."""
    near = text[max(0, number.start - 40) : number.end + 40]
    return bool(
        PAGE_OF.search(near)
        or PROGRESS_BEFORE.search(text[max(0, number.start - 30) : number.start])
        or PROGRESS_AFTER.match(text, number.end)
    )


def _is_head(text: str, before: str) -> bool:
    """Whether capitals before a figure are a running head: not the names of forces alone, in a text of small letters."""
    head = HEAD_IN_LINE.search(before)
    words = re.findall(r"[A-ZÀ-Þ]{2,}", head.group()) if head else []
    return mostly_small(text) and not set(words[-1:]) <= FORCES_IN_CAPITALS


def _opens_a_sentence(text: str, end: int) -> bool:
    """Whether a common word with a capital follows the figure: the number of a note, and the sentence behind it."""
    word = OPENING_WORD.match(text, end)
    return bool(word) and zipf(word.group(1).lower()) >= COMMON and word.group(1) not in NATIONS  # type: ignore[union-attr]


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
MEASURES = words_of("measures")
"""Units that a hyphen may join to their number (a 300-mile flight) without making it a name (a 4000-ton ship)."""
UNIT_NAMES = words_of("unit_names")
NUMBER_WORDS = frozenset({*ONES, *TENS})
ATTRIBUTE = re.compile(rf"[\s-]{{1,3}}(?:{pattern_of('attributed')})\b")
"""Nouns that make the unit before them an attribute: twelve aircraft carriers are no aircraft."""
ATTRIBUTIVE = words_of("attributive")
OTHER_YARDS = re.compile(rf"\b(?:{pattern_of('yards')})[\s-]{{1,2}}$", re.IGNORECASE)
"""Before "yards": places, not a length."""
OF_ART = re.compile(r"(?<=works)\sof\s(?!the\b|this\b|that\b|their\b|its\b|which\b|any\b|all\b)[a-z]")
"""Behind works that are books or pictures (two works of fiction)."""
OTHER_UNIT = words_of("other_unit")
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
