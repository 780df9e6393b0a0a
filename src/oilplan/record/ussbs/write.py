"""Write an import: raids, an audit of every row, and a manifest."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from oilplan.record.ussbs.collate import Audited
from oilplan.record.ussbs.raid import RaidMarks, SurveyRaid, marks_of
from oilplan.results_folder import MARK, write_whole

RAID_COLUMNS = (
    *("row_id", "raid_id", "date", "plant_id", "target_class", "force", "night", "aircraft"),
    *("he_tons_short", "ib_tons_short", "total_tons_short", "raw_location", "raw_name", "quality", "note"),
    *("date_basis", "raw_dates", "raw_force", "raw_total_tons", "raw_rows", "attack_lines", "raw_lines", "book"),
    *RaidMarks._fields,
)
AUDIT_COLUMNS = (
    *("line", "outcome", "raid_id", "reason", "repairs", "book", "raw_location", "raw_name"),
    *("raw_date", "raw_force", "raw_tons_short", "counted_tons_short"),
)
COUNTED = ("used", "merged")


def write_import(
    out_dir: Path, raids: Iterable[SurveyRaid], audit: Iterable[Audited], manifest: dict[str, Any], *, force: bool
) -> None:
    """Write raids.csv, audit.csv and manifest.json as the folder ``out_dir``.

    out_dir: an earlier import there is replaced with ``force`` (see `oilplan.results_folder.write_whole`)
    raids: in the order to write
    audit: in the order to write
    manifest: what JSON can hold

    Raises OilplanError if the folder cannot be written; what stood there before is then still there.
    """

    def fill(folder: Path) -> None:
        _write_csv(folder / "raids.csv", RAID_COLUMNS, map(_raid_cells, raids))
        _write_csv(folder / "audit.csv", AUDIT_COLUMNS, map(_audit_cells, audit))
        _write_manifest(folder / MARK, manifest)

    write_whole(out_dir, fill, force=force)


def _write_csv(path: Path, columns: tuple[str, ...], rows: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _write_manifest(path: Path, manifest: dict[str, Any]) -> None:
    path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _raid_cells(raid: SurveyRaid) -> dict[str, Any]:
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
