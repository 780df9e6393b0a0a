"""Rival laws of damage and repair, compared by how well they predict months they were not fitted to."""

from __future__ import annotations

from typing import NamedTuple

import jax
import numpy as np

from ..clock import N_DAYS, month_end_day, month_index
from ..directives.schedule import Schedule
from ..system.damage import damage_linear, damage_saturating
from ..system.parameters import Laws
from ..system.repair import repair_exponential, repair_gang_limited, repair_pooled
from ..system.target import TargetSystem
from .bindings import MONTHLY_AVIATION, Binding
from .fit import fit
from .hindcast import LAST_SCORED
from .likelihood import problem
from .model import student_t
from .posterior import place, raids_of, thin
from .predict import predict

RIVALS = {
    "saturating damage, gang-limited repair": Laws(damage_saturating, repair_gang_limited),
    "linear damage, gang-limited repair": Laws(damage_linear, repair_gang_limited),
    "saturating damage, exponential repair": Laws(damage_saturating, repair_exponential),
    "linear damage, exponential repair": Laws(damage_linear, repair_exponential),
    "saturating damage, pooled repair": Laws(damage_saturating, repair_pooled),
}
DEFAULT = "saturating damage, exponential repair"


class Score(NamedTuple):
    """Out-of-sample score of one pair of laws. elpd: expected log predictive density of the predicted months, summed;
    se: its standard error over months; by_month: log density of each month."""

    name: str
    elpd: float
    se: float
    by_month: tuple[float, ...]


def score_laws(system: TargetSystem, schedule: Schedule, items: list[Binding], cutoff: str, name: str, *, seed: int,
               chains: int = 1, warmup: int = 150, draws: int = 250, report=lambda _: None) -> Score:  # fmt: skip
    """Fit one pair of laws to a cut-off and score the months of aviation gasoline after it."""
    laws = RIVALS[name]
    part = problem(system, schedule, items, month_end_day(cutoff), laws)
    fitted = fit(part, seed=seed, chains=chains, warmup=warmup, draws=draws, report=report)
    first, last = month_index(cutoff) + 1, month_index(LAST_SCORED)
    ahead = [b for b in items if b.kind == MONTHLY_AVIATION and first <= b.at <= last]
    whole = problem(system, schedule, ahead, N_DAYS - 1, laws)
    posterior = place(thin(fitted.draws, min(300, fitted.diverging.size)), raids_of(part), list(part.system.plant_ids),
                      whole.system, whole.schedule, seed + 1, {})  # fmt: skip
    made = predict(posterior, whole, jax.random.key(seed + 1))
    density = np.array([_log_density(b, made.model[:, i]) for i, b in enumerate(made.items)])
    return Score(name, float(density.sum()), float(np.std(density, ddof=1) * len(density) ** 0.5), tuple(density.tolist()))


def behind(score: Score, best: Score) -> tuple[float, float]:
    """How far one score is behind another, month by month: the sum of the differences and its standard error."""
    gap = np.array(best.by_month) - np.array(score.by_month)
    return float(gap.sum()), float(np.std(gap, ddof=1) * len(gap) ** 0.5)


def _log_density(b: Binding, model_t: np.ndarray) -> float:
    """Log of the mean over draws of the density of the figure; the draws' own spread widens the error by kernel."""
    width = max(b.error, 1.06 * float(np.std(model_t)) * len(model_t) ** -0.2)
    logs = np.asarray(student_t(b.value, model_t, width))
    return float(np.logaddexp.reduce(logs) - np.log(len(logs)))
