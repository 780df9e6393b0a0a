"""The record as a test sees it: every row it takes is written down, and a row that is not there stops the test."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol


class Tables(Protocol):
    """Anything that gives the rows of a table by ``row_id``: a `Record`, or one with rows changed or taken away."""

    def rows(self, name: str) -> dict[str, dict]: ...

    def __hash__(self) -> int: ...


class Missing(Exception):
    """Data that a test needs and the record has not: the table, and what was looked for in it."""

    def __init__(self, table: str, what: str) -> None:
        super().__init__(f"{what} (table {table})")
        self.table = table
        self.what = what


class Ledger:
    """Reads tables and keeps account of the rows a test rests on."""

    def __init__(self, record: Tables) -> None:
        self.record = record
        self._used: dict[tuple[str, str], None] = {}

    @property
    def used(self) -> tuple[tuple[str, str], ...]:
        """(table, row_id) of every row used, in the order of use."""
        return tuple(self._used)

    def rows(self, table: str) -> list[dict]:
        """All rows of a table, not yet counted as used. Raises Missing for a table without rows."""
        rows = list(self.record.rows(table).values())
        if not rows:
            raise Missing(table, f"the table '{table}' has no rows")
        return rows

    def use(self, table: str, rows: Iterable[dict]) -> list[dict]:
        """Write rows down as used and hand them on."""
        kept = list(rows)
        self._used.update(dict.fromkeys((table, row["row_id"]) for row in kept))
        return kept

    def find(self, table: str, what: str, where: Callable[[dict], Any] | None = None, **equal: Any) -> list[dict]:
        """The rows that meet the conditions, written down as used.

        what: the rows in words, for the reader who has to supply them; where, equal: conditions on a row.

        Raises Missing when there are none.
        """
        rows = [r for r in self.rows(table) if all(r[k] == v for k, v in equal.items()) and (not where or where(r))]
        if not rows:
            raise Missing(table, what)
        return self.use(table, rows)

    def one(self, table: str, row_id: str) -> dict:
        """One row by its key, written down as used. Raises Missing where it is not there."""
        self.rows(table)
        row = self.record.rows(table).get(row_id)
        if row is None:
            raise Missing(table, f"the row {row_id}")
        return self.use(table, [row])[0]
