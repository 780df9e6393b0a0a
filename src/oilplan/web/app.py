"""The server: pages, their data, their files; nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles

from .. import __version__
from ..errors import OilplanError
from ..record import Record, load_record
from . import (
    argument,
    attribution,
    embed,
    entries,
    fly,
    home,
    json_api,
    map_room,
    passages,
    reading,
    record_tables,
    report,
    search,
    seminar,
    story,
)
from .door import Door
from .engine import Busy, Engine, Starting
from .judging import Judging
from .kept import Kept
from .limits import Guard
from .pages import SHOWN_OF, ShownOf, refusal
from .parameters import only_known
from .seminar_board import Boards

VIEWS = (
    home,
    story,
    map_room,
    argument,
    passages,
    attribution,
    entries,
    record_tables,
    search,
    reading,
    seminar,
    fly,
    json_api,
    report,
    embed,
)


def create_app(
    record: Record | None = None,
    names: Iterable[str] | None = None,
    embed_for: Iterable[str] = (),
    *,
    edition: bool = False,
    texts: passages.Texts | None = None,
) -> FastAPI:
    """The application of `oilplan serve`.

    record: tables to show; the embedded ones when None; names: that a browser may call the server by, beside localhost and
    addresses in numbers; None lets every name in; embed_for: origins that may frame the figures of /embed; texts: the
    folder whose passages a claim's page shows; edition: whether its pages are taken as files. The engine of the counterfactuals is built in a thread at startup, so
    pages open at once; nothing is kept of a visitor.
    """
    record = record or load_record()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.engine.start()
        yield

    app = FastAPI(
        title="oilplan",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
        dependencies=[Depends(_shown_of), Depends(only_known)],
    )
    app.state.record, app.state.embed_for, app.state.edition, app.state.texts = record, tuple(embed_for), edition, texts
    app.state.engine = Engine(record)
    app.state.judging = Judging(record)
    app.state.boards = Boards()
    app.state.routers = [view.router for view in VIEWS]
    for view in VIEWS:
        app.include_router(view.router)
    app.add_api_route("/healthz", _health)
    app.mount("/static", StaticFiles(directory=Path(str(files("oilplan.web"))) / "static"))
    for error in (OilplanError, Busy, Starting, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(error, _answer)
    app.add_middleware(GZipMiddleware, minimum_size=2_000, compresslevel=4)
    app.add_middleware(Kept, settled=lambda: app.state.engine.status != "starting" and app.state.judging.done)
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
