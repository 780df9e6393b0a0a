"""The only place that converts dates: day numbers, month indices and labels of the campaign.

Day 0 is 1944-04-01 and the last day is 1945-04-30: 395 days in 13 months.
"""

from __future__ import annotations

from datetime import date, timedelta

FIRST_DATE = date(1944, 4, 1)
LAST_DATE = date(1945, 4, 30)
N_DAYS = (LAST_DATE - FIRST_DATE).days + 1
MONTHS = tuple(f"1944-{m:02d}" for m in range(4, 13)) + tuple(f"1945-{m:02d}" for m in range(1, 5))
N_MONTHS = len(MONTHS)


def day_of(when: date | str) -> int:
    """Day number of a date (a ``date`` or ISO text); 0 is 1944-04-01. May be negative or past the end."""
    if isinstance(when, str):
        when = date.fromisoformat(when)
    return (when - FIRST_DATE).days


def date_of(day: int) -> date:
    """Date of a day number."""
    return FIRST_DATE + timedelta(days=int(day))


def month_start_day(month: str) -> int:
    """Day number of the first day of a month written YYYY-MM."""
    return day_of(f"{month}-01")


def month_end_day(month: str) -> int:
    """Day number of the last day of a month written YYYY-MM."""
    year, number = int(month[:4]), int(month[5:7])
    following = date(year + number // 12, number % 12 + 1, 1)
    return (following - FIRST_DATE).days - 1


def month_index(month: str) -> int:
    """Index in ``MONTHS`` of a month written YYYY-MM. Raises ValueError outside the campaign."""
    if month not in MONTHS:
        raise ValueError(f"month {month!r} is outside {MONTHS[0]}..{MONTHS[-1]}")
    return MONTHS.index(month)


def month_of_day() -> list[int]:
    """Month index of every day of the campaign: N_DAYS integers."""
    return [(date_of(d).year - 1944) * 12 + date_of(d).month - 4 for d in range(N_DAYS)]


def days_in_month() -> list[int]:
    """Number of days in every month of the campaign: N_MONTHS integers."""
    of_day = month_of_day()
    return [of_day.count(m) for m in range(N_MONTHS)]
