"""Rival laws of damage: what a density of bombs inside the fence does to a plant."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from .parameters import Laws, Parameters


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

def effort_per_day(day: Array, p: Parameters) -> Array:
    """Repair effort on a day relative to spring 1944: ``1 + crew_growth * logistic((day - crew_half_day) / width)``.

    day: [T] day numbers. Returns [T], >= 1. The order of 30 May 1944 put all repair under one plenipotentiary.
    """
    return 1.0 + p.crew_growth * crew_share(day, p)


def crew_share(day: Array, p: Parameters) -> Array:
    """Share of the growth of repair effort reached on a day, 0 to 1."""
    return 1.0 / (1.0 + jnp.exp(-(day - p.crew_half_day) / CREW_GROWTH_WIDTH_D))


def mend_disruption(disruption: Array, dt_d: Array | float, p: Parameters) -> Array:
    """Disruption after ``dt_d`` quiet days: ``disruption * exp(-mend_disruption_per_d * dt_d)``."""
    return disruption * jnp.exp(-p.mend_disruption_per_d * dt_d)


def repair_gang_limited(backlog: Array, inflicted: Array, effort_d: Array, p: Parameters) -> Array:
    """Work off a backlog with gangs that are fully employed only while much is broken.

        d backlog / d effort = -pace * (1 - exp(-backlog / full)),  pace = gang / (1 + wear * inflicted)

    A heavy backlog falls by a constant amount a day, the rest exponentially. Closed form, with
    ``g = exp(backlog / full) - 1``: ``g' = g * exp(-pace * effort / full)``; written so that no exponential overflows.
    Each plant has its own gangs; if they are shared, use `repair_pooled`.
    """
    full = p.gang_full_backlog
    pace = p.gang_backlog_per_d / (1.0 + p.wear * inflicted)
    broken, mended = backlog / full, pace * effort_d / full
    most = jax.lax.stop_gradient(jnp.maximum(broken - mended, 0.0))
    left = jnp.exp(broken - mended - most) + (1.0 - jnp.exp(-mended)) * jnp.exp(-most)
    return full * jnp.maximum(most + jnp.log(left), 0.0)


def repair_exponential(backlog: Array, inflicted: Array, effort_d: Array, p: Parameters) -> Array:
    """Shrink the backlog by a constant share a day: ``backlog * exp(-pace * effort)``.

    The curve of the first trial models: gangs are plentiful, so a plant twice as broken is mended twice as fast.
    """
    pace = p.gang_backlog_per_d / (1.0 + p.wear * inflicted)
    return backlog * jnp.exp(-pace * effort_d)


def repair_pooled(backlog: Array, inflicted: Array, effort_d: Array, p: Parameters) -> Array:
    """Gang-limited repair in which all plants draw on one pool of labour.

    The pace of every plant is divided by ``1 + mean backlog / pool_backlog``: the more is broken at once, the
    slower each plant is mended. Equal priority for all plants; exact only for steps short against the repair.
    """
    stretched = 1.0 + jnp.mean(backlog) / p.pool_backlog
    return repair_gang_limited(backlog, inflicted, effort_d / stretched, p)


# What a damaged plant still delivers.

AVIATION, MOTOR, DIESEL = 0, 1, 2
PRODUCTS = ("aviation_gasoline", "motor_gasoline", "diesel")
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


def rail_share(rail_index: Array | np.ndarray, p: Parameters) -> Array:
    """Share of output that coal and rail allow: ``rail_index ** rail_exponent``.

    rail_index: [T, P] freight cars loaded relative to August 1944, > 0; plants of one region have one index, and
    where the array is NumPy's each index is raised to its power once. Returns [T, P], 0 to 1.
    """
    if not isinstance(rail_index, np.ndarray):
        return _power(rail_index, p.rail_exponent)
    distinct, column = np.unique(rail_index, axis=1, return_inverse=True)
    return jnp.exp(p.rail_exponent * jnp.asarray(np.log(distinct), p.rail_exponent.dtype))[:, column]


def _power(base: Array, exponent: Array) -> Array:
    """``base ** exponent`` of a positive base, written so that XLA vectorises it: several times faster than `**`."""
    return jnp.exp(exponent * jnp.log(base))


# What a target system remembers from one day to the next.

class State(NamedTuple):
    """Damage of every plant.

    disruption: [P] share of the plant stopped by broken power, gas and pipes, 0 to 1
    backlog: [P] structural repair still to be done, in units of the backlog that halves output, >= 0
    inflicted: [P] all backlog ever inflicted, >= 0
    """

    disruption: Array
    backlog: Array
    inflicted: Array


def whole(n_plants: int) -> State:
    """State of ``n_plants`` undamaged plants."""
    zero = jnp.zeros(n_plants)
    return State(zero, zero, zero)


# One day of a target system: bombs fall, the day's share is worked, gangs repair overnight.

def hit(state: State, density_t: Array, p: Parameters, laws: Laws) -> State:
    """State after the day's raids. density_t: [P] tons inside the fence at Leuna's size."""
    backlog = laws.damage(state.backlog, density_t, p)
    return State(
        disruption=disrupt(state.disruption, density_t, p),
        backlog=backlog,
        inflicted=state.inflicted + p.kill_structure * density_t,
    )


def recover(state: State, effort_d: Array, dt_d: Array | float, p: Parameters, laws: Laws) -> State:
    """State after ``dt_d`` quiet days worth ``effort_d`` days of repair at the pace of spring 1944."""
    return State(
        disruption=mend_disruption(state.disruption, dt_d, p),
        backlog=laws.repair(state.backlog, state.inflicted, effort_d, p),
        inflicted=state.inflicted,
    )


def step(state: State, density_t: Array, effort_d: Array, p: Parameters, laws: Laws) -> tuple[State, Array]:
    """One day. Returns the state of the next morning and [P] the share each plant worked after the raids."""
    hurt = hit(state, density_t, p, laws)
    share = working_share(hurt.disruption, hurt.backlog, p)
    return recover(hurt, effort_d, 1.0, p, laws), share
