"""What a bound needs of one draw: state, weights, tons and effect of every possible raid, as plain arrays.

Axes: T days from the first day of the plan, F operations of the force, P plants.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, hstack, vstack

from ..directives.forces import ARMY, BOMBER_COMMAND, FORCE_OF, FORCES, of_force
from ..flight.campaign import Choice, Flown, Parts, campaign
from ..flight.operations import LEVELS
from ..flight.worlds import AIM_SD, Pairing
from ..model.delivery import aviation_mix, aviation_t_per_day, other_t_per_day
from ..model.density import density, hit_share, luck_factor, size_scale
from ..model.law import DEFAULT_LAW, Law, State, aviation_share, damage_saturating, effort_per_day, rail_share
from ..model.parameters import Parameters
from ..model.rail import REICH, changed_log
from ..model.target import TargetSystem


class DrawFacts(NamedTuple):
    """One draw as a bound sees it. NumPy.

    p: one draw, its scalars as numbers; effort: [T] repair effort; weight_t: [T, P] aviation gasoline at full working, after
    rail and overrun; spared_t: aviation gasoline made when the force spares oil; disruption, backlog, inflicted: [P] on the
    first morning; others: [T, P] density of the other forces' raids; tons_t: [T, F] tons that come to be open to oil each day
    most_t: [T, F] most that can be flown on a day, None where that is tons_t; overdraft_t: [F] tons by which what is flown may run
    ahead of what was open; effect: [T, F, P] density per ton, 0 out of reach; neighbours: [N, P] plants that the same ton falls on
    too, or itself; law: under which they fall; small_t: what small works lose to railways bombed in place of oil
    """

    p: Parameters
    effort: np.ndarray
    weight_t: np.ndarray
    spared_t: float
    disruption: np.ndarray
    backlog: np.ndarray
    inflicted: np.ndarray
    others: np.ndarray
    tons_t: np.ndarray
    effect: np.ndarray
    neighbours: np.ndarray
    law: Law = DEFAULT_LAW
    most_t: np.ndarray | None = None
    overdraft_t: np.ndarray | float = 0.0
    small_t: float = 0.0


def without_force(flown: Flown, force: str, first_day: int) -> Flown:
    """The raids as flown, but for one force's from ``first_day`` on."""
    kept = np.ones((flown.density.shape[0], len(FORCES)), np.float32)
    kept[first_day:, FORCES.index(force)] = 0.0
    return Flown(flown.density * kept[:, None, :, None], flown.bombs_t * kept[:, FORCE_OF][:, :, None])


def draw_facts(
    system: TargetSystem,
    pairing: Pairing,
    recorded: Choice,
    *,
    force: str,
    first_day: int,
    draws: int,
    ordered_t: np.ndarray | float = 0.0,
) -> list[DrawFacts]:
    """Facts of the first ``draws`` draws. recorded: the choice of the arm as flown; force: of `FORCES`

    ordered_t: [D, M, F] tons on oil under history's orders; a directive that drops less on oil may give all of them to the
    railways, and the works that it attacks then have the coal, and the repair, that such railways allow
    """
    fly = campaign(system, pairing.facts, Parts(), lambda day: (day.state, day.share))
    state, share = fly(
        recorded, pairing.chance, without_force(pairing.flown, force, first_day), pairing.parameters, pairing.key
    )
    state = [np.asarray(a[first_day], np.float64) for a in state]
    share, own = np.asarray(share), ordered_t * of_force(force)
    freed_t = np.broadcast_to(own.sum(axis=-1), (draws, system.window.n_months))
    return [
        _one(d, system, pairing, [a[d] for a in state], share[:, d], force, first_day, freed_t[d]) for d in range(draws)
    ]


def _one(d, system, pairing, state, share, force, first_day, freed_t) -> DrawFacts:
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
    spared = float((as_placed * np.asarray(aviation_share(jnp.asarray(share[first_day:]), p))).sum())
    others = np.asarray(pairing.flown.density[first_day:, d], np.float64)
    others = np.delete(others, FORCES.index(force), axis=1).sum(axis=1)
    tons, most, effect, small = _possible(d, system, pairing, p, days, force, Parts().raid_size)
    others = others + small[first_day:]
    overdraft = pairing.facts.raids.largest_t[of_force(force)]
    numbers = jax.tree.map(lambda a: float(a) if np.ndim(a) == 0 else np.asarray(a), p)
    effort = np.asarray(effort_per_day(days, p, cars_log[:, REICH]), np.float64)[first_day:]
    disruption, backlog, inflicted = state
    return DrawFacts(
        numbers,
        effort,
        weight,
        spared,
        disruption,
        backlog,
        inflicted,
        others,
        tons[first_day:],
        effect[first_day:],
        system.neighbours,
        most_t=most[first_day:],
        overdraft_t=overdraft,
        small_t=small_works - small_left,
    )


