"""The law of a target system: what bombs do to a plant, what quiet days undo, and what it can still work.

A `Law` is a value made of rival functions. Both engines (`oilplan.model.engines`), the fast kernel, the loop of a
campaign and the bound call it and know nothing of what is inside. Axes: P plants; any leading or trailing axes of
draws broadcast.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from .parameters import Parameters

# Rival laws of damage. One signature: ``(backlog, density_t, p) -> backlog``.


def disrupt(disruption: Array | float, density_t: Array, p: Parameters) -> Array:
    """Disruption after a raid: ``1 - (1 - disruption) * exp(-kill_disruption * density)``.

    disruption: [P] share 0 to 1; density_t: [P] tons inside the fence at Leuna's size, >= 0. Returns [P] 0 to 1.
    """
    return 1.0 - (1.0 - disruption) * jnp.exp(-p.kill_disruption * density_t)


def damage_saturating(backlog: Array, density_t: Array, p: Parameters) -> Array:
    """Backlog after a raid when a wreck cannot be wrecked twice.

        backlog' = cap - (cap - backlog) * exp(-kill_structure * density / cap)

    backlog: [P] >= 0; density_t: [P] tons inside the fence at Leuna's size. Returns [P] between 0 and the cap.
    """
    left = p.backlog_cap - backlog
    return p.backlog_cap - left * jnp.exp(-p.kill_structure * density_t / p.backlog_cap)


def damage_linear(backlog: Array, density_t: Array, p: Parameters) -> Array:
    """Backlog after a raid when every ton adds as much work as the first: ``backlog + kill_structure * density``.

    It fails for plants that were hit again and again while in ruins; then use `damage_saturating`.
    """
    return backlog + p.kill_structure * density_t


# Rival laws of repair. One signature: ``(backlog, inflicted, effort_d, p) -> backlog``.
#
# ``effort_d`` is [ ] or [P] days of work at the pace of spring 1944 (growing crews make a day count for more).
# Every law is the exact solution of its equation over the step, so two short steps equal one long step.

CREW_GROWTH_WIDTH_D = 20.0
"""Days of the logistic rise of repair effort: from a tenth to nine tenths in about 90 days. An assumption: the
record has 350,000 workers by the late autumn of 1944 and no monthly numbers [record: repair_effort]."""


def effort_per_day(day: Array, p: Parameters, cars_log: Array | np.ndarray | float = 0.0) -> Array:
    """Repair effort on a day relative to spring 1944:

        (1 + crew_growth * logistic((day - crew_half_day) / width)) * cars ** repair_rail

    day: [T] day numbers; cars_log: [T] log of cars placed in the Reich (0: railways that carry everything). Returns [T] > 0.
    The order of 30 May 1944 put all repair under one plenipotentiary; his men, pipe and spares came by rail.
    """
    carried = jnp.exp(p.repair_rail * jnp.asarray(cars_log, jnp.result_type(p.repair_rail)))
    return (1.0 + p.crew_growth * crew_share(day, p)) * carried


def crew_share(day: Array, p: Parameters) -> Array:
    """Share of the growth of repair effort reached on a day, 0 to 1."""
    return 1.0 / (1.0 + jnp.exp(-(day - p.crew_half_day) / CREW_GROWTH_WIDTH_D))


def disruption_left(dt_d: Array | float, p: Parameters) -> Array:
    """Share of a disruption that is left after ``dt_d`` quiet days: ``exp(-repair_disruption_per_d * dt_d)``."""
    return jnp.exp(-p.repair_disruption_per_d * dt_d)


def pace_of_repair(inflicted: Array, p: Parameters) -> Array:
    """[P] share (or amount) of a backlog worked off per day of effort: each plant's own, falling as it is worn."""
    return p.gang_backlog_per_d * jnp.exp(p.repair_pace_log) / (1.0 + p.wear * inflicted)


def repair_gang_limited(backlog: Array, inflicted: Array, effort_d: Array, p: Parameters) -> Array:
    """Work off a backlog with gangs that are fully employed only while much is broken.

        d backlog / d effort = -pace * (1 - exp(-backlog / full)),  pace = gang / (1 + wear * inflicted)

    A heavy backlog falls by a constant amount a day, the rest exponentially. Closed form, with
    ``g = exp(backlog / full) - 1``: ``g' = g * exp(-pace * effort / full)``; written so that no exponential overflows.
    Each plant has its own gangs; if they are shared, use `repair_pooled`.
    """
    full = p.gang_full_backlog
    pace = pace_of_repair(inflicted, p)
    broken, repaired = backlog / full, pace * effort_d / full
    most = jax.lax.stop_gradient(jnp.maximum(broken - repaired, 0.0))
    left = jnp.exp(broken - repaired - most) + (1.0 - jnp.exp(-repaired)) * jnp.exp(-most)
    return full * jnp.maximum(most + jnp.log(left), 0.0)


