"""Dates as the page writes them, in EDTF; a year the page does not give stays XXXX."""

from __future__ import annotations

import re

from oilplan.evidence.findings import FoundDate
from oilplan.evidence.view import View, raw_span

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
YEAR = r"(?:1[89]\d\d|20\d\d)"
DAY = r"(?:[12]\d|3[01]|0?[1-9])"
ORD = r"(?:st|nd|rd|th)?"
SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
CONTEXT = 2000
"""Characters either side within which the one year stated is taken for a date that states none."""

LONG_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
YEAR_LEAD = "(?:in|of|by|since|during|until|till|from|to|late|early|mid|before|after|through|throughout|for|and|year)"
NO_COUNT = r"(?![\d,]|\.\d|-\w|\s+(?:tons?|long|short|metric|aircraft|sorties|plants))"
"""1944 tons is a quantity, not a year."""
FORMS = {
    "day_pair": rf"\b(?P<d>{DAY}){ORD}\s?[/–-]\s?(?P<d2>{DAY}){ORD}\s+(?:of\s+)?(?P<m>{MONTH})(?:,?\s+(?P<y>{YEAR}))?",
    "day_month": rf"\b(?P<d>{DAY}){ORD}\s+(?:of\s+)?(?P<m>{MONTH})(?:,?\s+(?P<y>{YEAR}))?(?![\w-])",
    "month_day": rf"\b(?P<m>{MONTH})\s+(?P<d>{DAY}){ORD}(?:,?\s+(?P<y>{YEAR}))?(?![\w,]\d|\w)",
    "months": rf"\b(?P<m>{MONTH})(?:\s+(?P<y>{YEAR}))?\s*(?:and|to|until|through|[-–/])\s*(?P<m2>{MONTH})"
    rf"(?:\s+(?:of\s+)?(?P<y2>{YEAR}))?(?!\s*\d)",
    "month_year": rf"\b(?P<m>{MONTH}),?\s+(?:of\s+)?(?P<y>{YEAR})(?!\w)",
    "season": rf"\b(?P<s>spring|summer|autumn|fall|winter)\s+of\s+(?P<y>{YEAR})(?:[-–/]\d\d)?(?!\w)",
    "iso": rf"\b(?P<y>{YEAR})-(?P<mm>[01]\d)-(?P<d>[0-3]\d)\b",
    "figures": r"\b(?P<d>[0-3]?\d)[./](?P<mm>[01]?\d)[./](?P<yy>(?:19)?[34]\d)\b",
    "years": rf"\b(?P<y>{YEAR})[-–/](?P<y2>{YEAR}|\d\d)\b(?![-\d])",
    "month": rf"(?P<before>\b\w+\s+|^|[(“‘'\"])(?P<m>{LONG_MONTH})\b",
    "year": rf"\b{YEAR_LEAD}\s+(?P<y>{YEAR}){NO_COUNT}",
}
"""Ways of writing a date, the more particular first: what one has taken no later one reads again."""
MONTH_LEADS = frozenset(
    {"in", "of", "by", "since", "during", "until", "till", "from", "to", "last", "early", "mid", "late", "and"}
    | {"between", "before", "after", "through", "that", "this", "each", "for", "next", "throughout", "every"}
)


def dates(view: View) -> list[FoundDate]:
    """Dates in the reading, with raw offsets and EDTF: days, day pairs, months, spans of months, seasons, years.

    May and March are dates only after a preposition. A date without a year takes the one year stated within 2,000
    characters (``year_from`` = "context"); where none or several are, the year is XXXX.
    """
    text, taken, found = view.text, bytearray(len(view.text) + 1), []
    years = [(m.start(), m.group()) for m in re.finditer(rf"(?<![\d,.]){YEAR}(?![\d,])", text)]
    for form, pattern in FORMS.items():
        for match in re.finditer(pattern, text):
            start, end = _bounds(form, match)
            if start is None or any(taken[start:end]):
                continue
            edtf, year_from = _edtf(match.groupdict(), match.start(), years)
            if not edtf:
                continue
            taken[start:end] = b"\x01" * (end - start)
            raw_start, raw_end = raw_span(view, start, end)
            found.append((raw_start, raw_end, edtf, year_from))
    return [FoundDate(s, e, view.raw[s:e], edtf, basis) for s, e, edtf, basis in sorted(found)]


def _bounds(form: str, match: re.Match[str]) -> tuple[int | None, int]:
    if form == "month":
        before = match.group("before").strip().lower()
        month = match.group("m")
        if month in ("May", "March") and before not in MONTH_LEADS:
            return None, 0
        return match.start("m"), match.end("m")
    if form == "year":
        return match.start("y"), match.end("y")
    return match.start(), match.end()


def _edtf(parts: dict[str, str], at: int, years: list[tuple[int, str]]) -> tuple[str, str]:
    year, year_from = _year(parts, at, years)
    if parts.get("s"):
        return f"{year}-{SEASONS[str(parts['s']).lower()]}", year_from
    month = int(parts["mm"]) if parts.get("mm") else _month(parts.get("m"))
    if month is not None and not 1 <= month <= 12:
        return "", ""
    if parts.get("m2"):
        return _span_of_months(parts, year, month, year_from)
    if month is None:
        last = parts.get("y2")
        return (f"{year}/{year[: 4 - len(last)]}{last}" if last else year), year_from
    if not parts.get("d"):
        return f"{year}-{month:02d}", year_from
    day, second = int(parts["d"]), int(parts.get("d2") or 0)
    if second:
        return (f"{year}-{month:02d}-{day:02d}/{year}-{month:02d}-{second:02d}" if second > day else ""), year_from
    return f"{year}-{month:02d}-{day:02d}", year_from


def _span_of_months(parts: dict[str, str], year: str, month: int | None, basis: str) -> tuple[str, str]:
    last_year, last = parts.get("y2") or year, _month(parts["m2"]) or 0
    first_year = parts.get("y") or last_year
    if first_year == last_year and last_year.isdigit() and month and month > last:
        first_year = str(int(last_year) - 1)
    return f"{first_year}-{month:02d}/{last_year}-{last:02d}", "text" if parts.get("y2") else basis


def _year(parts: dict[str, str], at: int, years: list[tuple[int, str]]) -> tuple[str, str]:
    stated = parts.get("y2") if parts.get("m2") and parts.get("y2") else parts.get("y")
    if stated:
        return stated, "text"
    if parts.get("yy"):
        return f"19{parts['yy'][-2:]}", "text"
    nearby = {y for place, y in years if abs(place - at) <= CONTEXT}
    return (nearby.pop(), "context") if len(nearby) == 1 else ("XXXX", "")


def _month(name: str | None) -> int | None:
    return MONTHS.index(name[:3].lower()) + 1 if name else None
