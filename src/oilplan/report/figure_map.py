"""Figures: the plants on a map of Europe, by the tons dropped on them or by what they deliver on a day; crowded parts enlarged."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from html import escape
from typing import NamedTuple

from ..record.names import short_name
from .map_ground import (
    CROWDED,
    EUROPE,
    GAP_PX,
    GROUND_SAYS,
    HALO,
    LETTER_PX,
    Box,
    MapWindow,
    Named,
    Part,
    Point,
    border,
    ground,
    lambert_km,
    names,
    outline,
    scale_bar,
    title_box,
    towns,
)
from .svg import FAINT, INK, WIDE_PX, document, keys, text

MAP_WIDE_PX, MAP_NARROW_PX = 630, 330
ENLARGED_PX = (246, 168)
"""Widths of the enlarged parts on a wide map: in the south-west and the north-east, where no plant stands."""
NARROW_SCALE = 2.4
CROWDED_SIZE = 0.6
"""Size of a mark on the large map in a part that is enlarged beside it."""
KIND_NAMES = {"hydrogenation": "hydrogenation", "fischer_tropsch": "Fischer-Tropsch", "reforming": "reforming"}
KIND_COLOURS = {"hydrogenation": "#0b5394", "fischer_tropsch": "#d55e00", "reforming": "#009e73"}
RADIUS_PX_PER_ROOT_T, LEAST_RADIUS_PX = 0.17, 2.5
COLOURS = (
    (0.0, (184, 74, 0)),
    (0.25, (235, 165, 107)),
    (0.5, (236, 226, 205)),
    (0.75, (139, 176, 207)),
    (1.0, (11, 83, 148)),
)
"""Share delivered to colour: orange is out, blue works; distinguished by every kind of colour vision."""
FORCE_COLOURS = {"bc": "#000000", "e8": "#7a1fa2", "f15": "#00735a"}
KM2_PER_T_PER_YEAR = 0.0021


class Disc(NamedTuple):
    """A plant on a map. at: km; weight: by which the first are named; radius: px by scale in px per km; attributes: of the
    circle; href: page of the plant, empty for none."""

    name: str
    at: Point
    weight: float
    radius: Callable[[float], float]
    fill: str
    says: str
    attributes: str = ""
    href: str = ""


class Sign(NamedTuple):
    """A sign around a plant. at: km; inner: SVG around 0,0; attributes: of its group."""

    at: Point
    inner: str
    attributes: str = ""


def drawn_map(
    discs: list[Disc], marks: list[Sign], width: float, name: str, *, enlarged: bool = True
) -> tuple[list[str], float]:
    """The body of a map and its height in px: Europe, and the crowded parts enlarged over its corners, or below a narrow map.

    name: of the figure, for its clip paths; enlarged: False leaves the crowded parts out
    """
    europe, *parts = windows_of(width, name, enlarged=enlarged)
    over = [w.box for w in parts] if width >= MAP_WIDE_PX else []
    body, used = [*ground(europe)], [*over]
    bar, place = scale_bar(europe)
    used.append(place)
    body += [*(outline(europe, part) for part in CROWDED if enlarged), *_discs(discs, europe, CROWDED)]
    body += _signs(marks, europe, CROWDED)
    alone = [d for d in discs if EUROPE.holds(d.at) and not any(p.holds(d.at) for p in CROWDED)]
    body += [*_part_names(europe, used), *_named(alone, europe, used), *towns(europe, used), *bar]
    for window in parts:
        body += _enlarged(window, discs, marks)
    return body, max([europe.high, *(w.box[3] for w in parts)]) + 1


def windows_of(width: float, name: str, *, enlarged: bool = True) -> list[MapWindow]:
    """Europe and the enlarged parts as windows."""
    europe = MapWindow(f"{name}-europe", EUROPE, width / (EUROPE.east - EUROPE.west), 0, 0)
    if not enlarged:
        return [europe]
    if width >= MAP_WIDE_PX:
        grown = width / MAP_WIDE_PX
        scales = [grown * px / (p.east - p.west) for p, px in zip(CROWDED, ENLARGED_PX, strict=True)]
        ruhr, centre = (
            MapWindow(f"{name}-part{k}", p, s, 0.5, 0.5) for k, (p, s) in enumerate(zip(CROWDED, scales, strict=True))
        )
        return [
            europe,
            ruhr._replace(top=europe.high - ruhr.high - 0.5),
            centre._replace(left=width - centre.wide - 0.5),
        ]
    below, out = europe.high + GAP_PX, [europe]
    for k, part in enumerate(CROWDED):
        middle, half = (part.west + part.east) / 2, width / NARROW_SCALE / 2
        out.append(
            MapWindow(f"{name}-part{k}", part._replace(west=middle - half, east=middle + half), NARROW_SCALE, 0, below)
        )
        below += out[-1].high + GAP_PX
    return out


def _enlarged(window: MapWindow, discs: list[Disc], marks: list[Sign]) -> list[str]:
    here = [d for d in discs if window.part.holds(d.at)]
    bar, place = scale_bar(window, above=True)
    used = [title_box(window), place]
    body = [*ground(window), *_discs(here, window, ()), *_signs(marks, window, ()), *_named(here, window, used)]
    return [*body, *towns(window, used), *bar, *border(window)]


def _discs(discs: list[Disc], window: MapWindow, small: Iterable[Part]) -> list[str]:
    """Discs of a window, the heaviest below; on the large map those that are enlarged elsewhere are no links."""
    shown = sorted((d for d in discs if window.part.holds(d.at)), key=lambda d: -d.weight)
    return [_disc(d, window, linked=not any(p.holds(d.at) for p in small)) for d in shown]


def _disc(d: Disc, window: MapWindow, *, linked: bool) -> str:
    x, y = window.at(d.at)
    circle = (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{d.radius(window.scale):.1f}" {d.attributes} fill="{d.fill}" '
        f'stroke="{INK}" stroke-width="1"><title>{escape(d.says)}</title></circle>'
    )
    return f'<a href="{escape(d.href)}" aria-label="{escape(d.name)}">{circle}</a>' if linked and d.href else circle


def _signs(marks: list[Sign], window: MapWindow, small: Iterable[Part]) -> list[str]:
    out = []
    for m in (m for m in marks if window.part.holds(m.at)):
        x, y = window.at(m.at)
        size = f" scale({CROWDED_SIZE})" if any(p.holds(m.at) for p in small) else ""
        out.append(
            f'<g {m.attributes} transform="translate({x:.1f} {y:.1f}){size}" pointer-events="none">{m.inner}</g>'
        )
    return out


def _named(discs: list[Disc], window: MapWindow, used: list[Box]) -> list[str]:
    by_weight = sorted(discs, key=lambda d: -d.weight)
    return names([Named(*window.at(d.at), d.radius(window.scale), d.name) for d in by_weight], window.box, used)


def _part_names(europe: MapWindow, used: list[Box]) -> list[str]:
    """The titles of the crowded parts above them on the large map; nothing else is named there."""
    out = []
    for part in CROWDED:
        (left, top), (right, bottom) = europe.at((part.west, part.north)), europe.at((part.east, part.south))
        middle, half = (left + right) / 2, LETTER_PX * len(part.title) / 2
        used += [(middle - half, top - 16, middle + half, top), (left, top, right, bottom)]
        out.append(text(middle, top - 4, part.title, anchor="middle", more=f'font-weight="600" {HALO}'))
    return out


# The tons dropped in a campaign.


def map_figure(summary: dict, width: int = WIDE_PX) -> str:
    """Every plant with a position; the area of its disc is the tons dropped on it. As SVG.

    summary: from `oilplan.studies.run.summary`; width: pixels. Groups (refineries, tar, benzol) have no
    single place and are left out.
    """
    discs = [_by_tons(p) for p in summary["plants"] if p["latitude"] is not None]
    body, bottom = drawn_map(discs, [], width, f"tons-{width}")
    legend = [(f'<circle r="6" fill="{KIND_COLOURS[k]}" fill-opacity=".75"/>', KIND_NAMES[k]) for k in KIND_NAMES]
    drawn, bottom = keys(legend, bottom + 14, width)
    notes = ["Area of a disc: tons dropped, on one scale in all maps.", *GROUND_SAYS.split(": ")]
    drawn += [text(8, bottom + 15 * k, words, size=11, fill=FAINT) for k, words in enumerate(notes)]
    return document(width, bottom + 42, "Plants and the tons dropped on them", "Map of central Europe.", body + drawn)


def _by_tons(p: dict) -> Disc:
    return Disc(
        name=short_name(p["plant_id"]),
        at=lambert_km(p["latitude"], p["longitude"]),
        weight=p["bombs_t"],
        radius=lambda _: radius_px(p["bombs_t"]),
        fill=KIND_COLOURS[p["kind"]],
        says=f"{p['name']}: {p['bombs_t']:,} t in {p['raids']} raids",
        attributes='fill-opacity=".65"',
    )


def radius_px(bombs_t: float) -> float:
    """Radius of a plant's disc: its area is in proportion to the tons."""
    return max(LEAST_RADIUS_PX, RADIUS_PX_PER_ROOT_T * bombs_t**0.5)


