"""Templates: one frame around every page, every text escaped."""

from __future__ import annotations

from functools import cache
from typing import Any

from starlette.responses import HTMLResponse

from .. import __version__

NAVIGATION = (
    ("/", "Map room"),
    ("/argument", "The argument"),
    ("/record", "The record"),
    ("/read", "A page to read"),
    ("/seminar", "Seminar"),
)


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
    made.filters["words"] = lambda name: str(name).replace("_", " ")
    return made


def page(template: str, here: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page in its frame. here: the address in `NAVIGATION` that it belongs to."""
    frame = {"navigation": NAVIGATION, "here": here, "version": __version__}
    return HTMLResponse(environment().get_template(template).render(**frame, **values), status)


def refusal(sentence: str, here: str, status: int = 400) -> HTMLResponse:
    """A page that says in one or two sentences what cannot be done and what to do."""
    return page("refusal.html.j2", here, status=status, sentence=sentence)
