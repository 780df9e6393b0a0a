"""Rules on plants and on where raids and output are placed."""

from __future__ import annotations

from collections.abc import Iterator
from math import asin, cos, radians, sin, sqrt

from oilplan.record.plausibility.finding import Finding
from oilplan.record.record import Record

EARTH_RADIUS_KM = 6371.0088
"""Mean radius, as used when the distances were computed."""
DISTANCE_TOLERANCE_KM = 1.0
"""The table prints whole kilometres; half of one is rounding."""
BASES = {
    "dist_8af_norfolk_km": (52.50, 1.00),
    "dist_bc_lincoln_km": (53.23, -0.54),
    "dist_foggia_km": (41.46, 15.54),
}
"""Latitude and longitude the distances are measured from."""
ELEVEN = {"eleven_set_A": 11, "eleven_set_B": 8}


def low_value_high(record: Record) -> Iterator[Finding]:
    """The lowest figure is at most the figure, and the figure at most the highest."""
    columns = {
        "plants": ("capacity_low", "capacity_t_per_year", "capacity_high"),
        "output_monthly": ("tons_low", "tons_metric", "tons_high"),
    }
    for table, names in columns.items():
        for row_id, row in record.rows(table).items():
            filled = [row[name] for name in names if row[name] is not None]
            if filled != sorted(filled):
                yield Finding(
                    table, row_id, names[1], f"low, figure and high are {filled}; expected rising order"
                )


def products_fit_the_capacity(record: Record) -> Iterator[Finding]:
    """Aviation gasoline, motor gasoline and diesel together are at most the highest capacity of the plant."""
    names = ("avgas_t_per_year", "motor_gasoline_t_per_year", "diesel_t_per_year")
    for row_id, row in record.rows("plants").items():
        capacity = row["capacity_high"] or row["capacity_t_per_year"]
        products = sum(row[name] or 0 for name in names)
        if products > 0 and (capacity is None or products > capacity):
            yield Finding(
                "plants", row_id, names[0], f"products of {products:g} t/yr exceed capacity {capacity}"
            )


def distances_follow_from_the_position(record: Record) -> Iterator[Finding]:
    """The distances from the bases agree with the latitude and longitude to a kilometre."""
    for row_id, row in record.rows("plants").items():
        if row["latitude"] is None or row["longitude"] is None:
            continue
        for column, base in BASES.items():
            true_km = great_circle_km(*base, row["latitude"], row["longitude"])
            if row[column] is not None and abs(row[column] - true_km) > DISTANCE_TOLERANCE_KM:
                yield Finding(
                    "plants", row_id, column, f"{row[column]:g} km, but the position gives {true_km:.0f} km"
                )


def great_circle_km(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Great-circle distance by the haversine formula; degrees in, kilometres out."""
    lat_a, lon_a, lat_b, lon_b = map(radians, (lat_a, lon_a, lat_b, lon_b))
    half = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(half))


def eleven_are_eleven(record: Record) -> Iterator[Finding]:
    """Set A of the eleven synthetic plants has eleven plants, set B eight of them, and neither a group."""
    rows = record.rows("plants")
    for column, expected in ELEVEN.items():
        members = [row_id for row_id, row in rows.items() if row[column]]
        if len(members) != expected:
            yield Finding(
                "plants",
                members[-1] if members else "",
                column,
                f"{len(members)} plants; expected {expected}",
            )
        for row_id in members:
            if rows[row_id]["row_type"] == "group" or not rows[row_id]["eleven_set_A"]:
                yield Finding("plants", row_id, column, "is a group, or is in set B without being in set A")


def groups_carry_no_raids(record: Record) -> Iterator[Finding]:
    """No raid and no output stands on a group row: a group repeats its members and is never added to them."""
    groups = {row["plant_id"] for row in record.rows("plants").values() if row["row_type"] == "group"}
    for table in ("raids", "raid_targets", "plant_output_monthly"):
        for row_id, row in record.rows(table).items():
            if row["plant_id"] in groups:
                yield Finding(table, row_id, "plant_id", f"'{row['plant_id']}' is a group; name the plant")


def target_keeps_its_plant(record: Record) -> Iterator[Finding]:
    """A target whose name is a plant's points to that plant, and a target points to no other."""
    plants = {row["plant_id"] for row in record.rows("plants").values()}
    for row_id, row in record.rows("targets").items():
        expected = row["target_id"] if row["target_id"] in plants else None
        if row["plant_key"] != expected:
            yield Finding("targets", row_id, "plant_key", f"'{row['plant_key']}'; expected '{expected}'")