def _possible(d, system, pairing, p, days, force, raid_size) -> tuple[np.ndarray, ...]:
    """[T, F] tons that come to be open to oil, [T, F] most of one day, [T, F, P] density per ton, by the machine's rules, and
    [T, P] density of its small raids, which cost no tons, as if each fell on every plant.

    No raid where the draw's plant is closed, or where a raid would be called back, or bomb something else; none on a day when
    the operation cannot fly. A raid's tons are at most the largest the force flew, and all its tons are as good as that raid's.
    """
    mine = np.flatnonzero(of_force(force))
    chance, facts = pairing.chance, pairing.facts
    q = jax.tree.map(lambda a: np.asarray(a[d]), chance.operations)
    open_share = 1.0 - facts.mix[facts.month][:, mine, ARMY]
    tons = np.asarray(chance.tons_t[:, d], np.float64)[:, mine] * open_share
    flies = (tons > 0).astype(float)
    most = np.minimum(facts.lift_t[:, mine], (facts.raids.most_targets * facts.raids.largest_t)[mine]) * flies
    hits = hit_share(jnp.asarray(BOMBER_COMMAND)[None], chance.visual[:, d], p)[:, mine, None]
    lucky = luck_factor(jnp.asarray(chance.luck[:, d])[:, None, :], AIM_SD)
    size = size_scale(jnp.asarray(system.capacity_t_per_year, jnp.float32), p)

    def a_ton(raid_t) -> np.ndarray:
        one = (jnp.float32(1.0), hits, lucky, size, days[:, None, None], p, raid_size, raid_t[None, :, None])
        return np.asarray(density(*one), np.float64)

    best = np.maximum(
        *(a_ton(jnp.asarray(of[mine], jnp.float32)) for of in (facts.raids.smallest_t, facts.raids.largest_t))
    )
    goes = _goes(np.asarray(chance.noise.fate[:, d])[:, mine], np.asarray(chance.noise.closed[:, d]), q, facts)
    can = facts.reach[:, mine] * flies[:, :, None]
    small_t = facts.raids.nuisance_t[mine] * (
        (np.asarray(chance.noise.nuisance[:, d])[:, mine] + 0.5) / LEVELS < q.nuisance[mine]
    )
    fixed = (a_ton(facts.raids.nuisance_t[mine]) * can * small_t[:, :, None]).sum(axis=1)
    return tons, most, best * can * goes, fixed


def _goes(fate: np.ndarray, closed: np.ndarray, q, facts) -> np.ndarray:
    """[T, F, P] 1 where a raid, if it is ordered, is flown on the plant. fate: [T, F, P], closed: [T, P] bytes"""
    reaches = (fate + 0.5) / LEVELS >= q.recalled + q.diverted
    is_open = ((closed + 0.5) / LEVELS > q.closed) | (facts.raids.group > 0)
    return (reaches & is_open[:, None, :]).astype(float)


def to_host(pairing: Pairing) -> Pairing:
    """The pairing with arrays that NumPy can slice without a copy each."""
    drawn = {name: jax.tree.map(np.asarray, part) for name, part in pairing._asdict().items() if name != "key"}
    return pairing._replace(**drawn)


# A bound that no directive can beat: for each draw, a linear programme over all raids that its forces could have
# flown.
#
# The planner of the bound knows everything: weather, luck, damage, repair. Why it holds, for one plant (a ton's density
# is ``rho``):
#
# * disruption ``d``: with ``X = -log(1 - d)`` a raid adds ``kill * rho`` exactly, and repair by a factor ``a`` gives
# ``X' <= a X``, since ``exp(-a X)`` is convex in ``a``. So ``X_t <= Y_t``, linear in all raids before.
# * backlog ``b``: with ``W = -log(1 - b / cap)`` a raid adds ``kill * rho / cap`` exactly. A day of repair takes ``b``
# to ``r b``, with ``r`` at most that of the slowest pace that wear can bring; again ``W' <= r W``.
# * share worked: ``(1 - d) / (1 + b ** n) >= exp(-Y - sigma W)``, with ``sigma`` the largest ratio of ``log(1 + b **
# n)`` to
# ``W``. Aviation gasoline is that to the power ``chain``. So the share lost is at most ``1 - exp(-chain (Y + sigma
# W))``, concave in the tons: its tangents and its mean over a week (Jensen) only add to it.
#
# The numbers are asked of the `Law`, which must saturate: a backlog without a cap has no such bound.
#
# The maximum over tons is found with HiGHS, within what the operations machine lets through: reach, closed plants, raids called
# back and diverted as the draw has them, lift and the most targets of a day, and tons saved up week by week with an overdraft of
# one raid. That raids are whole and that a restrike takes days is left out: both only lower what can be denied.

