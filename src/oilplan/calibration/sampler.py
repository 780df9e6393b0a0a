"""Hamiltonian Monte Carlo on a problem, compiled once: coordinates and lengths are arguments of pilot and chains alike.

Where the posterior is round, a path has forgotten where it began after a quarter of a turn, a length of pi / 2; after half
a turn it is back, on the other side of the same shell. So lengths are drawn around a little more than a quarter: half the
steps that NUTS takes before it sees that it turns. They are drawn apart from the state, so that the posterior stays what
it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
from numpyro.infer.hmc import hmc

from .likelihood import Problem
from .model import potential, unknowns_at_zero
from .whitening import flat, no_stretch, unflat

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
    """Compile the sampler of a problem, which takes about ten seconds; warmup is rounded up to whole blocks.

    Only the step size adapts: the coordinates do the rest.
    """
    warmup = -(-warmup // BLOCK) * BLOCK
    start, draw = hmc(potential_fn_gen=lambda white: lambda x: potential(unflat(white.unknowns(x), problem), problem),
                      algo="HMC")  # fmt: skip

    def begin(key, row, white):
        return start(white.coordinates(row), warmup, adapt_mass_matrix=False, target_accept_prob=acceptance,
                     trajectory_length=LENGTH, model_args=(white,), rng_key=key)  # fmt: skip

    def block(state, white, length):
        def one(state, _):
            key, lot = jax.random.split(state.rng_key)
            varied = length * jax.random.uniform(lot, minval=1.0 - JITTER, maxval=1.0 + JITTER)
            state = draw(state._replace(rng_key=key, trajectory_length=varied), (white,))
            return state, (white.unknowns(state.z), state.diverging, state.num_steps)

        return jax.lax.scan(one, state, None, length=BLOCK)

    zero = flat(unknowns_at_zero(problem))
    white = no_stretch(zero.size)
    begin = jax.jit(begin).lower(jax.random.key(0), zero, white).compile(RUN_ONCE)
    return Sampler(begin, jax.jit(block).lower(begin.out_info, white, LENGTH).compile(), warmup)
