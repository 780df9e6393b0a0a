"""Raids and forces: what was dropped where and by whom, how it was aimed, what it cost, and what each force did over time."""

from __future__ import annotations

from typing import Literal

from ..columns import (
    DAY_OR_MONTH,
    KEY,
    MOST,
    QUALITY,
    CitedColumns,
    Day,
    Edtf,
    FigureColumns,
    Marks,
    Month,
    Row,
    SaidColumns,
    column,
    date_column,
    high_column,
    low_column,
    note_column,
    period_column,
    quantity_column,
    source_column,
    value_column,
    verified_column,
)

Force = Literal["bomber_command", "eighth_af", "fifteenth_af", "ninth_af", "twelfth_af", "unknown"]


class RaidRow(Marks, Row):
    """Raids on oil, one row per target, date, force and night; totals are good, single raids are not."""

    raid_id: str = column("Name of the raid", required=True, pattern=KEY)
    date: Edtf | None = date_column("Date, or month where the day is lost; empty where both are", pattern=DAY_OR_MONTH)
    plant_id: str = column("Target (see `targets`; a plant where `plants` has it)", required=True, pattern=KEY)
    target_class: str = column("Class of target", required=True)
    force: Force = column("Force that flew it", required=True)
    night: int = column("1 for a night raid", required=True, ge=0, le=1)
    aircraft: int = column("Aircraft attacking; see the notes on repeated counts", unit="aircraft", required=True, ge=0)
    he_tons_short: float = column("High explosive dropped", unit="short tons", required=True, ge=0)
    ib_tons_short: float = column("Incendiaries dropped", unit="short tons", required=True, ge=0)
    total_tons_short: float = column("All bombs, fragmentation included", unit="short tons", required=True, ge=0)
    raw_location: str | None = column("Place as the page prints it")
    raw_name: str | None = column("Target name as the page prints it")
    quality: str = column("ok, or suspicions joined by ';'", required=True, pattern=QUALITY)
    note: str | None = column("What was changed or doubted, and why")
    date_basis: str | None = column("How the date was fixed, joined by '+'; snapped: moved onto a recalled raid")
    raw_dates: str | None = column("Dates as printed, day/month/year digit")
    raw_force: str | None = column("Force codes as printed")
    raw_total_tons: float | None = column("Tons before sum lines were left out", unit="short tons", ge=0)
    raw_rows: int | None = column("Rows of the digitisation merged here", unit="rows", ge=1)
    attack_lines: int | None = column("Attack lines merged here", unit="lines", ge=1)
    raw_lines: str | None = column("Line numbers in the digitisation (its header is line 1)")
    book: str | None = column("Attack books the rows stand in")


class RaidTargetRow(Marks, Row):
    """How each place and name of the survey's pages was placed on a target."""

    book: str = column("Attack book", required=True)
    raw_location: str = column("Place as the page prints it", required=True)
    raw_name: str = column("Target name as the page prints it", required=True)
    raw_target_codes: str | None = column("Target codes as printed")
    plant_id: str | None = column("Target it was placed on (see `targets`)", pattern=KEY)
    target_class: str | None = column("Class of target")
    mapping: Literal["mapped", "fallback", "unmapped"] = column(
        "By hand, by keyword only, or not at all", required=True
    )
    why: str = column("Reason for the placing", required=True)
    raw_rows: int = column("Rows of the digitisation", unit="rows", required=True, ge=0)
    raw_tons: float = column("Tons of those rows, sum lines included", unit="short tons", required=True, ge=0)
    raw_rows_1943_45: int = column("Rows of 1943-45", unit="rows", required=True, ge=0)
    raw_tons_1943_45: float = column("Tons of 1943-45, sum lines included", unit="short tons", required=True, ge=0)
    raw_forces: str | None = column("Rows by force code as printed")


class RaidCalendarRow(Marks, Row):
    """Days on which a force is recalled to have attacked a place; from memory, and never proof of a raid."""

    place: str = column("Target, or a town for all works named after it", required=True, pattern=KEY)
    plant_id: str | None = column("Target or plant of the record; empty where it has none of that name", pattern=KEY)
    date: Day = date_column("Day, or the evening a night raid began", required=True)
    force: Force = column("Force", required=True)
    night: int | None = column("1 for a night raid, 0 for a day raid, empty where not recalled", ge=0, le=1)
    source: str = source_column()
    note: str | None = note_column()


class RaidSightingRow(Marks, Row):
    """Tons of a raid by sighting, read in two ways; what the codes mean is inferred, and the ways may disagree."""

    raid_id: str = column("Raid of `raids`", required=True, pattern=KEY)
    method: Literal["lines_by_group", "lines_by_raw_date"] = column(
        "Lines of the bomb groups on the raid's plant and day, or lines with the raid's printed place and dates",
        required=True,
    )
    visual_tons_short: float = column("Tons under codes 1 and 7", unit="short tons", required=True, ge=0)
    instrument_tons_short: float = column(
        "Tons under codes 3 (H2X), 4, 5 and 6 (other instruments, G-H and Micro-H among them)",
        unit="short tons",
        required=True,
        ge=0,
    )
    unknown_tons_short: float = column("Tons under any other code or none", unit="short tons", required=True, ge=0)
    visual_percent: float | None = column(
        "Visual tons of visual and instrument tons; empty where there are neither", unit="percent", ge=0, le=100
    )
    codes: str = column("Tons by printed code, code:tons joined by ';'", required=True)
    source: str = source_column()
    note: str | None = note_column()


