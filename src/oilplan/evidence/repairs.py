"""The repairs of a text, layer by layer; a later layer never touches what an earlier one has claimed."""

from __future__ import annotations

from collections.abc import Sequence

from oilplan.evidence.findings import Note, TextRepair
from oilplan.evidence.flat_tables import table_repairs
from oilplan.evidence.gazetteer import NameGazetteer
from oilplan.evidence.hyphens import hyphen_repairs
from oilplan.evidence.misread import (
    bare_day_repairs,
    figure_repairs,
    fraction_repairs,
    misread_name_repairs,
    ordinal_repairs,
    single_words,
)
from oilplan.evidence.notes import Footnote, Mark, Numbered, footnote_repairs
from oilplan.evidence.page_edges import cut_repairs
from oilplan.evidence.typesetting import mojibake_repairs, spacing_repairs

INFERRED_CAP = 0.8
"""A number inferred from a run holds only if the scan dropped no marker, which the run cannot show."""


def text_repairs(
    raw: str, gazetteer: NameGazetteer, notes: Sequence[Note], marks: Sequence[Mark], feet: list[Footnote]
) -> tuple[TextRepair, ...]:
    """All repairs of ``raw`` in order, given its note markers as numbered and its footnotes."""
    layers = (
        _note_repairs(notes, marks),
        footnote_repairs(raw, feet),
        mojibake_repairs(raw),
        hyphen_repairs(raw, single_words(gazetteer)),
        ordinal_repairs(raw),
        bare_day_repairs(raw),
        figure_repairs(raw),
        fraction_repairs(raw),
        misread_name_repairs(raw, gazetteer),
        spacing_repairs(raw),
    )
    kept: list[TextRepair] = []
    taken = bytearray(len(raw) + 1)
    for layer in layers:
        for repair in layer:
            if not any(taken[repair.start : repair.end]):
                taken[repair.start : repair.end] = b"\x01" * (repair.end - repair.start)
                kept.append(repair)
    tables = table_repairs(raw)
    return tuple(sorted([*kept, *tables, *cut_repairs(raw, [(t.start, t.end) for t in tables], marks)]))


def notes_of(marks: Sequence[Mark], numbers: Sequence[Numbered]) -> tuple[Note, ...]:
    """Markers with the numbers of their run, the confidence capped where the run was needed to read them."""
    notes = []
    for mark, numbered in zip(marks, numbers, strict=True):
        as_printed = mark.clean and numbered.number == numbered.alone == _value(mark.raw)
        confidence = numbered.probability if as_printed else min(INFERRED_CAP, numbered.probability)
        if as_printed:
            reason = f"reads as {numbered.number}, and the run of markers agrees"
        else:
            reason = (
                f"consecutive markers: alone it would read {numbered.alone} ({numbered.alone_probability:.2f}); "
                f"its place in the run makes it {numbered.number}, if the scan dropped no marker"
            )
        notes.append(Note(mark.start, mark.end, mark.raw, numbered.number, round(confidence, 3), reason))
    return tuple(notes)


def _value(raw: str) -> int | None:
    from oilplan.evidence.notes import SUPERSCRIPTS

    digits = raw.replace(" ", "").translate(SUPERSCRIPTS)
    return int(digits) if digits.isdigit() else None


def _note_repairs(notes: Sequence[Note], marks: Sequence[Mark]) -> list[TextRepair]:
    repairs = []
    for note, mark in zip(notes, marks, strict=True):
        kind = "note_marker" if mark.clean and note.number == _value(mark.raw) else "note_marker_garbled"
        reading = f"[note {note.number}]"
        repairs.append(TextRepair(note.start, note.end, note.raw, reading, kind, note.confidence, note.reason, ""))
    return repairs
