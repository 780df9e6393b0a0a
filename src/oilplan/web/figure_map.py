"""Figure: the plants on a day, sized by capacity and coloured by what they deliver, with the day's raids by force."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from html import escape
from typing import NamedTuple

from ..report.figure_map import CROWDED, LAND, SEA, SHORE, MapWindow, Part, lambert_km, land_near
from ..report.svg import INK, document, line, text
from .map_words import RIVERS
from .pages import on_page

WIDE_PX, NARROW_PX = 630, 330
EUROPE = Part("Europe", -780.0, -270.0, 480.0, 560.0)
"""From the Rhine to the Vistula; Ploesti stands in the table of groups."""
COLOURS = (
    (0.0, (184, 74, 0)),
    (0.25, (235, 165, 107)),
    (0.5, (236, 226, 205)),
    (0.75, (139, 176, 207)),
    (1.0, (11, 83, 148)),
)
"""Share delivered to colour: orange is out, blue works; told apart by every kind of colour vision."""
FORCE_COLOURS = {"bc": "#000000", "e8": "#7a1fa2", "f15": "#00735a"}
KM2_PER_T_PER_YEAR = 0.0021
LABEL_PX, GAP_PX, LETTER_PX = 12, 8, 7.5
HALO = 'paint-order="stroke" stroke="#fff" stroke-width="3" stroke-linejoin="round"'


class Spot(NamedTuple):
    """A plant on the map. plant: index in the system; at: km; share: 0 to 1 delivered on the day."""

    plant: int
    name: str
    kind: str
    at: tuple[float, float]
    capacity_t_per_year: float
    share: float


class Fallen(NamedTuple):
    """Tons of one force on one plant on the day. plant: index in the system; recorded: False for a raid known from
    memory only."""

    plant: int
    force: str
    bombs_t: float
    recorded: bool


def map_figure(spots: list[Spot], raids: Iterable[Fallen], width: int, name: str, title: str) -> str:
    """The map of a day as SVG: Europe, and the crowded parts enlarged.

    raids: of the day; width: `WIDE_PX` or `NARROW_PX`; name: id of the figure
    """
    windows, high = windows_of(width, name)
    europe, *enlarged = windows
    covered = [_box(w) for w in enlarged if width == WIDE_PX] + [_label_box(europe, w.part) for w in enlarged]
    raids, body = list(raids), []
    for window in windows:
        others = [w.part for w in enlarged if w is not window]
        mine = [
            s
            for s in spots
            if window.part.holds(s.at) and (window in enlarged or not any(p.holds(s.at) for p in others))
        ]
        head = [(*_box(window)[:2], window.left + 8 * len(window.part.title) + 12, window.top + 22)]
        body += _ground(window)
        body += [
            mark
            for w in enlarged
            if window is europe
            for mark in _outline(europe, w.part, spots, titled=width == WIDE_PX)
        ]
        body += _marks(mine, raids, window, covered if window is europe else head)
        if window is not europe:
            body += _border(window)
    return on_page(
        document(width, high, title, "Discs are plants: area is capacity, colour is what they deliver.", body), name
    )


def windows_of(width: int, name: str) -> tuple[list[MapWindow], int]:
    """Europe and the enlarged parts as windows, and the height of the figure: parts lie over the sea and the east of a
    wide map, and under a narrow one."""
    scale = width / (EUROPE.east - EUROPE.west)
    europe = MapWindow(f"{name}-europe", EUROPE, scale, 0, 0)
    side = 148.0 if width == WIDE_PX else (width - GAP_PX) / 2
    parts = []
    for k, part in enumerate(CROWDED[:2]):
        left = (0.5, width - side - 0.5)[k]
        top = 0.5 if width == WIDE_PX else europe.high + GAP_PX
        parts.append(MapWindow(f"{name}-part{k}", part, side / (part.east - part.west), left, top))
    lowest = max([europe.high, *(w.top + w.high for w in parts)])
    return [europe, *parts], round(lowest + 1)


def _box(window: MapWindow) -> tuple[float, float, float, float]:
    return window.left, window.top, window.left + window.wide, window.top + window.high


def _ground(window: MapWindow) -> list[str]:
    """Sea, land and rivers, cut at the window's edge; the group stays open until `_marks` closes it."""
    land = "".join(
        "M" + "L".join("{:.1f} {:.1f}".format(*window.at(p)) for p in ring) + "Z" for ring in land_near(window.part)
    )
    box = f'x="{window.left:.1f}" y="{window.top:.1f}" width="{window.wide:.1f}" height="{window.high:.1f}"'
    rivers = [
        line([window.at(lambert_km(*p)) for p in towns], stroke="#7fa9c4", width=1.3) for towns in RIVERS.values()
    ]
    return [
        f'<clipPath id="{window.name}"><rect {box}/></clipPath>',
        f'<g clip-path="url(#{window.name})"><rect {box} fill="{SEA}"/>',
        f'<path d="{land}" fill="{LAND}" stroke="{SHORE}" stroke-width=".7"/>',
        *rivers,
    ]


