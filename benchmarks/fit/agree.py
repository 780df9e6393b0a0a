"""Is a twin's posterior ours? Its log density, but for a constant, and its slope are held to ours at several points."""

from collections.abc import Callable

import jax
import numpy as np

from oilplan.calibration.likelihood import Problem
from oilplan.calibration.model import Unknowns

from . import ours, problem

TOLERANCE = 1e-6
"""Greatest difference in 64 bits: of a log density, absolute; of a slope, as a share of its greatest component. Closed
form and day loop are the same sum in another order; what is left is rounding."""
POINTS, SHIPPED = 4, 16
Energy = Callable[[Unknowns], tuple[float, np.ndarray]]


def difference(one: Energy, other: Energy, at: list[Unknowns]) -> dict[str, float]:
    """Greatest difference of two potentials over the points ``at``, a constant apart, and of their slopes."""
    ones, others = [one(u) for u in at], [other(u) for u in at]
    gap = np.array([a[0] - b[0] for a, b in zip(ones, others, strict=True)])
    slope = [np.max(np.abs(a[1] - b[1])) / np.max(np.abs(b[1])) for a, b in zip(ones, others, strict=True)]
    return {"log_density": float(np.max(np.abs(gap - gap[0]))), "slope": float(np.max(slope))}


def agreement(twin: Callable[[Problem], Energy], target: Problem) -> dict[str, float]:
    """Difference of a twin from our daily sums in 64 bits. twin: makes the potential of a problem."""
    with jax.enable_x64(True):
        daily = ours.energy(target._replace(read=None))
        return difference(twin(target), daily, problem.points(target, POINTS))


def agrees(found: dict[str, float]) -> bool:
    """True within `TOLERANCE`."""
    return max(found.values()) <= TOLERANCE


def fast_form(target: Problem) -> dict[str, float]:
    """How far the figures read off few days bend our own posterior: difference from the daily sums at shipped draws.

    log_density_sd: standard deviation over the draws of the difference of the log densities; slope: as `difference`.
    """
    at = problem.shipped_points(SHIPPED)
    with jax.enable_x64(True):
        fast, daily = ours.energy(target), ours.energy(target._replace(read=None))
        gap = np.array([fast(u)[0] - daily(u)[0] for u in at])
        return {"log_density_sd": float(np.std(gap, ddof=1)), "slope": difference(fast, daily, at)["slope"]}
