"""The one loop: belief -> order -> raid -> damage -> repair -> report. Its parts are arguments.

Axes: T days, D draws, F operations, P plants. Draws are the trailing-but-one axis of every array; one scan runs them
all. Inside the loop plants stand in whole lanes (`oilplan.flight.lanes`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from oilplan.directives.forces import Forces

from ..directives.forces import FORCE_OF
from ..directives.policy import follow, gangs
from ..intelligence import Belief, Method, believed_whole, revise
from ..model.accounts import aviation_t_per_day
from ..model.density import RaidSize, density, hit_share, luck_factor, power_of_size, size_scale
from ..model.law import DEFAULT_LAW, Law, State, effort_per_day
from ..model.parameters import Parameters
from ..model.rail import REICH, strain_after, strained_log
from ..model.target import TargetSystem
from ..observation import Camera, Desk, empty_desk, interpret, photograph
from .force_facts import ForceFacts, every_day_of, never_changing
from .lanes import narrowed, ordered, whole_lanes, wide_facts, wide_noise, wide_pace, wide_policy, widen
from .operations import Operated, OperationsNoise, OperationsParameters, as_listed, operate
from .schedule import fallen

OF_FIXED = ("neighbours", "usual_raid_t", "most_day_t", "class_of", "in_kind", "worth", "group")
"""Facts that never change that a directive is given."""


class Chance(NamedTuple):
    """Everything drawn, for every draw, before an arm is run: the same for all arms.

    luck: [T, D, P] standard normal luck of a raid on a plant on a day; error: [T, D, P] standard normal error of a
    photograph; clear: [T, D, P] 1 where a plant can be photographed; tons_t: [T, D, F] tons each operation can drop
    visual: [T, D, F] share sighted visually, met; foretold: [T, D, F] the same as forecast, on which orders are given
    missing: [D, F] standard normal of the missing rate of an operation; noise: of operations, [T, D, ...]
    operations: [D] how operations go
    """

    luck: Array
    error: Array
    clear: Array
    tons_t: Array
    visual: Array
    missing: Array
    foretold: Array
    noise: OperationsNoise
    operations: OperationsParameters


class Flown(NamedTuple):
    """Raids as flown. density: [T, D, G, P] tons inside the fence at Leuna's size, by force of `FORCES`; bombs_t: [T,
    F, P] tons dropped, by operation, counted once where two works share a site.
    """

    density: Array
    bombs_t: Array


class OnRailways(NamedTuple):
    """What an arm leaves the railways. share: [M, F] tons on railways given up for a ton on oil
    ordered_t: [D, M] what history's orders would give up by those shares, tons a day from the arm's first day
    """

    share: Array | np.ndarray
    ordered_t: Array | np.ndarray


class Choice(NamedTuple):
    """What an arm decides. policy: the numbers that the directive takes; method, camera: intelligence
    repair: [4] crew priority, or [M, 4] one for every month
    first_day: [ ] day on which the arm takes over from the raids as flown; aim_log_sd: [ ] sd of the log of a raid's
    luck; railways: None for those of the record
    """

    policy: Any
    method: Method
    camera: Camera
    repair: Array
    first_day: Array
    aim_log_sd: Array
    railways: OnRailways | None = None


class Parts(NamedTuple):
    """The functions of the loop. law: of damage and repair; directive(belief, forces, policy, key) -> Order; operations: from an
    order to what is flown, `oilplan.flight.operations.operate` or, for gradients, `exactly`; raid_size: law of a raid's
    size, for raids that are ordered (that of raids as flown is in `Flown.density`).
    """

    law: Law = DEFAULT_LAW
    directive: Callable = follow
    operations: Callable = operate
    raid_size: RaidSize = power_of_size


class Carry(NamedTuple):
    """What the loop remembers: the state, and what it would be had repair the railways of the record; what is believed of it,
    photographs in work, tons dropped on oil by class since the plan's first day [D, F, C], tons ordered and not yet flown [D, F],
    strain of the railways beyond the record's [D]."""

    state: State
    held: State
    belief: Belief
    desk: Desk
    dropped_t: Array
    account_t: Array
    strain: Array


class Day(NamedTuple):
    """Everything about one day, for `watch`. state: before the raids; share: [D, P] worked after them; bombs_t: [D,
    F, P] dropped, counted once on a site; belief, forces: what the directive saw; missing_per_t: [D, F, P] aircraft
    elsewhere_t: [D, F] tons ordered on oil that fell on other targets; raids: [D, F, P] in strength
    before: [D, P] share that could be worked before them; strain: [D] of the railways, beyond the record's
    held: [D, P] share worked had the same raids met repair by the railways of the record
    """

    state: State
    share: Array
    bombs_t: Array
    belief: Belief
    forces: Forces
    missing_per_t: Array
    elsewhere_t: Array
    raids: Array
    before: Array
    strain: Array
    held: Array