# The plants on a day, with its raids.


class Spot(NamedTuple):
    """A plant on a day. plant: index in the system; at: km; share: 0 to 1 delivered on the day."""

    plant: int
    plant_id: str
    name: str
    at: Point
    capacity_t_per_year: float
    share: float


class Fallen(NamedTuple):
    """Tons of one force on one plant on the day. plant: index in the system; recorded: False for a raid known from
    memory only."""

    plant: int
    force: str
    bombs_t: float
    recorded: bool


def day_map(
    spots: list[Spot], raids: Iterable[Fallen], width: int, name: str, title: str, *, enlarged: bool = True
) -> str:
    """The map of a day as SVG: area of a disc is capacity, colour what it delivers; raids around it by force.

    raids: of the day; width: `MAP_WIDE_PX` or `MAP_NARROW_PX`; name: id of the figure
    """
    by_plant: dict[int, list[str]] = {s.plant: [] for s in spots}
    for raid in raids:
        by_plant.get(raid.plant, []).append(raid_mark(raid))
    marks = [Sign(s.at, "".join(by_plant[s.plant]), f'data-at="{s.plant}"') for s in spots]
    body, high = drawn_map([_of_day(s) for s in spots], marks, width, name, enlarged=enlarged)
    return document(width, high, title, "Discs are plants: area is capacity, colour is what they deliver.", body)


