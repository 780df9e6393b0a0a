"""One twin timed in a process of its own: `python -m benchmarks.speed.measure NAME [--plants P] [--days T] [--draws D]`."""

import argparse
import itertools
import json
import time
from pathlib import Path

import numpy as np

from . import problem as problems

BUDGET_S = 4.0
"""Seconds of flying; the best of the laps counts."""
BLOCK_OF = {"numpy": 500, "numba": 2048, "oilplan": 16384}


def laps(fly, draws: int, budget_s: float = BUDGET_S) -> dict:
    """Campaigns a second of the best lap; ``fly()`` flies ``draws`` campaigns. The first, compiling call is not counted.

    ``per_cpu_s`` counts the seconds that the process had a core for, summed over cores: other work does not blur it.
    """
    began = time.perf_counter()
    fly()
    first_s, best_s, best_cpu_s = time.perf_counter() - began, float("inf"), float("inf")
    until = time.perf_counter() + budget_s
    for lap in itertools.count():
        began, cpu_began = time.perf_counter(), time.process_time()
        if lap >= 2 and began > until:
            break
        fly()
        best_s = min(best_s, time.perf_counter() - began)
        best_cpu_s = min(best_cpu_s, time.process_time() - cpu_began)
    return {
        "campaigns_per_s": float(f"{draws / best_s:.4g}"),
        "per_cpu_s": float(f"{draws / best_cpu_s:.4g}"),
        "draws": draws,
        "first_call_s": round(first_s, 2),
    }


PEAK, NOW = "VmHWM", "VmRSS"
RESET_PEAK = "5"
"""What Linux wants written to ``clear_refs`` to begin a new peak."""


def memory_mib(work) -> tuple[dict, float | None]:
    """What ``work()`` returns, and the most memory it took beyond what the process held before: None where the system
    does not tell.
    """
    try:
        Path("/proc/self/clear_refs").write_text(RESET_PEAK, encoding="ascii")
        before = _status_kib(NOW)
        return work(), round((_status_kib(PEAK) - before) / 1024, 1)
    except OSError:
        return work(), None


def _status_kib(name: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1])


def flight(name: str, pr, draws: int):
    """A function of no arguments that flies ``draws`` campaigns of a twin."""
    from importlib import import_module

    p = problems.draw_parameters(pr, draws)
    if name == "oilplan":
        return _ours(pr, p)
    fly, scalars = import_module(f"benchmarks.speed.twin_{name}").prepare(pr), problems.plain(p)
    if name == "numba":
        return lambda: fly(scalars)
    if name == "numpy":
        rng = np.random.default_rng(problems.SEED)
        return lambda: fly(scalars, rng=rng)
    rows = itertools.cycle(dict(zip(scalars, map(float, r), strict=True)) for r in zip(*scalars.values(), strict=True))
    return lambda: [fly(next(rows)) for _ in range(draws)]


def _ours(pr, p):
    import jax

    from .ours import prepare

    fly, keys = prepare(pr), iter(jax.random.split(jax.random.key(problems.SEED), 100_000))
    return lambda: fly(p, next(keys))


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("name")
    words.add_argument("--plants", type=int)
    words.add_argument("--days", type=int)
    words.add_argument("--draws", type=int)
    words.add_argument("--budget", type=float, default=BUDGET_S)
    asked = words.parse_args()
    pr = problems.as_flown_problem()
    if asked.plants or asked.days:
        pr = problems.grown(pr, plants=asked.plants or pr.system.n_plants, days=asked.days or pr.n_days)
    draws = asked.draws or BLOCK_OF.get(asked.name, 2)
    fly = flight(asked.name, pr, draws)
    found, found["memory_mib"] = memory_mib(lambda: laps(fly, draws, asked.budget))
    print(json.dumps({**found, "plants": pr.system.n_plants, "days": pr.n_days, "raids": pr.schedule.n_raids}))


if __name__ == "__main__":
    main()