def _outline(europe: MapWindow, part: Part, spots: list[Spot], *, titled: bool) -> list[str]:
    """Where an enlarged part lies on the large map, its plants as dots; on a narrow map the part stands below with its own title."""
    x, y = europe.at((part.west, part.north))
    wide, high = (part.east - part.west) * europe.scale, (part.north - part.south) * europe.scale
    box = f'x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}"'
    above = y + 13 if LETTER_PX * len(part.title) < wide else y - 5
    name = [text(x + wide / 2, above, part.title, anchor="middle", more=HALO)] if titled else []
    inside = [europe.at(s.at) for s in spots if part.holds(s.at)]
    dots = [f'<circle cx="{px:.1f}" cy="{py:.1f}" r="2" fill="{INK}"/>' for px, py in inside]
    return [f'<rect {box} fill="#fff" fill-opacity=".6" stroke="{INK}" stroke-dasharray="3 2"/>', *dots, *name]


def _label_box(europe: MapWindow, part: Part) -> tuple[float, float, float, float]:
    """The outline of an enlarged part and its title: no name may stand there."""
    left, top = europe.at((part.west, part.north))
    right, bottom = europe.at((part.east, part.south))
    half = max(right - left, LETTER_PX * len(part.title)) / 2
    return (left + right) / 2 - half, top - 18, (left + right) / 2 + half, bottom


def _border(window: MapWindow) -> list[str]:
    box = f'width="{window.wide:.1f}" height="{window.high:.1f}" fill="none" stroke="{INK}"'
    return [
        f'<rect x="{window.left:.1f}" y="{window.top:.1f}" {box}/>',
        text(window.left + 6, window.top + 16, window.part.title, more=f'font-weight="600" {HALO}'),
    ]


def _marks(spots: list[Spot], raids: list[Fallen], window: MapWindow, taken: list) -> list[str]:
    """Discs, raids and as many names as fit without touching; closes the group of the ground."""
    by_size = sorted(spots, key=lambda s: -s.capacity_t_per_year)
    where = {s.plant: window.at(s.at) for s in by_size}
    fallen = [raid_mark(where[r.plant], r) for r in raids if r.plant in where]
    places = "".join(f'<g data-at="{i}" transform="translate({x:.1f} {y:.1f})"/>' for i, (x, y) in where.items())
    discs = [_disc(s, window) for s in by_size]
    return [*discs, "</g>", f'<g class="raids">{"".join(fallen)}</g>', places, *_names(by_size, window, taken)]


def radius_px(capacity_t_per_year: float, scale: float) -> float:
    """Radius of a plant: area in proportion to capacity, within what can be seen and told apart."""
    return max(3.5, min((capacity_t_per_year * KM2_PER_T_PER_YEAR / 3.1416) ** 0.5 * min(scale, 0.75), 21.0))


