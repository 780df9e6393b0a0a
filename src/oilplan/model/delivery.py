"""From the share a plant works to tons delivered: products, overrun, rail."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from .law import AVIATION, aviation_share, rail_share
from .parameters import Parameters
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
    return held + drawn * (total - jnp.sum(held) - other) / jnp.sum(drawn)


def deliver(share: Array, system: TargetSystem, p: Parameters) -> Delivered:
    """Tons delivered from the shares worked.

    share: [T, P] from `run` or `run_closed`; system: fixed facts; p: one draw.

    Overrun plants deliver nothing from their day; rail shortage takes the same share of every product of a
    plant; benzol and other small sources have the better of the two rail indices. It takes no account of stocks of
    intermediate oils between plants, which the record does not have.
    """
    n_days = share.shape[0]
    standing = jnp.asarray(np.arange(n_days)[:, None] < system.overrun_day[None, :])
    share = jnp.where(standing, share, 0.0)
    rail = rail_share(system.rail_index[:n_days], p)
    aviation = (aviation_share(share, p) * standing * rail) @ aviation_t_per_day(system, p)
    other = p.other_aviation_t_per_month / DAYS_IN_APRIL * jnp.max(rail, axis=1)
    railed = share * rail
    ground = railed @ jnp.asarray(system.output_t_per_day[:, AVIATION + 1 :], share.dtype)
    everything = jnp.asarray(system.all_products_t_per_day, share.dtype)
    synthetic = railed @ jnp.where(system.synthetic, everything, 0.0)
    hydrogenation = railed @ jnp.where(system.hydrogenation, everything, 0.0)
    products = jnp.concatenate([(aviation + other)[:, None], ground], axis=1)
    return Delivered(products, aviation, synthetic, hydrogenation, share, rail)
