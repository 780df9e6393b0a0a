"""The seminar: the campaign month by month, as an office could see it. The address holds the whole play; a class board the
plays handed in."""

from __future__ import annotations

import csv
import io
import secrets
import threading
import time
import unicodedata
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ..clock import MONTHS
from ..errors import OilplanError
from ..studies.outcomes import CLAIMS, KEPT
from .door import heavy
from .engine import Engine
from .limits import DRAWS, takes
from .map_data import sources
from .pages import attachment, page
from .seminar_data import ended, letters_until, seen
from .seminar_play import DESKS, FIRST_MONTH, N_MOVES, ROLES, Play, in_words, orders_of, play, with_move

router = APIRouter()
PLAY = {
    "role": "portal, harris, spaatz or speer",
    "aim": "the claim that is the player's own: air, army or cities",
    "world": f"the possible war that is played in, 1 to {DRAWS}",
    "moves": "the orders so far: months joined by a hyphen, a letter for each desk",
    "board": "the class board that the play was begun from",
    "as_": "role and aim together, as the first form sends them",
}
"""What stands in the address of a play."""
AIMS = CLAIMS | {"": "both kinds of fuel, alike"}
"""Every aim in words; the repairers have none of their own."""
ORDERS = {key: f"the order of the month for {desk.name}: a letter" for key, desk in DESKS.items()}
Word = Annotated[str, Form(max_length=200)]


@router.get("/seminar", response_model=None)
@heavy
@takes(**PLAY, **ORDERS)
def seminar(request: Request) -> HTMLResponse | RedirectResponse:
    """The next month to be ordered, or the end. With an order for each desk in the address, flies the month."""
    query = request.query_params
    if "world" not in query:
        return _start(request)
    played = play(
        {**query, **dict(zip(("role", "aim"), query["as"].split(" "), strict=False))} if "as" in query else query
    )
    if "as" in query:
        return RedirectResponse(f"/seminar?{played.query}", 303)
    if any(key in query for key in played.desks) and not played.is_over:
        return RedirectResponse(f"/seminar?{with_move(played, query).query}", 303)
    view = view_of(request.app.state.engine, played)
    letters = [] if played.role == "speer" else letters_until(request.app.state.record, played.month)
    last = MONTHS[FIRST_MONTH + len(played.moves) - 1]
    now = played.moves[-1] if played.moves else "F" * len(played.desks)
    desks = [{"desk": DESKS[k], "orders": orders_of(k), "now": now[n]} for n, k in enumerate(played.desks)]
    template = "seminar_end.html.j2" if played.is_over else "seminar.html.j2"
    return page(
        template,
        "/seminar",
        play=played,
        role=ROLES[played.role],
        claims=KEPT if played.role == "speer" else CLAIMS,
        view=view,
        sources=sources(request.app.state.record)["output" if played.is_over else "map"],
        embed=f"/embed/seminar?{played._replace(board='').query}",
        letters=letters,
        last=last,
        desks=desks,
        months=N_MOVES,
        most_name=MOST_NAME,
        new=[e for e in letters if e["date"][:7] >= last],
    )


def _start(request: Request) -> HTMLResponse:
    """The choice of a role and its aim; on a class board's link, in the world of the class."""
    token = request.query_params.get("board", "")
    board = boards_of(request).board(token) if token else None
    return page(
        "seminar_start.html.j2",
        "/seminar",
        world=board.world if board else secrets.randbelow(DRAWS) + 1,
        worlds=DRAWS,
        months=N_MOVES,
        roles=ROLES,
        claims=AIMS,
        board=board,
    )


@router.get("/seminar/decisions.csv")
@heavy
@takes(**PLAY)
def decisions(request: Request) -> Response:
    """The record of decisions: a row for every month and desk."""
    played = play(request.query_params)
    view = view_of(request.app.state.engine, played)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        ["role", "world", "month", "force", "order", "believed_national_percent", "bombs_on_oil_t", "aircraft_missing"]
    )
    for row, move in zip(view["past"], played.moves, strict=True):
        for desk, order in in_words(played, move):
            stated = [row["month"], desk, order, row["believed"], row["bombs_t"], row["missing"]]
            writer.writerow([played.role, played.world, *stated])
    return attachment(out.getvalue(), "decisions.csv", "text/csv; charset=utf-8")


@router.get("/seminar/teacher")
def teacher() -> HTMLResponse:
    """A lesson of 45 minutes: how it runs, questions, and a class board to open."""
    return page(
        "seminar_teacher.html.j2",
        "/seminar",
        roles=ROLES,
        worlds=DRAWS,
        months=N_MOVES,
        most_name=MOST_NAME,
        hours=round(KEPT_S / 3600),
    )


@router.get("/seminar/handout")
def handout() -> HTMLResponse:
    """One sheet to print: the roles, what they are held to, and a table to fill in."""
    claims = CLAIMS | {f"kept {c}": words for c, words in KEPT.items()}
    return page("seminar_handout.html.j2", "/seminar", roles=ROLES, claims=claims, months=MONTHS[FIRST_MONTH:])


@router.post("/seminar/board", response_model=None)
def open_board(request: Request, title: Word = "", world: Word = "") -> RedirectResponse:
    """Open a class board and go to it."""
    played = play({"world": world or str(secrets.randbelow(DRAWS) + 1)})
    board = boards_of(request).open(title, played.world)
    return RedirectResponse(f"/seminar/board/{board.token}", 303)


