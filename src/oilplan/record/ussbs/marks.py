"""The record's closing marks for an imported raid: its sources, and how far to believe it."""

from __future__ import annotations

from typing import NamedTuple

from oilplan.record.ussbs.raid import ImportedRaid

TABULATION_KEYS = ("ussbs_attack_books", "thesis_bombing")
CALENDAR_KEYS = ("middlebrook1985", "carter1973")
VIA = "digitisation (OCR and language-model correction) in nac-codes/thesis_bombing"
VIA_CALENDAR = VIA + "; raid calendar from memory"
ONTO_RECALLED = ("snapped_to_calendar", "month_misread", "same_time_as_bigger_row", "manual")
LIGHT_FLAGS = ("date_suspect", "force_suspect")


class RaidMarks(NamedTuple):
    """Columns of the same names in the record's raids table."""

    source_keys: str
    via: str
    status: str
    confidence: str
    marks_note: str


def marks_of(raid: ImportedRaid) -> RaidMarks:
    """The marks of a raid, by its quality flags and the basis of its date.

    A raid with no flag has medium confidence: it is a digitisation that nobody compared with the pages. One
    doubt of date or force alone makes it medium-low, any other low. Where a recalled raid moved or agreed
    with the date, the recalled calendar is among the sources; where it moved it, the status is ``mixed``.
    """
    bases = set(raid.date_basis.split("+"))
    moved = bool(bases & set(ONTO_RECALLED))
    recalled = moved or "raw_agrees_calendar" in bases
    flags = [] if raid.quality == "ok" else raid.quality.split(";")
    notes = ["date moved onto a recalled raid, so it does not confirm that raid"] if moved else []
    if flags:
        notes.append("confidence lowered for " + ", ".join(flags))
    return RaidMarks(
        source_keys=";".join(TABULATION_KEYS + (CALENDAR_KEYS if recalled else ())),
        via=VIA_CALENDAR if recalled else VIA,
        status="mixed" if moved else "digitised",
        confidence=_confidence(flags),
        marks_note="; ".join(notes),
    )


def _confidence(flags: list[str]) -> str:
    if not flags:
        return "medium"
    return "medium-low" if len(flags) == 1 and flags[0] in LIGHT_FLAGS else "low"
