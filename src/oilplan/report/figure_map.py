"""Europe on a plane: Lambert's azimuthal equal-area projection about 50 N 15 E, in kilometres."""

from __future__ import annotations

import functools
import json
from html import escape
from importlib.resources import files
from math import cos, radians, sin, sqrt
from typing import NamedTuple

from .svg import FAINT, INK, WIDE_PX, document, keys, line, text

CENTRE_LATITUDE, CENTRE_LONGITUDE = 50.0, 15.0
EARTH_RADIUS_KM = 6371.0088


def lambert_km(latitude: float, longitude: float) -> tuple[float, float]:
    """East and north of the centre in kilometres; areas are true, distances to a few percent over Europe.

    latitude, longitude: degrees. [Snyder, Map Projections: A Working Manual, USGS 1395 (1987), p. 185]
    """
    phi, phi0 = radians(latitude), radians(CENTRE_LATITUDE)
    turn = radians(longitude - CENTRE_LONGITUDE)
    k = sqrt(2.0 / (1.0 + sin(phi0) * sin(phi) + cos(phi0) * cos(phi) * cos(turn)))
    east = EARTH_RADIUS_KM * k * cos(phi) * sin(turn)
    north = EARTH_RADIUS_KM * k * (cos(phi0) * sin(phi) - sin(phi0) * cos(phi) * cos(turn))
    return east, north


# The coast of Europe, projected once (tools/project_land.py).


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


# Short names of the plants, as histories call them; the record has the firms' full names.

SHORT_NAMES = {
    "leuna": "Leuna",
    "poelitz": "Pölitz",
    "bruex": "Brüx",
    "boehlen": "Böhlen",
    "welheim": "Welheim",
    "magdeburg_rothensee": "Magdeburg",
    "troeglitz_zeitz": "Zeitz",
    "luetzkendorf": "Lützkendorf",
    "luetzkendorf_ft": "Lützkendorf (F-T)",
    "scholven": "Scholven",
    "gelsenberg": "Gelsenberg",
    "wesseling": "Wesseling",
    "ludwigshafen_oppau": "Ludwigshafen",
    "blechhammer_north": "Blechhammer North",
    "blechhammer_south": "Blechhammer South",
    "odertal": "Odertal",
    "auschwitz_monowitz": "Monowitz",
    "moosbierbaum": "Moosbierbaum",
    "ruhland_schwarzheide": "Ruhland",
    "sterkrade_holten": "Sterkrade-Holten",
    "homberg_moers": "Moers-Homberg",
    "kamen_essener_steinkohle": "Kamen",
    "dortmund_hoesch": "Dortmund",
    "wanne_eickel": "Wanne-Eickel",
    "castrop_rauxel": "Castrop-Rauxel",
}


def short_name(plant_id: str) -> str:
    """Name for a map or a narrow table; for a plant of a user's own record its id in words."""
    return SHORT_NAMES.get(plant_id, plant_id.replace("_", " ").title())


# Figure: the plants on a map of Europe, by tons dropped on them; two crowded parts are enlarged below.

KIND_NAMES = {"hydrogenation": "hydrogenation", "fischer_tropsch": "Fischer-Tropsch", "reforming": "reforming"}
KIND_COLOURS = {"hydrogenation": "#0b5394", "fischer_tropsch": "#d55e00", "reforming": "#009e73"}
LAND, SEA, SHORE = "#efece3", "#dbe7ee", "#b9b4a5"
RADIUS_PX_PER_ROOT_T = 0.17
LEAST_RADIUS_PX = 2.5
GAP_PX, LIST_PX, LONGEST_LIST = 10, 15, 11


class Part(NamedTuple):
    """A part of Europe: corners in km from 50 N 15 E."""

    title: str
    west: float
    south: float
    east: float
    north: float

    def holds(self, at: tuple[float, float]) -> bool:
        """Whether a point (east, north in km) lies in it."""
        return self.west < at[0] < self.east and self.south < at[1] < self.north


