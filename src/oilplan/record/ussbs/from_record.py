"""What an import takes from the record: the placing of targets, and the total to hold Leuna against."""

from __future__ import annotations

from oilplan.record.record import Record
from oilplan.record.ussbs.places import Gazetteer
from oilplan.record.ussbs.result import KnownTotal

LEUNA_TOTAL = "leuna_tons"


def gazetteer_of(record: Record) -> Gazetteer:
    """The record's table of raid targets as a gazetteer; a user's rows in it place targets of their own."""
    return Gazetteer.of_targets(record.rows("raid_targets").values())


def known_leuna_total(record: Record) -> KnownTotal | None:
    """The survey's tons on Leuna from the record's table of forces; None if there is no such row."""
    row = record.rows("forces").get(LEUNA_TOTAL)
    if row is None or row["unit"] != "short tons" or row["value"] is None:
        return None
    return KnownTotal(row["value"], f"{row['source_keys']}; {row['status']}, {row['confidence']} confidence")
