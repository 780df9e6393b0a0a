"""Names of the gazetteer that the scan misread, found through letters that scanners confuse."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from oilplan.evidence.findings import Repair
from oilplan.evidence.gazetteer import Gazetteer, plain, read_table
from oilplan.evidence.lexicon import KNOWN_ZIPF, zipf

CAPITALISED = re.compile(r"(?<![\w.-])[A-ZÀ-Þ][\w]{3,}(?:-[A-ZÀ-Þ][\w]+)*(?![\w-])")
COST_LIMIT = 0.9
"""Two or three known confusions; a letter wrong in any other way costs 1 and is beyond it."""
MARGIN = 0.2
"""A second name within this cost of the best makes the reading a collision, and nothing is chosen."""
NAME_ZIPF = 1.8
"""A token at least this common is an English word or a living name, and is left alone."""
SUFFIXES = ("'s", "’s")


class Guess(NamedTuple):
    """A gazetteer spelling that ``raw`` may stand for, and the cost of the confusions in between."""

    spelling: str
    cost: float


def misread_name_repairs(raw: str, gazetteer: Gazetteer) -> list[Repair]:
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
            found.append(_repair(match.start(), token, guesses, gazetteer))
    return found


def single_words(gazetteer: Gazetteer) -> frozenset[str]:
    """The one-word spellings long enough (five letters, or four with an umlaut) to be known by their letters."""
    return frozenset(
        s for s in gazetteer.owners if " " not in s and (len(s) >= 5 or (len(s) == 4 and plain(s) != s.lower()))
    )


def _is_english(token: str) -> bool:
    return zipf(token.lower()) >= NAME_ZIPF or (token.endswith("s") and zipf(token[:-1].lower()) >= KNOWN_ZIPF)


@lru_cache(maxsize=65536)
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


def _repair(start: int, token: str, guesses: Iterable[Guess], gazetteer: Gazetteer) -> Repair:
    guesses = tuple(guesses)
    best = guesses[0]
    owners = {gazetteer.owners[g.spelling] for g in guesses}
    end = start + len(token)
    if len(owners) > 1:
        names = ", ".join(g.spelling for g in guesses)
        reason = f"may be any of {names}; nothing chosen"
        return Repair(start, end, token, token, "letter_confusion", 0.5, reason, None)
    reason = f"not a word; {best.spelling} of the gazetteer with letters that scanners confuse"
    confidence = round(0.97 - 0.15 * best.cost, 2)
    return Repair(start, end, token, best.spelling, "letter_confusion", confidence, reason, best.spelling)
