"""Our own fit, timed from the outside; and its potential, read off few days or summed over all of them."""

import time
from collections.abc import Callable

import jax
import numpy as np

from oilplan.calibration.chain import BLOCK, Progress
from oilplan.calibration.fit import fit
from oilplan.calibration.likelihood import Problem
from oilplan.calibration.model import Unknowns, potential

from .compiling import compiling_s
from .sampled import CHAINS, Sampled

NOTE = (
    f"oilplan.calibration.fit.fit as it stands: pilot counted as warm-up, chains side by side; warm-up and draws in"
    f" blocks of {BLOCK}"
)


def energy(problem: Problem) -> Callable[[Unknowns], tuple[float, np.ndarray]]:
    """A compiled function from unknowns to the potential and its slope [Q]."""
    return with_slope(lambda u: potential(u, problem))


def with_slope(energy_of: Callable) -> Callable[[Unknowns], tuple[float, np.ndarray]]:
    """The same for any function of the unknowns that JAX can differentiate."""
    compiled = jax.jit(jax.value_and_grad(energy_of))

    def value_and_slope(u: Unknowns):
        value, slope = compiled(u)
        return float(value), np.concatenate([np.ravel(a) for a in slope])

    return value_and_slope


def sample(problem: Problem, *, warmup: int, draws: int, seed: int) -> Sampled:
    """Fit with the defaults of the program but for the numbers of draws, which are rounded up to whole blocks."""
    warmup, draws = (-(-n // BLOCK) * BLOCK for n in (warmup, draws))
    at_s: dict[tuple[int, int], float] = {}

    def note(progress: Progress) -> None:
        at_s[progress.chain, progress.done] = time.perf_counter()

    began = time.perf_counter()
    fitted = fit(problem, seed=seed, chains=CHAINS, warmup=warmup, draws=draws, report=note)
    ended = time.perf_counter()
    compiled_s = compiling_s(began, ended)
    drawing_s = max(at_s[c, warmup + draws] - at_s[c, warmup] for c in range(CHAINS))
    return Sampled(
        fitted.draws, fitted.diverging, fitted.steps, warmup, compiled_s, ended - began - compiled_s, drawing_s, NOTE
    )
