"""A figure with what bounds it, and the few sums that claims need; bounds are worst cases, not standard errors."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from oilplan.argument.finding import CONTRADICTED, SUPPORTED, UNDETERMINED
from oilplan.argument.ledger import Ledger, Missing

RELATIVE_ERROR = {"high": 0.05, "medium-high": 0.075, "medium": 0.10, "medium-low": 0.15, "low": 0.25}
"""Error of a figure by the record's confidence in it, where the row gives no bounds; judgement."""
READ = ("documented", "looked_up")
VALUE_COLUMN = {
    "plants": "capacity_t_per_year",
    "raids": "total_tons_short",
    "effort_monthly": "tons_short_cleaned",
    "raid_losses": "missing",
    "sighting_monthly": "visual_percent",
}
"""Column of the figure in each table; ``value`` in the others."""


class Interval(NamedTuple):
    """A figure between its bounds."""

    value: float
    low: float
    high: float

    def __add__(self, other: Interval) -> Interval:  # type: ignore[override]
        return Interval(self.value + other.value, self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval) -> Interval:
        return Interval(self.value - other.value, self.low - other.high, self.high - other.low)

    def times(self, factor: float) -> Interval:
        """The figure times a number >= 0."""
        return Interval(self.value * factor, self.low * factor, self.high * factor)

    def over(self, other: Interval) -> Interval:
        """The ratio of two positive figures."""
        return Interval(self.value / other.value, self.low / other.high, self.high / other.low)

    def share_of_sum_with(self, other: Interval) -> Interval:
        """``self / (self + other)``: each bound takes self and other at opposite ends."""
        return Interval(
            self.value / (self.value + other.value),
            self.low / (self.low + other.high),
            self.high / (self.high + other.low),
        )


def relative_error(row: dict) -> float:
    """Relative error of a row's figure: none for a figure read in its work with high confidence."""
    if row["status"] in READ and row["confidence"] == "high":
        return 0.0
    return RELATIVE_ERROR.get(row["confidence"], max(RELATIVE_ERROR.values()))


def bounds_columns(row: dict) -> tuple[float | None, float | None]:
    """The bounds a row itself gives, or None."""
    low = row.get("low", row.get("capacity_low"))
    high = row.get("high", row.get("capacity_high"))
    return low, high


def figure(table: str, row: dict) -> Interval:
    """The figure of a row in its own unit: the row's bounds, else its error by confidence.

    Raises Missing for a row without a figure.
    """
    value = row[VALUE_COLUMN.get(table, "value")]
    if value is None:
        raise Missing(table, f"a figure in the row {row['row_id']}")
    low, high = bounds_columns(row)
    error = relative_error(row)
    bottom = min(value, value * (1 - error) if low is None else low)
    return Interval(value, bottom, max(value, value * (1 + error) if high is None else high))


def read(ledger: Ledger, table: str, row_id: str) -> Interval:
    """`figure` of one row, written down as used."""
    return figure(table, ledger.one(table, row_id))


def total(parts: Iterable[Interval]) -> Interval:
    """The sum of figures, their bounds added."""
    out = Interval(0.0, 0.0, 0.0)
    for part in parts:
        out = out + part
    return out


def spanning(figures: Iterable[Interval]) -> Interval:
    """Several figures for one quantity: the first one's value, the outermost bounds of all."""
    known = list(figures)
    return Interval(known[0].value, min(f.low for f in known), max(f.high for f in known))


def accounts(ledger: Ledger, *places: tuple[str, str]) -> Interval:
    """What several sources say of one quantity: the first one's figure, bounded by the lowest and highest of them.

    places: (table, row_id). Where sources can be compared, their spread stands in the place of a supposed error.
    """
    rows = [(table, ledger.one(table, row_id)) for table, row_id in places]
    return spanning(printed(table, row) for table, row in rows)


def printed(table: str, row: dict) -> Interval:
    """The figure of a row with the bounds that the row itself gives, and no supposed error."""
    value = figure(table, row).value
    low, high = bounds_columns(row)
    return Interval(value, min(value, value if low is None else low), max(value, value if high is None else high))


def shown(measure: Interval, form: str = "{:.0f}") -> str:
    """An interval as text: ``low to high``, or one number where both read alike."""
    low, high = form.format(measure.low), form.format(measure.high)
    return low if low == high else f"{low} to {high}"


def judge(measure: Interval, supported: Callable[[float], bool], contradicted: Callable[[float], bool]) -> str:
    """The outcome on which both ends of an interval and its value agree; undetermined where they do not.

    supported, contradicted: the two arms of the rule, on one number
    """
    if all(supported(x) for x in measure):
        return SUPPORTED
    if all(contradicted(x) for x in measure):
        return CONTRADICTED
    return UNDETERMINED
