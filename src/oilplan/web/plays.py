"""A play of the seminar as it stands in an address: a world and three letters a month."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from ..clock import MONTHS
from ..directives.plan import ForceName, ForPhase
from ..errors import OilplanError
from .choices import FORCE_NAMES, for_phase
from .limits import DRAWS

FIRST_MONTH = 1
"""Index of May 1944, the first month that is played; April is as flown."""
N_MOVES = len(MONTHS) - FIRST_MONTH


class Order(NamedTuple):
    """One thing a force can be told. letter: in the address; words, short: on the page; directive, share_percent: what it
    is."""

    letter: str
    words: str
    short: str
    directive: str
    share_percent: int


ORDERS = (
    Order("F", "leave it to its commander: as it flew", "as it flew", "as_flown", 100),
    Order("P", "oil before all: every plant believed alive", "oil before all", "portal", 100),
    Order("E", "the eleven first, benzol last", "the eleven first", "bufton", 100),
    Order("B", "benzol first, then the eleven", "benzol first", "benzol_early", 100),
    Order("T", "a third to oil, the rest elsewhere", "a third", "even_split", 100),
    Order("N", "no oil this month", "no oil", "portal", 0),
    Order("H", "cities; oil when weather rules them out", "cities", "harris", 100),
)
OF_LETTER = {order.letter: order for order in ORDERS}
_MOVE = re.compile(r"[FPEBTNH][FPEBTN]{2}")


class Play(NamedTuple):
    """world: 1 to `DRAWS`, the draw that is played in; moves: of each month so far, a letter for every force."""

    world: int
    moves: tuple[str, ...]

    @property
    def query(self) -> str:
        """The play as it stands in the address."""
        return f"world={self.world}&moves={'-'.join(self.moves)}"

    @property
    def month(self) -> str | None:
        """The month to be ordered next; None when all were flown."""
        at = FIRST_MONTH + len(self.moves)
        return MONTHS[at] if at < len(MONTHS) else None

    @property
    def is_over(self) -> bool:
        """Whether every month was flown."""
        return self.month is None


def play(query: Mapping[str, str]) -> Play:
    """Read a play. Raises OilplanError for a world that is not there or moves that are no moves."""
    world, text = query.get("world", "1"), query.get("moves", "")
    if not (world.isascii() and world.isdigit() and len(world) <= 4 and 1 <= int(world) <= DRAWS):
        raise OilplanError(f"world={world[:20]} is not there; expected a whole number from 1 to {DRAWS}.")
    moves = tuple(text.split("-")) if text else ()
    if len(moves) > N_MOVES:
        raise OilplanError(f"{len(moves)} months came; a play has at most {N_MOVES}, May 1944 to April 1945.")
    for number, move in enumerate(moves, 1):
        if not _MOVE.fullmatch(move):
            raise OilplanError(
                f"month {number} came as '{move[:10]}'; expected a letter for each of three forces out of "
                f"{', '.join(OF_LETTER)} (H for Bomber Command only)."
            )
    return Play(int(world), moves)


def orders_of(force: str) -> list[Order]:
    """What a force can be told."""
    return [o for o in ORDERS if o.letter != "H" or force == "bomber_command"]


def in_words(move: str) -> list[tuple[str, str]]:
    """(force, order) of a move, in short words."""
    return [(f.name, OF_LETTER[letter].short) for f, letter in zip(FORCE_NAMES, move, strict=True)]


def phases(moves: tuple[str, ...]) -> list[dict[ForceName, ForPhase]]:
    """The moves as a plan that changes every month."""
    return [{f.force: _phase(letter, f.force) for f, letter in zip(FORCE_NAMES, move, strict=True)} for move in moves]


def _phase(letter: str, force: ForceName) -> ForPhase:
    order = OF_LETTER[letter]
    return for_phase(order.directive, order.share_percent, force)