def repair_exponential(backlog: Array, inflicted: Array, effort_d: Array, p: Parameters) -> Array:
    """Shrink the backlog by a constant share a day: ``backlog * exp(-pace * effort)``.

    The curve of the first trial models: gangs are plentiful, so a plant twice as broken is repaired twice as fast.
    """
    pace = pace_of_repair(inflicted, p)
    return backlog * jnp.exp(-pace * effort_d)


def repair_pooled(backlog: Array, inflicted: Array, effort_d: Array, p: Parameters) -> Array:
    """Gang-limited repair in which all plants draw on one pool of labour.

    The pace of every plant is divided by ``1 + mean backlog / pool_backlog``: the more is broken at once, the
    slower each plant is repaired. Equal priority for all plants; exact only for steps short against the repair.
    """
    stretched = 1.0 + jnp.mean(backlog) / p.pool_backlog
    return repair_gang_limited(backlog, inflicted, effort_d / stretched, p)


# What a damaged plant still delivers.

_TINY_BACKLOG = 1e-6
"""Keeps the power's gradient finite at a whole plant; moves the share by less than 1e-12 for exponents above 2."""


def working_share(disruption: Array, backlog: Array, p: Parameters) -> Array:
    """Share of capacity that a plant can work: ``(1 - disruption) / (1 + backlog ** serial_exponent)``.

    disruption, backlog: [..., P]. Returns [..., P] 0 to 1: a chain of two links, each lost on its own.
    """
    return (1.0 - disruption) / (1.0 + _power(backlog + _TINY_BACKLOG, p.serial_exponent))


def aviation_share(share: Array, p: Parameters) -> Array:
    """Share of a plant's aviation gasoline left when ``share`` of the plant works: ``share ** aviation_chain``."""
    return _power(share + _TINY_BACKLOG, p.aviation_chain)


def rail_share(cars_log: Array | np.ndarray, p: Parameters) -> Array:
    """Share of output that coal and rail allow: ``cars ** rail_exponent``.

    cars_log: [T, regions] log of cars placed relative to April 1944, <= 0. Returns the same shape, 0 to 1.
    """
    return jnp.exp(p.rail_exponent * jnp.asarray(cars_log, p.rail_exponent.dtype))


def _power(base: Array, exponent: Array) -> Array:
    """``base ** exponent`` of a positive base, written so that XLA vectorises it: several times faster than `**`."""
    return jnp.exp(exponent * jnp.log(base))


# What a target system remembers from one day to the next, and the law that moves it.


class State(NamedTuple):
    """Damage of every plant.

    disruption: [P] share of the plant stopped by broken power, gas and pipes, 0 to 1
    backlog: [P] structural repair still to be done, in units of the backlog that halves output, >= 0
    inflicted: [P] all backlog ever inflicted, >= 0
    """

    disruption: Array
    backlog: Array
    inflicted: Array


class Quiet(NamedTuple):
    """Quiet days. left: share of a disruption that outlasts them; effort_d: days of repair at the pace of spring 1944."""

    left: Array
    effort_d: Array


def as_it_stands(state: State, p: Parameters) -> State:
    """Nothing is worked out beforehand: what `Law.settled` gives where a law has no shorter form."""
    del p
    return state


class LogBacklog(NamedTuple):
    """A state ready to be read often. log2_backlog falls by ``fall_per_d`` for every day of effort."""

    disruption: Array
    log2_backlog: Array
    fall_per_d: Array


NOTHING = 1e-12
"""Backlog below which a plant is whole: keeps its logarithm finite."""


def log_backlog(state: State, p: Parameters) -> LogBacklog:
    """`repair_exponential` in straight lines. To base two, because ``exp(s * log(x))`` is compiled to a general power
    at twice the time of ``exp2(s * log2(x))``.
    """
    fall = pace_of_repair(state.inflicted, p) / math.log(2.0)
    return LogBacklog(state.disruption, jnp.log2(jnp.maximum(state.backlog, NOTHING)), fall)


