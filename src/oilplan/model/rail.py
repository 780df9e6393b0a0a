"""How freight cars loaded answer to bombs on railways and to ground lost: a stated relation with wide priors.

The record has cars placed by month for the Reich, for hard coal of the Ruhr and for brown coal. That is what the past is
taken from; the relation says how it would have differed under other bombing, and what a forecaster would have expected.
Axes: T days; three regions: the Reich, the west (the Ruhr's hard coal), central Germany (brown coal).

    log cars = -(weight * strain + silesia * lost),   strain' = strain * exp(-1 / recovery_d) + effect * tons / 10,000

The relation is an assumption: it has no coal stocks, no canals and no marshalling yards, and cannot tell a ton on a
bridge from a ton on a yard. Its unknowns are fitted to those eighteen figures.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from .parameters import Parameters

REICH, WEST, CENTRAL = 0, 1, 2
N_REGIONS = 3
TONS_OF_REFERENCE = 10_000.0


class RailFacts(NamedTuple):
    """What is known of the railways. NumPy.

    recorded_log: [T, 3] log of cars placed a day relative to April 1944, between the record's months
    transport_t: [T] tons dropped a day on railways and canals of the Reich, all forces
    silesia_lost: [T] 1 from the day on which Upper Silesia was lost
    """

    recorded_log: np.ndarray
    transport_t: np.ndarray
    silesia_lost: np.ndarray


def unhindered(n_days: int) -> RailFacts:
    """Railways, or roads, that carry everything: for systems of which nothing else is recorded."""
    return RailFacts(np.zeros((n_days, N_REGIONS)), np.zeros(n_days), np.zeros(n_days))


def cars_log(transport_t: Array | np.ndarray, silesia_lost: np.ndarray, p: Parameters) -> Array:
    """[T, 3] log of cars loaded that the relation gives. transport_t: [T] tons a day, >= 0; p: one draw."""
    kept = jnp.exp(-1.0 / p.rail_recovery_d)
    added = p.rail_effect_per_10kt * jnp.asarray(transport_t) / TONS_OF_REFERENCE

    def day(strain, more):
        return strain * kept + more, strain

    _, strain = jax.lax.scan(day, jnp.zeros((), added.dtype), added, unroll=8)
    lost = p.rail_silesia * jnp.asarray(silesia_lost, added.dtype)
    return -jnp.stack([strain + lost, p.rail_west * strain, p.rail_central * strain], axis=1)


def changed_log(transport_t: Array, facts: RailFacts, p: Parameters) -> Array:
    """[T, 3] log of cars loaded had other tons fallen on railways: the record, moved by what the relation moves.

    Tons as they fell give the record exactly.
    """
    moved = cars_log(transport_t, facts.silesia_lost, p) - cars_log(facts.transport_t, facts.silesia_lost, p)
    return jnp.minimum(jnp.asarray(facts.recorded_log, moved.dtype) + moved, 0.0)


def forecast_log(facts: RailFacts, from_day: int, p: Parameters, shock: Array) -> Array:
    """[T, 3] log of cars loaded as a forecaster of ``from_day`` would draw it, given the bombs that followed.

    Up to ``from_day`` the record; from then on the relation, without what the record says later.
    shock: [T] standard normal; adds a random walk of `WALK_SD` a day.
    """
    law = cars_log(facts.transport_t, facts.silesia_lost, p)
    known = jnp.asarray(facts.recorded_log, law.dtype)
    after = np.arange(law.shape[0]) > from_day
    walk = WALK_SD * jnp.cumsum(jnp.where(after, shock, 0.0))
    return jnp.where(after[:, None], known[from_day] + law - law[from_day] + walk[:, None], known)


WALK_SD = 0.012
"""Daily step of what the relation does not know: some 15 percent in five months; judgement."""
