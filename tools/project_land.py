"""Make src/oilplan/report/data/land.json from world-atlas: `python tools/project_land.py land-50m.json`.

Input: land-50m.json of the npm package world-atlas 2.0.2 (Natural Earth 1:50m land, public domain).
Steps: decode the arcs, clip each ring to a box, project, simplify to 3 km, drop islands under 100 square km.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from oilplan.report.figure_map import lambert_km

WEST, EAST, SOUTH, NORTH = -12.0, 45.0, 33.0, 63.0
TOLERANCE_KM, SMALLEST_KM2 = 3.0, 100.0
OUT = Path(__file__).parent.parent / "src/oilplan/report/data/land.json"


def decoded(topology: dict) -> list[list[tuple[float, float]]]:
    """Arcs as longitudes and latitudes."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * sx + tx, y * sy + ty))
        arcs.append(line)
    return arcs


def rings(topology: dict):
    """Every ring of the land, joined from its arcs."""
    arcs = decoded(topology)
    for shape in topology["objects"]["land"]["geometries"]:
        for polygon in shape["arcs"]:
            for ring in polygon:
                joined: list = []
                for index in ring:
                    arc = arcs[index] if index >= 0 else arcs[~index][::-1]
                    joined += arc[1 if joined else 0 :]
                yield joined


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


def simplified(line: list) -> list:
    """Douglas and Peucker's line within `TOLERANCE_KM`."""
    if len(line) < 3:
        return line
    (ax, ay), (bx, by) = line[0], line[-1]
    length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
    if length:
        off = [abs((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / length for x, y in line]
    else:
        off = [((x - ax) ** 2 + (y - ay) ** 2) ** 0.5 for x, y in line]
    worst = max(range(len(line)), key=off.__getitem__)
    if off[worst] <= TOLERANCE_KM:
        return [line[0], line[-1]]
    return simplified(line[: worst + 1])[:-1] + simplified(line[worst:])


def area_km2(ring: list) -> float:
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True))) / 2


def main() -> None:
    topology = json.loads(Path(sys.argv[1]).read_text())
    land = []
    for ring in rings(topology):
        inside = clipped(ring)
        if len(inside) > 3:
            plane = simplified([lambert_km(lat, lon) for lon, lat in [*inside, inside[0]]])
            if area_km2(plane) >= SMALLEST_KM2:
                land.append([[round(x), round(y)] for x, y in plane])
    made = {
        "title": "Land of Europe, kilometres east and north of 50 N 15 E (Lambert azimuthal equal area)",
        "source": "Natural Earth 1:50m land, public domain, through world-atlas 2.0.2 (npm); tools/project_land.py",
        "rings_km": land,
    }
    OUT.write_text(json.dumps(made, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
