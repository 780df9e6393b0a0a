"""Documents kept as soon as they are read: a reading of many files that was stopped goes on where it stopped."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from oilplan.cache import code_hash
from oilplan.evidence import findings as rows
from oilplan.evidence.findings import Document

KINDS = {
    "repairs": rows.TextRepair,
    "dates": rows.FoundDate,
    "names": rows.FoundName,
    "quantities": rows.Quantity,
    "letters": rows.ReadLetter,
    "quotations": rows.Quotation,
    "notes": rows.Note,
    "paraphrases": rows.Paraphrase,
    "pages": rows.PrintedPage,
    "tables": rows.PageTable,
}


def kept_document(folder: Path | None, basis: tuple[Any, ...]) -> Document | None:
    """The document that was read from ``basis`` (its text, marks, names known, what was given) by this very code.

    A kept file that cannot be read back is passed over, and the document is read again.
    """
    if folder is None:
        return None
    try:
        content = json.loads(_place(folder, basis).read_text(encoding="utf-8"))
        found: dict[str, Any] = {
            field: tuple(KINDS[field](*map(_tuple, row)) for row in value) if field in KINDS else value
            for field, value in content.items()
        }
        return Document(raw=basis[1], **found)
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


def keep_document(folder: Path | None, basis: tuple[Any, ...], document: Document) -> Document:
    """Keep ``document`` in ``folder`` (whole or not at all) and return it."""
    if folder is not None:
        content = {k: v for k, v in document._asdict().items() if k != "raw"}
        keep(_place(folder, basis), json.dumps(content, ensure_ascii=False))
    return document


def keep(path: Path, text: str) -> None:
    """Write a file, whole or not at all; what cannot be written is not kept."""
    part = path.with_name(f".{path.name}.{os.getpid()}.oilplan-part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8")
        os.replace(part, path)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink()


def _place(folder: Path, basis: tuple[Any, ...]) -> Path:
    digest = hashlib.sha256(_code().encode())
    for part in basis:
        digest.update(b"\0" + (part if isinstance(part, str) else repr(part)).encode("utf-8", "surrogatepass"))
    return folder / f"{digest.hexdigest()}.json"


@cache
def _code() -> str:
    return code_hash(Path(__file__).parent)


def _tuple(value: Any) -> Any:
    return tuple(_tuple(v) for v in value) if isinstance(value, list) else value
