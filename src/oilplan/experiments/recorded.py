"""What the record says of each month's output: one interval a month and series, with how it is known."""

from __future__ import annotations

from typing import NamedTuple

from ..calibration import bindings as fit
from ..clock import MONTHS
from ..record import Record, is_weak

AVIATION, AVIATION_HYDROGENATION = "aviation_gasoline", "aviation_gasoline_hydrogenation"
SYNTHETIC, HYDROGENATION = "synthetic_oil", "hydrogenation_oil"
SERIES = {
    AVIATION: "Aviation gasoline, all sources",
    SYNTHETIC: "Synthetic oil: all products of hydrogenation and Fischer-Tropsch plants",
    AVIATION_HYDROGENATION: "Aviation gasoline of hydrogenation plants only",
    HYDROGENATION: "All products of hydrogenation plants",
}
"""Series with what each counts. The definitions differ: never add or average two of them."""
HEADLINE = (AVIATION, SYNTHETIC)
"""The two series of the table; the other two stand apart below it."""
OF_BINDING = {
    fit.MONTHLY_AVIATION: AVIATION,
    fit.MONTHLY_HYDROGENATION_AVIATION: AVIATION_HYDROGENATION,
    fit.MONTHLY_SYNTHETIC: SYNTHETIC,
    fit.MONTHLY_HYDROGENATION: HYDROGENATION,
}
READ = ("documented", "looked_up")
CONFIDENCES = ("high", "medium-high", "medium", "medium-low", "low", "none")


class RecordedMonth(NamedTuple):
    """One month of one series as the record has it.

    month: YYYY-MM; series: a key of `SERIES`
    value_t: the figure of the series itself, metric tons
    low_t, high_t: the lowest and highest figure of the rows, metric tons
    status: verified (every row was read somewhere), recalled (every row is from memory) or mixed
    confidence: of the best row
    row_ids: the rows of `output_monthly` and `output_found` it rests on
    """

    month: str
    series: str
    value_t: float
    low_t: float
    high_t: float
    status: str
    confidence: str
    row_ids: tuple[str, ...]

    @property
    def is_weak(self) -> bool:
        """Whether the figure must be marked wherever it is shown: not all of it was read, or confidence is low."""
        return self.status != "verified" or is_weak("looked_up", self.confidence)


def recorded_months(record: Record) -> list[RecordedMonth]:
    """The recorded output of every month and series, April 1944 to April 1945, in the order of `SERIES`.

    record: the record, with a user's folder or without

    Conflicting rows of one definition become one interval, by the same rule that feeds the fit
    (`oilplan.calibration.bindings`). A month that no row gives is left out, never filled.
    """
    rows = record.rows("output_monthly") | record.rows("output_found")
    found = [_from_rows(MONTHS[b.at], OF_BINDING[b.kind], b.value, b.low, b.high, [rows[k] for k in b.row_ids])
             for b in fit.bindings(record) if b.kind in OF_BINDING]  # fmt: skip
    order = list(SERIES)
    return sorted(found, key=lambda m: (order.index(m.series), m.month))


def _from_rows(month: str, series: str, value_t: float, low_t: float, high_t: float, rows: list[dict]) -> RecordedMonth:
    best = min((r["confidence"] for r in rows), key=CONFIDENCES.index)
    keys = tuple(r["row_id"] for r in rows)
    return RecordedMonth(month, series, value_t, low_t, high_t, status_of(rows), best, keys)


def status_of(rows: list[dict]) -> str:
    """How a figure that rests on ``rows`` is known: verified, recalled or mixed (some of it from memory)."""
    kinds = {r["status"] for r in rows}
    if kinds <= set(READ):
        return "verified"
    return "recalled" if kinds == {"recalled"} else "mixed"
