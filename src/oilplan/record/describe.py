"""What a column means: name, type, unit, range and meaning, read from the rows' models."""

from __future__ import annotations

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
