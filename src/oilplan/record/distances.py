"""How far a plant lies from the bases: as the record prints it, else the great circle from its position."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from typing import Any

from oilplan.errors import OilplanError

EARTH_RADIUS_KM = 6371.0088
"""Mean radius, as used when the distances were computed."""
BASES = {"dist_8af_norfolk_km": (52.50, 1.00), "dist_bc_lincoln_km": (53.23, -0.54), "dist_foggia_km": (41.46, 15.54)}
"""Latitude and longitude that each column of `plants` measures from [record: plants, the columns' meanings]."""


def distance_km(plant: dict[str, Any], column: str) -> float:
    """Kilometres from a base to a plant: the printed distance, else the great circle from its latitude and longitude.

    plant: row of `plants`; column: one of `BASES`. Raises OilplanError for a plant that has neither.
    """
    if plant[column] is not None:
        return plant[column]
    if plant["latitude"] is None or plant["longitude"] is None:
        raise OilplanError(
            f"plants: '{plant['row_id']}' has neither {column} nor a position; give its latitude and longitude."
        )
    return great_circle_km(*BASES[column], plant["latitude"], plant["longitude"])


def great_circle_km(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Great-circle distance by the haversine formula; degrees in, kilometres out."""
    lat_a, lon_a, lat_b, lon_b = map(radians, (lat_a, lon_a, lat_b, lon_b))
    half = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(half))
