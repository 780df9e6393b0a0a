"""A reader that guesses types from the first rows, and stops where a later one differs, opens every table."""

import polars as pl
import pytest

from oilplan.record.load import data_folder
from oilplan.record.tables import MOVED, TABLES


@pytest.mark.parametrize("table", TABLES)
def test_polars_opens_the_table_with_its_types(embedded, table):
    frame = pl.read_csv(data_folder() / f"{table}.csv")
    assert frame.height == len(embedded.rows(table))
    for column in embedded.describe(table):
        values = [row[column.name] for row in embedded.rows(table).values()]
        if any(value is not None for value in values):
            read = frame[column.name]
            number = column.type in ("integer", "number")
            assert read.dtype.is_numeric() == number, (column.name, read.dtype)
            assert read.to_list() == (values if number else [v if v is None else str(v) for v in values]), column.name


@pytest.mark.parametrize("table", TABLES)
def test_a_column_named_for_a_unit_holds_that_unit(embedded, table):
    """No column named tons holds percent; a figure of any unit stands in a column named value, with its unit."""
    for column in embedded.describe(table):
        if "tons" in column.name and column.type == "number":
            assert "tons" in column.unit, column.name
        if column.name.endswith("percent") and column.type == "number":
            assert column.unit == "percent"
    names = {column.name for column in embedded.describe(table)}
    assert ("value" in names) <= ({"quantity", "unit"} <= names)


def test_tables_that_were_gathered_together_are_gone():
    assert not set(MOVED) & set(TABLES)
    for now in MOVED.values():
        assert set(now) <= set(TABLES)
