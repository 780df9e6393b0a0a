"""The embedded tables as they were once checked, kept so that the next command need not check them again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pydantic

from oilplan.cache import code_hash, open_cache
from oilplan.record.read import RowPlace, Rows


def once_checked(tables_hash: str, check: Callable[[], dict[str, Rows]]) -> dict[str, Rows]:
    """What ``check`` returns, read from the cache where the same code has checked the same tables before.

    tables_hash: over the bytes of every table; check: reads and checks them, and raises OilplanError where they do
    not fit; nothing is kept then. An entry of the cache that cannot be trusted or read is made again.
    """
    made_by = f"{tables_hash} {code_hash(Path(__file__).parent)} {pydantic.VERSION}"
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
