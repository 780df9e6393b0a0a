"""The campaign of `benchmarks.speed`, all draws in one block: a card wants long vectors, not blocks that fit a cache."""

import time

import jax
import numpy as np
from benchmarks.speed import ours, problem

LAPS = 5
CHECKED = 512
"""Draws flown on both the card and the processor, with the same luck."""


def agreement(device) -> float:
    """Largest difference between the device and the processor over all months, as a share of the greatest month."""
    pr = problem.as_flown_problem()
    p = problem.draw_parameters(pr, CHECKED)
    luck = np.random.default_rng(problem.SEED).standard_normal((CHECKED, pr.schedule.n_raids), np.float32)
    months = []
    for where in (device, jax.devices("cpu")[0]):
        with jax.default_device(where):
            months.append(ours.fast_months(pr, jax.device_put(p, where), luck))
    return float(np.abs(months[0] - months[1]).max() / np.abs(months[1]).max())


def campaigns_per_s(draws: int) -> dict:
    """Campaigns a second on the default device, luck drawn inside, parameters already there: the best of some laps."""
    pr = problem.as_flown_problem()
    fly = ours.drawn_flight(*pr)
    p = jax.device_put(ours.draws_last(problem.draw_parameters(pr, draws)))
    keys = jax.random.split(jax.random.key(problem.SEED), LAPS + 1)
    began = time.perf_counter()
    jax.block_until_ready(fly(keys[-1], p))
    first_s, best_s = time.perf_counter() - began, float("inf")
    for key in keys[:LAPS]:
        began = time.perf_counter()
        jax.block_until_ready(fly(key, p))
        best_s = min(best_s, time.perf_counter() - began)
    return {"campaigns_per_s": float(f"{draws / best_s:.4g}"), "first_call_s": round(first_s, 2), "flight_s": best_s}
