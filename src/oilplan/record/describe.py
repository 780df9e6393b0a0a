"""What a column means: name, type, unit, range and meaning, read from the rows' models."""

from __future__ import annotations

import functools
import types
import typing
from typing import Any, NamedTuple

from oilplan.record.columns import PATTERN_WORDS
from oilplan.record.tables import TABLES, column_names


class ColumnDescription(NamedTuple):
    """One column. ``type`` is text, date, integer or number; ``unit`` and ``range`` may be empty."""

    name: str
    type: str
    unit: str
    range: str
    required: bool
    meaning: str


class FirstColumns(NamedTuple):
    """Columns of one table that stand first: in a narrow terminal, and those that a wide one and a page add."""

    narrow: tuple[str, ...]
    wide: tuple[str, ...] = ()


SHOWN = {
    "plants": FirstColumns(("plant_id", "process", "capacity_t_per_year"), ("region", "capacity_low", "capacity_high")),
    "targets": FirstColumns(("target_id", "plant_key", "target_classes")),
    "raids": FirstColumns(("date", "plant_id", "force", "total_tons_short"), ("aircraft", "quality")),
    "raid_targets": FirstColumns(("raw_location", "raw_name", "plant_id", "mapping"), ("why",)),
    "raid_sighting": FirstColumns(
        ("raid_id", "method", "visual_percent"), ("visual_tons_short", "instrument_tons_short")
    ),
    "raid_calendar": FirstColumns(("place", "date", "force"), ("night", "note")),
    "raid_losses": FirstColumns(("period", "force", "place", "sent", "missing"), ("scope", "missing_percent")),
    "raid_accounts": FirstColumns(("date", "place", "says"), ("force", "note")),
    "effort_monthly": FirstColumns(("month", "force", "target_category", "tons_short"), ("tons_short_cleaned",)),
    "forces": FirstColumns(("period", "force", "quantity", "value", "unit"), ("scope", "note")),
    "sighting_monthly": FirstColumns(
        ("month", "force", "targets", "visual_percent"), ("visual_low", "visual_high", "method")
    ),
    "accuracy": FirstColumns(("period", "sighting", "quantity", "value", "unit"), ("force", "condition", "note")),
    "output": FirstColumns(("period", "quantity", "value", "unit"), ("low", "high", "note")),
    "stocks_and_use": FirstColumns(("period", "product", "quantity", "value"), ("basis", "note")),
    "plant_output": FirstColumns(("plant_id", "period", "quantity", "value", "unit"), ("says", "note")),
    "substitutes": FirstColumns(("substitute", "quantity", "value", "unit"), ("period", "note")),
    "repair_effort": FirstColumns(("period", "who", "quantity", "value", "unit"), ("says", "note")),
    "railway": FirstColumns(("period", "area", "quantity", "value", "unit"), ("says", "note")),
    "overrun": FirstColumns(("plant_id", "what", "earliest", "latest"), ("place", "note")),
    "target_systems": FirstColumns(("quantity", "period", "value", "unit"), ("system", "note")),
    "claims": FirstColumns(("claim_id", "speaker", "quote"), ("date_printed", "test_quantity")),
    "claims_evidence": FirstColumns(("claim_ids", "period", "quantity", "value", "unit"), ("about", "says")),
    "directives": FirstColumns(("directive_id", "date", "title"), ("issued_by", "priorities_in_order")),
    "forecasts": FirstColumns(("forecast_id", "made_by", "estimate"), ("quantity", "later_actual")),
    "estimates": FirstColumns(("period", "about", "quantity", "value", "unit"), ("says", "note")),
    "letters": FirstColumns(("letter_id", "date", "from", "to"), ("gist",)),
}
"""What is shown of a row where not every column fits: the same in a terminal and on a page."""


@functools.cache
def describe_table(table: str) -> tuple[ColumnDescription, ...]:
    """The columns of a table, in file order."""
    fields = {field.alias or name: field for name, field in TABLES[table].model.model_fields.items()}
    return tuple(_described(name, fields[name]) for name in column_names(table))


def _described(name: str, field: Any) -> ColumnDescription:
    return ColumnDescription(
        name=name,
        type="date" if is_date(field) else {int: "integer", float: "number"}.get(plain_type(field.annotation), "text"),
        unit=(field.json_schema_extra or {}).get("unit", ""),
        range=_range(field),
        required=field.is_required(),
        meaning=field.description or "",
    )


def plain_type(annotation: Any) -> type:
    """int, float or str of an annotation; an optional one gives what it holds, a set of words gives str."""
    for argument in typing.get_args(annotation) if _is_union(annotation) else (annotation,):
        if argument in (int, float):
            return argument
    return str


def is_date(field: Any) -> bool:
    """Whether a column holds dates."""
    return bool((field.json_schema_extra or {}).get("date"))


def allowed_words(annotation: Any) -> tuple[str, ...]:
    """The words a column may hold, if its annotation is a set of words."""
    for argument in typing.get_args(annotation) if _is_union(annotation) else (annotation,):
        if typing.get_origin(argument) is typing.Literal:
            return typing.get_args(argument)
    return ()


def limits(field: Any) -> dict[str, Any]:
    """The limits of a column by pydantic's names: ge, gt, le and pattern."""
    found = {}
    for meta in field.metadata:
        for name in ("ge", "gt", "le", "pattern"):
            if getattr(meta, name, None) is not None:
                found[name] = getattr(meta, name)
    return found


def _range(field: Any) -> str:
    words = allowed_words(field.annotation)
    if words:
        return ", ".join(words)
    signs = {"ge": ">=", "gt": ">", "le": "<="}
    found = limits(field)
    bounds = [f"{signs[name]} {found[name]:g}" for name in signs if name in found]
    if is_date(field):
        return PATTERN_WORDS.get(found.get("pattern", ""), "EDTF")
    return " and ".join(bounds) or PATTERN_WORDS.get(found.get("pattern", ""), "")


def _is_union(annotation: Any) -> bool:
    return typing.get_origin(annotation) in (types.UnionType, typing.Union)
