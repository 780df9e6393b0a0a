"""Numbers in figures and in words: 175,000; 3·9; 2 1/2; thirty-seven; two and a half million; half; dozens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
ONES = {word: value for value, word in enumerate(SMALL)}
TENS_WORDS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
TENS = {word: 10 * i for i, word in enumerate(TENS_WORDS, 2)}
SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "dozen": 12, "score": 20}
LARGE = {"thousand", "million", "billion"}
SIGNS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 0.125}
SHARES = {"half": 0.5, "third": 1 / 3, "quarter": 0.25, "fourth": 0.25, "fifth": 0.2, "sixth": 1 / 6, "eighth": 0.125}
SHARES |= {"tenth": 0.1}
SHARES = {spelled: share for word, share in SHARES.items() for spelled in (word, word.replace("half", "halve") + "s")}
VAGUE = {"tens": 20, "dozens": 24, "scores": 40, "hundreds": 200, "thousands": 2000, "millions": 2_000_000}
"""A plural of these means at least two of them; the page gives no more."""

VAGUE_COUNT = "several or a few of them: no number"
GAP = "a gap inside the figure: one broken figure or two"
COMMA = "a comma before one or two digits: a decimal as German prints write it, or digits lost"
DOTTED = "a point before three digits: thousands as German prints write them, or a decimal"
LEADING_ZERO = re.compile(r"0\d{1,14}")
"""The tail of a broken figure, or a code."""
RAISED = "·•‧∙⋅"
RAISED_THOUSANDS = re.compile(rf"[1-9]\d{{0,2}}[{RAISED}]\d{{3}}")
"""Signs that scanners give for a raised decimal point."""
_FIGURE = (
    rf"(?P<long>\d{{1,3}}(?:\.\d{{3}}){{1,4}},\d{{1,3}})(?![\d,])|(?P<grouped>\d{{1,3}}(?:,\d{{3}}){{1,5}}(?:[.{RAISED}]\d{{1,6}})?)|(?P<dotted>\d{{1,3}}(?:\.\d{{3}}){{1,4}})(?![\d.])"
    rf"|(?P<gapped>\d{{1,3}}(?:[ ]?,[ \u00a0]{{1,2}}|[ ],|[ \u00a0]{{1,3}}|\.[ ]|[;:_'’][ ]?|[ ]?,?[ ]?\r?\n[ ]{{0,3}})\d{{3}}(?:,[ \u00a0]?\d{{3}}|[ \u00a0]\d{{3}}){{0,3}})"
    r"|(?P<comma>\d{1,4},\d{1,2})(?![\d,])"
    rf"|(?P<plain>\d{{1,15}}(?:[.{RAISED}]\d{{1,6}})?|\d{{0,4}}[.{RAISED}]\d{{1,4}})"
)
_BEFORE = rf"(?<![\w£$€.,/'’®©™°*†‡^#{RAISED}])"
_AFTER = rf"(?![\w/]|[.,{RAISED}]\d)"
_WORDS = "|".join(sorted([*ONES, *TENS, *SCALES], key=len, reverse=True))
_SHARE = "|".join(sorted(SHARES, key=len, reverse=True))
_SCALE = "|".join(SCALES)
GERMAN_SCALES = {"millionen": 10**6, "mill": 10**6, "mio": 10**6, "milliarden": 10**9, "mrd": 10**9, "tausend": 1000}
"""Behind a figure alone: "Million" without one is half a word."""
_GERMAN_SCALE = "|".join(GERMAN_SCALES)
FIGURE = re.compile(
    rf"{_BEFORE}(?:{_FIGURE})(?:\s?(?P<sign>[½¼¾⅓⅔⅛])|(?:[ -]|\sand\s)(?P<top>\d)/(?P<bottom>\d)(?!\d))?{_AFTER}"
    rf"(?:[\s-]{{1,2}}(?P<scale>{_SCALE}|{_GERMAN_SCALE})\b(?:(?<=mio)\.|(?<=mill)\.|(?<=mrd)\.)?(?!-))?"
    rf"|(?<!\w)(?P<lone>[½¼¾⅓⅔⅛])|(?<![\w/.,-])(?P<t>\d)/(?P<b>\d)(?![\w/])",
    re.IGNORECASE,
)
_FULL = r"(?:full|good|mere|bare)[\s-]"
WORD = re.compile(
    rf"(?<![\w-])(?:(?P<number>(?:{'|'.join(TENS)})(?:{'|'.join(SMALL[1:10])})|{_WORDS})|(?P<share>{_SHARE})|(?P<article>an?)(?=[\s-]{{1,3}}(?:{_SCALE}|(?:{_FULL})?(?:{_SHARE}))\b)"
    r"|(?P<vague>(?:tens|scores|dozens|hundreds|thousands)\s{1,3}of\s{1,3}(?:thousands|millions)|dozens|scores|hundreds|thousands|millions))(?!\w)",
    re.IGNORECASE,
)
_LINK = re.compile(
    rf"(?:,?[\s-]{{1,3}}|[–—]|\s{{1,3}}and\s{{1,3}})(?P<word>{_WORDS}|millions|billions)(?!\w)", re.IGNORECASE
)
_HALF_OF_A_NUMBER = re.compile(rf"\b(?:(?:{'|'.join(TENS)})[.,;:_·~=]\s?|hundred,\s)$", re.IGNORECASE)
"""Before a number word: the other half of a number whose hyphen was lost (eighty.five; four hundred, thirty-seven)."""
_PART = re.compile(
    rf"[\s-]{{1,3}}and[\s-]{{1,3}}(?P<count>an?|one|two|three)[\s-]{{1,3}}(?P<share>{_SHARE})(?!\w)", re.IGNORECASE
)
_SHARE_AFTER = re.compile(rf"[\s-]{{1,3}}(?:{_FULL})?(?P<share>{_SHARE})(?!\w)", re.IGNORECASE)
_SCALE_AFTER = re.compile(rf"(?:\s{{1,3}}an?)?[\s-]{{1,3}}(?P<scale>{_SCALE})(?!\w)", re.IGNORECASE)
_OF_SCALE = re.compile(r"\s{1,3}of\s{1,3}an?\s{1,3}(million|billion)\b", re.IGNORECASE)
_SOME = re.compile(r"\b(?:several|few|many|some|couple\sof)\s$", re.IGNORECASE)
_MORE_COMPOUND = re.compile(r"-[A-Za-z]")


class Number(NamedTuple):
    """A number in a text: its span, value (None when vague or doubtful), least value, whether it is a share in words,
    and in ``doubt`` why the digits may be read in more than one way. ``german`` is the value if German wrote them."""

    start: int
    end: int
    value: float | None
    low: float | None
    share: bool
    doubt: str = ""
    german: float | None = None


def numbers(text: str, wanted: Callable[[int], bool] | None = lambda _: True) -> Iterator[Number]:
    """Numbers in ``text`` in order.

    wanted: whether a figure that ends at a place is to be read; the others are passed over (None: all are)

    A lone "third" or "quarter" counts only after one, two, three or a. Letters set against digits (44th, 4o) make no
    number; a figure with a gap in it ("194, 928") has its digits read together only where no other reading is likely.
    """
    at = 0
    figures, words = FIGURE.finditer(text) if wanted else iter(()), WORD.finditer(text)
    figure, word = next(figures, None), next(words, None)
    while figure or word:
        if word is None or (figure and figure.start() < word.start()):
            match, figure = figure, next(figures, None)
            found = _figure(text, match) if match and match.start() >= at and wanted and wanted(match.end()) else None
        else:
            match, word = word, next(words, None)
            found = _in_words(text, match) if match.start() >= at else None
        if found:
            at = found.end
            yield found


def _figure(text: str, match: re.Match[str]) -> Number | None:
    parts = match.groupdict()
    if parts["lone"] or parts["t"]:
        if parts["t"] and not int(parts["b"]) > int(parts["t"]) > 0:
            return None
        value = SIGNS[parts["lone"]] if parts["lone"] else int(parts["t"]) / int(parts["b"])
        scaled = _SCALE_AFTER.match(text, match.end())
        value *= SCALES[scaled.group("scale").lower()] if scaled else 1
        return Number(match.start(), scaled.end() if scaled else match.end(), value, None, False)
    if parts["gapped"] and (dated := _after_a_day(text, match)):
        return dated
    value, doubt, german = _digits(parts)
    if parts["sign"]:
        value += SIGNS[parts["sign"]]
    if parts["top"] and int(parts["bottom"]):
        value += int(parts["top"]) / int(parts["bottom"])
    end = match.end()
    scale = (parts["scale"] or "").lower()
    if scale in GERMAN_SCALES:
        value, doubt = value * GERMAN_SCALES[scale], "" if doubt == COMMA else doubt
    value *= SCALES.get(scale, 1)
    if _bare(parts) and re.search(r"\d\s?$", text[max(0, match.start() - 3) : match.start()]):
        doubt = GAP
    half = None if parts["scale"] else _PART.match(text, end)
    if half:
        value, end = value + _part(half), half.end()
        scaled = _SCALE_AFTER.match(text, end)
        if scaled:
            value, end = value * SCALES[scaled.group("scale").lower()], scaled.end()
    return Number(match.start(), end, None if doubt else value, None, False, doubt, german)


_DAY = re.compile(
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?\s(?:\d{1,2}(?:st|nd|rd|th)?\s?[-–/]\s?)?$",
    re.IGNORECASE,
)


def _after_a_day(text: str, match: re.Match[str]) -> Number | None:
    """The figure behind a day of the month: "On April 17, 115 aircraft" holds 115."""
    if not _DAY.search(text[max(0, match.start() - 20) : match.start()]):
        return None
    last = re.search(r"\d{3}$", match.group("gapped"))
    start = match.start("gapped") + last.start() if last else match.start()
    return Number(start, match.end(), float(text[start : start + 3]), None, False)


def _bare(parts: dict[str, str]) -> bool:
    """Whether a figure begins with its decimal point."""
    return (parts["plain"] or "0")[0] in f".{RAISED}"


def _digits(parts: dict[str, str]) -> tuple[float, str, float | None]:
    if parts["long"]:
        return float(parts["long"].replace(".", "").replace(",", ".")), "", None
    if parts["grouped"]:
        return _decimal(parts["grouped"].replace(",", "")), "", None
    if parts["dotted"]:
        thousands = float(parts["dotted"].replace(".", ""))
        if parts["dotted"].count(".") > 1:
            return thousands, "", None
        return float(parts["dotted"]), "" if parts["dotted"].startswith("0.") else DOTTED, thousands
    if parts["comma"]:
        return float(parts["comma"].replace(",", ".")), COMMA, float(parts["comma"].replace(",", "."))
    if parts["gapped"]:
        return float(re.sub(r"\D", "", parts["gapped"])), GAP, None
    if RAISED_THOUSANDS.fullmatch(parts["plain"]):
        return _decimal(parts["plain"]), DOTTED, None
    if LEADING_ZERO.fullmatch(parts["plain"]):
        return float(parts["plain"]), GAP, None
    return _decimal(parts["plain"]), "", None


def _decimal(printed: str) -> float:
    return float(re.sub(f"[{RAISED}]", ".", printed))


def _part(match: re.Match[str]) -> float:
    count = {"two": 2, "three": 3}.get(match.group("count").lower(), 1)
    return count * SHARES[match.group("share").lower()]


def _in_words(text: str, match: re.Match[str]) -> Number | None:
    if match.group("vague"):
        parts = match.group("vague").lower().split()
        least = VAGUE[parts[0]] * (VAGUE[parts[-1]] // 2 if len(parts) > 1 else 1)
        return Number(match.start(), match.end(), None, least, False)
    if match.group("share"):
        return _share(text, match.start(), match.end(), 1, match.group("share"))
    if match.group("article"):
        shared = _SHARE_AFTER.match(text, match.end())
        if shared:
            return _share(text, match.start(), shared.end(), 1, shared.group("share"), True)
    words, end = _words_of(match.group("number") or "a"), match.end()
    if words[0] in LARGE and re.search(r"[\d.,]\s*$", text[max(0, match.start() - 4) : match.start()]):
        return None  # the scale of a figure that could not be read
    if len(words) == 1 and words[0] in SCALES and not match.group("article") and not _LINK.match(text, end):
        return None  # several hundred, some thousand, German "Million": the count before it is not a number
    shared = _SHARE_AFTER.match(text, end)
    if shared and words[0] in ("one", "two", "three", "four", "nine", "five", "seven"):
        return _share(text, match.start(), shared.end(), ONES[words[0]], shared.group("share"), True)
    while linked := _LINK.match(text, end):
        if _MORE_COMPOUND.match(text, linked.end()) and not _continues(text, linked):
            break
        if not _may_follow(words, linked):
            break
        words.append(linked.group("word").lower().replace("illions", "illion"))
        end = linked.end()
    value = _value(words)
    half = _PART.match(text, end)
    if half and words[-1] not in ("dozen", "score"):
        scaled = _SCALE_AFTER.match(text, half.end())
        if scaled:
            value, end = (value + _part(half)) * SCALES[scaled.group("scale").lower()], scaled.end()
        else:
            value, end = value + _part(half) * SCALES.get(words[-1], 1), half.end()
    lost = _HALF_OF_A_NUMBER.search(text[max(0, match.start() - 10) : match.start()])
    if lost and words[0] not in SCALES and text[match.start()].islower():
        return Number(match.start(), end, None, None, False, GAP)
    if words[0] in SCALES and _SOME.search(text[max(0, match.start() - 12) : match.start()]):
        return Number(match.start(), end, None, None, False, VAGUE_COUNT)
    return None if words in (["a"], ["score"]) else Number(match.start(), end, value, None, False)


def _words_of(printed: str) -> list[str]:
    """The number words of a printed one; a lost hyphen runs two together (twentysix)."""
    word = printed.lower()
    tens = next((t for t in TENS if word.startswith(t) and word != t), "")
    return [tens, word.removeprefix(tens)] if tens else [word]


def _continues(text: str, linked: re.Match[str]) -> bool:
    """Whether the hyphen behind a number word leads to another (thirty-seven), not to a noun (four-engined)."""
    return bool(_LINK.match(text, linked.end()))


def _may_follow(words: list[str], linked: re.Match[str]) -> bool:
    """Whether a number word carries the number on: "and" only after hundred or thousand, "twenty" before "four"."""
    last, word = words[-1], linked.group("word").lower().replace("illions", "illion")
    if linked.group()[0] in "–—":
        return last in TENS and 1 <= ONES.get(word, 0) <= 9
    if linked.group().startswith(","):
        return last in LARGE and word not in SCALES
    if "and" in linked.group().lower().split()[:1]:
        return last in ("hundred", "thousand", "million") and word not in SCALES
    if word in SCALES:
        return word in LARGE or last not in SCALES
    if last in TENS:
        return word in ONES and 1 <= ONES[word] <= 9
    return last in SCALES and last not in ("dozen", "score")


def _share(text: str, start: int, end: int, count: int, word: str, counted: bool = False) -> Number | None:
    """Half, or a counted third; "half a million" and "half a dozen" are numbers, a lone "third" is an ordinal."""
    value = count * SHARES[word.lower()]
    of_scale = _OF_SCALE.match(text, end)
    if of_scale:
        return Number(start, of_scale.end(), value * SCALES[of_scale.group(1).lower()], None, False)
    if not counted and word.lower() != "half":
        return None
    scaled = _SCALE_AFTER.match(text, end)
    if scaled:
        return Number(start, scaled.end(), value * SCALES[scaled.group("scale").lower()], None, False)
    return Number(start, end, value, None, True) if value < 1 else None


def _value(words: list[str]) -> float:
    total, group = 0.0, 0.0
    for word in words:
        if word == "a":
            group = 1.0
        elif word in LARGE:
            total, group = total + (group or 1) * SCALES[word], 0.0
        elif word in SCALES:
            group = (group or 1) * SCALES[word]
        else:
            group += ONES.get(word, TENS.get(word, 0))
    return total + group
