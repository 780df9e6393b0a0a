"""The record in the forms that other programs open: SQLite, Parquet, GeoJSON, and CSV as a spreadsheet reads it."""

from __future__ import annotations

import csv
import errno
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from oilplan import __version__
from oilplan.errors import OilplanError
from oilplan.record import LICENCE, VERSION, Record
from oilplan.record.names import Authority, authorities
from oilplan.record.tables import TABLES, ColumnDescription, ForeignKey
from oilplan.results_folder import write_whole
from oilplan.units import T_PER_SHORT_TON

SQL_TYPE = {"integer": "INTEGER", "number": "REAL"}
SOURCE_COLUMNS = ("key", "kind", "author", "title", "year", "published", "url", "reached", "note")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""
MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
READ_ANEW = re.compile(
    r"(?!\d{4}-\d\d(-\d\d)?$)(0\d+|\d+[.,]\d+|\d+[:/-]\d+([:/.,-]\d+)*|\d+e\d+|(\d\d? )?("
    + MONTHS
    + r")[a-z]*\.? \d+)",
    re.I,
)
"""Text that a spreadsheet takes for a time, a date or another number: "6/3/3", "8:2", "June 1944", "000"; tried with LibreOffice 7.4."""
FILE_ENDINGS = (".sqlite", ".db", ".parquet", ".geojson", ".json", ".csv")


class Extra(NamedTuple):
    """A table that stands beside those of the record. columns: SQL type, with its key, by name; rows: tuples of cells"""

    about: str
    columns: dict[str, str]
    rows: list[tuple]


def export(record: Record, form: str, out: Path, *, force: bool = False) -> list[str]:
    """Write the whole record into a folder, whole or not at all. Returns the names of the files.

    form: one of ``FORMS``; out: the folder; force: replace an earlier export there

    Raises OilplanError for a place that cannot be taken, and where Parquet is asked for without pyarrow.
    """
    if out.suffix in FILE_ENDINGS:
        raise OilplanError(
            f"--out {out}: expected a folder, which the files will be put into; name {out.with_suffix('')}."
        )
    write = FORMS[form]
    if form == "parquet":
        _pyarrow()
    written: list[str] = []

    def fill(folder: Path) -> None:
        write(record, folder)
        written.extend(sorted(path.name for path in folder.iterdir()))
        about: dict[str, Any] = {"command": f"oilplan record export --format {form}", "record_hash": record.hash}
        about |= {
            "record_version": VERSION,
            "record_overlay": record.overlay,
            "versions": {"oilplan": __version__},
            "licence": LICENCE,
        }
        (folder / "manifest.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")

    write_whole(out, fill, force=force)
    return written


def extras(record: Record) -> dict[str, Extra]:
    """What stands beside the tables: works, who rests on them, columns explained, unknown cells, places, about."""
    return {
        "sources": Extra(
            "The works of the bibliography, and how each was reached",
            _texts(*SOURCE_COLUMNS, key="key"),
            [tuple(getattr(work, name) or None for name in SOURCE_COLUMNS) for work in record.sources.values()],
        ),
        "row_sources": Extra(
            "Which row rests on which works",
            _texts("table_name", "row_id") | {"source_key": 'TEXT REFERENCES "sources" ("key")'},
            sorted((t, r, key) for key, rows in record.rows_by_source().items() for t, r in rows),
        ),
        "columns": Extra(
            "What each column means, its unit and its range",
            _texts("table_name", "column_name", "type", "unit", "range", "meaning"),
            [(t, c.name, c.type, c.unit, c.range, c.meaning) for t in record.tables for c in record.describe(t)],
        ),
        "unknown_cells": Extra(
            "Empty cells that were looked for and are unknown; other empty cells were not looked for",
            _texts("table_name", "row_id", "column_name"),
            [(t, *cell) for t in record.tables for cell in sorted(record.unknown(t))],
        ),
        "places": _places(record),
        "authorities": Extra(
            "Persons, and towns of plants, as Wikidata and the German authority file number them, and the page where that was seen",
            _texts(*Authority._fields, key="id"),
            [tuple(cell or None for cell in known) for known in authorities().values()],
        ),
        "about": Extra(
            "Version, hash and licence of this copy",
            _texts("key", "value", key="key"),
            [("version", VERSION), ("record_hash", record.hash), ("licence", LICENCE), ("cite", record.citation)],
        ),
    }


