"""How a column is declared once: type, unit, range and meaning, for readers, checks and documents alike."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from oilplan.record.edtf import FORM, edtf_fault

Status = Literal["documented", "looked_up", "digitised", "mixed", "part_verified", "recalled", "derived", "missing"]
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
YEAR = r"^19\d\d$"
DAY = r"^19\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"
DAY_OR_MONTH = r"^19\d\d-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?$"
KEY = r"^[A-Za-z0-9][A-Za-z0-9_.+-]*$"
FACTS = r"^F\d{3}(;F\d{3})*$"
CLAIMS = r"^C\d{2}(;C\d{2})*$"
BEARS = r"^(for|against|on):C\d{2}(;(for|against|on):C\d{2})*$"
SOURCE_KEYS = r"^[A-Za-z0-9][A-Za-z0-9_:.+/-]*(;[A-Za-z0-9][A-Za-z0-9_:.+/-]*)*$"
QUALITY = r"^(ok|(date|duplicate|force|plant)_suspect(;(date|duplicate|force|plant)_suspect)*)$"
PATTERN_WORDS = {
    MONTH: "YYYY-MM",
    DAY: "YYYY-MM-DD",
    DAY_OR_MONTH: "YYYY-MM-DD or YYYY-MM",
    KEY: "letters, digits, _ . + -, no spaces",
    SOURCE_KEYS: "keys joined by ';'",
    BEARS: "for, against or on, a colon and the claim (for:C26;on:C44)",
    QUALITY: "ok, or date_suspect, duplicate_suspect, force_suspect, plant_suspect joined by ';'",
}
"""What each pattern asks, in words, for messages and descriptions."""
MOST = 1e9
"""No figure of the record is larger: Germany used eleven million tons of oil in its best year."""


def _edtf(text: str) -> str:
    fault = edtf_fault(text)
    if fault is None and any(not end.startswith("19") for end in text.split("/") if end not in ("", "..")):
        fault = "lies outside 1900 to 1999"
    if fault:
        raise PydanticCustomError("edtf", "{form}; this one {fault}", {"form": FORM, "fault": fault})
    return text


Edtf = Annotated[str, AfterValidator(_edtf)]
"""A date cell: EDTF, levels 0 and 1, of the twentieth century."""
Day = Annotated[str, Field(pattern=DAY), AfterValidator(_edtf)]
"""A date cell that holds a day that was."""
Month = Annotated[str, Field(pattern=MONTH), AfterValidator(_edtf)]
"""A date cell that holds a month."""


def column(meaning: str, *, unit: str | None = None, required: bool = False, **limits: Any) -> Any:
    """Declare one column of a table.

    meaning: one sentence, printed in ``describe`` and in the data package
    unit: unit of the numbers, as printed; None for text
    required: an empty cell is refused
    limits: pydantic limits (``ge``, ``le``, ``pattern``)
    """
    default: Any = ... if required else None
    if limits.keys() & {"ge", "gt"}:
        limits.setdefault("le", MOST)
    extra: Any = {"unit": unit} if unit else None
    return Field(default=default, description=meaning, json_schema_extra=extra, **limits)


def date_column(meaning: str, *, required: bool = False, **limits: Any) -> Any:
    """Declare a column of dates; its annotation is `Edtf`."""
    return Field(default=... if required else None, description=meaning, json_schema_extra={"date": True}, **limits)


def period_column() -> Any:
    """When the figure holds."""
    return date_column("Day, month, year or interval the row speaks of", required=True)


def quantity_column(meaning: str = "What is counted or said") -> Any:
    """What the figure is of."""
    return column(meaning, required=True, pattern=KEY)


def value_column(*, lowest: float = 0.0) -> Any:
    """A figure whose unit stands in the row. lowest: changes may be below nothing"""
    return column("The figure in the row's unit; empty where the source gives words", ge=lowest)


def low_column(*, lowest: float = 0.0) -> Any:
    """Lower end of a printed range, or the lowest among the sources."""
    return column("Lowest figure printed, in the row's unit", unit="as in the row", ge=lowest)


def high_column(*, lowest: float = 0.0) -> Any:
    """Upper end of a printed range, or the highest among the sources."""
    return column("Highest figure printed, in the row's unit", unit="as in the row", ge=lowest)


def source_column() -> Any:
    """The work and where in it the figure stands, for people; keys are in ``source_keys``."""
    return column("Source as printed while the table was made: the work, and where in it", required=True)


def verified_column() -> Any:
    """The first mark of how a row is known."""
    return column("How the row was verified, as printed while the table was made")


def note_column() -> Any:
    """What else must be known to use a row."""
    return column("What else must be known to use the row")


def is_weak(status: str, confidence: str) -> bool:
    """Whether a row must be marked wherever it is shown: ``WEAK_MEANING``."""
    return status in WEAK_STATUS or confidence in WEAK_CONFIDENCE


def weak_row(row: dict) -> bool:
    """Whether a row is marked wherever it is shown."""
    return is_weak(row["status"], row["confidence"])


class Row(BaseModel):
    """What every row of every table carries: a key that never changes, and who says so."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, defer_build=True)

    row_id: str = column("Key of the row; never reused or renumbered", required=True, pattern=KEY)


class Marks(BaseModel):
    """The closing columns of every row: where it comes from and how far to believe it."""

    source_keys: str = column(
        "Keys in sources.bib of the works the row rests on, joined by ';'", required=True, pattern=SOURCE_KEYS
    )
    via: str | None = column("Page copy, repository, forum or memory through which the work was reached")
    status: Status = column("How the row is known", required=True)
    confidence: Confidence = column("How far the figure may be trusted", required=True)
    marks_note: str | None = column("What qualifies the status or the confidence of this row")


class CitedColumns(BaseModel):
    """What every row that says something of its own ends with."""

    source: str = source_column()
    note: str | None = note_column()
    quote: str | None = column("The words it rests on, at most fifteen")
    facts: str | None = column("Numbers of the gathered facts the row carries, joined by ';'", pattern=FACTS)


class FigureColumns(CitedColumns):
    """A figure in the row's unit, with the ends of a printed range or the lowest and highest among the sources."""

    value: float | None = value_column()
    low: float | None = low_column()
    high: float | None = high_column()
    unit: str = column(
        "Unit as printed, with what is presumed in brackets; text or date where there is no figure", required=True
    )


class SaidColumns(FigureColumns):
    """A figure, or what the source says in words."""

    says: str | None = column("What the source says where it gives no figure, in our words")


LAST = [
    "value",
    "low",
    "high",
    "unit",
    "says",
    "basis",
    "source",
    "verified",
    "how_verified",
    "note",
    "bears_on",
    "quote",
    "facts",
]
"""Columns that close a row of `CitedColumns`, in file order; its own come before them, the marks after."""
