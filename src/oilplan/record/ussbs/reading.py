"""A raw row with its place, its force and its own date: everything that the row says by itself."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from oilplan.record.ussbs.dates import FIRST_YEAR, VE_DAY, date_as_written, date_for_force
from oilplan.record.ussbs.force import AMERICAN, LARGEST_GROUP, read_force
from oilplan.record.ussbs.places import TargetGazetteer, TargetPlace, placed
from oilplan.record.ussbs.row import DUPLICATE, RawRow, RowRepair
from oilplan.record.ussbs.tables import recalled_dates

LEAST_LOAD_SHORT_TONS = 0.6
"""A bomber over oil carried 1.5 to 5 short tons; less than this is aircraft counted more than once."""
JUDGED_FROM_SHORT_TONS = 60


class RowReading(NamedTuple):
    """One row as understood.

    place: None for a target that is not oil; a place without a plant for one that could not be placed
    year, month: None where unreadable; ``date`` is the full day, or None
    by_night: the raid began in the evening of ``date``
    basis: how the date was found: raw, none, or the name of a move
    """

    row: RawRow
    place: TargetPlace | None
    force: str
    by_night: bool
    year: int | None
    month: int | None
    date: dt.date | None
    basis: str
    repairs: tuple[RowRepair, ...]

    @property
    def plant_id(self) -> str:
        """Plant of the record; empty where there is none."""
        return self.place.plant_id if self.place else ""

    @property
    def day(self) -> dt.date:
        """The full date. Raises ValueError where there is none."""
        if self.date is None:
            raise ValueError(f"line {self.row.line} has no full date")
        return self.date

    @property
    def target_class(self) -> str:
        """Class of the target; empty where there is none."""
        return self.place.target_class if self.place else ""

    @property
    def in_window(self) -> bool:
        """From January 1943 to the end of the war; a row without a year counts as inside."""
        if self.year is not None and self.year < FIRST_YEAR:
            return False
        return self.date is None or self.date <= VE_DAY

    @property
    def day_text(self) -> str:
        """Date as the raids table writes it: YYYY-MM-DD, YYYY-MM, or empty."""
        if self.date:
            return self.date.isoformat()
        return f"{self.year}-{self.month:02d}" if self.year and self.month else ""


def read(row: RawRow, gazetteer: TargetGazetteer) -> RowReading:
    """Place, force and date of a row, with every repair.

    row: the raw row
    gazetteer: the record's table of raid targets

    Returns the reading. Never fails: what cannot be read is left open, with a repair that says so.
    """
    place = gazetteer.place(row)
    repairs: list[RowRepair] = []
    if place and place.plant_id:
        place, repairs = placed(row, place)
    written = date_as_written(row)
    force = read_force(row, place, written.two_days)
    recalled = recalled_dates(place.plant_id, force.force) if place else None
    settled = date_for_force(written, row, force.force, recalled)
    doubts = _doubts(row, force.force) if place else []
    return RowReading(
        row=row,
        place=place,
        force=force.force,
        by_night=force.by_night,
        year=settled.year,
        month=settled.month,
        date=settled.date,
        basis="raw" if settled.date else "none",
        repairs=(*repairs, *force.repairs, *settled.repairs, *doubts),
    )


def _doubts(row: RawRow, force: str) -> list[RowRepair]:
    """Tons and aircraft that do not fit each other, or do not fit one attack line."""
    found = []
    tons, aircraft = f"{row.total_short_tons:g}", f"{row.aircraft:g}"
    if row.aircraft and row.total_short_tons > JUDGED_FROM_SHORT_TONS:
        load = row.total_short_tons / row.aircraft
        if load < LEAST_LOAD_SHORT_TONS and force in AMERICAN:
            reason = f"{load:.2f} short tons an aircraft: aircraft counted more than once, or tons misread"
            found.append(RowRepair("aircraft", aircraft, aircraft, reason, DUPLICATE))
    if force in AMERICAN and row.aircraft_per_line > LARGEST_GROUP:
        reason = f"{row.aircraft_per_line:.0f} aircraft a line: a sum line is in it and cannot be taken out"
        found.append(RowRepair("tons", tons, tons, reason, DUPLICATE))
    return found
