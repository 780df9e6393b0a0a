"""The two searches of an optimum: smooth weights by gradient through the campaign, and a plan by covariance-matrix adaptation.

Axes: M months, P plants, D draws, F operations, G forces.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

import cmaes
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import Array

from ..clock import Window, month_of_day
from ..directives.forces import FORCES, Forces, of_force
from ..directives.plan import BySighting, ForceName, ForPhase, Phase, Plan
from ..directives.policy import Order
from ..directives.tables import MAX_PHASES
from ..flight.campaign import Choice, Day, Parts, campaign
from ..flight.operations import exactly
from ..flight.worlds import Pairing
from ..intelligence import Belief
from ..model.accounts import deliver
from ..model.oil import AVIATION
from ..model.target import TargetSystem
from ..record.effort import ARMY

SOFTNESS = 0.08
"""Width, in believed share, of the step from a plant that is out to one that is live."""


class Weights(NamedTuple):
    """logit: [M, P] log of a plant's claim on the tons; out_logit: [M] logit of the believed share below which it is
    out mine: [F] 1 for operations that follow the weights; as_recorded: [G] 1 for forces that fly as flown
    month_share: [M] share of the tons open to oil that may go there: `month_shares`
    """

    logit: Array
    out_logit: Array
    mine: Array
    as_recorded: Array
    month_share: Array


def month_shares(pairing: Pairing, force: str) -> np.ndarray:
    """[M] share of a force's tons open to oil that keeps each of its operations within the most it dropped on oil in a month."""
    facts, mine = pairing.facts, of_force(force)
    open_t = np.asarray(facts.month_t * (1.0 - facts.mix[:, :, ARMY]))[:, mine]
    most = facts.raids.most_month_t[mine] / np.maximum(open_t, 1.0)
    return np.minimum(most, 1.0).min(axis=1)


def follow_weights(belief: Belief, forces: Forces, policy: Weights, key: Array) -> Order:
    """Share the tons open to oil among plants in reach.

        tons_p = tons * w_p / sum(w),  w_p = reach_p * exp(logit_p) * sigmoid((believed_p - out) / softness)

    All but tactical and V-weapon tons are open to oil, of which ``month_share`` may go there. ``key`` stays unused. It has a gradient everywhere; it can
    send a few tons to many plants, which no staff would order.
    """
    del key
    month = jnp.asarray(month_of_day())[forces.day]
    live = jax.nn.sigmoid((belief.share - jax.nn.sigmoid(policy.out_logit[month])) / SOFTNESS)
    claim = jnp.exp(policy.logit[month] - jnp.max(policy.logit[month])) * live
    weight = forces.reach[None] * claim[:, None, :]
    total = jnp.sum(weight, axis=2, keepdims=True)
    tons = forces.tons_t * (1.0 - forces.mix[:, ARMY]) * policy.mine * policy.month_share[month]
    shared = tons[:, :, None] * weight / jnp.maximum(total, 1e-9)
    return Order(jnp.where(total > 1e-9, shared, 0.0), policy.as_recorded)


STEPS, RATE = 60, 0.15
FIRST_OUT_LOGIT = -1.1
"""Start: a plant believed to work less than a quarter is out."""
SCALE_T = 1000.0


