"""A play of the seminar as it stands in an address: a world and three letters a month."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from ..clock import MONTHS, month_start_day
from ..directives.plan import ForceName, ForPhase
from ..errors import OilplanError
from ..flight.daily import DayByDay
from ..record import Record
from ..report.figure_map import MAP_NARROW_PX, MAP_WIDE_PX
from ..studies.outcomes import interval
from .argument import dated
from .choices import FORCE_NAMES, arm, as_history, chosen_world, fly, for_phase, history_of
from .engine import MapWorld
from .figure_arms import NARROW_PX, WIDE_PX, Series, arms_figure
from .limits import DRAWS
from .map_data import band, map_of, name_of, output_points
from .map_words import QUANTILES

FIRST_MONTH = 1
"""Index of May 1944, the first month that is played; April is as flown."""
N_MOVES = len(MONTHS) - FIRST_MONTH


class SeminarOrder(NamedTuple):
    """One thing a force can be told. letter: in the address; words, short: on the page; directive, share_percent: what it
    is."""

    letter: str
    words: str
    short: str
    directive: str
    share_percent: int


ORDERS = (
    SeminarOrder("F", "leave it to its commander: history's own orders", "history's orders", "as_ordered", 100),
    SeminarOrder("P", "oil before all: every plant believed alive", "oil before all", "portal", 100),
    SeminarOrder("E", "the eleven first, benzol last", "the eleven first", "bufton", 100),
    SeminarOrder("B", "benzol first, then the eleven", "benzol first", "benzol_early", 100),
    SeminarOrder("T", "a third to oil, the rest elsewhere", "a third", "even_split", 100),
    SeminarOrder("N", "no oil this month", "no oil", "portal", 0),
    SeminarOrder("H", "cities; oil when weather rules them out", "cities", "harris", 100),
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
    world, text = chosen_world(query), query.get("moves", "")
    moves = tuple(text.split("-")) if text else ()
    if len(moves) > N_MOVES:
        raise OilplanError(f"{len(moves)} months came; a play has at most {N_MOVES}, May 1944 to April 1945.")
    for number, move in enumerate(moves, 1):
        if not _MOVE.fullmatch(move):
            raise OilplanError(
                f"month {number} came as '{move[:10]}'; expected a letter for each of three forces out of "
                f"{', '.join(OF_LETTER)} (H for Bomber Command only)."
            )
    return Play(world, moves)


def orders_of(force: str) -> list[SeminarOrder]:
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


# What a planner of the seminar sees: beliefs, own raids, letters that have come; the truth only at the end.

RIVALS = {"portal": "Portal's", "bufton": "Bufton's", "benzol_early": "benzol first", "even_split": "a third to oil"}
"""Directives given to all three forces from May 1944; Harris's is Bomber Command's, the Americans flying as they flew."""
RIVAL_COLOURS = {"Portal's": "#8a6d00", "Harris's": "#7a1fa2"}


def seen(lab: MapWorld, play: Play) -> dict[str, Any]:
    """The first morning of the month to be ordered: what is believed in the play's world, and what was flown so far.

    Nothing here depends on a month that has not been flown, nor on the state of any plant.
    """
    run = _fly(lab, play)
    month = FIRST_MONTH + len(play.moves)
    believed, age = run.believed[month], run.report_age_d[month]
    plants = [
        {"name": name_of(lab, k), "believed": round(100 * float(believed[k])), "age": _age(float(age[k]))}
        for k in np.argsort(-lab.system.all_products_t_per_day)
    ]
    title = f"What is believed on 1 {MONTHS[month]}"
    return {
        "plants": plants,
        "national": round(100 * float(run.believed_national[month])),
        "past": past(play, run),
        "maps": {
            "wide": map_of(lab, believed, [], MAP_WIDE_PX, "map-wide", title),
            "narrow": map_of(lab, believed, [], MAP_NARROW_PX, "map-narrow", title),
        },
        "basis": lab.basis,
    }


def ended(lab: MapWorld, play: Play, rivals: dict[str, DayByDay]) -> dict[str, Any]:
    """The end: this world's truth beside what was believed of it, month by month, and your curve in it beside history's
    orders and every ready-made directive, all flown in this world.

    rivals: from `rival_runs`
    """
    run, flown = _fly(lab, play), history_of(lab, MONTHS[FIRST_MONTH], DRAWS)
    arms: dict[str, DayByDay] = {"yours": run, "history's orders": flown, **rivals}
    w = play.world - 1
    made = {name: float(a.aviation_t[w, FIRST_MONTH:].sum()) for name, a in arms.items()}
    best = min(rivals, key=lambda name: made[name])
    shown = [name for name in ("Portal's", "Harris's") if name != best]
    lines = [
        ("yours, in this world", "#b84a00", run.aviation_t[w].tolist()),
        ("history's orders, in this world", "#1d1f21", flown.aviation_t[w].tolist()),
    ]
    lines += [(f"{n}, in this world", RIVAL_COLOURS[n], arms[n].aviation_t[w].tolist()) for n in shown]
    lines.append((f"best of the ready-made: {best}", "#00735a", arms[best].aviation_t[w].tolist()))
    series = Series(
        f"Aviation gasoline made in world {play.world}",
        "thousand tons a month",
        band(flown.aviation_t),
        band(run.aviation_t),
        output_points(lab.record),
        lab.basis,
        "yours",
        tuple(lines),
    )
    return {
        "past": truth(lab, play, past(play, run)),
        "figures": {
            "wide": arms_figure(series, WIDE_PX, "end-wide"),
            "narrow": arms_figure(series, NARROW_PX, "end-narrow"),
        },
        "sums": [_sum(name, a, w) for name, a in arms.items()],
        "best": best,
        "rows": [_row(m, arms, w) for m in range(FIRST_MONTH, len(MONTHS))],
        "basis": lab.basis,
    }


def truth(lab: MapWorld, play: Play, months: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The months of a play with the truth of its world beside the belief: percent of capacity that all plants together
    delivered on the eve of the month, after overrun and rail, weighed by their output, and tons of aviation gasoline made in the month."""
    first = month_start_day(MONTHS[FIRST_MONTH])
    made = arm(lab, phases(play.moves), FIRST_MONTH, first)
    one = fly(lab, made, MONTHS[FIRST_MONTH], DRAWS, play.world)
    weight = lab.system.all_products_t_per_day
    out = []
    for k, row in enumerate(months):
        m = FIRST_MONTH + k
        worked = one.share[max(month_start_day(MONTHS[m]) - 1, 0)]
        out.append(
            row
            | {"true": round(100 * float(worked @ weight / weight.sum())), "made_t": round(float(one.aviation_t[0, m]))}
        )
    return out


