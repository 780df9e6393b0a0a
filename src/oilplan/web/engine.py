"""The compiled campaign, built once in a thread; answers and pages are kept for whoever asks the same and belong to nobody."""

from __future__ import annotations

import asyncio
import gzip
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..record import Record
from ..studies import CALIBRATED, PRIOR_ONLY, STALE, basis
from .limits import DRAWS, MOST_KEPT_BYTES, MOST_VIEWS_KEPT, MOST_WAITING, PREVIEW_DRAWS, WAIT_S, too_busy

SEED = 1944
AT_ONCE = 2
"""Counterfactuals computed at the same time: previews, and settled views, which let previews go first."""


PATIENCE_S = 2.0
"""For which a settled view lets previews go first."""


class Starting(Exception):
    """The engine is not ready yet, or could not be built; the text says which."""


class Busy(Exception):
    """No turn was free; the text says so."""


class MapWorld(NamedTuple):
    """What the engine runs with: record, system, raids as flown, draws of two sizes, the compiled runs of many draws and of
    one, history as it was flown for each number of draws, history's orders by month from which they are flown, number of draws,
    and world (0: all of them), and single worlds by their number, which `war` keeps."""

    record: Record
    system: Any
    schedule: Any
    flown_t: Any
    pairings: dict[int, Any]
    run: Callable
    run_one: Callable
    fit: dict | None
    history: dict[int, Any]
    ordered: dict[tuple[str, int, int], Any]
    wars: dict[int, Any]

    def war(self, world: int) -> Any:
        """One of the worlds of `DRAWS`, from 1, as the pairing that `run_one` flies in."""
        from ..flight.fly import one_draw

        if world not in self.wars:
            self.wars[world] = one_draw(self.pairings[DRAWS], world - 1)
        return self.wars[world]

    @property
    def basis(self) -> str:
        """How the parameters are known, for every caption."""
        return shown_basis(basis(self.record.hash, self.fit))


class Turns:
    """Who computes next: a quick one as soon as fewer than `AT_ONCE` quick ones do; another when no quick one waits or it has
    waited `PATIENCE_S` itself, and beside quick ones one alone. What moves with a slider is not kept by what may take its time."""

    def __init__(self) -> None:
        self._free = threading.Condition()
        self._computing, self._quick_waiting = {True: 0, False: 0}, 0

    @contextmanager
    def turn(self, quick: bool) -> Iterator[None]:
        """Wait for a turn and hold it."""
        with self._free:
            self._quick_waiting += quick
            since = time.monotonic()
            self._free.wait_for(lambda: self._may(quick, time.monotonic() - since))
            self._quick_waiting -= quick
            self._computing[quick] += 1
        try:
            yield
        finally:
            with self._free:
                self._computing[quick] -= 1
                self._free.notify_all()

    def _may(self, quick: bool, waited_s: float) -> bool:
        if quick:
            return self._computing[True] < AT_ONCE
        first = not self._quick_waiting or waited_s > PATIENCE_S
        return first and self._computing[False] < (1 if self._computing[True] else AT_ONCE)


def shown_basis(words: str) -> str:
    """How the parameters are known, as a caption says it."""
    known = {
        CALIBRATED: "fitted to the record",
        PRIOR_ONLY: "not fitted to the record",
        STALE: "fitted to another record",
    }
    return known.get(words, words)


