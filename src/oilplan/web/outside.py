"""What is shown outside these pages: a figure alone, for a frame on a site that the server's owner allows, and a report of a
view as one HTML file that holds everything, opens anywhere and prints well."""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from .. import __version__
from ..argument.grade import WORDS
from ..clock import date_of
from ..errors import OilplanError
from ..record import WEAK_MEANING, weak_row
from ..record.names import short_name
from ..report.figure_map import MAP_WIDE_PX
from ..report.verdict_pages import curve_figure
from ..report.verdict_text import chance
from . import argument
from .argument import CURVE_PX, Who, chosen_claims, dated, judging_of
from .attribution import loss_figure
from .choices import MAP_WORDS, chosen_day, chosen_world, history_of, map_choice, run_choice
from .door import heavy
from .engine import MapWorld
from .entries import conflicts, figures, row_of, worked
from .fly import FromMonth, Wanted, Written, flown, from_address, in_address
from .limits import DRAWS, POLICY, takes
from .map_data import (
    command,
    fallen_on,
    map_of,
    maps_of,
    name_of,
    numbers,
    output_series,
    recorded_raids,
    said,
    stock_series,
    table,
)
from .pages import WIDE_PX, arms_figure, attachment, both_arms_figures, month_words, on_page, rendered
from .record_tables import Conditions, Known, Words, filled_columns, picked, works_of
from .seminar import PLAY, view_of
from .seminar_play import ROLES, play

router = APIRouter()
FIGURES = ("map", "output", "stock")
NOBODY = "frame-ancestors 'none'"


@router.get("/embed/claim/{claim_id}")
def of_claim(request: Request, claim_id: str) -> HTMLResponse:
    """The curve of a claim's measure."""
    found = judging_of(request).settled.get(claim_id)
    if found is None or found.curve is None:
        raise OilplanError(f"There is no curve of a claim '{claim_id[:20]}'; open /argument to see which have one.")
    drawn = on_page(curve_figure(found.curve, CURVE_PX), f"curve-{claim_id}")
    return _framed(request, drawn, f"/claim/{claim_id}", found.curve.title)


@router.get("/embed/plant/{plant_id}")
def of_plant(request: Request, plant_id: str) -> HTMLResponse:
    """What a plant delivered as modelled, with its raids and what the record has of it."""
    drawn = worked(request, plant_id)
    if drawn is None:
        raise OilplanError(f"There is no curve of a plant '{plant_id[:60]}'; open /record/plants to see the plants.")
    return _framed(request, _both(drawn.wide, drawn.narrow), f"/plant/{plant_id}", short_name(plant_id))


@router.get("/embed/loss/{name}")
@heavy
def of_loss(request: Request, name: str) -> HTMLResponse:
    """A figure of the loss of aviation gasoline among its causes."""
    drawn = loss_figure(request, name)
    if drawn is None:
        raise OilplanError(f"There is no figure '{name[:40]}' of the loss; expected loss-1, loss-2 or loss-by-month.")
    return _framed(request, _both(**drawn), "/attribute", "Where the fuel went")


@router.get("/embed/row/{table}/{row_id:path}")
def of_row(request: Request, table: str, row_id: str) -> HTMLResponse:
    """A row's figure beside those that differ from it."""
    record = request.app.state.record
    row_of(record, table, row_id)
    conflict = conflicts(record, table).get(row_id)
    drawn = figures(conflict, "conflict") if conflict else {}
    if conflict is None or not drawn:
        raise OilplanError(f"No other figure stands beside {table}/{row_id[:80]}; there is nothing to draw.")
    return _framed(request, _both(**drawn), f"/row/{table}/{quote(row_id)}", conflict.words)


@router.get("/embed/difference")
@heavy
def of_difference(
    request: Request, a: Written = "portal", b: Written = "as_ordered", from_: FromMonth = "1944-10"
) -> HTMLResponse:
    """What two directives make, one less the other, as `/fly` draws it."""
    texts = [from_address(came, "the directive") for came in (a, b)]
    one, two = (Wanted("", text) for text in texts)
    result = flown(request.app.state.engine, one, two, from_)
    query = in_address(texts, from_)
    address = f"/fly?{query}&fly=1" if query else "/fly"
    return _framed(request, _both(**result.figures), address, "Two directives", result.says)


@router.get("/embed/seminar")
@heavy
@takes(**PLAY)
def of_play(request: Request) -> HTMLResponse:
    """A play: the map of what is believed before its next month, or at its end the curves of its world."""
    played = play(request.query_params)._replace(board="")
    view = view_of(request.app.state.engine, played)
    drawn = view["figures"] if played.is_over else view["maps"]
    when = "all months flown" if played.is_over else f"before {month_words(played.month or '')}"
    says = f"{ROLES[played.role].name}'s desk in world {played.world}, {when}; {view['basis']}"
    return _framed(request, _both(**drawn), f"/seminar?{played.query}", "Seminar", says)


@router.get("/embed/{name}")
@heavy
@takes(**MAP_WORDS)
def of_choice(request: Request, name: str) -> HTMLResponse:
    """The map of a day, or the output or stock by month, for the choice of the address as the map room has it."""
    if name not in FIGURES:
        raise OilplanError(
            f"There is no figure '{name[:20]}' to embed; expected {', '.join(FIGURES)}, difference, "
            "seminar, claim/ID, plant/ID, loss/NAME or row/TABLE/ROW."
        )
    query = request.url.query
    title, drawn = request.app.state.engine.answer(f"embed {name} {query}", lambda lab: _drawn(lab, request, name))
    return _framed(request, _both(**drawn), f"/map?{query}", title)


