"""Where the fuel went: the loss of aviation gasoline among its causes, as `oilplan attribute` gives it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from ..report.attribution_page import months_figure, notes, rows, said_loss, said_rail, shares_figure, span
from ..report.svg import WIDE_PX
from ..studies.attribution import attribute
from .door import heavy
from .engine import shown_basis
from .figure_arms import NARROW_PX
from .pages import on_page, page

router = APIRouter()
COLUMNS = ("share_percent", "share_thousand_t", "lost_had_it_been_alone", "saved_without_it")
"""Columns of the table of causes, as the CSV names them."""


@router.get("/attribute")
@heavy
def of_loss(request: Request) -> HTMLResponse:
    """The page; flown for the first visitor, kept for the next."""
    summary = request.app.state.engine.answer("attribution", lambda lab: attribute(lab.record).summary)
    periods = [
        {
            "span": span(p),
            "said": said_loss(p),
            "rail": said_rail(p),
            "rows": rows(p),
            "before": p["median_sum_before_scaling"],
            "wide": on_page(shares_figure(p, WIDE_PX), f"loss-{k}-wide"),
            "narrow": on_page(shares_figure(p, NARROW_PX), f"loss-{k}-narrow"),
            "numbers": [{"cause": name, **dict(zip(COLUMNS, cells, strict=True))} for name, cells in rows(p)],
        }
        for k, p in enumerate(summary["periods"])
        if p["draws_with_loss"]
    ]
    months = [
        on_page(months_figure(summary["months"], width), name)
        for width, name in ((WIDE_PX, "loss-by-month-wide"), (NARROW_PX, "loss-by-month-narrow"))
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
        months=months,
        notes=notes(summary),
        by_month=by_month,
    )
