"""The server: its pages, first screen, help and about, and the server of one target system; nothing is kept of a visitor."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple
from urllib.parse import quote

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from .. import __version__
from ..argument.answer import ORDERS, QUESTIONS, TopAnswer
from ..argument.grade import GRADES, LEADS, WORDS
from ..errors import OilplanError
from ..record import WEAK_MEANING, Record, load_record
from ..record.provenance import STATUS_MEANING
from ..report.system_page import system_html
from ..report.verdict_text import as_said, chance, side
from ..systems import SystemFolder
from ..systems.runs import SystemRun, compare_systems_arms, run_system
from ..systems.spec import AS_GIVEN
from . import (
    argument,
    attribution,
    entries,
    fly,
    json_api,
    map_room,
    outside,
    reading,
    record_tables,
    search,
    seminar,
    story,
)
from .argument import Judging, Texts, judging_of
from .choices import MAP_WORDS
from .door import Door, heavy
from .engine import Busy, Engine, Kept, Starting
from .limits import DRAWS, Guard, only_known, takes
from .pages import SHOWN_OF, ShownOf, page, refusal
from .seminar import Boards

router = APIRouter()
VIEWS = (
    story,
    map_room,
    argument,
    attribution,
    entries,
    record_tables,
    search,
    reading,
    seminar,
    fly,
    json_api,
    outside,
)
ROUTERS = (router, *(view.router for view in VIEWS))


def create_app(
    record: Record | None = None,
    names: Iterable[str] | None = None,
    embed_for: Iterable[str] = (),
    *,
    edition: bool = False,
    texts: Texts | None = None,
) -> FastAPI:
    """The application of `oilplan serve`.

    record: tables to show; the embedded ones when None; names: that a browser may call the server by, beside localhost and
    addresses in numbers; None lets every name in; embed_for: origins that may frame the figures of /embed; edition: whether
    its pages are taken as files; texts: the folder whose passages a claim's page shows. The engine of the counterfactuals
    is built in a thread at startup, so pages open at once.
    """
    record = record or load_record()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.engine.start()
        yield

    app = _bare_app([_shown_of, only_known], lifespan=lifespan)
    app.state.record, app.state.embed_for, app.state.edition, app.state.texts = record, tuple(embed_for), edition, texts
    app.state.engine, app.state.judging, app.state.boards = Engine(record), Judging(record), Boards()
    app.state.routers = ROUTERS
    for of_view in ROUTERS:
        app.include_router(of_view)
    app.add_api_route("/healthz", _health)
    app.mount("/static", StaticFiles(directory=Path(str(files("oilplan.web"))) / "static"))

    def settled() -> bool:
        return app.state.engine.status != "starting" and app.state.judging.done

    return _guarded(app, _answer, names, settled)


def _bare_app(checks: list[Callable[..., Any]], **more: Any) -> FastAPI:
    """An application without pages of the framework's own. checks: called before every view"""
    asked = [Depends(check) for check in checks]
    return FastAPI(title="oilplan", docs_url=None, redoc_url=None, openapi_url=None, dependencies=asked, **more)


