"""Class boards of the seminar: a link that cannot be guessed, the plays handed in under it, gone after some hours. No
accounts, nothing on a disk."""

from __future__ import annotations

import secrets
import threading
import time
import unicodedata
from typing import NamedTuple

from ..errors import OilplanError
from .seminar_play import Play

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
