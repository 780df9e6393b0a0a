"""From tons dropped to density inside the fence, by force and sighting."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

from .parameters import Parameters

LEUNA_CAPACITY_T_PER_YEAR = 650_000
"""Capacity to which lethality is referred [record: plants, leuna]."""
SMALLEST_SIZE_T_PER_YEAR = 40_000
"""Plants smaller than this (or of unknown capacity) are given the area of the smallest Fischer-Tropsch works."""


def hit_share(bomber_command: Array, visual: Array, p: Parameters) -> Array:
    """Share of a raid's tons that falls inside the plant fence.

    bomber_command: [R] 1 for Bomber Command, 0 for the Eighth and Fifteenth Air Forces
    visual: [R] share of the raid's tons that was sighted visually, 0 to 1

    Returns [R] share 0 to 1. The survey counted 26.8 percent of visual, 12.4 of part-visual and 5.4 of full
    instrument bombs inside three plants [record: target_systems, hits_in_plant_eighth_*]; a raid that was
    part visual is taken as a mixture of the two.
    """
    american = p.hit_visual * visual + p.hit_instrument * (1.0 - visual)
    return jnp.where(bomber_command, p.hit_bomber_command, american)


def size_scale(capacity_t_per_year: Array, p: Parameters) -> Array:
    """[P] area of a plant relative to Leuna: ``(capacity / 650,000) ** size_exponent``."""
    size = jnp.maximum(capacity_t_per_year, SMALLEST_SIZE_T_PER_YEAR) / LEUNA_CAPACITY_T_PER_YEAR
    return size**p.size_exponent
