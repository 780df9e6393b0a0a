"""What a player of the seminar sees: beliefs, own raids, letters that have come and what was left undone; the truth only at
the end. One world is flown for a month's page, all of them for the end."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import numpy as np

from ..clock import MONTHS, month_end_day, month_start_day
from ..directives.forces import FORCES
from ..flight.arm_run import DayByDay
from ..flight.campaign import Choice
from ..record import Record
from ..studies.outcomes import CLAIMS, KEPT, interval, kept, met, points, undone, whole_tons
from .argument import dated
from .choices import FORCE_NAMES, arm, as_history, fly, history_of
from .engine import MapWorld
from .limits import DRAWS
from .map_data import LEAST_SHOWN_T, band, maps_of, name_of, output_points
from .pages import Series, both_arms_figures
from .seminar_play import FIRST_MONTH, ORDERS, REPAIRS, ROLES, Play, in_words, orders_of, phases, repairs

NAMES = {"P": "Portal's", "E": "Bufton's", "H": "Harris's", "R": "Tedder's"}
"""Whose an order is when it is held from May 1944 to the end; the others go by their own words."""
COLOURS = ("#8a6d00", "#7a1fa2", "#00735a")
NO_RAIDS = "NNN"
"""No bomb ordered on oil by any force: what the repairers' fuel is measured against."""


def seen(lab: MapWorld, play: Play) -> dict[str, Any]:
    """The first morning of the month to be ordered: what is believed in the play's world, and what was flown so far.

    Nothing here depends on a month that has not been flown, nor on the state of any plant, but for the repairers, who know it.
    """
    made, month = ordered(lab, play), FIRST_MONTH + len(play.moves)
    one = in_world(lab, play, made)
    shown = _known(lab, play, one, month)
    age = one.report_age_d[month]
    title = f"What {'works' if _repairs(play) else 'is believed'} on 1 {MONTHS[month]}"
    return {
        "plants": [
            {"name": name_of(lab, k), "believed": _percent(shown[k]), "age": _age(float(age[k]))}
            for k in np.argsort(-lab.system.all_products_t_per_day)
        ],
        "national": _national(lab, play, one, month),
        "past": past(lab, play, one),
        "debrief": debrief(lab, play, one) if play.moves else None,
        "standing": standing(lab, play, one, made),
        "maps": maps_of(lab, shown, [], "map", title),
        "basis": lab.basis,
    }


def in_world(lab: MapWorld, play: Play, made: Choice | None = None) -> DayByDay:
    """The play flown in its own world alone. made: its arm, of `ordered`, if it is there"""
    if not play.moves:
        return lab.run_one(as_history(lab), lab.war(play.world))
    return fly(lab, made or ordered(lab, play), MONTHS[FIRST_MONTH], DRAWS, play.world)


def in_all(lab: MapWorld, play: Play) -> DayByDay:
    """The play flown in every world."""
    return fly(lab, ordered(lab, play), MONTHS[FIRST_MONTH], DRAWS)


def ordered(lab: MapWorld, play: Play) -> Choice:
    """The play as an arm; its last orders hold to the end."""
    first = month_start_day(MONTHS[FIRST_MONTH])
    return arm(lab, phases(play), FIRST_MONTH, first, repairers=repairs(play))


# The month's debrief: what was hit, what was believed, what was lost.


class Raided(NamedTuple):
    """A plant or group raided in a month. raids: days with bombs; tons_t: dropped; before, now: percent believed (of the
    repairers: worked) on the first of the month and of the next."""

    name: str
    raids: int
    tons_t: int
    before: int
    now: int


def debrief(lab: MapWorld, play: Play, one: DayByDay) -> dict[str, Any]:
    """The month just flown, as the desk learns of it."""
    month = FIRST_MONTH + len(play.moves) - 1
    days = slice(month_start_day(MONTHS[month]), month_end_day(MONTHS[month]) + 1)
    tons = one.bombs_t[days].sum(axis=1)
    before, now = (_known(lab, play, one, m) for m in (month, month + 1))
    raids = (tons >= LEAST_SHOWN_T).sum(axis=0)
    hits = [
        Raided(
            name_of(lab, k), int(raids[k]), round(float(tons[:, k].sum())), *(_percent(of[k]) for of in (before, now))
        )
        for k in np.argsort(-tons.sum(axis=0))
        if raids[k]
    ]
    lost = {f.name: round(float(one.missing[0, month, FORCES.index(f.force)])) for f in FORCE_NAMES}
    return {
        "month": MONTHS[month],
        "hits": hits,
        "national": [_national(lab, play, one, m) for m in (month, month + 1)],
        "lost": lost,
        "made_t": round(float(one.aviation_t[0, month])) if _repairs(play) else None,
    }


