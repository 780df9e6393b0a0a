"""The day loop for a fixed schedule of raids: any law, one draw. `oilplan.model.raid_walk` is its fast twin."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from .law import Law, effort_per_day
from .parameters import Parameters


def run(density_t: Array, p: Parameters, law: Law, cars_log: Array | np.ndarray | float = 0.0) -> Array:
    """Share of capacity every plant works on every day.

    density_t: [T, P] tons inside the fence at Leuna's size; p: one draw; law: of damage and repair
    cars_log: as in `effort_per_day`

    Returns [T, P] share 0 to 1 before overrun and rail shortage.
    """
    effort = effort_per_day(jnp.arange(density_t.shape[0], dtype=density_t.dtype), p, cars_log)

    def day(state, inputs):
        return law.day(state, inputs[0], inputs[1], p)

    _, share = jax.lax.scan(day, law.whole(density_t[0]), (density_t, effort), unroll=4)
    return share
