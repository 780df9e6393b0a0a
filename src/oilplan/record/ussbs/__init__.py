"""Import of the survey's attack tabulation, as digitised, into the columns of the record's raids table.

The order of the work: read the file strictly (``rows``), give each row a place and a force (``who_and_where``) and a date
(``reading``), settle the date against its page and the recalled raids (``moves``), tell sum lines from attacks, gather raids
and audit every row (``collate``, ``raid``), check that no row is lost, write.
"""

from __future__ import annotations

import csv
import hashlib
import json
import platform
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ... import __version__
from ...errors import OilplanError
from ...results_folder import MARK, check_free, write_whole
from .. import Record, load_record
from ..tables import column_names
from .collate import OUTCOMES, Audited, collate
from .raid import ONTO_RECALLED, SurveyRaid, marks_of
from .rows import RawRow, files_of, read_rows
from .tables import table_fingerprint
from .who_and_where import TargetGazetteer

AUDIT_COLUMNS = (
    *("line", "outcome", "raid_id", "reason", "repairs", "book", "raw_location", "raw_name"),
    *("raw_date", "raw_force", "raw_tons_short", "counted_tons_short"),
)
COUNTED = ("used", "merged")


def write_import(
    out_dir: Path, raids: Iterable[SurveyRaid], audit: Iterable[Audited], manifest: dict[str, Any], *, force: bool
) -> None:
    """Write raids.csv, audit.csv and manifest.json as the folder ``out_dir``, as `oilplan.results_folder.write_whole` does.

    raids, audit: in the order to write; manifest: what JSON can hold
    """

    def fill(folder: Path) -> None:
        _write_csv(folder / "raids.csv", column_names("raids"), map(_raid_cells, raids))
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
    row, tons = entry.reading.row, round(entry.reading.row.total_short_tons, 3)
    shown = entry.reading.repairs if entry.raid_id or entry.outcome == "out_of_window" else ()
    cells = (
        *(row.line, entry.outcome, entry.raid_id, entry.reason, "; ".join(map(str, shown)), row.book),
        *(row.location, row.name, row.date_as_read, row.force, tons, tons if entry.outcome in COUNTED else 0),
    )
    return dict(zip(AUDIT_COLUMNS, cells, strict=True))


# What an import found: its totals, and the lines that it prints.

OFFENSIVE_FIRST_MONTH, VE_DAY = "1944-04", "1945-05-08"
PLANTS_SHOWN = 15
CHECKED_PLANT = "leuna"


class KnownTotal(NamedTuple):
    """A published total to hold the import against, in short tons, with the words of its source."""

    short_tons: float
    source: str


class ImportResult(NamedTuple):
    """raids and audit as collated; ``known`` the survey's total for Leuna, None where the record lacks it"""

    raids: tuple[SurveyRaid, ...]
    audit: tuple[Audited, ...]
    known: KnownTotal | None
    out_dir: Path

    @property
    def offensive(self) -> list[SurveyRaid]:
        """Raids from 1 April 1944 to the end of the war."""
        return [raid for raid in self.raids if OFFENSIVE_FIRST_MONTH <= raid.date <= VE_DAY]

    def totals(self) -> dict[str, dict[str, float]]:
        """Rows and short tons by outcome, and short tons of the offensive by force and by plant.

        Outcome counts cover the whole file; tons by force and plant cover 1 April 1944 to 8 May 1945 with sum
        lines left out. Largest first.
        """
        return {
            "rows_by_outcome": {o: sum(a.outcome == o for a in self.audit) for o in OUTCOMES},
            "short_tons_by_outcome": {
                o: round(sum(a.reading.row.total_short_tons for a in self.audit if a.outcome == o), 1) for o in OUTCOMES
            },
            "short_tons_by_force": _by((r.force, r.total_tons_short) for r in self.offensive),
            "short_tons_by_plant": _by((r.plant_id, r.total_tons_short) for r in self.offensive),
        }

    def lines(self) -> list[str]:
        """The totals as lines of text, for a reader at a terminal."""
        totals, raids = self.totals(), self.offensive
        rows, short_tons = totals["rows_by_outcome"], totals["short_tons_by_outcome"]
        tons = sum(raid.total_tons_short for raid in raids)
        raw = sum(raid.raw_total_tons for raid in raids)
        return [
            f"{len(self.audit):,} rows, each accounted for once:",
            f"  {'outcome':<17}{'rows':>7}{'short tons':>12}",
            *(f"  {o:<17}{rows[o]:>7,.0f}{short_tons[o]:>12,.0f}  {meaning}" for o, meaning in OUTCOMES.items()),
            "",
            f"{len(self.raids):,} raids on oil, {len(raids):,} of them {OFFENSIVE_FIRST_MONTH} to {VE_DAY}:",
            f"{tons:,.0f} short tons ({raw:,.0f} with sum lines counted). By force, in short tons:",
            *_table(totals["short_tons_by_force"]),
            "",
            f"The {PLANTS_SHOWN} plants with most bombs in those months, in short tons:",
            *_table(dict(list(totals["short_tons_by_plant"].items())[:PLANTS_SHOWN])),
            "",
            self._check_line(totals["short_tons_by_plant"].get(CHECKED_PLANT, 0.0)),
            *_doubts_lines(raids),
            f"Written to {self.out_dir}: raids.csv, audit.csv, manifest.json",
        ]

    def _check_line(self, short_tons: float) -> str:
        if self.known is None:
            return f"Leuna: {short_tons:,.0f} short tons; the record has no published total to compare."
        apart = 100 * (short_tons / self.known.short_tons - 1)
        return (
            f"Leuna: {short_tons:,.0f} short tons here, {self.known.short_tons:,.0f} in the survey "
            f"({apart:+.1f} percent) [{self.known.source}]."
        )


def _by(pairs: Iterable[tuple[str, float]]) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for name, short_tons in pairs:
        found[name] += short_tons
    return {name: round(value, 1) for name, value in sorted(found.items(), key=lambda kv: (-kv[1], kv[0]))}


def _table(values: dict[str, float]) -> list[str]:
    return [f"  {name:<32} {value:>10,.0f}" for name, value in values.items()]


def _doubts_lines(raids: list[SurveyRaid]) -> list[str]:
    sure = sum(raid.quality == "ok" for raid in raids)
    moved = [raid for raid in raids if set(raid.date_basis.split("+")) & set(ONTO_RECALLED)]
    tons = sum(raid.total_tons_short for raid in moved)
    return [
        f"{sure:,} of the {len(raids):,} raids carry no doubt of date, force, plant or repetition.",
        f"{len(moved):,} ({tons:,.0f} short tons) hold a row moved onto a raid that is only recalled.",
        "Totals hidden inside rows that add several attack lines are still counted.",
    ]


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
