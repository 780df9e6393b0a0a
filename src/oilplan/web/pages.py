"""Figures of `oilplan.report` for our pages: without inline style, as the policy asks, with an id to save them by."""

from __future__ import annotations

import re
from contextvars import ContextVar
from functools import cache
from typing import Any, NamedTuple

from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from .. import __version__
from ..report.map_ground import GROUND_SAYS
from ..report.svg import FONT
from ..report.verdict_text import plain
from .words import GLOSSARY, month_words, sentence, without_pointers

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
    """The templates of this package, escaping on, unknown names an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("oilplan.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["thousands"] = lambda n: f"{n:,.0f}"
    made.globals["glossary"] = GLOSSARY
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


def page(template: str, here: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page in its frame. here: the address in `NAVIGATION` that it belongs to."""
    shown_of = SHOWN_OF.get(ShownOf())
    navigation = EDITION if shown_of.edition else NAVIGATION
    frame = {"navigation": navigation, "here": here, "version": __version__, "shown_of": shown_of}
    return HTMLResponse(environment().get_template(template).render(**frame, **values), status)


def refusal(sentence: str, here: str, status: int = 400) -> HTMLResponse:
    """A page that says in one or two sentences what cannot be done and what to do."""
    return page("refusal.html.j2", here, status=status, sentence=sentence, waiting=status == 202)
