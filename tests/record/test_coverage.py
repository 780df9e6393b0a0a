"""The record carries every row and cell it was gathered from: nothing invented, nothing silently dropped."""

import csv
import hashlib
import json
import tomllib
from decimal import Decimal

import pytest

from oilplan.record.load import data_folder
from oilplan.record.tables import read_corrections

MANIFEST = json.loads((data_folder() / "tables_manifest.json").read_text(encoding="utf-8"))["tables"]
REDATED = tomllib.loads((data_folder() / "corrections.toml").read_text(encoding="utf-8"))["redated"]
"""Dates that stand in EDTF where they were written otherwise."""


def as_gathered(table: str) -> list[dict[str, str]]:
    """The table's first rows with the columns, names and unrepaired cells of the table as it was gathered."""
    entry = MANIFEST[table]
    with (data_folder() / f"{entry.get('now', table)}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[: entry["rows"]]
    repairs = {c.row_id: c for c in read_corrections() if c.table == table}
    dates = {row_id: r for r in REDATED if r["table"] == table for row_id in r["rows"]}
    gathered = []
    for row in rows:
        cells = {name: row[entry["renamed"].get(name, name)] for name in entry["columns"]}
        if date := dates.pop(row["row_id"], None):
            assert cells[date["column"]] == date["now"], f"{row['row_id']}: stands otherwise than the date it was given"
            cells[date["column"]] = date["found"]
        if repair := repairs.pop(row["row_id"], None):
            assert cells == cells | repair.now, f"{row['row_id']}: the correction no longer describes the row"
            cells |= {name: cell for name, cell in repair.found.items() if name != "beyond"}
        gathered.append(cells)
    gone = sorted({*repairs, *dates})
    assert not gone, f"corrections of rows that are not there: {gone}"
    return gathered


def digest(cells: list[str]) -> str:
    return hashlib.sha256(json.dumps(cells, ensure_ascii=False).encode()).hexdigest()


def test_all_gathered_tables_are_carried():
    assert len(MANIFEST) == 14
    assert sum(entry["rows"] for entry in MANIFEST.values()) == 2699
    for table in MANIFEST:
        assert (data_folder() / f"{MANIFEST[table].get('now', table)}.csv").is_file()


@pytest.mark.parametrize("table", MANIFEST)
def test_no_row_is_dropped_and_no_key_changed(table):
    entry = MANIFEST[table]
    rows = as_gathered(table)
    assert len(rows) == entry["rows"]
    keys = sorted("|".join(row[name] for name in entry["key"]) for row in rows)
    assert digest(keys) == entry["keys_sha256"]


@pytest.mark.parametrize("table", MANIFEST)
def test_numeric_columns_keep_their_sums(table):
    rows = as_gathered(table)
    for column, total in MANIFEST[table]["sums"].items():
        assert sum(Decimal(row[column]) for row in rows if row[column]) == Decimal(total), column


RULES = {"claims": {"test_quantity", "supported_if", "contradicted_if", "undetermined_if"}}
"""Columns that hold our own rules, not what was gathered: every change of a rule is listed in the changelog."""


@pytest.mark.parametrize("table", MANIFEST)
def test_every_cell_is_as_gathered_but_for_the_corrections(table):
    rows = as_gathered(table)
    changed = [
        column
        for column, expected in MANIFEST[table]["column_sha256"].items()
        if digest([row[column] for row in rows]) != expected
    ]
    assert set(changed) <= RULES.get(table, set())


def test_a_rejoined_cell_is_the_text_that_a_comma_had_split():
    rejoined = [c for c in read_corrections() if c.action == "rejoin"]
    assert len(rejoined) == 6
    for correction in rejoined:
        split = list(correction.found.values())
        whole = list(correction.now.values())
        assert ",".join(split[:2]) == whole[0], correction.row_id
        assert split[2:] == whole[1:], correction.row_id
