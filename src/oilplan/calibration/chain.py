"""One chain of NUTS, run in blocks so that a caller can show progress and keep what is done."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

import jax
import numpy as np
from numpyro.infer import NUTS

from .likelihood import Problem
from .model import Unknowns, potential, unknowns_at_zero

BLOCK = 50
TARGET_ACCEPTANCE = 0.9
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


def sampler(problem: Problem, acceptance: float = TARGET_ACCEPTANCE):
    """The NUTS kernel of a problem and its compiled block of `BLOCK` draws: shared by all chains of a fit."""

    def energy(u: dict):
        return potential(Unknowns(**u), problem)

    kernel = NUTS(
        potential_fn=energy,
        target_accept_prob=acceptance,
        max_tree_depth=MAX_TREE_DEPTH,
        dense_mass=[("scalar", "discrepancy")],
    )

    def one(state, _):
        state = kernel.sample(state, (), {})
        return state, (state.z, state.diverging, state.num_steps)

    return kernel, jax.jit(lambda state: jax.lax.scan(one, state, None, length=BLOCK))


def run_chain(
    problem: Problem, kernel, block, key, *, chain: int, warmup: int, draws: int,
    report: Callable[[Progress], None] = lambda _: None,
) -> Chain:  # fmt: skip
    """Run one chain; uses ``key`` up. warmup and draws are rounded up to whole blocks."""
    start_key, run_key = jax.random.split(key)
    start = {k: START_JITTER * jax.random.normal(jax.random.fold_in(start_key, i), v.shape)
             for i, (k, v) in enumerate(unknowns_at_zero(problem)._asdict().items())}  # fmt: skip
    n_warm, n_keep = -(-warmup // BLOCK), -(-draws // BLOCK)
    began = time.perf_counter()
    state = kernel.init(run_key, n_warm * BLOCK, init_params=start, model_args=(), model_kwargs={})
    kept, divergences = [], 0
    for n in range(n_warm + n_keep):
        state, (z, diverging, steps) = block(state)
        if n >= n_warm:
            kept.append(jax.tree.map(np.asarray, (z, diverging, steps)))
            divergences += int(kept[-1][1].sum())
        report(
            Progress(chain, (n + 1) * BLOCK, (n_warm + n_keep) * BLOCK, float(state.adapt_state.step_size), divergences)
        )
    z, diverging, steps = jax.tree.map(lambda *parts: np.concatenate(parts)[:draws], *kept)
    return Chain(Unknowns(**z), diverging, steps, float(state.adapt_state.step_size), time.perf_counter() - began)
