"""The tables of the record: for each its rows' model, its own key and the keys that lead to other tables."""

from __future__ import annotations

from typing import NamedTuple

from oilplan.record.columns import Marks, Row
from oilplan.record.tables.argument import Claim, Directive, Forecast, Letter
from oilplan.record.tables.flown import ForceMonthly, RaidCalendar, RaidLosses
from oilplan.record.tables.found import ClaimEvidence, FactFound, OutputFound, Overrun, Railway, RepairEffort
from oilplan.record.tables.plants import Plant, Target
from oilplan.record.tables.raids import Effort, Raid, RaidTarget, TotalKnown
from oilplan.record.tables.sighting import Accuracy, RaidSighting, SightingMonth
from oilplan.record.tables.supply import OutputMonth, PlantOutput, StockConsumption, Substitute, TargetSystem


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
    "plants": Table(Plant, ("plant_id",)),
    "targets": Table(Target, ("target_id",), (ForeignKey("plant_key", "plants", "plant_id"),)),
    "raids": Table(Raid, ("raid_id",), (TARGET,)),
    "raid_targets": Table(RaidTarget, ("book", "raw_location", "raw_name"), (TARGET,)),
    "effort_monthly": Table(Effort, ("month", "force", "target_category")),
    "totals_known": Table(TotalKnown, ("id",)),
    "output_monthly": Table(OutputMonth, ("month", "period_type", "series", "source_keys")),
    "plant_output_monthly": Table(PlantOutput, ("plant_id", "date", "measure", "source_keys"), (PLANT,)),
    "stocks_consumption_monthly": Table(StockConsumption, ("month", "product", "measure", "source_keys")),
    "substitutes": Table(Substitute, ("substitute", "metric", "period", "source_keys")),
    "target_systems": Table(TargetSystem, ("system", "metric", "period", "source_keys")),
    "claims": Table(Claim, ("claim_id",)),
    "directives": Table(Directive, ("directive_id",)),
    "forecasts": Table(Forecast, ("forecast_id",)),
    "letters": Table(Letter, ("letter_id",)),
    "raid_sighting": Table(RaidSighting, ("raid_id", "method"), (RAID,)),
    "raid_calendar": Table(RaidCalendar, ("place", "date", "force"), (TARGET,)),
    "raid_losses": Table(RaidLosses, ("period", "force", "place", "scope", "source_keys"), (TARGET,)),
    "force_monthly": Table(ForceMonthly, ("period", "force", "scope", "quantity", "source_keys")),
    "sighting_monthly": Table(SightingMonth, ("month", "force", "targets", "method")),
    "accuracy": Table(Accuracy, ("period", "force", "sighting", "condition", "measure", "source_keys")),
    "output_found": Table(OutputFound, ("month", "period_type", "series", "source_keys")),
    "railway": Table(Railway, ("period", "area", "quantity", "source_keys")),
    "overrun": Table(Overrun, ("plant_id", "what", "source_keys"), (PLANT,)),
    "repair_effort": Table(RepairEffort, ("period", "who", "quantity", "source_keys"), (PLANT,)),
    "claims_evidence": Table(ClaimEvidence, ("period", "about", "quantity", "source_keys")),
    "facts_found": Table(FactFound, ("topic", "period", "force_or_plant", "quantity", "source_keys"), (PLANT,)),
}
"""Every table by its file name without ``.csv``, parents before the tables that lead to them."""


def column_names(table: str) -> tuple[str, ...]:
    """Columns of a table in file order: ``row_id``, the table's own columns, then the marks."""
    fields = TABLES[table].model.model_fields
    marks = tuple(Marks.model_fields)
    own = tuple(field.alias or name for name, field in fields.items() if name not in ("row_id", *marks))
    return ("row_id", *own, *marks)
