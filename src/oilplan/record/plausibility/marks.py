"""Rules on who says so: sources, status and confidence of any table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from oilplan.record.plausibility.finding import Finding
from oilplan.record.record import Record
from oilplan.record.tables import TABLES

READ = ("looked_up", "documented")
UNREAD = ("Recalled", "Derived", "None")


def memory_is_not_a_look_up(record: Record) -> Iterator[Finding]:
    """A row called looked_up or documented rests on at least one work that was read, in whatever copy."""
    for table in record.tables:
        for row_id, row in record.rows(table).items():
            reached = [record.source(key).reached for key in row["source_keys"].split(";")]
            if row["status"] in READ and all(word in UNREAD for word in reached):
                yield Finding(
                    table,
                    row_id,
                    "status",
                    f"'{row['status']}', but no source of it was read ({', '.join(reached)}); "
                    "say recalled, or name the work that was read",
                )


def recalled_says_so(record: Record) -> Iterator[Finding]:
    """A row whose printed source opens with 'recalled' is not called looked_up, documented or digitised."""
    for table in record.tables:
        for row_id, row in record.rows(table).items():
            printed = (row.get("source") or row.get("estimate_source") or "").lower()
            if printed.startswith("recalled") and row["status"] in (*READ, "digitised"):
                yield Finding(
                    table, row_id, "status", f"'{row['status']}', but its source reads '{printed[:40]}'"
                )


def derived_is_not_a_fact(record: Record) -> Iterator[Finding]:
    """A row whose source, basis or verification says computed or derived has status derived."""
    for table in record.tables:
        for row_id, row in record.rows(table).items():
            words = " ".join(row.get(name) or "" for name in ("source", "basis", "verified")).lower()
            if ("computed" in words or "derived" in words) and row["status"] != "derived":
                yield Finding(
                    table,
                    row_id,
                    "status",
                    f"'{row['status']}', but the row says it was computed; expected derived",
                )


def nothing_has_no_confidence(record: Record) -> Iterator[Finding]:
    """Confidence is none exactly where the status is missing: a gap is not a weak figure."""
    for table in record.tables:
        for row_id, row in record.rows(table).items():
            if (row["status"] == "missing") != (row["confidence"] == "none"):
                yield Finding(
                    table,
                    row_id,
                    "confidence",
                    f"status '{row['status']}' with confidence '{row['confidence']}'; missing goes with none",
                )


def missing_has_no_figure(record: Record) -> Iterator[Finding]:
    """A row of status missing holds no figure: a gap is not filled by a guess."""
    for table in record.tables:
        for row_id, row in record.rows(table).items():
            for column in ("value", "tons_metric"):
                if row["status"] == "missing" and row.get(column) is not None:
                    yield Finding(
                        table, row_id, column, f"{row[column]:g} in a row of status missing; expected empty"
                    )


def fact_stands_once(record: Record) -> Iterator[Finding]:
    """No two rows of a table say the same thing of the same time from the same sources."""
    for table in record.tables:
        first: dict[tuple, str] = {}
        for row_id, row in record.rows(table).items():
            key = tuple(row[column] for column in TABLES[table].key)
            if key in first:
                yield Finding(
                    table,
                    row_id,
                    TABLES[table].key[0],
                    f"repeats '{first[key]}'; overrule it by using its row_id",
                )
            first.setdefault(key, row_id)


def averages_show_their_range(record: Record) -> Iterator[Finding]:
    """A midpoint names its range: conflicting sources stand as two rows, never as their average."""
    for table in record.tables:
        for row_id, row in record.rows(table).items():
            note = (row.get("note") or "").lower()
            if (
                any(word in note for word in ("midpoint", "mean of", "average of the sources"))
                and "-" not in note
            ):
                yield Finding(
                    table, row_id, "note", "an average without its range; give both figures as two rows"
                )


def conflict_is_announced(record: Record) -> Iterator[Finding]:
    """Rows of one series and time with different figures from different sources say so in a note."""
    columns = {
        "target_systems": ("system", "metric", "period"),
        "substitutes": ("substitute", "metric", "period"),
    }
    for table, key in columns.items():
        groups: dict[tuple, list[tuple[str, dict]]] = defaultdict(list)
        for row_id, row in record.rows(table).items():
            groups[tuple(row[column] for column in key)].append((row_id, row))
        for rows in groups.values():
            if len({row["value"] for _, row in rows}) > 1 and not any(row["note"] for _, row in rows):
                yield Finding(table, rows[-1][0], "note", f"differs from '{rows[0][0]}' and no note says why")
