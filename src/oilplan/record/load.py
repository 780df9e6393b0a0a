"""Load the record: the embedded tables, a user's folder over them, and the keys between them checked."""

from __future__ import annotations

import functools
import hashlib
import json
import os
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import pydantic

from oilplan.cache import code_hash, open_cache
from oilplan.errors import OilplanError
from oilplan.exchange import plain_bytes
from oilplan.record.read import RowPlace, Rows, nearest, read_rows
from oilplan.record.sources import Source, read_sources
from oilplan.record.tables import DECLARED, MOVED, TABLES, ForeignKey

FOLDER_VARIABLE = "OILPLAN_RECORD"
SOURCES_FILE = "sources.bib"
OF_A_RAID = ForeignKey("raid_id", "raids", "raid_id")
ALONE_FILE, MAY_STAND_ALONE = "alone.txt", ("raids", "raid_calendar")
"""File of a user's folder that names tables of which only the folder's rows count, and the tables that it may name."""
NOT_TABLES = ("audit",)
"""CSV files that an import leaves beside its tables."""
MOST_BYTES = 64_000_000
"""Of a user's table; the largest of ours has a third of a million."""


class Overlay(NamedTuple):
    """What a user's folder did to the record: the rows it added, overruled and left out, as table -> row ids."""

    folder: str
    files: tuple[str, ...]
    added: dict[str, tuple[str, ...]]
    overruled: dict[str, tuple[str, ...]]
    left_out: dict[str, tuple[str, ...]]


class Loaded(NamedTuple):
    """Every table's rows with where each stands, the works, the hash and what a user's folder did."""

    rows: dict[str, dict[str, dict[str, Any]]]
    places: dict[str, dict[str, RowPlace]]
    unknown: dict[str, frozenset[tuple[str, str]]]
    sources: dict[str, Source]
    hash: str
    overlay: Overlay | None


def data_folder() -> Path:
    """The folder of the embedded tables."""
    return Path(str(files("oilplan.record"))) / "data"


def load_rows(overlay: Path | None) -> Loaded:
    """Read every table, lay the user's folder over it and check the keys between tables.

    overlay: folder with CSV files named like the tables, perhaps ``sources.bib``; None for the embedded
        record alone. A row whose ``row_id`` exists overrules the embedded row wholly; a new one adds. Of a table named in
        ``alone.txt`` the folder's rows stand alone, and embedded rows about raids that are no longer there are left out.
        A file that says what the embedded table says changes nothing, the hash included.

    Raises OilplanError for a folder, file, column, cell or key that does not fit, saying where.
    """
    digest, embedded = _own_tables() if overlay is None else _own_tables_once()
    digest = digest.copy()
    sources = dict(_embedded_sources())
    described = None
    if overlay is not None:
        alone = _standing_alone(overlay)
        mine = _folder_rows(overlay, embedded, alone, digest)
        laid = _all_laid_over(embedded, mine, alone)
        described, embedded = _describe(overlay, mine, embedded, laid), laid
        if os.path.lexists(bibliography := overlay / SOURCES_FILE):
            sources |= read_sources(bibliography)
            digest.update(_bytes_of(bibliography))
    loaded = Loaded(
        rows={table: rows.by_id for table, rows in embedded.items()},
        places={table: rows.places for table, rows in embedded.items()},
        unknown={table: rows.unknown for table, rows in embedded.items()},
        sources=sources,
        hash=digest.hexdigest(),
        overlay=described,
    )
    _check_keys(loaded)
    return loaded


def _own_tables() -> tuple[Any, dict[str, Rows]]:
    """The embedded tables and the digest of their bytes."""
    digest = hashlib.sha256()
    data = {table: (data_folder() / f"{table}.csv").read_bytes() for table in TABLES}
    for table, written in data.items():
        digest.update(f"{table}.csv\n".encode() + written)
    return digest, once_checked(
        digest.hexdigest(),
        lambda: {table: read_rows(table, written, f"{table}.csv") for table, written in data.items()},
    )


_own_tables_once = functools.cache(_own_tables)
"""The same for every folder that a process lays over them."""


def overlay_from_environment() -> Path | None:
    """The folder named by ``OILPLAN_RECORD``, or None where it is unset or empty."""
    folder = os.environ.get(FOLDER_VARIABLE)
    return Path(folder) if folder else None


@functools.cache
def _embedded_sources() -> dict[str, Source]:
    return read_sources(data_folder() / SOURCES_FILE)


