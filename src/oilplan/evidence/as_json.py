"""A reading as plain JSON values, and the documents kept so while a reading of many files goes on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

from oilplan.cache import Cache, code_hash
from oilplan.evidence import findings
from oilplan.evidence.findings import Document, Joined, Overlap, Proposal, Reading, ReadLetter, TextRepair
from oilplan.evidence.limits import MANY_CHARACTERS
from oilplan.evidence.printed_pages import page_at

Page = Callable[[int], str]
"""What the page of a raw offset is cited by."""


def reading_json(reading: Reading) -> dict[str, Any]:
    """The reading as a dictionary of plain values: documents, overlaps, joined texts, proposals, files not read.

    Each document holds its ``reading`` (the repaired text) and ``pages``; each finding the ``page`` to cite it by:
    the printed number, or the page's place in the file in brackets where none was found.
    """
    whole: dict[str, Any] = {key: list(rows) for key, rows in _parts(reading)}
    whole["documents"] = [{k: v if _is_plain(v) else list(v) for k, v in d.items()} for d in whole["documents"]]
    return whole


def json_text(reading: Reading) -> Iterator[str]:
    """`reading_json` as text, one finding a line, in pieces: a whole book is never held as one string."""
    yield "{"
    for number, (key, parts) in enumerate(_parts(reading)):
        yield f"{',' if number else ''}\n{_dump(key)}: ["
        for place, row in enumerate(parts):
            yield ",\n" if place else "\n"
            yield from _lines(row) if key == "documents" else (_dump(row),)
        yield "]"
    yield "}\n"


def _lines(document: dict[str, Any]) -> Iterator[str]:
    """One document: a list of findings has a line for each, a long text is written in pieces."""
    yield "{"
    for number, (key, value) in enumerate(document.items()):
        yield f"{',' if number else ''}\n{_dump(key)}: "
        if isinstance(value, str):
            yield '"'
            yield from (_dump(value[at : at + PIECE])[1:-1] for at in range(0, len(value), PIECE))
            yield '"'
        elif _is_plain(value):
            yield _dump(value)
        else:
            yield "["
            for place, row in enumerate(value):
                yield f"{',' if place else ''}\n{_dump(row)}"
            yield "]"
    yield "}"


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int)


_dump = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def _parts(reading: Reading) -> Iterator[tuple[str, Iterable[dict[str, Any]]]]:
    pages = {d.file: partial(page_at, d.pages) for d in reading.documents}
    yield "documents", (_document(d, pages[d.file]) for d in reading.documents)
    yield "overlaps", (_overlap(o) for o in reading.overlaps)
    yield "joined", (_joined(j) for j in reading.joined)
    yield "proposals", (_proposal(p, pages[p.file]) for p in reading.proposals)
    yield "unread", (_plain(u) for u in reading.unread)


def _joined(joined: Joined) -> dict[str, Any]:
    return {
        "files": list(joined.files),
        "starts": list(joined.starts),
        "characters": len(joined.text),
        "text": joined.text,
        "reading": joined.reading,
    }


def _document(document: Document, page: Page) -> dict[str, Any]:
    """The document's parts in order; its findings are made as they are asked for."""

    def cited(found: Iterable[Any], plain: Callable[[Any], dict[str, Any]]) -> Iterator[dict[str, Any]]:
        return ({**plain(row), "page": page(row.start)} for row in found)

    return {
        "file": document.file,
        "read_as": document.read_as,
        "characters": len(document.raw),
        "reading": document.reading,
        "pages": [{"printed": p.printed or None, "start": p.start, "end": p.end} for p in document.pages],
        **{f: cited(getattr(document, f), PLAIN.get(f, _plain)) for f in KINDS if f != "pages"},
    }


def _repair(repair: TextRepair) -> dict[str, Any]:
    plain = _plain(repair)
    del plain["text"]
    plain["class"] = plain.pop("kind")
    return plain


def _letter(letter: ReadLetter) -> dict[str, Any]:
    return {("from" if k == "sender" else k): (None if v == "" else v) for k, v in _plain(letter).items()}


PLAIN: dict[str, Callable[[Any], dict[str, Any]]] = {"repairs": _repair, "letters": _letter}
"""Of what is not written field by field."""


def _proposal(proposal: Proposal, page: Page) -> dict[str, Any]:
    return {**_plain(proposal), "page": page(proposal.start)}


def _overlap(overlap: Overlap) -> dict[str, Any]:
    plain = _plain(overlap) | {"differences": [_plain(d) for d in overlap.differences]}
    return {k: v for k, v in plain.items() if k not in ("blocks", "joins")}


def _plain(row: Any) -> dict[str, Any]:
    return {k: _listed(v) if type(v) is tuple else v for k, v in zip(row._fields, row, strict=True)}


def _listed(value: Any) -> Any:
    return [_listed(v) for v in value] if isinstance(value, tuple) else value


PIECE = 1_000_000
"""Characters of a text written at once."""
KINDS = {
    "repairs": findings.TextRepair,
    "dates": findings.FoundDate,
    "names": findings.FoundName,
    "quantities": findings.Quantity,
    "letters": findings.ReadLetter,
    "quotations": findings.Quotation,
    "paraphrases": findings.Paraphrase,
    "notes": findings.Note,
    "tables": findings.PageTable,
    "pages": findings.PrintedPage,
}
"""What is found in a document, by the field that holds it, in the order in which it is written."""


def kept_document(kept: Cache | None, basis: tuple[Any, ...]) -> Document | None:
    """The document that was read from ``basis`` (its text, marks, names known, what was given) by this very code.

    What the cache keeps is signed, and read as plain JSON. What cannot be read back is passed over, and the document
    is read again.
    """
    data = kept.get("documents", _named(basis)) if kept else None
    if data is None:
        return None
    try:
        found: dict[str, Any] = {
            field: tuple(KINDS[field](*map(_tuple, row)) for row in value) if field in KINDS else value
            for field, value in json.loads(data).items()
        }
        return Document(raw=basis[1], **found)
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def keep_document(kept: Cache | None, basis: tuple[Any, ...], document: Document) -> Document:
    """Keep ``document`` (whole or not at all) and return it. A very long one is read again instead."""
    if kept and len(document.raw) <= MANY_CHARACTERS:
        content = {k: v if isinstance(v, str) else list(v) for k, v in document._asdict().items() if k != "raw"}
        cache, name = kept, _named(basis)
        cache.put("documents", name, json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    return document


def _named(basis: tuple[Any, ...]) -> str:
    digest = hashlib.sha256(_code().encode())
    for part in basis:
        digest.update(b"\0" + (part if isinstance(part, str) else repr(part)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


@cache
def _code() -> str:
    return code_hash(Path(__file__).parent)


def _tuple(value: Any) -> Any:
    return tuple(_tuple(v) for v in value) if isinstance(value, list) else value