EUROPE = Part("Central Europe", -720.0, -260.0, 480.0, 500.0)
CROWDED = (
    Part("Ruhr", -588.0, 155.0, -496.0, 247.0),
    Part("Central Germany", -246.0, 94.0, -160.0, 180.0),
    Part("Silesia", 205.0, 20.0, 260.0, 75.0),
)
TOWNS = {
    "Berlin": (52.52, 13.40),
    "Hamburg": (53.55, 9.99),
    "Munich": (48.14, 11.58),
    "Prague": (50.09, 14.42),
    "Lodz": (51.76, 19.46),
    "Frankfurt": (50.11, 8.68),
    "Breslau": (51.11, 17.03),
}
"""Latitude and longitude, for orientation."""


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

    def at(self, point: tuple[float, float]) -> tuple[float, float]:
        """Pixel of a point (east, north in km)."""
        across, down = point[0] - self.part.west, self.part.north - point[1]
        return self.left + across * self.scale, self.top + down * self.scale


def map_figure(summary: dict, width: int = WIDE_PX) -> str:
    """Every plant with a position; the area of its disc is the tons dropped on it. As SVG.

    summary: from `oilplan.studies.run.summary`; width: pixels. Groups (refineries, tar, benzol) have no
    single place and are left out.
    """
    placed = [
        p | {"at": lambert_km(p["latitude"], p["longitude"])} for p in summary["plants"] if p["latitude"] is not None
    ]
    europe = MapWindow("europe", EUROPE, width / (EUROPE.east - EUROPE.west), 0, 0)
    body = [
        *_ground(europe, width),
        *(_towns(europe) if width >= WIDE_PX else []),
        *_discs(europe, placed),
        *_names(europe, placed),
        *_scale_bar(europe),
    ]
    columns = len(CROWDED) if width >= WIDE_PX else 1
    side = width / columns - GAP_PX if columns > 1 else 0.55 * width
    deep = side + (LIST_PX * LONGEST_LIST if columns > 1 else GAP_PX)
    for k, part in enumerate(CROWDED):
        left, down = (k % columns) * (side + GAP_PX * 1.5), europe.high + GAP_PX + (k // columns) * deep
        body += _inset(MapWindow(part.title, part, side / (part.north - part.south), left, down), placed, width)
    bottom = europe.high + GAP_PX + deep * (1 if columns > 1 else len(CROWDED))
    legend = [(f'<circle r="6" fill="{KIND_COLOURS[k]}" fill-opacity=".75"/>', KIND_NAMES[k]) for k in KIND_NAMES]
    drawn, bottom = keys(legend, bottom + 12, width)
    notes = ("Area of a disc: tons dropped, on one scale in all maps.", "Coast of today, without frontiers and rivers.")
    drawn += [text(8, bottom + k * LIST_PX, words, size=11, fill=FAINT) for k, words in enumerate(notes)]
    return document(width, bottom + 26, "Plants and the tons dropped on them", "Map of central Europe.", body + drawn)


def _ground(window: MapWindow, width: int) -> list[str]:
    clip, box = f"clip-{window.name.replace(' ', '-')}-{width}", _box(window)
    shore = "".join(
        "M" + "L".join("{:.0f} {:.0f}".format(*window.at(p)) for p in ring) + "Z" for ring in land_near(window.part)
    )
    return [
        f'<clipPath id="{clip}"><rect {box}/></clipPath><g clip-path="url(#{clip})"><rect {box} fill="{SEA}"/>'
        f'<path d="{shore}" fill="{LAND}" stroke="{SHORE}" stroke-width=".7"/></g>'
    ]


def _box(window: MapWindow) -> str:
    return f'x="{window.left:.1f}" y="{window.top:.1f}" width="{window.wide:.1f}" height="{window.high:.1f}"'


def _discs(window: MapWindow, placed: list[dict]) -> list[str]:
    return [_disc(window, p) for p in sorted(placed, key=lambda p: -p["bombs_t"]) if window.part.holds(p["at"])]


def _towns(window: MapWindow) -> list[str]:
    marks = []
    for name, place in TOWNS.items():
        x, y = window.at(lambert_km(*place))
        marks.append(f'<rect x="{x - 2:.1f}" y="{y - 2:.1f}" width="4" height="4" fill="{FAINT}"/>')
        marks.append(text(x + 5, y + 4, name, size=11, fill=FAINT, more='font-style="italic"'))
    return marks


def radius_px(bombs_t: float) -> float:
    """Radius of a plant's disc: its area is in proportion to the tons."""
    return max(LEAST_RADIUS_PX, RADIUS_PX_PER_ROOT_T * bombs_t**0.5)


def _disc(window: MapWindow, p: dict) -> str:
    x, y = window.at(p["at"])
    says = f"{p['name']}: {p['bombs_t']:,} t in {p['raids']} raids"
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius_px(p["bombs_t"]):.1f}" fill="{KIND_COLOURS[p["kind"]]}" '
        f'fill-opacity=".65" stroke="#fff" stroke-width=".8"><title>{escape(says)}</title></circle>'
    )


