"""Sum lines and copies among the rows of one raid.

The tabulation totals each date and each target; many of these totals were digitised as raids. Only a row that
stands for a single attack line can be told for a total: a row that adds several lines may hold one unseen.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

from oilplan.record.ussbs.force import AMERICAN, LARGEST_GROUP
from oilplan.record.ussbs.moves import round_clock
from oilplan.record.ussbs.reading import RowReading
from oilplan.record.ussbs.row import RawRow

SUM_TOLERANCE, COPY_TOLERANCE = 0.02, 0.03
LEAST_AIRCRAFT_OF_A_SUM = 25
LEAST_SUM_SHORT_TONS, LEAST_BRITISH_SUM_SHORT_TONS = 20, 40


def sum_lines(readings: Sequence[RowReading]) -> dict[int, str]:
    """Rows of a raid that total or repeat its other rows.

    readings: the rows of one target (place and name) in one raid

    Returns line number -> reason, never for every row: if all look like totals the largest is kept. Rows are
    judged with exact clock times first, each against those not yet left out, so that of a row and its copy
    the one at a round clock time goes. Two true attacks of equal size and load are taken for a copy.
    """
    ordered = sorted(readings, key=_order)
    left_out: dict[int, str] = {}
    for place, reading in enumerate(ordered):
        if reading.row.attack_lines > 1:
            continue
        others = [o for o in ordered if o is not reading and o.row.line not in left_out]
        before = [o for o in ordered[:place] if o.row.line not in left_out]
        judge = _american if reading.force in AMERICAN else _british
        reason = judge(reading, before, others) if others else ""
        if reason:
            left_out[reading.row.line] = reason
    return left_out


def _order(reading: RowReading) -> tuple:
    row = reading.row
    return (round_clock(reading), row.day.zfill(2), row.clock or 0, tuple(str(value) for value in row[1:]), row.line)


def _american(reading: RowReading, before: Sequence[RowReading], others: Sequence[RowReading]) -> str:
    row = reading.row
    aircraft, tons = _total(others, "aircraft"), _total(others, "total_short_tons")
    lines = _total(others, "attack_lines")
    if lines > 1 and row.aircraft > LEAST_AIRCRAFT_OF_A_SUM and _near(row.aircraft, aircraft, least=1):
        return f"{row.aircraft:.0f} aircraft are those of the other lines together"
    if row.aircraft > LARGEST_GROUP:
        return f"{row.aircraft:.0f} aircraft on one line: no group was that large, so it is a total"
    if not round_clock(reading):
        return ""
    if any(_repeats(row, other.row) for other in before):
        return "same aircraft and a multiple of the tons of an earlier row, at a round clock time"
    if lines > 1 and tons > LEAST_SUM_SHORT_TONS and _near(row.total_short_tons, tons):
        return f"{row.total_short_tons:g} short tons are those of the other lines together"
    return ""


def _british(reading: RowReading, before: Sequence[RowReading], others: Sequence[RowReading]) -> str:
    row = reading.row
    tons = row.total_short_tons
    bombs = row.he_bombs + row.ib_bombs
    for other in before:
        if _other_group(row, other.row):
            continue
        if tons > LEAST_SUM_SHORT_TONS and (bombs, tons) == (_bombs(other), other.row.total_short_tons):
            return "same bombs and tons as an earlier row"
    others_tons, lines = _total(others, "total_short_tons"), _total(others, "attack_lines")
    if lines > 1 and tons > LEAST_BRITISH_SUM_SHORT_TONS and _near(tons, others_tons):
        return f"{tons:g} short tons are those of the other lines together"
    return ""


def _bombs(reading: RowReading) -> float:
    return reading.row.he_bombs + reading.row.ib_bombs


def _total(readings: Sequence[RowReading], field: str) -> float:
    return fsum(getattr(reading.row, field) for reading in readings)


def _near(value: float, total: float, least: float = 0.0) -> bool:
    return abs(value - total) <= max(least, SUM_TOLERANCE * total)


def _other_group(row: RawRow, other: RawRow) -> bool:
    """Whether two groups or squadrons flew the two lines, as a per-attack sheet says."""
    return bool(row.group and other.group) and row.group != other.group


def _repeats(row, other) -> bool:
    """Another day's row with the same aircraft and a whole multiple of its tons."""
    if (
        _other_group(row, other)
        or row.day == other.day
        or other.total_short_tons <= 0
        or abs(row.aircraft - other.aircraft) > 1
    ):
        return False
    multiple = row.total_short_tons / other.total_short_tons
    return abs(multiple - max(1, round(multiple))) <= COPY_TOLERANCE