def worked_by_log(after: LogBacklog, quiet: Quiet, p: Parameters) -> Array:
    """`working_share` after quiet days under `repair_exponential`, with one power of two."""
    broken = jnp.exp2(p.serial_exponent * (after.log2_backlog - after.fall_per_d * quiet.effort_d))
    return (1.0 - after.disruption * quiet.left) / (1.0 + broken)


class Law(NamedTuple):
    """How a target system takes damage and recovers; a rival law is another value.

    name: as shown; damage, repair, working: rival functions with the signatures of `damage_saturating`,
    `repair_exponential` and `working_share`
    coupled: True where plants share something, so that all of them have to be walked day by day
    settled, worked: a shorter way to the same share after quiet days, for a state that is read often: ``settled(state, p)``
    once, ``worked(settled, quiet, p)`` for each reading; None where the law has none
    stores: the type of its state, a NamedTuple of arrays that are zero for a whole plant
    """

    name: str
    damage: Callable[[Array, Array, Parameters], Array]
    repair: Callable[[Array, Array, Array, Parameters], Array]
    coupled: bool = False
    working: Callable[[Array, Array, Parameters], Array] = working_share
    settled: Callable[[State, Parameters], Any] = as_it_stands
    worked: Callable[[Any, Quiet, Parameters], Array] | None = None
    stores: type[State] = State

    def whole(self, like: Array) -> State:
        """State of undamaged plants, every store of the shape and type of ``like``."""
        return self.stores(*(jnp.zeros_like(like) for _ in self.stores._fields))

    def hit(self, state: State, density_t: Array, p: Parameters) -> State:
        """State after raids. density_t: [P] tons inside the fence at Leuna's size, >= 0."""
        return state._replace(
            disruption=disrupt(state.disruption, density_t, p),
            backlog=self.damage(state.backlog, density_t, p),
            inflicted=state.inflicted + p.kill_structure * density_t,
        )

    def quiet(self, dt_d: Array | float, effort_d: Array, p: Parameters) -> Quiet:
        """``dt_d`` days without a raid, worth ``effort_d`` days of repair at the pace of spring 1944."""
        return Quiet(disruption_left(dt_d, p), effort_d)

    def rest(self, state: State, quiet: Quiet, p: Parameters) -> State:
        """State after quiet days."""
        backlog = self.repair(state.backlog, state.inflicted, quiet.effort_d, p)
        return state._replace(disruption=state.disruption * quiet.left, backlog=backlog)

    def share(self, state: State, p: Parameters) -> Array:
        """Share of capacity that each plant can work, 0 to 1."""
        return self.working(state.disruption, state.backlog, p)

    def share_after(self, settled: Any, quiet: Quiet, p: Parameters) -> Array:
        """`share` after quiet days. settled: of `settled`, from the state on the day of the last raid."""
        if self.worked is None:
            return self.share(self.rest(settled, quiet, p), p)
        return self.worked(settled, quiet, p)

    def day(self, state: State, density_t: Array, effort_d: Array, p: Parameters) -> tuple[State, Array]:
        """One day: bombs fall, the share is worked, gangs repair overnight. Returns the next morning's state and [P]
        the share worked after the raids.
        """
        hurt = self.hit(state, density_t, p)
        return self.rest(hurt, self.quiet(1.0, effort_d, p), p), self.share(hurt, p)


READ_BY_LOG: dict[str, Any] = {"settled": log_backlog, "worked": worked_by_log}
RIVAL_LAWS = {
    law.name: law
    for law in (
        Law("saturating damage, gang-limited repair", damage_saturating, repair_gang_limited),
        Law("linear damage, gang-limited repair", damage_linear, repair_gang_limited),
        Law("saturating damage, exponential repair", damage_saturating, repair_exponential, **READ_BY_LOG),
        Law("linear damage, exponential repair", damage_linear, repair_exponential, **READ_BY_LOG),
        Law("saturating damage, pooled repair", damage_saturating, repair_pooled, coupled=True),
    )
}
DEFAULT_LAW = RIVAL_LAWS["saturating damage, exponential repair"]
"""The law that predicts months it was not fitted to as well as any (`oilplan validate`), and reads fastest."""


def uncoupled(law: Law) -> Law:
    """The law with each plant's gangs its own: near enough to choose coordinates by, and many times cheaper."""
    return law._replace(repair=repair_gang_limited, coupled=False) if law.coupled else law
