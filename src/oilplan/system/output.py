"""What a damaged plant still delivers."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from jax import Array

from .parameters import Parameters

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
