"""How operations went, before and after the raids of May to September 1944 are seen: priors with sources, and the fit.

Axes: D draws, F operations.
"""

from __future__ import annotations

import json
import tomllib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..clock import MONTHS, days_in_month, month_of_day
from ..directives.forces import N_OPERATIONS
from .operations import OperationsParameters
from .raid_record import FITTED_MONTHS, RaidFacts, Raids

KEPT = 400
"""Draws of the fit that are shipped."""


class OperationsPrior(NamedTuple):
    """name: field of `OperationsParameters`; form: "beta" with a and b, or "lognormal" with median and sd of the log; words: of it
    in a sentence."""

    name: str
    form: str
    first: float
    second: float
    source: str
    words: str


PRIORS = tuple(
    OperationsPrior(**row)
    for row in tomllib.loads(
        (resources.files("oilplan.flight") / "data" / "operations_priors.toml").read_text("utf-8")
    )["prior"]
)
SIZE_DRIFT_SD = 0.2
"""Sd of the log of a force's usual raid from one half-year to the next, beyond counting: loads and numbers grew; judgement."""
NUISANCE_SHAPE = 0.5
"""Small raids come in months of many and of none: the rate of another month is this gamma's; judgement."""


def draw_prior(raids: Raids, relative_output: np.ndarray, n: int, seed: int) -> OperationsParameters:
    """[n] draws: shares and days from `PRIORS`, sizes and small raids from the raids of `FITTED_MONTHS`. NumPy.

    relative_output: [P] output of a plant over the mean of the raided ones, 1 for a node of many works
    """
    rng = np.random.default_rng([seed, 77])
    drawn = {
        p.name: rng.beta(p.first, p.second, n)
        if p.form == "beta"
        else p.first * np.exp(p.second * rng.standard_normal(n))
        for p in PRIORS
    }
    month = np.array(month_of_day())[raids.day]
    seen = raids.where(np.isin(np.array(MONTHS)[month], FITTED_MONTHS))
    log_t, log_sd, nuisance = np.zeros((3, n, N_OPERATIONS))
    power, error = _by_plant(seen.where(seen.strong), relative_output)
    for f in range(N_OPERATIONS):
        mine = seen.where(seen.operation == f)
        strong = mine.where(mine.strong)
        log_t[:, f], log_sd[:, f] = _sizes(np.log(strong.tons) - power * np.log(relative_output[strong.plant]), rng, n)
        nuisance[:, f] = _small(mine, rng, n)
    drawn["size_by_plant"] = np.maximum(power + error * rng.standard_normal(n), 0.0)
    return OperationsParameters(log_t, log_sd, nuisance, **drawn)


def _by_plant(strong: Raids, relative_output: np.ndarray) -> tuple[float, float]:
    """Slope of the log of a raid's tons in the log of the plant's output, within each operation, and its standard error."""
    x, y = np.log(relative_output[strong.plant]), np.log(strong.tons)
    for f in range(N_OPERATIONS):
        mine = strong.operation == f
        x[mine], y[mine] = x[mine] - x[mine].mean(), y[mine] - y[mine].mean()
    slope = float(x @ y / (x @ x))
    return slope, float(np.sqrt(np.mean((y - slope * x) ** 2) / (x @ x)))


def _sizes(log_t: np.ndarray, rng, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and sd of log tons: the posterior of a normal with a flat prior, the mean with `SIZE_DRIFT_SD` added."""
    freedom = max(log_t.size - 1, 1)
    sd = np.sqrt(np.sum((log_t - log_t.mean()) ** 2) / rng.chisquare(freedom, n))
    return log_t.mean() + rng.standard_normal(n) * np.sqrt(sd**2 / log_t.size + SIZE_DRIFT_SD**2), sd


def _small(mine: Raids, rng, n: int) -> np.ndarray:
    """Small raids a day: a gamma around the rate of the fitted months, as wide as one month differs from another."""
    days = sum(d for d, m in zip(days_in_month(), MONTHS, strict=True) if m in FITTED_MONTHS)
    rate = (np.sum(~mine.strong) + 0.5) / days
    return rng.gamma(NUISANCE_SHAPE, rate / NUISANCE_SHAPE, n)


def shipped_path() -> Path:
    """Where the fitted operations of the package lie."""
    return Path(str(resources.files("oilplan.flight") / "data" / "operations.json"))


class Operations(NamedTuple):
    """draws: [N] rows of `OperationsParameters`, NumPy; manifest: what they were fitted to."""

    draws: OperationsParameters
    manifest: dict


def save(path: Path, fitted: Operations) -> None:
    """Write the draws of a fit as JSON, three figures each."""
    rows = {
        name: [[float(f"{x:.3g}") for x in np.atleast_1d(row)] for row in value]
        for name, value in fitted.draws._asdict().items()
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps({"manifest": fitted.manifest, "draws": rows}, separators=(",", ":")) + "\n", encoding="utf-8"
    )


@cache
def load_operations(path: Path | None = None) -> Operations | None:
    """The shipped fit, or the one at ``path``; None where there is none."""
    path = path or shipped_path()
    if not path.exists():
        return None
    stated = json.loads(path.read_text(encoding="utf-8"))
    columns = {name: np.array(rows, np.float32) for name, rows in stated["draws"].items()}
    return Operations(
        OperationsParameters(**{k: a if a.shape[1] > 1 else a[:, 0] for k, a in columns.items()}), stated["manifest"]
    )


def draw_operations(facts: RaidFacts, n: int, seed: int, fitted: Operations | None = None) -> OperationsParameters:
    """[n] draws of the fit (the shipped one unless given), else of the prior. A draw is the same however many there are."""
    fitted = fitted or load_operations()
    whole = draw_prior(facts.raids, facts.relative_output, KEPT, seed) if fitted is None else fitted.draws
    kept = whole.recalled.shape[0]
    rows = np.random.default_rng([seed, kept, 3]).permutation(kept)[np.arange(n) % kept]
    return OperationsParameters(*(np.asarray(a, np.float32)[rows] for a in whole))


def machine_facts(facts: RaidFacts) -> dict:
    """The constants that `oilplan.flight.operations.operate` takes, but for the day's lift."""
    names = ("smallest_t", "largest_t", "most_targets", "nuisance_t", "usual_day_t", "relative_output")
    return {name: np.asarray(getattr(facts, name), np.float32) for name in names} | {
        "rounds": int(facts.most_targets.max())
    }
