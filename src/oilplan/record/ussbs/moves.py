"""What the other rows of a page and the recalled raids say about a row's date.

The digitisation filled in days it could not read with the days that follow: one raid becomes several on
successive days, often at a round clock time. Each law here takes a reading and its page and answers with a
move, or with None; the first answer in ``LAWS`` is taken. A date moved onto a recalled raid is marked as
doubtful for ever: it cannot confirm the raid it was moved onto.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from oilplan.record.ussbs.reading import RowReading
from oilplan.record.ussbs.rows import DATE, RowRepair
from oilplan.record.ussbs.tables import RecalledDates, corrections
from oilplan.record.ussbs.who_and_where import LARGEST_GROUP

LAST_OIL_RAID = date(1945, 4, 26)
QUIET_DAY_SHORT_TONS = 300
FORCES_OF_MASSED_RAIDS = ("eighth_af", "bomber_command")
"""Forces that seldom flew against oil alone; the Fifteenth often did, so a quiet day says nothing of it."""
NEAR_DAYS = 3
FURTHEST_BACK_D, FURTHEST_ON_D = 12, 7
FORWARD_COST = 1.5
"""Invented days follow the true one, so a move onward must be that much nearer than a move back."""
INVASION = date(1944, 6, 6)
BUSY_ELSEWHERE_SHORT_TONS = 1200
STRAY_SHORT_TONS, MAIN_SHORT_TONS, SAME_PAGE_D = 100, 100, 31
SMALL_RAID_SHORT_TONS = 30


class Page(NamedTuple):
    """The readings of one target and one force, with what else is known of that force.

    readings: all on the same plant, place, name and force
    recalled: days on which the force is recalled to have attacked the plant
    flown_short_tons: tons of the force in all books on a day, as read
    """

    readings: Sequence[RowReading]
    recalled: RecalledDates
    flown_short_tons: Mapping[date, float]


class Move(NamedTuple):
    """A date to take, by which law, and why; ``by_night`` None keeps what the row says."""

    date: date
    by_night: bool | None
    basis: str
    reason: str


def settle(reading: RowReading, page: Page) -> RowReading:
    """The reading on its best date, with night, basis and repairs settled; unchanged if it has no full date."""
    if reading.date is None:
        return reading
    move = next((m for m in (law(reading, page) for law in LAWS) if m), None)
    if move is None:
        move = Move(reading.day, None, "raw", "")
    by_night = reading.by_night if move.by_night is None else move.by_night
    repairs = [*reading.repairs, *_repair_of(reading.day, move)]
    moved = reading._replace(date=move.date, by_night=by_night, basis=move.basis)
    return moved._replace(repairs=(*repairs, *_doubts(moved, page)))


def _repair_of(found: date, move: Move) -> list[RowRepair]:
    if move.basis in ("raw", "raw_agrees_calendar"):
        return []
    return [RowRepair("date", found.isoformat(), move.date.isoformat(), move.reason, DATE)]


def corrected_by_hand(reading: RowReading, page: Page) -> Move | None:
    """A correction of ``corrections.csv`` for exactly this row."""
    row = reading.row
    clock = "" if row.clock is None else str(row.clock)
    key = (row.location, row.name, row.day, row.month, row.year, clock, f"{row.total_short_tons:g}")
    found = corrections().get(key)
    return Move(found.date, found.night, "manual", found.reason) if found else None


def agrees_with_recalled(reading: RowReading, page: Page) -> Move | None:
    """The day itself is a recalled raid."""
    if reading.day not in page.recalled:
        return None
    return Move(reading.day, page.recalled[reading.day], "raw_agrees_calendar", "")


def beside_a_bigger_row(reading: RowReading, page: Page) -> Move | None:
    """A small Bomber Command row with the very clock time of a bigger one belongs to it."""
    row = reading.row
    if reading.force != "bomber_command" or not row.clock or row.total_short_tons >= STRAY_SHORT_TONS:
        return None
    bigger = [
        other
        for other in page.readings
        if other.row.clock == row.clock
        and other.row.total_short_tons >= MAIN_SHORT_TONS
        and other.date
        and abs((other.day - reading.day).days) <= SAME_PAGE_D
    ]
    if not bigger:
        return None
    nearest = min(bigger, key=lambda other: (abs((other.day - reading.day).days), other.row.content))
    main = settle(nearest, page)
    reason = f"same clock time {row.clock:04d} as a bigger row of this target"
    return Move(main.day, main.by_night, "same_time_as_bigger_row", reason)


def onto_a_recalled_raid(reading: RowReading, page: Page) -> Move | None:
    """A day beside a recalled raid, or further off where the row looks like an invented day."""
    row = reading.row
    small = row.total_short_tons < SMALL_RAID_SHORT_TONS and row.aircraft_per_line < LARGEST_GROUP
    if reading.force == "bomber_command" and small:
        return None  # intruders and single bombers flew on other nights than the force
    near = [(cost, day) for day in page.recalled if (cost := _cost(reading, day, page.recalled[day])) is not None]
    if not near:
        return None
    cost, day = min(near)
    invented = looks_invented(reading, page)
    if cost > NEAR_DAYS and not invented:
        return None
    reason = "the nearest recalled raid" + (", the row looks like an invented day" if invented else "")
    return Move(day, page.recalled[day], "snapped_to_calendar", reason)


def month_misread(reading: RowReading, page: Page) -> Move | None:
    """The same day of a neighbouring month is a recalled American raid, and this day has none near it."""
    here = reading.day
    if reading.force not in ("eighth_af", "fifteenth_af") or not page.recalled:
        return None
    if any(abs((here - day).days) <= NEAR_DAYS for day in page.recalled):
        return None
    same_day = [d for d in page.recalled if (d.day, d.year) == (here.day, here.year) and abs(d.month - here.month) == 1]
    if len(same_day) != 1 or (here >= INVASION and _elsewhere_short_tons(page, here) >= BUSY_ELSEWHERE_SHORT_TONS):
        return None
    return Move(same_day[0], None, "month_misread", "the same day of the neighbouring month is a recalled raid")


def onto_the_first_of_a_run(reading: RowReading, page: Page) -> Move | None:
    """With no raid recalled: a run of consecutive days on one page is one raid on its first day."""
    if page.recalled or not looks_invented(reading, page):
        return None
    days = {other.date for other in page.readings}
    first = reading.day
    while first - timedelta(days=1) in days:
        first -= timedelta(days=1)
    if first == reading.day:
        return None
    return Move(first, None, "run_collapsed", "one of a run of consecutive days on its page; the first is taken")


LAWS = (
    corrected_by_hand,
    agrees_with_recalled,
    beside_a_bigger_row,
    onto_a_recalled_raid,
    month_misread,
    onto_the_first_of_a_run,
)


def looks_invented(reading: RowReading, page: Page) -> bool:
    """A round clock time or none, or a neighbouring day on the same page: the signs of a filled-in day."""
    if round_clock(reading):
        return True
    return any(other.date and abs((other.day - reading.day).days) == 1 for other in page.readings)


def round_clock(reading: RowReading) -> bool:
    """No clock time, or one on the hour or half hour: the times that sum lines and filled-in rows bear."""
    return reading.row.clock is None or reading.row.clock % 100 in (0, 30)


def _cost(reading: RowReading, day: date, by_night: bool | None) -> float | None:
    """Days between a reading and a recalled raid, weighted; None where they are too far apart."""
    later_d = (reading.day - day).days
    if reading.force == "bomber_command" and by_night and later_d == 1:
        return 0.5  # the morning after the night
    if 0 <= later_d <= FURTHEST_BACK_D:
        return later_d
    return -later_d * FORWARD_COST if -FURTHEST_ON_D <= later_d < 0 else None


def _elsewhere_short_tons(page: Page, day: date) -> float:
    here = sum(other.row.total_short_tons for other in page.readings if other.date == day)
    return page.flown_short_tons.get(day, 0.0) - here


def _doubts(reading: RowReading, page: Page) -> list[RowRepair]:
    """Doubts about a date that was left as it is, or that lies where no oil raid was flown."""
    day, left = reading.day.isoformat(), reading.basis == "raw"
    quiet = page.flown_short_tons.get(reading.day, 0.0) < QUIET_DAY_SHORT_TONS
    doubts = {
        "round clock time or neighbouring day: may be an invented day": left and looks_invented(reading, page),
        f"the force shows under {QUIET_DAY_SHORT_TONS} short tons in all books on that day": (
            left and quiet and reading.force in FORCES_OF_MASSED_RAIDS
        ),
        "after the last oil raid of the heavy forces": reading.day > LAST_OIL_RAID,
    }
    return [RowRepair("date", day, day, reason, DATE) for reason, holds in doubts.items() if holds]
