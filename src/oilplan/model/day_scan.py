"""The day loop for a fixed schedule of raids: any laws, one draw. `oilplan.model.raid_walk` is its fast twin."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import Array

from .law import effort_per_day, step, whole
from .parameters import Laws, Parameters


def run(density_t: Array, p: Parameters, laws: Laws) -> Array:
    """Share of capacity every plant works on every day.

    density_t: [T, P] tons inside the fence at Leuna's size; p: one draw; laws: damage and repair.

    Returns [T, P] share 0 to 1 before overrun and rail shortage.
    """
    n_days, n_plants = density_t.shape
    effort = effort_per_day(jnp.arange(n_days, dtype=density_t.dtype), p)

    def day(state, inputs):
        return step(state, inputs[0], inputs[1], p, laws)

    _, share = jax.lax.scan(day, whole(n_plants), (density_t, effort), unroll=4)
    return share