def standing(lab: MapWorld, play: Play, one: DayByDay, made: Choice | None = None) -> list[dict[str, Any]]:
    """What others were due from the forces commanded and did not get, last month and so far; what a desk knows of its claims."""
    if _repairs(play) or not play.moves:
        return []
    month = FIRST_MONTH + len(play.moves) - 1
    left = _left(lab, play, made or ordered(lab, play), one, play.world)
    return [
        {
            "claim": CLAIMS[claim],
            "due_t": round(float(u.due_t[0, month])),
            "left_t": round(float(u.left_t[0, month])),
            "due_so_far_t": round(float(u.due_t[0, FIRST_MONTH : month + 1].sum())),
            "left_so_far_t": round(float(u.left_t[0, FIRST_MONTH : month + 1].sum())),
        }
        for claim, u in left.items()
    ]


def past(lab: MapWorld, play: Play, one: DayByDay) -> list[dict[str, Any]]:
    """What was ordered, month by month, with what it cost in the play's world and what was believed beforehand."""
    return [
        {
            "month": MONTHS[m],
            "orders": in_words(play, move),
            "believed": _national(lab, play, one, m),
            "bombs_t": round(float(one.dropped_t[0, m].sum())),
            "missing": round(float(one.missing[0, m].sum())),
        }
        for m, move in enumerate(play.moves, FIRST_MONTH)
    ]


# The end: this world's truth, and the points of the office beside those of every order held throughout.


def ended(lab: MapWorld, play: Play) -> dict[str, Any]:
    """The truth of the world beside what was believed of it, month by month; the office's points in it and over all worlds,
    beside history's orders and every ready-made order held from May 1944."""
    run, flown, w = in_all(lab, play), history_of(lab, MONTHS[FIRST_MONTH], DRAWS), play.world - 1
    one, held = in_world(lab, play), _rivals(play)
    history = play._replace(moves=("F" * len(play.desks),))
    arms = {name: ordered(lab, other) for name, other in held.items()}
    rivals = {name: in_world(lab, other, arms[name]) for name, other in held.items()}
    mine, theirs = score(lab, play, run, 0), score(lab, history, flown, 0)
    points_of = {
        name: round(float(points(score(lab, other, rivals[name], other.world, arms[name]), other.aim)[0]), 1)
        for name, other in held.items()
    }
    board = sorted(points_of.items(), key=lambda line: -line[1])
    series = _series(lab, play, (flown, run), {name: rivals[name] for name, _ in board[:3]})
    return {
        "past": truth(lab, play, one),
        "figures": both_arms_figures(series, "end"),
        "points": {"mine": _points(play, mine, w), "history": _points(play, theirs, w)},
        "claims": [
            {"claim": words, "is_aim": c == play.aim, "mine": float(mine[c][w]), "history": float(theirs[c][w])}
            for c, words in (KEPT if _repairs(play) else CLAIMS).items()
        ],
        "board": board,
        "best": board[0][0],
        "sums": [_sum(name, a, w) for name, a in (("yours", run), ("history's orders", flown))],
        "rows": [_row(m, run, flown, w) for m in range(FIRST_MONTH, len(MONTHS))],
        "basis": lab.basis,
    }


def truth(lab: MapWorld, play: Play, one: DayByDay) -> list[dict[str, Any]]:
    """The months of a play with the truth of its world beside the belief: percent of capacity that all plants together
    delivered on the eve of the month, after overrun and rail, weighed by their output, and tons of aviation gasoline made."""
    rows = []
    for m, row in enumerate(past(lab, play, one), FIRST_MONTH):
        worked = _weighed(lab, one.share[max(month_start_day(MONTHS[m]) - 1, 0)])
        rows.append(row | {"true": worked, "made_t": round(float(one.aviation_t[0, m]))})
    return rows


def score(lab: MapWorld, play: Play, run: DayByDay, world: int, made: Choice | None = None) -> dict[str, np.ndarray]:
    """[D] share met of every claim on the office. world: that was flown alone, 0 for all; made: the play's arm, if it is there"""
    if _repairs(play):
        return kept(run, _whole(lab, world), FIRST_MONTH)
    base = history_of(lab, MONTHS[FIRST_MONTH], DRAWS, world)
    return met(run, base, _left(lab, play, made or ordered(lab, play), run, world), FIRST_MONTH)


