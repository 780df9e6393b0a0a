"""Figure: a monthly series of two arms with their bands, the record's points, and the day shown on the map."""

from __future__ import annotations

import textwrap
from typing import NamedTuple

from ..clock import MONTHS
from ..report.svg import INK, KEY_READ, KEY_WEAK, Frame, area, axes, document, frame, keys, line, recorded, text
from .pages import on_page

WIDE_PX, NARROW_PX, HIGH_PX = 500, 330, 240
TITLE_LETTER_PX, LINE_PX = 8.2, 18
WAR = "#b84a00"
GREY, GREY_BAND, BLUE, BLUE_BAND = "#6b6a64", "#dedbd2", "#0b5394", "#a9cbe6"


def _key(band: str, stroke: str, dash: str = "") -> str:
    shade = f'<rect x="-8" y="-5" width="16" height="10" fill="{band}"/>'
    return f'{shade}<path d="M-8 0h16" stroke="{stroke}" stroke-width="2.2" stroke-dasharray="{dash or "none"}"/>'


class Band(NamedTuple):
    """5th, 50th and 95th percentile by month, tons."""

    low: list[float]
    middle: list[float]
    high: list[float]


class Point(NamedTuple):
    """A recorded month. month: index; low, high: tons; weak: to be marked; says: in words."""

    month: int
    low: float
    high: float
    weak: bool
    says: str


class Series(NamedTuple):
    """One figure. chosen: None while nothing differs from history; others: (words, colour, medians) of further arms, the first
    ``solid`` of them as unbroken lines; shows_war: whether the page draws one possible war into it."""

    title: str
    unit: str
    flown: Band
    chosen: Band | None
    points: list[Point]
    basis: str
    chosen_words: str = "your choice"
    others: tuple[tuple[str, str, list[float]], ...] = ()
    shows_war: bool = False
    solid: int = 0


def arms_figure(series: Series, width: int, name: str) -> str:
    """The figure as SVG; name: its id. History grey and dashed, the choice blue, recorded points black."""
    bands = [b for b in (series.flown, series.chosen) if b]
    tops = [v for b in bands for v in b.high] + [p.high for p in series.points]
    legend_px = int(keys(_legend(series), 0, width)[1]) + 8
    f = frame([*tops, *(v for o in series.others for v in o[2])], len(MONTHS), width, HIGH_PX + legend_px)
    heading = textwrap.wrap(series.title, int((width - 20) / TITLE_LETTER_PX))
    more_px = LINE_PX * (len(heading) - 1)
    f = f._replace(bottom=f.bottom + legend_px, top=44 + more_px, height=f.height + more_px)
    body = [text(10, 17 + LINE_PX * k, words, size=14, more='font-weight="600"') for k, words in enumerate(heading)]
    body += [*axes(f, list(MONTHS), series.unit)]
    body += [_shade(f, series.flown, GREY_BAND), *([_shade(f, series.chosen, BLUE_BAND)] if series.chosen else [])]
    body.append(_middle(f, series.flown.middle, GREY, "5 3"))
    body += [_middle(f, series.chosen.middle, BLUE, "")] if series.chosen else []
    body += [_middle(f, medians, colour, _dash(series, k)) for k, (_, colour, medians) in enumerate(series.others)]
    body += [recorded(f, p.month, p.low, p.high, weak=p.weak, says=p.says) for p in series.points]
    legend = keys(_legend(series), f.height - legend_px + 14, width)[0]
    if series.shows_war:
        legend[-1] = f'<g class="war" visibility="hidden">{legend[-1]}</g>'
    body += [_cursor(f), *legend]
    return on_page(document(width, f.height, series.title, f"{series.unit}, by month; {series.basis}.", body), name)


def both_arms_figures(series: Series, name: str) -> dict[str, str]:
    """The figure for a wide page and for a narrow one."""
    return {size: arms_figure(series, px, f"{name}-{size}") for size, px in (("wide", WIDE_PX), ("narrow", NARROW_PX))}


def _shade(f: Frame, band: Band, fill: str) -> str:
    return area(f.at(band.high) + f.at(band.low)[::-1], fill=fill).replace("/>", ' fill-opacity=".7"/>')


def _middle(f: Frame, values: list[float], stroke: str, dash: str) -> str:
    return line(f.at(values), stroke=stroke, width=2.4, dash=dash)


def _dash(series: Series, k: int) -> str:
    return "" if k < series.solid else "2 3"


def _cursor(f: Frame) -> str:
    """The day shown on the map, and the line of the possible war shown; the page moves both."""
    return (
        f'<path class="war" fill="none" stroke="{WAR}" stroke-width="1.8" data-left="{f.left}" data-step="{f.step:.3f}" '
        f'data-zero="{f.y(0):.1f}" data-px="{(f.y(0) - f.y(f.high)) / f.high:.8f}"/>'
        f'<line class="cursor" x1="0" x2="0" y1="{f.top}" y2="{f.height - f.bottom}" stroke="{INK}" '
        f'data-left="{f.left}" data-step="{f.step:.3f}" visibility="hidden"/>'
    )


def _legend(series: Series) -> list[tuple[str, str]]:
    entries = [(_key(GREY_BAND, GREY, "5 3"), "history's orders")]
    if series.chosen:
        entries.append((_key(BLUE_BAND, BLUE), series.chosen_words))
    entries += [
        (
            f'<path d="M-8 0h16" stroke="{colour}" stroke-width="2" stroke-dasharray="{_dash(series, k) or "none"}"/>',
            words,
        )
        for k, (words, colour, _) in enumerate(series.others)
    ]
    if series.points:
        entries += [(KEY_READ, "recorded"), (KEY_WEAK, "recalled")]
    if series.shows_war:
        entries.append((f'<path d="M-8 0h16" stroke="{WAR}" stroke-width="1.8"/>', "the war shown"))
    return entries
