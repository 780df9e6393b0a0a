"""Accepted proposals into a user's own record folder: checked, then put in place; never into the package."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import os
import re
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from typing import NamedTuple

from oilplan.errors import OilplanError
from oilplan.evidence.findings import Proposal, Reading

BIBLIOGRAPHY = "sources.bib"
PAGE_STATUS = "documented"


class Accepted(NamedTuple):
    """What `accept` did: rows added by table, and rows that stood there already."""

    folder: str
    added: dict[str, tuple[str, ...]]
    present: tuple[str, ...]


def accept(reading: Reading, folder: Path, on: datetime.date) -> Accepted:
    """Append the proposals of ``reading`` that are judged "accept" to the tables in ``folder``.

    folder: the user's own record folder; made if it is not there. The package's own data folder is refused.
    on: the day of acceptance, written into each row's provenance

    Each row names the page (a work in the folder's `sources.bib`, with the SHA-256 of its text), the characters it
    was read from and the day. The new tables are first read back, laid over the record; only a folder that passes is
    put in place, each file at once. A row already there is left alone.

    Raises OilplanError when nothing is judged "accept", or when a row does not pass the record's own check.
    """
    from oilplan.record.load import data_folder

    chosen = [p for p in reading.proposals if p.judgement == "accept"]
    if not chosen:
        raise OilplanError("no proposal is judged “accept”; judge them in review.html and save its judgements first.")
    if folder.resolve() == data_folder().resolve():
        raise OilplanError(f"{folder} is the package's own record; name a folder of your own with --record.")
    raws = {d.file: d.raw for d in reading.documents}
    with tempfile.TemporaryDirectory(dir=_parent(folder)) as name:
        work = Path(name) / "record"
        shutil.copytree(folder, work) if folder.is_dir() else work.mkdir()
        accepted = _fill(work, folder, chosen, raws, on)
        _check(work, folder)
        folder.mkdir(exist_ok=True)
        for path in sorted(work.iterdir(), key=lambda p: p.suffix == ".csv"):
            if path.name == BIBLIOGRAPHY or path.stem in accepted.added:
                os.replace(path, folder / path.name)
    return accepted


def _parent(folder: Path) -> Path:
    parent = folder.resolve().parent
    if not parent.is_dir():
        raise OilplanError(f"{folder}: its parent folder is not there; make it first.")
    return parent


def _fill(work: Path, folder: Path, chosen: Sequence[Proposal], raws: Mapping[str, str], on: datetime.date) -> Accepted:
    added: defaultdict[str, list[str]] = defaultdict(list)
    present: list[str] = []
    for proposal in chosen:
        key = _cite(work / BIBLIOGRAPHY, proposal.file, raws[proposal.file])
        row = _whole_row(proposal, key, on)
        path = work / f"{proposal.table}.csv"
        if row["row_id"] in _row_ids(path):
            present.append(row["row_id"])
            continue
        _append(path, proposal.table, row)
        added[proposal.table].append(row["row_id"])
    return Accepted(str(folder), {t: tuple(ids) for t, ids in added.items()}, tuple(present))


def _whole_row(proposal: Proposal, source_key: str, on: datetime.date) -> dict[str, str]:
    from oilplan.record.tables import TABLES, column_names

    place = f"{PurePath(proposal.file).name}, characters {proposal.start}-{proposal.end}"
    own = {
        "row_id": proposal.id,
        TABLES[proposal.table].key[0]: proposal.id,
        "source": place,
        "source_keys": source_key,
        "via": f"oilplan read: {place}; accepted {on.isoformat()}",
        "status": PAGE_STATUS,
        "how_verified": place,
    }
    row = {**{k: v for k, v in own.items() if k not in proposal.row}, **proposal.row}
    return {column: _one_line(row.get(column, "")) for column in column_names(proposal.table)}


def _one_line(cell: str) -> str:
    return re.sub(r"\s+", " ", cell).strip()


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
            f"@misc{{{key},\n  author = {{unknown}},\n  title = {{{title}}},\n  year = {{undated}},\n"
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
