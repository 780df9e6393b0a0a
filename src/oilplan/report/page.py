"""Results as JSON text."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any, NamedTuple

from .svg import NARROW_PX, WIDE_PX


def as_json(summary: dict) -> str:
    """The summary of a result; equal summaries give equal bytes."""
    return json.dumps(summary, indent=1, ensure_ascii=False, allow_nan=False)


# What every report page shares: how a template is filled, and a figure in two widths with a link that saves it.


class Figure(NamedTuple):
    """A figure in two widths, with a link that saves it. name: of the saved file; title; wide, narrow: SVG."""

    name: str
    title: str
    wide: str
    narrow: str
    href: str


def figure(name: str, title: str, draw: Callable[[int], str]) -> Figure:
    """A figure drawn at both widths. draw: function of the width in pixels that gives SVG."""
    wide = draw(WIDE_PX)
    href = "data:image/svg+xml;base64," + b64encode(wide.encode()).decode()
    return Figure(f"oilplan-{name}.svg", title, wide, draw(NARROW_PX), href)


def page(template: str, **values: Any) -> str:
    """A template of `report/templates` filled with values, every text escaped. A value that is missing is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("oilplan.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(**values)