def headline(day: Day) -> tuple[Array, ...]:
    """What a comparison keeps of a day: share worked [D, P], tons by operation [D, F], aircraft missing by operation
    [D, F], believed national share [D], tons that fell elsewhere [D, F], raids in strength [D, F], strain of the railways [D],
    share worked with those of the record [D, P]."""
    by_operation, raids = (jnp.sum(a, axis=2) for a in (day.bombs_t, day.raids))
    missing = jnp.sum(day.bombs_t * day.missing_per_t, axis=2)
    return day.share, by_operation, missing, day.belief.national, day.elsewhere_t, raids, day.strain, day.held


class SoFar(NamedTuple):
    """A campaign flown up to some morning: what the loop remembers, and what was watched, [T, ...], zero from then on."""

    carry: Carry
    kept: Any


def campaign(
    system: TargetSystem, facts: ForceFacts, parts: Parts, watch: Callable[[Day], object] = headline
) -> Callable:
    """Build the compiled campaign of a system: a function of (Choice, Chance, Flown, Parameters, key).

    parts: functions of the loop; watch: what to keep of every day

    The function returns ``watch``'s values with a leading axis [T]. Parameters have a leading axis [D]. ``key`` goes
    to the directive, folded with the day; the loop draws nothing. Compiled once for all directives, priorities and
    dates.
    """
    walk = _walk(system, facts, parts, watch)

    @jax.jit
    def run(choice: Choice, chance: Chance, flown: Flown, p: Parameters, key: Array):
        start, one, days = walk(choice, chance, flown, p, key)
        return jax.lax.scan(one, start, days)[1]

    return run


def stretch(
    system: TargetSystem,
    facts: ForceFacts,
    parts: Parts,
    watch: Callable[[Day], object] = headline,
    *,
    holds: bool = True,
) -> tuple[Callable, Callable]:
    """The same campaign in stretches, so that arms that part on a day share what came before it.

    Returns ``begin``, a function of (Choice, Chance, Flown, Parameters, key) to `SoFar` on the first morning, and
    ``fly``, of the same and (first day, day after the last, SoFar) to SoFar; days are [ ] int32. ``fly`` has no
    gradient: use `campaign`. holds: whether ``watch`` reads `Day.held`, which costs a second damage and repair
    """
    walk = _walk(system, facts, parts, watch)

    def begin(*given) -> SoFar:
        start, one, days = walk(*given)
        seen = jax.eval_shape(one, start, jax.tree.map(lambda a: a[0], days))[1]
        return SoFar(start, jax.tree.map(lambda a: jnp.zeros((system.n_days, *a.shape), a.dtype), seen))

    def fly(choice: Choice, chance: Chance, flown: Flown, p: Parameters, key: Array, first, beyond, so_far: SoFar):
        _, one, days = walk(choice, chance, flown, p, key)

        def day(t, so_far: SoFar) -> SoFar:
            carry, seen = one(so_far.carry, jax.tree.map(lambda a: jax.lax.dynamic_index_in_dim(a, t, 0, False), days))
            carry = carry if holds else carry._replace(held=so_far.carry.held)
            return SoFar(carry, jax.tree.map(lambda all_, new: all_.at[t].set(new), so_far.kept, seen))

        return jax.lax.fori_loop(first, beyond, day, so_far)

    return begin, fly