def _drawn(lab: MapWorld, request: Request, name: str) -> tuple[str, dict[str, str]]:
    query = request.query_params
    choice, day = map_choice(query), chosen_day(query)
    if name == "map":
        world = 0 if query.get("show", "flown") == "flown" else chosen_world(query)
        war = run_choice(lab, choice, world) if world else None
        share = (lab.history[choice.draws] if war is None else war).share[day]
        title = f"Plants and raids on {date_of(day)}, {f'possible war {world}' if world else 'as flown'}"
        return title, maps_of(lab, share, fallen_on(lab, war, day), "map", title)
    series = (output_series if name == "output" else stock_series)(lab, choice, run_choice(lab, choice))
    return series.title, both_arms_figures(series, name)


def _both(wide: str, narrow: str) -> str:
    """A figure for a wide frame and for a narrow one."""
    return f'<div class="wide-only">{wide}</div><div class="narrow-only">{narrow}</div>'


def _framed(request: Request, drawn: str, address: str, title: str, says: str = "") -> HTMLResponse:
    """A figure alone, with the way back; only sites that the owner named may frame it. says: under it, of what it is"""
    sites = request.app.state.embed_for
    page = rendered("embed.html.j2", figure=Markup(drawn), address=address, title=title, says=says)
    allowed = f"frame-ancestors {' '.join(sites)}" if sites else NOBODY
    return HTMLResponse(page, headers={"content-security-policy": POLICY.replace(NOBODY, allowed)})


# Reports.

MOST_ROWS = 2000
OF_A_PLANT = re.compile(r'<a href="/plant/[^"]*" aria-label="[^"]*">(.*?)</a>')
"""The link of a disc on a map: a report stands alone and points nowhere."""


@router.get("/report/map")
@heavy
@takes(**MAP_WORDS)
def map_report(request: Request) -> Response:
    """The map room's view: the map of the day, both figures, their numbers, the raids of the day."""
    query, engine = request.query_params, request.app.state.engine
    choice, day, flown = map_choice(query), chosen_day(query), query.get("show") == "flown"
    world = 0 if flown else chosen_world(query)
    view = engine.answer(
        f"report {choice.draws} {choice.query} {day} {world}", lambda lab: _map_view(lab, choice, day, world)
    )
    return _report(request, "report_map.html.j2", "map-room", **view)


@router.get("/report/argument")
@heavy
def argument_report(request: Request, verdict: argument.Wanted = "", who: Who = "") -> Response:
    """The claims picked in the address with their verdicts, and the letters."""
    claims, letters = chosen_claims(request, verdict, who), dated(request.app.state.record)
    words = {"grade_words": WORDS, "chance": chance}
    return _report(request, "report_argument.html.j2", "argument", claims=claims, dated=letters, **words)


@router.get("/report/record/{table}")
def table_report(request: Request, table: str, q: Words = "", where: Conditions = None, known: Known = "") -> Response:
    """The rows picked in the address, at most `MOST_ROWS`."""
    record = request.app.state.record
    rows = picked(record, table, q, where, known)
    if len(rows) > MOST_ROWS:
        raise OilplanError(
            f"{len(rows):,} rows are too many for a report; pick at most {MOST_ROWS:,}, or save the CSV."
        )
    return _report(
        request,
        "report_record.html.j2",
        table,
        table=table,
        about=record.about(table),
        rows=rows,
        columns=filled_columns(record, table, rows),
        works=sorted(works_of(record, rows), key=lambda work: work.key),
        weak=weak_row,
    )


@router.get("/report/seminar")
@heavy
@takes(**PLAY)
def play_report(request: Request) -> Response:
    """A play: its orders, and at its end the curves."""
    played = play(request.query_params)
    view = view_of(request.app.state.engine, played)
    return _report(request, "report_seminar.html.j2", "seminar", play=played, role=ROLES[played.role], view=view)


def _map_view(lab: MapWorld, choice, day: int, world: int) -> dict[str, Any]:
    run, base = run_choice(lab, choice), history_of(lab, choice.from_month, choice.draws)
    war = run_choice(lab, choice._replace(draws=DRAWS), world) if world else None
    shown = lab.history[choice.draws] if war is None else war
    title = f"Plants and raids on {date_of(day)}, {f'possible war {world} under these orders' if world else 'as flown'}"
    series = {"output": output_series(lab, choice, run), "stock": stock_series(lab, choice, run)}
    return {
        "said": said(choice, run, base),
        "date": date_of(day),
        "choice": choice,
        "map": map_of(lab, shown.share[day], fallen_on(lab, war, day), MAP_WIDE_PX, "map", title),
        "title": title,
        "figures": [arms_figure(of, WIDE_PX, name) for name, of in series.items()],
        "numbers": numbers(choice, run, base),
        "rows": table(lab, choice, run),
        "basis": lab.basis,
        "raids": [(name_of(lab, p), f, t, known, row) for d, f, p, t, known, row, _ in recorded_raids(lab) if d == day],
        "command": command(choice),
        "draws": choice.draws,
    }


def _report(request: Request, template: str, name: str, **values: Any) -> Response:
    style = (files("oilplan.web") / "static" / "report.css").read_text(encoding="utf-8")
    html = rendered(
        template,
        style=Markup(style),
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        version=__version__,
        hash=request.app.state.record.hash,
        address=f"{request.url.path.removeprefix('/report')}?{request.url.query}",
        weak_means=WEAK_MEANING,
        **values,
    )
    return attachment(OF_A_PLANT.sub(r"\1", html), f"oilplan-{name}.html", "text/html; charset=utf-8")
