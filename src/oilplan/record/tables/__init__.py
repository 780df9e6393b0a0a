"""The tables of the record: for each its rows' model, its own key and the keys that lead to other tables."""

from __future__ import annotations

from typing import NamedTuple

from oilplan.record.columns import LAST, CitedColumns, Marks, Row
from oilplan.record.tables.argument import (
    ClaimEvidenceRow,
    ClaimRow,
    DirectiveRow,
    EstimateRow,
    ForecastRow,
    LetterRow,
    TargetSystemRow,
)
from oilplan.record.tables.raids import (
    AccuracyRow,
    EffortRow,
    ForceRow,
    RaidAccountRow,
    RaidCalendarRow,
    RaidLossRow,
    RaidRow,
    RaidSightingRow,
    RaidTargetRow,
    SightingMonthRow,
)
from oilplan.record.tables.supply import (
    OutputRow,
    OverrunRow,
    PlantOutputRow,
    PlantRow,
    RailwayRow,
    RepairEffortRow,
    StockRow,
    SubstituteRow,
    TargetRow,
)


class ForeignKey(NamedTuple):
    """A column whose filled cells must stand in a column of another table."""

    column: str
    table: str
    parent: str


class Table(NamedTuple):
    """One table: the model of its rows, the columns that tell its rows apart, and its foreign keys."""

    model: type[Row]
    key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()


TARGET = ForeignKey("plant_id", "targets", "target_id")
PLANT = ForeignKey("plant_id", "plants", "plant_id")
RAID = ForeignKey("raid_id", "raids", "raid_id")

TABLES: dict[str, Table] = {
    "plants": Table(PlantRow, ("plant_id",)),
    "targets": Table(TargetRow, ("target_id",), (ForeignKey("plant_key", "plants", "plant_id"),)),
    "raids": Table(RaidRow, ("raid_id",), (TARGET,)),
    "raid_targets": Table(RaidTargetRow, ("book", "raw_location", "raw_name"), (TARGET,)),
    "raid_sighting": Table(RaidSightingRow, ("raid_id", "method"), (RAID,)),
    "raid_calendar": Table(RaidCalendarRow, ("place", "date", "force"), (TARGET,)),
    "raid_losses": Table(RaidLossRow, ("period", "force", "place", "scope", "source_keys"), (TARGET,)),
    "raid_accounts": Table(RaidAccountRow, ("date", "force", "place", "source_keys"), (PLANT,)),
    "effort_monthly": Table(EffortRow, ("month", "force", "target_category")),
    "forces": Table(ForceRow, ("period", "force", "scope", "quantity", "source_keys")),
    "sighting_monthly": Table(SightingMonthRow, ("month", "force", "targets", "method")),
    "accuracy": Table(AccuracyRow, ("period", "force", "sighting", "condition", "quantity", "source_keys")),
    "output": Table(OutputRow, ("period", "period_type", "quantity", "source_keys")),
    "stocks_and_use": Table(StockRow, ("period", "product", "quantity", "source_keys")),
    "plant_output": Table(PlantOutputRow, ("plant_id", "place", "period", "quantity", "source_keys"), (PLANT,)),
    "substitutes": Table(SubstituteRow, ("substitute", "quantity", "period", "source_keys")),
    "repair_effort": Table(RepairEffortRow, ("period", "who", "quantity", "source_keys"), (PLANT,)),
    "railway": Table(RailwayRow, ("period", "area", "quantity", "source_keys")),
    "overrun": Table(OverrunRow, ("plant_id", "what", "source_keys"), (PLANT,)),
    "target_systems": Table(TargetSystemRow, ("system", "quantity", "period", "source_keys")),
    "claims": Table(ClaimRow, ("claim_id",)),
    "claims_evidence": Table(ClaimEvidenceRow, ("period", "about", "quantity", "source_keys")),
    "directives": Table(DirectiveRow, ("directive_id",)),
    "forecasts": Table(ForecastRow, ("forecast_id",)),
    "estimates": Table(EstimateRow, ("period", "about", "quantity", "source_keys"), (PLANT,)),
    "letters": Table(LetterRow, ("letter_id",)),
}
"""Every table by its file name without ``.csv``, parents before the tables that lead to them."""


MOVED = {
    "output_monthly": ("output",),
    "output_found": ("output", "stocks_and_use"),
    "stocks_consumption_monthly": ("stocks_and_use",),
    "plant_output_monthly": ("plant_output",),
    "totals_known": ("forces",),
    "force_monthly": ("forces",),
    "facts_found": ("plant_output", "estimates", "raid_accounts", "output", "forces"),
}
"""Where the rows of a table of an earlier record stand now; their row ids are the same."""
RENAMED = {
    "month": "period",
    "date": "period",
    "series": "quantity",
    "measure": "quantity",
    "metric": "quantity",
    "tons_metric": "value",
    "tons_low": "low",
    "tons_high": "high",
    "id": "row_id",
    "force_or_plant": "about",
}
"""Columns of an earlier record by the names they have now."""


def column_names(table: str) -> tuple[str, ...]:
    """Columns of a table in file order: ``row_id``, the table's own columns, then the marks."""
    fields = TABLES[table].model.model_fields
    marks = tuple(Marks.model_fields)
    own = [field.alias or name for name, field in fields.items() if name not in ("row_id", *marks)]
    if issubclass(TABLES[table].model, CitedColumns):
        own = [name for name in own if name not in LAST] + [name for name in LAST if name in own]
    return ("row_id", *own, *marks)
