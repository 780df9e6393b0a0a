"""One chain of NUTS, run in blocks so that a caller can show progress and keep what is done."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

import jax
import numpy as np

from .likelihood import Problem
from .model import Unknowns, unknowns_at_zero
from .whitening import Whitening, flat, kernel_of, unflat

BLOCK = 50
TARGET_ACCEPTANCE = 0.85
MAX_TREE_DEPTH = 8
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


class Sampler(NamedTuple):
    """Compiled parts of NUTS on a problem, shared by all chains of a fit.

    begin: function of (key, unknowns [Q]) to the state before the first draw; block: of a state to the state
    `BLOCK` draws on, with their unknowns [B, Q], divergences [B] and leapfrog steps [B]
    """

    begin: Callable
    block: Callable
    warmup: int


def sampler(problem: Problem, white: Whitening, warmup: int, acceptance: float = TARGET_ACCEPTANCE) -> Sampler:
    """Compile NUTS on a problem in the coordinates of ``white``; warmup is rounded up to whole blocks."""
    kernel = kernel_of(problem, white, acceptance, MAX_TREE_DEPTH)
    warmup = -(-warmup // BLOCK) * BLOCK

    def begin(key, row):
        return kernel.init(key, warmup, init_params={"x": white.coordinates(row)}, model_args=(), model_kwargs={})

    def one(state, _):
        state = kernel.sample(state, (), {})
        return state, (white.unknowns(state.z["x"]), state.diverging, state.num_steps)

    begin = jax.jit(begin).lower(jax.random.key(0), flat(unknowns_at_zero(problem))).compile()
    block = jax.jit(lambda state: jax.lax.scan(one, state, None, length=BLOCK))
    return Sampler(begin, block.lower(begin.out_info).compile(), warmup)


def run_chain(
    problem: Problem, nuts: Sampler, key, *, chain: int, draws: int, report: Callable[[Progress], None] = lambda _: None
) -> Chain:
    """Run one chain; uses ``key`` up. draws are rounded up to whole blocks."""
    start_key, run_key = jax.random.split(key)
    start = START_JITTER * jax.random.normal(start_key, flat(unknowns_at_zero(problem)).shape)
    n_warm, n_keep = nuts.warmup // BLOCK, -(-draws // BLOCK)
    began = time.perf_counter()
    state = nuts.begin(run_key, start)
    kept, divergences = [], 0
    for n in range(n_warm + n_keep):
        state, made = nuts.block(state)
        if n >= n_warm:
            kept.append(jax.tree.map(np.asarray, made))
            divergences += int(kept[-1][1].sum())
        report(
            Progress(chain, (n + 1) * BLOCK, (n_warm + n_keep) * BLOCK, float(state.adapt_state.step_size), divergences)
        )
    rows, diverging, steps = jax.tree.map(lambda *parts: np.concatenate(parts)[:draws], *kept)
    unknowns = Unknowns(*(np.asarray(a) for a in unflat(rows, problem)))
    return Chain(unknowns, diverging, steps, float(state.adapt_state.step_size), time.perf_counter() - began)
