"""A user's folder of record tables, written row by row."""

import csv
from pathlib import Path

import pytest

from oilplan.record import load_record
from oilplan.record.tables import column_names


@pytest.fixture(autouse=True)
def no_folder_from_outside(monkeypatch):
    """A developer's own OILPLAN_RECORD must not reach these tests."""
    monkeypatch.delenv("OILPLAN_RECORD", raising=False)


@pytest.fixture
def embedded():
    return load_record()


@pytest.fixture
def overlay(tmp_path, embedded):
    """A function that writes one row of a table, an embedded one with changes, into a user's folder."""

    def write(table: str, like: str, **changes) -> Path:
        folder = tmp_path / "mine"
        folder.mkdir(exist_ok=True)
        row = {**embedded.rows(table)[like], **changes}
        path = folder / f"{table}.csv"
        fresh = not path.exists()
        with path.open("a", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, column_names(table))
            if fresh:
                writer.writeheader()
            writer.writerow(row)
        return folder

    return write
