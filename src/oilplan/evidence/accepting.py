"""A person's judgements, and accepted proposals and passages put into that person's own record; never into the package."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import json
import os
import re
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from typing import NamedTuple

from oilplan.errors import OilplanError
from oilplan.evidence.find import Brought, Search
from oilplan.evidence.find_index import Passage
from oilplan.evidence.findings import Document, Proposal, Quantity, Reading
from oilplan.evidence.limits import as_before
from oilplan.evidence.printed_pages import page_at
from oilplan.evidence.proposals import FORCES
from oilplan.exchange import plain_bytes
from oilplan.results_folder import alone_in

MOST_BYTES = 50_000_000
LONGEST_CELL = 20_000
SURROGATE = re.compile("[\ud800-\udfff\x00]")
WORDS = ("accept", "reject", "unclear")
FORMAT = "oilplan judgements 1"
EXPECTED = f'{{"format": "{FORMAT}", "judgements": {{PROPOSAL: {{"judgement": "accept", "cells": {{}}}}}}}}'


class Judgement(NamedTuple):
    """What a person decided on one proposal, and the cells that person filled in or changed."""

    judgement: str
    cells: dict[str, str]


def read_judgements(path: Path) -> dict[str, Judgement]:
    """Judgements by proposal id from the file that the review sheet saves.

    Raises OilplanError for a file that is not one, naming what is wrong.
    """
    try:
        content = json.loads(plain_bytes(path, MOST_BYTES))
        judged = content["judgements"]
        if content["format"] != FORMAT:
            raise KeyError("format")
        return {str(key): _judgement(path, str(key), value) for key, value in judged.items()}
    except OSError as error:
        raise OilplanError(f"{path}: cannot be read ({error.strerror}); expected {EXPECTED}.") from None
    except (UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise OilplanError(
            f"{path}: not judgements of a review sheet ({type(error).__name__}: {error}); expected {EXPECTED}."
        ) from None


def _judgement(path: Path, key: str, value: Mapping[str, object]) -> Judgement:
    word, cells = value.get("judgement", ""), value.get("cells", {})
    if not isinstance(word, str) or word not in (*WORDS, "") or not isinstance(cells, dict):
        raise OilplanError(f"{path}: {key!a} is judged {str(word)[:80]!a}; expected one of {', '.join(WORDS)}.")
    return Judgement(word, {str(column): _cell(path, key, column, cell) for column, cell in cells.items()})


def _cell(path: Path, key: str, column: str, cell: object) -> str:
    """The text of a cell. Raises OilplanError for what no table can hold: lists, endless numbers, broken letters."""
    plain = isinstance(cell, str | int) and not isinstance(cell, bool)
    wrong = SURROGATE.search(f"{column}{cell}") if plain else True
    if wrong or len(str(cell)) > LONGEST_CELL:
        raise OilplanError(
            f"{path}: {key!a} has in its cell {column!a} what no table can hold; expected text of up to "
            f"{LONGEST_CELL:,} characters."
        )
    return str(cell)


def judged(proposals: Sequence[Proposal], judgements: Mapping[str, Judgement]) -> Sequence[Proposal]:
    """Proposals with their judgements, and the cells that a person filled in, laid over them."""
    return as_before(proposals, (_judged(p, judgements.get(p.id)) for p in proposals))


def _judged(proposal: Proposal, found: Judgement | None) -> Proposal:
    if found is None:
        return proposal
    return proposal._replace(judgement=found.judgement, row=proposal.row | found.cells, by_hand=tuple(found.cells))


BIBLIOGRAPHY = "sources.bib"
PAGE_STATUS = "documented"
UNFINISHED = ".oilplan-part"
"""Ending of a file while it is written; one left by a run that was killed is removed by the next."""


class Accepted(NamedTuple):
    """What `accept` did: rows added by table, and rows that stood there already."""

    folder: str
    added: dict[str, tuple[str, ...]]
    present: tuple[str, ...]


def accept(reading: Reading, folder: Path, on: datetime.date, given: str = "") -> Accepted:
    """Append the proposals of ``reading`` that are judged "accept" to the tables in ``folder``.

    folder: the user's own record folder; made if it is not there. The package's own data folder is refused.
    on: the day of acceptance, written into each row's provenance
    given: key of the work (of the record's or the folder's bibliography) that the pages are from, if it is known

    Each row names the page (a work in the folder's `sources.bib`, with the SHA-256 of its text), the characters it
    was read from and the day. The new tables are first read back, laid over the record; only a folder that passes is
    put in place, each file at once. A row already there is left alone.

    Raises OilplanError when nothing is judged "accept", or when a row does not pass the record's own check.
    """
    chosen = [p for p in reading.proposals if p.judgement == "accept"]
    if not chosen:
        raise OilplanError("no proposal is judged “accept”; judge them in review.html and save its judgements first.")
    pages = {d.file: d for d in reading.documents}
    cited = []
    for p in chosen:
        place = cited_place(p.file, page_at(pages[p.file].pages, p.start), p.start, p.end)
        cited.append(Cited(p.table, p.row, p.id, p.file, pages[p.file].raw, place, given))
    return append(cited, folder, on)


class Cited(NamedTuple):
    """A row to append, with its id, the file and text it was read from, and the place in it.

    source: key of the work of the bibliography to cite, when the person named one; else the page is cited as a work
    """

    table: str
    row: Mapping[str, str]
    id: str
    file: str
    raw: str
    place: str
    source: str = ""


def append(rows: Sequence[Cited], folder: Path, on: datetime.date) -> Accepted:
    """Append rows to the tables in ``folder``, as `accept` does; one run at a time, others wait.

    Raises OilplanError when a row does not pass the record's own check, or the folder cannot be written.
    """
    from oilplan.record.load import data_folder

    if folder.resolve() == data_folder().resolve():
        raise OilplanError(f"{folder} is the package's own record; name a folder of your own with --record.")
    try:
        with alone_in(_parent(folder)), tempfile.TemporaryDirectory(prefix="oilplan-accept-") as name:
            work = Path(name) / "record"
            shutil.copytree(folder, work) if folder.is_dir() else work.mkdir()
            accepted = _fill(work, rows, folder, on)
            _check(work, folder)
            folder.mkdir(exist_ok=True)
            _put(work, folder, {BIBLIOGRAPHY, *(f"{table}.csv" for table in accepted.added)})
    except (OSError, shutil.Error, UnicodeError, csv.Error) as error:
        what = getattr(error, "strerror", None) or error
        raise OilplanError(f"{folder} cannot be read or written: {what}. Nothing more was added.") from None
    return accepted


def _parent(folder: Path) -> Path:
    parent = folder.resolve().parent
    if not parent.is_dir():
        raise OilplanError(f"{folder}: its parent folder is not there; make it first.")
    return parent


def _put(work: Path, folder: Path, names: set[str]) -> None:
    """Put the changed files in place, each whole; the bibliography first, so that no row cites a missing work."""
    for old in folder.glob(f".*{UNFINISHED}"):
        old.unlink()
    for path in sorted(work.iterdir(), key=lambda p: p.suffix == ".csv"):
        there = folder / path.name
        if path.name in names and path.read_bytes() != (there.read_bytes() if there.is_file() else b""):
            part = folder / f".{path.name}{UNFINISHED}"
            with part.open("wb") as file:
                file.write(path.read_bytes())
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, folder / path.name)


def cited_place(file: str, page: str, start: int, end: int) -> str:
    """Where words stand, in words: file, printed page or place in the file, and characters."""
    leaf = "" if page == "[1]" else f", leaf {page}" if page.startswith("[") else f", p. {page}"
    return f"{PurePath(file).name}{leaf}, characters {start}-{end}"


def _fill(work: Path, rows: Sequence[Cited], folder: Path, on: datetime.date) -> Accepted:
    added: defaultdict[str, list[str]] = defaultdict(list)
    present: list[str] = []
    ids: dict[str, set[str]] = {}
    for cited in rows:
        path = work / f"{cited.table}.csv"
        known = ids.setdefault(cited.table, _row_ids(path))
        if cited.id in known:
            present.append(cited.id)
            continue
        key = cited.source or _cite(work / BIBLIOGRAPHY, cited.file, cited.raw)
        _append(path, cited.table, _whole_row(cited, key, on))
        known.add(cited.id)
        added[cited.table].append(cited.id)
    return Accepted(str(folder), {t: tuple(found) for t, found in added.items()}, tuple(present))


def _whole_row(cited: Cited, source_key: str, on: datetime.date) -> dict[str, str]:
    from oilplan.record.tables import TABLES, column_names

    own = {
        "row_id": cited.id,
        TABLES[cited.table].key[0]: cited.id,
        "source": cited.place,
        "source_keys": source_key,
        "via": f"oilplan read: {cited.place}; accepted {on.isoformat()}",
        "status": PAGE_STATUS,
        "how_verified": cited.place,
    }
    row = {**{k: v for k, v in own.items() if k not in cited.row}, **cited.row}
    return {column: re.sub(r"\s+", " ", row.get(column, "")).strip() for column in column_names(cited.table)}


def _row_ids(path: Path) -> set[str]:
    if not path.is_file():
        return set()
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        key = "row_id" if "row_id" in (reader.fieldnames or ()) else (reader.fieldnames or ("",))[0]
        return {row[key] for row in reader}


def _append(path: Path, table: str, row: Mapping[str, str]) -> None:
    from oilplan.record.tables import column_names

    columns = list(column_names(table))
    if path.is_file():
        text = path.read_text(encoding="utf-8-sig")
        columns = next(csv.reader(io.StringIO(text)), columns)
        left_out = sorted(k for k, v in row.items() if v and k not in columns and k != "row_id")
        if left_out:
            raise OilplanError(
                f"{path.name} has no column {', '.join(left_out)}, which the accepted row fills; add it."
            )
        if text and not text.endswith("\n"):
            text += "\n"
    else:
        text = ",".join(columns) + "\n"
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow([row.get(c, "") for c in columns])
    path.write_text(text + line.getvalue(), encoding="utf-8")


def _cite(path: Path, file: str, raw: str) -> str:
    """The key of the page in the folder's bibliography; its entry is added when it is not there."""
    digest = hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()
    stem = re.sub(r"[^a-z0-9]+", "_", PurePath(file).stem.lower()).strip("_")[:40]
    key = f"page_{stem}_{digest[:8]}".replace("__", "_")
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    if f"{{{key}," not in text:
        title = re.sub(r"[{}\\]", "", PurePath(file).name)
        text += (
            f"@misc{{{key},\n  author = {{unknown}},\n  title = {{{title}}},\n"
            f"  note = {{Seen. A scanned page; its text has the SHA-256 {digest}}}\n}}\n"
        )
        path.write_text(text, encoding="utf-8")
    return key


def _check(work: Path, folder: Path) -> None:
    from oilplan.record import load_record

    try:
        load_record(work)
    except OilplanError as error:
        first = str(error).replace(str(work), str(folder)).splitlines()
        rest = f" (and {len(first) - 1} more)" if len(first) > 1 else ""
        raise OilplanError(
            f"nothing was written: {first[0]}{rest}. Fill the cell in review.html, save, and accept again."
        ) from None


# A passage that was found, accepted as evidence on a claim.

LONGEST_QUOTE_WORDS = 15
SIDES = ("for", "against", "on")
"""Where an accepted passage may stand on a claim; on: context only."""


def accept_found(
    done: Search,
    chosen: str,
    record: Path,
    on: datetime.date,
    claim: str = "",
    period: str = "",
    source: str = "",
    bears: str = "",
) -> Accepted:
    """Append a passage to the table `claims_evidence` of the user's own record folder.

    chosen: its number in the list (``3``), or with one of its figures (``3.2``)
    claim: the claim it bears on, where the query was none; period: day, month or period it speaks of, where the
    passage names not one only; source: key of the work it is from; bears: one of `SIDES`, on which the verdict then
    shows it, or nothing yet

    Raises OilplanError for a number that is not in the list, a claim or period that is missing, another side, and as
    `append` does.
    """
    brought, figure = _chosen(done, chosen)
    if bears and bears not in SIDES:
        raise OilplanError(f"--bears {bears[:20]!r} is no side of a claim; expected {', '.join(SIDES)}.")
    claim = (claim or done.sought.claim).upper()
    if not claim:
        raise OilplanError("which claim does the passage bear on? Name it with --claim, such as --claim C45.")
    p, document = brought.passage, brought.document
    days = {d.edtf for d in document.dates if re.fullmatch(r"\d{4}(-\d\d){0,2}", d.edtf)}
    if not period and len(days) != 1:
        found = f"it names {', '.join(sorted(days)[:6])}" if days else "it names none"
        raise OilplanError(f"what time does the passage speak of ({found})? Say it with --period, such as 1944-11.")
    said = {"claim_ids": claim, "bears": f"{bears}:{claim}" if bears else "", "period": period or days.pop()}
    row = said | _evidence(p, document, figure)
    digest = hashlib.sha256(f"{claim}|{p.file}|{p.start}|{figure.start if figure else ''}".encode()).hexdigest()[:8]
    key = f"{claim.lower()}_{_key(PurePath(p.file).stem)[:24]}_{digest}"
    place = cited_place(p.file, p.page, p.start, p.end)
    return append([Cited("claims_evidence", row, key, p.file, p.text, place, source)], record, on)


def _evidence(p: Passage, document: Document, figure: Quantity | None) -> dict[str, str]:
    """The cells of a row that the passage itself gives, or one of its figures."""
    start, end = _sentence(p.text, figure.start, figure.end) if figure else (0, len(p.text))
    return {
        "about": _about(document),
        "quantity": _key(f"{figure.unit} {figure.of}") if figure else "passage_on_the_claim",
        "value": f"{figure.value:.12g}" if figure and figure.value is not None else "",
        "unit": figure.unit if figure else "text",
        "says": "" if figure else " ".join(p.text.split()),
        "quote": " ".join(p.text[start:end].split()[:LONGEST_QUOTE_WORDS]),
        "note": figure.caution if figure else "",
        "confidence": "medium",
    }


def _chosen(done: Search, chosen: str) -> tuple[Brought, Quantity | None]:
    match = re.fullmatch(r"(\d{1,3})(?:\.(\d{1,3}))?", chosen.strip())
    number = int(match[1]) if match else 0
    if not 1 <= number <= len(done.found):
        raise OilplanError(f"--accept {chosen[:20]}: expected 1 to {len(done.found)}, or with a figure, such as 1.2.")
    brought = done.found[number - 1]
    figures: Sequence[Quantity] = brought.document.quantities
    if match is None or match[2] is None:
        return brought, figures[0] if len(figures) == 1 else None
    if not 1 <= int(match[2]) <= len(figures):
        raise OilplanError(f"--accept {chosen[:20]}: passage {number} has {len(figures)} figures.")
    return brought, figures[int(match[2]) - 1]


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    before, after = text.rfind(". ", 0, start), text.find(". ", end)
    return (before + 2 if before >= 0 else 0), (after + 1 if after >= 0 else len(text))


def _about(document: Document) -> str:
    named = [n.id for n in document.names if n.id]
    return next((i for i in named if i in FORCES), named[0] if named else "unnamed")


def _key(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_") or "figure"
