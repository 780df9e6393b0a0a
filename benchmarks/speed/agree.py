"""Does every twin give our answer? With the same luck exactly; with its own luck within Monte Carlo error."""

import jax
import numpy as np

from . import ours, problem, twin_mesa, twin_numba, twin_numpy, twin_python, twin_simpy

SAME_LUCK_TOLERANCE = 1e-4
"""Of a month with every plant whole."""
FAST_TOLERANCE = 0.005
"""The same, for the fast kernel, whose months are read off a few days."""
STANDARD_ERRORS = 5.0
"""Means of 13 months and 6 twins: five standard errors fail a right twin less than once in ten thousand runs."""
ONE_BY_ONE = {"python": twin_python, "mesa": twin_mesa, "simpy": twin_simpy}
TOGETHER = {"numpy": twin_numpy, "numba": twin_numba}


def same_luck(pr, n_draws: int = 4) -> dict[str, float]:
    """Greatest difference of each twin from `ours.exact_months` with the same draws, as a share of a whole month."""
    p = problem.draw_parameters(pr, n_draws)
    z = np.random.default_rng(problem.SEED).standard_normal((n_draws, pr.schedule.n_raids))
    exact, scalars = ours.exact_months(pr, p, z), problem.plain(p)
    answers = {name: twin.prepare(pr)(scalars, z) for name, twin in TOGETHER.items()}
    for name, twin in ONE_BY_ONE.items():
        fly = twin.prepare(pr)
        answers[name] = [fly(one, list(luck)) for one, luck in zip(_rows(scalars), z, strict=True)]
    answers["oilplan"] = ours.fast_months(pr, p, z)
    whole = problem.DAYS_OF_A_MONTH * pr.system.all_products_t_per_day.sum()
    return {name: float(np.max(np.abs(np.asarray(months) - exact)) / whole) for name, months in answers.items()}


def own_luck(pr, one_by_one: int = 32, together: int = 2048) -> dict[str, float]:
    """Greatest difference of the twins' mean months from ours, in standard errors, every one with its own luck."""
    p = problem.draw_parameters(pr, together)
    scalars, rng = problem.plain(p), np.random.default_rng(problem.SEED)
    mine = ours.prepare(pr)(p, jax.random.key(problem.SEED))
    answers = {"numpy": twin_numpy.prepare(pr)(scalars, rng=rng), "numba": twin_numba.prepare(pr)(scalars)}
    first = _rows({name: value[:one_by_one] for name, value in scalars.items()})
    for name, twin in ONE_BY_ONE.items():
        fly = twin.prepare(pr)
        answers[name] = np.array([fly(one) for one in first])
    return {name: _standard_errors(a, mine[: len(a)]) for name, a in answers.items()}


def agree(same: dict[str, float], own: dict[str, float]) -> bool:
    """True when every twin is within its tolerance both ways."""
    bounds = {name: FAST_TOLERANCE if name == "oilplan" else SAME_LUCK_TOLERANCE for name in same}
    return all(same[name] <= bounds[name] for name in same) and all(e <= STANDARD_ERRORS for e in own.values())


def _rows(scalars: dict) -> list[dict]:
    return [dict(zip(scalars, map(float, row), strict=True)) for row in zip(*scalars.values(), strict=True)]


def _standard_errors(theirs, mine) -> float:
    """Draws are paired by parameters, so the difference has only the luck in it."""
    difference = theirs - mine
    error = difference.std(axis=0, ddof=1) / np.sqrt(len(difference))
    return float(np.max(np.abs(difference.mean(axis=0)) / np.maximum(error, 1.0)))
