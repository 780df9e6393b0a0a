"""Figures and names that the scan misread: 1st printed as Ist, 4o for 40, a half sign read as a 1, Pélitz."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from oilplan.evidence.findings import TextRepair, flagged, replaced
from oilplan.evidence.gazetteer import NameGazetteer, plain, unit_words
from oilplan.evidence.lexicon import KNOWN_ZIPF, read_table, zipf

MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
DAY_IN_LETTERS = re.compile(
    rf"(?<![\w])(?=\d?[IlO|])([0-3IlO|]{{1,2}})(st|nd|rd|th)(?=\s{{1,3}}(?:of\s{{1,3}})?{MONTH})"
)
BARE_DAY = re.compile(
    rf"(?<![\w.,’'-])(?=\d?[IlO|])([0-3IlO|][0-9IlO|]?)(?=\s{{1,3}}(?:of\s{{1,3}})?{MONTH}(?:[ .,]|$))"
)
DAY_AFTER_MONTH = re.compile(
    r"(?<=\s)(?=[0-3]?[IlO|])([0-3IlO|][0-9IlO|]?)(?=,\s{0,3}(?:[1Il|][89]|20)[\dOoIl|]{2}(?!\w))"
)
DAY_WITHOUT_YEAR = re.compile(r"(?<=\s)(?=[0-3]?[IlO|])([0-3IlO|][0-9IlO|]?)(?=[.,;:]?(?:\s|$))")
MONTH_BEFORE = re.compile(rf"\b{MONTH}\s{{1,3}}$")
ON_MONTH_BEFORE = re.compile(rf"\b[Oo]n\s{MONTH}\s$")
YEAR_IN_LETTERS = re.compile(
    rf"(?:\b{MONTH},?\s{{1,3}}(?:[0-3IlO|]?[\dIlO|],\s)?|\d\.\s?(?:\d{{1,2}}|[IVX]{{1,4}})\.\s?|\b(?:[Ii]n|[Ss]ince|[Dd]uring|[Uu]ntil|[Ee]arly|[Ll]ate|of)\s)"
    r"(?P<year>(?=\d{0,3}[OoIl|])[1Il|]9[\dOoIl|]{2})(?![\w-])"
)
"""A year with letters in it where only a year can stand: 12 May l944, in I943."""
DAY_LEAD = re.compile(
    r"(?:\b(?:on|of|the|dated|from|to|until|till|since|by|and|before|after|between|night)|[(;,:–-])\s{0,3}$",
    re.IGNORECASE,
)
FIGURE_WITH_LETTERS = re.compile(
    r"(?<![\w.,'’&-])(?=[\dOoIl|,.]{0,11}\d)(?=[\d,.]{0,11}[OoIl|])[\dOoIl|](?:[\dOoIl|]|[,.](?=[\dOoIl|])){1,11}(?![\w-])"
)
UNIT_NEXT = re.compile(
    r"\s{1,3}(?:[a-z-]{1,20}\s){0,2}?("
    + "|".join(sorted(map(re.escape, unit_words()), key=len, reverse=True))
    + r")\b|\s?%"
)
WELL_FORMED = re.compile(r"\d{1,3}(?:,\d{3})+|[1-9]\d{0,5}|\d{1,3}\.\d{1,2}")
RATE = re.compile(
    r"(?<![\d.,/-])(\d{1,2})1(?=\s+(?:such\s+)?((?:[a-z]+\s+){0,2}?[a-z]+)\s+(?:[a-z]+\s+){0,2}"
    r"(?:each|a|per|every)\s+(month|week)\b)"
)
WHOLE = r"(?<![\d.,])(\d{{2,4}})\s+(?:[A-Za-z]+\s+){{0,3}}{noun}\b"
DAYS_A_WEEK = re.compile(r"(?<![\d.,/-])(\d)1(?=\s+(days|nights)\s+(?:a|per|each|every)\s+week\b)")
HOURS = re.compile(r"(?<![\d.,/-])(\d)1(?=(?:\s+|-)hours?\b)")
FLOWN = re.compile(r"\b(?:flights?|sorties?|round trip|flown|flew|airborne|in the air|of darkness)\b")
WINDOW = 600
"""Characters either side in which the whole that a rate uses up is looked for."""
FEWEST_PERIODS = 6
"""An average is spoken of over many months: a rate that ends the whole plan in under six is no average of it."""
LONGEST_HOURS = 16
"""Longer than any bomber's flight or winter night over Germany."""


def ordinal_repairs(raw: str) -> list[TextRepair]:
    """Repairs for days of the month with a letter for a figure: ``Ist November``, ``2Ist``, ``IOth``."""
    found = []
    for match in DAY_IN_LETTERS.finditer(raw):
        day, ending = _as_digits(match.group(1)), match.group(2)
        if _is_day(day, ending):
            found.append(_as_figure(raw, match.span(), day + ending, 0.98, "before a month's name"))
    return found


