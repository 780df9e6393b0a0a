"""What every result shares: its lines in a terminal, its JSON, its page with figures in two widths, its folder, and how a notebook
shows it."""

from __future__ import annotations

import json
import textwrap
import tomllib
from base64 import b64encode
from collections.abc import Callable
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from ..results_folder import MARK, write_whole
from .svg import NARROW_PX, WIDE_PX

WIDTH = 100
"""Columns of text for a terminal."""
WORDS = tomllib.loads((files("oilplan.report") / "data" / "words.toml").read_text(encoding="utf-8"))
"""What outcomes and measures are called, and how names are written."""


def narrow(block: str) -> str:
    """Lines of at most `WIDTH` columns; what goes on is indented under its first words."""
    lines = []
    for one in block.split("\n"):
        indent = " " * (len(one) - len(one.lstrip()) + 2)
        lines += (
            textwrap.wrap(one, WIDTH, subsequent_indent=indent, break_long_words=False) if len(one) > WIDTH else [one]
        )
    return "\n".join(lines)


def as_json(summary: dict) -> str:
    """The summary of a result; equal summaries give equal bytes."""
    return json.dumps(summary, indent=1, ensure_ascii=False, allow_nan=False)


def write_result(
    out: Path,
    name: str,
    summary: dict,
    manifest: dict,
    html: str,
    *,
    force: bool,
    data: Callable[[Path], None] = lambda folder: None,
) -> None:
    """Write ``name``, manifest.json, report.html and what ``data`` adds to ``out``, whole or not at all.

    name: of the file of the summary; force: replace an earlier result there; data: writes further files into a folder

    Raises OilplanError where ``out`` stands in the way or cannot be written.
    """

    def fill(folder: Path) -> None:
        (folder / name).write_text(as_json(summary) + "\n", encoding="utf-8")
        (folder / MARK).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
        (folder / "report.html").write_text(html, encoding="utf-8")
        data(folder)

    write_whole(out, fill, force=force)


class Picture(str):
    """A figure as SVG text; a notebook draws it."""

    def _repr_svg_(self) -> str:
        return str(self)

    def save(self, path: Path | str) -> None:
        """Write it as an .svg file."""
        Path(path).write_text(self, encoding="utf-8")


class Displayed:
    """A result as a notebook and a prompt show it: its figure, where it has one, and the table that a terminal prints."""

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<div>{getattr(self, 'plot', str)()}<pre style='font-family: monospace'>{escape(str(self))}</pre></div>"


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
    """A template of `report/templates` filled with values."""
    return templates("oilplan.report").get_template(template).render(**values)


def templates(package: str, folder: str = "templates") -> Any:
    """The templates of a folder of a package: every text escaped; a value that is missing is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader(package, folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