def _names(window: MapWindow, placed: list[dict]) -> list[str]:
    """Names of the plants that stand alone, and of the crowded parts."""
    alone = [p for p in placed if not any(part.holds(p["at"]) for part in CROWDED)]
    marks = [_label(window, p["at"], radius_px(p["bombs_t"]), short_name(p["plant_id"])) for p in alone]
    more = ' font-weight="600"'
    return marks + [_label(window, (part.west, part.north), -7, f"{part.title} (below)", more) for part in CROWDED]


def _label(window: MapWindow, at: tuple[float, float], radius: float, words: str, more: str = "") -> str:
    """Words right of a point, or left of it near the right edge."""
    x, y = window.at(at)
    halo = 'paint-order="stroke" stroke="#fff" stroke-width="3" stroke-linejoin="round"'
    if x > window.left + 0.8 * window.wide and not more:
        return text(x - radius - 3, y + 4, words, size=11, anchor="end", more=halo)
    return text(x + radius + 3, y + 4, words, size=11, more=halo + more)


def _scale_bar(window: MapWindow) -> list[str]:
    """A hundred kilometres in the lower left corner."""
    left, low = window.left + GAP_PX, window.top + window.high - GAP_PX
    bar = line([(left, low), (left + 100 * window.scale, low)], width=2)
    return [bar, text(left, low - 5, "100 km", size=11)]


def _inset(window: MapWindow, placed: list[dict], width: int) -> list[str]:
    """A crowded part with numbered discs and the list of their names beside it."""
    here = sorted((p for p in placed if window.part.holds(p["at"])), key=lambda p: -p["bombs_t"])
    border = f'<rect {_box(window)} fill="none" stroke="{SHORE}"/>'
    marks = [*_ground(window, width), *_discs(window, here), border]
    below = width >= WIDE_PX
    listed = window.left if below else window.left + window.wide + GAP_PX
    first = window.top + (window.high + LIST_PX if below else LIST_PX)
    marks.append(text(listed, first, window.part.title, more='font-weight="600"'))
    for number, p in enumerate(here, start=1):
        words = f"{number} {short_name(p['plant_id'])} {p['bombs_t']:,} t"
        marks.append(text(listed, first + LIST_PX * number, words, size=11))
    return marks + _numbers(window, here)


def _numbers(window: MapWindow, here: list[dict]) -> list[str]:
    """The number of each plant on its disc; plants on one site share a place."""
    sites: dict[tuple[float, float], list[str]] = {}
    for number, p in enumerate(here, start=1):
        sites.setdefault(p["at"], []).append(str(number))
    bold = f'font-weight="700" paint-order="stroke" stroke="{INK}" stroke-width="2"'
    return [
        text(
            window.at(at)[0], window.at(at)[1] + 4, ",".join(numbers), size=11, anchor="middle", fill="#fff", more=bold
        )
        for at, numbers in sites.items()
    ]