def _disc(s: Spot, window: MapWindow) -> str:
    x, y = window.at(s.at)
    radius = radius_px(s.capacity_t_per_year, window.scale)
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" data-plant="{s.plant}" '
        f'fill="{colour(s.share)}" stroke="{INK}" stroke-width="1"><title>{escape(says(s))}</title></circle>'
    )


def says(s: Spot) -> str:
    """What a disc means, in words."""
    return f"{s.name}: {s.capacity_t_per_year:,.0f} t a year; delivers {s.share:.0%} of capacity"


def colour(share: float) -> str:
    """Colour of a share delivered, between the steps of `COLOURS`."""
    share = min(max(share, 0.0), 1.0)
    for (low, a), (high, b) in itertools.pairwise(COLOURS):
        if share <= high:
            part = (share - low) / (high - low)
            return "#" + "".join(f"{round(p + (q - p) * part):02x}" for p, q in zip(a, b, strict=True))
    return "#0b5394"


def raid_mark(at: tuple[float, float], raid: Fallen) -> str:
    """A ring, square or triangle around the plant: its area is the tons, its shape the force; dashed where recalled."""
    size = raid_size_px(raid.bombs_t)
    dash = "" if raid.recorded else ' stroke-dasharray="4 3"'
    shape = {
        "bc": f'<circle r="{size:.1f}"',
        "e8": f'<path d="M{-size:.1f} {-size:.1f}h{2 * size:.1f}v{2 * size:.1f}h{-2 * size:.1f}z"',
        "f15": f'<path d="M0 {-1.3 * size:.1f}L{1.2 * size:.1f} {0.8 * size:.1f}H{-1.2 * size:.1f}z"',
    }[raid.force]
    return (
        f'<g transform="translate({at[0]:.1f} {at[1]:.1f})">{shape} fill="none" stroke="{FORCE_COLOURS[raid.force]}" '
        f'stroke-width="2.5"{dash}><title>{raid.bombs_t:,.0f} t</title></{shape[1:].split(" ")[0]}></g>'
    )


def raid_size_px(bombs_t: float) -> float:
    """Half the width of a raid's mark; its area is in proportion to tons between 100 and 1,600 t."""
    return 8.0 + min(max(bombs_t, 0.0), 2000.0) ** 0.5 * 0.4


def _names(spots: list[Spot], window: MapWindow, taken: list) -> list[str]:
    """Names beside their discs, the largest plants first; one that would touch another is left to the table."""
    used, out, edge = list(taken), [], _box(window)
    for s in spots:
        (x, y), r = window.at(s.at), radius_px(s.capacity_t_per_year, window.scale)
        used.append((x - r, y - r, x + r, y + r))
    for s in spots:
        at_x, at_y = window.at(s.at)
        for anchor, x, y in _places(at_x, at_y, radius_px(s.capacity_t_per_year, window.scale) + 3):
            wide = LETTER_PX * len(s.name)
            left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
            mine = (left, y - 11, left + wide, y + 3)
            inside = edge[0] <= mine[0] and mine[2] <= edge[2] and edge[1] <= mine[1] and mine[3] <= edge[3]
            if inside and not _touches(mine, used):
                out.append(text(x, y, s.name, size=LABEL_PX, anchor=anchor, more=HALO))
                used.append(mine)
                break
    return out


def _places(x: float, y: float, beside: float) -> tuple[tuple[str, float, float], ...]:
    return (
        ("start", x + beside, y + 4),
        ("end", x - beside, y + 4),
        ("middle", x, y - beside),
        ("middle", x, y + beside + 10),
    )


def _touches(mine, used) -> bool:
    return any(mine[0] < u[2] and u[0] < mine[2] and mine[1] < u[3] and u[1] < mine[3] for u in used)
