"""Forces over time: what each dropped, flew, lost and had weather for, how it aimed, and where bombs fell."""

from __future__ import annotations

from typing import Literal

from oilplan.record.columns import (
    KEY,
    MOST,
    CitedColumns,
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
    period_column,
    quantity_column,
    value_column,
    verified_column,
)
from oilplan.record.tables.raids import Force


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
