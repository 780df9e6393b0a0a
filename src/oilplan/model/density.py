"""From tons dropped to density inside the fence: the one place where bombs become damage's measure.

Raids as recorded, raids as ordered, the bound's possible raids and the fast kernel's blocks of draws all come here.
"""

from __future__ import annotations

from collections.abc import Callable

import jax.numpy as jnp
from jax import Array

from .law import crew_share
from .parameters import Parameters

LEUNA_CAPACITY_T_PER_YEAR = 650_000
"""Capacity to which lethality is referred [record: plants, leuna]."""
SMALLEST_SIZE_T_PER_YEAR = 40_000
"""Plants smaller than this (or of unknown capacity) are given the area of the smallest Fischer-Tropsch works."""

# Rival laws of a raid's size. One signature: ``(raid_t, p) -> factor`` on the effect of each of its tons.

REFERENCE_RAID_T = 190.0
"""Raid for which every law of size is about 1: the median of recorded raids of 30 t and more [record: raids]. Only a
scale: another is taken up by the shares of hits."""
SMALLEST_RAID_T = 1.0
"""Raids under a ton count as one of a ton: keeps logarithms finite where nothing is dropped."""
THRESHOLD_STEEPNESS = 4.0
"""How sharply `threshold_of_size` rises; judgement."""

RaidSize = Callable[[Array, Parameters], Array | float]


def any_size(raid_t: Array, p: Parameters) -> float:
    """A ton is a ton, whatever the raid: 1."""
    del raid_t, p
    return 1.0


def power_of_size(raid_t: Array, p: Parameters) -> Array:
    """``(raid_t / 190) ** raid_size_exponent``: great raids swamp defences and repair, small ones scatter."""
    return jnp.exp(p.raid_size_exponent * jnp.log(jnp.maximum(raid_t, SMALLEST_RAID_T) / REFERENCE_RAID_T))


def threshold_of_size(raid_t: Array, p: Parameters) -> Array:
    """``1 / (1 + (raid_size_least_t / raid_t) ** 4)``: raids well under the threshold do next to nothing."""
    return 1.0 / (1.0 + (p.raid_size_least_t / jnp.maximum(raid_t, 1e-6)) ** THRESHOLD_STEEPNESS)


def hit_share(bomber_command: Array, visual: Array, p: Parameters) -> Array:
    """Share of a raid's tons that falls inside the plant fence, Bomber Command's weighted by what its bombs do there.

    bomber_command: True for Bomber Command, False for the Eighth and Fifteenth Air Forces
    visual: share of the raid's tons that was sighted visually, 0 to 1

    Returns a share, above 0. The survey counted 26.8 percent of visual, 12.4 of part-visual and 5.4 of full
    instrument bombs inside three plants [record: target_systems, hits_in_plant_eighth_*]; a raid that was
    part visual is taken as a mixture of the two. A ton of Bomber Command's counts ``heavy_bombs`` times one of the
    Americans': a third of it was in 4,000 lb bombs.
    """
    american = p.hit_visual * visual + p.hit_instrument * (1.0 - visual)
    return jnp.where(bomber_command, p.hit_bomber_command * p.heavy_bombs, american)


def size_scale(capacity_t_per_year: Array, p: Parameters) -> Array:
    """[P] area of a plant relative to Leuna: ``(capacity / 650,000) ** size_exponent``."""
    size = jnp.maximum(capacity_t_per_year, SMALLEST_SIZE_T_PER_YEAR) / LEUNA_CAPACITY_T_PER_YEAR
    return size**p.size_exponent


def luck_factor(z: Array, log_sd: Array | float) -> Array:
    """``exp(log_sd * z - log_sd ** 2 / 2)``: lognormal with mean 1 over z, standard normal."""
    return jnp.exp(log_sd * z - 0.5 * log_sd**2)


def density(
    bombs_t: Array,
    hits: Array,
    luck: Array,
    size: Array,
    day: Array,
    p: Parameters,
    raid_size: RaidSize = power_of_size,
    raid_t: Array | None = None,
) -> Array:
    """Tons inside the fence at Leuna's size.

        density = bombs_t * luck * hits / size / (1 + protection * crews(day)) * raid_size(raid_t)

    bombs_t: tons dropped, each raid for itself, >= 0; hits: of `hit_share`; luck: of `luck_factor`; size: of
    `size_scale`, for the plant they fall on; day: day number, for the blast walls that the repair organisation builds
    raid_size: law of a raid's size; raid_t: size of the raid where bombs_t is only a part of it (or a ton of it)

    All arrays broadcast against each other and against the parameters. Raids on one plant on one day add up.
    """
    walls = 1.0 + p.protection * crew_share(day, p)
    return bombs_t * luck * hits / size / walls * raid_size(bombs_t if raid_t is None else raid_t, p)