TANGENTS = np.array([0.0, 0.15, 0.35, 0.6, 1.0, 1.5, 2.2, 3.2, 4.6, 7.0])
"""Points at which the concave loss is met; between them the bound is a little higher than it need be."""
WEEK_D = 7
SAFETY = 1.001
"""On the one number found by search (sigma)."""


def bound_t(facts: DrawFacts) -> float:
    """Most aviation gasoline [t] that the force could have denied in one draw, beyond what its sparing oil would, cars placed
    answering to what it takes from railways or gives them.

    Raises RuntimeError when HiGHS finds no optimum, ValueError for a law that couples the plants or does not saturate.
    """
    if facts.law.coupled or facts.law.damage is not damage_saturating:
        raise ValueError(f"no bound is known for '{facts.law.name}'; expected saturating damage and plants apart")
    useful = np.flatnonzero(facts.weight_t.sum(axis=0) > 0)
    week = np.arange(facts.effort.size) // WEEK_D
    blocks = [_plant(facts, k, week) for k in useful.tolist()]
    weights = np.stack([np.bincount(week, weights=facts.weight_t[:, k]) for k in useful])
    lost = _most_lost(facts, useful, blocks, weights)
    return lost - float(facts.weight_t.sum()) + facts.spared_t + facts.small_t