def _left(lab: MapWorld, play: Play, made: Choice, run: DayByDay, world: int):
    base = history_of(lab, MONTHS[FIRST_MONTH], DRAWS, world)
    return undone(run, base, made, lab.pairings[DRAWS].facts, ROLES[play.role].forces)


def _whole(lab: MapWorld, world: int) -> DayByDay:
    """No bomb ordered on oil from May 1944, kept as `history_of` keeps."""
    key = (NO_RAIDS, DRAWS, world)
    found = lab.ordered.get(key)
    if found is None:
        spared = Play(max(world, 1), (NO_RAIDS,))
        found = in_world(lab, spared) if world else in_all(lab, spared)
        lab.ordered[key] = found
    return found


def _points(play: Play, shares: dict[str, np.ndarray], world: int) -> dict[str, Any]:
    values = points(shares, play.aim)
    return {"here": round(float(values[world]), 1), **interval(values)}


def _rivals(play: Play) -> dict[str, Play]:
    """Every ready-made order of the role's desks held from May 1944; desks that cannot be given it follow history."""
    found = {}
    for order in REPAIRS if _repairs(play) else ORDERS:
        letters = "".join(order.letter if order in orders_of(key) else "F" for key in play.desks)
        if set(letters) != {"F"} or order.letter == "F":
            found[NAMES.get(order.letter, order.short) if not _repairs(play) else order.short] = play._replace(
                moves=(letters,)
            )
    return found


def _series(lab: MapWorld, play: Play, both: tuple[DayByDay, DayByDay], rivals: dict[str, DayByDay]) -> Series:
    flown, run = both
    w = play.world - 1
    lines = [
        ("yours, in this world", "#b84a00", run.aviation_t[w].tolist()),
        ("history's orders, in this world", "#1d1f21", flown.aviation_t[w].tolist()),
    ]
    lines += [
        (f"{name}, in this world", colour, rivals[name].aviation_t[0].tolist())
        for name, colour in zip(rivals, COLOURS, strict=True)
    ]
    return Series(
        f"Aviation gasoline made in world {play.world}",
        "thousand tons a month",
        band(flown.aviation_t),
        band(run.aviation_t),
        output_points(lab.record),
        lab.basis,
        "yours",
        tuple(lines),
        solid=2,
    )


def _sum(name: str, run: DayByDay, world: int) -> dict[str, Any]:
    """Sums of one arm in the world played, and over all worlds."""

    def of(values: np.ndarray) -> dict[str, Any]:
        return {"here": float(values[world]), **interval(values)}

    since = slice(FIRST_MONTH, None)
    return {
        "name": name,
        "made": of(run.aviation_t[:, since].sum(axis=1) / 1e3),
        "motor": of(run.motor_t[:, since].sum(axis=1) / 1e3),
        "bombs": of(run.dropped_t[:, since].sum(axis=(1, 2)) / 1e3),
        "missing": of(run.missing[:, since].sum(axis=(1, 2))),
    }


def _row(month: int, run: DayByDay, flown: DayByDay, world: int) -> dict[str, Any]:
    row: dict[str, Any] = {"month": MONTHS[month]}
    for name, r in (("yours", run), ("history's orders", flown)):
        row[f"{name} in this world t"] = round(float(r.aviation_t[world, month]))
        row |= {f"{name} {q} t": tons for q, tons in whole_tons(r.aviation_t[:, month]).items()}
    return row


# What a desk knows: planners their beliefs, the repairers the state of their own plants.


def _repairs(play: Play) -> bool:
    return "rep" in play.desks


def _known(lab: MapWorld, play: Play, one: DayByDay, month: int) -> np.ndarray:
    """[P] share believed on the first of a month; of the repairers, worked on its eve. After the last month: at its end."""
    if _repairs(play):
        return one.share[month_start_day(MONTHS[month]) - 1 if month < len(MONTHS) else -1]
    return one.believed[min(month, len(MONTHS) - 1)]


def _national(lab: MapWorld, play: Play, one: DayByDay, month: int) -> int:
    if _repairs(play):
        return _weighed(lab, _known(lab, play, one, month))
    return _percent(one.believed_national[min(month, len(MONTHS) - 1)])


def _weighed(lab: MapWorld, share: np.ndarray) -> int:
    weight = lab.system.all_products_t_per_day
    return _percent(share @ weight / weight.sum())


def _percent(share: Any) -> int:
    return round(100 * float(share))


def _age(days: float) -> str:
    return "never photographed" if days > 1000 else f"{days:.0f} days old" if days != 1 else "1 day old"


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
    kept_parts = " ".join(part for part in parts if not HINDSIGHT.search(part)).strip()
    return re.sub(r";$", ".", kept_parts)
