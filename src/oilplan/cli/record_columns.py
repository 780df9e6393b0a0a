"""Which columns of a table a terminal shows: the first group always, the second where there is room."""

from typing import NamedTuple


class Shown(NamedTuple):
    """Columns of one table for a narrow terminal, and those that a wide one adds."""

    narrow: tuple[str, ...]
    wide: tuple[str, ...] = ()


SHOWN = {
    "plants": Shown(
        ("plant_id", "process", "capacity_t_per_year"), ("region", "capacity_low", "capacity_high")
    ),
    "targets": Shown(("target_id", "plant_key", "target_classes")),
    "raids": Shown(("date", "plant_id", "force", "total_tons_short"), ("aircraft", "quality")),
    "raid_targets": Shown(("raw_location", "raw_name", "plant_id", "mapping"), ("why",)),
    "effort_monthly": Shown(("month", "force", "target_category", "tons_short"), ("tons_short_cleaned",)),
    "totals_known": Shown(("id", "value", "unit"), ("force", "period", "quantity")),
    "output_monthly": Shown(("month", "series", "tons_metric", "unit"), ("tons_low", "tons_high", "note")),
    "plant_output_monthly": Shown(("plant_id", "date", "measure", "value", "unit"), ("note",)),
    "stocks_consumption_monthly": Shown(("month", "product", "measure", "tons_metric"), ("basis", "note")),
    "substitutes": Shown(("substitute", "metric", "value", "unit"), ("period", "note")),
    "target_systems": Shown(("metric", "period", "value", "unit"), ("system", "note")),
    "claims": Shown(("claim_id", "speaker", "quote"), ("date", "test_quantity")),
    "directives": Shown(("directive_id", "date", "title"), ("issued_by", "priorities_in_order")),
    "forecasts": Shown(("forecast_id", "made_by", "estimate"), ("quantity", "later_actual")),
    "letters": Shown(("letter_id", "date", "from", "to"), ("gist",)),
}

WIDE_TERMINAL = 120
"""Columns from which a terminal counts as wide."""
