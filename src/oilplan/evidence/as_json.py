"""A reading as plain JSON values; every offset counts characters of the raw decoded text."""

from __future__ import annotations

from typing import Any

from oilplan.evidence.findings import Document, ReadLetter, Overlap, Reading, Repair


def reading_json(reading: Reading) -> dict[str, Any]:
    """The reading as a dictionary of plain values: documents, overlaps, joined texts and proposals."""
    return {
        "documents": [_document(d) for d in reading.documents],
        "overlaps": [_overlap(o) for o in reading.overlaps],
        "joined": [
            {"files": list(j.files), "starts": list(j.starts), "characters": len(j.text), "reading": j.reading}
            for j in reading.joined
        ],
        "proposals": [_plain(p) for p in reading.proposals],
    }


def _document(document: Document) -> dict[str, Any]:
    return {
        "file": document.file,
        "characters": len(document.raw),
        "repairs": [_repair(r) for r in document.repairs],
        "dates": [_plain(d) for d in document.dates],
        "names": [_plain(n) for n in document.names],
        "quantities": [_plain(q) for q in document.quantities],
        "letters": [_letter(x) for x in document.letters],
        "quotations": [_plain(q) for q in document.quotations],
        "paraphrases": [_plain(p) for p in document.paraphrases],
        "notes": [_plain(n) for n in document.notes],
    }


def _repair(repair: Repair) -> dict[str, Any]:
    plain = _plain(repair)
    del plain["text"]
    plain["class"] = plain.pop("kind")
    return plain


def _letter(letter: ReadLetter) -> dict[str, Any]:
    plain = {("from" if k == "sender" else k): (None if v == "" else v) for k, v in _plain(letter).items()}
    return plain


def _overlap(overlap: Overlap) -> dict[str, Any]:
    return {
        "a": overlap.a,
        "b": overlap.b,
        "a_span": list(overlap.a_span),
        "b_span": list(overlap.b_span),
        "differences": [_plain(d) for d in overlap.differences],
        "joined_characters": overlap.joined_characters,
    }


def _plain(row: Any) -> dict[str, Any]:
    return {k: list(v) if isinstance(v, tuple) else v for k, v in row._asdict().items()}
