"""Make src/oilplan/report/data/ground.json from Natural Earth: `python tools/project_ground.py FOLDER`.

FOLDER holds, as GeoJSON (public domain): ne_50m_land, ne_10m_rivers_lake_centerlines, ne_10m_rivers_europe and
ne_10m_populated_places_simple. Steps: clip to a box, project, simplify, drop small islands; no frontiers, since Natural
Earth has those of today alone.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from oilplan.report.map_ground import lambert_km

WEST, EAST, SOUTH, NORTH = -3.0, 31.0, 42.0, 57.5
LAND_KM, RIVER_KM, SMALLEST_KM2, SHORTEST_KM = 2.0, 0.8, 100.0, 30.0
MAJOR, MIDDLE = 5.0, 9.0
"""Ranks of rivers by Natural Earth: the great ones, those of any map of Europe, and the rest for enlarged parts."""
TOWNS = {
    "Berlin": "Berlin",
    "Hamburg": "Hamburg",
    "Bremen": "Bremen",
    "Hannover": "Hanover",
    "Cologne": "Cologne",
    "Frankfurt": "Frankfurt",
    "Stuttgart": "Stuttgart",
    "Munich": "Munich",
    "Nürnberg": "Nuremberg",
    "Leipzig": "Leipzig",
    "Dresden": "Dresden",
    "Prague": "Prague",
    "Vienna": "Vienna",
    "Budapest": "Budapest",
    "Warsaw": "Warsaw",
    "Łódź": "Lodz",
    "Kraków": "Cracow",
    "Wrocław": "Breslau",
    "Szczecin": "Stettin",
    "Gdańsk": "Danzig",
    "Poznań": "Posen",
    "Amsterdam": "Amsterdam",
    "Brussels": "Brussels",
    "Strasbourg": "Strasbourg",
}
"""Towns of the map by Natural Earth's name, and as English maps of 1944 wrote them."""
OUT = Path(__file__).parent.parent / "src/oilplan/report/data/ground.json"


def features(folder: Path, name: str) -> list[dict]:
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))["features"]


def rings(shapes: list[dict]) -> Iterator[list]:
    """Every ring of the land."""
    for shape in shapes:
        found = shape["geometry"]["coordinates"]
        for polygon in [found] if shape["geometry"]["type"] == "Polygon" else found:
            yield from polygon


def clipped(ring: list) -> list:
    """The ring inside the box (Sutherland and Hodgman, 1974)."""
    for axis, limit, keep_above in ((0, WEST, True), (0, EAST, False), (1, SOUTH, True), (1, NORTH, False)):
        ring = clipped_once(ring, axis, limit, keep_above)
    return ring


def clipped_once(ring: list, axis: int, limit: float, keep_above: bool) -> list:
    out = []
    for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
        a_in, b_in = ((p[axis] >= limit) == keep_above for p in (a, b))
        if a_in != b_in:
            t = (limit - a[axis]) / (b[axis] - a[axis])
            out.append(tuple(p + t * (q - p) for p, q in zip(a, b, strict=True)))
        if b_in:
            out.append(b)
    return out


def simplified(line: list, tolerance_km: float) -> list:
    """Douglas and Peucker's line within the tolerance."""
    if len(line) < 3:
        return line
    (ax, ay), (bx, by) = line[0], line[-1]
    length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
    if length:
        off = [abs((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / length for x, y in line]
    else:
        off = [((x - ax) ** 2 + (y - ay) ** 2) ** 0.5 for x, y in line]
    worst = max(range(len(line)), key=off.__getitem__)
    if off[worst] <= tolerance_km:
        return [line[0], line[-1]]
    return simplified(line[: worst + 1], tolerance_km)[:-1] + simplified(line[worst:], tolerance_km)


def area_km2(ring: list) -> float:
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True))) / 2


def length_km(line: list) -> float:
    return sum(((a - c) ** 2 + (b - d) ** 2) ** 0.5 for (a, b), (c, d) in itertools.pairwise(line))


def land(folder: Path) -> list:
    out = []
    for ring in rings(features(folder, "ne_50m_land")):
        inside = clipped([(p[0], p[1]) for p in ring])
        if len(inside) > 3:
            plane = simplified([lambert_km(lat, lon) for lon, lat in [*inside, inside[0]]], LAND_KM)
            if area_km2(plane) >= SMALLEST_KM2:
                out.append([[round(x), round(y)] for x, y in plane])
    return out


def rivers(folder: Path) -> dict[str, list]:
    """Courses by size: ``major``, ``middle``, ``minor``."""
    out: dict[str, list] = {"major": [], "middle": [], "minor": []}
    for name in ("ne_10m_rivers_lake_centerlines", "ne_10m_rivers_europe"):
        for shape in filter(lambda s: s["geometry"], features(folder, name)):
            rank, found = shape["properties"]["scalerank"], shape["geometry"]["coordinates"]
            size = "major" if rank <= MAJOR else "middle" if rank <= MIDDLE else "minor"
            for line in [found] if shape["geometry"]["type"] == "LineString" else found:
                out[size] += [
                    [[round(x, 1), round(y, 1)] for x, y in simplified(part, RIVER_KM)] for part in inside(line)
                ]
    return out


def inside(line: list) -> Iterator[list]:
    """The stretches of a line within the region of the map, projected, none shorter than `SHORTEST_KM`."""
    part: list = []
    for lon, lat in [*(p[:2] for p in line), (None, None)]:
        if lon is not None and 3.0 < lon < 24.0 and 46.0 < lat < 56.0:
            part.append(lambert_km(lat, lon))
            continue
        if len(part) > 1 and length_km(part) >= SHORTEST_KM:
            yield part
        part = []


def towns(folder: Path) -> dict[str, list[float]]:
    """[east, north] in km by name."""
    out = {}
    for shape in features(folder, "ne_10m_populated_places_simple"):
        (lon, lat), name = shape["geometry"]["coordinates"], shape["properties"]["name"]
        if name in TOWNS and 3.0 < lon < 24.0 and 46.0 < lat < 56.0:
            out[TOWNS[name]] = [round(v, 1) for v in lambert_km(lat, lon)]
    assert sorted(out) == sorted(TOWNS.values()), set(TOWNS.values()) - set(out)
    return dict(sorted(out.items()))


def main() -> None:
    folder = Path(sys.argv[1])
    made = {
        "title": "Land, rivers and towns of Europe, km east and north of 50 N 15 E (Lambert azimuthal equal area)",
        "source": "Natural Earth, public domain: 1:50m land, 1:10m rivers and populated places, as of 24 January 2024; "
        "tools/project_ground.py. Courses and coast of today; no frontiers.",
        "land_km": land(folder),
        "rivers_km": rivers(folder),
        "towns_km": towns(folder),
    }
    OUT.write_text(json.dumps(made, separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8")
    print(OUT, OUT.stat().st_size, {k: len(v) for k, v in made["rivers_km"].items()})


if __name__ == "__main__":
    main()
