"""How bombs were aimed and where they fell: sighting of each raid, of each month, and accuracy by sighting."""

from __future__ import annotations

from typing import Literal

from oilplan.record.columns import KEY, MONTH, PERIOD, Marks, Row, column
from oilplan.record.tables.found import (
    facts_column,
    high_column,
    low_column,
    note_column,
    quote_column,
    source_column,
    unit_column,
    value_column,
)


class RaidSighting(Marks, Row):
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
        "Visual tons of visual and instrument tons; empty where there are neither",
        unit="percent",
        ge=0,
        le=100,
    )
    codes: str = column("Tons by printed code, code:tons joined by ';'", required=True)
    source: str = source_column()
    note: str | None = note_column()


class SightingMonth(Marks, Row):
    """Share of a month's tons aimed by eye; low and high count tons of unread codes against and for it."""

    month: str = column("Month", required=True, pattern=MONTH)
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
    source: str = source_column()
    note: str | None = note_column()
    quote: str | None = quote_column()
    facts: str | None = facts_column()


class Accuracy(Marks, Row):
    """Where bombs fell and how much was aimed how, by sighting; figures of unlike definition, never averaged."""

    period: str = column("Month, day or period", required=True, pattern=PERIOD)
    force: str = column("Force, or the targets where all forces are meant", required=True, pattern=KEY)
    sighting: Literal["visual", "h2x", "gh", "radar", "blind", "oboe_ground_marking", "night", "all"] = column(
        "How it was aimed; all where the source does not part it", required=True
    )
    condition: str | None = column("Cloud, visibility or place the figure holds for")
    measure: str = column("What is measured", required=True, pattern=KEY)
    value: float | None = value_column()
    low: float | None = low_column()
    high: float | None = high_column()
    unit: str = unit_column()
    source: str = source_column()
    note: str | None = note_column()
    quote: str | None = quote_column()
    facts: str | None = facts_column()
