"""What the marks of a row mean, and from provenance to error: how far a figure may be wrong by how it is known.

| provenance of the row | relative error (one standard deviation) |
|---|---|
| looked up or documented, confidence high | 4 percent |
| looked up or documented at lower confidence; digitised; part looked up | 7 percent |
| recalled | 10 percent |
| recalled with low confidence | 15 percent |
| derived, or missing | none: the row is no independent figure |

The fit, the sensitivity study and the verdicts ask here. The percentages are a judgement: a figure that a work prints is
itself rounded and copied from returns of the time; a recalled one has been out by a tenth where a page was later found.
"""

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


READ = ("looked_up", "documented")
NO_FIGURE = ("derived", "missing")
READ_ERROR, LESS_SURE_ERROR, RECALLED_ERROR, WEAKLY_RECALLED_ERROR = 0.04, 0.07, 0.10, 0.15
Z90 = 1.645
"""Standard deviations from the centre of a 90 percent interval to its end."""


class Origin(NamedTuple):
    """What rows of one origin share: an error of one is an error of all.

    source_keys: the works they rest on; total: what they are parts or months of, so that they rise and fall together
    """

    source_keys: tuple[str, ...]
    total: str


def relative_error(status: str, confidence: str | None) -> float | None:
    """Relative standard deviation of a figure by how it is known; None where the row is no independent figure."""
    if status in NO_FIGURE:
        return None
    if status == "recalled":
        return WEAKLY_RECALLED_ERROR if confidence == "low" else RECALLED_ERROR
    return READ_ERROR if status in READ and confidence == "high" else LESS_SURE_ERROR


def error_of(row: dict[str, Any]) -> float | None:
    """`relative_error` of a row of any table."""
    return relative_error(row["status"], row["confidence"])


def figure_sd(value: float, row: dict[str, Any], *, floor: float = 0.0) -> float | None:
    """Standard deviation of a row's figure in the figure's own unit; None where the row is no independent figure.

    The bounds a row prints count as the ends of a 90 percent interval and add to its error in quadrature, as does
    ``floor``: what a figure of this kind is never better known than, in the figure's unit.
    """
    share = error_of(row)
    if share is None:
        return None
    low, high = bounds_of(row)
    low, high = min(value, value if low is None else low), max(value, value if high is None else high)
    return ((share * value) ** 2 + ((high - low) / 2 / Z90) ** 2 + floor**2) ** 0.5


def bounds_of(row: dict[str, Any]) -> tuple[float | None, float | None]:
    """The lowest and highest figure that the row itself prints, or None; plants print theirs as capacity_low and _high."""
    return row.get("low", row.get("capacity_low")), row.get("high", row.get("capacity_high"))


def origin_of(row: dict[str, Any]) -> Origin:
    """What a row shares with others: rows of one origin err together, rows of different origins on their own.

    Rows with the same works and the same quantity (whatever their period) are one origin: monthly figures read in one
    table are wrong together if the table is.
    """
    subject = "|".join(str(row[name]) for name in ("force", "product", "quantity") if row.get(name) is not None)
    return Origin(tuple(sorted(row["source_keys"].split(";"))), subject)
