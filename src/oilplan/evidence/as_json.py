"""A reading as plain JSON values; every offset counts characters of the raw decoded text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from oilplan.evidence.findings import Document, Overlap, Proposal, Reading, ReadLetter, TextRepair
from oilplan.evidence.printed_pages import page_at

Page = Callable[[int], str]
"""What the page of a raw offset is cited by."""


def reading_json(reading: Reading) -> dict[str, Any]:
    """The reading as a dictionary of plain values: documents, overlaps, joined texts, proposals, files not read.

    Each document holds its ``reading`` (the repaired text) and ``pages``; each finding the ``page`` to cite it by:
    the printed number, or the page's place in the file in brackets where none was found.
    """
    return {key: list(rows) for key, rows in _parts(reading)}


def json_text(reading: Reading) -> Iterator[str]:
    """`reading_json` as text, one finding a line, in pieces: a whole book is never held as one string."""
    yield "{"
    for number, (key, rows) in enumerate(_parts(reading)):
        yield f"{',' if number else ''}\n{_dump(key)}: ["
        for place, row in enumerate(rows):
            yield ",\n" if place else "\n"
            yield from _lines(row) if key == "documents" else (_dump(row),)
        yield "]"
    yield "}\n"


def _lines(document: dict[str, Any]) -> Iterator[str]:
    """One document: a list of findings has a line for each."""
    yield "{"
    for number, (key, value) in enumerate(document.items()):
        yield f"{',' if number else ''}\n{_dump(key)}: "
        if isinstance(value, list) and value:
            yield "["
            for place, row in enumerate(value):
                yield f"{',' if place else ''}\n{_dump(row)}"
            yield "]"
        else:
            yield _dump(value)
    yield "}"


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _parts(reading: Reading) -> Iterator[tuple[str, Iterable[dict[str, Any]]]]:
    pages = {d.file: _pages_of(d) for d in reading.documents}
    yield "documents", (_document(d, pages[d.file]) for d in reading.documents)
    yield "overlaps", (_overlap(o) for o in reading.overlaps)
    yield (
        "joined",
        (
            {
                "files": list(j.files),
                "starts": list(j.starts),
                "characters": len(j.text),
                "text": j.text,
                "reading": j.reading,
            }
            for j in reading.joined
        ),
    )
    yield "proposals", (_proposal(p, pages[p.file]) for p in reading.proposals)
    yield "unread", (_plain(u) for u in reading.unread)


def _pages_of(document: Document) -> Page:
    return lambda at: page_at(document.pages, at)


def _document(document: Document, page: Page) -> dict[str, Any]:
    def cited(rows: Iterable[Any], plain: Callable[[Any], dict[str, Any]] | None = None) -> list[dict[str, Any]]:
        return [{**(plain or _plain)(row), "page": page(row.start)} for row in rows]

    return {
        "file": document.file,
        "read_as": document.read_as,
        "characters": len(document.raw),
        "reading": document.reading,
        "pages": [{"printed": p.printed or None, "start": p.start, "end": p.end} for p in document.pages],
        "repairs": cited(document.repairs, _repair),
        "dates": cited(document.dates),
        "names": cited(document.names),
        "quantities": cited(document.quantities),
        "letters": cited(document.letters, _letter),
        "quotations": cited(document.quotations),
        "paraphrases": cited(document.paraphrases),
        "notes": cited(document.notes),
        "tables": cited(document.tables),
    }


def _repair(repair: TextRepair) -> dict[str, Any]:
    plain = _plain(repair)
    del plain["text"]
    plain["class"] = plain.pop("kind")
    return plain


def _letter(letter: ReadLetter) -> dict[str, Any]:
    return {("from" if k == "sender" else k): (None if v == "" else v) for k, v in _plain(letter).items()}


def _proposal(proposal: Proposal, page: Page) -> dict[str, Any]:
    return {**_plain(proposal), "page": page(proposal.start)}


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
    return {k: _listed(v) for k, v in row._asdict().items()}


def _listed(value: Any) -> Any:
    return [_listed(v) for v in value] if isinstance(value, tuple) else value
