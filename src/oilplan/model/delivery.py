"""From the share a plant works to tons delivered: products, overrun, rail."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from ..clock import month_length_d
from .law import aviation_share, rail_share
from .links import fed
from .parameters import Parameters
from .rail import REICH
from .target import TargetSystem

DAYS_IN_APRIL = month_length_d("1944-04")
"""Of the month to which the figures of the oil system are scaled."""


class Delivered(NamedTuple):
    """Tons delivered per day.

    products: [T, K] of the system's products; all sources
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
    """[P] the last product in the chain a day at full working, with the unknown yields drawn and the April total held.

    Plants with a looked-up yield keep it; the others share the rest of April's total, by their prior yields times
    ``exp(aviation_log_split)``.
    """
    prior = jnp.asarray(system.output_t_per_day[:, system.product(system.last_product)])
    free = jnp.asarray(system.aviation_free)
    drawn = jnp.where(free, prior * jnp.exp(p.aviation_log_split), 0.0)
    held = jnp.where(free, 0.0, prior)
    total = jnp.sum(prior) + system.other_aviation_t_per_day
    apart = total - jnp.sum(held) - other_t_per_day(system, p)
    return p.capacity_scale * (held + drawn * apart / jnp.maximum(jnp.sum(drawn), 1e-30))


def other_t_per_day(system: TargetSystem, p: Parameters) -> Array | float:
    """The last product of small plants that are not modelled, a day in April 1944; none where the system has none."""
    return p.other_aviation_t_per_month / DAYS_IN_APRIL if system.other_aviation_t_per_day else 0.0


def aviation_mix(system: TargetSystem, p: Parameters) -> Array:
    """[T] the last product's part in what plants make, relative to the first month, day by day."""
    return jnp.exp(p.aviation_mix_log)[system.window.month_of_day]


def deliver(share: Array, system: TargetSystem, p: Parameters, cars_log: Array | None = None) -> Delivered:
    """Tons delivered from the shares worked.

    share: [T, P] from `run` or `run_closed`; system: fixed facts; p: one draw
    cars_log: [T, 3] log of cars placed by rail region, where it is not the record's (a forecast, another bombing)

    Overrun plants deliver nothing from their day; a plant that others feed works no more than its inputs allow; rail shortage takes the same share of every product of a
    plant; benzol and other small sources have the index of the Reich. It takes no account of stocks of
    intermediate oils between plants, which the record does not have.
    """
    n_days = share.shape[0]
    standing = np.arange(n_days)[:, None] < system.overrun_day[None, :]
    share = fed(jnp.where(standing, share, 0.0), system.plant_ids, system.links)
    by_region = rail_share(system.rail.recorded_log if cars_log is None else cars_log, p)[:n_days]
    rail = by_region[:, system.rail_region]
    railed = share * rail
    last = system.products.index(system.last_product) if system.last_product else len(system.products)
    others = [k for k in range(len(system.products)) if k != last]
    made = p.capacity_scale * (railed @ jnp.asarray(system.output_t_per_day[:, np.array(others, int)], share.dtype))
    aviation = jnp.zeros(n_days, share.dtype)
    if system.last_product:
        mix = aviation_mix(system, p)[:n_days]
        aviation = (aviation_share(share, p) * standing * rail) @ aviation_t_per_day(system, p)
        all_sources = (aviation + other_t_per_day(system, p) * by_region[:, REICH]) * mix
        made = jnp.concatenate([made[:, :last], all_sources[:, None], made[:, last:]], axis=1)
        aviation = aviation * mix
    everything = p.capacity_scale * jnp.asarray(system.all_products_t_per_day, share.dtype)
    synthetic = railed @ jnp.where(system.synthetic, everything, 0.0)
    hydrogenation = railed @ jnp.where(system.hydrogenation, everything, 0.0)
    return Delivered(made, aviation, synthetic, hydrogenation, share, rail)
