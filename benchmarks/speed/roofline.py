"""How far the fast kernel is from this machine's limit: peaks and campaign measured in the same minute."""

import time
from concurrent.futures import ThreadPoolExecutor

import jax
import jax.numpy as jnp

from . import ours, problem
from .operations import count

THREADS, REPEATS = 2, 25
CHAIN = 32
"""Exponentials in a row on each number: the reading and writing of it is then nothing."""
IN_CACHE, WORKING_SET, MATRIX = 65_536, 1_000_000, 1_536


def best_cpu_s(fn, argument) -> float:
    """CPU seconds of one call when `THREADS` threads call at once, best of `REPEATS`; other people's work is not in it."""
    run, best = jax.jit(fn), float("inf")
    jax.block_until_ready(run(argument))
    with ThreadPoolExecutor(THREADS) as pool:
        for _ in range(REPEATS):
            began = time.process_time()
            list(pool.map(lambda _: jax.block_until_ready(run(argument)), range(4 * THREADS)))
            best = min(best, (time.process_time() - began) / (4 * THREADS))
    return best


def chain(one):
    """A function of numbers that puts `CHAIN` calls of ``one`` in a row."""

    def repeated(y):
        for _ in range(CHAIN):
            y = one(y)
        return y

    return repeated


def peaks() -> dict[str, float]:
    """Measured peaks of a core: arithmetic (matrix product), exponentials, logarithms; bytes at a block's working set."""
    x = jnp.linspace(0.1, 1.0, IN_CACHE)

    matrix, long = jnp.ones((MATRIX, MATRIX)), jnp.ones(WORKING_SET)
    calls = CHAIN * IN_CACHE
    return {
        "arithmetic": 2.0 * MATRIX**3 / best_cpu_s(lambda a: a @ a, matrix),
        "exponentials": calls / best_cpu_s(chain(lambda y: jnp.exp2(-y)), x),
        "logarithms": calls / best_cpu_s(chain(lambda y: jnp.log2(y + 1.5)), x),
        "bytes": 8.0 * WORKING_SET / best_cpu_s(lambda a: a * 1.5, long),
    }


def roofline() -> dict:
    """Peaks, operations of a campaign, least time by kind, and the share of the limit that is reached.

        share = least time / time taken, least time = max(sum of operations / peak of their kind, bytes / peak bytes)

    Times are CPU seconds with both cores at work. Exponentials and logarithms have peaks of their own: they are not
    one operation each. Bytes move within the caches: a block's tables never leave them.
    """
    pr = problem.as_flown_problem()
    fly, order = ours.block_flight(*pr)
    drawn, key = ours.drawn_flight(*pr), jax.random.key(1)
    p = ours.draws_last(problem.draw_parameters(pr, ours.BLOCK))
    z = jax.random.normal(key, (len(order), ours.BLOCK))
    top = peaks()
    taken_s = best_cpu_s(lambda k: drawn(k, p), key)
    quiet_s = best_cpu_s(lambda luck: fly(luck, p), z)
    done = count(lambda k: drawn(k, p), key)
    least_s = {kind: done[kind] / top[kind] for kind in top}
    memory_s = least_s.pop("bytes")
    limit_s = max(sum(least_s.values()), memory_s)
    each_us = {kind: round(1e6 * s / ours.BLOCK, 3) for kind, s in (*least_s.items(), ("bytes", memory_s))}
    return {
        "share": round(limit_s / taken_s, 3),
        "peak_per_cpu_s": {kind: float(f"{rate:.3g}") for kind, rate in top.items()},
        "per_campaign": {kind: round(n / ours.BLOCK) for kind, n in done.items()},
        "least_us_per_campaign_and_core": each_us,
        "taken_us_per_campaign_and_core": round(1e6 * taken_s / ours.BLOCK, 2),
        "random_numbers_share_of_time": round(max(0.0, 1.0 - quiet_s / taken_s), 3),
    }