class Engine:
    """Builds the laboratory in the background and hands out answers by key."""

    def __init__(self, record: Record, build: Callable[[Record], MapWorld] | None = None) -> None:
        self._record, self._build = record, build or laboratory
        self._lab: MapWorld | None = None
        self._fault = ""
        self._begun = threading.Event()
        self._ready = threading.Event()
        self._turns = Turns()
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Any] = OrderedDict()
        self._coming: dict[str, threading.Event] = {}
        self._waiting = 0

    def start(self) -> None:
        """Begin to build, unless begun."""
        with self._lock:
            if not self._begun.is_set():
                self._begun.set()
                threading.Thread(target=self._start, name="engine", daemon=True).start()

    def _start(self) -> None:
        try:
            self._lab = self._build(self._record)
        except Exception as error:
            self._fault = f"The model could not be started ({type(error).__name__}: {str(error)[:200]})."
        self._ready.set()

    @property
    def status(self) -> str:
        """ready, starting or failed."""
        if self._fault:
            return "failed"
        return "ready" if self._lab is not None else "starting"

    def wait(self, timeout_s: float) -> bool:
        """Wait until built; False when it is not by then or has failed."""
        self._ready.wait(timeout_s)
        return self._lab is not None

    @property
    def lab(self) -> MapWorld:
        """The laboratory. Raises Starting while it is being built or when it could not be."""
        if self._lab is None:
            raise Starting(self._fault or "The model is being compiled; this takes up to a minute after the start.")
        return self._lab

    def answer(self, key: str, make: Callable[[MapWorld], Any], *, quick: bool = False) -> Any:
        """What ``make`` returns, made once per key; of many who ask the same at once one makes it.

        quick: whether it is a preview, which has a lane of its own. Raises Starting, or Busy when `MOST_WAITING` others wait already.
        """
        lab = self.lab
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            other = self._coming.get(key)
            if other is None:
                if self._waiting >= MOST_WAITING:
                    raise Busy(too_busy())
                self._waiting += 1
                self._coming[key] = threading.Event()
        if other is not None:
            other.wait(WAIT_S)
            with self._lock:
                if key in self._kept:
                    return self._kept[key]
            raise Busy(too_busy())
        return self._make(key, make, lab, quick)

    def _make(self, key: str, make: Callable[[MapWorld], Any], lab: MapWorld, quick: bool) -> Any:
        try:
            with self._turns.turn(quick):
                made = make(lab)
            with self._lock:
                self._kept[key] = made
                while len(self._kept) > MOST_VIEWS_KEPT:
                    self._kept.popitem(last=False)
            return made
        finally:
            with self._lock:
                self._waiting -= 1
                self._coming.pop(key).set()


def laboratory(record: Record) -> MapWorld:
    """Build and compile everything for `DRAWS` and `PREVIEW_DRAWS` draws; takes seconds to a minute."""
    from ..calibration.model import pair
    from ..flight.arm_run import daily_runner
    from ..flight.as_flown import as_flown
    from ..flight.executable import keep_compiled
    from ..flight.fly import first_draws
    from ..flight.worlds import flown_tons
    from ..model.oil import oil_system
    from .choices import as_history

    keep_compiled()
    system = oil_system(record)
    schedule = as_flown(record, system)
    posterior = _posterior(system, schedule)
    whole = pair(record, system, schedule, draws=DRAWS, seed=SEED, posterior=posterior)
    pairings = {DRAWS: whole, PREVIEW_DRAWS: first_draws(whole, PREVIEW_DRAWS)}
    run, run_one = (daily_runner(system, whole.facts, beliefs=kept) for kept in (False, True))
    manifest = None if posterior is None else posterior.manifest
    tons = flown_tons(schedule, system)
    lab = MapWorld(record, system, schedule, tons, pairings, run, run_one, manifest, {}, {}, {})
    run_one(as_history(lab), lab.war(1))
    return lab._replace(history={draws: run(as_history(lab), pairing) for draws, pairing in pairings.items()})


def _posterior(system, schedule):
    from ..calibration.posterior import load_posterior

    return load_posterior(system, schedule)


# Answers that depend on nothing but the record and the address: made once, compressed once, kept for the next visitor.

EXACT = (
    *("/", "/story", "/argument", "/attribute", "/help", "/about", "/api", "/map", "/fly"),
    *("/seminar/teacher", "/seminar/handout"),
)
BELOW = (
    *("/record", "/search", "/plant/", "/source/", "/row/", "/claim/", "/report/record/", "/report/argument"),
    *("/api/record", "/api/search"),
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
        path = scope.get("path", "")
        is_kept = path in EXACT or (path.startswith(BELOW) and not path.endswith("/passages"))
        if scope["type"] != "http" or scope["method"] != "GET" or not is_kept or not self.settled():
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


async def _send(answer: Answer, reads_gzip: bool, send: Send) -> None:
    body, headers = answer.body, answer.headers
    if not reads_gzip and (b"content-encoding", b"gzip") in headers:
        body = gzip.decompress(body)
        gone: tuple[Any, ...] = (b"content-encoding", b"content-length")
        headers = [*((n, v) for n, v in headers if n not in gone), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
