"""A record with tables emptied, rows taken away or figures changed, for tests of verdicts."""

from __future__ import annotations

import pytest

from oilplan.argument.verdict import Verdict, verdicts
from oilplan.record import Record, load_record


class Changed:
    """The embedded record, but for some rows.

    emptied: tables without rows; without: (table, row_id) taken away; values: (table, row_id, column) -> new value
    """

    def __init__(self, record: Record, *, emptied=(), without=(), values=None, added=None) -> None:
        self._record = record
        self._emptied, self._without = set(emptied), set(without)
        self._values, self._added = values or {}, added or {}
        self.hash = record.hash

    def rows(self, name: str) -> dict[str, dict]:
        if name in self._emptied:
            return {}
        kept = {k: dict(r) for k, r in self._record.rows(name).items() if (name, k) not in self._without}
        for (table, row_id, column), value in self._values.items():
            if table == name:
                kept[row_id][column] = value
        return kept | self._added.get(name, {})

    def source(self, key):
        return self._record.source(key)


@pytest.fixture(scope="session")
def record() -> Record:
    return load_record()


@pytest.fixture(scope="session")
def changed(record):
    def build(**changes) -> Changed:
        return Changed(record, **changes)

    return build


@pytest.fixture(scope="session")
def verdict_on(record, changed):
    """Verdict on one claim, on the record with changes."""

    def on(claim_id: str, **changes) -> Verdict:
        return verdicts(changed(**changes) if changes else record, [claim_id])[0]

    on.record = record  # type: ignore[attr-defined]
    return on
