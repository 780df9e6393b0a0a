"""The tables of the record, from `tables.csv` and `columns.csv` beside this file: columns, keys and what each holds.

`columns.csv`: a row a column of a table, in file order. Those of the table ``*`` stand in several: a row without a type
takes what it leaves empty from there, and every table opens with ``row_id`` and closes with `MARKS`.
`tables.csv`: ``leads_to`` holds the keys to other tables as column=table.column, ``shown`` the columns that stand first in
a narrow terminal, ``shown_when_wide`` those that a wide one and a page add. Lists are joined by ';'.
"""

from __future__ import annotations

import csv
import tomllib
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from oilplan.record.columns import Column, ColumnDescription, declared, described

MARKS = ("source_keys", "via", "status", "confidence", "marks_note")
"""The closing columns of every row: where it comes from and how far to believe it."""
DECLARED = {name: (Path(__file__).parent / name).read_text(encoding="utf-8") for name in ("columns.csv", "tables.csv")}


class ForeignKey(NamedTuple):
    """A column whose filled cells must stand in a column of another table."""

    column: str
    table: str
    parent: str


class FirstColumns(NamedTuple):
    """Columns of one table that stand first: in a narrow terminal, and those that a wide one and a page add."""

    narrow: tuple[str, ...]
    wide: tuple[str, ...]


class Table(NamedTuple):
    """One table: its columns in file order, those that tell its rows apart, its foreign keys and what is shown of a row
    where not every column fits."""

    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]
    shown: FirstColumns


def _rows(name: str) -> csv.DictReader:
    return csv.DictReader(DECLARED[name].splitlines(keepends=True))


def _columns() -> dict[str, tuple[Column, ...]]:
    found: dict[str, tuple[Column, ...]] = {}
    shared: dict[str, dict[str, str]] = {}
    for table, rows in groupby(_rows("columns.csv"), key=lambda cells: cells["table"]):
        if table == "*":
            shared = {cells["column"]: cells for cells in rows}
            continue
        own = [r if r["type"] else {k: v or shared[r["column"]][k] for k, v in r.items()} for r in rows]
        found[table] = tuple(map(declared, (shared["row_id"], *own, *(shared[mark] for mark in MARKS))))
    return found


def _tables() -> dict[str, Table]:
    columns, found = _columns(), {}
    for cells in _rows("tables.csv"):
        key, leads_to, narrow, wide = (
            tuple(filter(None, cells[n].split(";"))) for n in ("key", "leads_to", "shown", "shown_when_wide")
        )
        foreign = tuple(ForeignKey(*lead.replace("=", ".").split(".")) for lead in leads_to)
        name = cells["table"]
        found[name] = Table(cells["about"], columns[name], key, foreign, FirstColumns(narrow, wide))
    return found


TABLES = _tables()
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
    return tuple(column.name for column in TABLES[table].columns)


@cache
def describe_table(table: str) -> tuple[ColumnDescription, ...]:
    """What the columns of a table mean, in file order."""
    return tuple(map(described, TABLES[table].columns))


ACTIONS = ("rejoin", "replace", "mark", "fill")


class Correction(NamedTuple):
    """One repaired row. ``found`` and ``now`` give cells by column name as the table was gathered.

    action: one of `ACTIONS`. ``found`` may hold ``beyond``: the cell that a broken line pushed past the last column.
    """

    table: str
    row_id: str
    action: str
    reason: str
    found: dict[str, str]
    now: dict[str, str]


def read_corrections() -> tuple[Correction, ...]:
    """Every correction of the embedded record (`data/corrections.toml`), in file order."""
    text = (Path(__file__).parent / "data" / "corrections.toml").read_text(encoding="utf-8")
    return tuple(Correction(**entry) for entry in tomllib.loads(text)["correction"])
