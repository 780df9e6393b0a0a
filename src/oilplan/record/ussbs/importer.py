"""Import the survey tabulation: read, collate, check that no row is lost, write."""

from __future__ import annotations

import hashlib
import platform
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from oilplan import __version__
from oilplan.errors import OilplanError
from oilplan.record.record import Record, load_record
from oilplan.record.ussbs.collate import Audited, collate
from oilplan.record.ussbs.places import TargetGazetteer
from oilplan.record.ussbs.read import files_of, read_rows
from oilplan.record.ussbs.row import RawRow
from oilplan.record.ussbs.tables import table_fingerprint
from oilplan.record.ussbs.write import ImportResult, KnownTotal, write_import
from oilplan.results_folder import check_free

LEUNA_TOTAL = "leuna_tons"
"""Row of `forces` that an import is held against."""


def import_file(path: Path, out_dir: Path, force: bool = False) -> ImportResult:
    """Read the survey tabulation as digitised and write its oil raids, with an audit of every row.

    path: a CSV file with the columns of the public digitisation, a per-attack sheet of it, or a folder of such sheets
    out_dir: folder for raids.csv (columns of the record's raids table), audit.csv (every raw row once, with
        its outcome, raid and repairs) and manifest.json; made in a temporary folder and moved at the end
    force: replace an earlier import in that folder; what else stands there is kept

    Returns what was found; print ``result.lines()``. Raises OilplanError for a file that is not the
    tabulation and for a folder that must not be replaced; then nothing is written.

    The totals stand nearer to the truth than single raids: dates were moved onto raids recalled from memory,
    and sum lines hidden in rows that add several attack lines cannot be taken out
    [thesis_bombing, attack_data/processed_data/raids_summary.csv].
    """
    path, out_dir = Path(path), Path(out_dir)
    check_free(out_dir, force=force)
    record = load_record()
    rows = read_rows(path)
    collation = collate(rows, gazetteer_of(record))
    check_accounted(rows, collation.audit)
    result = ImportResult(collation.raids, collation.audit, known_leuna_total(record), out_dir)
    write_import(out_dir, result.raids, result.audit, _manifest(path, result, record.hash), force=force)
    return result


def check_accounted(rows: Sequence[RawRow], audit: Sequence[Audited]) -> None:
    """Raise OilplanError unless every row of the file stands in the audit exactly once."""
    difference = Counter(row.line for row in rows)
    difference.subtract(entry.reading.row.line for entry in audit)
    wrong = sorted(line for line, count in difference.items() if count)
    if wrong:
        raise OilplanError(
            f"{len(wrong)} rows are not accounted for exactly once, the first at line {wrong[0]}; nothing "
            "was written. This is a fault of the importer: please report it with the file."
        )


def _manifest(path: Path, result: ImportResult, record_hash: str) -> dict[str, Any]:
    content = b"".join(file.read_bytes() for file in files_of(path))
    return {
        "command": f"oilplan record import ussbs {path.name} --out {result.out_dir.name}",
        "input": {"name": path.name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()},
        "tables_sha256": table_fingerprint(),
        "record_hash": record_hash,
        "versions": {"oilplan": __version__, "python": platform.python_version()},
        "dates": "moved onto raids recalled from memory where date_basis says so; see audit.csv",
        "raids": len(result.raids),
        "raids_of_the_offensive": len(result.offensive),
        "totals": result.totals(),
    }


def gazetteer_of(record: Record) -> TargetGazetteer:
    """The record's table of raid targets as a gazetteer; a user's rows in it place targets of their own."""
    return TargetGazetteer.of_targets(record.rows("raid_targets").values())


def known_leuna_total(record: Record) -> KnownTotal | None:
    """The survey's tons on Leuna from the record's table of forces; None if there is no such row."""
    row = record.rows("forces").get(LEUNA_TOTAL)
    if row is None or row["unit"] != "short tons" or row["value"] is None:
        return None
    return KnownTotal(row["value"], f"{row['source_keys']}; {row['status']}, {row['confidence']} confidence")
