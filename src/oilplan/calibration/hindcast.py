"""The hindcast: fitted to the months up to a cut-off, given the raids as flown, predict the months after it."""

from __future__ import annotations

from typing import NamedTuple

import jax
import numpy as np

from ..clock import MONTHS, N_DAYS, N_MONTHS, month_end_day, month_index, month_of_day
from ..directives.one_site import counted_once
from ..directives.schedule import Schedule
from ..errors import OilplanError
from ..system.parameters import Laws
from ..system.target import TargetSystem
from .baselines import persistence, tonnage_regression, trend
from .bindings import MONTHLY_AVIATION, Binding
from .fit import Fit, fit
from .inside import inside
from .likelihood import DEFAULT_LAWS, problem
from .posterior import place, raids_of, thin
from .predict import crps, predict

LAST_SCORED = "1945-03"
"""The last month with a figure of aviation gasoline."""


class Month(NamedTuple):
    """One predicted month [t]. inside: whether the figure, rounded as printed, lies in the 90 percent interval."""

    month: str
    recorded_t: float
    status: str
    median_t: float
    p05_t: float
    p95_t: float
    crps_t: float
    inside: bool


class Hindcast(NamedTuple):
    """Score of one cut-off. baseline_crps_t, skill: by baseline; best: the lowest skill, against the best baseline."""

    trained_to: str
    months: tuple[Month, ...]
    crps_t: float
    baseline_crps_t: dict[str, float]
    skill: dict[str, float]
    coverage90: float
    divergences: int

    @property
    def best(self) -> float:
        """Skill against the best of the naive forecasts."""
        return min(self.skill.values())


def check_cutoff(cutoff: str, items: list[Binding]) -> None:
    """Raise OilplanError for a cut-off outside the record or with too few months before it."""
    known = [MONTHS[b.at] for b in items if b.kind == MONTHLY_AVIATION]
    if cutoff not in MONTHS or cutoff not in known:
        raise OilplanError(f"--until {cutoff}: not a month with a recorded figure; expected one of {known[2]}..{known[-1]}.")
    if known.index(cutoff) < 2:
        raise OilplanError(f"--until {cutoff}: only {known.index(cutoff) + 1} months to learn from; use {known[2]} or later.")


def hindcast(
    system: TargetSystem, schedule: Schedule, items: list[Binding], cutoff: str, *, seed: int, chains: int = 2,
    warmup: int = 200, draws: int = 500, laws: Laws = DEFAULT_LAWS, report=lambda _: None,
) -> Hindcast:  # fmt: skip
    """Fit to figures complete by the end of ``cutoff`` and score the months of aviation gasoline after it."""
    check_cutoff(cutoff, items)
    part = problem(system, schedule, items, month_end_day(cutoff), laws)
    fitted = fit(part, seed=seed, chains=chains, warmup=warmup, draws=draws, report=report)
    return score(fitted, part, system, schedule, items, cutoff, seed, laws)


def score(fitted: Fit, part, system, schedule, items, cutoff: str, seed: int, laws: Laws) -> Hindcast:
    """Score a fit to a cut-off on the months after it."""
    wanted = [b for b in items if b.kind == MONTHLY_AVIATION]
    whole = problem(system, schedule, wanted, N_DAYS - 1, laws)
    sample = thin(fitted.draws, min(1000, fitted.diverging.size))
    posterior = place(sample, raids_of(part), list(part.system.plant_ids), whole.system, whole.schedule,
                      seed + 1, {})  # fmt: skip
    made = predict(posterior, whole, jax.random.key(seed + 1))
    first = month_index(cutoff) + 1
    months = tuple(_month(b, made.drawn[:, i]) for i, b in enumerate(made.items)
                   if first <= b.at <= month_index(LAST_SCORED))  # fmt: skip
    naive = _naive(wanted, whole, first, [month_index(m.month) for m in months], seed)
    mean = float(np.mean([m.crps_t for m in months]))
    return Hindcast(cutoff, months, mean, naive, {k: 1 - mean / v for k, v in naive.items()},
                    float(np.mean([m.inside for m in months])), int(fitted.diverging.sum()))  # fmt: skip


def _month(b: Binding, draws: np.ndarray) -> Month:
    p05, median, p95 = np.percentile(draws, [5, 50, 95])
    return Month(MONTHS[b.at], b.value, b.status, float(median), float(p05), float(p95), crps(draws, b.value),
                 inside(float(p05), float(p95), b.value, b.value))  # fmt: skip


def _naive(wanted: list[Binding], whole, first: int, ahead: list[int], seed: int) -> dict[str, float]:
    """Mean CRPS [t] of the naive forecasts of the months ``ahead``, from the months before ``first``."""
    rng = np.random.default_rng(seed)
    recorded = {b.at: b.value for b in wanted}
    history = np.array([recorded[m] for m in range(first)])
    month_of = np.array(month_of_day())
    dropped_t = whole.schedule.bombs_t * counted_once(whole.schedule, whole.system)
    tonnage = np.bincount(month_of[whole.schedule.day], dropped_t, N_MONTHS)
    forecasts = {
        "persistence": persistence(history, len(ahead), rng),
        "trend": trend(history, len(ahead), rng),
        "tonnage_regression": tonnage_regression(history, tonnage[: first + len(ahead)], len(ahead), rng),
    }
    return {name: float(np.mean([crps(f[:, i], recorded[m]) for i, m in enumerate(ahead)]))
            for name, f in forecasts.items()}  # fmt: skip
