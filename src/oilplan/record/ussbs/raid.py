"""One raid as a row of the record's raids table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import fsum
from statistics import median
from typing import NamedTuple

from oilplan.record.ussbs.reading import RowReading
from oilplan.record.ussbs.rows import DUPLICATE
from oilplan.record.ussbs.who_and_where import AMERICAN

SHORT_FORCE = {
    "bomber_command": "bc",
    "eighth_af": "8af",
    "ninth_af": "9af",
    "twelfth_af": "12af",
    "fifteenth_af": "15af",
    "unknown": "x",
}
MOST_LOAD_SHORT_TONS = {"bomber_command": 7.5, "american": 4.5}
"""Short tons an aircraft above which tons were counted twice: the largest load of a Lancaster, of a B-17."""
MAIN_LINE_SHARE = 0.2
MISREAD_AIRCRAFT = 900
"""No Bomber Command raid on an oil target had this many aircraft."""


class SurveyRaid(NamedTuple):
    """A raid, with the columns of the record's raids table, in an order that sorts by date.

    aircraft: Bomber Command, the median of the main rows, because each bomb type repeats them; else the sum
    he_tons_short, ib_tons_short, total_tons_short: short tons, sum lines left out
    quality: ``ok``, or flags joined by ``;``
    raw_total_tons: short tons with sum lines counted
    """

    date: str
    plant_id: str
    force: str
    night: int
    raid_id: str
    target_class: str
    aircraft: int
    he_tons_short: float
    ib_tons_short: float
    total_tons_short: float
    raw_location: str
    raw_name: str
    quality: str
    note: str
    date_basis: str
    raw_dates: str
    raw_force: str
    raw_total_tons: float
    raw_rows: int
    attack_lines: int
    raw_lines: str
    book: str


def raid_of(kept: Sequence[RowReading], left_out: Sequence[RowReading]) -> SurveyRaid:
    """The raid that some rows make.

    kept: its rows, at least one, the largest first; all share plant, date, force and night
    left_out: its sum lines and copies, which give their dates and lines and no tons
    """
    first, members = kept[0], [*kept, *left_out]
    aircraft = _aircraft(kept)
    he, ib, tons = (_tons(kept, f"{part}_short_tons") for part in ("he", "ib", "total"))
    flags, notes = _flags_and_notes(members, left_out, aircraft, tons)
    return SurveyRaid(
        date=first.day_text,
        plant_id=first.plant_id,
        force=first.force,
        night=int(first.by_night),
        raid_id=_raid_id(first),
        target_class=first.target_class,
        aircraft=round(aircraft),
        he_tons_short=he,
        ib_tons_short=ib,
        total_tons_short=tons,
        raw_location=_each(members, lambda r: r.row.location, " / "),
        raw_name=_each(members, lambda r: r.row.name, " / "),
        quality=";".join(sorted(flags)) or "ok",
        note="; ".join(notes),
        date_basis=_each(members, lambda r: r.basis, "+"),
        raw_dates=_each(members, lambda r: r.row.date_as_read, " "),
        raw_force=_each(members, lambda r: r.row.force or "-", " "),
        raw_total_tons=_tons(members, "total_short_tons"),
        raw_rows=len(members),
        attack_lines=sum(r.row.attack_lines for r in members),
        raw_lines=" ".join(str(line) for line in sorted(r.row.line for r in members)),
        book=_each(members, lambda r: r.row.book, " "),
    )


def _tons(readings: Iterable[RowReading], field: str) -> float:
    return round(fsum(getattr(r.row, field) for r in readings), 2)


def _raid_id(reading: RowReading) -> str:
    night = "n" if reading.by_night else ""
    return f"{reading.plant_id}_{reading.day_text or 'nodate'}_{SHORT_FORCE[reading.force]}{night}"


def _aircraft(kept: Sequence[RowReading]) -> float:
    if kept[0].force in AMERICAN:
        return fsum(r.row.aircraft for r in kept)
    largest = max(r.row.total_short_tons / r.row.attack_lines for r in kept)
    main = [
        r.row.aircraft_per_line
        for r in kept
        if r.row.total_short_tons / r.row.attack_lines >= MAIN_LINE_SHARE * largest
        and 0 < r.row.aircraft_per_line < MISREAD_AIRCRAFT
    ]
    return median(main) if main else max(r.row.aircraft_per_line for r in kept)


def _flags_and_notes(
    members: Sequence[RowReading], left_out: Sequence[RowReading], aircraft: float, tons: float
) -> tuple[set[str], list[str]]:
    repairs = [repair for reading in members for repair in reading.repairs]
    flags = {repair.flag for repair in repairs} - {""}
    notes = sorted({str(repair) for repair in repairs if repair.flag})
    if left_out:
        less = fsum(r.row.total_short_tons for r in left_out)
        flags.add(DUPLICATE)
        notes.append(f"{len(left_out)} of {len(members)} rows left out as sum lines or copies ({less:.0f} short tons)")
    most = MOST_LOAD_SHORT_TONS["american" if members[0].force in AMERICAN else "bomber_command"]
    if tons > most * aircraft:
        flags.add(DUPLICATE)
        notes.append(f"{tons:g} short tons are more than {aircraft:.0f} aircraft carried, at {most} each")
    return flags, notes


def _each(readings: Iterable[RowReading], of: Callable[[RowReading], str], between: str) -> str:
    return between.join(sorted({of(reading) for reading in readings}))


TABULATION_KEYS = ("ussbs_attack_books", "thesis_bombing")
CALENDAR_KEYS = ("middlebrook1985", "carter1973")
VIA = "digitisation (OCR and language-model correction) in nac-codes/thesis_bombing"
VIA_CALENDAR = VIA + "; raid calendar from memory"
ONTO_RECALLED = ("snapped_to_calendar", "month_misread", "same_time_as_bigger_row", "manual")
LIGHT_FLAGS = ("date_suspect", "force_suspect")


class RaidMarks(NamedTuple):
    """Columns of the same names in the record's raids table."""

    source_keys: str
    via: str
    status: str
    confidence: str
    marks_note: str


def marks_of(raid: SurveyRaid) -> RaidMarks:
    """The marks of a raid, by its quality flags and the basis of its date.

    A raid with no flag has medium confidence: it is a digitisation that nobody compared with the pages. One
    doubt of date or force alone makes it medium-low, any other low. Where a recalled raid moved or agreed
    with the date, the recalled calendar is among the sources; where it moved it, the status is ``mixed``.
    """
    bases = set(raid.date_basis.split("+"))
    moved = bool(bases & set(ONTO_RECALLED))
    recalled = moved or "raw_agrees_calendar" in bases
    flags = [] if raid.quality == "ok" else raid.quality.split(";")
    notes = ["date moved onto a recalled raid, so it does not confirm that raid"] if moved else []
    if flags:
        notes.append("confidence lowered for " + ", ".join(flags))
    return RaidMarks(
        source_keys=";".join(TABULATION_KEYS + (CALENDAR_KEYS if recalled else ())),
        via=VIA_CALENDAR if recalled else VIA,
        status="mixed" if moved else "digitised",
        confidence=_confidence(flags),
        marks_note="; ".join(notes),
    )


def _confidence(flags: list[str]) -> str:
    if not flags:
        return "medium"
    return "medium-low" if len(flags) == 1 and flags[0] in LIGHT_FLAGS else "low"
