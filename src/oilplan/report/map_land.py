"""The coast of Europe, projected once (tools/project_land.py)."""

from __future__ import annotations

import functools
import json
from importlib.resources import files


@functools.cache
def land_km() -> list[list[tuple[float, float]]]:
    """Rings of the coast, east and north of 50 N 15 E in kilometres, within 3 km (Natural Earth, public domain)."""
    made = json.loads((files("oilplan.report") / "data" / "land.json").read_text(encoding="utf-8"))
    return [[(east, north) for east, north in ring] for ring in made["rings_km"]]


def land_near(part) -> list[list[tuple[float, float]]]:
    """The rings that reach into a part of the plane (``west, south, east, north`` in km)."""
    return [ring for ring in land_km() if _reaches(ring, part)]


def _reaches(ring: list[tuple[float, float]], part) -> bool:
    east, north = [p[0] for p in ring], [p[1] for p in ring]
    return max(east) > part.west and min(east) < part.east and max(north) > part.south and min(north) < part.north
