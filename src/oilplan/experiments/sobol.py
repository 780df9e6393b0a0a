"""Sobol indices of any function of independent inputs: Saltelli's design and estimators, by SALib."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..errors import OilplanError


class Indices(NamedTuple):
    """Shares of an outcome's variance. All [O, G]; NaN in the row of an outcome that does not vary.

    first: due to an input alone; total: that would go if the input were known and all others not, interactions
    included; first_error, total_error: half-widths of 95 percent intervals, by bootstrap
    """

    first: np.ndarray
    first_error: np.ndarray
    total: np.ndarray
    total_error: np.ndarray


def sobol(
    names: tuple[str, ...], model: Callable[[np.ndarray], np.ndarray], samples: int, seed: int
) -> tuple[Indices, np.ndarray]:
    """First-order and total Sobol indices of every outcome on every input.

    names: G inputs; model: function of [n, G] shares between 0 and 1 (the quantile of each input) to [n, O] outcomes
    samples: N, a power of two; the model is run N * (G + 2) times; seed: the same seed gives the same indices

    Returns the indices and the N outcomes [N, O] of the first matrix of the design, an ordinary sample.
    The estimators are those of Saltelli 2010 and Jansen [doi:10.1016/j.cpc.2009.09.018]; the inputs must be
    independent. Raises OilplanError where N is no power of two or the model is not finite.
    """
    from SALib.sample import sobol as design

    if samples < 2 or samples & (samples - 1):
        raise OilplanError(f"--samples {samples} is no power of two; expected 128, 256, 512, ...")
    problem = {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
    shares = design.sample(problem, samples, calc_second_order=False, scramble=True, seed=seed)
    outcomes = np.asarray(model(shares), dtype=np.float64)
    if not np.isfinite(outcomes).all():
        bad = int((~np.isfinite(outcomes).all(axis=1)).sum())
        raise OilplanError(f"{bad} of {len(outcomes)} runs of the sensitivity design are not finite; none can be used.")
    each = [_of_outcome(problem, y, seed) for y in outcomes.T]
    return Indices(*(np.stack(parts) for parts in zip(*each, strict=True))), outcomes[:: len(names) + 2]


def _of_outcome(problem: dict, y: np.ndarray, seed: int) -> tuple[np.ndarray, ...]:
    from SALib.analyze import sobol as analysis

    if np.ptp(y) == 0.0:
        return tuple(np.full(problem["num_vars"], np.nan) for _ in Indices._fields)
    found = analysis.analyze(problem, y, calc_second_order=False, seed=seed + 1)
    return tuple(np.asarray(found[k]) for k in ("S1", "S1_conf", "ST", "ST_conf"))
