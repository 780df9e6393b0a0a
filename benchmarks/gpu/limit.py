"""The device's own limits, measured in the same run, and the share of them that a flight reaches."""

import time

import jax
import jax.numpy as jnp
from benchmarks.speed import ours, problem
from benchmarks.speed.operations import count
from benchmarks.speed.roofline import CHAIN, chain

MATRIX, LONG, LAPS = 4_096, 1 << 28, 10
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
    """Campaigns a second that the device's peaks allow, and the share of them reached; counted as in `benchmarks.speed`.

    The limit takes the operations and, of the bytes, only what goes in and comes out: nothing can be faster. Beside it
    stands the rate if every gathered row crossed the memory; a device that joins gathering to arithmetic, or keeps rows
    in a cache of its own, goes past that one.
    """
    pr = problem.as_flown_problem()
    p, key = ours.draws_last(problem.draw_parameters(pr, COUNTED)), jax.random.key(1)
    fly = ours.drawn_flight(*pr)
    done = {kind: n / COUNTED for kind, n in count(lambda k: fly(k, p), key).items()}
    ends = sum(a.size * a.dtype.itemsize for a in jax.tree.leaves((p, jax.eval_shape(fly, key, p)))) / COUNTED
    operations_s = sum(done[kind] / rate for kind, rate in top.items() if kind != "bytes")
    limit, gathered = 1.0 / max(operations_s, ends / top["bytes"]), top["bytes"] / done["bytes"]
    return {
        "share_of_limit": round(found["campaigns_per_s"] / limit, 3),
        "limit_campaigns_per_s": float(f"{limit:.3g}"),
        "if_every_row_crossed_memory_per_s": float(f"{gathered:.3g}"),
    }
