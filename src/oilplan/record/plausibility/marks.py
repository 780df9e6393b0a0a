"""Rules on who says so (sources, status and confidence of any table), and on claims, directives and letters."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from ..load import data_folder
from ..record import Record
from ..tables import MOVED, TABLES

ACTIONS = ("rejoin", "replace", "mark", "fill")


class Correction(NamedTuple):
    """One repaired row. ``found`` and ``now`` give cells by column name as the table was gathered.

    ``found`` may hold ``beyond``: the cell that a broken line pushed past the last column.
    """

    table: str
    row_id: str
    action: str
    reason: str
    found: dict[str, str]
    now: dict[str, str]


def read_corrections(path: Path | None = None) -> tuple[Correction, ...]:
    """Every correction of the embedded record, in file order.

    path: the file; None for the embedded ``corrections.toml``
    """
    text = (path or data_folder() / "corrections.toml").read_text(encoding="utf-8")
    return tuple(Correction(**entry) for entry in tomllib.loads(text)["correction"])


READ = ("looked_up", "documented")
UNREAD = ("Recalled", "Derived", "None")


class RowFinding(NamedTuple):
    """One implausible row. ``says`` says what came and what would be right."""

    table: str
    row_id: str
    column: str
    says: str


Rule = Callable[[Record], Iterator[RowFinding]]
"""A rule: its name is its title, its docstring its help, and it yields what breaks it."""


def memory_is_not_a_look_up(record: Record) -> Iterator[RowFinding]:
    """A row called looked_up or documented rests on at least one work that was read, in whatever copy."""
    for table in record.tables:
        for row_id, row in record.rows(table).items():
            reached = [record.source(key).reached for key in row["source_keys"].split(";")]
            if row["status"] in READ and all(word in UNREAD for word in reached):
                yield RowFinding(
                    table,
                    row_id,
                    "status",
                    f"'{row['status']}', but no source of it was read ({', '.join(reached)}); "
                    "say recalled, or name the work that was read",
                )


def recalled_says_so(record: Record) -> Iterator[RowFinding]:
    """A row whose printed source opens with 'recalled' is not called looked_up, documented or digitised."""
    for table in record.tables:
        for row_id, row in record.rows(table).items():
            printed = (row.get("source") or row.get("estimate_source") or "").lower()
            if printed.startswith("recalled") and row["status"] in (*READ, "digitised"):
                yield RowFinding(table, row_id, "status", f"'{row['status']}', but its source reads '{printed[:40]}'")


def derived_is_not_a_fact(record: Record) -> Iterator[RowFinding]:
    """A row whose source, basis or verification says computed or derived has status derived."""
    for table in record.tables:
        for row_id, row in record.rows(table).items():
            words = " ".join(row.get(name) or "" for name in ("source", "basis", "verified")).lower()
            if ("computed" in words or "derived" in words) and row["status"] != "derived":
                yield RowFinding(
                    table, row_id, "status", f"'{row['status']}', but the row says it was computed; expected derived"
                )


def nothing_has_no_confidence(record: Record) -> Iterator[RowFinding]:
    """Confidence is none exactly where the status is missing: a gap is not a weak figure."""
    for table in record.tables:
        for row_id, row in record.rows(table).items():
            if (row["status"] == "missing") != (row["confidence"] == "none"):
                yield RowFinding(
                    table,
                    row_id,
                    "confidence",
                    f"status '{row['status']}' with confidence '{row['confidence']}'; missing goes with none",
                )


def missing_has_no_figure(record: Record) -> Iterator[RowFinding]:
    """A row of status missing holds no figure: a gap is not filled by a guess."""
    for table in record.tables:
        for row_id, row in record.rows(table).items():
            if row["status"] == "missing" and row.get("value") is not None:
                yield RowFinding(table, row_id, "value", f"{row['value']:g} in a row of status missing; expected empty")


def fact_stands_once(record: Record) -> Iterator[RowFinding]:
    """No two rows of a table say the same thing of the same time from the same sources."""
    for table in record.tables:
        first: dict[tuple, str] = {}
        for row_id, row in record.rows(table).items():
            key = tuple(row[column] for column in TABLES[table].key)
            if key in first:
                yield RowFinding(
                    table, row_id, TABLES[table].key[0], f"repeats '{first[key]}'; overrule it by using its row_id"
                )
            first.setdefault(key, row_id)


def averages_show_their_range(record: Record) -> Iterator[RowFinding]:
    """A midpoint names its range: conflicting sources stand as two rows, never as their average."""
    for table in record.tables:
        for row_id, row in record.rows(table).items():
            note = (row.get("note") or "").lower()
            if any(word in note for word in ("midpoint", "mean of", "average of the sources")) and "-" not in note:
                yield RowFinding(table, row_id, "note", "an average without its range; give both figures as two rows")


def conflict_is_announced(record: Record) -> Iterator[RowFinding]:
    """Rows of one series and time with different figures from different sources say so in a note."""
    columns = {"target_systems": ("system", "quantity", "period"), "substitutes": ("substitute", "quantity", "period")}
    for table, key in columns.items():
        groups: dict[tuple, list[tuple[str, dict]]] = defaultdict(list)
        for row_id, row in record.rows(table).items():
            groups[tuple(row[column] for column in key)].append((row_id, row))
        for rows in groups.values():
            if len({row["value"] for _, row in rows}) > 1 and not any(row["note"] for _, row in rows):
                yield RowFinding(table, rows[-1][0], "note", f"differs from '{rows[0][0]}' and no note says why")


def claim_is_anchored(record: Record) -> Iterator[RowFinding]:
    """Every passage a claim names has one anchor in it, passage:offset."""
    for row_id, row in record.rows("claims").items():
        passages = [anchor.partition(":")[0] for anchor in row["raw_anchor_start"].split(";")]
        offsets = [anchor.partition(":")[2] for anchor in row["raw_anchor_start"].split(";")]
        if passages != row["seed"].split(";") or not all(offset.isdigit() for offset in offsets):
            yield RowFinding("claims", row_id, "raw_anchor_start", f"'{row['raw_anchor_start']}' for {row['seed']}")


def claim_can_be_lost(record: Record) -> Iterator[RowFinding]:
    """What supports a claim, what contradicts it and what leaves it open are three different things."""
    for row_id, row in record.rows("claims").items():
        if len({row["supported_if"], row["contradicted_if"], row["undetermined_if"]}) < 3:
            yield RowFinding("claims", row_id, "contradicted_if", "two of the three rules are the same")


def directives_in_order(record: Record) -> Iterator[RowFinding]:
    """Directives stand in order of date, one for each."""
    rows = sorted(record.rows("directives").values(), key=lambda row: row["directive_id"])
    for earlier, later in pairwise(rows):
        if later["date"] <= earlier["date"]:
            yield RowFinding("directives", later["row_id"], "date", f"{later['date']} is not after {earlier['date']}")


def interval_has_two_ends(record: Record) -> Iterator[RowFinding]:
    """A letter dated by an interval has two dates in order, one dated to the day has one."""
    for row_id, row in record.rows("letters").items():
        ends = row["date"].split("/")
        if len(ends) != (2 if row["date_precision"] == "interval" else 1) or ends != sorted(ends):
            yield RowFinding("letters", row_id, "date", f"'{row['date']}' for {row['date_precision']}")


def corrections_still_hold(record: Record) -> Iterator[RowFinding]:
    """Every repaired cell still holds what its correction put there, unless a user overrules the row."""
    overruled = (record.overlay or {}).get("rows_overruled", {})
    for correction in read_corrections():
        places = MOVED.get(correction.table, (correction.table,))
        if any(correction.row_id in overruled.get(table, ()) for table in places):
            continue
        row = next(filter(None, (record.rows(table).get(correction.row_id) for table in places)), None)
        cells = {f"{cell:g}" if isinstance(cell, float) else str(cell) for cell in row.values()} if row else set()
        gone = [cell for cell in correction.now.values() if cell and cell not in cells]
        if row is None or gone or correction.action not in ACTIONS:
            yield RowFinding(places[0], correction.row_id, "", f"the ground moved under a correction: {gone}")
