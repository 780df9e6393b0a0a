"""What an office of the seminar is held to: its own aim, and what others asked of it. Fuel and tons alone; never lives.

Axes: D draws, M months, G forces, C classes of target given up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from ..directives.forces import CITIES, FORCE_OF, FORCES, TRANSPORT
from ..directives.policy import GIVEN_UP
from ..flight.arm_run import DayByDay
from ..flight.campaign import Choice
from ..flight.force_facts import ForceFacts
from .outcomes import FIRST_OF_FORCE, shares_given_up

AIR, ARMY, RAILWAYS, TOWNS = "air", "army", "transport", "cities"
CLAIMS = {
    AIR: "aviation gasoline that Germany does not make",
    ARMY: "motor fuel that Germany does not make",
    RAILWAYS: "the tons that the railways and canals were due",
    TOWNS: "the tons that the city offensive was due",
}
"""What the offices round the table ask for. Tons beyond what was due count for nothing, on cities least of all."""
KEPT = {AIR: "aviation gasoline kept flowing", ARMY: "motor fuel kept flowing"}
"""The claims on the repairers."""
AIM_WEIGHT = 2.0
"""An office answers for its own aim as for two claims of others: it was given the aim, and the others had its superiors' ear.
A choice of the game, said on its pages."""


class Undone(NamedTuple):
    """Tons of railways and of cities by month. due_t: [D, M] that history's orders drop on them by the forces commanded;
    left_t: [D, M] of these that were not dropped, never below zero in all."""

    due_t: np.ndarray
    left_t: np.ndarray


def undone(
    run: DayByDay, history: DayByDay, choice: Choice, facts: ForceFacts, forces: tuple[str, ...]
) -> dict[str, Undone]:
    """What an arm leaves undone of what its forces were due, month by month.

    history: their orders flown in the same draws; forces: of `FORCES`, those that the office commands
    Tons on oil above history's are taken from other targets as `oilplan.studies.outcomes.left_undone` says.
    """
    commanded = np.array([f in forces for f in FORCES], float)
    extra_t = (run.dropped_t - history.dropped_t).astype(np.float64) * commanded
    taken = shares_given_up(choice, facts)[:, FIRST_OF_FORCE]
    due = facts.month_t[:, :, None] * facts.mix * commanded[FORCE_OF][:, None]
    out = {}
    for claim, kind in ((RAILWAYS, TRANSPORT), (TOWNS, CITIES)):
        left_t = np.einsum("dmg,mg->dm", extra_t, taken[:, :, GIVEN_UP.index(kind)])
        out[claim] = Undone(np.broadcast_to(due[:, :, kind].sum(axis=1), left_t.shape), left_t)
    return out


def met(run: DayByDay, history: DayByDay, left: Mapping[str, Undone], first_month: int) -> dict[str, np.ndarray]:
    """[D] share of every claim of `CLAIMS` that is met from a month on, 0 to 1.

    Of fuel: the share of what Germany makes under history's orders that it does not make. Of tons: the share of those due
    that was dropped.
    """
    since = slice(first_month, None)
    shares = {AIR: _less(run.aviation_t, history.aviation_t, since), ARMY: _less(run.motor_t, history.motor_t, since)}
    for claim, u in left.items():
        due = u.due_t[:, since].sum(axis=1)
        shares[claim] = np.clip(1.0 - u.left_t[:, since].sum(axis=1) / np.maximum(due, 1.0), 0.0, 1.0)
    return shares


def kept(run: DayByDay, whole: DayByDay, first_month: int) -> dict[str, np.ndarray]:
    """[D] share of every claim of `KEPT` that is met: fuel made of what is made where no bomb is ordered on oil (``whole``)."""
    since = slice(first_month, None)
    return {
        AIR: 1.0 - _less(run.aviation_t, whole.aviation_t, since),
        ARMY: 1.0 - _less(run.motor_t, whole.motor_t, since),
    }


def points(shares: Mapping[str, np.ndarray], aim: str) -> np.ndarray:
    """[D] points out of 100: the mean of all claims, the aim counting `AIM_WEIGHT` times. aim: empty for none of its own"""
    weight = {claim: AIM_WEIGHT if claim == aim else 1.0 for claim in shares}
    return np.asarray(100.0 * sum(weight[c] * shares[c] for c in shares) / sum(weight.values()))


def _less(made_t: np.ndarray, than_t: np.ndarray, since: slice) -> np.ndarray:
    made, than = (a[:, since].sum(axis=1, dtype=np.float64) for a in (made_t, than_t))
    return np.clip(1.0 - made / np.maximum(than, 1.0), 0.0, 1.0)
