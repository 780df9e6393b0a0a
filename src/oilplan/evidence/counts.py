"""Whether a number is a count at all: no type, shelf mark, weight, year, clock time, page number or idiom."""

from __future__ import annotations

import re
from functools import lru_cache

from oilplan.evidence.lexicon import zipf
from oilplan.evidence.numbers import Number
from oilplan.evidence.printed_pages import at_a_page_edge, in_an_index, mostly_small

IDIOMS = re.compile(
    r"^one\s(?:day|night|time|moment|man|another|of|(?:more|last|final)\stime|or\s(?:an|the)?\s?other)\b", re.IGNORECASE
)
ONE_IN = re.compile(r"\b(?:one|two|three|four|five|nine|\d{1,2})\s(?:in|out\sof)\s(?:every\s)?$", re.IGNORECASE)
LARGEST_RATIO = 20
"""One in twenty is a ratio; nine out of 444 counts the 444."""
NOT_COUNTED = re.compile(r"\b(?:no|any|every|each|this|that|number|another)\s$", re.IGNORECASE)
SUSPENDED = re.compile(r"-\s(?:or|and|to)\s$")
MAKERS = (
    r"Me|ME|M\.E|Bf|FW|Fw|F\.W|Ju|He|Do|Ar|Hs|Ta|Bv|Fi|Go|Messerschmitt|Messerschmidt|Focke[- ]?Wulf|Junkers|Heinkel|Dornier"
    r"|Arado|Henschel|Boeing|Tiger|Panther|Pz|Panzer|Sherman|Yak|MiG|Mig|La|Pe|Il|Tu|Ki|Spitfire"
)
"""Makers and prefixes of aircraft, behind which a type's number stands."""
TYPE_NUMBERS = frozenset(
    {"17", "24", "29", "38", "47", "51", "52", "87", "88", "109", "110", "111", "126", "129", "152"}
)
TYPE_NUMBERS |= {"163", "177", "188", "190", "200", "210", "215", "217", "219", "234", "262", "290", "323", "335"}
TYPE_NUMBERS |= {"410"}
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
TYPE_BEFORE = re.compile(
    rf"\b(?:{MAKERS}|B|P|A(?=-)|C|F|U|V|T|Mk|MK|Mark|Model|Type|JG|KG|NJG|StG|ZG|ZKW"
    r"|Nos?|Number|Table|Figure|Fig|Chapter|Chap|Page|page|pp?|Vol|Volume|Part|Section|Sec|Appendix|App|Article|Annex"
    r"|Chart|Exhibit|para|paragraph|Paragraph|note|Note|Operation|Plan|Directive|AWPD|PLM|Hill|Point|Area|Room|Item|Series"
    r"|Divisions?|Army|Groups?|Wings?|Squadrons?|Flight|Fleet|Luftflotte|Luftgau|Staffel|Gruppe|Geschwader|Jagddivision|Fliegerkorps|Korps|Phase|Case|Class|Category|Stage|Serial|Report|Folder|Box|Reel|Frame"
    r"|CAB|AIR|WO|PREM|Seite|S|Nr|Abb|Kapitel)\.?[ \t-]{1,2}$"
)
"""Types, numbered things and shelf marks: the figure behind them is a name, not a count."""
CODE_BEFORE = re.compile(r"\b([A-Z]{2,5})[ -]$")
WEIGHT_OR_SIZE = re.compile(
    r"[\s-]{0,3}(?:pounds?|pdrs?|pounders?|lbs?|kg|kgs|kilos?|kilograms?|inch(?:es)?|ins?|feet|foot|ft|mm|cm|metres?|meters?|octane"
    r"|engined?|engines|motor(?:ed)?|motors|seat(?:er)?|horse\s?power|hp|h\.p|degrees?|knots?|mph|m\.p\.h"
    r"|dollars?|pounds?|gallon(?=\s(?:\w{1,20}\s){0,3}(?:tank|drum|can|car)s?\b)|marks?|cents?|francs?|o[’']clock|minutes?|seconds?|cylinder|bladed?|cal(?:ibre|iber)?|ton(?=\s(?:bomb|truck|lorr|tank|ship)))\b(?!\s+of\b)",
    re.IGNORECASE,
)
"""A weight, size or build behind the number (4000-pound, four-engine, 88 mm) says of what kind a thing is."""
BEHIND_A_YEAR = re.compile(
    r"\b(?:in|by|of|since|during|until|till|from|to|early|late|mid|before|after|through|throughout|for|and|year|between|than"
    r"|with|unlike|like|the|its|their|his|our|these|those|this|that|as"
    r"|spring|summer|autumn|fall|winter|January|February|March|April|May|June|July|August|September|October|November"
    r"|December|im|seit|bis)[\s,-]{1,3}(?:the\s)?$|(?:^|[.!?;:(“‘\"\n][”’\")]?)\s*$",
    re.IGNORECASE,
)
BEHIND_ANY_YEAR = re.compile(
    r"\b(?:in|since|during|year|spring|summer|autumn|winter|January|February|March|April|May|June|July|August|September|October"
    r"|November|December|im|seit)[\s,-]{1,3}$",
    re.IGNORECASE,
)
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
NATIONS = frozenset({"American", "British", "German", "Italian", "Japanese", "Russian", "Soviet", "French", "Allied"})
NATIONS |= {"Polish"}
NATIONS |= {"Lancaster", "Lancasters", "Halifax", "Fortress", "Fortresses", "Liberator", "Liberators"}
NATIONS |= {"Mosquito", "Mosquitoes"}
"""Words with a capital that a count may stand before at the head of a sentence."""
PERCENT_SIGN = re.compile(r"\s?%")
FORCES_IN_CAPITALS = {"USAAF", "SHAEF", "USSTAF", "RAF", "AAF", "USA", "US", "USSR", "VIII", "XV", "IX", "XII"}


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
