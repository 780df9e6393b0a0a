"""The only place that converts dates: day numbers, month indices and labels of a window of days.

A system has a `Window` of its own. That of the oil system of 1944-45 is `CAMPAIGN`: day 0 is 1944-04-01 and the last day
is 1945-04-30, 395 days in 13 months; the functions below it speak of that window.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np


class Window(NamedTuple):
    """Days that are modelled. first: ISO date of day 0; n_days: number of days T, at least 1."""

    first: str
    n_days: int

    @classmethod
    def between(cls, first: date | str, last: date | str) -> Window:
        """The window from a first to a last date, both inside. Raises ValueError where the last comes before the first."""
        begin, end = (date.fromisoformat(when) if isinstance(when, str) else when for when in (first, last))
        if end < begin:
            raise ValueError(f"the window ends on {end}, before it begins on {begin}")
        return cls(begin.isoformat(), (end - begin).days + 1)

    @property
    def first_date(self) -> date:
        """Date of day 0."""
        return date.fromisoformat(self.first)

    @property
    def last_date(self) -> date:
        """Date of the last day."""
        return self.date_of(self.n_days - 1)

    @property
    def months(self) -> tuple[str, ...]:
        """Every month of which a day is inside, as YYYY-MM."""
        return _months(self)

    @property
    def n_months(self) -> int:
        """Number of months M, whole or not."""
        return len(self.months)

    def day_of(self, when: date | str) -> int:
        """Day number of a date (a ``date`` or ISO text). May be negative or past the end."""
        if isinstance(when, str):
            when = date.fromisoformat(when)
        return (when - self.first_date).days

    def date_of(self, day: int) -> date:
        """Date of a day number."""
        return self.first_date + timedelta(days=int(day))

    def month_start_day(self, month: str) -> int:
        """Day number of the first day of a month written YYYY-MM."""
        return self.day_of(f"{month}-01")

    def month_end_day(self, month: str) -> int:
        """Day number of the last day of a month written YYYY-MM."""
        return self.month_start_day(month) + month_length_d(month) - 1

    def month_index(self, month: str) -> int:
        """Index in ``months``. Raises ValueError for a month outside."""
        if month not in self.months:
            raise ValueError(f"month {month!r} is outside {self.months[0]}..{self.months[-1]}")
        return self.months.index(month)

    @property
    def month_of_day(self) -> np.ndarray:
        """[T] month index of every day."""
        import numpy as np

        return np.repeat(np.arange(self.n_months), self.days_in_month)

    @property
    def days_in_month(self) -> np.ndarray:
        """[M] days of every month that are inside the window."""
        import numpy as np

        first = [max(self.month_start_day(month), 0) for month in self.months]
        last = [min(self.month_end_day(month), self.n_days - 1) for month in self.months]
        return np.array([b - a + 1 for a, b in zip(first, last, strict=True)])

    @property
    def month_ends(self) -> np.ndarray:
        """[M] day number of the last day of every month that is inside the window."""
        return self.days_in_month.cumsum() - 1


@lru_cache(maxsize=64)
def _months(window: Window) -> tuple[str, ...]:
    return tuple(dict.fromkeys(window.date_of(d).isoformat()[:7] for d in range(window.n_days)))


def month_length_d(month: str) -> int:
    """Days of a month written YYYY-MM: a calendar month has its own length, never 30 or 30.4."""
    year, number = int(month[:4]), int(month[5:7])
    return (date(year + number // 12, number % 12 + 1, 1) - date(year, number, 1)).days


# The campaign of the oil system.

CAMPAIGN = Window.between("1944-04-01", "1945-04-30")
FIRST_DATE, LAST_DATE = CAMPAIGN.first_date, CAMPAIGN.last_date
N_DAYS, MONTHS, N_MONTHS = CAMPAIGN.n_days, CAMPAIGN.months, CAMPAIGN.n_months
day_of, date_of = CAMPAIGN.day_of, CAMPAIGN.date_of
month_start_day, month_end_day, month_index = CAMPAIGN.month_start_day, CAMPAIGN.month_end_day, CAMPAIGN.month_index


def month_of_day() -> list[int]:
    """Month index of every day of the campaign: N_DAYS integers."""
    return CAMPAIGN.month_of_day.tolist()


def days_in_month() -> list[int]:
    """Number of days in every month of the campaign: N_MONTHS integers."""
    return CAMPAIGN.days_in_month.tolist()
