"""Who may come in and how long they may take: names of this server, slow senders, too many at once, the way out."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import ipaddress
import logging
import os
import re
import socket
import sys
from collections.abc import Callable, Iterable
from functools import partial, wraps
from typing import Any, ClassVar
from urllib.parse import urlsplit

import anyio
import anyio.to_thread
import uvicorn
from anyio.lowlevel import RunVar
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from ..errors import OilplanError
from .limits import (
    BODY_S,
    HEADERS_S,
    MOST_AT_ONCE,
    MOST_HEAVY,
    MOST_UNSPOKEN,
    MOST_WAITING_CONNECTIONS,
    UNREAD_S,
    refuse,
    with_headers,
)

LOOPBACK = ("127.0.0.1", "::1", "localhost")
GRACE_S = 1
"""Time for answers on their way when the server is stopped."""
STOPPED = 130
"""Exit status of a command that was stopped from the keyboard."""
_heavy: RunVar[anyio.CapacityLimiter] = RunVar("heavy")


class _Slow(Exception):
    """What was announced did not come in time."""


class Door:
    """ASGI middleware: only requests to a name of this server, not too many at once, each sent within `BODY_S`.

    names: what a browser may call this server beside addresses in numbers and localhost; None lets every name in. A page
    of another site can have its own name point here, and would then read these pages with the visitor's eyes.
    """

    def __init__(self, app: ASGIApp, names: Iterable[str] | None = None) -> None:
        self.app = app
        self.names = None if names is None else {"localhost", *(name.lower().rstrip(".") for name in names)}
        self.inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        send = with_headers(send)
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        if (why := self._why_not(scope["method"], headers)) is not None:
            await refuse(*why)(scope, receive, send)
            return
        self.inside += 1
        try:
            await self.app(scope, _in_time(receive), send)
        except _Slow:
            await refuse(408, f"What was sent did not come within {BODY_S:.0f} seconds; send it again.")(
                scope, receive, send
            )
        finally:
            self.inside -= 1

    def _why_not(self, method: str, headers: dict[bytes, str]) -> tuple[int, str] | None:
        """Status and sentence for a request that is not let in."""
        if self.inside >= MOST_AT_ONCE:
            return 503, f"{MOST_AT_ONCE} requests are being answered already. Try again in a few seconds."
        host = headers.get(b"host", "")
        if self.names is not None and not _is_called(host, self.names):
            return (
                400,
                f"This server does not go by the name '{host[:80]}'; start it with --host-name NAME if it should.",
            )
        if method not in ("GET", "HEAD") and _is_from_elsewhere(headers, host):
            return 403, "A page of another site sent this; send it from the page of this server."
        return None


def _is_called(host: str, names: set[str]) -> bool:
    name = _name_of(host)
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name.rstrip(".") in names
    return True


def _name_of(host: str) -> str:
    """The name in a Host header, without its port."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def _is_from_elsewhere(headers: dict[bytes, str], host: str) -> bool:
    """Whether a browser says that another site's page is the sender."""
    if b"sec-fetch-site" in headers:
        return headers[b"sec-fetch-site"] not in ("same-origin", "none")
    origin = headers.get(b"origin", "null")
    return origin != "null" and origin.lower().partition("://")[2] != host.lower()


def _in_time(receive: Receive) -> Receive:
    """The body of a request, which must be whole by a moment. Raises _Slow."""
    until, whole = asyncio.get_running_loop().time() + BODY_S, False

    async def receiving():
        nonlocal whole
        if whole:
            return await receive()
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError:
            raise _Slow from None
        whole = not message.get("more_body", False)
        return message

    return receiving


def heavy(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view that computes: it has threads of its own, so that it never keeps a light page waiting for one."""

    @wraps(view)
    async def in_its_pool(*args, **values):
        try:
            limiter = _heavy.get()
        except LookupError:
            limiter = anyio.CapacityLimiter(MOST_HEAVY)
            _heavy.set(limiter)
        return await anyio.to_thread.run_sync(partial(view, *args, **values), limiter=limiter)

    in_its_pool.__signature__ = inspect.signature(view, eval_str=True)  # type: ignore[attr-defined]
    return in_its_pool


class Patience(H11Protocol):
    """HTTP/1.1 with an end to patience: for a sender who does not finish the head of a request, and for a reader who
    does not take the answer. Of connections that say nothing the oldest makes room for a new one.
    """

    _unspoken: ClassVar[dict[Patience, None]] = {}
    _head: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the head of a request."""
        super().connection_made(transport)
        self._listen()

    def data_received(self, data: bytes) -> None:
        """Go on waiting, or answer."""
        super().data_received(data)
        if self._is_answering():
            self._hear()
        else:
            self._listen()

    def on_response_complete(self) -> None:
        """The connection may stay for another request, but is the first to go where room is short."""
        super().on_response_complete()
        if not self._is_answering():
            self._unspoken[self] = None

    def pause_writing(self) -> None:
        """The reader does not take what was written."""
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(UNREAD_S, self.transport.abort)

    def resume_writing(self) -> None:
        """The reader takes it again."""
        super().resume_writing()
        self._unread = _without(self._unread)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._hear()
        self._unread = _without(self._unread)
        super().connection_lost(exc)

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _listen(self) -> None:
        if self._head is None:
            self._head = self.loop.call_later(HEADERS_S, self.transport.close)
        self._unspoken.setdefault(self)
        while len(self._unspoken) > MOST_UNSPOKEN:
            oldest = next(iter(self._unspoken))
            oldest._hear()
            oldest.transport.close()

    def _hear(self) -> None:
        self._head = _without(self._head)
        self._unspoken.pop(self, None)


def _without(timer: asyncio.TimerHandle | None) -> asyncio.TimerHandle | None:
    """No timer, after the one given was cancelled."""
    if timer is not None:
        timer.cancel()
    return None


def origin(site: str) -> str:
    """A site as a browser's policy names it: scheme, name and port. Raises OilplanError for anything else."""
    plain = re.fullmatch(r"(https?://[a-z0-9.-]+(:\d{1,5})?)/?", site, re.IGNORECASE | re.ASCII)
    if plain is None:
        raise OilplanError(
            f"--allow-embed '{site[:80]}' is not a site; expected its origin, such as https://example.org."
        )
    return plain[1].lower()


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises OilplanError where the address is taken or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(MOST_WAITING_CONNECTIONS)
    except (OSError, OverflowError, UnicodeError, TypeError) as error:
        listening.close()
        reason = getattr(error, "strerror", None) or error
        raise OilplanError(
            f"cannot listen on {host}:{port} ({reason}); choose another with --host or --port."
        ) from None
    return listening


def serve(app: ASGIApp, listening: socket.socket) -> None:
    """Answer requests until Ctrl-C, then leave at once: what is still computed in threads is for nobody any more."""
    for_nobody = "Cancel %s running task"  # those who still wait when the server stops are its own business
    logging.getLogger("uvicorn.error").addFilter(lambda stated: not str(stated.msg).startswith(for_nobody))
    broken_forms = logging.getLogger("python_multipart")  # answered to the visitor, not written here
    broken_forms.setLevel(logging.ERROR)
    settings = uvicorn.Config(
        app,
        http=Patience,
        ws="none",
        log_level="error",
        access_log=False,
        server_header=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=GRACE_S,
    )
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(settings).run(sockets=[listening])
    print("oilplan: stopped.", file=sys.stderr, flush=True)
    os._exit(STOPPED)