def _texts(*names: str, key: str = "") -> dict[str, str]:
    """Columns of text. key: the one that tells the rows apart, if one does"""
    return {name: "TEXT PRIMARY KEY" if name == key else "TEXT" for name in names}


def _places(record: Record) -> Extra:
    targets = {row["target_id"] for row in record.rows("targets").values()}
    plants = {row["plant_id"] for row in record.rows("plants").values()}
    columns = {
        "place_id": "TEXT PRIMARY KEY",
        "target_id": 'TEXT REFERENCES "targets" ("target_id")',
        "plant_id": 'TEXT REFERENCES "plants" ("plant_id")',
    }
    rows = [(p, p if p in targets else None, p if p in plants else None) for p in sorted(targets | plants)]
    return Extra("Every target of a raid and every plant by one name", columns, rows)


VIEWS = {
    "raids_at_plants": (
        "raids with the works and its position; metric tons",
        "SELECT r.raid_id, r.date, r.force, r.night, p.name, p.region, p.latitude, p.longitude, r.aircraft, "
        f"round(r.total_tons_short * {T_PER_SHORT_TON}, 2) AS total_t, r.quality, r.status, r.confidence, r.source_keys "
        "FROM raids r LEFT JOIN plants p ON p.plant_id = r.plant_id",
    ),
    "output_by_month": (
        "monthly output in metric tons, every work's figure; never add alternatives, shares or totals",
        "SELECT period AS month, quantity, value AS value_t, low, high, source_keys, status, confidence "
        "FROM output WHERE period_type = 'month' AND unit = 't' ORDER BY quantity, period",
    ),
    "works_by_rows": (
        "how many rows rest on each work",
        'SELECT s."key", s.author, s.title, s.year, s.reached, count(*) AS rows FROM sources s '
        'JOIN row_sources r ON r.source_key = s."key" GROUP BY s."key" ORDER BY rows DESC',
    ),
}
"""Views of the database: what each shows, and its query."""


def write_sqlite(record: Record, folder: Path) -> None:
    """``record.sqlite``: typed tables with their keys, the works, columns explained, and a few views.

    Raises OSError where it cannot be written, as other files do.
    """
    try:
        _write_database(record, folder / "record.sqlite")
    except sqlite3.OperationalError as error:
        raise OSError(errno.EIO, str(error)) from None
    (folder / "metadata.json").write_text(json.dumps(_for_datasette(record), indent=1) + "\n", encoding="utf-8")


def _write_database(record: Record, place: Path) -> None:
    with closing(sqlite3.connect(place)) as database:
        for name in record.tables:
            columns = record.describe(name)
            database.execute(_create(name, columns))
            marks = ", ".join("?" * len(columns))
            rows = [tuple(row[c.name] for c in columns) for row in record.rows(name).values()]
            database.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)
        for name, extra in extras(record).items():
            listed = ", ".join(f'"{column}" {kind}' for column, kind in extra.columns.items())
            database.execute(f'CREATE TABLE "{name}" ({listed})')
            database.executemany(f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(extra.columns))})', extra.rows)
        for name, (_, query) in VIEWS.items():
            database.execute(f'CREATE VIEW "{name}" AS {query}')
        database.execute('CREATE INDEX "row_sources_by_row" ON "row_sources" ("table_name", "row_id")')
        database.commit()


def _for_datasette(record: Record) -> dict:
    """What Datasette shows above the tables and under their columns (``datasette record.sqlite -m metadata.json``)."""
    shown: dict[str, dict] = {
        name: {
            "description": record.about(name),
            "columns": {c.name: f"{c.meaning}{f', {c.unit}' if c.unit else ''}" for c in record.describe(name)},
        }
        for name in record.tables
    }
    shown |= {name: {"description": extra.about} for name, extra in extras(record).items()}
    shown |= {name: {"description": about} for name, (about, _) in VIEWS.items()}
    stated = {"title": "The record of the oil campaign, 1943-45", "license": LICENCE, "source": record.citation}
    return stated | {"databases": {"record": {"tables": shown}}}


def _create(table: str, columns: tuple[ColumnDescription, ...]) -> str:
    """A table's statement: the row id as its key, what must be filled, and where its keys lead."""
    own = {key.column: key for key in TABLES[table].foreign_keys}
    unique = {key.parent for spec in TABLES.values() for key in spec.foreign_keys if key.table == table}
    lines = []
    for c in columns:
        rule = " PRIMARY KEY" if c.name == "row_id" else " NOT NULL" if c.required else ""
        rule += " UNIQUE" if c.name in unique else ""
        lines.append(f'"{c.name}" {SQL_TYPE.get(c.type, "TEXT")}{rule}{_leads(own.get(c.name))}')
    return f'CREATE TABLE "{table}" ({", ".join(lines)})'


