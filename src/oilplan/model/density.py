"""From tons dropped to density inside the fence, by force and sighting."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from jax import Array

from ..directives.forces import FORCES
from ..flight.schedule import Schedule
from .law import crew_share
from .parameters import Parameters
from .target import TargetSystem

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


# The one place where a raid's tons become density inside a fence: doubt, luck, sighting, size.

def density(z: Array, schedule: Schedule, system: TargetSystem, p: Parameters) -> Array:
    """Tons inside the fence at Leuna's size for every raid.

        density = bombs * factor * exp(log_sd * z - log_sd ** 2 / 2) * hit_share / size / (1 + protection * crews)

    z: [R] luck and doubt of each raid, standard normal; p: one draw. Returns [R] >= 0, with mean ``bombs * factor *
    hit_share / ...`` over z.
    """
    bomber_command = jnp.asarray(schedule.force == FORCES.index("bomber_command"))
    share = hit_share(bomber_command, jnp.asarray(schedule.visual), p)
    log_sd = jnp.asarray(schedule.log_sd)
    luck = jnp.exp(log_sd * z - 0.5 * log_sd**2)
    size = size_scale(jnp.asarray(system.capacity_t_per_year), p)[schedule.plant]
    walls = 1.0 + p.protection * crew_share(jnp.asarray(schedule.day, z.dtype), p)
    return jnp.asarray(schedule.bombs_t * schedule.factor, z.dtype) * luck * share / size / walls


def daily_density(per_raid: Array, schedule: Schedule, n_days: int, n_plants: int) -> Array:
    """[T, P] density of every day and plant from [R] density of every raid."""
    field = jnp.zeros((n_days, n_plants), per_raid.dtype)
    return field.at[np.asarray(schedule.day), np.asarray(schedule.plant)].add(per_raid)
