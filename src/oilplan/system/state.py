"""What a target system remembers from one day to the next."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array


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
