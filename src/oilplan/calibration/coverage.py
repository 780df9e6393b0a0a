"""How often the model's own 90 percent bands hold the record: as fitted, and with each month left out of the fit.

A month is left out by weighting the draws anew, as if its figures had not been in the fit (Pareto-smoothed importance
sampling); a Pareto shape above 0.7 says that the weights cannot be trusted, and is reported.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import numpy as np

from ..clock import MONTHS
from .bindings import MONTHLY_AVIATION, MONTHLY_SYNTHETIC, Binding
from .hindcast import inside
from .likelihood import Problem
from .model import Unknowns, log_likelihood
from .posterior import Predicted

HEADLINE = (MONTHLY_AVIATION, MONTHLY_SYNTHETIC)
"""The two series whose months are counted; April 1944, to which all plants are scaled, is not."""
TRUSTED_PARETO_K = 0.7


class MonthHeld(NamedTuple):
    """One month of a series. low_t, high_t: its 90 percent band; pareto_k: of the weights that left it out, 0 as fitted."""

    kind: str
    month: str
    recorded_low_t: float
    recorded_high_t: float
    low_t: float
    high_t: float
    held: bool
    pareto_k: float


def counted(made: Predicted) -> list[int]:
    """Places of the figures that are counted."""
    return [i for i, b in enumerate(made.items) if b.kind in HEADLINE and b.at > 0]


def in_sample(made: Predicted) -> list[MonthHeld]:
    """Every counted month with its band as fitted."""
    even = np.full(made.drawn.shape[0], 1.0 / made.drawn.shape[0])
    return [_held(made.items[i], made.drawn[:, i], even, 0.0) for i in counted(made)]


def one_month_left_out(made: Predicted, draws: Unknowns, target: Problem) -> list[MonthHeld]:
    """Every counted month with its band from a fit without any figure that falls in that month.

    made: predictions from ``draws`` [D, ...], in the same order; target: the problem that was fitted
    """
    from arviz_stats.base import array_stats

    log_lik = np.asarray(jax.jit(jax.vmap(lambda u: log_likelihood(u, target)))(Unknowns(*map(jax.numpy.asarray, draws))))
    out = []
    for i in counted(made):
        first, last = _days_of(made.items[i])
        of_month = [n for n, b in enumerate(target.items) if first <= b.last_day <= last]
        weights, k = array_stats.psislw(log_lik[:, of_month].sum(axis=1))
        weight = np.exp(weights - weights.max())
        out.append(_held(made.items[i], made.drawn[:, i], weight / weight.sum(), float(k)))
    return out


def _days_of(item: Binding) -> tuple[int, int]:
    from ..clock import month_end_day, month_start_day

    return month_start_day(MONTHS[item.at]), month_end_day(MONTHS[item.at])


def _held(item: Binding, drawn_t: np.ndarray, weight: np.ndarray, pareto_k: float) -> MonthHeld:
    order = np.argsort(drawn_t)
    along = np.cumsum(weight[order])
    low, high = (float(drawn_t[order][np.searchsorted(along, q)]) for q in (0.05, 0.95))
    held = inside(low, high, item.low, item.high)
    return MonthHeld(item.kind, MONTHS[item.at], item.low, item.high, low, high, held, pareto_k)


def share_held(months: list[MonthHeld]) -> float:
    """Share of the months that lie in their band."""
    return float(np.mean([m.held for m in months]))