def _as_figure(raw: str, span: tuple[int, int], figure: str, confidence: float, where: str) -> TextRepair:
    reason = f"a letter for a figure {where}: {figure}"
    return replaced(raw, span, figure, "letter_for_figure", confidence, reason)


def bare_day_repairs(raw: str) -> list[TextRepair]:
    """Repairs for days without an ending, and years: ``On I Nov. 1944``, ``on January II``, ``2l June``, ``May l944``."""
    found = [
        _as_figure(raw, m.span("year"), _as_digits(m["year"]), 0.9, "in a year") for m in YEAR_IN_LETTERS.finditer(raw)
    ]
    for pattern, leads in ((BARE_DAY, DAY_LEAD), (DAY_AFTER_MONTH, MONTH_BEFORE), (DAY_WITHOUT_YEAR, ON_MONTH_BEFORE)):
        for match in pattern.finditer(raw):
            day = _as_digits(match.group(1))
            before = raw[max(0, match.start() - 14) : match.start()]
            begun = match.group(1)[0].isdigit() and len(day) == 2 and pattern is BARE_DAY
            if day.isdigit() and 1 <= int(day) <= 31 and (begun or leads.search(before)):
                found.append(_as_figure(raw, match.span(), day, 0.9, "beside a month's name"))
    return found


def figure_repairs(raw: str) -> list[TextRepair]:
    """Repairs for figures with letters in them before a unit: ``4o miles``, ``3O0 tons``, ``l,200 tons``.

    A figure that is not well formed once its letters are read as digits is flagged and left as printed.
    """
    found = []
    for match in FIGURE_WITH_LETTERS.finditer(raw):
        printed, figure = match.group(), _as_digits(match.group())
        if not UNIT_NEXT.match(raw, match.end()) or printed in ("1o", "0o"):
            continue
        if WELL_FORMED.fullmatch(figure):
            reason = "letters O, o, I and l stand for 0 and 1 in a figure before its unit"
            found.append(replaced(raw, match.span(), figure, "letter_for_figure", 0.9, reason))
        else:
            reason = "letters in a figure that make no well-formed number: not guessed"
            found.append(flagged(raw, match.span(), "letter_for_figure", 0.5, reason))
    return found


def _as_digits(printed: str) -> str:
    return re.sub(r"[Il|]", "1", re.sub(r"[Oo]", "0", printed))


def _is_day(day: str, ending: str) -> bool:
    if not day.isdigit() or not 1 <= int(day) <= 31:
        return False
    expected = "th" if day[:-1] == "1" else {"1": "st", "2": "nd", "3": "rd"}.get(day[-1], "th")
    return ending == expected


def fraction_repairs(raw: str) -> list[TextRepair]:
    """Repairs for a half sign read as 1, where the figure as printed cannot be (``21 such cities`` a month).

    Three rules, each stated in the repair's reason: a monthly or weekly average that would use up the whole number
    named nearby in under six such periods; more than seven days in a week; more hours than a flight or a night has.
    """
    return _rates(raw) + _days_a_week(raw) + _hours(raw)


def _rates(raw: str) -> list[TextRepair]:
    found = []
    for match in RATE.finditer(raw):
        printed, half = int(match.group(1) + "1"), int(match.group(1)) + 0.5
        whole = _whole(raw, match.start(), match.group(2).split())
        if whole is None or match.group(2).split()[-1] in ("percent", "cent"):
            continue
        if not half * FEWEST_PERIODS <= whole < printed * FEWEST_PERIODS:
            continue
        noun, period = match.group(2), match.group(3)
        reason = (
            f"at {printed} a {period} the {whole} would be done in {whole / printed:.1f} {period}s, which is no "
            f"average to speak of; with the 1 as a half sign, {half:g} a {period} gives {whole / half:.0f} {period}s"
        )
        found.append(_half(match, match.group(1), reason + f" ({noun})"))
    return found


def _whole(raw: str, at: int, words: list[str]) -> int | None:
    nearby = raw[max(0, at - WINDOW) : at]
    for noun in words:
        counts = [int(m.group(1)) for m in re.finditer(WHOLE.format(noun=re.escape(noun)), nearby)]
        if counts:
            return max(counts)
    return None


def _days_a_week(raw: str) -> list[TextRepair]:
    return [
        _half(m, m.group(1), f"a week has no {m.group(1)}1 {m.group(2)}; the 1 is a half sign")
        for m in DAYS_A_WEEK.finditer(raw)
        if int(m.group(1)) < 7
    ]


def _hours(raw: str) -> list[TextRepair]:
    found = []
    for match in HOURS.finditer(raw):
        digit = match.group(1)
        sentence = raw[max(0, match.start() - 40) : match.end() + 40]
        if int(digit + "1") > LONGEST_HOURS and FLOWN.search(sentence):
            reason = f"no flight or night lasts {digit}1 hours (at most {LONGEST_HOURS}); the 1 is a half sign"
            found.append(_half(match, digit, reason))
    return found


