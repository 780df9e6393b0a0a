"""What one visitor may ask of the server: how much, with a sentence for each limit that says what to do instead, and which parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..errors import OilplanError
from ..record.read import nearest

MOST_UPLOAD_BYTES = 2_000_000
"""A scanned chapter as text or a few pages of PDF. A whole book is for `oilplan read`."""
MOST_CHARACTERS = 100_000
"""Characters read on a page at once: some forty printed pages, read in seconds."""
MOST_FILES = 6
READING_S = 20.0
"""Seconds for one reading; forty pages take under one."""
MOST_READINGS, MOST_READINGS_WAITING = 1, 40
"""Readings at once, apart from the other work of the server, and those that may wait for their turn."""
MOST_QUERY_CHARACTERS = 2_000
DRAWS = 200
"""Draws of a settled view."""
PREVIEW_DRAWS = 50
"""Draws while a slider moves, so that twenty visitors on two cores see it move."""
MOST_VIEWS_KEPT = 240
"""Answers kept for whoever asks the same; about 100 KB each, so some 24 MB in all. No visitor has a session."""
MOST_KEPT_BYTES = 24_000_000
"""Pages kept compressed for whoever asks the same."""
MOST_WAITING = 60
"""Counterfactuals that may wait for their turn at once."""
WAIT_S = 60.0
MOST_AT_ONCE = 200
"""Requests that are answered at once."""
MOST_HEAVY = 70
"""Views that compute and may have a thread, `MOST_WAITING` of them waiting for their turn in it."""
MOST_WAITING_CONNECTIONS = 512
"""Connections that the system holds until they are taken."""
MOST_UNSPOKEN = 150
"""Connections that have not said yet what they want; beyond it the oldest is closed."""
HEADERS_S, BODY_S, UNREAD_S = 10.0, 30.0, 30.0
"""Time to send the head of a request, its body, and to take the answer."""


def too_large(came_bytes: int | None) -> str:
    """The sentence for an upload over `MOST_UPLOAD_BYTES`."""
    came = "It is larger" if came_bytes is None else f"This one has {came_bytes / 1e6:,.1f} MB"
    return (
        f"At most {MOST_UPLOAD_BYTES / 1e6:.0f} MB may be sent here. {came}: "
        "split it, or read it with `oilplan read FILE` on your own machine."
    )


def too_long(characters: int) -> str:
    """The sentence for a text over `MOST_CHARACTERS`."""
    return (
        f"At most {MOST_CHARACTERS:,} characters are read here at once; this text has {characters:,}. "
        "Split it, or use `oilplan read FILE`."
    )


def too_many_draws(came: str) -> str:
    """The sentence for a number of draws that is not served."""
    return (
        f"draws={came} is not served here; expected {PREVIEW_DRAWS} or {DRAWS}. "
        "`oilplan compare --draws N` takes more on your own machine."
    )


def too_many_readings() -> str:
    """The sentence for a reading that found no turn."""
    return f"{MOST_READINGS_WAITING} readings are waiting already. Try again in a few seconds, or use `oilplan read`."


def too_busy() -> str:
    """The sentence for a counterfactual that found no turn."""
    return f"{MOST_WAITING} counterfactuals are waiting already. Try again in a few seconds."


# What stands before every page: headers for the browser, and the limits on what is sent.

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing from another host, nothing inline, no frame around us."""
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


MOST_DIGITS = 15
"""Of a length that a request announces."""


def refuse(status: int, sentence: str) -> Response:
    """An answer that says why something is not done; whoever was too slow is let go."""
    more = {503: {"retry-after": "5"}, 408: {"connection": "close"}}
    return JSONResponse({"error": sentence}, status, more.get(status))


class Guard:
    """ASGI middleware: adds `HEADERS` to every answer and refuses bodies and addresses that are too long.

    A body is counted as it comes, so that a wrong or missing Content-Length does not help.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        send = with_headers(send)
        if len(scope.get("query_string", b"")) > MOST_QUERY_CHARACTERS:
            answer = f"The address is longer than {MOST_QUERY_CHARACTERS:,} characters; open the page afresh."
            await JSONResponse({"error": answer}, 414)(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        length = int(announced) if announced.isdigit() and len(announced) <= MOST_DIGITS else None
        if length is None or length > MOST_UPLOAD_BYTES:
            await JSONResponse({"error": too_large(length)}, 413)(scope, receive, send)
            return
        body = await _whole(receive)
        if body is None:
            await JSONResponse({"error": too_large(None)}, 413)(scope, receive, send)
            return
        await self.app(scope, _again(body, receive), send)


def with_headers(send: Send) -> Send:
    """Answers with `HEADERS`; one with a policy of its own says in it who may frame it."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            had = {name for name, _ in message["headers"]}
            if b"content-security-policy" in had:
                had.add(b"x-frame-options")
            more = [(k.encode(), v.encode()) for k, v in HEADERS.items() if k.encode() not in had]
            message = {**message, "headers": [*message["headers"], *more]}
        await send(message)

    return sending


async def _whole(receive: Receive) -> list[Message] | None:
    """Every part of a body, or None once it is over the limit."""
    parts: list[Message] = []
    came = 0
    while not parts or parts[-1].get("more_body", False):
        parts.append(await receive())
        came += len(parts[-1].get("body", b""))
        if came > MOST_UPLOAD_BYTES:
            return None
    return parts


def _again(parts: list[Message], receive: Receive) -> Receive:
    """The parts once more, then whatever the connection says."""
    left = iter(parts)

    async def receiving() -> Message:
        part = next(left, None)
        return part if part is not None else await receive()

    return receiving


# What an address may ask: every route names its parameters, others are refused, and the page of the API is made from them.


class Parameter(NamedTuple):
    """One parameter of a route. default: as text, empty for none."""

    name: str
    meaning: str
    default: str = ""


def takes(**meanings: str) -> Callable[[Callable], Callable]:
    """Name the parameters of a view that reads its address itself. An underscore at the end of a name is left away."""

    def named(view: Callable) -> Callable:
        view.takes = {name.rstrip("_"): meaning for name, meaning in meanings.items()}  # type: ignore[attr-defined]
        return view

    return named


def parameters_of(route: APIRoute) -> list[Parameter]:
    """Every parameter that a route reads from an address, in the order in which it names them."""
    declared = [
        Parameter(p.alias, p.field_info.description or "", str(p.default) if isinstance(p.default, str | int) else "")
        for p in route.dependant.query_params
    ]
    own = getattr(route.endpoint, "takes", {})
    return declared + [Parameter(name, meaning) for name, meaning in own.items()]


def only_known(request: Request) -> None:
    """Refuse a parameter that the route does not name. Raises OilplanError with the nearest that it does."""
    known = [p.name for p in parameters_of(request.scope["route"])]
    for name in request.query_params:
        if name not in known:
            near = f"nearest: {', '.join(nearest(name, known)[:3])}" if known else "it takes none"
            raise OilplanError(f"{request.url.path[:80]} has no parameter '{name[:40]}'; {near}.")
