"""What a bound needs of one draw: state, weights, tons and effect of every possible raid, as plain arrays.

Axes: T days from the first day of the plan, F operations of the force, P plants.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from ..campaign import Choice, Day, Flown, Parts, campaign
from ..clock import N_DAYS
from ..directives.effort import ARMY
from ..directives.one_site import counted_once, fallen, neighbours
from ..directives.operations import BOMBER_COMMAND, FORCE_OF, of_force, operation_of
from ..directives.schedule import FORCES, Schedule
from ..system.aim import hit_share, size_scale
from ..system.delivery import aviation_t_per_day
from ..system.output import aviation_share, rail_share
from ..system.parameters import Parameters
from ..system.repair import crew_share, effort_per_day
from ..system.target import TargetSystem
from .paired import AIM_SD, Pairing


class DrawFacts(NamedTuple):
    """One draw as a bound sees it. NumPy.

    p: parameters as numbers; effort: [T] repair effort; weight_t: [T, P] aviation gasoline at full working, after
    rail and overrun; spared_t: aviation gasoline made when the force spares oil; disruption, backlog, inflicted: [P] on the
    first morning; others: [T, P] density of the other forces' raids; tons_t: [T, F] most tons on oil a day
    effect: [T, F, P] density per ton, 0 out of reach; neighbour: [P] plant that the same ton falls on too, or itself
    """

    p: dict[str, float]
    effort: np.ndarray
    weight_t: np.ndarray
    spared_t: float
    disruption: np.ndarray
    backlog: np.ndarray
    inflicted: np.ndarray
    others: np.ndarray
    tons_t: np.ndarray
    effect: np.ndarray
    neighbour: np.ndarray


def without_force(flown: Flown, force: str, first_day: int) -> Flown:
    """The raids as flown, but for one force's from ``first_day`` on."""
    kept = np.ones((N_DAYS, len(FORCES)), np.float32)
    kept[first_day:, FORCES.index(force)] = 0.0
    return Flown(flown.density * kept[:, None, :, None], flown.bombs_t * kept[:, FORCE_OF][:, :, None])


def draw_facts(
    system: TargetSystem, flown: Schedule, pairing: Pairing, recorded: Choice, *, force: str, first_day: int, draws: int
) -> list[DrawFacts]:
    """Facts of the first ``draws`` draws. recorded: the choice of the arm as flown; force: of `FORCES`."""
    fly = campaign(system, pairing.facts, Parts(), _state_and_share)
    state, share = fly(recorded, pairing.chance, without_force(pairing.flown, force, first_day), pairing.parameters,
                       pairing.key)  # fmt: skip
    state = [np.asarray(a[first_day], np.float64) for a in state]
    share = np.asarray(share)
    return [_one(d, system, flown, pairing, [a[d] for a in state], share[:, d], force, first_day) for d in range(draws)]


def _state_and_share(day: Day):
    return day.state, day.share


def _one(d, system, flown, pairing, state, share, force, first_day) -> DrawFacts:
    p = Parameters(*(jnp.asarray(a[d]) for a in pairing.parameters))
    days = jnp.arange(N_DAYS, dtype=jnp.float32)
    standing = np.arange(N_DAYS)[:, None] < system.overrun_day[None, :]
    rail = np.asarray(rail_share(system.rail_index, p))
    weight = (np.asarray(aviation_t_per_day(system, p))[None] * rail * standing)[first_day:].astype(np.float64)
    spared = float((weight * np.asarray(aviation_share(jnp.asarray(share[first_day:]), p))).sum())
    others = np.asarray(pairing.flown.density[first_day:, d], np.float64)
    others = np.delete(others, FORCES.index(force), axis=1).sum(axis=1)
    tons, effect = _possible(d, system, flown, pairing, p, days, force)
    numbers = {k: float(v) for k, v in p._asdict().items() if np.ndim(v) == 0}
    effort = np.asarray(effort_per_day(days, p), np.float64)[first_day:]
    disruption, backlog, inflicted = state
    return DrawFacts(numbers, effort, weight, spared, disruption, backlog, inflicted, others,
                     tons[first_day:], effect[first_day:], neighbours(system))  # fmt: skip


def _possible(d, system, flown, pairing, p, days, force) -> tuple[np.ndarray, np.ndarray]:
    """[T, F] most tons on oil and [T, F, P] density per ton. What was flown on a day is possible on it, whatever the
    forces' mean pace and range say.
    """
    mine = np.flatnonzero(of_force(force))
    chance = pairing.chance
    open_share = 1.0 - pairing.facts.mix[pairing.facts.month][:, mine, ARMY]
    tons = np.asarray(chance.tons_t[:, d], np.float64)[:, mine] * open_share
    inside = np.asarray(hit_share(jnp.asarray(BOMBER_COMMAND)[None], chance.visual[:, d], p), np.float64)[:, mine]
    lucky = np.exp(AIM_SD * np.asarray(chance.luck[:, d], np.float64) - AIM_SD**2 / 2)
    size = np.asarray(size_scale(jnp.asarray(system.capacity_t_per_year, jnp.float32), p), np.float64)
    walls = 1.0 + float(p.protection) * np.asarray(crew_share(days, p), np.float64)
    effect = inside[:, :, None] * lucky[:, None, :] / size / walls[:, None, None] * pairing.facts.reach[:, mine]
    flown_t, flown_density = _flown_of(d, flown, pairing, mine, system, force)
    tons = np.maximum(tons, flown_t.sum(axis=2))
    fell_t = fallen(flown_t, neighbours(system))
    per_ton = np.divide(flown_density[:, None], fell_t.sum(axis=1)[:, None], out=np.zeros_like(fell_t),
                        where=fell_t > 0)  # fmt: skip
    return tons, np.maximum(effect, per_ton)


def _flown_of(d, flown, pairing, mine, system, force) -> tuple[np.ndarray, np.ndarray]:
    """[T, F, P] tons, counted once, on the days drawn for them and [T, P] density of the force's own raids as flown."""
    tons = np.zeros((N_DAYS, len(mine), system.n_plants))
    counted_t = flown.bombs_t * flown.factor * counted_once(flown, system)
    own = flown.force == FORCES.index(force)
    place = np.searchsorted(mine, operation_of(flown)[own])
    np.add.at(tons, (pairing.raid_day[d][own], place, flown.plant[own]), counted_t[own])
    return tons, np.asarray(pairing.flown.density[:, d, FORCES.index(force)], np.float64)


def to_host(pairing: Pairing) -> Pairing:
    """The pairing with arrays that NumPy can slice without a copy each."""
    drawn = {name: jax.tree.map(np.asarray, part) for name, part in pairing._asdict().items() if name != "key"}
    return pairing._replace(**drawn)
