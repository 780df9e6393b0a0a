"""One sampler in a process of its own: `python -m benchmarks.fit.measure check|time NAME [--warmup N] [--draws N]`."""

import argparse
import json
import time
from importlib import import_module

import numpy as np

from oilplan.record import load_record

from .compiling import watch
from .problem import points, record_problem

MODULE_OF = {"oilplan": "ours", "numpyro": "twin_numpyro", "pymc": "twin_pymc"}
LAPS = 100


def check(name: str) -> dict:
    """Difference of a twin's posterior from ours by daily sums; for ours, of its fast form from its daily sums."""
    from .agree import agreement, agrees, fast_form

    if name == "oilplan":
        return fast_form(record_problem())
    found = agreement(_module(name).energy, record_problem())
    return {"agrees": agrees(found), **found}


def timed(name: str, *, warmup: int, draws: int, seed: int) -> dict:
    """Sample first, with nothing compiled before; then time a gradient by itself."""
    from .sampled import row

    watch()
    target = record_problem()
    sampled = _module(name).sample(target, warmup=warmup, draws=draws, seed=seed)
    return row(sampled, gradient_s(_module(name).energy(target), points(target, 1)[0]))


def gradient_s(energy, at) -> float:
    """Seconds of one potential with its slope, compiled before: the best of many."""
    at, best_s = at._replace(**{name: np.float32(a) for name, a in at._asdict().items()}), float("inf")
    energy(at)
    for _ in range(LAPS):
        began = time.perf_counter()
        energy(at)
        best_s = min(best_s, time.perf_counter() - began)
    return best_s


def _module(name: str):
    return import_module(f"benchmarks.fit.{MODULE_OF[name]}")


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("part", choices=("check", "time"))
    words.add_argument("name", choices=MODULE_OF)
    words.add_argument("--warmup", type=int, default=200)
    words.add_argument("--draws", type=int, default=200)
    words.add_argument("--seed", type=int, default=1944)
    asked = words.parse_args()
    sizes = {"warmup": asked.warmup, "draws": asked.draws, "seed": asked.seed}
    found = check(asked.name) if asked.part == "check" else timed(asked.name, **sizes)
    print(json.dumps({**found, "record": load_record().hash}))


if __name__ == "__main__":
    main()
