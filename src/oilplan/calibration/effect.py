"""The one place where a raid's tons become density inside a fence: doubt, luck, sighting, size."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from jax import Array

from ..directives.schedule import FORCES, Schedule
from ..system.aim import hit_share, size_scale
from ..system.parameters import Parameters
from ..system.repair import crew_share
from ..system.target import TargetSystem


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