@router.get("/seminar/board/{token}")
def show_board(request: Request, token: str) -> HTMLResponse:
    """The plays handed in, for whoever has the link."""
    board = boards_of(request).board(token[:64])
    return page(
        "seminar_board.html.j2",
        "/seminar",
        board=board,
        roles=ROLES,
        claims=AIMS,
        months=N_MOVES,
        hours=round(KEPT_S / 3600),
        address=f"{request.base_url}seminar?board={board.token}",
    )


@router.post("/seminar/board/{token}", response_model=None)
@heavy
def hand_in(
    request: Request, token: str, name: Word = "", moves: Word = "", role: Word = "", aim: Word = ""
) -> RedirectResponse:
    """Put a play on the board, with its points if it is over."""
    board = boards_of(request).board(token[:64])
    played = play({"world": str(board.world), "moves": moves, "role": role or "portal", "aim": aim})
    made = HandedIn(shown(name, "name"), played, None, None)
    if played.is_over:
        points = view_of(request.app.state.engine, played)["points"]
        made = made._replace(points=points["mine"]["here"], history=points["history"]["here"])
    boards_of(request).hand_in(board.token, made)
    return RedirectResponse(f"/seminar/board/{board.token}", 303)


def boards_of(request: Request) -> Boards:
    """The class boards of this server."""
    return request.app.state.boards


def view_of(engine: Engine, played: Play) -> dict[str, Any]:
    """What the page of a play shows."""
    alike = played._replace(board="")
    make = ended if played.is_over else seen
    return engine.answer(f"{make.__name__} {alike.query}", lambda lab: make(lab, alike), quick=not played.is_over)


# Class boards: a link that cannot be guessed, the plays handed in under it, gone after some hours. No accounts, nothing on a disk.

MOST_BOARDS, MOST_PLAYERS = 100, 60
"""Boards at once, and plays on one: some 2 MB in all."""
KEPT_S = 12 * 3600.0
MOST_NAME = 40


class HandedIn(NamedTuple):
    """A play on a board. points: at its end, None before; history: what history's orders came to in its world"""

    name: str
    play: Play
    points: float | None
    history: float | None


class Board:
    """One class: the world that all play in, and the plays handed in, by name."""

    def __init__(self, token: str, title: str, world: int) -> None:
        self.token, self.title, self.world = token, title, world
        self.until = time.monotonic() + KEPT_S
        self.plays: dict[str, HandedIn] = {}

    @property
    def ranked(self) -> list[HandedIn]:
        """Plays that are over by role and points, then the others by months flown."""
        done = [p for p in self.plays.values() if p.points is not None]
        going = [p for p in self.plays.values() if p.points is None]
        return sorted(done, key=lambda p: (p.play.role, p.play.aim, -(p.points or 0.0))) + sorted(
            going, key=lambda p: -len(p.play.moves)
        )


class Boards:
    """The boards of a server; whoever has the link of one sees it and hands in, nobody else."""

    def __init__(self) -> None:
        self._boards: dict[str, Board] = {}
        self._lock = threading.Lock()

    def open(self, title: str, world: int) -> Board:
        """A new board. Raises OilplanError when there are `MOST_BOARDS` already or the title cannot be shown."""
        title = shown(title, "title of the class")
        with self._lock:
            self._clear()
            if len(self._boards) >= MOST_BOARDS:
                raise OilplanError(
                    f"{MOST_BOARDS} class boards are open already; each closes {KEPT_S / 3600:.0f} hours after it was opened."
                )
            board = Board(secrets.token_urlsafe(16), title, world)
            self._boards[board.token] = board
            return board

    def board(self, token: str) -> Board:
        """The board of a link. Raises OilplanError when there is none (any more)."""
        with self._lock:
            self._clear()
            found = self._boards.get(token)
        if found is None:
            raise OilplanError(
                f"There is no class board at this address; a board closes {KEPT_S / 3600:.0f} hours after it was opened."
            )
        return found

    def hand_in(self, token: str, made: HandedIn) -> Board:
        """Put a play on a board. A name keeps its play: only a later state of the same play takes its place.

        Raises OilplanError for a name that another play has, and for a full board.
        """
        board = self.board(token)
        name = shown(made.name, "name")
        if made.play.world != board.world:
            raise OilplanError(
                f"This class plays in world {board.world}; the play handed in is of world {made.play.world}."
            )
        with self._lock:
            before = board.plays.get(name)
            if before is None and len(board.plays) >= MOST_PLAYERS:
                raise OilplanError(f"{MOST_PLAYERS} plays are on this board already.")
            if before is not None and not _goes_on(before.play, made.play):
                raise OilplanError(f"Another play was handed in as '{name}'; choose another name.")
            board.plays[name] = made._replace(name=name)
        return board

    def _clear(self) -> None:
        now = time.monotonic()
        self._boards = {token: b for token, b in self._boards.items() if b.until > now}


def shown(text: str, what: str) -> str:
    """A name as it will be shown. Raises OilplanError for one that is empty, long or holds what cannot be seen."""
    text = " ".join(text.split())
    if not 1 <= len(text) <= MOST_NAME or any(unicodedata.category(c)[0] == "C" for c in text):
        raise OilplanError(f"The {what} came with {len(text)} characters; expected 1 to {MOST_NAME} that can be seen.")
    return text


def _goes_on(before: Play, now: Play) -> bool:
    """Whether a play is a later state of another."""
    same = (before.world, before.role, before.aim) == (now.world, now.role, now.aim)
    return same and now.moves[: len(before.moves)] == before.moves
