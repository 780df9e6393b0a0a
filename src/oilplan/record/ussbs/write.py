"""Write an import: three files in a temporary folder, which takes the place of the wanted one at the end."""

from __future__ import annotations

import csv
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from oilplan.errors import OilplanError
from oilplan.record.ussbs.collate import Audited
from oilplan.record.ussbs.marks import RaidMarks, marks_of
from oilplan.record.ussbs.raid import Raid

RAID_COLUMNS = (
    *("row_id", "raid_id", "date", "plant_id", "target_class", "force", "night", "aircraft"),
    *("he_tons_short", "ib_tons_short", "total_tons_short", "raw_location", "raw_name", "quality", "note"),
    *(
        "date_basis",
        "raw_dates",
        "raw_force",
        "raw_total_tons",
        "raw_rows",
        "attack_lines",
        "raw_lines",
        "book",
    ),
    *RaidMarks._fields,
)
AUDIT_COLUMNS = (
    *("line", "outcome", "raid_id", "reason", "repairs", "book", "raw_location", "raw_name"),
    *("raw_date", "raw_force", "raw_tons_short", "counted_tons_short"),
)
COUNTED = ("used", "merged")


def check_free(out_dir: Path, force: bool) -> None:
    """Raise OilplanError if ``out_dir`` is a file, or, without ``force``, a folder with something in it."""
    if out_dir.exists() and not out_dir.is_dir():
        raise OilplanError(
            f"{out_dir}: is a file; expected a folder to write into, or a path that does not exist."
        )
    if not force and out_dir.is_dir() and any(out_dir.iterdir()):
        raise OilplanError(
            f"{out_dir}: the folder is not empty; give another --out, or --force to replace it."
        )


def write_import(
    out_dir: Path, raids: Iterable[Raid], audit: Iterable[Audited], manifest: dict[str, Any]
) -> None:
    """Write raids.csv, audit.csv and manifest.json as the folder ``out_dir``.

    out_dir: replaced as a whole if it exists (see ``check_free``)
    raids: in the order to write
    audit: in the order to write
    manifest: what JSON can hold

    Raises OilplanError if the folder cannot be written; what stood there before is then still there.
    """
    try:
        with _folder_in_place_of(out_dir) as folder:
            _write_csv(folder / "raids.csv", RAID_COLUMNS, map(_raid_cells, raids))
            _write_csv(folder / "audit.csv", AUDIT_COLUMNS, map(_audit_cells, audit))
            _write_manifest(folder / "manifest.json", manifest)
    except OSError as fault:
        raise OilplanError(
            f"{out_dir}: cannot be written ({fault.strerror}); nothing was changed there."
        ) from None


@contextmanager
def _folder_in_place_of(out_dir: Path) -> Iterator[Path]:
    out_dir = out_dir.absolute()
    out_dir.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{out_dir.name}-", dir=out_dir.parent))
    try:
        new, old = work / "new", work / "old"
        new.mkdir()
        yield new
        if out_dir.exists():
            os.replace(out_dir, old)
        try:
            os.replace(new, out_dir)
        except OSError:
            if old.exists():
                os.replace(old, out_dir)
            raise
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _write_csv(path: Path, columns: tuple[str, ...], rows: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _write_manifest(path: Path, manifest: dict[str, Any]) -> None:
    path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _raid_cells(raid: Raid) -> dict[str, Any]:
    return {"row_id": raid.raid_id, **raid._asdict(), **marks_of(raid)._asdict()}


def _audit_cells(entry: Audited) -> dict[str, Any]:
    row = entry.reading.row
    shown = entry.reading.repairs if entry.raid_id or entry.outcome == "out_of_window" else ()
    return {
        "line": row.line,
        "outcome": entry.outcome,
        "raid_id": entry.raid_id,
        "reason": entry.reason,
        "repairs": "; ".join(str(repair) for repair in shown),
        "book": row.book,
        "raw_location": row.location,
        "raw_name": row.name,
        "raw_date": row.date_as_read,
        "raw_force": row.force,
        "raw_tons_short": round(row.total_short_tons, 3),
        "counted_tons_short": round(row.total_short_tons, 3) if entry.outcome in COUNTED else 0,
    }
