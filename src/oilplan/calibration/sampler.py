"""NUTS on a problem, compiled once: its coordinates are an argument, so that pilot and chains share it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
from numpyro.infer.hmc import hmc

from .likelihood import Problem
from .model import potential, unknowns_at_zero
from .whitening import flat, no_stretch, unflat

BLOCK = 50
TARGET_ACCEPTANCE = 0.85
WARMUP_DEPTH, MAX_TREE_DEPTH = 6, 8
"""Of the tree of steps: a chain that still looks for its step size need not walk far."""
RUN_ONCE: dict[str, str | bool] = {"xla_backend_optimization_level": "0"}
"""For what is run a few times and would take longer to optimise than to run."""


class Sampler(NamedTuple):
    """Compiled parts of NUTS on a problem, shared by its pilot and all its chains.

    begin: function of (key, unknowns [Q], Whitening) to the state before the first draw
    block: function of (state, Whitening) to the state `BLOCK` draws on, with their unknowns [B, Q], divergences [B] and
    leapfrog steps [B]
    """

    begin: Callable
    block: Callable
    warmup: int


def sampler(problem: Problem, warmup: int, acceptance: float = TARGET_ACCEPTANCE) -> Sampler:
    """Compile NUTS on a problem, which takes about ten seconds; warmup is rounded up to whole blocks.

    Only the step size adapts: the coordinates do the rest.
    """
    warmup = -(-warmup // BLOCK) * BLOCK
    start, draw = hmc(potential_fn_gen=lambda white: lambda x: potential(unflat(white.unknowns(x), problem), problem))

    def begin(key, row, white):
        return start(white.coordinates(row), warmup, adapt_mass_matrix=False, target_accept_prob=acceptance,
                     max_tree_depth=(WARMUP_DEPTH, MAX_TREE_DEPTH), model_args=(white,), rng_key=key)  # fmt: skip

    def block(state, white):
        def one(state, _):
            state = draw(state, (white,))
            return state, (white.unknowns(state.z), state.diverging, state.num_steps)

        return jax.lax.scan(one, state, None, length=BLOCK)

    zero = flat(unknowns_at_zero(problem))
    white = no_stretch(zero.size)
    begin = jax.jit(begin).lower(jax.random.key(0), zero, white).compile(RUN_ONCE)
    return Sampler(begin, jax.jit(block).lower(begin.out_info, white).compile(), warmup)