def _of_day(s: Spot) -> Disc:
    return Disc(
        name=s.name,
        at=s.at,
        weight=s.capacity_t_per_year,
        radius=lambda scale: capacity_radius_px(s.capacity_t_per_year, scale),
        fill=colour(s.share),
        says=f"{s.name}: {s.capacity_t_per_year:,.0f} t a year; delivers {s.share:.0%} of capacity",
        attributes=f'data-plant="{s.plant}"',
        href=f"/plant/{s.plant_id}",
    )


def capacity_radius_px(capacity_t_per_year: float, scale: float) -> float:
    """Radius of a plant: area in proportion to capacity, within what can be seen and distinguished."""
    return max(3.5, min((capacity_t_per_year * KM2_PER_T_PER_YEAR / 3.1416) ** 0.5 * min(scale, 0.75), 21.0))


def colour(share: float) -> str:
    """Colour of a share delivered, between the steps of `COLOURS`."""
    share = min(max(share, 0.0), 1.0)
    for (low, a), (high, b) in itertools.pairwise(COLOURS):
        if share <= high:
            part = (share - low) / (high - low)
            return "#" + "".join(f"{round(p + (q - p) * part):02x}" for p, q in zip(a, b, strict=True))
    return "#0b5394"


def raid_mark(raid: Fallen) -> str:
    """A ring, square or triangle: its area is the tons, its shape the force; dashed where recalled."""
    size = raid_size_px(raid.bombs_t)
    dash = "" if raid.recorded else ' stroke-dasharray="4 3"'
    tag, shape = {
        "bc": ("circle", f'r="{size:.1f}"'),
        "e8": ("path", f'd="M{-size:.1f} {-size:.1f}h{2 * size:.1f}v{2 * size:.1f}h{-2 * size:.1f}z"'),
        "f15": ("path", f'd="M0 {-1.3 * size:.1f}L{1.2 * size:.1f} {0.8 * size:.1f}H{-1.2 * size:.1f}z"'),
    }[raid.force]
    return (
        f'<{tag} {shape} fill="none" stroke="{FORCE_COLOURS[raid.force]}" stroke-width="2.5"{dash}>'
        f"<title>{raid.bombs_t:,.0f} t</title></{tag}>"
    )


def raid_size_px(bombs_t: float) -> float:
    """Half the width of a raid's mark; its area is in proportion to tons between 100 and 1,600 t."""
    return 8.0 + min(max(bombs_t, 0.0), 2000.0) ** 0.5 * 0.4
