"""Rules on claims, directives and letters, and on the repairs of the record."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from oilplan.record.corrections import ACTIONS, read_corrections
from oilplan.record.plausibility.finding import Finding
from oilplan.record.record import Record


def claim_is_anchored(record: Record) -> Iterator[Finding]:
    """Every passage a claim names has one anchor in it, passage:offset."""
    for row_id, row in record.rows("claims").items():
        passages = [anchor.partition(":")[0] for anchor in row["raw_anchor_start"].split(";")]
        offsets = [anchor.partition(":")[2] for anchor in row["raw_anchor_start"].split(";")]
        if passages != row["seed"].split(";") or not all(offset.isdigit() for offset in offsets):
            yield Finding(
                "claims", row_id, "raw_anchor_start", f"'{row['raw_anchor_start']}' for {row['seed']}"
            )


def claim_can_be_lost(record: Record) -> Iterator[Finding]:
    """What supports a claim, what contradicts it and what leaves it open are three different things."""
    for row_id, row in record.rows("claims").items():
        if len({row["supported_if"], row["contradicted_if"], row["undetermined_if"]}) < 3:
            yield Finding("claims", row_id, "contradicted_if", "two of the three rules are the same")


def directives_in_order(record: Record) -> Iterator[Finding]:
    """Directives stand in order of date, one for each."""
    rows = sorted(record.rows("directives").values(), key=lambda row: row["directive_id"])
    for earlier, later in pairwise(rows):
        if later["date"] <= earlier["date"]:
            yield Finding(
                "directives", later["row_id"], "date", f"{later['date']} is not after {earlier['date']}"
            )


def interval_has_two_ends(record: Record) -> Iterator[Finding]:
    """A letter dated by an interval has two dates in order, one dated to the day has one."""
    for row_id, row in record.rows("letters").items():
        ends = row["date"].split("/")
        if len(ends) != (2 if row["date_precision"] == "interval" else 1) or ends != sorted(ends):
            yield Finding("letters", row_id, "date", f"'{row['date']}' for {row['date_precision']}")


def corrections_still_hold(record: Record) -> Iterator[Finding]:
    """Every repaired cell still holds what its correction put there, unless a user overrules the row."""
    overruled = (record.overlay or {}).get("rows_overruled", {})
    for correction in read_corrections():
        if correction.row_id in overruled.get(correction.table, ()):
            continue
        row = record.rows(correction.table).get(correction.row_id)
        cells = {f"{cell:g}" if isinstance(cell, float) else str(cell) for cell in row.values()} if row else set()
        gone = [cell for cell in correction.now.values() if cell and cell not in cells]
        if row is None or gone or correction.action not in ACTIONS:
            yield Finding(
                correction.table, correction.row_id, "", f"the ground moved under a correction: {gone}"
            )
