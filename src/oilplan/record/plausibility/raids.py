"""Rules on raids, effort and published totals."""

from __future__ import annotations

from collections.abc import Iterator

from oilplan.record.plausibility.marks import RowFinding
from oilplan.record.record import Record

ROUNDING_SHORT_TONS = 0.15
"""Tons are printed to a tenth or finer; three roundings."""
MOST_SHORT_TONS_PER_AIRCRAFT = 11.0
"""A Lancaster with one 22,000 lb bomb, the heaviest load flown in Europe (recalled)."""
FIRST_DATE, LAST_DATE = "1943-01-01", "1945-05-08"
"""The record opens with 1943 and closes with the surrender."""


def bombs_add_up(record: Record) -> Iterator[RowFinding]:
    """High explosive and incendiaries together are at most all bombs (the rest is fragmentation)."""
    for row_id, row in record.rows("raids").items():
        parts = row["he_tons_short"] + row["ib_tons_short"]
        if parts > row["total_tons_short"] + ROUNDING_SHORT_TONS:
            yield RowFinding(
                "raids", row_id, "total_tons_short", f"{row['total_tons_short']:g}, but its parts add to {parts:g}"
            )


def aircraft_could_carry_it(record: Record) -> Iterator[RowFinding]:
    """No raid of good or middling confidence has more than 11 short tons an aircraft."""
    for row_id, row in record.rows("raids").items():
        most = row["aircraft"] * MOST_SHORT_TONS_PER_AIRCRAFT
        if row["total_tons_short"] > most and row["confidence"] != "low":
            yield RowFinding(
                "raids",
                row_id,
                "aircraft",
                f"{row['aircraft']} aircraft for {row['total_tons_short']:g} short tons; mark it low",
            )


def date_in_the_war_or_suspect(record: Record) -> Iterator[RowFinding]:
    """A raid before 1943, after the surrender or without a day carries date_suspect."""
    for row_id, row in record.rows("raids").items():
        date = row["date"] or ""
        whole = len(date) == len(FIRST_DATE) and FIRST_DATE <= date <= LAST_DATE
        if not whole and "date_suspect" not in row["quality"]:
            yield RowFinding(
                "raids",
                row_id,
                "date",
                f"'{date}' is not a day from {FIRST_DATE} to {LAST_DATE}; correct it or flag date_suspect",
            )


def suspicion_lowers_confidence(record: Record) -> Iterator[RowFinding]:
    """A raid with any suspicion has confidence below medium; a repeated or misplaced one has low."""
    for row_id, row in record.rows("raids").items():
        worst = "duplicate_suspect" in row["quality"] or "plant_suspect" in row["quality"]
        allowed = ("low",) if worst else ("low", "medium-low")
        if row["quality"] != "ok" and row["confidence"] not in allowed:
            yield RowFinding(
                "raids", row_id, "confidence", f"'{row['confidence']}' with {row['quality']}; expected {allowed[-1]}"
            )


def moved_date_is_not_digitised(record: Record) -> Iterator[RowFinding]:
    """A raid whose date was moved onto a recalled raid or set by hand has status mixed, not digitised."""
    for row_id, row in record.rows("raids").items():
        basis = row["date_basis"] or ""
        if ("snapped" in basis or "manual" in basis) and row["status"] != "mixed":
            yield RowFinding("raids", row_id, "status", f"'{row['status']}' with date_basis '{basis}'; expected mixed")


def effort_parts_fit_the_whole(record: Record) -> Iterator[RowFinding]:
    """Tons with an inferred year, a changed force or a suspected sum line are at most the tons of the row."""
    parts = ("tons_year_inferred", "tons_force_changed", "tons_sum_line_suspect")
    for row_id, row in record.rows("effort_monthly").items():
        for column in parts:
            if row[column] > row["tons_short"] + 0.5:
                yield RowFinding(
                    "effort_monthly", row_id, column, f"{row[column]:g} of {row['tons_short']:g} short tons"
                )


def only_oil_is_cleaned(record: Record) -> Iterator[RowFinding]:
    """Cleaned tons stand in the oil rows of effort_monthly and nowhere else."""
    for row_id, row in record.rows("effort_monthly").items():
        if row["tons_short_cleaned"] is not None and row["target_category"] != "oil":
            yield RowFinding("effort_monthly", row_id, "tons_short_cleaned", "filled outside oil; expected empty")


def bomb_tons_say_which(record: Record) -> Iterator[RowFinding]:
    """Tons in forces are long, short or metric, or say in brackets that the source does not tell."""
    for row_id, row in record.rows("forces").items():
        words = row["unit"].split()
        if words[0].startswith("percent"):
            continue
        bare = words[0] == "tons" and "(" not in row["unit"]
        if bare or (words[-1] == "tons" and words[0] not in ("long", "short", "metric")):
            yield RowFinding("forces", row_id, "unit", f"'{row['unit']}'; expected long, short or metric tons")


def months_add_up_to_the_year(record: Record) -> Iterator[RowFinding]:
    """Bomber Command's recalled months add up to its recalled years."""
    rows = record.rows("forces")
    for year in ("1943", "1944", "1945"):
        months = sum(row["value"] for key, row in rows.items() if key.startswith(f"bc_month_{year}_"))
        whole = rows[f"bc_year_{year}"]["value"]
        if abs(months - whole) > 1:
            yield RowFinding("forces", f"bc_year_{year}", "value", f"{whole:g}, but its months add to {months:g}")