def _walk(system: TargetSystem, facts: ForceFacts, parts: Parts, watch: Callable[[Day], object]) -> Callable:
    """A function of what a campaign is given to its start, its day (of the loop) and what every day brings, [T, ...]."""
    n_plants, wide = system.n_plants, whole_lanes(system.n_plants)
    every_day, fixed = wide_facts(every_day_of(facts, system)), wide_facts(never_changing(facts, system))

    def walk(choice: Choice, chance: Chance, flown: Flown, p: Parameters, key: Array):
        p = _columns(p)
        aviation_t = widen(jax.vmap(lambda q: aviation_t_per_day(system, q))(_rows(p)))
        p = wide_pace(p, n_plants)
        choice = choice._replace(policy=wide_policy(choice.policy, parts.directive))
        start = _first_morning(parts.law, chance.tons_t.shape[1:], wide, len(facts.raids.classes))
        begun_t = jnp.asarray(facts.raids.flown_t, jnp.float32)[choice.first_day.astype(int)]
        here = fixed | {"begun_t": begun_t, "size": size_scale(fixed["capacity"], p)}

        def one(carry: Carry, inputs):
            today, (noise, by_plant, of_draws) = inputs
            draws = (wide_noise(noise), *(widen(a) for a in by_plant), *of_draws)
            carry, seen = _day(carry, today, draws, choice, chance, aviation_t, here, p, key, parts, n_plants)
            return carry, watch(narrowed(seen, n_plants))

        by_plant = (chance.luck, chance.error, chance.clear, flown.density, flown.bombs_t)
        draws = (chance.noise, by_plant, (chance.tons_t, chance.visual, chance.foretold))
        return start, one, (jax.tree.map(jnp.asarray, every_day), draws)

    return walk


def _first_morning(law: Law, shape: tuple[int, ...], n_plants: int, n_classes: int) -> Carry:
    """1 April 1944: nothing is damaged, dropped or owed. shape: (D, F)"""
    n_draws = shape[0]
    whole = law.whole(jnp.zeros((n_draws, n_plants), jnp.float32))
    belief, desk = believed_whole(n_draws, n_plants), empty_desk(n_draws, n_plants)
    tons = (jnp.zeros((*shape, n_classes), jnp.float32), jnp.zeros(shape, jnp.float32))
    return Carry(whole, whole, belief, desk, *tons, jnp.zeros(n_draws, jnp.float32))


def _day(carry, today, draws, choice, chance, aviation_t, fixed, p, key, parts, n_plants) -> tuple[Carry, Day]:
    """One day: forces, order, what is flown of it, damage, repair, reports."""
    noise, luck, error, clear, flown_density, flown_t, tons_t, visual, foretold = draws
    q, planned = chance.operations, today["day"] >= choice.first_day
    forces = _forces(carry, today, tons_t, foretold, fixed)
    listed = as_listed(carry.belief, noise.listed, q, choice.method.perfect)
    day_key = jax.random.fold_in(key, today["day"])
    order = ordered(parts.directive, listed, forces, choice.policy, day_key, n_plants)
    made = parts.operations(order, carry.belief, forces, carry.account_t, noise, q, fixed | {"lift_t": today["lift_t"]})
    of_force = jnp.where(planned, order.as_recorded, 1.0)
    history = of_force[FORCE_OF]
    ordered_t = made.bombs_t * (1.0 - history)[:, None]
    bombs_t = ordered_t + flown_t * history[:, None]
    raids = made.raids * (1.0 - history)[:, None] + today["raids"] * (flown_t > 0) * history[:, None]
    inside_t = jnp.einsum("dgp,g->dp", flown_density, of_force)
    inside_t += _density(ordered_t, made, visual, luck, choice, today["day"], fixed, p, parts.raid_size)
    hurt, held = (parts.law.hit(s, inside_t, p) for s in (carry.state, carry.held))
    crews = (choice, today, aviation_t, fixed["output_t"], p, parts.law)
    state = _repaired(hurt, strained_log(today["cars_log"], carry.strain[:, None], p)[..., REICH], *crews)
    belief, desk = _report(carry, parts.law.share(state, p), bombs_t, visual, error, clear, choice, q, fixed)
    missing = today["missing_per_t"] * jnp.exp(chance.missing[:, :, None] * today["missing_log_sd"])
    seen = Day(
        carry.state,
        parts.law.share(hurt, p),
        bombs_t,
        carry.belief,
        forces,
        missing,
        made.elsewhere_t * (1.0 - history),
        raids,
        parts.law.share(carry.state, p),
        carry.strain,
        parts.law.share(held, p),
    )
    dropped_t = carry.dropped_t + planned * jnp.einsum("dfp,pc->dfc", bombs_t, fixed["in_class"])
    strain = strain_after(carry.strain[:, None], planned * _moved_t(choice, today, bombs_t)[:, None], p)[:, 0]
    held = _repaired(held, today["cars_log"][REICH], *crews)
    return Carry(state, held, belief, desk, dropped_t, made.account_t * planned, strain), seen


def _repaired(hurt: State, cars_log: Array, choice: Choice, today: dict, aviation_t, output_t, p, law: Law) -> State:
    """The next morning. cars_log: log of cars placed in the Reich"""
    served = gangs(hurt, today["standing"], aviation_t, output_t, _repair_of(choice, today), p)
    effort_d = effort_per_day(today["day"].astype(jnp.float32), p, cars_log) * served
    return law.rest(hurt, law.quiet(jnp.float32(1.0), effort_d, p), p)


