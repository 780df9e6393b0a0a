"""Rival laws of damage: what a density of bombs inside the fence does to a plant."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

from .parameters import Parameters


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
