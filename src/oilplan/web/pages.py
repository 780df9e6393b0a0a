"""Templates: one frame around every page, every text escaped; words of the trade explained; figures of `oilplan.report` as pages have them."""

from __future__ import annotations

import re
import tomllib
from calendar import month_name
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from markupsafe import Markup, escape
from starlette.responses import HTMLResponse, Response

from .. import __version__
from ..report.map_ground import GROUND_SAYS
from ..report.page import templates
from ..report.svg import FONT
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