def _moved_t(choice: Choice, today: dict, bombs_t: Array) -> Array:
    """[D] tons that fall on railways today beyond those that did (negative: fewer, at most all)."""
    if choice.railways is None:
        return jnp.zeros(bombs_t.shape[0], bombs_t.dtype)
    share, ordered_t = (jnp.asarray(a) for a in choice.railways)
    given_up_t = jnp.sum(bombs_t, axis=2) @ share[today["month"]]
    return jnp.maximum(ordered_t[:, today["month"]] - given_up_t, -today["transport_t"])


def _forces(carry: Carry, today: dict, tons_t: Array, foretold: Array, fixed: dict) -> Forces:
    """What a directive sees of the forces: their tons, the sky foretold, what was dropped and what is owed."""
    committed_t = jnp.sum(carry.dropped_t, axis=2) + carry.account_t
    ordered_t = today["ordered_t"] - fixed["begun_t"]
    return Forces(
        tons_t=tons_t,
        visual=foretold,
        dropped_t=committed_t,
        ordered_t=ordered_t,
        flown_t=carry.dropped_t,
        waiting_t=carry.account_t,
        **{name: today[name] for name in ("day", "reach", "mix", "month_t", "usual", "later_d")},
        **{name: fixed[name] for name in OF_FIXED},
    )


def _repair_of(choice: Choice, today: dict) -> Array:
    """[4] crew priority of the day: the repairers too follow history until the arm takes over."""
    chosen = choice.repair if jnp.ndim(choice.repair) == 1 else choice.repair[today["month"]]
    return jnp.where(today["day"] < choice.first_day, jnp.zeros_like(chosen).at[0].set(1.0), chosen)


def _density(bombs_t, made: Operated, visual, luck, choice, day, fixed, p, raid_size) -> Array:
    """[D, P] tons inside the fence at Leuna's size of raids [D, F, P]; on a node of many works they may be several."""
    hits = hit_share(fixed["bomber_command"], visual, p)[:, :, None]
    lucky = luck_factor(luck, choice.aim_log_sd)[:, None]
    size = fixed["size"][:, None]
    over_operations = jax.tree.map(lambda a: a[:, None], p)
    day = day.astype(luck.dtype)
    fell_t, raid_t = (fallen(a, fixed["neighbours"]) for a in (bombs_t, bombs_t / jnp.maximum(made.raids, 1.0)))
    return jnp.sum(density(fell_t, hits, lucky, size, day, over_operations, raid_size, raid_t), axis=1)


def _report(carry, truth, bombs_t, visual, error, clear, choice, q, fixed) -> tuple[Belief, Desk]:
    """Tonight's reports and tomorrow's belief. truth: [D, P] share that can be worked tomorrow"""
    desk, report = interpret(carry.desk, fallen(jnp.sum(bombs_t, axis=1), fixed["neighbours"]))
    credited = fallen(jnp.einsum("dfp,df->dp", bombs_t, _usual_hits(visual, fixed)), fixed["neighbours"])
    belief = revise(carry.belief, credited / fixed["usual_size"], report, truth, fixed["weight"], choice.method)
    late = choice.camera._replace(delay_d=jnp.round(choice.camera.delay_d + q.order_d)[:, None])
    return belief, photograph(desk, truth, clear, error, late)


def _usual_hits(visual: Array, fixed: dict) -> Array:
    """[D, F] share of tons that planners expect inside the fence."""
    american = fixed["usual_visual"] * visual + fixed["usual_instrument"] * (1.0 - visual)
    return jnp.where(fixed["bomber_command"], fixed["usual_bomber"], american)


def _columns(p: Parameters) -> Parameters:
    """[D] parameters as columns [D, 1], to broadcast against [D, P]."""
    return jax.tree.map(lambda a: a.astype(jnp.float32)[:, None] if a.ndim == 1 else a.astype(jnp.float32), p)


def _rows(p: Parameters) -> Parameters:
    rows = jax.tree.map(lambda a: a[:, 0], p)
    return rows._replace(aviation_log_split=p.aviation_log_split)


def no_raids(flown: Flown, first_day: int) -> Flown:
    """The raids as flown before ``first_day`` and none after: the measure of what was denied."""
    before = np.arange(flown.bombs_t.shape[0]) < first_day
    return Flown(flown.density * before[:, None, None, None], flown.bombs_t * before[:, None, None])
