"""The record as others use it: typed tables, sources, hash, and what a user's folder changed."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from pathlib import Path

from oilplan.errors import OilplanError
from oilplan.record.columns import ColumnDescription
from oilplan.record.load import Loaded, Overlay, load_rows, overlay_from_environment, unknown_table
from oilplan.record.read import RowPlace, nearest
from oilplan.record.sources import Source
from oilplan.record.tables import TABLES, describe_table

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
        also = f", with rows of the folder '{Path(self._loaded.overlay.folder).name}'" if self._loaded.overlay else ""
        return (
            f"The oilplan authors, The record of the oil campaign, 1943-45, version {VERSION} ({self.hash[:12]}){also}"
        )

    @property
    def overlay(self) -> dict | None:
        """What a user's folder did: folder, files, rows added and overruled by table; None without one."""
        if self._loaded.overlay is None:
            return None
        done: Overlay = self._loaded.overlay
        return {
            "folder": done.folder,
            "files": list(done.files),
            "rows_added": {table: list(keys) for table, keys in done.added.items()},
            "rows_overruled": {table: list(keys) for table, keys in done.overruled.items()},
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
