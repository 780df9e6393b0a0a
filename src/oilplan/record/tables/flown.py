"""What was flown and what it cost: the recalled calendar of raids, losses raid by raid, and months of each force."""

from __future__ import annotations

from oilplan.record.columns import DAY, KEY, PERIOD, Marks, Row, column
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
from oilplan.record.tables.raids import Force


class RaidCalendar(Marks, Row):
    """Days on which a force is recalled to have attacked a place; from memory, and never proof of a raid."""

    place: str = column("Target, or a town for all works named after it", required=True, pattern=KEY)
    plant_id: str | None = column("Target or plant of the record; empty where it has none of that name", pattern=KEY)
    date: str = column("Day, or the evening a night raid began", required=True, pattern=DAY)
    force: Force = column("Force", required=True)
    night: int | None = column("1 for a night raid, 0 for a day raid, empty where not recalled", ge=0, le=1)
    source: str = source_column()
    note: str | None = note_column()


class RaidLosses(Marks, Row):
    """Aircraft sent and missing, by raid or by group of raids; groups repeat the raids in them."""

    period: str = column("Day, evening of the night, or period of a group", required=True, pattern=PERIOD)
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
    source: str = source_column()
    note: str | None = note_column()
    quote: str | None = quote_column()
    facts: str | None = facts_column()


class ForceMonthly(Marks, Row):
    """What each force dropped, flew, lost and had weather for, over a month, quarter or year."""

    period: str = column("Month, year or period", required=True, pattern=PERIOD)
    force: str = column("Force; weather for days counted for anybody", required=True, pattern=KEY)
    scope: str | None = column("Aircraft, theatre or district the figure covers, where the source says")
    quantity: str = column("What is counted", required=True, pattern=KEY)
    value: float | None = value_column()
    low: float | None = low_column()
    high: float | None = high_column()
    unit: str = unit_column()
    source: str = source_column()
    note: str | None = note_column()
    quote: str | None = quote_column()
    facts: str | None = facts_column()
