"""The ground of every map: coast, rivers and towns on a plane, windows onto it, a scale, and names that touch nothing."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable
from importlib.resources import files
from math import cos, radians, sin, sqrt
from typing import Any, NamedTuple

from .svg import INK, line, text

CENTRE_LATITUDE, CENTRE_LONGITUDE = 50.0, 15.0
EARTH_RADIUS_KM = 6371.0088
Point = tuple[float, float]
Box = tuple[float, float, float, float]


def lambert_km(latitude: float, longitude: float) -> Point:
    """East and north of 50 N 15 E in kilometres, by Lambert's azimuthal equal-area projection; areas are true,
    distances to a few percent over Europe.

    latitude, longitude: degrees. [Snyder, Map Projections: A Working Manual, USGS 1395 (1987), p. 185]
    """
    phi, phi0 = radians(latitude), radians(CENTRE_LATITUDE)
    turn = radians(longitude - CENTRE_LONGITUDE)
    k = sqrt(2.0 / (1.0 + sin(phi0) * sin(phi) + cos(phi0) * cos(phi) * cos(turn)))
    east = EARTH_RADIUS_KM * k * cos(phi) * sin(turn)
    north = EARTH_RADIUS_KM * k * (cos(phi0) * sin(phi) - sin(phi0) * cos(phi) * cos(turn))
    return east, north


@functools.cache
def ground_km() -> dict[str, Any]:
    """``land_km`` rings, ``rivers_km`` courses by size, ``towns_km`` places by name: km east and north of 50 N 15 E.

    From Natural Earth, public domain (tools/project_ground.py): coast within 2 km, courses within 1 km, of today.
    """
    return json.loads((files("oilplan.report") / "data" / "ground.json").read_text(encoding="utf-8"))


GROUND_SAYS = "Coast and rivers of today, no frontiers: Natural Earth, public domain, as of January 2024."
LAND, SEA, SHORE, RIVER, TOWN = "#efece3", "#dbe7ee", "#b9b4a5", "#8fb3cb", "#6b6659"
HALO = 'paint-order="stroke" stroke="#fff" stroke-width="3" stroke-linejoin="round"'
RIVER_WIDTHS = {"major": 1.6, "middle": 0.9, "minor": 0.8}
ENLARGED_PX_PER_KM = 1.2
"""Scale from which the smallest rivers are drawn."""
LABEL_PX, LETTER_PX, TOWN_LETTER_PX, GAP_PX = 12, 7.1, 6.3, 8
SCALE_KM = (200, 100, 50, 20, 10)


class Part(NamedTuple):
    """A part of Europe: corners in km from 50 N 15 E."""

    title: str
    west: float
    south: float
    east: float
    north: float

    def holds(self, at: Point) -> bool:
        """Whether a point (east, north in km) lies in it."""
        return self.west < at[0] < self.east and self.south < at[1] < self.north

    def meets(self, points: Iterable[Point]) -> bool:
        """Whether the box around some points reaches into it."""
        east, north = zip(*points, strict=True)
        return max(east) > self.west and min(east) < self.east and max(north) > self.south and min(north) < self.north


EUROPE = Part("Europe", -780.0, -320.0, 480.0, 540.0)
"""From the Rhine to the Vistula, and south as far as leaves room for the Ruhr enlarged below Ludwigshafen; Ploesti stands in the
table of groups."""
CROWDED = (Part("Ruhr", -588.0, 178.0, -496.0, 224.0), Part("Central Germany", -240.0, 104.0, -166.0, 170.0))


class MapWindow(NamedTuple):
    """A part drawn at a place of the figure. name: for the clip path; scale: px per km; left, top, wide, high: px."""

    name: str
    part: Part
    scale: float
    left: float
    top: float

    @property
    def wide(self) -> float:
        """Width in pixels."""
        return (self.part.east - self.part.west) * self.scale

    @property
    def high(self) -> float:
        """Height in pixels."""
        return (self.part.north - self.part.south) * self.scale

    @property
    def box(self) -> Box:
        """Left, top, right, bottom in pixels."""
        return self.left, self.top, self.left + self.wide, self.top + self.high

    def at(self, point: Point) -> Point:
        """Pixel of a point (east, north in km)."""
        across, down = point[0] - self.part.west, self.part.north - point[1]
        return self.left + across * self.scale, self.top + down * self.scale


def rectangle(box: Box, more: str) -> str:
    """A rectangle; more: its other attributes."""
    left, top, right, bottom = box
    size = f'width="{right - left:.1f}" height="{bottom - top:.1f}"'
    return f'<rect x="{left:.1f}" y="{top:.1f}" {size} {more}/>'


@functools.lru_cache(maxsize=64)
def ground(window: MapWindow) -> tuple[str, ...]:
    """Sea, land and rivers, cut at the window's edge."""
    land = "".join(_path(window, ring) + "Z" for ring in ground_km()["land_km"] if window.part.meets(ring))
    sizes = [s for s in RIVER_WIDTHS if s != "minor" or window.scale >= ENLARGED_PX_PER_KM]
    rivers = [
        f'<path d="{"".join(found)}" fill="none" stroke="{RIVER}" stroke-width="{RIVER_WIDTHS[s]}" stroke-linejoin="round"/>'
        for s in sizes
        if (found := [_path(window, c) for c in ground_km()["rivers_km"][s] if window.part.meets(c)])
    ]
    return (
        f'<clipPath id="{window.name}">{rectangle(window.box, "")}</clipPath><g clip-path="url(#{window.name})">',
        rectangle(window.box, f'fill="{SEA}"'),
        f'<path d="{land}" fill="{LAND}" stroke="{SHORE}" stroke-width=".7"/>',
        *rivers,
        "</g>",
    )


