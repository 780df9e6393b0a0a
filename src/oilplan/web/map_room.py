"""The map room: a day on the map, its raids, and a directive of one's own beside history."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from ..clock import N_DAYS, date_of
from .choices import (
    FORCE_NAMES,
    INTELLIGENCE,
    MAP_WORDS,
    MONTHS_OFFERED,
    REPAIRERS,
    SHARE_STEP,
    as_toml,
    chosen_day,
    chosen_world,
    directives_of,
    map_choice,
    run_choice,
)
from .door import heavy
from .engine import Engine
from .limits import DRAWS, PREVIEW_DRAWS, takes
from .map_data import chosen_data, flown_data, war_data
from .pages import attachment, page

router = APIRouter()
CACHED = {"cache-control": "no-cache"}


@router.get("/map")
@takes(**MAP_WORDS)
def map_room(request: Request) -> HTMLResponse:
    """The page with the choices of its address already made."""
    choice, day = map_choice(request.query_params), chosen_day(request.query_params)
    forces = [
        {"name": f, "directives": directives_of(f.force), "directive": d, "share": s}
        for f, d, s in zip(FORCE_NAMES, choice.directives, choice.shares, strict=True)
    ]
    return page(
        "map_room.html.j2",
        "/map",
        choice=choice,
        day=day,
        date=date_of(day),
        last_day=N_DAYS - 1,
        months=MONTHS_OFFERED,
        forces=forces,
        intelligence=INTELLIGENCE,
        repairers=REPAIRERS,
        step=SHARE_STEP,
        show=request.query_params.get("show", "flown" if choice.is_history else "choice") != "flown",
        world=chosen_world(request.query_params),
        worlds=DRAWS,
    )


@router.get("/api/flown")
@heavy
def history(request: Request) -> Response:
    """Everything about history that the page draws once: plants, raids, shares by day, figures, maps."""
    engine: Engine = request.app.state.engine
    return _json(engine.answer("flown", lambda lab: _bytes(flown_data(lab))))


@router.get("/api/arm")
@heavy
@takes(**MAP_WORDS)
def counterfactual(request: Request) -> Response:
    """The arm of the address: shares by day, tons by day, figures, and what it changes against history."""
    engine: Engine = request.app.state.engine
    choice = map_choice(request.query_params).alike
    key = f"arm {choice.draws} {choice.query}"
    quick = choice.draws == PREVIEW_DRAWS
    return _json(engine.answer(key, lambda lab: _bytes(chosen_data(lab, choice, run_choice(lab, choice))), quick=quick))


@router.get("/api/war")
@heavy
@takes(**MAP_WORDS)
def possible_war(request: Request) -> Response:
    """One possible war under the orders of the address, day by day: shares, raids, output and stock by month."""
    engine: Engine = request.app.state.engine
    choice, world = map_choice(request.query_params).alike._replace(draws=DRAWS), chosen_world(request.query_params)
    key = f"war {world} {choice.query}"
    return _json(engine.answer(key, lambda lab: _bytes(war_data(run_choice(lab, choice, world), world)), quick=True))


@router.get("/api/directive.toml")
@takes(**MAP_WORDS)
def directive(request: Request) -> Response:
    """The choice of the address as a directive for `oilplan compare`."""
    return attachment(as_toml(map_choice(request.query_params)), "my_directive.toml")


def _bytes(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _json(body: bytes) -> Response:
    return Response(body, media_type="application/json", headers=CACHED)