def rival_runs(lab: MapWorld) -> dict[str, DayByDay]:
    """Every ready-made directive from May 1944, flown on the same draws."""
    plans = {words: {f.force: for_phase(name, 100, f.force) for f in FORCE_NAMES} for name, words in RIVALS.items()}
    harris = {f.force: for_phase("harris", 100, f.force) for f in FORCE_NAMES}
    first = month_start_day(MONTHS[FIRST_MONTH])
    return {
        words: fly(lab, arm(lab, [plan], FIRST_MONTH, first), MONTHS[FIRST_MONTH], DRAWS)
        for words, plan in {**plans, "Harris's": harris}.items()
    }


def past(play: Play, run: DayByDay) -> list[dict[str, Any]]:
    """What was ordered, month by month, with what it cost in the play's world and what was believed beforehand."""
    rows = []
    for k, move in enumerate(play.moves):
        m = FIRST_MONTH + k
        rows.append(
            {
                "month": MONTHS[m],
                "orders": in_words(move),
                "believed": round(100 * float(run.believed_national[m])),
                "bombs_t": round(float(run.dropped_t[play.world - 1, m].sum())),
                "missing": round(float(run.missing[play.world - 1, m].sum())),
            }
        )
    return rows


HINDSIGHT = re.compile(
    r"\b(see \w+\.csv|led to|pulled effort|lawful reason|replied .* within|recalled|month in question|last argument|outside the argument"
    r"|comments on it|closing (bound|the exchange)|do not treat|not a directive|replaces the|drop out|ends the strategic)\b",
    re.IGNORECASE,
)
"""What a note of the record knows that nobody at the desk knew: what came of a letter, and how we know it."""


def letters_until(record: Record, month: str | None) -> list[dict[str, Any]]:
    """Letters and directives dated before the first of a month, as they lay on the desk; all of them, with what the record
    notes, when it is None. One that was never found is on no desk."""
    come = [e for e in dated(record) if e["status"] != "missing" and (month is None or e["date"][:7] < month)]
    return come if month is None else [e | {"gist": on_desk(e["gist"]), "title": on_desk(e["title"])} for e in come]


def on_desk(gist: str) -> str:
    """A note of the record without the sentences and clauses that look back."""
    without = re.sub(r" ?\([^)]*\)", lambda m: "" if HINDSIGHT.search(m[0]) else m[0], gist)
    parts = re.split(r"(?<=[.;]) ", without)
    kept = " ".join(part for part in parts if not HINDSIGHT.search(part)).strip()
    return re.sub(r";$", ".", kept)


def _fly(lab: MapWorld, play: Play) -> DayByDay:
    first = month_start_day(MONTHS[FIRST_MONTH])
    if not play.moves:
        return lab.run(as_history(lab), lab.pairings[DRAWS], play.world - 1)
    made = arm(lab, phases(play.moves), FIRST_MONTH, first)
    return fly(lab, made, MONTHS[FIRST_MONTH], DRAWS, draw=play.world - 1)


def _age(days: float) -> str:
    return "never photographed" if days > 1000 else f"{days:.0f} days old" if days != 1 else "1 day old"


def _sum(name: str, run: DayByDay, world: int) -> dict[str, Any]:
    """Sums of one arm in the world played, and over all worlds."""

    def of(values: np.ndarray) -> dict[str, Any]:
        return {"here": float(values[world]), **interval(values)}

    return {
        "name": name,
        "made": of(run.aviation_t[:, FIRST_MONTH:].sum(axis=1) / 1e3),
        "bombs": of(run.dropped_t[:, FIRST_MONTH:].sum(axis=(1, 2)) / 1e3),
        "missing": of(run.missing[:, FIRST_MONTH:].sum(axis=(1, 2))),
    }


def _row(month: int, arms: dict[str, DayByDay], world: int) -> dict[str, Any]:
    row: dict[str, Any] = {"month": MONTHS[month]}
    for name, run in arms.items():
        row[f"{name} in this world t"] = round(float(run.aviation_t[world, month]))
        for q, v in zip(("p05", "median", "p95"), np.quantile(run.aviation_t[:, month], QUANTILES), strict=True):
            row[f"{name} {q} t"] = round(float(v))
    return row
