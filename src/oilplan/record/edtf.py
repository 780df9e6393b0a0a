"""Dates as the record writes them: Extended Date/Time Format, levels 0 and 1, without times of day.

The rules are those of ISO 8601-2 [Library of Congress, Extended Date/Time Format Specification, 2019], for the years
1000 to 9999. 1944-05-12 a day, 1944-05 a month, 1944 a year, 1944-21 a spring (22 summer, 23 autumn, 24 winter);
? uncertain, ~ approximate, % both, after the whole date; X an unspecified digit, from the right; A/B from A to B,
``..`` an open and nothing an unknown end.
"""

from __future__ import annotations

import re
from calendar import monthrange

_DATE = re.compile(r"^([1-9]\d{3}|[1-9]\d{2}X|[1-9]\dXX)(?:-(\d\d|XX)(?:-(\d\d|XX))?)?[?~%]?$", re.ASCII)
SEASONS = ("21", "22", "23", "24")
FORM = "a date in EDTF: 1944-05-12, 1944-05, 1944, 1944-05/1944-09, 1944-12-12? where it is uncertain"
LONGEST = 40
"""Characters: two dates of eleven, with room for typing errors to be shown."""


def edtf_fault(text: str) -> str | None:
    """What is wrong with a date, in a clause; None for a valid one."""
    if len(text) > LONGEST:
        return "is too long for a date"
    first, slash, last = text.partition("/")
    if not slash:
        return _date_fault(first)
    if {first, last} <= {"", ".."}:
        return "has neither a beginning nor an end"
    fault = next((fault for end in (first, last) if end not in ("", "..") and (fault := _date_fault(end))), None)
    if fault or "" in (first, last) or ".." in (first, last):
        return fault
    return "ends before it begins" if _latest(last) < _earliest(first) else None


def _date_fault(text: str) -> str | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return "is not written as one"
    year, month, day = match.groups()
    if month is None:
        return None
    if "X" in year and (month, day) not in (("XX", None), ("XX", "XX")):
        return "has an unspecified year with a known month"
    if month in SEASONS:
        return "has a day in a season" if day else None
    if month != "XX" and not 1 <= int(month) <= 12:
        return f"has no month {month}"
    if day is None or day == "XX":
        return None
    if month == "XX":
        return "has a day of an unspecified month"
    return None if 1 <= int(day) <= monthrange(int(year), int(month))[1] else f"has no day {day} in that month"


def _earliest(text: str) -> str:
    """The first day that a date may mean, as text that sorts: unspecified digits at their lowest."""
    return _bound(text, "0", "01", {"21": "03", "22": "06", "23": "09", "24": "12"})


def _latest(text: str) -> str:
    """The last day that a date may mean, as text that sorts after every day in it; a winter ends with its year."""
    return _bound(text, "9", "99", {"21": "05", "22": "08", "23": "11", "24": "12"})


def _bound(text: str, digit: str, part: str, months: dict[str, str]) -> str:
    """A date with what it leaves open filled in: digits of the year, a month or day, the month of a season."""
    year, _, rest = text.rstrip("?~%").partition("-")
    month, _, day = rest.partition("-")
    month = months.get(month, month).replace("XX", part) or part
    return f"{year.replace('X', digit)}-{month}-{day.replace('XX', part) or part}"
