"""The device's own limits, measured in the same run, and the share of them that a flight reaches."""

import time

import jax
import jax.numpy as jnp
from benchmarks.speed import ours, problem
from benchmarks.speed.operations import count
from benchmarks.speed.roofline import CHAIN, chain

MATRIX, LONG, LAPS = 4_096, 1 << 25, 10
COUNTED = ours.BLOCK
"""Draws of the campaign whose operations are counted."""


def peaks() -> dict[str, float]:
    """Operations of each kind a second on the default device: matrix product, exponentials, logarithms, bytes."""
    x = jnp.linspace(0.1, 1.0, LONG)

    with jax.default_matmul_precision("highest"):
        arithmetic = 2.0 * MATRIX**3 / best_s(lambda a: a @ a, jnp.ones((MATRIX, MATRIX)))
    return {
        "arithmetic": arithmetic,
        "exponentials": CHAIN * LONG / best_s(chain(lambda y: jnp.exp2(-y)), x),
        "logarithms": CHAIN * LONG / best_s(chain(lambda y: jnp.log2(y + 1.5)), x),
        "bytes": 8.0 * LONG / best_s(lambda a: a * 1.5, x),
    }


def best_s(function, argument) -> float:
    """Seconds of one call, the best of `LAPS`."""
    run, best = jax.jit(function), float("inf")
    jax.block_until_ready(run(argument))
    for _ in range(LAPS):
        began = time.perf_counter()
        jax.block_until_ready(run(argument))
        best = min(best, time.perf_counter() - began)
    return best


def share(found: dict, top: dict[str, float]) -> dict:
    """Share of the limit: least seconds of a campaign over those taken; counted as in `benchmarks.speed.roofline`.

    On a processor it means little: there the tables of a small flight stay in caches faster than the memory measured.
    """
    pr = problem.as_flown_problem()
    p = ours.draws_last(problem.draw_parameters(pr, COUNTED))
    done = count(lambda key: ours.drawn_flight(*pr)(key, p), jax.random.key(1))
    least_s = {kind: done[kind] / COUNTED / top[kind] for kind in top}
    limit_s = max(sum(s for kind, s in least_s.items() if kind != "bytes"), least_s["bytes"])
    return {
        "share_of_limit": round(limit_s * found["campaigns_per_s"], 3),
        "limit_campaigns_per_s": float(f"{1 / limit_s:.3g}"),
    }
