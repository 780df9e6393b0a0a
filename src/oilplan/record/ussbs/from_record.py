"""What an import takes from the record: the placing of targets, and the total to hold Leuna against."""

from __future__ import annotations

from oilplan.record.record import Record
from oilplan.record.ussbs.places import TargetGazetteer
from oilplan.record.ussbs.result import KnownTotal

LEUNA_TOTAL_ID = "leuna_tons"


def gazetteer_of(record: Record) -> TargetGazetteer:
    """The record's table of raid targets as a gazetteer; a user's rows in it place targets of their own."""
    return TargetGazetteer.of_targets(record.rows("raid_targets").values())


def known_leuna_total(record: Record) -> KnownTotal | None:
    """The survey's tons on Leuna from the record's table of totals; None if there is no such row."""
    for row in record.rows("totals_known").values():
        if row["id"] == LEUNA_TOTAL_ID and row["unit"] == "short tons":
            source = f"{row['source_keys']}; {row['status']}, {row['confidence']} confidence"
            return KnownTotal(row["value"], source)
    return None
