"""Where the fuel went: the loss of aviation gasoline among its causes, as `oilplan attribute` gives it."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from ..report.attribution_page import months_figure, notes, rows, said_loss, said_rail, shares_figure, span
from ..report.svg import WIDE_PX
from ..studies.attribution import attribute
from .door import heavy
from .engine import shown_basis
from .map_data import sources
from .pages import NARROW_PX, on_page, page

router = APIRouter()
COLUMNS = {
    "share_percent": "share, percent",
    "share_thousand_t": "share, 1,000 t",
    "lost_had_it_been_alone": "lost had it been alone, 1,000 t",
    "saved_without_it": "saved without it, 1,000 t",
}
"""Columns of the table of causes, as the CSV names them, in words."""


@router.get("/attribute")
@heavy
def of_loss(request: Request) -> HTMLResponse:
    """The page; flown for the first visitor, kept for the next."""
    summary, record = _summary(request), request.app.state.record
    drawn = figures(summary)
    periods = [
        {
            "name": name,
            "span": span(p),
            "said": said_loss(p),
            "rail": said_rail(p),
            "rows": rows(p),
            "before": p["median_sum_before_scaling"],
            "numbers": [{"cause": cause, **dict(zip(COLUMNS, cells, strict=True))} for cause, cells in rows(p)],
        }
        for name, p in _periods(summary)
    ]
    by_month = [
        {"month": m["month"], **{f"{cause}_t": t for cause, t in m["mean_lost_t"].items()}} for m in summary["months"]
    ]
    return page(
        "attribution.html.j2",
        "/attribute",
        summary=summary,
        basis=shown_basis(summary["basis"]),
        periods=periods,
        columns=list(COLUMNS.values()),
        drawn=drawn,
        notes=notes(summary),
        by_month=by_month,
        sources=[sources(record)["map"][0], *sources(record)["output"]],
    )


def loss_figure(request: Request, name: str) -> dict[str, str] | None:
    """A figure of the page, wide and narrow, by its name: loss-1, loss-2 or loss-by-month; None where there is none."""
    return figures(_summary(request)).get(name)


def figures(summary: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Every figure of the page, wide and narrow, by name."""
    draw = {name: partial(shares_figure, p) for name, p in _periods(summary)}
    draw["loss-by-month"] = partial(months_figure, summary["months"])
    sizes = (("wide", WIDE_PX), ("narrow", NARROW_PX))
    return {name: {size: on_page(of(px), f"{name}-{size}") for size, px in sizes} for name, of in draw.items()}


def _periods(summary: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(f"loss-{k}", p) for k, p in enumerate((p for p in summary["periods"] if p["draws_with_loss"]), 1)]


def _summary(request: Request) -> dict[str, Any]:
    return request.app.state.engine.answer("attribution", lambda lab: attribute(lab.record).summary)
