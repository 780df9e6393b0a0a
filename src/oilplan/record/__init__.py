"""What is known of the oil campaign, and who says so: typed tables with a source, status and confidence in every row, works,
hash, what a user's folder changed, and rows picked by conditions as a user writes them (``aircraft>=100``)."""

from __future__ import annotations

import functools
import math
import operator
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from oilplan.errors import OilplanError
from oilplan.record.load import Loaded, Overlay, load_rows, overlay_from_environment, unknown_table
from oilplan.record.provenance import WEAK_MEANING, is_weak, weak_row
from oilplan.record.read import RowPlace, nearest
from oilplan.record.sources import Source
from oilplan.record.tables import TABLES, ColumnDescription, describe_table, edtf_fault

__all__ = [
    "WEAK_MEANING",
    "ColumnDescription",
    "Overlay",
    "Record",
    "Source",
    "is_weak",
    "load_record",
    "own_rows",
    "weak_row",
]

VERSION = "2.0.0"
"""Of the embedded record: the first number rises when a table or column changes its name or meaning, the second when rows
come, the third when a cell is corrected; `data/CHANGELOG.md` says what changed."""
LICENCE = "CC-BY-4.0 for the compilation; facts are free"


class Record:
    """The tables of the record, checked and typed; build it with `load_record`."""

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded

    def __repr__(self) -> str:
        return f"<{self.citation}: {sum(len(self.rows(name)) for name in self.tables):,} rows in {len(self.tables)} tables>"

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables."""
        return tuple(TABLES)

    @property
    def hash(self) -> str:
        """Hex SHA-256 over the bytes of every table, a user's folder included."""
        return self._loaded.hash

    @property
    def citation(self) -> str:
        """How to cite this copy: version and hash, and the folder that a user laid over it."""
        done = self._loaded.overlay
        also = (
            f", with rows of the folder '{Path(done.folder).name}'"
            if done and (done.added or done.overruled or done.left_out)
            else ""
        )
        return (
            f"The oilplan authors, The record of the oil campaign, 1943-45, version {VERSION} ({self.hash[:12]}){also}"
        )

    @property
    def overlay(self) -> dict | None:
        """What a user's folder did: folder, files, rows added, overruled and left out by table; None without one."""
        if self._loaded.overlay is None:
            return None
        done: Overlay = self._loaded.overlay
        return {
            "folder": done.folder,
            "files": list(done.files),
            "rows_added": {table: list(keys) for table, keys in done.added.items()},
            "rows_overruled": {table: list(keys) for table, keys in done.overruled.items()},
            **({"rows_left_out": {t: list(keys) for t, keys in done.left_out.items()}} if done.left_out else {}),
        }

    @property
    def sources(self) -> dict[str, Source]:
        """The works of the bibliography by key."""
        return self._loaded.sources

    def source(self, key: str) -> Source:
        """One work. Raises OilplanError naming the nearest keys for one that is not there."""
        if key not in self.sources:
            near = ", ".join(nearest(key, sorted(self.sources)))
            raise OilplanError(f"no source '{key}'; nearest known: {near}.")
        return self.sources[key]

    def rows(self, name: str) -> dict[str, dict]:
        """The rows of a table by ``row_id``, as plain dictionaries; do not change them.

        A cell is None where it is unknown or was not looked for, never zero. Raises OilplanError, naming the nearest
        tables, for a name that is not there.
        """
        if name not in TABLES:
            raise OilplanError(unknown_table(name))
        return self._loaded.rows[name]

    def place(self, name: str, row_id: str) -> RowPlace:
        """File and line of one row, for messages."""
        return self._loaded.places[name][row_id]

    def unknown(self, name: str) -> frozenset[tuple[str, str]]:
        """Cells written ``?`` (looked for, unknown) as (row_id, column); other nulls were not looked for."""
        return self._loaded.unknown[name]

    def about(self, name: str) -> str:
        """What a table holds, in one sentence."""
        self.rows(name)
        return " ".join(TABLES[name].about.replace("`", "").split())

    def rows_by_source(self) -> dict[str, list[tuple[str, str]]]:
        """The rows that rest on each work, as (table, row_id) by source key."""
        uses: dict[str, list[tuple[str, str]]] = {}
        for table in self.tables:
            for row_id, row in self.rows(table).items():
                for key in row["source_keys"].split(";"):
                    uses.setdefault(key, []).append((table, row_id))
        return uses

    def describe(self, name: str) -> tuple[ColumnDescription, ...]:
        """What each column of a table means, its unit and its range."""
        self.rows(name)
        return describe_table(name)


def own_rows(rows: Iterable[dict], *columns: str) -> dict[tuple, dict]:
    """The series' own rows by the cells of ``columns``: of several the first, and none that only bears on another.

    Where works differ, each has its row. The first one gathered is the series' own, and stands for it where one figure
    is wanted; rows with ``bears_on`` stand beside it.
    """
    own: dict[tuple, dict] = {}
    for row in rows:
        if not row.get("bears_on"):
            own.setdefault(tuple(row[column] for column in columns), row)
    return own


def load_record(overlay: Path | str | None = None) -> Record:
    """The embedded record, or the record with a user's folder laid over it.

    overlay: a folder with CSV files named like the tables (and perhaps ``sources.bib``). None takes the
        folder named by the environment variable OILPLAN_RECORD, or the embedded record alone without one.

    The record without a folder is read once per process. Raises OilplanError with file, line and column for
    anything that does not fit.
    """
    folder = Path(overlay) if overlay is not None else overlay_from_environment()
    return _embedded() if folder is None else Record(load_rows(folder))


@functools.cache
def _embedded() -> Record:
    return Record(load_rows(None))


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
    if value in there or value in column.words:
        return
    if column.is_date and not edtf_fault(value):
        if within := sum(str(row[name]).startswith(f"{value}-") for row in record.rows(table).values()):
            raise OilplanError(
                f"--where '{text}': no row has {name} '{value}' itself; {within} lie within it: --where '{name}~{value}'."
            )
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
