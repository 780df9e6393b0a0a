"""What is known of the oil campaign, and who says so: a source, status and confidence in every row."""

from oilplan.record.columns import WEAK_MEANING, ColumnDescription, is_weak, weak_row
from oilplan.record.load import Overlay
from oilplan.record.record import Record, load_record, own_rows
from oilplan.record.sources import Source

__all__ = [
    "WEAK_MEANING",
    "ColumnDescription",
    "Overlay",
    "Record",
    "Source",
    "is_weak",
    "load_record",
    "own_rows",
    "weak_row",
]