def _path(window: MapWindow, points: Iterable[Point]) -> str:
    return "M" + "L".join("{:.1f} {:.1f}".format(*window.at(p)) for p in points)


def border(window: MapWindow) -> list[str]:
    """The frame and the title of an enlarged part."""
    words = text(window.left + 6, window.top + 15, window.part.title, more=f'font-weight="600" {HALO}')
    return [rectangle(window.box, f'fill="none" stroke="{INK}"'), words]


def title_box(window: MapWindow) -> Box:
    """Where the title of an enlarged part stands."""
    return window.left, window.top, window.left + (LETTER_PX + 0.8) * len(window.part.title) + 14, window.top + 20


def outline(europe: MapWindow, part: Part) -> str:
    """Where an enlarged part lies on the large map."""
    box = (*europe.at((part.west, part.north)), *europe.at((part.east, part.south)))
    return rectangle(box, f'fill="none" stroke="{INK}" stroke-dasharray="3 2"')


def scale_bar(window: MapWindow, *, above: bool = False) -> tuple[list[str], Box]:
    """A round length in the lower right corner, or the upper, with the place that it takes."""
    km = next((k for k in SCALE_KM if k * window.scale < 0.24 * window.wide), SCALE_KM[-1])
    long = km * window.scale
    end, low = (
        window.box[2] - max(GAP_PX, LETTER_PX * 3 - long / 2),
        window.top + 21 if above else window.box[3] - GAP_PX,
    )
    start = end - long
    bar = line([(start, low - 4), (start, low), (end, low), (end, low - 4)], width=1.6)
    words = text((start + end) / 2, low - 6, f"{km} km", size=LABEL_PX, anchor="middle", more=HALO)
    return [bar, words], (start - 10, low - 20, end + GAP_PX, low + 4)


class Named(NamedTuple):
    """Something to be named on a map: pixel, radius to keep clear, words."""

    x: float
    y: float
    radius: float
    words: str


def names(
    things: list[Named],
    edge: Box,
    used: list[Box],
    letter_px: float = LETTER_PX,
    style: str = HALO,
    *,
    leading: bool = True,
) -> list[str]:
    """Names beside their things, the first first; one that finds no room is left out. used: boxes taken, added to.

    edge: box that no name may leave; style: attributes of the words; leading: whether a name may stand off, with a line to it
    """
    lines, words = [], []
    used += [(t.x - t.radius, t.y - t.radius, t.x + t.radius, t.y + t.radius) for t in things]
    for thing in things:
        wide = letter_px * len(thing.words)
        for anchor, x, y, leader in _places(thing)[: None if leading else BESIDE]:
            left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
            mine = (left, y - 10, left + wide, y + 3)
            if _within(mine, edge) and not any(_touch(mine, u) for u in used):
                used.append(mine)
                if leader:
                    lines.append(line([(thing.x, thing.y), leader], stroke="#6b6659", width=0.8))
                words.append(text(x, y, thing.words, size=LABEL_PX, anchor=anchor, more=style))
                break
    return lines + words


BESIDE = 4
"""Places right beside a thing, the first of `_places`."""


def _places(t: Named) -> list[tuple[str, float, float, Point | None]]:
    """Where a name may stand, the nearest first; farther ones have the end of a leading line."""
    out: list[tuple[str, float, float, Point | None]] = []
    for far in (0, 8, 16, 24, 32, 40, 52):
        beside = t.radius + 3 + far
        places = [("middle", t.x, t.y - beside), ("middle", t.x, t.y + beside + 10)]
        if not far:
            places = [("start", t.x + beside, t.y + 4), ("end", t.x - beside, t.y + 4), *places]
        else:
            slant = 0.5 * beside
            places += [
                (anchor, t.x + way * slant, t.y + down)
                for way, anchor in ((1, "start"), (-1, "end"))
                for down in (-beside, beside + 10)
            ]
        for anchor, x, y in places:
            out.append((anchor, x, y, (x, y + 2 if y < t.y else y - 10) if far else None))
    return out


def towns(window: MapWindow, used: list[Box]) -> list[str]:
    """Towns of the window as small squares with their names, where there is room."""
    out, style = [], f'font-style="italic" {HALO}'
    for name, place in ground_km()["towns_km"].items():
        x, y = window.at(place)
        mark = (x - 3, y - 3, x + 3, y + 3)
        fits = window.part.holds(place) and not any(_touch(mark, u) for u in used)
        if fits and (found := names([Named(x, y, 3, name)], window.box, used, TOWN_LETTER_PX, style, leading=False)):
            out += [rectangle((x - 2, y - 2, x + 2, y + 2), f'fill="{TOWN}"'), *found]
    return [o.replace(f'fill="{INK}"', f'fill="{TOWN}"') for o in out]


def _within(a: Box, b: Box) -> bool:
    return b[0] + 2 <= a[0] and a[2] <= b[2] - 2 and b[1] + 1 <= a[1] and a[3] <= b[3] - 1


def _touch(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
