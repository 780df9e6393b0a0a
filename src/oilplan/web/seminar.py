"""The seminar: the campaign month by month, as a planner could see it. The address holds the whole play."""

from __future__ import annotations

import csv
import io
import secrets
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ..clock import MONTHS
from ..errors import OilplanError
from .choices import FORCE_NAMES
from .door import heavy
from .engine import Engine
from .limits import DRAWS
from .pages import page
from .seminar_data import (
    FIRST_MONTH,
    N_MOVES,
    OF_LETTER,
    Play,
    ended,
    in_words,
    letters_until,
    orders_of,
    play,
    rival_runs,
    seen,
)

router = APIRouter()


@router.get("/seminar", response_model=None)
@heavy
def seminar(request: Request) -> HTMLResponse | RedirectResponse:
    """The next month to be ordered, or the end. With a choice for each force in the address, flies the month."""
    query = request.query_params
    played = play(query)
    if any(f.key in query for f in FORCE_NAMES) and not played.is_over:
        return RedirectResponse(f"/seminar?{with_move(played, query).query}", 303)
    if "world" not in query:
        return page(
            "seminar_start.html.j2", "/seminar", world=secrets.randbelow(DRAWS) + 1, worlds=DRAWS, months=N_MOVES
        )
    view = view_of(request.app.state.engine, played)
    letters = letters_until(request.app.state.record, played.month)
    last = MONTHS[FIRST_MONTH + len(played.moves) - 1]
    forces = [{"name": f, "orders": orders_of(f.force), "now": _last(played, k)} for k, f in enumerate(FORCE_NAMES)]
    template = "seminar_end.html.j2" if played.is_over else "seminar.html.j2"
    return page(
        template,
        "/seminar",
        play=played,
        view=view,
        letters=letters,
        last=last,
        forces=forces,
        months=N_MOVES,
        new=[e for e in letters if e["date"][:7] >= last],
    )


@router.get("/seminar/decisions.csv")
@heavy
def decisions(request: Request) -> Response:
    """The record of decisions: a row for every month and force."""
    played = play(request.query_params)
    view = view_of(request.app.state.engine, played)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        ["world", "month", "force", "order", "believed_national_percent", "bombs_on_oil_t", "aircraft_missing"]
    )
    for row, move in zip(view["past"], played.moves, strict=True):
        for force, order in in_words(move):
            writer.writerow([played.world, row["month"], force, order, row["believed"], row["bombs_t"], row["missing"]])
    headers = {"content-disposition": 'attachment; filename="decisions.csv"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def view_of(engine: Engine, played: Play) -> dict[str, Any]:
    """What the page of a play shows; the ready-made directives are flown once for all plays."""
    if not played.is_over:
        return engine.answer(f"seen {played.query}", lambda lab: seen(lab, played))
    rivals = engine.answer("rivals", rival_runs)
    return engine.answer(f"ended {played.query}", lambda lab: ended(lab, played, rivals))


def with_move(played: Play, query) -> Play:
    """The play with the month's orders added. Raises OilplanError when an order is missing or not known."""
    letters = [query.get(f.key, "") for f in FORCE_NAMES]
    for f, letter in zip(FORCE_NAMES, letters, strict=True):
        if letter not in {o.letter for o in orders_of(f.force)}:
            raise OilplanError(f"{f.name} has no order '{letter[:10]}'; expected one of {', '.join(OF_LETTER)}.")
    return played._replace(moves=(*played.moves, "".join(letters)))


def _last(played: Play, force: int) -> str:
    return played.moves[-1][force] if played.moves else "F"
