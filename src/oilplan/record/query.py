"""Pick rows by conditions on their columns, as a user writes them: ``force=eighth_af``, ``aircraft>=100``."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from oilplan.errors import OilplanError
from oilplan.record.edtf import edtf_fault
from oilplan.record.read import nearest
from oilplan.record.record import Record
from oilplan.record.tables import TABLES

_CONDITION = re.compile(r"(\w+)\s*(!=|<=|>=|=|<|>|~)(.*)", re.DOTALL)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


class Condition(NamedTuple):
    """One condition: a column, a sign of ``=, !=, <, >, <=, >=, ~`` and a value of the column's type."""

    column: str
    sign: str
    value: Any

    def holds(self, row: dict[str, Any]) -> bool:
        """Whether a row meets it. An empty cell meets ``=`` and ``!=`` only: ``column=`` finds empty ones."""
        cell = row[self.column]
        if self.sign == "~":
            return cell is not None and str(self.value).lower() in str(cell).lower()
        if cell is None or self.value is None:
            return self.sign in ("=", "!=") and _COMPARE[self.sign](cell, self.value)
        return _COMPARE[self.sign](cell, self.value)


def select_rows(record: Record, table: str, conditions: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of a table that meet every condition, in record order.

    Raises OilplanError for an unknown table, column or value (nearest first), a condition that cannot be read and a
    value that does not suit the column.
    """
    parsed = [parse_condition(record, table, text) for text in conditions]
    return [row for row in record.rows(table).values() if all(condition.holds(row) for condition in parsed)]


def parse_condition(record: Record, table: str, text: str) -> Condition:
    """Read one condition such as ``aircraft>=100``; the value takes the column's type."""
    match = _CONDITION.match(text.strip())
    if match is None:
        raise OilplanError(f"--where '{text}' is no condition; expected one like 'force=eighth_af'.")
    name, sign, value = match[1], match[2], match[3].strip()
    types = {column.name: column.type for column in record.describe(table)}
    if name not in types:
        near = ", ".join(nearest(name, tuple(types)))
        raise OilplanError(f"--where '{text}': {table} has no column '{name}'; nearest first: {near}.")
    if sign == "~":
        return Condition(name, sign, value)
    condition = Condition(name, sign, _typed(text, value, types[name]))
    if sign in ("=", "!=") and types[name] in ("text", "date") and value:
        _check_known(record, table, text, condition)
    return condition


def _check_known(record: Record, table: str, text: str, condition: Condition) -> None:
    """Refuse a value that no row of the table has, nor its parent table, nor the column's words, and that is no date."""
    name, value = condition.column, condition.value
    there = {row[name] for row in record.rows(table).values()} - {None}
    for key in TABLES[table].foreign_keys:
        if key.column == name:
            there |= {row[key.parent] for row in record.rows(key.table).values()}
    column = next(c for c in TABLES[table].columns if c.name == name)
    if value in there or value in column.words or (column.is_date and not edtf_fault(value)):
        return
    near = ", ".join(near[:60] for near in nearest(value, sorted(there), limit=3)) or "none, the column is empty"
    raise OilplanError(f"--where '{text}': no row has {name} '{value}'; nearest: {near}.")


def _typed(text: str, value: str, kind: str) -> Any:
    if value == "":
        return None
    if kind in ("text", "date"):
        return value
    try:
        if not value.isascii() or "_" in value or not math.isfinite(number := float(value)):
            raise ValueError
    except ValueError:
        raise OilplanError(
            f"--where '{text}': came {value!r}; expected a number, finite and in plain digits."
        ) from None
    return number
