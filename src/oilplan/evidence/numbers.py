"""Numbers in figures and in words: 175,000; 2 1/2; eleven; half; dozens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
ONES = {word: value for value, word in enumerate(SMALL)}
TENS_WORDS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
TENS = {word: 10 * i for i, word in enumerate(TENS_WORDS, 2)}
SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "dozen": 12, "score": 20}
SIGNS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 0.125}
SHARES = {"half": 0.5, "third": 1 / 3, "thirds": 1 / 3, "quarter": 0.25, "quarters": 0.25, "fifth": 0.2,
          "fifths": 0.2, "tenth": 0.1, "tenths": 0.1}  # fmt: skip
VAGUE = {"dozens": 24, "scores": 40, "hundreds": 200, "thousands": 2000}
"""A plural of these means at least two of them; the page gives no more."""

_small = "|".join(sorted([*ONES, *TENS], key=len, reverse=True))
_scale = "|".join(SCALES)
FIGURE = r"(?<![\w£$.,/'’-])\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\w£$.,/'’-])\d+(?:\.\d+)?"
NUMBER = re.compile(
    rf"(?P<figure>{FIGURE})(?:\s?(?P<sign>[½¼¾⅓⅔⅛])|\s(?P<top>\d)/(?P<bottom>\d)(?!\d))?(?:\s(?P<figure_scale>{_scale}))?(?![\d/])"
    rf"|(?P<lone>(?<!\w)[½¼¾⅓⅔⅛])|(?<![\d/.,-])(?P<t>\d)/(?P<b>\d)(?![\d/])"
    rf"|(?<![\w-])(?P<words>(?:(?:{_small}|a(?=\s(?:{_scale})\b)|half(?=\sa\s(?:dozen|million)))(?:(?:(?<=hundred)\sand\s|(?<=thousand)\sand\s|\sa\s(?={_scale})|[\s-])(?:{_small}|{_scale})\b)*))(?P<halved>\sand\sa\shalf)?(?!\w|-(?:{_small}))"
    rf"|(?<![\w-])(?:(?P<count>one|two|three|four|a|nine)[\s-])?(?P<share>half|thirds?|quarters?|fifths?|tenths?)(?![\w-])"
    rf"|(?<![\w-])(?P<vague>dozens|scores|hundreds|thousands)(?![\w-])",
    re.IGNORECASE,
)


class Number(NamedTuple):
    """A number in a text: its span, value (None when vague), least value, and whether it is a share in words."""

    start: int
    end: int
    value: float | None
    low: float | None
    share: bool


def numbers(text: str) -> Iterator[Number]:
    """Numbers in ``text`` in order. A lone "third" or "quarter" counts only after one, two, three or a."""
    for match in NUMBER.finditer(text):
        parts = match.groupdict()
        if parts["figure"]:
            yield Number(match.start(), match.end(), _figure(parts), None, False)
        elif parts["lone"] or parts["t"]:
            if parts["lone"] or int(parts["b"]) > int(parts["t"]) > 0:
                value = SIGNS[parts["lone"]] if parts["lone"] else int(parts["t"]) / int(parts["b"])
                yield Number(match.start(), match.end(), value, None, False)
        elif parts["vague"]:
            yield Number(match.start(), match.end(), None, VAGUE[parts["vague"].lower()], False)
        elif parts["share"]:
            if parts["share"].lower() == "half" or parts["count"]:
                value = ONES.get((parts["count"] or "one").lower(), 1) * SHARES[parts["share"].lower()]
                yield Number(match.start(), match.end(), value, None, True)
        else:
            yield Number(
                match.start(),
                match.end(),
                _in_words(parts["words"]) + 0.5 * bool(parts["halved"]),
                None,
                False,
            )


def _figure(parts: dict[str, str]) -> float:
    value = float(parts["figure"].replace(",", ""))
    if parts["sign"]:
        value += SIGNS[parts["sign"]]
    if parts["top"] and int(parts["bottom"]):
        value += int(parts["top"]) / int(parts["bottom"])
    return value * SCALES.get((parts["figure_scale"] or "").lower(), 1)


def _in_words(words: str) -> float:
    total, group = 0.0, 0.0
    for word in re.split(r"[\s-]+", words.lower()):
        if word == "half":
            group = 0.5
        elif word in ("and", "a"):
            group = group or (1.0 if word == "a" else 0.0)
        elif word in ("thousand", "million"):
            total, group = total + (group or 1) * SCALES[word], 0.0
        elif word in SCALES:
            group = (group or 1) * SCALES[word]
        else:
            group += ONES.get(word, TENS.get(word, 0))
    return total + group
