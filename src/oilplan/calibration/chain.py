"""One chain, run in blocks so that a caller can show progress and keep what is done."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

import jax
import numpy as np

from .likelihood import Problem
from .model import Unknowns, unknowns_at_zero
from .sampler import BLOCK, LENGTH, Sampler
from .whitening import Whitening, flat, unflat

START_JITTER = 0.3
"""Standard deviation of the starting points around the prior medians, in prior standard deviations."""


class Chain(NamedTuple):
    """Draws of one chain. draws: Unknowns with a leading axis; diverging: [N] bool; steps: [N] leapfrog steps."""

    draws: Unknowns
    diverging: np.ndarray
    steps: np.ndarray
    step_size: float
    seconds: float


class Progress(NamedTuple):
    """Where a chain stands: draws done of all (warm-up included), step size, divergences so far."""

    chain: int
    done: int
    total: int
    step_size: float
    divergences: int


def run_chain(
    problem: Problem, sample: Sampler, white: Whitening, key, *, chain: int, draws: int,
    report: Callable[[Progress], None] = lambda _: None,
) -> Chain:  # fmt: skip
    """Run one chain in the coordinates of ``white``; uses ``key`` up. draws are rounded up to whole blocks."""
    start_key, run_key = jax.random.split(key)
    start = START_JITTER * jax.random.normal(start_key, flat(unknowns_at_zero(problem)).shape)
    n_warm, n_keep = sample.warmup // BLOCK, -(-draws // BLOCK)
    began = time.perf_counter()
    state = sample.begin(run_key, start, white)
    kept, divergences = [], 0
    for n in range(n_warm + n_keep):
        state, made = sample.block(state, white, LENGTH)
        if n >= n_warm:
            kept.append(jax.tree.map(np.asarray, made))
            divergences += int(kept[-1][1].sum())
        report(
            Progress(chain, (n + 1) * BLOCK, (n_warm + n_keep) * BLOCK, float(state.adapt_state.step_size), divergences)
        )
    rows, diverging, steps = jax.tree.map(lambda *parts: np.concatenate(parts)[:draws], *kept)
    unknowns = Unknowns(*(np.asarray(a) for a in unflat(rows, problem)))
    return Chain(unknowns, diverging, steps, float(state.adapt_state.step_size), time.perf_counter() - began)
