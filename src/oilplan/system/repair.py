"""Rival laws of repair. One signature: ``(backlog, inflicted, effort_d, p) -> backlog``.

``effort_d`` is [ ] or [P] days of work at the pace of spring 1944 (growing crews make a day count for more).
Every law is the exact solution of its equation over the step, so two short steps equal one long step.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import Array

from .parameters import Parameters

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
