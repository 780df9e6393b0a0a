"""The reader's own lists of words; how common a word is, in English and German, and how a text itself spells it.

The one door to ``pyspellchecker``, whose lists (English 160,000 words with counts, German 340,000) hold no run-together
words, so that an accident of two halves is seldom taken for a word.
"""

from __future__ import annotations

import csv
import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple


def read_table(name: str) -> list[dict[str, str]]:
    """Rows of one of the reader's own tables in `evidence/data`."""
    text = files("oilplan.evidence").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@lru_cache(maxsize=16)
def small_words(name: str) -> frozenset[str]:
    """Words of one of the reader's own lists in `evidence/data`."""
    return frozenset(files("oilplan.evidence").joinpath("data", name).read_text(encoding="utf-8").split())


@cache
def _lists() -> dict[str, str]:
    return tomllib.loads(files("oilplan.evidence").joinpath("data", "words.toml").read_text(encoding="utf-8"))


def words_of(name: str) -> frozenset[str]:
    """A list of words of `data/words.toml`."""
    return frozenset(_lists()[name].split())


def pattern_of(name: str) -> str:
    """A list of alternatives of `data/words.toml`, as part of a regular expression."""
    return _lists()[name].replace("\n", "")


MOST_WORDS = 30_000
"""Words whose frequency is held at once."""
KNOWN_ZIPF = 1.4
"""Below the rarest word listed; plant names and scanning errors are not listed at all."""
BRITISH = tuple((re.compile(row["british"]), row["american"]) for row in read_table("british.csv"))
"""British spellings as the American list has them."""
ENDINGS = (
    *(("'s", ""), ("’s", ""), ("ies", "y"), ("es", "e"), ("es", ""), ("s", "")),
    *(("ed", "e"), ("ed", ""), ("ing", "e"), ("ing", ""), ("ly", "")),
)
CUE_STEMS = r"(?:col|fav|hon|lab|arm|harb|neighb|endeav|behavi)"
BRITISH_CUE = re.compile(
    rf"\w{{2,12}}(?:isation|ised|ising)|{CUE_STEMS}our\w{{0,5}}|defence|offence|centre|metres?|programme|aeroplanes?"
    r"|to-day|to-morrow|to-night|towards|whilst|grey|theatre|manoeuvre\w?|tonnes?|cheque|aluminium"
)
AMERICAN_CUE = re.compile(
    rf"\w{{2,12}}(?:ization|ized|izing)|{CUE_STEMS}or(?:s|ed|ing)?|defense|offense|center|meters?|program|airplanes?"
    r"|toward|gray|theater|maneuver\w?|percent|aluminum"
)
GERMAN_CUES = re.compile(rf"\b(?:{pattern_of('german_cues')})\b")
GERMAN_WORDS, ENGLISH_WORDS = words_of("german"), words_of("english")


def in_german(text: str) -> bool:
    """Whether the common words of a text are German ones more often than English ones."""
    words = re.findall(r"\w+", text.lower())
    return sum(w in GERMAN_WORDS for w in words) > sum(w in ENGLISH_WORDS for w in words)


@cache
def _counts(language: str) -> tuple[dict[str, int], int]:
    from spellchecker import SpellChecker

    counts = SpellChecker(language=language).word_frequency.dictionary
    return dict(counts), sum(counts.values())


def listed(words: Iterable[str]) -> set[str]:
    """Those of the words (lower case) that the English list holds as they are spelled."""
    counts = _counts("en")[0]
    return {word for word in words if word in counts}


@lru_cache(maxsize=MOST_WORDS)
def zipf(word: str) -> float:
    """Zipf frequency of ``word`` in English: 0 (not listed) to about 8 (the); British spellings count as American."""
    counts, total = _counts("en")
    count = max(counts.get(word, 0), counts.get(_american(word), 0))
    return math.log10(count / total * 1e9) if count else 0.0


@lru_cache(maxsize=MOST_WORDS)
def family_zipf(word: str) -> float:
    """The largest `zipf` of ``word`` and of what is left of it without an ending (propositions: proposition)."""
    stems = (word[: -len(e)] + r for e, r in ENDINGS if word.endswith(e) and len(word) > len(e) + 2)
    return max(map(zipf, (word, *stems)))


@lru_cache(maxsize=MOST_WORDS)
def is_word(word: str, german: bool = False) -> bool:
    """Whether ``word`` (lower case) is listed, itself or without an ending; with ``german``, in German too."""
    return bool(family_zipf(word)) or (german and word in _counts("de")[0])


def common_words(number: int) -> list[str]:
    """The ``number`` commonest English words, commonest first."""
    return [word for word, _ in Counter(_counts("en")[0]).most_common(number)]


def _american(word: str) -> str:
    for pattern, spelled in BRITISH:
        word = pattern.sub(spelled, word)
    return word


class Spelling(NamedTuple):
    """How one text spells: its whole words and hyphened compounds with counts, its language, ``small``, the words that
    it prints without a capital, and ``parts``, the first and last words of its compounds."""

    words: Counter[str]
    compounds: Counter[str]
    british: bool
    german: bool
    small: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()

    def of_family(self, head: str, tail: str) -> bool:
        """Whether a compound of this head stands in the text with another ending (re-examine for re-examined)."""
        stem = re.sub(r"(?:ings?|ed|es|s|d|e)$", "", tail)
        return len(stem) > 3 and any(
            self.compounds[f"{head}-{stem}{end}"] for end in ("", "e", "s", "es", "d", "ed", "ing")
        )


TOKEN = re.compile(r"(?<![\w-])[A-Za-zÀ-ÿ]{1,40}(?:-[A-Za-zÀ-ÿ]{1,40}){0,4}(?![\w-])")


def spelling_of(text: str) -> Spelling:
    """The words and compounds of ``text`` that stand whole in a line, in lower case."""
    words: Counter[str] = Counter()
    compounds: Counter[str] = Counter()
    small: set[str] = set()
    for match in TOKEN.finditer(text):
        token = match.group()
        if token.islower():
            small.add(token)
        token = token.lower()
        (compounds if "-" in token else words)[token] += 1
    every = words + compounds
    british = sum(n for word, n in every.items() if BRITISH_CUE.fullmatch(word)) + text.count(" per cent")
    american = sum(n for word, n in every.items() if AMERICAN_CUE.fullmatch(word))
    german, english = (sum(words[w] for w in some) for some in (GERMAN_WORDS, ENGLISH_WORDS))
    parts = frozenset(part for c in compounds for part in (c.partition("-")[0], c.rpartition("-")[2]))
    return Spelling(words, compounds, british > american, german > english, frozenset(small), parts)
