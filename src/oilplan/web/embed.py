"""Figures alone on a page, for a frame on another site where the server's owner allows that site."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse

from ..clock import date_of
from ..errors import OilplanError
from ..record import Record
from ..record.names import short_name
from ..report.figure_map import MAP_NARROW_PX, MAP_WIDE_PX
from ..report.verdict_figures import curve_figure
from .argument import CURVE_PX, judging_of
from .attribution import loss_figure
from .choices import MAP_WORDS, chosen_day, chosen_world, map_choice, run_choice
from .conflicts import conflicts, figures
from .door import heavy
from .engine import MapWorld
from .entries import row_of, worked
from .figure_arms import NARROW_PX, WIDE_PX, arms_figure
from .fly import FromMonth, Wanted, Written, flown, from_address, in_address
from .limits import POLICY, takes
from .map_data import fallen_on, map_of, output_series, stock_series
from .pages import environment, month_words, on_page
from .seminar import PLAY, view_of
from .seminar_play import ROLES, play

router = APIRouter(prefix="/embed")
FIGURES = ("map", "output", "stock")
NOBODY = "frame-ancestors 'none'"


@router.get("/claim/{claim_id}")
def of_claim(request: Request, claim_id: str) -> HTMLResponse:
    """The curve of a claim's measure."""
    found = judging_of(request).settled.get(claim_id)
    if found is None or found.curve is None:
        raise OilplanError(f"There is no curve of a claim '{claim_id[:20]}'; open /argument to see which have one.")
    drawn = on_page(curve_figure(found.curve, CURVE_PX), f"curve-{claim_id}")
    return _framed(request, drawn, f"/claim/{claim_id}", found.curve.title)


@router.get("/plant/{plant_id}")
def of_plant(request: Request, plant_id: str) -> HTMLResponse:
    """What a plant delivered as modelled, with its raids and what the record has of it."""
    drawn = worked(request, plant_id)
    if drawn is None:
        raise OilplanError(f"There is no curve of a plant '{plant_id[:60]}'; open /record/plants to see the plants.")
    return _framed(request, _both(drawn.wide, drawn.narrow), f"/plant/{plant_id}", short_name(plant_id))


@router.get("/loss/{name}")
@heavy
def of_loss(request: Request, name: str) -> HTMLResponse:
    """A figure of the loss of aviation gasoline among its causes."""
    drawn = loss_figure(request, name)
    if drawn is None:
        raise OilplanError(f"There is no figure '{name[:40]}' of the loss; expected loss-1, loss-2 or loss-by-month.")
    return _framed(request, _both(*drawn), "/attribute", "Where the fuel went")


@router.get("/row/{table}/{row_id:path}")
def of_row(request: Request, table: str, row_id: str) -> HTMLResponse:
    """A row's figure beside those that differ from it."""
    record: Record = request.app.state.record
    row_of(record, table, row_id)
    conflict = conflicts(record, table).get(row_id)
    drawn = figures(conflict, "conflict") if conflict else {}
    if conflict is None or not drawn:
        raise OilplanError(f"No other figure stands beside {table}/{row_id[:80]}; there is nothing to draw.")
    return _framed(request, _both(drawn["wide"], drawn["narrow"]), f"/row/{table}/{quote(row_id)}", conflict.words)


@router.get("/difference")
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


@router.get("/seminar")
@heavy
@takes(**PLAY)
def of_seminar(request: Request) -> HTMLResponse:
    """A play: the map of what is believed before its next month, or at its end the curves of its world."""
    played = play(request.query_params)._replace(board="")
    view = view_of(request.app.state.engine, played)
    drawn = view["figures"] if played.is_over else view["maps"]
    when = "all months flown" if played.is_over else f"before {month_words(played.month or '')}"
    says = f"{ROLES[played.role].name}'s desk in world {played.world}, {when}; {view['basis']}"
    return _framed(request, _both(**drawn), f"/seminar?{played.query}", "Seminar", says)


@router.get("/{name}")
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
    return _framed(request, drawn, f"/map?{query}", title)


def _drawn(lab: MapWorld, request: Request, name: str) -> tuple[str, str]:
    query = request.query_params
    choice, day = map_choice(query), chosen_day(query)
    if name == "map":
        world = 0 if query.get("show", "flown") == "flown" else chosen_world(query)
        war = run_choice(lab, choice, world) if world else None
        share = (lab.history[choice.draws] if war is None else war).share[day]
        title = f"Plants and raids on {date_of(day)}, {f'possible war {world}' if world else 'as flown'}"
        raids = fallen_on(lab, war, day)
        sizes = ((MAP_WIDE_PX, "wide"), (MAP_NARROW_PX, "narrow"))
        return title, _both(*(map_of(lab, share, raids, px, f"map-{size}", title) for px, size in sizes))
    series = (output_series if name == "output" else stock_series)(lab, choice, run_choice(lab, choice))
    return series.title, _both(
        *(arms_figure(series, px, f"{name}-{size}") for px, size in ((WIDE_PX, "wide"), (NARROW_PX, "narrow")))
    )


def _both(wide: str, narrow: str) -> str:
    """A figure for a wide frame and for a narrow one."""
    return f'<div class="wide-only">{wide}</div><div class="narrow-only">{narrow}</div>'


def _framed(request: Request, drawn: str, address: str, title: str, says: str = "") -> HTMLResponse:
    """A figure alone, with the way back; only sites that the owner named may frame it. says: under it, of what it is"""
    sites = request.app.state.embed_for
    page = (
        environment()
        .get_template("embed.html.j2")
        .render(figure=Markup(drawn), address=address, title=title, says=says)
    )
    allowed = f"frame-ancestors {' '.join(sites)}" if sites else NOBODY
    return HTMLResponse(page, headers={"content-security-policy": POLICY.replace(NOBODY, allowed)})
