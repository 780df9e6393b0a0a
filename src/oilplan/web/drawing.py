"""Figures of `oilplan.report` for our pages: without inline style, as the policy asks, with an id to save them by."""

from __future__ import annotations

import re

from markupsafe import Markup

from ..report.svg import FONT

_FAMILY = FONT.removeprefix("font-family:").replace("'", "")


def on_page(svg: str, name: str) -> Markup:
    """A figure for a page: its font as an attribute, its size left to the page, its title told to screen readers.

    svg: from `oilplan.report.svg.document`; name: letters and hyphens, its id and the name of its file
    """
    whole = svg.replace(
        f'style="{FONT}"', f'font-family="{_FAMILY}" id="{name}" aria-labelledby="{name}-t {name}-d"', 1
    )
    whole = re.sub(r'(<svg [^>]*?) width="\d+" height="\d+"', r"\1", whole, count=1)
    whole = whole.replace("<title>", f'<title id="{name}-t">', 1).replace("<desc>", f'<desc id="{name}-d">', 1)
    return Markup(whole)
