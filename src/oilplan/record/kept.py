"""The embedded tables as they were once checked, kept so that the next command need not check them again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pydantic

from oilplan.cache import cache_folder, code_hash, keep
from oilplan.record.read import Place, Rows


def once_checked(tables_hash: str, check: Callable[[], dict[str, Rows]]) -> dict[str, Rows]:
    """What ``check`` returns, read from the cache where the same code has checked the same tables before.

    tables_hash: over the bytes of every table; check: reads and checks them, and raises OilplanError where they do
    not fit; nothing is kept then. A file of the cache opens with the digest of the rest: one that cannot be read, or
    in which a single byte was changed, is written anew.
    """
    made_by = f"{tables_hash} {code_hash(Path(__file__).parent)} {pydantic.VERSION}"
    path = cache_folder() / "record" / f"{hashlib.sha256(made_by.encode()).hexdigest()}.json"
    try:
        digest, _, text = path.read_bytes().decode("utf-8").partition("\n")
        if digest != _digest(made_by, text):
            raise ValueError("not what was kept")
        return {table: _rows(table, **kept) for table, kept in json.loads(text).items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        tables = check()
        text = json.dumps({table: _plain(rows) for table, rows in tables.items()})
        keep(path, f"{_digest(made_by, text)}\n{text}")
        return tables


def _digest(made_by: str, text: str) -> str:
    return hashlib.sha256(f"{made_by}\n{text}".encode()).hexdigest()


def _plain(rows: Rows) -> dict[str, list]:
    return {
        "rows": list(rows.by_id.values()),
        "lines": [place.line for place in rows.places.values()],
        "unknown": sorted(rows.unknown),
    }


def _rows(table: str, rows: list[dict], lines: list[int], unknown: list[list[str]]) -> Rows:
    by_id = {row["row_id"]: row for row in rows}
    places = {row_id: Place(f"{table}.csv", line) for row_id, line in zip(by_id, lines, strict=True)}
    return Rows(by_id, places, frozenset((row_id, column) for row_id, column in unknown))
