"""What `oilplan.studies.bound` needs of one draw: works, tons and effect of every possible raid, as plain arrays.

Axes: T days from the first day of the plan, F operations of the force, P plants, S brackets of a raid's size.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from ..directives.forces import BOMBER_COMMAND, FORCE_OF, FORCES, of_force
from ..flight.campaign import Choice, Flown, Parts, campaign
from ..flight.operations import LEVELS
from ..flight.worlds import AIM_SD, Pairing
from ..model.accounts import aviation_mix, aviation_t_per_day, other_t_per_day
from ..model.density import density, hit_share, luck_factor, size_scale
from ..model.law import State, aviation_share, effort_per_day, rail_share
from ..model.parameters import Parameters
from ..model.rail import REICH, changed_log
from ..model.target import TargetSystem
from ..record.effort import ARMY

BRACKETS = (1.0, 1.15, 1.35, 1.7, 2.3, 3.5)
"""Lower edges of the brackets of a raid's size, over the smallest raid; the last ends at the largest."""


class DrawFacts(NamedTuple):
    """One draw as a bound sees it. NumPy.

    p: one draw, its scalars as numbers; effort: [T] repair effort; weight_t: [T, P] aviation gasoline at full working, after
    rail and overrun; spared_t: aviation gasoline made when the force spares oil; first: [P] state on the first morning;
    others: [T, P] density of the other forces' raids; tons_t: [T, F] tons that come to be open to oil each day
    most_t: [T, F] most tons of one day; most_targets: [F] most raids of one day; sizes_t: [S+1, F] edges of the brackets of size
    a_ton: [S+1, T, F, P] density per ton of a raid of such a size, 0 where none can go; small: [T, F, P] density of the small raid
    that goes whatever is ordered, 0 for none; neighbours: [N, P] plants that the same ton falls on too, or itself; many: [P] whether
    a node is of many works, which can have several raids a day; small_works_t: what small works lose to railways bombed in place of
    oil
    """

    p: Parameters
    effort: np.ndarray
    weight_t: np.ndarray
    spared_t: float
    first: State
    others: np.ndarray
    tons_t: np.ndarray
    most_t: np.ndarray
    most_targets: np.ndarray
    sizes_t: np.ndarray
    a_ton: np.ndarray
    small: np.ndarray
    neighbours: np.ndarray
    many: np.ndarray
    small_works_t: float = 0.0


class Spared(NamedTuple):
    """The campaign had the force spared oil. state: [D, P] on the first morning; share: [T', D, P] worked, of all days"""

    state: State
    share: np.ndarray


def without_force(flown: Flown, force: str, first_day: int) -> Flown:
    """The raids as flown, but for one force's from ``first_day`` on."""
    kept = np.ones((flown.density.shape[0], len(FORCES)), np.float32)
    kept[first_day:, FORCES.index(force)] = 0.0
    return Flown(flown.density * kept[:, None, :, None], flown.bombs_t * kept[:, FORCE_OF][:, :, None])


def spare(system: TargetSystem, pairing: Pairing, recorded: Choice, force: str, first_day: int) -> Spared:
    """What no bound's planner can change: the campaign without the force. recorded: the choice of the arm as flown"""
    fly = campaign(system, pairing.facts, Parts(), lambda day: (day.state, day.share))
    flown = without_force(pairing.flown, force, first_day)
    state, share = fly(recorded, pairing.chance, flown, pairing.parameters, pairing.key)
    return Spared(jax.tree.map(lambda a: np.asarray(a[first_day], np.float64), state), np.asarray(share))


def draw_facts(
    system: TargetSystem,
    pairing: Pairing,
    spared: Spared,
    *,
    force: str,
    first_day: int,
    draws: int,
    ordered_t: np.ndarray | float = 0.0,
) -> list[DrawFacts]:
    """Facts of the first ``draws`` draws. force: of `FORCES`; pairing: of `to_host`

    ordered_t: [D, M, F] tons on oil under history's orders; a directive that drops less on oil may give all of them to the
    railways, and the works that it attacks then have the coal, and the repair, that such railways allow
    """
    freed_t = np.broadcast_to((ordered_t * of_force(force)).sum(axis=-1), (draws, system.window.n_months))
    return [_one(d, system, pairing, spared, force, first_day, freed_t[d]) for d in range(draws)]


def _one(d: int, system: TargetSystem, pairing: Pairing, spared: Spared, force: str, first_day: int, freed_t):
    p = jax.tree.map(lambda a: jnp.asarray(a[d]), pairing.parameters)
    days = jnp.arange(system.n_days, dtype=jnp.float32)
    month, after = system.window.month_of_day, np.arange(system.n_days) >= first_day
    freed_a_day_t = (freed_t / np.maximum(np.bincount(month, after), 1))[month] * after
    cars_log = np.asarray(changed_log(system.rail.transport_t + freed_a_day_t, system.rail, p))

    def full(cars_log: np.ndarray) -> tuple[np.ndarray, float]:
        by_region = np.asarray(rail_share(cars_log, p)) * np.asarray(aviation_mix(system, p))[:, None]
        made = np.asarray(aviation_t_per_day(system, p))[None] * by_region[:, system.rail_region] * system.standing
        small = float(other_t_per_day(system, p)) * by_region[first_day:, REICH].sum(dtype=np.float64)
        return made[first_day:].astype(np.float64), float(small)

    (as_placed, small_works), (weight, small_left) = full(system.rail.recorded_log), full(cars_log)
    made = as_placed * np.asarray(aviation_share(jnp.asarray(spared.share[first_day:, d]), p))
    others = np.asarray(pairing.flown.density[first_day:, d], np.float64)
    return DrawFacts(
        p=jax.tree.map(lambda a: float(a) if np.ndim(a) == 0 else np.asarray(a, np.float64), p),
        effort=np.asarray(effort_per_day(days, p, cars_log[:, REICH]), np.float64)[first_day:],
        weight_t=weight,
        spared_t=float(made.sum()),
        first=jax.tree.map(lambda a: a[d], spared.state),
        others=np.delete(others, FORCES.index(force), axis=1).sum(axis=1),
        neighbours=system.neighbours,
        many=np.asarray(pairing.facts.raids.group) > 0,
        small_works_t=small_works - small_left,
        **_possible(d, system, pairing, p, days, force, first_day),
    )


