"""How often the model's own 90 percent bands hold the record: as fitted, and with each month left out of the fit.

A month is left out by weighting the draws anew, as if its figures had not been in the fit (Pareto-smoothed importance
sampling); a Pareto shape above 0.7 says that the weights cannot be trusted, and is reported.
"""

from __future__ import annotations

import contextlib
from typing import NamedTuple

import jax
import numpy as np
from scipy.special import ndtr

from ..clock import MONTHS, month_end_day, month_start_day
from ..record.provenance import Z90
from .bindings import MONTHLY_AVIATION, MONTHLY_SYNTHETIC, Binding
from .hindcast import inside
from .likelihood import DEGREES_OF_FREEDOM, Problem
from .model import Unknowns, mean_and_scale, student_t
from .posterior import Predicted

HEADLINE = (MONTHLY_AVIATION, MONTHLY_SYNTHETIC)
"""The two series whose months are counted; April 1944, to which all plants are scaled, is not."""
TRUSTED_PARETO_K = 0.7


class MonthHeld(NamedTuple):
    """One month of a series. low_t, high_t: its 90 percent band; pareto_k: of the weights that left it out, 0 as fitted;
    pit: share of the draws below the middle of the recorded interval (probability integral transform)."""

    kind: str
    month: str
    recorded_low_t: float
    recorded_high_t: float
    low_t: float
    high_t: float
    held: bool
    pareto_k: float
    pit: float


def counted(made: Predicted) -> list[int]:
    """Places of the figures that are counted."""
    return [i for i, b in enumerate(made.items) if b.kind in HEADLINE and b.at > 0]


def in_sample(made: Predicted) -> list[MonthHeld]:
    """Every counted month with its band as fitted."""
    even = np.full(made.drawn.shape[0], 1.0 / made.drawn.shape[0])
    return [_held(made.items[i], made.drawn[:, i], even, 0.0) for i in counted(made)]


def one_month_left_out(made: Predicted, log_lik: np.ndarray, target: Problem) -> list[MonthHeld]:
    """Every counted month with its band from a fit without any figure that falls in that month.

    made: predictions from the draws of a fit; log_lik: of `log_density_of_figures`, same draws, same order; target: the
    problem that was fitted
    """
    out = []
    for i in counted(made):
        month = MONTHS[made.items[i].at]
        first, last = month_start_day(month), month_end_day(month)
        of_month = [n for n, b in enumerate(target.items) if first <= b.last_day <= last]
        weights, k = _weights(log_lik[:, of_month].sum(axis=1))
        weight = np.exp(weights - weights.max())
        out.append(_held(made.items[i], made.drawn[:, i], weight / weight.sum(), float(k)))
    return out


def figures_of_draws(draws: Unknowns, target: Problem) -> tuple[np.ndarray, np.ndarray]:
    """[D, F] the model's value and the scale of the error of every figure of a problem in every draw."""
    of_draw = jax.jit(lambda u: jax.lax.map(lambda one: mean_and_scale(one, target), u, batch_size=25))
    mean, scale = of_draw(Unknowns(*map(jax.numpy.asarray, draws)))
    return np.asarray(mean), np.asarray(scale)


def log_density_of_figures(mean: np.ndarray, scale: np.ndarray, target: Problem) -> np.ndarray:
    """[D, F] log density of every figure of a problem. mean, scale: of `figures_of_draws`"""
    return np.asarray(student_t(np.array([b.value for b in target.items], mean.dtype), mean, scale))


MOST_OF_ERROR = 0.98
"""A fit never spreads wider about a figure than the figure's own error; draws are few, and may seem to."""


def expected_held(spread: np.ndarray, error: np.ndarray) -> np.ndarray:
    """Chance that a 90 percent band holds a figure that the fit has seen, where model and errors are right.

    spread: standard deviation of the fitted model's value; error: of the figure's error

    The fit has drawn the model towards the figure. With ``h = spread^2 / error^2`` (normal errors, a line for a model) what is
    left between the two has variance ``error^2 (1 - h)``, and the band ``error^2 (1 + h)``: so it holds more than nine in ten.
    """
    h = np.minimum(np.square(spread / error), MOST_OF_ERROR)
    return 2.0 * ndtr(Z90 * np.sqrt((1.0 + h) / (1.0 - h))) - 1.0


def expected_in_sample(mean: np.ndarray, scale: np.ndarray, target: Problem) -> float:
    """Mean of `expected_held` over the counted months. mean, scale: of `figures_of_draws`"""
    months = [n for n, b in enumerate(target.items) if b.kind in HEADLINE and b.at > 0]
    of_t = DEGREES_OF_FREEDOM / (DEGREES_OF_FREEDOM - 2.0)
    error = np.sqrt(of_t * np.mean(np.square(scale[:, months]), axis=0))
    return float(expected_held(mean[:, months].std(axis=0), error).mean())


class LeftOut(NamedTuple):
    """Leave-one-out score of all figures. elpd, se: expected log predictive density and its standard error; figures: how
    many; untrusted: those whose Pareto shape is above `TRUSTED_PARETO_K`."""

    elpd: float
    se: float
    figures: int
    untrusted: int


NO_PARETO_K = 10.0
"""Stands for the shape where no Pareto could be fitted to the weights: as little to be trusted as can be."""


def _weights(log_lik: np.ndarray) -> tuple[np.ndarray, float]:
    """Log weights [D] of draws as if figures of density ``log_lik`` had not been fitted, and the Pareto shape of their tail."""
    from arviz_stats.base import array_stats

    weights, k = -log_lik, NO_PARETO_K
    with np.errstate(divide="ignore", invalid="ignore"), contextlib.suppress(ValueError):  # too few draws, or all alike
        weights, k = array_stats.psislw(log_lik)
    return (weights, float(k)) if np.isfinite(weights).all() and np.isfinite(k) else (-log_lik, NO_PARETO_K)


def one_figure_left_out(log_lik: np.ndarray) -> LeftOut:
    """Every figure's density in a fit without it, by Pareto-smoothed importance sampling. log_lik: [D, F]"""
    each, shapes = [], []
    for one in log_lik.T:
        weights, k = _weights(one)
        each.append(np.logaddexp.reduce(weights + one) - np.logaddexp.reduce(weights))
        shapes.append(k)
    se = float(np.std(each, ddof=1) * len(each) ** 0.5)
    return LeftOut(float(np.sum(each)), se, len(each), sum(k > TRUSTED_PARETO_K for k in shapes))


def _held(item: Binding, drawn_t: np.ndarray, weight: np.ndarray, pareto_k: float) -> MonthHeld:
    order = np.argsort(drawn_t)
    along = np.cumsum(weight[order])
    low, high = (float(drawn_t[order][np.searchsorted(along, q)]) for q in (0.05, 0.95))
    held = inside(low, high, item.low, item.high)
    pit = float(weight[drawn_t < item.value].sum())
    return MonthHeld(item.kind, MONTHS[item.at], item.low, item.high, low, high, held, pareto_k, pit)


def share_held(months: list[MonthHeld]) -> float:
    """Share of the months that lie in their band."""
    return float(np.mean([m.held for m in months]))
