"""A record with tables emptied, rows taken away or figures changed, for tests of verdicts."""

from __future__ import annotations

import pytest

from oilplan.argument.ledger import FIGURES
from oilplan.argument.verdict import Verdict, verdicts
from oilplan.record import Record
from oilplan.record.tables import TABLES


class Changed:
    """The embedded record, but for some rows.

    emptied: tables without rows; without: (table, row_id) taken away; values: (table, row_id, column) -> new value
    """

    def __init__(self, record: Record, *, emptied=(), without=(), values=None, added=None) -> None:
        self._record = record
        self._emptied, self._without = set(emptied), set(without)
        self._values, self._added = values or {}, added or {}
        self._made: dict[str, dict[str, dict]] = {}
        self.hash, self.sources = record.hash, record.sources

    def rows(self, name: str) -> dict[str, dict]:
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def _make(self, name: str) -> dict[str, dict]:
        if name in self._emptied:
            return {}
        touched = {table for table, *_ in (*self._without, *self._values)} | set(self._added)
        if name not in touched:
            return self._record.rows(name)
        kept = {k: r for k, r in self._record.rows(name).items() if (name, k) not in self._without}
        for (table, row_id, column), value in self._values.items():
            if table == name:
                kept[row_id] = kept[row_id] | {column: value}
        return kept | self._added.get(name, {})

    def source(self, key):
        return self._record.source(key)


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


@pytest.fixture
def planted(verdict_on, record, monkeypatch):
    """Verdict on a claim on the record with changes: row id -> figure, (row id, column) -> cell; "-": rows taken away;
    "-like": rows of `claims_evidence` for a claim taken away; "-force", "-visual", "-letters": see below; "+": (table, row like
    which, changes) of rows added."""

    # what a grade hangs on is most of the work of a verdict, and no part of its grade
    monkeypatch.setattr("oilplan.argument.verdict._hangs_on", lambda *_: ("not asked", {}))

    def place(row_id: str) -> str:
        return next(t for t in TABLES if row_id in record.rows(t))

    def on(claim_id: str, changes: dict):
        values, gone, new = {}, [], {}
        for key, value in changes.items():
            if key == "-":
                gone += [(place(r), r) for r in value]
            elif key == "+":
                for n, (table, like, cells) in enumerate(value):
                    row = record.rows(table)[like] | cells
                    row = (
                        row
                        | {"row_id": f"X{n}"}
                        | ({"plant_id": f"x{n}", "site_id": f"x{n}"} if table == "plants" else {})
                    )
                    new.setdefault(table, {})[f"X{n}"] = row
            elif key == "-like":
                rows = record.rows("claims_evidence")
                gone += [
                    ("claims_evidence", k) for k, r in rows.items() if value in f"{r['claim_ids']} {r.get('bears')}"
                ]
            elif key == "-force":
                away = ("eighth_af", "fifteenth_af") if value == "americans" else (value,)
                gone += [("raids", k) for k, r in record.rows("raids").items() if r["force"] in away]
            elif key == "-by_night":
                gone += [("raids", k) for k, r in record.rows("raids").items() if r["night"]]
            elif key == "-letters":
                gone += [("letters", k) for k, r in record.rows("letters").items() if "Bottomley" in r["from"]]
            elif key == "-visual":
                sighted = record.rows("raid_sighting")
                values |= {
                    ("raid_sighting", k, "visual_percent"): 100.0 for k, r in sighted.items() if value in r["raid_id"]
                }
            elif key[0] == "period":
                _, months, quantity = key
                rows = {
                    k: r
                    for k, r in record.rows("output").items()
                    if r["period"] in months and r["quantity"].startswith(quantity)
                }
                tons = {k for k, r in rows.items() if r["unit"] == "t" and r["value"] is not None}
                values |= {("output", k, c): value for k in tons for c in ("value", "low", "high")}
            elif isinstance(key, tuple):
                values[place(key[0]), key[0], key[1]] = value
            else:
                table = place(key)
                column = next(c for c in FIGURES if c in record.rows(table)[key])
                values[table, key, column] = value
                values |= {
                    (table, key, c): None
                    for c in ("low", "high", "capacity_low", "capacity_high")
                    if c in record.rows(table)[key]
                }
        return verdict_on(claim_id, values=values, without=gone, added=new)

    return on
