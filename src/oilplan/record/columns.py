"""One column of a table as `columns.csv` declares it, for readers, checks and documents alike, and what the marks mean."""

from __future__ import annotations

from typing import Any, NamedTuple

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
"""How a row is known. Its confidence says how far the figure may be trusted, whatever its status."""
WEAK_STATUS = ("recalled", "mixed", "part_verified", "derived", "missing")
WEAK_CONFIDENCE = ("low", "none")
WEAK_MEANING = "recalled in whole or in part, derived, missing or of low confidence"


def is_weak(status: str, confidence: str) -> bool:
    """Whether a row must be marked wherever it is shown: ``WEAK_MEANING``."""
    return status in WEAK_STATUS or confidence in WEAK_CONFIDENCE


def weak_row(row: dict) -> bool:
    """Whether a row is marked wherever it is shown."""
    return is_weak(row["status"], row["confidence"])


MONTH = r"^19\d\d-(0[1-9]|1[0-2])$"
YEAR = r"^19\d\d$"
DAY = r"^19\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"
FORMS = {
    "month": MONTH,
    "day": DAY,
    "day_or_month": r"^19\d\d-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?$",
    "key": r"^[A-Za-z0-9][A-Za-z0-9_.+-]*$",
    "facts": r"^F\d{3}(;F\d{3})*$",
    "claims": r"^C\d{2}(;C\d{2})*$",
    "bears": r"^(for|against|on):C\d{2}(;(for|against|on):C\d{2})*$",
    "source_keys": r"^[A-Za-z0-9][A-Za-z0-9_:.+/-]*(;[A-Za-z0-9][A-Za-z0-9_:.+/-]*)*$",
    "quality": r"^(ok|(date|duplicate|force|plant)_suspect(;(date|duplicate|force|plant)_suspect)*)$",
    "process": (
        r"^(bergius|hydrogenation|iso-octane|methanol|fischer_tropsch|hydroforming|crude_refining|benzol|"
        r"(lignite|coal)\w*_tar)([\W_].*)?$"
    ),
}
"""How a text is written, by the names that `columns.csv` uses; ``process``: ways to make oil that the model knows."""
FORM_WORDS = {
    "month": "YYYY-MM",
    "day": "YYYY-MM-DD",
    "day_or_month": "YYYY-MM-DD or YYYY-MM",
    "key": "letters, digits, _ . + -, no spaces",
    "source_keys": "keys joined by ';'",
    "bears": "for, against or on, a colon and the claim (for:C26;on:C44)",
    "quality": "ok, or date_suspect, duplicate_suspect, force_suspect, plant_suspect joined by ';'",
    "process": (
        "one that opens with bergius, hydrogenation, iso-octane, methanol, fischer_tropsch, hydroforming, "
        "crude_refining, benzol, lignite_carbonisation_tar or coal_and_lignite_tar"
    ),
}
"""What each form asks, in words, for messages and descriptions."""
MOST = 1e9
"""No figure of the record is larger: Germany used eleven million tons of oil in its best year."""
SIGNS = {">=": "ge", ">": "gt", "<=": "le"}


class Column(NamedTuple):
    """A row of `columns.csv`.

    type: text, integer, number, date (EDTF of the twentieth century), day or month
    required: an empty cell is refused; unit: of the numbers, as printed
    limits: bounds of a number, by pydantic's names (ge, gt, le); words: the only ones allowed
    form: of `FORMS`, "" where the text is free; meaning: one sentence for descriptions and messages
    """

    name: str
    type: str
    required: bool
    unit: str
    limits: dict[str, float]
    words: tuple[str, ...]
    form: str
    meaning: str

    @property
    def is_date(self) -> bool:
        """Whether the column holds dates."""
        return self.type in ("date", "day", "month")

    @property
    def range(self) -> str:
        """What a cell may hold, in a few words."""
        if self.words:
            return ", ".join(self.words)
        bounds = [f"{sign} {self.limits[name]:g}" for sign, name in SIGNS.items() if name in self.limits]
        return " and ".join(bounds) or FORM_WORDS.get(self.form, "EDTF" if self.is_date else "")


def declared(cells: dict[str, str]) -> Column:
    """A column from its cells in `columns.csv`."""
    limits: dict[str, float] = {}
    for bound in filter(None, cells["range"].split(" and ")):
        sign, number = bound.split()
        limits[SIGNS[sign]] = int(number) if number.lstrip("-").isdigit() else float(number)
    if limits:
        limits.setdefault("le", MOST)
    return Column(
        name=cells["column"],
        type=cells["type"],
        required=cells["required"] == "yes",
        unit=cells["unit"],
        limits=limits,
        words=tuple(filter(None, cells["words"].split(";"))),
        form=cells["type"] if cells["type"] in ("day", "month") else cells["form"],
        meaning=cells["meaning"],
    )


class ColumnDescription(NamedTuple):
    """One column for people. ``type`` is text, date, integer or number; ``unit`` and ``range`` may be empty."""

    name: str
    type: str
    unit: str
    range: str
    required: bool
    meaning: str


def described(column: Column) -> ColumnDescription:
    """What a column means, in words."""
    kind = "date" if column.is_date else column.type
    return ColumnDescription(column.name, kind, column.unit, column.range, column.required, column.meaning)


def limits_of(column: Column) -> dict[str, Any]:
    """The bounds and the pattern of a column by pydantic's names: ge, gt, le, pattern."""
    return {**column.limits, **({"pattern": FORMS[column.form]} if column.form else {})}
