"""Many campaigns with known raids at full speed: noise, density and months of output in blocks of draws."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import jax
import numpy as np
from jax import Array

from ..model.fast import NODES, fast_layout, fly_months
from ..model.law import DEFAULT_LAW, Law
from ..model.parameters import Parameters
from ..model.target import TargetSystem
from .schedule import Schedule, density_of_raids

BLOCK = 512
"""Draws flown together: their tables stay in a core's second cache."""


def block_flight(
    system: TargetSystem, schedule: Schedule, month_of_day: np.ndarray, nodes=NODES, law: Law = DEFAULT_LAW
) -> tuple[Callable[[Array, Parameters], Array], np.ndarray]:
    """A compiled function ``fly(z, p)`` and the raids it wants, for one schedule.

    system, schedule: what is flown against what (`as_flown`); month_of_day: [T]; nodes: see `fast_layout`;
    law: any that does not couple the plants

    ``fly`` takes z [E, D], the luck of the raids, and p, draws [D]; it returns [M, D] tons of all liquid products of
    the system's plants. The second result is [E]: which raid of the schedule each row of z is.
    """
    layout = fast_layout(schedule.day, schedule.plant, system, month_of_day, system.all_products_t_per_day, nodes)
    ids = tuple(schedule.raid_ids[r] for r in layout.order)
    flown = Schedule(ids, *(column[layout.order] for column in schedule[1:]))

    def fly(z: Array, p: Parameters) -> Array:
        tons = jax.vmap(lambda one, q: density_of_raids(one, flown, system, q), in_axes=(-1, -1), out_axes=-1)(z, p)
        return fly_months(tons, p, layout, law)

    return jax.jit(fly), layout.order


def drawn_flight(
    system: TargetSystem, schedule: Schedule, month_of_day: np.ndarray, nodes=NODES, law: Law = DEFAULT_LAW
) -> Callable[[Array, Parameters], Array]:
    """A compiled function ``fly(key, p)``: `block_flight` with the luck drawn inside; uses ``key`` up. Returns [M, D]."""
    fly, order = block_flight(system, schedule, month_of_day, nodes, law)

    def drawn(key: Array, p: Parameters) -> Array:
        return fly(jax.random.normal(key, (len(order), p.crew_growth.shape[-1]), p.crew_growth.dtype), p)

    return jax.jit(drawn)


def fly_blocks(fly: Callable[[Array, Parameters], Array], key: Array, p: Parameters, threads: int = 2) -> np.ndarray:
    """All draws of ``p`` ([D], D a multiple of `BLOCK`) in blocks, on ``threads`` threads. Returns [M, D].

    The same key gives the same numbers whatever the number of threads. Raises ValueError for another D.
    """
    n_draws = p.crew_growth.shape[0]
    if n_draws % BLOCK:
        raise ValueError(f"{n_draws} draws are not a multiple of {BLOCK}")
    keys = list(jax.random.split(key, n_draws // BLOCK))
    rows = jax.tree.map(np.asarray, p)  # NumPy's slices copy nothing

    def one(n: int) -> np.ndarray:
        at = slice(n * BLOCK, (n + 1) * BLOCK)
        return np.asarray(fly(keys[n], jax.tree.map(lambda a: a[at] if a.ndim == 1 else a[at].T, rows)))

    with ThreadPoolExecutor(threads) as pool:
        return np.concatenate(list(pool.map(one, range(len(keys)))), axis=1)
