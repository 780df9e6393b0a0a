"""The report of a run: one HTML file that opens offline and prints."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from ..experiments.recorded import HEADLINE, SERIES
from .figure_map import map_figure
from .figure_output import output_figure
from .figure_stock import stock_figure
from .figure_tonnage import FORCE_NAMES, tonnage_figure
from .run_table import HEADS, rows_of
from .svg import NARROW_PX, WIDE_PX


class Figure(NamedTuple):
    """A figure in two widths, with a link that saves it. name: of the saved file; title; wide, narrow: SVG."""

    name: str
    title: str
    wide: str
    narrow: str
    href: str


def page_html(summary: dict, manifest: dict) -> str:
    """The report as HTML: figures, tables, what is known and recalled, and what it was made from.

    summary, manifest: of one `oilplan.experiments.replay_run.Run`. No script, no outside address.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(loader=PackageLoader("oilplan.report"), autoescape=True, undefined=StrictUndefined,
                              trim_blocks=True, lstrip_blocks=True)  # fmt: skip
    others = tuple(name for name in SERIES if name not in HEADLINE)
    return environment.get_template("run.html.j2").render(
        summary=summary, manifest=manifest, heads=HEADS, headline=HEADLINE, others=others,
        tables={name: rows_of(summary, name) for name in SERIES},
        outputs={name: _figure(name, SERIES[name], partial(output_figure, summary, name)) for name in SERIES},
        map=_figure("map", "Plants and the tons dropped on them", partial(map_figure, summary)),
        tonnage=_figure("tons", "Tons dropped on oil by force and month", partial(tonnage_figure, summary)),
        stock=_figure("stock", "Stock of aviation gasoline", partial(stock_figure, summary)),
        plants=sorted(summary["plants"], key=lambda p: -p["bombs_t"]), tons=_tons_rows(summary),
        force_names=list(FORCE_NAMES.values()),
    )  # fmt: skip


def _figure(name: str, title: str, draw: Callable[[int], str]) -> Figure:
    wide = draw(WIDE_PX)
    href = "data:image/svg+xml;base64," + b64encode(wide.encode()).decode()
    return Figure(f"oilplan-{name}.svg", title, wide, draw(NARROW_PX), href)


def _tons_rows(summary: dict) -> list[tuple]:
    """Month, then recorded and recalled tons of each force as text."""
    of = {(r["month"], r["force"]): r for r in summary["raids"]}
    months = dict.fromkeys(r["month"] for r in summary["raids"])
    return [(month, *(_tons_cell(of[month, force]) for force in FORCE_NAMES)) for month in months]


def _tons_cell(r: dict) -> str:
    recalled = f" + {r['recalled_t']:,}*" if r["recalled_t"] else ""
    return f"{r['recorded_t']:,}{recalled}"
