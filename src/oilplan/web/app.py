"""The server: pages, their data, their files, and the answers that are kept for the next visitor; nothing else."""

from __future__ import annotations

import asyncio
import gzip
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .. import __version__
from ..errors import OilplanError
from ..record import Record, load_record
from . import (
    argument,
    attribution,
    entries,
    fly,
    home,
    json_api,
    map_room,
    outside,
    passages,
    reading,
    record_tables,
    search,
    seminar,
    story,
)
from .argument import Judging
from .door import Door
from .engine import Busy, Engine, Starting
from .limits import MOST_KEPT_BYTES, Guard, only_known
from .pages import SHOWN_OF, ShownOf, refusal
from .seminar import Boards

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
    outside,
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


# Answers that depend on nothing but the record and the address: made once, compressed once, kept for the next visitor.

EXACT = (
    "/",
    "/story",
    "/argument",
    "/attribute",
    "/help",
    "/about",
    "/api",
    "/map",
    "/fly",
    "/seminar/teacher",
    "/seminar/handout",
)
BELOW = (
    "/record",
    "/search",
    "/plant/",
    "/source/",
    "/row/",
    "/claim/",
    "/report/record/",
    "/report/argument",
    "/api/record",
    "/api/search",
)
"""Addresses, and beginnings of addresses, whose answers are the same for every visitor of a server that is ready."""


class Answer(NamedTuple):
    """status, headers of an answer, and its whole body, as compressed as it was sent."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Kept:
    """ASGI middleware around the one that compresses.

    settled: whether the server's answers move no more: its model is built and its claims are weighed
    Of many who ask for the same at once one makes the answer. At most `MOST_KEPT_BYTES` are held, the latest asked for.
    """

    def __init__(self, app: ASGIApp, settled: Callable[[], bool]) -> None:
        self.app, self.settled = app, settled
        self.answers: OrderedDict[tuple[bytes, str, bytes], Answer] = OrderedDict()
        self.bytes = 0
        self._coming: dict[tuple[bytes, str, bytes], asyncio.Event] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or not _is_kept(scope["path"]) or not self.settled():
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        key = (headers.get(b"host", b""), scope["path"], scope.get("query_string", b""))
        while key not in self.answers and (other := self._coming.get(key)) is not None:
            await other.wait()
        found = self.answers.get(key)
        if found is None:
            self._coming[key] = asyncio.Event()
            try:
                found = await self._made(scope, receive)
                self._keep(key, found)
            finally:
                self._coming.pop(key).set()
        else:
            self.answers.move_to_end(key)
        await _send(found, b"gzip" in headers.get(b"accept-encoding", b""), send)

    async def _made(self, scope: Scope, receive: Receive) -> Answer:
        """The answer of the application to the same request from a visitor whose browser reads gzip."""
        others = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        status, headers, parts = 500, [], []

        async def hear(message: Message) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status, headers = message["status"], list(message["headers"])
            else:
                parts.append(message.get("body", b""))

        await self.app({**scope, "headers": [*others, (b"accept-encoding", b"gzip")]}, receive, hear)
        return Answer(status, headers, b"".join(parts))

    def _keep(self, key: tuple[bytes, str, bytes], made: Answer) -> None:
        if made.status != 200 or len(made.body) > MOST_KEPT_BYTES // 8:
            return
        self.answers[key] = made
        self.bytes += len(made.body)
        while self.bytes > MOST_KEPT_BYTES:
            self.bytes -= len(self.answers.popitem(last=False)[1].body)


def _is_kept(path: str) -> bool:
    return path in EXACT or (path.startswith(BELOW) and not path.endswith("/passages"))


async def _send(answer: Answer, reads_gzip: bool, send: Send) -> None:
    body, headers = answer.body, answer.headers
    if not reads_gzip and (b"content-encoding", b"gzip") in headers:
        body = gzip.decompress(body)
        gone: tuple[Any, ...] = (b"content-encoding", b"content-length")
        headers = [*((n, v) for n, v in headers if n not in gone), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
