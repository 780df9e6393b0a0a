"""Answers that depend on nothing but the record and the address: made once, compressed once, kept for the next visitor."""

from __future__ import annotations

import asyncio
import gzip
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .limits import MOST_KEPT_BYTES

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
