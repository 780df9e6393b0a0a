"""A play of the seminar as it stands in an address: a role with its aim, a world, and a letter a month for every desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode

from ..clock import MONTHS
from ..directives.plan import ForceName, ForPhase
from ..errors import OilplanError
from ..studies.outcomes import AIR
from .choices import FORCE_NAMES, Force, chosen_world, for_phase
from .pages import WORDS

FIRST_MONTH = 1
"""Index of May 1944, the first month that is played; April is as flown."""
N_MOVES = len(MONTHS) - FIRST_MONTH
MOST_BOARD = 64


class PlayDesk(NamedTuple):
    """Who takes orders from a role. key: in the address; name: on the page; force: of the forces, none for the repairers."""

    key: str
    name: str
    force: Force | None


class SeminarOrder(NamedTuple):
    """One thing a desk can be ordered. letter: in the address; words, short: on the page; says: a directive, or a priority of
    the repairers; share_percent: of the directive's tons."""

    letter: str
    words: str
    short: str
    says: str
    share_percent: int = 100


class Role(NamedTuple):
    """name, office: who the player is; desks: keys of those who take orders; aims: claims of which one is the player's own,
    the first if none is chosen; brief: what the office wants, as its player reads it."""

    name: str
    office: str
    desks: tuple[str, ...]
    aims: tuple[str, ...]
    brief: str

    @property
    def forces(self) -> tuple[ForceName, ...]:
        """The forces that the role commands."""
        return tuple(d.force.force for key in self.desks if (d := DESKS[key]).force)


DESKS = {f.key: PlayDesk(f.key, f.name, f) for f in FORCE_NAMES} | {"rep": PlayDesk("rep", "Repair crews", None)}
ROLES = {
    key: Role(**role | {"desks": tuple(role["desks"]), "aims": tuple(role["aims"])})
    for key, role in WORDS["roles"].items()
}
ORDERS, REPAIRS = (tuple(SeminarOrder(*order) for order in WORDS[of]) for of in ("orders", "repairs"))
"""What a force can be ordered, and the repairers."""


def orders_of(desk: str) -> list[SeminarOrder]:
    """What a desk can be ordered."""
    if DESKS[desk].force is None:
        return list(REPAIRS)
    return [o for o in ORDERS if o.letter != "H" or desk == "bc"]


class Play(NamedTuple):
    """world: 1 to `DRAWS`, the draw that is played in; moves: of each month so far, a letter for every desk of the role;
    role: of `ROLES`; aim: a claim, empty for the repairers; board: the class board it was begun from, empty for none."""

    world: int
    moves: tuple[str, ...]
    role: str = "portal"
    aim: str = AIR
    board: str = ""

    @property
    def query(self) -> str:
        """The play as it stands in the address."""
        return urlencode({name: value for name, value in self.words.items() if value or name in ("world", "moves")})

    @property
    def words(self) -> dict[str, str]:
        """What stands in the address; what is as usual is empty."""
        usual = Play(self.world, self.moves)
        more = {n: str(getattr(self, n)) for n in ("role", "aim", "board") if getattr(self, n) != getattr(usual, n)}
        return {"world": str(self.world), "moves": "-".join(self.moves)} | more

    @property
    def desks(self) -> tuple[str, ...]:
        """Keys of the desks that take orders."""
        return ROLES[self.role].desks

    @property
    def month(self) -> str | None:
        """The month to be ordered next; None when all were flown."""
        at = FIRST_MONTH + len(self.moves)
        return MONTHS[at] if at < len(MONTHS) else None

    @property
    def is_over(self) -> bool:
        """Whether every month was flown."""
        return self.month is None

    def back(self) -> Play:
        """The play without its last month."""
        return self._replace(moves=self.moves[:-1])


def play(query: Mapping[str, str]) -> Play:
    """Read a play. Raises OilplanError for a role, aim or world that is not there or moves that are no moves."""
    role = _one_of("role", query.get("role", "portal"), tuple(ROLES))
    aims = ROLES[role].aims
    aim = _one_of("aim", query.get("aim") or aims[0], aims)
    world, text = chosen_world(query), query.get("moves", "")
    moves = tuple(text.split("-")) if text else ()
    if len(moves) > N_MOVES:
        raise OilplanError(f"{len(moves)} months came; a play has at most {N_MOVES}, May 1944 to April 1945.")
    for number, move in enumerate(moves, 1):
        _check_move(number, move, ROLES[role].desks)
    return Play(world, moves, role, aim, query.get("board", "")[:MOST_BOARD])


def with_move(played: Play, query: Mapping[str, str]) -> Play:
    """The play with the month's orders added. Raises OilplanError when an order is missing or not known."""
    letters = [query.get(key, "") for key in played.desks]
    for key, letter in zip(played.desks, letters, strict=True):
        known = [o.letter for o in orders_of(key)]
        if letter not in known:
            raise OilplanError(f"{DESKS[key].name} has no order '{letter[:10]}'; expected one of {', '.join(known)}.")
    return played._replace(moves=(*played.moves, "".join(letters)))


def in_words(played: Play, move: str) -> list[tuple[str, str]]:
    """(desk, order) of a move, in short words."""
    return [(DESKS[key].name, _order(key, letter).short) for key, letter in zip(played.desks, move, strict=True)]


def phases(played: Play) -> list[dict[ForceName, ForPhase]]:
    """The moves as a plan that changes every month; forces that the role does not command follow history's orders."""
    return [_month_of(dict(zip(played.desks, move, strict=True))) for move in played.moves] or [_month_of({})]


def repairs(played: Play) -> tuple[str, ...]:
    """Whose repairs come first, by month."""
    if "rep" not in played.desks or not played.moves:
        return ("as_ordered",)
    return tuple(_order("rep", move).says for move in played.moves)


def _month_of(letters: Mapping[str, str]) -> dict[ForceName, ForPhase]:
    said = {f: _order(f.key, letters.get(f.key, "F")) for f in FORCE_NAMES}
    return {f.force: for_phase(order.says, order.share_percent, f.force) for f, order in said.items()}


def _order(desk: str, letter: str) -> SeminarOrder:
    return next(o for o in orders_of(desk) if o.letter == letter)


def _check_move(number: int, move: str, desks: tuple[str, ...]) -> None:
    known = ["".join(o.letter for o in orders_of(key)) for key in desks]
    if len(move) != len(desks) or any(letter not in letters for letter, letters in zip(move, known, strict=True)):
        wanted = "; ".join(f"{DESKS[key].name}: {letters}" for key, letters in zip(desks, known, strict=True))
        raise OilplanError(f"month {number} came as '{move[:10]}'; expected a letter for each of {wanted}.")


def _one_of(name: str, came: str, known: tuple[str, ...]) -> str:
    if came not in known:
        raise OilplanError(f"{name}={came[:40]} is not known; expected one of {', '.join(known) or 'none'}.")
    return came
