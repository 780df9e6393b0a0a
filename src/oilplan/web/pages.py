"""Templates: one frame around every page, every text escaped; words of the trade explained; figures of `oilplan.report` as pages have them."""

from __future__ import annotations

import re
import textwrap
import tomllib
from calendar import month_name
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from markupsafe import Markup, escape
from starlette.responses import HTMLResponse, Response

from .. import __version__
from ..clock import MONTHS
from ..report.map_ground import GROUND_SAYS
from ..report.page import templates
from ..report.svg import FONT, INK, KEY_READ, KEY_WEAK, Frame, area, axes, document, frame, keys, line, recorded, text
from ..report.verdict_text import plain

_FAMILY = FONT.removeprefix("font-family:").replace("'", "")


def on_page(svg: str, name: str) -> Markup:
    """A figure for a page: its font as an attribute, its size left to the page, its title given to screen readers.

    svg: from `oilplan.report.svg.document`; name: letters and hyphens, its id and the name of its file
    """
    whole = svg.replace(
        f'style="{FONT}"', f'font-family="{_FAMILY}" id="{name}" aria-labelledby="{name}-t {name}-d"', 1
    )
    whole = re.sub(r'(<svg [^>]*?) width="\d+" height="\d+"', r"\1", whole, count=1)
    if "<a " in whole:
        whole = whole.replace('role="img"', 'role="group"', 1)
    whole = whole.replace("<title>", f'<title id="{name}-t">', 1).replace("<desc>", f'<desc id="{name}-d">', 1)
    return Markup(whole)


WORDS: dict[str, Any] = tomllib.loads((files("oilplan.web") / "data" / "words.toml").read_text(encoding="utf-8"))
"""The terms that the pages explain, on hover and on the page of help, and what may be chosen with how it is said."""


# Templates: one frame around every page, every text escaped.

NAVIGATION = (
    ("/story", "The story"),
    ("/argument", "The argument"),
    ("/map", "Map room"),
    ("/attribute", "The loss"),
    ("/record", "The record"),
    ("/seminar", "Seminar"),
    ("/read", "A page to read"),
    ("/help", "Help"),
)


EDITION = (
    ("/story", "The story"),
    ("/argument", "The argument"),
    ("/counterfactuals", "Counterfactuals"),
    ("/attribute", "The loss"),
    ("/record", "The record"),
    ("/help", "Help"),
)
"""Pages of an edition that opens without a server."""


@cache
def environment() -> Any:
    """The templates of this package."""
    made = templates("oilplan.web")
    made.filters["thousands"] = lambda n: f"{n:,.0f}"
    made.globals["glossary"] = WORDS["glossary"]
    made.globals["ground_says"] = GROUND_SAYS
    made.filters["forces"] = made.filters["plain"] = plain
    made.filters["breakable"] = breakable
    made.filters["month"], made.filters["sentence"] = month_words, sentence
    made.filters["without_pointers"] = without_pointers
    made.filters["words"] = lambda name: str(name).replace("_", " ")
    return made


def breakable(value: Any) -> Markup:
    """A cell of a table, with places where a long name may go on in the next line."""
    text = f"{value:,.10g}" if isinstance(value, float) else str(value)
    return Markup(escape(text.replace(";", "; "))).replace("_", Markup("_<wbr>"))


class ShownOf(NamedTuple):
    """What the frame of a page says of its server: the record's hash, whether figures may be embedded elsewhere, and
    whether it is an edition without a server."""

    record: str = ""
    embeds: bool = False
    edition: bool = False


SHOWN_OF: ContextVar[ShownOf] = ContextVar("shown_of")


def rendered(template: str, **values: Any) -> str:
    """A template of this package filled with values, every text escaped."""
    return environment().get_template(template).render(**values)


def attachment(body: str, name: str, kind: str = "text/plain; charset=utf-8") -> Response:
    """A file for the visitor to keep under a name."""
    return Response(body, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})


def page(template: str, here: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page in its frame. here: the address in `NAVIGATION` that it belongs to."""
    shown_of = SHOWN_OF.get(ShownOf())
    navigation = EDITION if shown_of.edition else NAVIGATION
    frame = {"navigation": navigation, "here": here, "version": __version__, "shown_of": shown_of}
    return HTMLResponse(rendered(template, **frame, **values), status)


def refusal(sentence: str, here: str, status: int = 400) -> HTMLResponse:
    """A page that says in one or two sentences what cannot be done and what to do."""
    return page("refusal.html.j2", here, status=status, sentence=sentence, waiting=status == 202)


# How a page writes months, sentences and notes.


def month_words(month: str) -> str:
    """A month as a reader writes it: ``September 1944`` for ``1944-09``."""
    return f"{month_name[int(month[5:7])]} {month[:4]}"


def sentence(words: str) -> str:
    """Words with a capital letter at the beginning; the rest as it is."""
    return words[:1].upper() + words[1:]


POINTER = re.compile(r" ?\(?[Ss]ee \w+\.csv [\w-]+\)?\.?")


def without_pointers(note: str) -> str:
    """A note of the record without the rows that it points to by their file, which a reader of a page cannot follow."""
    return POINTER.sub("", note)


# Figure: a monthly series of two arms with their bands, the record's points, and the day shown on the map.

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
