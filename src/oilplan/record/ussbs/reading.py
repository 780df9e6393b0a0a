"""A raw row with its place, its force and its own date: everything that the row says by itself."""

from __future__ import annotations

import datetime as dt
import re
from datetime import date
from typing import Any, NamedTuple

from .rows import DATE, DUPLICATE, RawRow, RowRepair
from .tables import RecalledDates, recalled_dates
from .who_and_where import AMERICAN, LARGEST_GROUP, TargetGazetteer, TargetPlace, placed, read_force

VE_DAY = date(1945, 5, 8)
FIRST_YEAR = 1943
BIG_RAID_SHORT_TONS = 150
LOST_STROKE_MONTHS = (11, 7, 12)
"""Months whose first or second figure is easily lost to leave a 1."""


class DateRead(NamedTuple):
    """year, month, day: None where they cannot be read; two_days: the day is written as a night, ``14-15``"""

    year: int | None
    month: int | None
    day: int | None
    two_days: bool
    repairs: list[RowRepair]

    @property
    def date(self) -> date | None:
        """The full date, or None where a part is missing or there is no such day."""
        try:
            return date(self.year, self.month, self.day)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            return None

    def repaired(self, repair: RowRepair, **changed: Any) -> DateRead:
        """The date with parts changed, and the repair that says so."""
        return self._replace(repairs=[*self.repairs, repair], **changed)


def date_as_written(row: RawRow) -> DateRead:
    """Day, month and year by their figures alone, broken ones joined: month 1.1 is 11, year 0.4 is 1944."""
    day, two_days, repairs = _day(row.day)
    month, month_repairs = _month(row.month)
    year, year_repairs = _year(row.year)
    written = DateRead(year, month, day, two_days, repairs + month_repairs + year_repairs)
    if None not in (year, month, day) and written.date is None:
        repair = RowRepair("date", row.date_as_read, "", "there is no such day", DATE)
        return written.repaired(repair, day=None)
    return written


def date_for_force(written: DateRead, row: RawRow, force: str, recalled: RecalledDates | None) -> DateRead:
    """The date after what is known of the force: when it flew, and when it cannot have.

    written: from ``date_as_written``; force: from ``read_force``
    recalled: days on which this force is recalled to have attacked the plant; None for a target that is not
        oil, where the year of a large Bomber Command raid stays: there were such raids on cities in 1941

    Returns the date with its repairs. Takes an American year 0 or 1 for 1944 (1945 in January to March):
    there was no such force in 1940-41. Takes a large Bomber Command raid of year 0 or 1 likewise, and a small
    one after the end of the war for 1940, its 0 read as 5. These are judgements on figures, not looked up.
    """
    if force in AMERICAN:
        written = _american_year(written, force)
        if _after_war(written):
            written = _with_year(written, 1944, "after the end of the war; 4 misread")
        return _american_january(written, force, recalled)
    if force == "bomber_command":
        return _british_after_war(_british_year(written, row, recalled), row)
    return written


def _day(text: str) -> tuple[int | None, bool, list[RowRepair]]:
    match = re.fullmatch(r"([0-9]{1,2})(?:-([0-9]{1,2}))?", text)
    if not match:
        reason = "the day is missing" if not text else "not a day"
        return None, False, [RowRepair("day", text, "", reason, DATE)]
    repairs = []
    if match[2] and int(match[1]) == int(match[2]):
        repairs.append(RowRepair("day", text, match[1], "both days of the night are the same: one is misread", DATE))
    return int(match[1]), match[2] is not None, repairs


def _month(text: str) -> tuple[int | None, list[RowRepair]]:
    if text in ("1.1", "1.2"):
        joined = text.replace(".", "")
        return int(joined), [RowRepair("month", text, joined, "a point was read between the two figures", "")]
    if not re.fullmatch("0?[1-9]|1[0-2]", text):
        reason = "the month is missing" if not text else "not a month"
        return None, [RowRepair("month", text, "", reason, DATE)]
    return int(text), []


def _year(text: str) -> tuple[int | None, list[RowRepair]]:
    last = text[-1:]
    if last not in tuple("012345"):
        return None, [RowRepair("year", text, "", "not a year of the war", DATE)]
    if len(text) == 1:
        return 1940 + int(last), []
    return 1940 + int(last), [RowRepair("year", text, last, "the last figure is taken for the year", DATE)]


def _with_year(written: DateRead, year: int, reason: str) -> DateRead:
    repair = RowRepair("year", str(written.year), str(year), reason, DATE)
    return written.repaired(repair, year=year)


def _offensive_year(month: int | None, last_month_of_1945: int) -> int:
    return 1945 if month is not None and month <= last_month_of_1945 else 1944


def _american_year(written: DateRead, force: str) -> DateRead:
    too_early = written.year in (1940, 1941) or (
        written.year == 1942 and (force == "fifteenth_af" or (force == "eighth_af" and (written.month or 9) < 8))
    )
    if not too_early:
        return written
    year = 1944 if force == "ninth_af" else _offensive_year(written.month, 3)
    return _with_year(written, year, "this force had not begun to bomb by then; 4 or 5 misread")


def _after_war(written: DateRead) -> bool:
    if written.year != 1945 or written.month is None:
        return False
    return (written.month, written.day or 1) > (VE_DAY.month, VE_DAY.day)


def _american_january(written: DateRead, force: str, recalled: RecalledDates | None) -> DateRead:
    if not recalled or force not in ("eighth_af", "fifteenth_af") or (written.year, written.month) != (1944, 1):
        return written
    for month in LOST_STROKE_MONTHS:
        if written.day and written._replace(month=month).date in recalled:
            repair = RowRepair("month", "1", str(month), "a stroke was lost: a raid is recalled on that day", DATE)
            return written.repaired(repair, month=month)
    return written.repaired(RowRepair("month", "1", "1", "January 1944 is before the oil offensive", DATE))


def _british_year(written: DateRead, row: RawRow, recalled: RecalledDates | None) -> DateRead:
    by_tons = row.total_short_tons >= BIG_RAID_SHORT_TONS
    by_aircraft = bool(recalled) and row.aircraft_per_line > LARGEST_GROUP and row.total_short_tons >= 5
    if recalled is None or written.year not in (1940, 1941) or not (by_tons or by_aircraft):
        return written
    size = f"{row.total_short_tons:.0f} tons, {row.aircraft_per_line:.0f} aircraft a line"
    return _with_year(written, _offensive_year(written.month, 4), f"too large for that year ({size}); 4 or 5 misread")


def _british_after_war(written: DateRead, row: RawRow) -> DateRead:
    if not _after_war(written):
        return written
    if row.total_short_tons < BIG_RAID_SHORT_TONS and row.aircraft_per_line <= LARGEST_GROUP:
        return _with_year(written, 1940, "after the end of the war and small; 0 read as 5")
    reason = "after the end of the war, and too large for 1940: day and month are not believed"
    repair = RowRepair("date", row.date_as_read, str(written.year), reason, DATE)
    return written.repaired(repair, month=None, day=None)


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
    """Place, force and date of a row, with every repair. Never fails: what cannot be read is left open, with a repair."""
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
