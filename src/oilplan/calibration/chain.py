"""Hamiltonian Monte Carlo on a problem, compiled once: coordinates and lengths are arguments of pilot and chains alike.

Where the posterior is round, a path has forgotten where it began after a quarter of a turn, a length of pi / 2; after half
a turn it is back, on the other side of the same shell. So lengths are drawn around a little more than a quarter: half the
steps that NUTS takes before it sees that it turns. They are drawn apart from the state, so that the posterior stays what
it is.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpyro.infer.hmc import hmc

from .likelihood import Problem
from .model import Unknowns, potential, unknowns_at_zero
from .whitening import Whitening, flat, information, no_stretch, unflat, whitening, widened

BLOCK = 50
"""Draws between two reports of progress."""
TARGET_ACCEPTANCE = 0.75
"""Most effective draws a second of the targets tried, 0.65 to 0.85, on the whole record."""
LENGTH, JITTER = 2.0, 0.5
"""Length of a draw's path in units of the posterior's standard deviation, and the share by which it varies."""
RUN_ONCE: dict[str, str | bool] = {"xla_backend_optimization_level": "0"}
"""For what is run a few times and would take longer to optimise than to run."""


class Sampler(NamedTuple):
    """Compiled parts of Hamiltonian Monte Carlo on a problem, shared by its pilot and all its chains.

    begin: function of (key, unknowns [Q], Whitening) to the state before the first draw
    block: function of (state, Whitening, mean length [ ]) to the state `BLOCK` draws on, with their unknowns [B, Q],
    divergences [B] and leapfrog steps [B]
    """

    begin: Callable
    block: Callable
    warmup: int


def sampler(problem: Problem, warmup: int, acceptance: float = TARGET_ACCEPTANCE) -> Sampler:
    """Compile the sampler of a problem, which takes about ten seconds; warmup is rounded up to whole blocks."""
    size = flat(unknowns_at_zero(problem)).size
    return compiled(lambda row: potential(unflat(row, problem), problem), no_stretch(size), size, warmup, acceptance)


def compiled(
    minus_log: Callable[[Array], Array], white: Any, size: int, warmup: int, acceptance: float = TARGET_ACCEPTANCE
) -> Sampler:
    """Compile the sampler of any density of standard normal unknowns.

    minus_log: from unknowns [Q] to minus the logarithm of their density; white: coordinates, as `Whitening`; size: Q
    Only the step size adapts: the coordinates do the rest.
    """
    warmup = -(-warmup // BLOCK) * BLOCK
    start, draw = hmc(potential_fn_gen=lambda white: lambda x: minus_log(white.unknowns(x)), algo="HMC")

    def begin(key, row, white):
        return start(
            white.coordinates(row),
            warmup,
            adapt_mass_matrix=False,
            target_accept_prob=acceptance,
            trajectory_length=LENGTH,
            model_args=(white,),
            rng_key=key,
        )

    def block(state, white, length):
        def one(state, _):
            key, lot = jax.random.split(state.rng_key)
            varied = length * jax.random.uniform(lot, minval=1.0 - JITTER, maxval=1.0 + JITTER)
            state = draw(state._replace(rng_key=key, trajectory_length=varied), (white,))
            return state, (white.unknowns(state.z), state.diverging, state.num_steps)

        return jax.lax.scan(one, state, None, length=BLOCK)

    zero = jnp.zeros(size)
    begin = jax.jit(begin).lower(jax.random.key(0), zero, white).compile(RUN_ONCE)
    return Sampler(begin, jax.jit(block).lower(begin.out_info, white, LENGTH).compile(), warmup)


# One chain, run in blocks so that a caller can show progress and keep what is done.

START_JITTER = 0.3
"""Standard deviation of the starting points around the prior medians, in prior standard deviations."""


class Chain(NamedTuple):
    """Draws of one chain. draws: Unknowns, or rows of them, with a leading axis; diverging: [N] bool; steps: [N] leapfrog steps."""

    draws: Any
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
    problem: Problem,
    sample: Sampler,
    white: Whitening,
    key,
    *,
    chain: int,
    draws: int,
    report: Callable[[Progress], None] = lambda _: None,
) -> Chain:
    """Run one chain in the coordinates of ``white``; uses ``key`` up. draws are rounded up to whole blocks."""
    size = flat(unknowns_at_zero(problem)).size
    done = run_rows(sample, white, size, key, chain=chain, draws=draws, report=report)
    return done._replace(draws=Unknowns(*(np.asarray(a) for a in unflat(done.draws, problem))))


def run_rows(
    sample: Sampler,
    white: Any,
    size: int,
    key,
    *,
    chain: int,
    draws: int,
    report: Callable[[Progress], None] = lambda _: None,
) -> Chain:
    """Run one chain of any `compiled` sampler; its ``draws`` are rows of unknowns [N, Q]. size: Q; uses ``key`` up."""
    start_key, run_key = jax.random.split(key)
    start = START_JITTER * jax.random.normal(start_key, (size,))
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
    return Chain(rows, diverging, steps, float(state.adapt_state.step_size), time.perf_counter() - began)


# Short chains that choose the coordinates of a fit. They only choose: draws of the fit are exact in any of them.
#
# A first block walks from the prior medians to where the posterior lies, in coordinates from the information at its
# start; the pilot chains go on from there, in coordinates from the information where it arrived.

CHAINS, BLOCKS, SETTLING = 2, 7, 1
"""Blocks of each pilot chain, and those of them that are thrown away."""
PILOT_LENGTH = 3.0
"""Longer than the chains' own: these coordinates still leave some directions wide."""
THIN = 20
"""Every so many draws one is asked for its information."""


def pilot(problem: Problem, sample: Sampler, key: Array) -> Whitening:
    """Coordinates for the chains of a problem; uses ``key`` up. sample: compiled on the same problem."""
    start = flat(unknowns_at_zero(problem))
    stated = jax.jit(lambda row: information(row, problem)).lower(start).compile()
    first, *keys = jax.random.split(key, 1 + CHAINS)
    arrived = _walk(sample, whitening([stated(start)]), start, first, 1)[-1]
    white = whitening([stated(arrived)])

    def one(key: Array) -> Array:
        return _walk(sample, white, arrived, key, BLOCKS)[SETTLING * BLOCK :]

    with ThreadPoolExecutor(CHAINS) as pool:
        rows = jnp.concatenate(list(pool.map(one, keys)))
    return widened(whitening([stated(row) for row in rows[::THIN]]), rows)


def _walk(sample: Sampler, white: Whitening, start: Array, key: Array, blocks: int) -> Array:
    """[N, Q] unknowns of ``blocks`` blocks from ``start``."""
    state, rows = sample.begin(key, start, white), []
    for _ in range(blocks):
        state, (made, _, _) = sample.block(state, white, PILOT_LENGTH)
        rows.append(made)
    return jnp.concatenate(rows)