class RaidLossRow(CitedColumns, Marks, Row):
    """Aircraft sent and missing, by raid or by group of raids; groups repeat the raids in them."""

    period: Edtf = date_column("Day, evening of the night, or period of a group", required=True)
    force: str = column("Force", required=True, pattern=KEY)
    place: str | None = column("Target as printed, for a single one")
    plant_id: str | None = column("The same as a target of the record", pattern=KEY)
    scope: str = column("One raid, or which group of raids the figures cover", required=True)
    night: int | None = column("1 by night, 0 by day, empty for both or not said", ge=0, le=1)
    sent: int | None = column("Aircraft despatched", unit="aircraft", ge=0)
    missing: int | None = column("Aircraft missing", unit="aircraft", ge=0)
    missing_percent: float | None = column(
        "Missing of those sent, only where the source prints the rate", unit="percent", ge=0, le=100
    )
    tons_long: float | None = column("Bombs dropped, where the source uses long tons", unit="long tons", ge=0)
    tons_short: float | None = column("Bombs dropped, where the source uses short tons", unit="short tons", ge=0)


class RaidAccountRow(CitedColumns, Marks, Row):
    """What works say in words of single raids: how they were aimed and what came of it."""

    date: Edtf = date_column("Day, the evening a night raid began, or month", required=True)
    force: str = column("Force", required=True, pattern=KEY)
    place: str | None = column("Works or town, as printed")
    plant_id: str | None = column("Works, where the row speaks of one", pattern=KEY)
    says: str = column("What the source says of it, in our words", required=True)


class ForceRow(SaidColumns, Marks, Row):
    """What each force dropped, flew, lost and had weather for over a month, quarter, year or the war; never add them."""

    period: Edtf = period_column()
    force: str = column(
        "Force or forces, joined by '+'; weather for days counted for anybody", required=True, pattern=KEY
    )
    scope: str | None = column("Aircraft, theatre, district or target the figure covers, where the source says")
    quantity: str = column("What is counted", required=True)
    unit: str = column("Unit as printed; long, short and unstated tons differ", required=True)
    verified: str | None = verified_column()
    how_verified: str | None = column("Where it was seen")


class EffortRow(Marks, Row):
    """Bombs by month, force and category over all attack books; only oil is cleaned of sum lines."""

    month: Month = date_column("Month", required=True)
    force: Force = column("Force", required=True)
    target_category: str = column("Category of target", required=True)
    tons_short: float = column("Tons as digitised", unit="short tons", required=True, ge=0)
    raw_rows: int = column("Rows of the digitisation", unit="rows", required=True, ge=0)
    tons_year_inferred: float = column("Tons whose year was inferred", unit="short tons", required=True, ge=0)
    tons_force_changed: float = column("Tons whose force was changed", unit="short tons", required=True, ge=0)
    tons_sum_line_suspect: float = column("Tons on rows that may be sum lines", unit="short tons", required=True, ge=0)
    tons_short_cleaned: float | None = column("Oil only: tons of `raids`, sum lines left out", unit="short tons", ge=0)
    coverage_note: str | None = column("How much of the force's own total the books hold, where recalled")


class SightingMonthRow(CitedColumns, Marks, Row):
    """Share of a month's tons aimed by eye; low and high count tons of unread codes against and for it."""

    month: Month = date_column("Month", required=True)
    force: str = column("Force", required=True, pattern=KEY)
    targets: Literal["all", "oil", "marshalling_yards"] = column("Targets the share is of", required=True)
    method: Literal["group_lines", "printed"] = column(
        "Added up from the lines of the tabulation, or printed by a work", required=True
    )
    visual_percent: float = column("Share aimed by eye", unit="percent", required=True, ge=0, le=100)
    visual_low: float | None = column("Share if unread codes were instruments", unit="percent", ge=0, le=100)
    visual_high: float | None = column("Share if unread codes were visual", unit="percent", ge=0, le=100)
    tons_short: float | None = column("Tons of the lines it is a share of", unit="short tons", ge=0)
    group_lines: int | None = column("Lines it is a share of", unit="lines", ge=1)


class AccuracyRow(FigureColumns, Marks, Row):
    """Where bombs fell and how much was aimed how, by sighting; figures of unlike definition, never averaged."""

    period: Edtf = period_column()
    force: str = column("Force, or the targets where all forces are meant", required=True, pattern=KEY)
    sighting: Literal["visual", "h2x", "gh", "radar", "blind", "oboe_ground_marking", "night", "all"] = column(
        "How it was aimed; all where the source does not part it", required=True
    )
    condition: str | None = column("Cloud, visibility or place the figure holds for")
    quantity: str = quantity_column("What is measured")
    value: float | None = value_column(lowest=-MOST)
    low: float | None = low_column(lowest=-MOST)
    high: float | None = high_column(lowest=-MOST)