def _guarded(
    app: FastAPI, answer: Callable[..., Any], names: Iterable[str] | None, settled: Callable[[], bool] | None = None
) -> FastAPI:
    """The application behind its door. answer: to whatever went wrong; settled: whether answers may be kept, None keeps none"""
    for error in (OilplanError, Busy, Starting, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(error, answer)
    app.add_middleware(GZipMiddleware, minimum_size=2_000, compresslevel=4)
    if settled is not None:
        app.add_middleware(Kept, settled=settled)
    app.add_middleware(Guard)
    app.add_middleware(Door, names=names)
    return app


async def _shown_of(request: Request) -> None:
    """Let the frame of a page say which record it shows, and whether its figures may be embedded."""
    state = request.app.state
    SHOWN_OF.set(ShownOf(state.record.hash[:12], bool(state.embed_for), state.edition))


async def _health(request: Request) -> dict:
    state = request.app.state
    return {"status": "ok", "version": __version__, "engine": state.engine.status, "record_hash": state.record.hash}


async def _answer(request: Request, error: Exception) -> Response:
    """One sentence for whatever went wrong: JSON for data, a page for a person."""
    status, sentence = _said(error)
    if isinstance(error, Starting) and request.app.state.engine.status == "starting":
        return _not_yet(request, sentence)
    if request.url.path.startswith("/api/"):
        headers = {"retry-after": "2"} if status == 503 else {}
        return JSONResponse({"error": sentence}, status, headers)
    here = "/" + request.url.path.split("/")[1]
    return refusal(sentence, here, status)


def _not_yet(request: Request, sentence: str) -> Response:
    """Accepted, come again: data is asked for anew by its page, a page by the browser after two seconds."""
    if request.url.path.startswith("/api/"):
        return JSONResponse({"starting": sentence}, 202)
    page = refusal(sentence, "/" + request.url.path.split("/")[1], 202)
    page.headers["refresh"] = "2"
    return page


def _said(error: Exception) -> tuple[int, str]:
    match error:
        case Busy() | Starting():
            return 503, str(error)
        case OilplanError():
            return 400, str(error)
        case HTTPException(status_code=404):
            return 404, "There is no page at this address. The pages are named above."
        case HTTPException():
            return error.status_code, str(error.detail)
        case RequestValidationError():
            where = ", ".join(".".join(map(str, e["loc"][1:])) for e in error.errors())
            return 400, f"The address or form has something that cannot be read: {where}. Open the page afresh."
    return 500, f"A fault of ours ({type(error).__name__}). Please report it with the address of the page."


# The first screen, help and about.

SHOWN = tuple(QUESTIONS[k].claims for k in (0, 4, 5))
"""The questions whose answers stand first: the panacea, the losses, the cities. What other orders would have brought is the
fourth."""


class HomeNumber(NamedTuple):
    """One line of the answer as it stands on the first screen: its lead word, number with unit and interval, and what the
    number is of."""

    line: TopAnswer
    lead: str
    value: str
    unit: str
    interval: str
    of: str


@router.get("/", response_model=None)
@takes(**MAP_WORDS)
def home(request: Request) -> HTMLResponse | RedirectResponse:
    """The first screen. An address of the first version, with choices of the map room in it, opens the map room."""
    if request.url.query:
        return RedirectResponse(f"/map?{request.url.query}", 307)
    judging = judging_of(request)
    lines = judging.answer
    first = [line for line in lines if line.question == ORDERS or line.claims in SHOWN]
    return page(
        "home.html.j2",
        "/",
        numbers=[_number(line, judging) for line in first if line.value is not None],
        lines=lines,
        grade_words=WORDS,
        chance=chance,
        side_of=side,
        leads=LEADS,
        claims=len(judging.claim_ids),
        rows=sum(len(judging.record.rows(t)) for t in judging.record.tables),
        works=len(judging.record.sources),
    )


@router.get("/help")
def help_page() -> HTMLResponse:
    """What the words on the pages mean, and how each page is used."""
    grades = [(WORDS[grade], LEADS[grade]) for grade in GRADES]
    return page("help.html.j2", "/help", statuses=STATUS_MEANING, weak_means=WEAK_MEANING, grades=grades)


@router.get("/about")
def about(request: Request) -> HTMLResponse:
    """What this is, what it is not, and what it was made from."""
    record = request.app.state.record
    return page("about.html.j2", "/help", hash=record.hash, tables=len(record.tables), works=len(record.sources))


def _number(line: TopAnswer, judging: Judging) -> HomeNumber:
    value, interval = as_said(line.sentence, line.value or 0.0, line.low, line.high)
    unit, _, rest = line.unit.partition(" ")
    found = judging.settled.get(line.claims[0])
    if line.question == ORDERS or found is None:
        return HomeNumber(line, line.sentence.partition(":")[0], value, unit, interval, rest)
    return HomeNumber(line, LEADS[line.grade], value, unit, interval, found.quantity)


# The page of one target system: any of its arms by itself, or all of them beside each other.

SYSTEM_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
"""The page is the report that a command writes: its style stands in it, and it has no script."""


def create_system_app(system: SystemFolder, fit: Any, names: Iterable[str] | None = None) -> FastAPI:
    """The application of `oilplan serve --system`.

    system: as opened; fit: its posterior or None; names: that a browser may call the server by
    """
    app, lock = _bare_app([only_known]), Lock()

    @cache
    def made(arm: str | None) -> SystemRun:
        if arm is None:
            return compare_systems_arms(system, [], draws=DRAWS, fit=fit)
        return run_system(system, arm, draws=DRAWS, fit=fit)

    def made_once(arm: str | None) -> SystemRun:
        """A run of an arm, or the comparison of all where none is named. Only arms of the folder: an address names no file."""
        if arm is not None and arm not in system.arm_names:
            raise OilplanError(f"There is no arm {arm[:40]!r} here; the arms are {', '.join(system.arm_names)}.")
        with lock:
            return made(arm)

    @app.get("/")
    @heavy
    def of_arm(arm: str = AS_GIVEN) -> HTMLResponse:
        return _system_page(system, made_once(arm), arm)

    @app.get("/compare")
    @heavy
    def of_all() -> HTMLResponse:
        return _system_page(system, made_once(None), None)

    @app.get("/api/run")
    @heavy
    def numbers(arm: str = AS_GIVEN) -> JSONResponse:
        return JSONResponse(made_once(arm).summary)

    return _guarded(app, _system_refusal, names)


def _system_page(system: SystemFolder, made: SystemRun, here: str | None) -> HTMLResponse:
    links = [(f"/?arm={quote(name)}", name, name == here) for name in system.arm_names]
    links.append(("/compare", "all beside each other", here is None))
    marks = tuple(made.summary.get("struck_days", ()))
    return HTMLResponse(system_html(made, marks, links), headers={"content-security-policy": SYSTEM_POLICY})


async def _system_refusal(request: Request, error: Exception) -> Response:
    """One sentence for whatever went wrong."""
    if isinstance(error, OilplanError):
        return JSONResponse({"error": str(error)}, 400)
    if isinstance(error, HTTPException):
        return JSONResponse({"error": "There is no page at this address; / is the system's page."}, error.status_code)
    if isinstance(error, RequestValidationError):
        return JSONResponse({"error": "The address cannot be read; open the page afresh."}, 400)
    return JSONResponse({"error": f"A fault of ours ({type(error).__name__})."}, 500)
