"""Whether a fit may be trusted: rank-normalised R-hat, bulk effective sample size, divergences."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .fit import Fit
from .likelihood import Problem
from .model import DISCREPANCY_LOG_SD, DISCREPANCY_MEDIAN
from .priors import AVIATION_SPLIT_SD, PRIORS

R_HAT_LIMIT = 1.01
ESS_LIMIT = 400.0


class Diagnosed(NamedTuple):
    """One unknown. median, p05, p95 in its own unit; r_hat; ess: bulk effective sample size."""

    name: str
    median: float
    p05: float
    p95: float
    r_hat: float
    ess: float


class Diagnosis(NamedTuple):
    """All unknowns of a fit and its divergences. faults: what keeps it from being trusted, one sentence each."""

    unknowns: tuple[Diagnosed, ...]
    divergences: int
    faults: tuple[str, ...]


def named_draws(fitted: Fit, problem: Problem) -> dict[str, np.ndarray]:
    """[C, N] draws of every unknown in its own unit: parameters, plants' yields, raids' luck, model error."""
    scalar, split, raid_z, discrepancy = (np.asarray(a) for a in fitted.draws)
    out = {}
    for i, prior in enumerate(PRIORS):
        moved = prior.spread * scalar[:, :, i]
        out[prior.name] = prior.centre + moved if prior.form == "normal" else prior.centre * np.exp(moved)
    out["discrepancy"] = DISCREPANCY_MEDIAN * np.exp(DISCREPANCY_LOG_SD * discrepancy)
    for i, plant in enumerate(problem.system.plant_ids):
        out[f"aviation_log_split[{plant}]"] = AVIATION_SPLIT_SD * split[:, :, i]
    plants = [problem.system.plant_ids[p] for p in problem.schedule.plant]
    for i, raid in enumerate(problem.schedule.raid_ids):
        out[f"raid_luck[{raid} on {plants[i]}]"] = raid_z[:, :, i]
    return out


def diagnose(fitted: Fit, problem: Problem) -> Diagnosis:
    """Diagnose every unknown of a fit against R-hat < 1.01, bulk ESS > 400 and no divergence."""
    from arviz_stats.base import array_stats

    named = named_draws(fitted, problem)
    stacked = np.stack(list(named.values()), axis=-1)
    r_hat = array_stats.rhat(stacked, chain_axis=0, draw_axis=1)
    ess = array_stats.ess(stacked, chain_axis=0, draw_axis=1, method="bulk")
    p05, median, p95 = np.percentile(stacked.reshape(-1, stacked.shape[-1]), [5, 50, 95], axis=0)
    rows = tuple(Diagnosed(name, *(float(a[i]) for a in (median, p05, p95, r_hat, ess))) for i, name in enumerate(named))
    divergences = int(fitted.diverging.sum())
    return Diagnosis(rows, divergences, _faults(rows, divergences, fitted.diverging.shape))


def _faults(rows: tuple[Diagnosed, ...], divergences: int, shape: tuple[int, int]) -> tuple[str, ...]:
    faults = []
    mixed = [r for r in rows if not r.r_hat < R_HAT_LIMIT]
    if mixed:
        worst = max(mixed, key=lambda r: r.r_hat)
        faults.append(f"{len(mixed)} unknowns have not mixed, worst {worst.name} with R-hat {worst.r_hat:.3f} (limit"
                      f" {R_HAT_LIMIT}); try --warmup and --draws twice as long.")  # fmt: skip
    thin = [r for r in rows if not r.ess > ESS_LIMIT]
    if thin:
        worst = min(thin, key=lambda r: r.ess)
        faults.append(f"{len(thin)} unknowns have too few effective draws, fewest {worst.name} with {worst.ess:.0f}"
                      f" (limit {ESS_LIMIT:.0f}); try --draws {2 * shape[1]}.")  # fmt: skip
    if divergences:
        faults.append(f"{divergences} of {shape[0] * shape[1]} draws diverged; try --acceptance 0.98.")
    return tuple(faults)


def as_json(diagnosis: Diagnosis) -> dict:
    """The diagnosis as JSON-ready data."""
    return {
        "r_hat_limit": R_HAT_LIMIT, "ess_limit": ESS_LIMIT, "divergences": diagnosis.divergences,
        "faults": list(diagnosis.faults), "unknowns": [r._asdict() for r in diagnosis.unknowns],
    }  # fmt: skip
