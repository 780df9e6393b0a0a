"""From raw rows to raids: one raid per plant, date, force and night, and one outcome per row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from math import fsum
from operator import attrgetter
from typing import NamedTuple

from .moves import Page, round_clock, settle
from .raid import SurveyRaid, raid_of
from .reading import RowReading, read
from .rows import RawRow
from .tables import recalled_dates
from .who_and_where import AMERICAN, LARGEST_GROUP, TargetGazetteer

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
    return round_clock(reading), row.day.zfill(2), row.clock or 0, row.content, row.line


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
    row, tons = reading.row, reading.row.total_short_tons
    copied = (o for o in before if (_bombs(o), o.row.total_short_tons) == (_bombs(reading), tons))
    if tons > LEAST_SUM_SHORT_TONS and not all(_other_group(row, other.row) for other in copied):
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
    if _other_group(row, other) or row.day == other.day or abs(row.aircraft - other.aircraft) > 1:
        return False
    if other.total_short_tons <= 0:
        return False
    multiple = row.total_short_tons / other.total_short_tons
    return abs(multiple - max(1, round(multiple))) <= COPY_TOLERANCE


OUTCOMES = {
    "used": "the largest row of a raid",
    "merged": "a further row of a raid",
    "dropped_sum_line": "a total or repetition inside its raid, not counted",
    "dropped_copy": "the same in every column as a row above",
    "unreadable": "a figure of it cannot be: negative tons",
    "out_of_window": "before 1943 or after the end of the war",
    "unplaced": "sounds like oil; on no plant of the record",
    "not_oil": "a target of another kind",
}


class Audited(NamedTuple):
    """What became of one raw row: an outcome of ``OUTCOMES``, its raid if it has one, and the reason."""

    reading: RowReading
    outcome: str
    raid_id: str
    reason: str


class Collation(NamedTuple):
    """raids: by date, plant and force; audit: every raw row exactly once, by line"""

    raids: tuple[SurveyRaid, ...]
    audit: tuple[Audited, ...]


def collate(rows: Sequence[RawRow], gazetteer: TargetGazetteer) -> Collation:
    """Gather the rows of the tabulation into raids.

    rows: all rows, each with its own line number; their order does not matter
    gazetteer: the record's table of raid targets

    Returns the raids and the audit. A row that repeats another in every column is dropped before anything
    else, so a file with some rows twice gives the raids of the file with each row once.
    """
    first_of: dict[tuple, int] = {}
    for row in rows:
        first_of[row[1:]] = min(row.line, first_of.get(row[1:], row.line))
    flown: dict[str, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    audit, kept = [], []
    for row in rows:
        reading, first = read(row, gazetteer), first_of[row[1:]]
        if first != row.line:
            audit.append(Audited(reading, "dropped_copy", "", f"the same in every column as line {first}"))
            continue
        if reading.date:
            flown[reading.force][reading.date] += row.total_short_tons
        outcome, reason = _aside(reading)
        if outcome:
            audit.append(Audited(reading, outcome, "", reason))
        else:
            kept.append(reading)
    raids = []
    for members in _groups(_settled(kept, flown), "plant_id", "day_text", "force", "by_night").values():
        raid, audited = _gathered(members)
        raids.append(raid)
        audit.extend(audited)
    return Collation(tuple(sorted(raids)), tuple(sorted(audit, key=lambda entry: entry.reading.row.line)))


def _aside(reading: RowReading) -> tuple[str, str]:
    """Outcome and reason of a row that takes part in no raid; two empty texts for one that does."""
    if reading.place is None:
        return "not_oil", ""
    if not reading.place.plant_id:
        return "unplaced", reading.place.why
    if reading.row.has_negative:
        return "unreadable", "a part of its tons is negative"
    if reading.row.is_sum:
        return "dropped_sum_line", "the sheet marks it as a summation of other lines"
    if not reading.in_window:
        when = reading.date.isoformat() if reading.date else str(reading.year)
        return "out_of_window", f"read as {when}; the window is January 1943 to 8 May 1945"
    return "", ""


def _groups(readings: Iterable[RowReading], *alike: str) -> dict[tuple, list[RowReading]]:
    """Readings by what is alike in them, in the order in which each group begins."""
    groups: dict[tuple, list[RowReading]] = defaultdict(list)
    key = attrgetter(*alike)
    for reading in readings:
        groups[key(reading)].append(reading)
    return groups


def _settled(readings: Iterable[RowReading], flown: dict[str, dict[date, float]]) -> list[RowReading]:
    settled: list[RowReading] = []
    for (plant_id, _, force), members in _groups(readings, "plant_id", "row.target", "force").items():
        page = Page(members, recalled_dates(plant_id, force), flown.get(force, {}))
        settled.extend(settle(reading, page) for reading in members)
    return settled


def _gathered(members: list[RowReading]) -> tuple[SurveyRaid, list[Audited]]:
    left_out: dict[int, str] = {}
    for _, lines in sorted(_groups(members, "row.target").items()):
        left_out |= sum_lines(lines)
    kept = sorted((r for r in members if r.row.line not in left_out), key=_largest_first)
    raid = raid_of(kept, [r for r in members if r.row.line in left_out])
    audited = [Audited(r, "merged" if n else "used", raid.raid_id, "") for n, r in enumerate(kept)]
    audited += [
        Audited(r, "dropped_sum_line", raid.raid_id, left_out[r.row.line]) for r in members if r.row.line in left_out
    ]
    return raid, audited


def _largest_first(reading: RowReading) -> tuple:
    return -reading.row.total_short_tons, reading.row.content, reading.row.line
