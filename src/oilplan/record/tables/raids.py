"""Raids and effort: what was dropped where, by whom, as digitised from the survey's attack tabulation."""

from __future__ import annotations

from typing import Literal

from oilplan.record.columns import DAY_OR_MONTH, KEY, MONTH, PERIOD, QUALITY, Marks, Row, column

Force = Literal["bomber_command", "eighth_af", "fifteenth_af", "ninth_af", "twelfth_af", "unknown"]


class Raid(Marks, Row):
    """Raids on oil, one row per target, date, force and night; totals are good, single raids are not."""

    raid_id: str = column("Name of the raid", required=True, pattern=KEY)
    date: str | None = column(
        "Date, or month where the day is lost; empty where both are", pattern=DAY_OR_MONTH
    )
    plant_id: str = column(
        "Target (see `targets`; a plant where `plants` has it)", required=True, pattern=KEY
    )
    target_class: str = column("Class of target", required=True)
    force: Force = column("Force that flew it", required=True)
    night: int = column("1 for a night raid", required=True, ge=0, le=1)
    aircraft: int = column(
        "Aircraft attacking; see the notes on repeated counts", unit="aircraft", required=True, ge=0
    )
    he_tons_short: float = column("High explosive dropped", unit="short tons", required=True, ge=0)
    ib_tons_short: float = column("Incendiaries dropped", unit="short tons", required=True, ge=0)
    total_tons_short: float = column(
        "All bombs, fragmentation included", unit="short tons", required=True, ge=0
    )
    raw_location: str | None = column("Place as the page prints it")
    raw_name: str | None = column("Target name as the page prints it")
    quality: str = column("ok, or suspicions joined by ';'", required=True, pattern=QUALITY)
    note: str | None = column("What was changed or doubted, and why")
    date_basis: str | None = column(
        "How the date was fixed, joined by '+'; snapped: moved onto a recalled raid"
    )
    raw_dates: str | None = column("Dates as printed, day/month/year digit")
    raw_force: str | None = column("Force codes as printed")
    raw_total_tons: float | None = column("Tons before sum lines were left out", unit="short tons", ge=0)
    raw_rows: int | None = column("Rows of the digitisation merged here", unit="rows", ge=1)
    attack_lines: int | None = column("Attack lines merged here", unit="lines", ge=1)
    raw_lines: str | None = column("Line numbers in the digitisation (its header is line 1)")
    book: str | None = column("Attack books the rows stand in")


class RaidTarget(Marks, Row):
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
    raw_tons_1943_45: float = column(
        "Tons of 1943-45, sum lines included", unit="short tons", required=True, ge=0
    )
    raw_forces: str | None = column("Rows by force code as printed")


class Effort(Marks, Row):
    """Bombs by month, force and category over all attack books; only oil is cleaned of sum lines."""

    month: str = column("Month", required=True, pattern=MONTH)
    force: Force = column("Force", required=True)
    target_category: str = column("Category of target", required=True)
    tons_short: float = column("Tons as digitised", unit="short tons", required=True, ge=0)
    raw_rows: int = column("Rows of the digitisation", unit="rows", required=True, ge=0)
    tons_year_inferred: float = column("Tons whose year was inferred", unit="short tons", required=True, ge=0)
    tons_force_changed: float = column("Tons whose force was changed", unit="short tons", required=True, ge=0)
    tons_sum_line_suspect: float = column(
        "Tons on rows that may be sum lines", unit="short tons", required=True, ge=0
    )
    tons_short_cleaned: float | None = column(
        "Oil only: tons of `raids`, sum lines left out", unit="short tons", ge=0
    )
    coverage_note: str | None = column("How much of the force's own total the books hold, where recalled")


class TotalKnown(Marks, Row):
    """Published totals to check the raids against; ton of the row's own `unit`."""

    id: str = column("Name of the total", required=True, pattern=KEY)
    force: str = column("Force or forces, joined by '+'", required=True)
    period: str = column("Period", required=True, pattern=PERIOD)
    quantity: str = column("What is counted", required=True)
    value: float = column("The total, in the row's unit", required=True, ge=0)
    unit: str = column("Unit as printed; long, short or unstated tons differ", required=True)
    source: str = column("Source as printed while the table was made", required=True)
    verified: str | None = column("How the row was verified, as printed")
    how_verified: str | None = column("Where it was seen")
    note: str | None = column("What else must be known to use the row")