def _possible(d: int, system: TargetSystem, pairing: Pairing, p: Parameters, days, force: str, first_day: int) -> dict:
    """Raids that the operations machine could let through: see `DrawFacts`.

    No raid where the draw's plant is closed, or where a raid would be called back, or bomb something else; none on a day when
    the operation cannot fly. On a site of two works a raid goes where it could go to either.
    """
    mine = np.flatnonzero(of_force(force))
    chance, facts, raids = pairing.chance, pairing.facts, pairing.facts.raids
    q = jax.tree.map(lambda a: np.asarray(a[d]), chance.operations)
    lifted_t = np.asarray(chance.tons_t[:, d], np.float64)[:, mine]
    flies = lifted_t > 0
    a_ton = _effect_of_a_ton(d, system, pairing, p, days, mine)
    a_small_ton = a_ton(raids.nuisance_t[mine])
    smallest, largest = (np.asarray(a[mine], np.float64) for a in (raids.smallest_t, raids.largest_t))
    sizes_t = np.minimum([smallest * edge for edge in BRACKETS] + [largest], largest)
    reached = _on_site(facts.reach[:, mine] * flies[:, :, None], system.neighbours)
    goes = _goes(np.asarray(chance.noise.fate[:, d])[:, mine], np.asarray(chance.noise.closed[:, d]), q, facts)
    can = reached * _on_site(goes, system.neighbours)
    nuisance = (np.asarray(chance.noise.nuisance[:, d])[:, mine] + 0.5) / LEVELS < q.nuisance[mine]
    small_t = raids.nuisance_t[mine] * nuisance * flies
    beside_t = (small_t[:, :, None] * (system.neighbours != np.arange(system.n_plants)).any(axis=0)) * reached
    every_size = [
        _with_small(a_ton(of_size), a_ton(of_size + raids.nuisance_t[mine]), a_small_ton, of_size, beside_t) * can
        for of_size in sizes_t
    ]
    return {
        "tons_t": (lifted_t * (1.0 - facts.mix[facts.month][:, mine, ARMY]))[first_day:],
        "most_t": (facts.lift_t[:, mine] * flies)[first_day:],
        "small": (a_small_ton * reached * small_t[:, :, None])[first_day:],
        "a_ton": np.stack(every_size)[:, first_day:],
        "sizes_t": sizes_t,
        "most_targets": np.asarray(raids.most_targets, np.float64)[mine],
    }


def _effect_of_a_ton(d: int, system: TargetSystem, pairing: Pairing, p: Parameters, days, mine: np.ndarray) -> Callable:
    """From the size of a raid [F] to the density of one of its tons [T, F, P] in a draw."""
    chance = pairing.chance
    hits = hit_share(jnp.asarray(BOMBER_COMMAND)[None], chance.visual[:, d], p)[:, mine, None]
    lucky = luck_factor(jnp.asarray(chance.luck[:, d])[:, None, :], AIM_SD)
    size = size_scale(jnp.asarray(system.capacity_t_per_year, jnp.float32), p)

    def a_ton(raid_t: np.ndarray) -> np.ndarray:
        of_raid = jnp.asarray(raid_t, jnp.float32)[None, :, None]
        one = (jnp.float32(1.0), hits, lucky, size, days[:, None, None], p, Parts().raid_size, of_raid)
        return np.asarray(density(*one), np.float64)

    return a_ton


def _with_small(by_itself: np.ndarray, with_it: np.ndarray, small: np.ndarray, size_t, beside_t) -> np.ndarray:
    """[T, F, P] density of a ton of a great raid. Where a small raid falls on the other works of a site, the law takes both for
    one raid: what the great one adds to the small one is its own.

    by_itself, with_it, small: of a ton of the great raid, of both together, of the small one; size_t: [F] of the great one
    beside_t: [T, F, P] of the small one
    """
    added = with_it * (size_t[:, None] + beside_t) - small * beside_t
    return np.where(beside_t > 0, np.maximum(by_itself, added / size_t[:, None]), by_itself)


def _on_site(can: np.ndarray, neighbours: np.ndarray) -> np.ndarray:
    """[..., P] what holds for a plant or another of its site."""
    return np.max([can, *(can[..., other] for other in neighbours)], axis=0)


def _goes(fate: np.ndarray, closed: np.ndarray, q, facts) -> np.ndarray:
    """[T, F, P] 1 where a raid, if it is ordered, is flown on the plant. fate: [T, F, P], closed: [T, P] bytes"""
    reaches = (fate + 0.5) / LEVELS >= q.recalled + q.diverted
    is_open = ((closed + 0.5) / LEVELS > q.closed) | (facts.raids.group > 0)
    return (reaches & is_open[:, None, :]).astype(float)


def to_host(pairing: Pairing) -> Pairing:
    """The pairing with arrays that NumPy can slice without a copy each."""
    drawn = {name: jax.tree.map(np.asarray, part) for name, part in pairing._asdict().items() if name != "key"}
    return pairing._replace(**drawn)