def best_weights(
    system: TargetSystem,
    pairing: Pairing,
    recorded: Choice,
    *,
    force: str,
    steps: int = STEPS,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> tuple[Weights, list[float]]:
    """Adam on the mean aviation gasoline delivered, from weights in proportion to output, with every order flown to the ton.

    What the weights are worth is judged with whole raids, as every arm's.

    recorded: the choice of the arm as flown, for intelligence and first day; force: the one that follows the weights

    Returns the weights of the best step and the mean tons delivered at every step.
    """
    fly = campaign(system, pairing.facts, Parts(directive=follow_weights, operations=exactly), _share)

    def delivered(free, fixed: Weights):
        policy = fixed._replace(logit=free[0], out_logit=free[1])
        share = fly(recorded._replace(policy=policy), pairing.chance, pairing.flown, pairing.parameters, pairing.key)
        made = jax.vmap(lambda s, p: deliver(s, system, p).products[:, AVIATION].sum(), in_axes=(1, 0))
        return jnp.mean(made(share, pairing.parameters)) / SCALE_T

    value_and_slope = jax.jit(jax.value_and_grad(delivered))
    fixed = starting_weights(system, force, month_shares(pairing, force))
    free = (fixed.logit, fixed.out_logit)
    adam = optax.adam(RATE)
    memory, best, history = adam.init(free), (np.inf, free), []
    for n in range(steps):
        value, slope = value_and_slope(free, fixed)
        history.append(float(value) * SCALE_T)
        best = min(best, (float(value), free), key=lambda pair: pair[0])
        move, memory = adam.update(slope, memory)
        free = optax.apply_updates(free, move)
        progress(n + 1, steps)
    return fixed._replace(logit=best[1][0], out_logit=best[1][1]), history


def starting_weights(system: TargetSystem, force: str, month_share: np.ndarray) -> Weights:
    """Claims in proportion to aviation gasoline, the same every month. month_share: [M] of `month_shares`"""
    claim = np.log(system.output_t_per_day[:, AVIATION] + 0.05 * system.output_t_per_day.sum(axis=1) + 1.0)
    logit = jnp.asarray(np.tile(claim, (system.window.n_months, 1)), jnp.float32)
    return Weights(
        logit,
        jnp.full(system.window.n_months, FIRST_OUT_LOGIT, jnp.float32),
        jnp.asarray(of_force(force), jnp.float32),
        jnp.asarray([float(name != force) for name in FORCES], jnp.float32),
        jnp.asarray(month_share, jnp.float32),
    )


def _share(day: Day):
    return day.share


# The best plan found by search: priorities, weight of a raid, thresholds, as a directive that a staff could write.

GENERATIONS, POPULATION = 24, 12
START_SD = 0.5
PILE = (1.0, 8.0)
"""Most tons on one plant a day, as a multiple of a raid."""
OUT_BELOW = (0.0, 0.9)
REST_D = (0.0, 12.0)
KNOBS = 4


class Within(NamedTuple):
    """What a plan for a force keeps within. raid_t: tons of the smallest and largest raid that all its operations flew; oil_share: from each date on,
    the share of the tons open to oil that may go there (`month_shares`)."""

    raid_t: tuple[float, float]
    oil_share: tuple[tuple[date, float], ...]


def within_record(pairing: Pairing, force: ForceName, window: Window, first_day: int) -> Within:
    """The record's range of a force from a day on: of raids, and of tons on oil in a month."""
    mine, raids = of_force(force), pairing.facts.raids
    raid_t = float(raids.smallest_t[mine].max()), float(raids.largest_t[mine].min())
    shares: list[tuple[date, float]] = []
    for month, end, share in zip(window.months, window.month_ends, month_shares(pairing, force).round(3), strict=True):
        if end >= first_day and (not shares or shares[-1][1] != share):
            shares.append((window.date_of(max(window.month_start_day(month), first_day)), float(share)))
    return Within(raid_t, tuple(_in_few_steps(shares)))


def _in_few_steps(shares: list[tuple[date, float]]) -> list[tuple[date, float]]:
    """The same in no more steps than a directive has phases: neighbours that differ least take the smaller share of the two."""
    while len(shares) > MAX_PHASES:
        n = min(range(len(shares) - 1), key=lambda k: abs(shares[k + 1][1] - shares[k][1]))
        shares = [*shares[:n], (shares[n][0], min(shares[n][1], shares[n + 1][1])), *shares[n + 2 :]]
    return shares


def best_plan(
    system: TargetSystem,
    force: ForceName,
    denied: Callable[[Plan], float],
    *,
    seed: int,
    generations: int = GENERATIONS,
    within: Within,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> tuple[Plan, list[float]]:
    """Covariance-matrix adaptation over a plan's numbers and the order of its targets, within what is on record of the force.

    denied: mean tons that a plan denies (higher is better); force: the one that follows it, the others fly as flown

    Returns the best plan and the best value of every generation.
    """
    worth = system.output_t_per_day[:, AVIATION]
    plants = [i for i in np.argsort(-worth, kind="stable") if worth[i] > 0]
    start = np.concatenate([[-0.3, 0.2, -0.3, -1.0], np.linspace(0.5, -0.5, len(plants))])
    search = cmaes.CMA(mean=start, sigma=START_SD, seed=seed, population_size=POPULATION)
    best, history = (-np.inf, plan_at(start, plants, system, force, within)), []
    for n in range(generations):
        asked = [search.ask() for _ in range(POPULATION)]
        plans = [plan_at(x, plants, system, force, within) for x in asked]
        values = [denied(plan) for plan in plans]
        search.tell([(x, -v) for x, v in zip(asked, values, strict=True)])
        best = max(best, *zip(values, plans, strict=True), key=lambda pair: pair[0])
        history.append(best[0])
        progress(n + 1, generations)
    return best[1], history


def plan_at(x: np.ndarray, plants: list[int], system: TargetSystem, force: ForceName, within: Within) -> Plan:
    """The plan at a point of the search: four knobs squeezed into their ranges, then a score for each plant.

    x: [4 + N]; plants: N indices; targets after the scored ones: none
    """
    raid_t = _between(x[0], *within.raid_t)
    order = [plants[i] for i in np.argsort(-x[KNOBS:], kind="stable")]
    own = ForPhase(
        fly="as_planned",
        targets=tuple(system.plant_ids[i] for i in order),
        raid_t=raid_t,
        most_t=round(raid_t * _between(x[1], *PILE), 3),
    )
    below, rest_d = _between(x[2], *OUT_BELOW), _between(x[3], *REST_D)
    phases = tuple(
        Phase(
            first_date=first,
            fly="as_ordered",
            force={force: own.model_copy(update={"oil_share": _of_any_sight(share)})},
            out_below=below,
            rest_d=rest_d,
        )
        for first, share in within.oil_share
    )
    return Plan(name="best_found", about=f"Found by search for {force}; the others fly as flown.", phases=phases)


def with_fewer_tons(plan: Plan, force: ForceName, tons_share: float) -> Plan:
    """The plan for a force that has that share of its tons: more of them may go to oil before the record's most is reached."""
    return plan.model_copy(update={"phases": tuple(_with_fewer(phase, force, tons_share) for phase in plan.phases)})


def _with_fewer(phase: Phase, force: ForceName, tons_share: float) -> Phase:
    own = phase.force[force]
    share = 1.0 if own.oil_share is None else min(own.oil_share.visual / tons_share, 1.0)
    return phase.model_copy(update={"force": {force: own.model_copy(update={"oil_share": _of_any_sight(share)})}})


def _of_any_sight(share: float) -> BySighting | None:
    return None if share == 1.0 else BySighting(visual=share, instruments=share)


def _between(x: float, low: float, high: float) -> float:
    return float(round(low + (high - low) / (1.0 + np.exp(-x)), 3))
