"""A report of any view: one HTML file that holds everything, opens anywhere and prints well."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from .. import __version__
from ..argument.grade import WORDS
from ..clock import date_of
from ..errors import OilplanError
from ..record import WEAK_MEANING, is_weak
from ..report.figure_map import MAP_WIDE_PX
from ..report.verdict_text import chance
from .argument import Wanted, Who, chosen_claims, dated
from .choices import MAP_WORDS, chosen_day, chosen_world, history_of, map_choice, run_choice
from .door import heavy
from .engine import MapWorld
from .figure_arms import WIDE_PX, arms_figure
from .limits import DRAWS, takes
from .map_data import fallen_on, map_of, name_of, output_series, recorded_raids, stock_series, table
from .map_words import command, numbers, said
from .pages import environment
from .record_tables import OWN_COLUMNS, Conditions, Known, Words, picked
from .seminar import PLAY, view_of
from .seminar_play import ROLES, play

router = APIRouter(prefix="/report")
MOST_ROWS = 2000
OF_A_PLANT = re.compile(r'<a href="/plant/[^"]*" aria-label="[^"]*">(.*?)</a>')
"""The link of a disc on a map: a report stands alone and points nowhere."""


@router.get("/map")
@heavy
@takes(**MAP_WORDS)
def of_map(request: Request) -> Response:
    """The map room's view: the map of the day, both figures, their numbers, the raids of the day."""
    query, engine = request.query_params, request.app.state.engine
    choice, day, flown = map_choice(query), chosen_day(query), query.get("show") == "flown"
    world = 0 if flown else chosen_world(query)
    view = engine.answer(
        f"report {choice.draws} {choice.query} {day} {world}", lambda lab: _map_view(lab, choice, day, world)
    )
    return _report(request, "report_map.html.j2", "map-room", **view)


@router.get("/argument")
@heavy
def of_argument(request: Request, verdict: Wanted = "", who: Who = "") -> Response:
    """The claims picked in the address with their verdicts, and the letters."""
    claims = chosen_claims(request, verdict, who)
    return _report(
        request,
        "report_argument.html.j2",
        "argument",
        claims=claims,
        grade_words=WORDS,
        chance=chance,
        dated=dated(request.app.state.record),
    )


@router.get("/record/{table}")
def of_table(request: Request, table: str, q: Words = "", where: Conditions = None, known: Known = "") -> Response:
    """The rows picked in the address, at most `MOST_ROWS`."""
    record = request.app.state.record
    rows = picked(record, table, q, [w for w in where or [] if w.strip()], known)
    if len(rows) > MOST_ROWS:
        raise OilplanError(
            f"{len(rows):,} rows are too many for a report; pick at most {MOST_ROWS:,}, or save the CSV."
        )
    columns = [
        c for c in record.describe(table) if c.name not in OWN_COLUMNS and any(r[c.name] is not None for r in rows)
    ]
    works = sorted({key for r in rows for key in r["source_keys"].split(";")})
    return _report(
        request,
        "report_record.html.j2",
        table,
        table=table,
        about=record.about(table),
        rows=rows,
        columns=columns,
        works=[record.sources[k] for k in works],
        weak=lambda r: is_weak(r["status"], r["confidence"]),
    )


@router.get("/seminar")
@heavy
@takes(**PLAY)
def of_seminar(request: Request) -> Response:
    """A play: its orders, and at its end the curves."""
    played = play(request.query_params)
    return _report(
        request,
        "report_seminar.html.j2",
        "seminar",
        play=played,
        role=ROLES[played.role],
        view=view_of(request.app.state.engine, played),
    )


def _map_view(lab: MapWorld, choice, day: int, world: int) -> dict[str, Any]:
    run = run_choice(lab, choice)
    war = run_choice(lab, choice._replace(draws=DRAWS), world) if world else None
    shown = lab.history[choice.draws] if war is None else war
    raids = fallen_on(lab, war, day)
    title = f"Plants and raids on {date_of(day)}, {f'possible war {world} under these orders' if world else 'as flown'}"
    return {
        "said": said(choice, run, history_of(lab, choice.from_month, choice.draws)),
        "date": date_of(day),
        "choice": choice,
        "map": map_of(lab, shown.share[day], raids, MAP_WIDE_PX, "map", title),
        "title": title,
        "figures": [
            arms_figure(output_series(lab, choice, run), WIDE_PX, "output"),
            arms_figure(stock_series(lab, choice, run), WIDE_PX, "stock"),
        ],
        "numbers": numbers(choice, run, history_of(lab, choice.from_month, choice.draws)),
        "rows": table(lab, choice, run),
        "basis": lab.basis,
        "raids": [(name_of(lab, p), f, t, known, row) for d, f, p, t, known, row, _ in recorded_raids(lab) if d == day],
        "command": command(choice),
        "draws": choice.draws,
    }


def _report(request: Request, template: str, name: str, **values: Any) -> Response:
    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    html = (
        environment()
        .get_template(template)
        .render(
            style=Markup(style),
            style_hash=digest,
            version=__version__,
            hash=request.app.state.record.hash,
            address=f"{request.url.path.removeprefix('/report')}?{request.url.query}",
            weak_means=WEAK_MEANING,
            **values,
        )
    )
    headers = {"content-disposition": f'attachment; filename="oilplan-{name}.html"'}
    return Response(OF_A_PLANT.sub(r"\1", html), media_type="text/html; charset=utf-8", headers=headers)


@cache
def _style() -> str:
    return (files("oilplan.web") / "static" / "report.css").read_text(encoding="utf-8")
