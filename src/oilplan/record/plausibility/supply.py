"""Rules on plants, on where raids and output are placed, and on output, stocks and other figures over time."""

from __future__ import annotations

from collections.abc import Iterator

from oilplan.record.distances import BASES, great_circle_km
from oilplan.record.plausibility.marks import RowFinding
from oilplan.record.record import Record

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
