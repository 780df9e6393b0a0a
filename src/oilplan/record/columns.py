"""How a column is declared once: type, unit, range and meaning, for readers, checks and documents alike."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Status = Literal[
    "documented", "looked_up", "digitised", "mixed", "part_verified", "recalled", "derived", "missing"
]
"""How a row is known; ``STATUS_MEANING`` says what each word stands for."""

Confidence = Literal["high", "medium-high", "medium", "medium-low", "low", "none"]
"""How far the figure itself may be trusted, whatever its status; ``none`` where there is no figure."""

STATUS_MEANING = {
    "documented": "the words themselves were read in the passage or document",
    "looked_up": "the figure was read in a public page or repository",
    "digitised": "from the public digitisation of the survey's attack tabulation; its pages were not seen",
    "mixed": "part read, part recalled; the row's note says which",
    "part_verified": "the document or estimate is confirmed, the rest of the row is recalled",
    "recalled": "from memory; no page was seen",
    "derived": "computed from other rows or from an event; never an independent fact",
    "missing": "looked for and not found; there is no figure",
}

WEAK_STATUS = ("recalled", "mixed", "part_verified", "derived", "missing")
WEAK_CONFIDENCE = ("low", "none")
WEAK_MEANING = "recalled in whole or in part, derived, missing or of low confidence"

MONTH = r"^19\d\d-(0[1-9]|1[0-2])$"
DAY = r"^19\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"
DAY_OR_MONTH = r"^19\d\d-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?$"
PERIOD = (
    r"^19\d\d(-(0[1-9]|1[0-2]|Q[1-4])(-(0[1-9]|[12]\d|3[01]))?)?"
    r"((\.\.|/|-)19\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?)?$"
)
"""A year, quarter, month or day, or two of them joined by ``..``, ``/`` or (two years only) ``-``."""
KEY = r"^[A-Za-z0-9][A-Za-z0-9_.+-]*$"
SOURCE_KEYS = r"^[a-z][a-z0-9_]*(;[a-z][a-z0-9_]*)*$"
QUALITY = r"^(ok|(date|duplicate|force|plant)_suspect(;(date|duplicate|force|plant)_suspect)*)$"
PATTERN_WORDS = {
    MONTH: "YYYY-MM",
    DAY: "YYYY-MM-DD",
    DAY_OR_MONTH: "YYYY-MM-DD or YYYY-MM",
    PERIOD: "YYYY, YYYY-MM or YYYY-MM-DD, or two of them as A..B or A/B",
    KEY: "letters, digits, _ . + -, no spaces",
    SOURCE_KEYS: "keys joined by ';'",
    QUALITY: "ok, or date_suspect, duplicate_suspect, force_suspect, plant_suspect joined by ';'",
}
"""What each pattern asks, in words, for messages and descriptions."""


def column(meaning: str, *, unit: str | None = None, required: bool = False, **limits: Any) -> Any:
    """Declare one column of a table.

    meaning: one sentence, printed in ``describe`` and in the data package
    unit: unit of the numbers, as printed; None for text
    required: an empty cell is refused
    limits: pydantic limits (``ge``, ``le``, ``pattern``)
    """
    default: Any = ... if required else None
    extra: Any = {"unit": unit} if unit else None
    return Field(default=default, description=meaning, json_schema_extra=extra, **limits)


def is_weak(status: str, confidence: str) -> bool:
    """Whether a row must be marked wherever it is shown: ``WEAK_MEANING``."""
    return status in WEAK_STATUS or confidence in WEAK_CONFIDENCE


class Row(BaseModel):
    """What every row of every table carries: a key that never changes, and who says so."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, defer_build=True)

    row_id: str = column("Key of the row; never reused or renumbered", required=True, pattern=KEY)


class Marks(BaseModel):
    """The closing columns of every row: where it comes from and how far to believe it."""

    source_keys: str = column(
        "Keys in sources.bib of the works the row rests on, joined by ';'",
        required=True,
        pattern=SOURCE_KEYS,
    )
    via: str | None = column("Page copy, repository, forum or memory through which the work was reached")
    status: Status = column("How the row is known", required=True)
    confidence: Confidence = column("How far the figure may be trusted", required=True)
    marks_note: str | None = column("What qualifies the status or the confidence of this row")
