"""What a damaged plant still delivers."""

from __future__ import annotations

import jax.numpy as jnp
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


def rail_share(rail_index: Array, p: Parameters) -> Array:
    """Share of output that coal and rail allow: ``rail_index ** rail_exponent``.

    rail_index: [T, P] freight cars loaded relative to August 1944. Returns [T, P], 0 to 1.
    """
    return rail_index**p.rail_exponent


def _power(base: Array, exponent: Array) -> Array:
    """``base ** exponent`` of a positive base, written so that XLA vectorises it: several times faster than `**`."""
    return jnp.exp(exponent * jnp.log(base))