def _folder_rows(folder: Path, embedded: dict[str, Rows], alone: tuple[str, ...], digest: Any) -> dict[str, Rows]:
    """Rows of the tables that a folder changes, and ``digest`` with their bytes; none of a table that it only repeats."""
    _check_folder(folder)
    paths = sorted(path for path in folder.glob("*.csv") if path.stem not in NOT_TABLES)
    if not paths:
        raise OilplanError(f"record folder '{folder}' holds no CSV file; expected one named like a table: raids.csv.")
    mine = {}
    for path in paths:
        if path.stem not in TABLES:
            raise OilplanError(f"{path}: {unknown_table(path.stem, '.csv')}")
        data = _bytes_of(path)
        if data == (data_folder() / path.name).read_bytes():
            continue
        rows = read_rows(path.stem, data, str(path))
        if not _repeats(rows, embedded[path.stem], path.stem in alone):
            digest.update(f"overlay {path.name}\n".encode() + (b"alone\n" if path.stem in alone else b"") + data)
            mine[path.stem] = rows
    return mine


def _repeats(mine: Rows, embedded: Rows, alone: bool) -> bool:
    """Whether a file says only what the embedded table says, and all of it where it stands alone."""
    changed = _changed(mine, embedded)
    return not changed and not (alone and len(mine.by_id) < len(embedded.by_id))


def _changed(mine: Rows, embedded: Rows) -> list[str]:
    """Ids of rows that are new or differ from the embedded ones."""
    differ = {row_id for row_id, _ in mine.unknown ^ embedded.unknown}
    return [k for k, row in mine.by_id.items() if k in differ or row != embedded.by_id.get(k)]


def _standing_alone(folder: Path) -> tuple[str, ...]:
    """Tables named in ``alone.txt``, one a line; empty without one. Raises OilplanError for what may not stand there."""
    path = folder / ALONE_FILE
    if not os.path.lexists(path):
        return ()
    try:
        lines = _bytes_of(path).decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise OilplanError(f"{path}: is not UTF-8 text; expected names of tables, one a line.") from None
    named = {n: name for n, line in enumerate(lines, 1) if (name := line.partition("#")[0].strip())}
    for n, name in named.items():
        if name not in MAY_STAND_ALONE:
            raise OilplanError(f"{path}:{n} came {name[:60]!r}; expected one of {', '.join(MAY_STAND_ALONE)}.")
        if not (folder / f"{name}.csv").is_file():
            raise OilplanError(
                f"{path}:{n} names {name}, of which the folder has no {name}.csv; add it or take the name out."
            )
    return tuple(named.values())


def _check_folder(folder: Path) -> None:
    try:
        str(folder).encode("utf-8")
        if folder.is_dir():
            return
    except UnicodeEncodeError:
        raise OilplanError(f"record folder {str(folder)!a}: its name is not UTF-8; give it another.") from None
    except OSError as error:
        raise OilplanError(f"record folder '{folder}' cannot be read ({error.strerror}).") from None
    raise OilplanError(f"record folder '{folder}' is not a folder; expected one with CSV files like plants.csv.")


def _bytes_of(path: Path) -> bytes:
    try:
        return plain_bytes(path, MOST_BYTES)
    except OSError as error:
        raise OilplanError(f"{path}: cannot be read ({error.strerror}); expected a CSV file.") from None


def unknown_table(name: str, ending: str = "") -> str:
    """One sentence on a table that is not there: where its rows stand now, or the nearest known names.

    ending: of file names, where the tables are files
    """
    if name in MOVED:
        now = " and ".join(f"{table}{ending}" for table in MOVED[name])
        shown = f"`oilplan record show {MOVED[name][0]} --columns`"
        return f"no table '{name}' any more; its rows stand in {now}, under the same row ids ({shown})."
    near = ", ".join(f"{known}{ending}" for known in nearest(name, tuple(TABLES)))
    what = "of that name" if ending else f"'{name}'"
    return f"no table {what}; known, nearest first: {near}."


def _all_laid_over(embedded: dict[str, Rows], mine: dict[str, Rows], alone: tuple[str, ...]) -> dict[str, Rows]:
    laid = {t: mine[t] if t in mine and t in alone else _laid_over(embedded[t], mine.get(t)) for t in TABLES}
    raids = {row["raid_id"] for row in laid["raids"].by_id.values()}
    about_raids = [t for t, spec in TABLES.items() if OF_A_RAID in spec.foreign_keys and t not in mine]
    return laid | {table: _without(laid[table], raids) for table in about_raids if "raids" in mine}