def _leads(key: ForeignKey | None) -> str:
    """Where a column leads. A raid's target may be a plant that has no row in `targets`: both are `places`."""
    if key is None:
        return ""
    table, parent = ("places", "place_id") if key.table == "targets" else (key.table, key.parent)
    return f' REFERENCES "{table}" ("{parent}")'


def write_csv(record: Record, folder: Path) -> None:
    """One CSV file a table for spreadsheets: UTF-8 with its mark, lines ended as they expect, no cell taken for a formula."""
    for name in record.tables:
        columns = record.describe(name)
        rows = ([_kept(row[c.name], c.type) for c in columns] for row in record.rows(name).values())
        _spreadsheet(folder / f"{name}.csv", [c.name for c in columns], rows)
    for name, extra in extras(record).items():
        _spreadsheet(folder / f"{name}.csv", list(extra.columns), iter(extra.rows))


def _spreadsheet(path: Path, columns: list[str], rows: Iterator[Any]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(columns)
        writer.writerows([_harmless(cell) for cell in row] for row in rows)


def _kept(cell: Any, kind: str) -> Any:
    """A cell of a column of text gets an apostrophe where a spreadsheet would show a date or a number in its place."""
    return f"'{cell}" if kind == "text" and isinstance(cell, str) and READ_ANEW.fullmatch(cell) else cell


def _harmless(cell: Any) -> Any:
    """A text that a spreadsheet would compute gets an apostrophe before it, which it shows as text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def write_geojson(record: Record, folder: Path) -> None:
    """``plants.geojson`` and ``raids.geojson`` (RFC 7946), a raid where its plant lies; no geometry where no position is known."""
    plants = {row["plant_id"]: row for row in record.rows("plants").values()}
    for name in ("plants", "raids"):
        features = [
            {
                "type": "Feature",
                "id": row_id,
                "geometry": _point(plants.get(row["plant_id"])),
                "properties": {k: v for k, v in row.items() if k not in ("row_id", "latitude", "longitude")}
                | _town(name, row["plant_id"]),
            }
            for row_id, row in record.rows(name).items()
        ]
        whole = {"type": "FeatureCollection", "features": features}
        (folder / f"{name}.geojson").write_text(
            json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )


def _town(table: str, plant_id: str) -> dict[str, str]:
    """The plant's town on Wikidata, where its number was seen."""
    known = authorities().get(plant_id) if table == "plants" else None
    return {"town_wikidata": known.uris[0]} if known else {}


def _point(plant: dict[str, Any] | None) -> dict[str, Any] | None:
    if plant is None or plant["latitude"] is None or plant["longitude"] is None:
        return None
    return {"type": "Point", "coordinates": [plant["longitude"], plant["latitude"]]}


def write_parquet(record: Record, folder: Path) -> None:
    """One Parquet file a table, typed, each column with its meaning and unit in its metadata."""
    pyarrow, parquet = _pyarrow()
    types = {"integer": pyarrow.int64(), "number": pyarrow.float64()}
    for name in record.tables:
        fields = [
            pyarrow.field(
                c.name,
                types.get(c.type, pyarrow.string()),
                nullable=not c.required,
                metadata={"meaning": c.meaning, "unit": c.unit},
            )
            for c in record.describe(name)
        ]
        about = {"about": record.about(name), "record_hash": record.hash, "licence": LICENCE}
        rows = list(record.rows(name).values())
        parquet.write_table(pyarrow.Table.from_pylist(rows, pyarrow.schema(fields, about)), folder / f"{name}.parquet")
    for name, extra in extras(record).items():
        typed = pyarrow.schema([(column, pyarrow.string()) for column in extra.columns])
        rows = [dict(zip(extra.columns, row, strict=True)) for row in extra.rows]
        parquet.write_table(pyarrow.Table.from_pylist(rows, typed), folder / f"{name}.parquet")


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise OilplanError(
            "Parquet is written by pyarrow, which is not installed; run `pip install 'oilplan[parquet]'`, or take another"
            " --format."
        ) from None
    return pyarrow, pyarrow.parquet


FORMS = {"sqlite": write_sqlite, "parquet": write_parquet, "geojson": write_geojson, "csv": write_csv}
