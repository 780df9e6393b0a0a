"""Short chains that choose the coordinates of a fit. They only choose: draws of the fit are exact in any of them.

A first block walks from the prior medians to where the posterior lies, in coordinates from the information at its
start; the pilot chains go on from there, in coordinates from the information where it arrived.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import jax
import jax.numpy as jnp
from jax import Array

from .likelihood import Problem
from .model import unknowns_at_zero
from .sampler import BLOCK, Sampler
from .whitening import Whitening, flat, information, whitening, widened

CHAINS, BLOCKS, SETTLING = 2, 7, 1
"""Blocks of each pilot chain, and those of them that are thrown away."""
LENGTH = 3.0
"""Longer than the chains' own: these coordinates still leave some directions wide."""
THIN = 20
"""Every so many draws one is asked for its information."""


def pilot(problem: Problem, sample: Sampler, key: Array) -> Whitening:
    """Coordinates for the chains of a problem; uses ``key`` up. sample: compiled on the same problem."""
    start = flat(unknowns_at_zero(problem))
    told = jax.jit(lambda row: information(row, problem)).lower(start).compile()
    first, *keys = jax.random.split(key, 1 + CHAINS)
    arrived = _walk(sample, whitening([told(start)]), start, first, 1)[-1]
    white = whitening([told(arrived)])

    def one(key: Array) -> Array:
        return _walk(sample, white, arrived, key, BLOCKS)[SETTLING * BLOCK :]

    with ThreadPoolExecutor(CHAINS) as pool:
        rows = jnp.concatenate(list(pool.map(one, keys)))
    return widened(whitening([told(row) for row in rows[::THIN]]), rows)


def _walk(sample: Sampler, white: Whitening, start: Array, key: Array, blocks: int) -> Array:
    """[N, Q] unknowns of ``blocks`` blocks from ``start``."""
    state, rows = sample.begin(key, start, white), []
    for _ in range(blocks):
        state, (made, _, _) = sample.block(state, white, LENGTH)
        rows.append(made)
    return jnp.concatenate(rows)