def _half(match: re.Match[str], digits: str, reason: str) -> TextRepair:
    return replaced(match.string, match.span(), f"{digits} 1/2", "lost_fraction", 0.85, reason)


CAPITALISED = re.compile(r"(?<![\w.-])[A-ZÀ-Þ][\w]{3,}(?:-[A-ZÀ-Þ][\w]+)*(?![\w-])")
COST_LIMIT = 0.9
"""Two or three known confusions; a letter wrong in any other way costs 1 and is beyond it."""
MARGIN = 0.2
"""A second name within this cost of the best makes the reading a collision, and nothing is chosen."""
NAME_ZIPF = 1.8
"""A token at least this common is an English word or a living name, and is left alone."""


class Guess(NamedTuple):
    """A gazetteer spelling that ``raw`` may stand for, and the cost of the confusions in between."""

    spelling: str
    cost: float


def misread_name_repairs(raw: str, gazetteer: NameGazetteer) -> list[TextRepair]:
    """Repairs for capitalised tokens of ``raw`` that are one gazetteer name with confused letters (``Pélitz``).

    Only the confusions of `data/confusions.csv` count. A token equally near to names of different owners is
    flagged with its candidates and left as printed.
    """
    spellings = single_words(gazetteer)
    found = []
    for match in CAPITALISED.finditer(raw):
        token = match.group()
        if token in spellings or _is_english(token):
            continue
        guesses = guesses_for(token, spellings)
        if guesses:
            found.append(_repair(raw, match.span(), guesses, gazetteer))
    return found


def single_words(gazetteer: NameGazetteer) -> frozenset[str]:
    """The one-word spellings long enough (five letters, or four with an umlaut) to be known by their letters."""
    return frozenset(
        s for s in gazetteer.owners if " " not in s and (len(s) >= 5 or (len(s) == 4 and plain(s) != s.lower()))
    )


def _is_english(token: str) -> bool:
    return zipf(token.lower()) >= NAME_ZIPF or (token.endswith("s") and zipf(token[:-1].lower()) >= KNOWN_ZIPF)


@lru_cache(maxsize=20_000)
def guesses_for(token: str, spellings: frozenset[str]) -> tuple[Guess, ...]:
    """Gazetteer spellings within the cost limit of ``token``, nearest first, those beyond the margin left out."""
    from rapidfuzz.distance import Levenshtein

    near = []
    for spelling in spellings:
        if abs(len(spelling) - len(token)) > 2 or Levenshtein.distance(token, spelling, score_cutoff=4) > 4:
            continue
        cost = confusion_cost(spelling, token, COST_LIMIT)
        if cost <= COST_LIMIT:
            near.append(Guess(spelling, cost))
    near.sort(key=lambda g: (g.cost, plain(g.spelling) == g.spelling.lower(), g.spelling))
    return tuple(g for g in near if g.cost <= near[0].cost + MARGIN)


@lru_cache(maxsize=1)
def _confusions() -> dict[tuple[str, str], float]:
    return {(row["printed"], row["read"]): float(row["cost"]) for row in read_table("confusions.csv")}


def confusion_cost(printed: str, read: str, limit: float = float("inf")) -> float:
    """Least total cost of turning ``printed`` into ``read``: 0 for a letter kept, the table's cost for a known
    confusion of one or two letters, 1 for any other change, loss or gain of a letter; infinite beyond ``limit``."""
    table = _confusions()
    best = [[float("inf")] * (len(read) + 1) for _ in range(len(printed) + 1)]
    best[0][0] = 0.0
    for i in range(len(printed) + 1):
        for j in range(len(read) + 1):
            here = best[i][j]
            if here > limit:
                continue
            for p, r in ((1, 1), (1, 2), (2, 1), (2, 2), (1, 0), (0, 1)):
                if i + p > len(printed) or j + r > len(read):
                    continue
                step = _step(printed[i : i + p], read[j : j + r], table)
                best[i + p][j + r] = min(best[i + p][j + r], here + step)
    return best[-1][-1]


def _step(printed: str, read: str, table: dict[tuple[str, str], float]) -> float:
    if printed == read:
        return 0.0
    if (printed, read) in table:
        return table[printed, read]
    return 1.0 if len(printed) <= 1 and len(read) <= 1 else float("inf")


def _repair(raw: str, span: tuple[int, int], guesses: Sequence[Guess], gazetteer: NameGazetteer) -> TextRepair:
    best = guesses[0]
    if len({gazetteer.owners[g.spelling] for g in guesses}) > 1:
        reason = f"may be any of {', '.join(g.spelling for g in guesses)}; nothing chosen"
        return flagged(raw, span, "letter_confusion", 0.5, reason)
    reason = f"not a word; {best.spelling} of the gazetteer with letters that scanners confuse"
    return replaced(raw, span, best.spelling, "letter_confusion", round(0.97 - 0.15 * best.cost, 2), reason)
