"""From the share a plant works to tons delivered: products, overrun, rail."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from ..clock import month_of_day
from .law import AVIATION, aviation_share, rail_share
from .parameters import Parameters
from .rail import REICH
from .target import TargetSystem

DAYS_IN_APRIL = 30


class Delivered(NamedTuple):
    """Tons delivered per day.

    products: [T, K] aviation gasoline, motor gasoline, diesel; all sources
    aviation_hydrogenation: [T] aviation gasoline of the plants alone, without benzol and other small plants
    synthetic: [T] all liquid products of hydrogenation and Fischer-Tropsch plants
    hydrogenation: [T] all liquid products of hydrogenation plants
    share: [T, P] share of capacity worked, after overrun
    rail: [T, P] share that coal and rail allow
    """

    products: Array
    aviation_hydrogenation: Array
    synthetic: Array
    hydrogenation: Array
    share: Array
    rail: Array


def aviation_t_per_day(system: TargetSystem, p: Parameters) -> Array:
    """[P] aviation gasoline a day at full working, with the unknown yields drawn and the April total held.

    Plants with a looked-up yield keep it; the others share the rest of April's total, by their prior yields times
    ``exp(aviation_log_split)``.
    """
    prior = jnp.asarray(system.output_t_per_day[:, AVIATION])
    free = jnp.asarray(system.aviation_free)
    drawn = jnp.where(free, prior * jnp.exp(p.aviation_log_split), 0.0)
    held = jnp.where(free, 0.0, prior)
    other = p.other_aviation_t_per_month / DAYS_IN_APRIL
    total = jnp.sum(prior) + system.other_aviation_t_per_day
    return p.capacity_scale * (held + drawn * (total - jnp.sum(held) - other) / jnp.sum(drawn))


def aviation_mix(n_days: int, p: Parameters) -> Array:
    """[T] aviation gasoline's part in what plants make, relative to April 1944, day by day."""
    return jnp.exp(p.aviation_mix_log)[np.array(month_of_day())[:n_days]]


def deliver(share: Array, system: TargetSystem, p: Parameters, cars_log: Array | None = None) -> Delivered:
    """Tons delivered from the shares worked.

    share: [T, P] from `run` or `run_closed`; system: fixed facts; p: one draw
    cars_log: [T, 3] log of cars placed by rail region, where it is not the record's (a forecast, another bombing)

    Overrun plants deliver nothing from their day; rail shortage takes the same share of every product of a
    plant; benzol and other small sources have the index of the Reich. It takes no account of stocks of
    intermediate oils between plants, which the record does not have.
    """
    n_days = share.shape[0]
    standing = jnp.asarray(np.arange(n_days)[:, None] < system.overrun_day[None, :])
    share = jnp.where(standing, share, 0.0)
    by_region = rail_share(system.rail.recorded_log if cars_log is None else cars_log, p)[:n_days]
    rail = by_region[:, system.rail_region]
    aviation = (aviation_share(share, p) * standing * rail) @ aviation_t_per_day(system, p)
    other = p.other_aviation_t_per_month / DAYS_IN_APRIL * by_region[:, REICH]
    railed = share * rail
    ground = p.capacity_scale * (railed @ jnp.asarray(system.output_t_per_day[:, AVIATION + 1 :], share.dtype))
    everything = p.capacity_scale * jnp.asarray(system.all_products_t_per_day, share.dtype)
    synthetic = railed @ jnp.where(system.synthetic, everything, 0.0)
    hydrogenation = railed @ jnp.where(system.hydrogenation, everything, 0.0)
    mix = aviation_mix(n_days, p)
    products = jnp.concatenate([((aviation + other) * mix)[:, None], ground], axis=1)
    return Delivered(products, aviation * mix, synthetic, hydrogenation, share, rail)
