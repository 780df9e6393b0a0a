"""Rules on plants, raids and effort, published totals, and output, stocks and other figures over time."""

from __future__ import annotations

from collections.abc import Iterator

from ..distances import BASES, great_circle_km
from ..record import Record
from .marks import RowFinding

DISTANCE_TOLERANCE_KM = 1.0
"""The table prints whole kilometres; half of one is rounding."""
ELEVEN = {"eleven_set_A": 11, "eleven_set_B": 8}
NEVER_ADDED = ("_alt", "_claim", "_requirement", "share_")
"""Marks of a series that must not be added to the components."""


def low_value_high(record: Record) -> Iterator[RowFinding]:
    """The lowest figure is at most the figure, and the figure at most the highest."""
    columns = {
        "plants": ("capacity_low", "capacity_t_per_year", "capacity_high"),
        "output": ("low", "value", "high"),
        "stocks_and_use": ("low", "value", "high"),
        "forces": ("low", "value", "high"),
    }
    for table, names in columns.items():
        for row_id, row in record.rows(table).items():
            filled = [row[name] for name in names if row[name] is not None]
            if filled != sorted(filled):
                yield RowFinding(table, row_id, names[1], f"low, figure and high are {filled}; expected rising order")


def products_fit_the_capacity(record: Record) -> Iterator[RowFinding]:
    """Aviation gasoline, motor gasoline and diesel together are at most the highest capacity of the plant."""
    names = ("avgas_t_per_year", "motor_gasoline_t_per_year", "diesel_t_per_year")
    for row_id, row in record.rows("plants").items():
        capacity = row["capacity_high"] or row["capacity_t_per_year"]
        products = sum(row[name] or 0 for name in names)
        if products > 0 and (capacity is None or products > capacity):
            yield RowFinding("plants", row_id, names[0], f"products of {products:g} t/yr exceed capacity {capacity}")


def distances_follow_from_the_position(record: Record) -> Iterator[RowFinding]:
    """The distances from the bases agree with the latitude and longitude to a kilometre."""
    for row_id, row in record.rows("plants").items():
        if row["latitude"] is None or row["longitude"] is None:
            continue
        for column, base in BASES.items():
            true_km = great_circle_km(*base, row["latitude"], row["longitude"])
            if row[column] is not None and abs(row[column] - true_km) > DISTANCE_TOLERANCE_KM:
                yield RowFinding(
                    "plants", row_id, column, f"{row[column]:g} km, but the position gives {true_km:.0f} km"
                )


def eleven_are_eleven(record: Record) -> Iterator[RowFinding]:
    """Set A of the eleven synthetic plants has eleven plants, set B eight of them, and neither a group."""
    rows = record.rows("plants")
    for column, expected in ELEVEN.items():
        members = [row_id for row_id, row in rows.items() if row[column]]
        if len(members) != expected:
            yield RowFinding(
                "plants", members[-1] if members else "", column, f"{len(members)} plants; expected {expected}"
            )
        for row_id in members:
            if rows[row_id]["row_type"] == "group" or not rows[row_id]["eleven_set_A"]:
                yield RowFinding("plants", row_id, column, "is a group, or is in set B without being in set A")


def groups_carry_no_raids(record: Record) -> Iterator[RowFinding]:
    """No raid and no output stands on a group row: a group repeats its members and is never added to them."""
    groups = {row["plant_id"] for row in record.rows("plants").values() if row["row_type"] == "group"}
    for table in ("raids", "raid_targets", "plant_output"):
        for row_id, row in record.rows(table).items():
            if row["plant_id"] in groups:
                yield RowFinding(table, row_id, "plant_id", f"'{row['plant_id']}' is a group; name the plant")


def target_keeps_its_plant(record: Record) -> Iterator[RowFinding]:
    """A target whose name is a plant's points to that plant, and a target points to no other."""
    plants = {row["plant_id"] for row in record.rows("plants").values()}
    for row_id, row in record.rows("targets").items():
        expected = row["target_id"] if row["target_id"] in plants else None
        if row["plant_key"] != expected:
            yield RowFinding("targets", row_id, "plant_key", f"'{row['plant_key']}'; expected '{expected}'")


def percent_is_at_most_a_hundred(record: Record) -> Iterator[RowFinding]:
    """A figure in percent lies from 0 to 100."""
    for table in record.tables:
        for row_id, row in record.rows(table).items():
            percent = (row.get("unit") or "").startswith("percent") and "value" in row
            if percent and row["value"] is not None and row["value"] > 100:
                yield RowFinding(table, row_id, "value", f"{row['value']:g} percent")


def series_has_its_unit(record: Record) -> Iterator[RowFinding]:
    """A quantity named percent is in percent, a day in t/day, a count of days in days, the rest in tons (m3 with a note)."""
    for row_id, row in record.rows("output").items():
        expected = {"percent"} if "percent" in row["quantity"] else {"t", "t/month", "t/day", "m3"}
        if row["quantity"].startswith("days_"):
            expected = {"days"}
        elif row["period_type"] == "day" and "percent" not in row["quantity"]:
            expected = {"t/day"}
        wrong = row["unit"] not in expected or (row["unit"] == "m3" and not row["marks_note"])
        if wrong and row["value"] is not None:
            yield RowFinding("output", row_id, "unit", f"'{row['unit']}' for {row['quantity']}")


def figure_is_present_or_qualitative(record: Record) -> Iterator[RowFinding]:
    """A row without a figure is qualitative, missing, or has a note that says what the source does say."""
    for table in ("output", "stocks_and_use", "plant_output", "substitutes", "target_systems"):
        for row_id, row in record.rows(table).items():
            said = row["note"] or row.get("says")
            if row["value"] is None and row["status"] != "missing" and not said:
                yield RowFinding(table, row_id, "value", "is empty and no note says why")


def flow_is_not_a_stock_report(record: Record) -> Iterator[RowFinding]:
    """A stock reconstructed from flows has status derived, and only such a stock is called stock_end_flow."""
    for row_id, row in record.rows("stocks_and_use").items():
        stock = row["quantity"].startswith("stock")
        if stock and (row["quantity"] == "stock_end_flow") != (row["status"] == "derived"):
            yield RowFinding("stocks_and_use", row_id, "quantity", f"'{row['quantity']}' with status '{row['status']}'")


def parts_are_below_the_supply(record: Record) -> Iterator[RowFinding]:
    """In one month no product exceeds the total supply of that month."""
    rows = [row for row in record.rows("output").values() if row["period_type"] == "month"]
    supply = {row["period"]: row["value"] for row in reversed(rows) if row["quantity"] == "total_supply_incl_imports"}
    for row in rows:
        whole = supply.get(row["period"])
        plain = row["unit"] == "t" and not any(mark in row["quantity"] for mark in NEVER_ADDED)
        if plain and None not in (whole, row["value"]) and row["value"] > whole:
            yield RowFinding("output", row["row_id"], "value", f"{row['value']:g} t of a supply of {whole:g} t")


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
