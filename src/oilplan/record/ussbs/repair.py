"""What was changed or is doubted in a row, and why."""

from __future__ import annotations

from typing import NamedTuple

DATE, FORCE, PLANT, DUPLICATE = "date_suspect", "force_suspect", "plant_suspect", "duplicate_suspect"


class RowRepair(NamedTuple):
    """One change, or one doubt that changed nothing (``found`` equal to ``taken``).

    field: what it is about: day, month, year, date, night, force, plant, tons, coordinates
    found: as the sheet has it, or as the step before left it
    taken: what is used instead
    reason: why, in words for a reader of the audit
    flag: the quality flag that it puts on the raid; empty where nothing is left in doubt
    """

    field: str
    found: str
    taken: str
    reason: str
    flag: str

    def __str__(self) -> str:
        if self.found == self.taken:
            return f"{self.field} {self.found or '(none)'} doubted: {self.reason}"
        return f"{self.field} {self.found or '(none)'} -> {self.taken or '(none)'}: {self.reason}"