def _plant(facts: DrawFacts, k: int, week: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Exponent of the loss bound of a plant, by week: what is fixed [W], and what a ton on each day adds [W, T, F]."""
    kernel, start = _kernel(facts, k)
    by_week = np.zeros((week.max() + 1, week.size))
    by_week[week, np.arange(week.size)] = 1.0
    by_week /= by_week.sum(axis=1, keepdims=True)
    mean = by_week @ kernel
    fixed = by_week @ start + mean @ facts.others[:, k]
    return fixed, mean[:, :, None] * facts.effect[None, :, :, k]


def _kernel(facts: DrawFacts, k: int) -> tuple[np.ndarray, np.ndarray]:
    """[T, S] exponent on day t of a unit of density on day s <= t, and [T] what the first morning's damage adds."""
    p, law, n = facts.p, facts.law, facts.effort.size
    day = np.arange(n)
    gap_d = np.maximum(day[:, None] - day, 0)
    with jax.enable_x64(True):
        left = np.asarray(law.quiet(gap_d.astype(float), jnp.zeros(()), p).left)
        ton = law.hit(law.whole(jnp.zeros(())), jnp.ones(()), p)
    left = np.where(day[:, None] >= day, left, 0.0)
    logs = np.concatenate([[0.0], np.cumsum(np.log(repair_ratio(facts, k)))])[:n]
    kept = np.where(day[:, None] >= day, np.exp(np.minimum(logs[:, None] - logs, 0.0)), 0.0)
    sigma, chain = steepest(p, law), float(p.aviation_chain)
    first = _logs(State(facts.disruption[k], facts.backlog[k], facts.inflicted[k]), p)
    a_ton = _logs(ton, p)
    kernel = chain * (a_ton[0] * left + sigma * a_ton[1] * kept)
    return kernel, chain * (left[:, 0] * first[0] + sigma * kept[:, 0] * first[1])


def _logs(state: State, p: Parameters) -> tuple[float, float]:
    """``X = -log(1 - d)`` and ``W = -log(1 - b / cap)`` of one plant."""
    disruption, backlog = float(state.disruption), float(state.backlog) / float(p.backlog_cap)
    return -math.log1p(-min(disruption, 1 - 1e-9)), -math.log1p(-min(backlog, 1 - 1e-9))


def repair_ratio(facts: DrawFacts, k: int) -> np.ndarray:
    """[T] share of a backlog left after each day's repair, at the slowest pace that wear and backlog could bring."""
    p = facts.p._replace(repair_pace_log=np.atleast_1d(facts.p.repair_pace_log)[k])
    most = np.cumsum(facts.others[:, k] + _most_density(facts, k))
    backlog = p.backlog_cap * BACKLOGS[:, None]
    with jax.enable_x64(True):
        worn = facts.law.hit(State(jnp.zeros(()), jnp.zeros(()), jnp.asarray(facts.inflicted[k])), jnp.asarray(most), p)
        quiet = facts.law.quiet(1.0, jnp.asarray(facts.effort), p)
        left = facts.law.rest(State(jnp.zeros(()), jnp.asarray(backlog), worn.inflicted), quiet, p).backlog
    return np.max(np.asarray(left) / backlog, axis=0)


def _most_density(facts: DrawFacts, k: int) -> np.ndarray:
    """[T] most density that could fall on a plant each day, so that its sum to any day bounds what has fallen."""
    most_t = facts.tons_t if facts.most_t is None else facts.most_t
    return (most_t * facts.effect[:, :, k]).sum(axis=1)


BACKLOGS = np.array([1e-3, 0.1, 0.5, 1.0])
"""Shares of the cap at which the pace of repair is asked: under every law here it is slowest at one of the ends."""


def steepest(p: Parameters, law: Law = DEFAULT_LAW) -> float:
    """Largest ratio of the logarithm of the share lost to ``W = -log(1 - b / cap)`` over all backlogs."""
    b = p.backlog_cap * np.linspace(1e-4, 1 - 1e-9, 20_000)
    with jax.enable_x64(True):
        share = np.asarray(law.share(State(jnp.zeros(()), jnp.asarray(b), jnp.zeros(())), p))
    return SAFETY * float(np.max(-np.log(share) / -np.log1p(-b / p.backlog_cap)))


def _most_lost(facts: DrawFacts, useful: np.ndarray, blocks, weights: np.ndarray) -> float:
    """Maximum of the weighted loss: variables are tons by plant, day and operation, then exponent and loss by week."""
    n_weeks, n_tons = weights.shape[1], facts.tons_t.size
    exponent_rows, fixed = [], []
    elsewhere = csr_matrix((n_weeks, n_tons))
    for k, (constant, per_ton) in zip(useful, blocks, strict=True):
        here = csr_matrix(per_ton.reshape(n_weeks, n_tons))
        exponent_rows.append(hstack([here if j in (k, *facts.neighbours[:, k]) else elsewhere for j in useful]))
        fixed.append(constant)
    n_z = useful.size * n_weeks
    eye, none = csr_matrix(np.eye(n_z)), csr_matrix((n_z, n_z))
    define = hstack([-vstack(exponent_rows), eye, none])
    cut = [hstack([csr_matrix((n_z, useful.size * n_tons)), -np.exp(-z) * eye, eye]) for z in TANGENTS]
    level = [np.full(n_z, 1 - np.exp(-z) - np.exp(-z) * z) for z in TANGENTS]
    share = hstack([csr_matrix(np.eye(n_tons))] * useful.size + [csr_matrix((n_tons, 2 * n_z))])
    saved, saved_t = _saved_up(facts, useful.size, n_z)
    most_t = facts.tons_t if facts.most_t is None else facts.most_t
    cost = np.concatenate([np.zeros(useful.size * n_tons), np.zeros(n_z), -weights.ravel()])
    reached = np.concatenate([facts.effect[:, :, k].ravel() > 0 for k in useful])
    upper = np.concatenate([np.where(reached, np.inf, 0.0), np.full(n_z, np.inf), np.ones(n_z)])
    solved = linprog(
        cost,
        A_ub=vstack([share, saved, *cut]).tocsr(),
        b_ub=np.concatenate([most_t.ravel(), saved_t, *level]),
        A_eq=define.tocsr(),
        b_eq=np.concatenate(fixed),
        bounds=np.stack([np.zeros_like(upper), upper], 1),
        method="highs",
    )
    if solved.status != 0:
        raise RuntimeError(f"HiGHS found no optimum: {solved.message}")
    return -float(solved.fun)


def _saved_up(facts: DrawFacts, n_useful: int, n_z: int) -> tuple[csr_matrix, np.ndarray]:
    """Rows and right-hand sides: what is flown by the end of each week is no more than what was open by then and an overdraft."""
    n_days, n_operations = facts.tons_t.shape
    ends = np.minimum(np.arange(WEEK_D, n_days + WEEK_D, WEEK_D), n_days)
    until = (np.arange(n_days)[None, :] < ends[:, None]).astype(float)
    rows = np.kron(until, np.eye(n_operations))
    flown = hstack([csr_matrix(rows)] * n_useful + [csr_matrix((rows.shape[0], 2 * n_z))])
    return flown, (until @ facts.tons_t + facts.overdraft_t).ravel()