def _without(rows: Rows, raids: set[str]) -> Rows:
    """Rows about raids that are still there."""
    kept = {k: row for k, row in rows.by_id.items() if row["raid_id"] in raids}
    return Rows(kept, rows.places, frozenset(cell for cell in rows.unknown if cell[0] in kept))


def _laid_over(embedded: Rows, mine: Rows | None) -> Rows:
    if mine is None:
        return embedded
    kept = frozenset(cell for cell in embedded.unknown if cell[0] not in mine.by_id)
    return Rows(embedded.by_id | mine.by_id, embedded.places | mine.places, kept | mine.unknown)


def _describe(folder: Path, mine: dict[str, Rows], before: dict[str, Rows], now: dict[str, Rows]) -> Overlay:
    changed = {t: _changed(rows, before[t]) for t, rows in mine.items()}
    gone = {t: tuple(k for k in before[t].by_id if k not in now[t].by_id) for t in TABLES if now[t] is not before[t]}
    added = {t: tuple(k for k in keys if k not in before[t].by_id) for t, keys in changed.items()}
    overruled = {t: tuple(k for k in keys if k in before[t].by_id) for t, keys in changed.items()}
    return Overlay(
        str(folder),
        tuple(f"{table}.csv" for table in sorted(TABLES) if (folder / f"{table}.csv").exists()),
        *({t: keys for t, keys in kind.items() if keys} for kind in (added, overruled, gone)),
    )


def _check_keys(loaded: Loaded) -> None:
    """Every source key is in the bibliography and every key to another table leads to a row there."""
    faults = []
    keys = {"plants": "plant_id", "targets": "target_id", "raids": "raid_id"}
    parents = {table: {row[key] for row in loaded.rows[table].values()} for table, key in keys.items()}
    parents["targets"] |= parents["plants"]
    for table, spec in TABLES.items():
        for row_id, row in loaded.rows[table].items():
            place = loaded.places[table][row_id]
            for key in row["source_keys"].split(";"):
                if key not in loaded.sources:
                    faults.append(_unknown(place, "source_keys", key, SOURCES_FILE, tuple(loaded.sources)))
            for foreign in spec.foreign_keys:
                name = row[foreign.column]
                if name is not None and name not in parents[foreign.table]:
                    faults.append(
                        _unknown(place, foreign.column, name, f"{foreign.table}.csv", tuple(parents[foreign.table]))
                    )
    if faults:
        raise OilplanError("\n".join(faults[:20]))


def _unknown(place: RowPlace, column: str, came: str, file: str, known: tuple[str, ...]) -> str:
    near = ", ".join(nearest(came, sorted(known), limit=3))
    return f"{place.file}:{place.line} {column}: '{came}' is not in {file}; nearest known: {near}"


# The embedded tables as they were once checked, kept so that the next command need not check them again.


def once_checked(tables_hash: str, check: Callable[[], dict[str, Rows]]) -> dict[str, Rows]:
    """What ``check`` returns, read from the cache where the same code has checked the same tables before.

    tables_hash: over the bytes of every table; check: reads and checks them, and raises OilplanError where they do
    not fit; nothing is kept then. An entry of the cache that cannot be trusted or read is made again.
    """
    declared = hashlib.sha256("".join(DECLARED.values()).encode()).hexdigest()
    made_by = f"{tables_hash} {declared} {code_hash(Path(__file__).parent)} {pydantic.VERSION}"
    cache = open_cache()
    kept = None if cache is None else cache.get("record", made_by)
    if kept is not None:
        return {table: _rows(table, **rows) for table, rows in json.loads(kept).items()}
    tables = check()
    if cache is not None:
        cache.put("record", made_by, json.dumps({table: _plain(rows) for table, rows in tables.items()}).encode())
    return tables


def _plain(rows: Rows) -> dict[str, list]:
    return {
        "rows": list(rows.by_id.values()),
        "lines": [place.line for place in rows.places.values()],
        "unknown": sorted(rows.unknown),
    }


def _rows(table: str, rows: list[dict], lines: list[int], unknown: list[list[str]]) -> Rows:
    by_id = {row["row_id"]: row for row in rows}
    places = {row_id: RowPlace(f"{table}.csv", line) for row_id, line in zip(by_id, lines, strict=True)}
    return Rows(by_id, places, frozenset((row_id, column) for row_id, column in unknown))
