"""What a folder's series says about its unknowns: the same sampler as for the oil system, and how well it then predicts.

Axes: C chains, N draws of each, D of all, U unknowns, R raids or events, F figures, Q = U + R + 1.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from ..calibration.chain import BLOCK, TARGET_ACCEPTANCE, Progress, Sampler, compiled, expected_information, run_rows
from ..calibration.fit import AT_ONCE, Diagnosis, as_json, diagnose_named
from ..calibration.hindcast import mean_of, persistence, trend
from ..calibration.likelihood import DEGREES_OF_FREEDOM, spread
from ..calibration.model import DISCREPANCY_LOG_SD, DISCREPANCY_MEDIAN, student_t
from ..calibration.posterior import DAMAGE, FARTHEST, arrays_of, crps
from ..clock import Window
from ..errors import OilplanError
from ..studies import manifest
from .courses import course
from .flight import deliverer, given_of
from .folder import FIT, SystemFolder
from .runs import error_of, modelled
from .spec import AS_GIVEN
from .unknowns import moving, values_at

FEWEST_MONTHS = 6
"""Monthly figures of the headline product without which nothing is held back."""
LEARNT_FROM = 0.6
"""Share of them that a hindcast learns from."""
THOUSAND = 1000.0
"""Naive forecasts take logarithms of figures of at least one: they are given the series in thousandths of its mean."""
CHAINS, WARMUP, DRAWS = 4, 200, 500


class SeriesFigures(NamedTuple):
    """What the series says. rows: F of them; value, error: [F] in the figure's own unit."""

    rows: list[dict]
    value: np.ndarray
    error: np.ndarray


class Scaled(NamedTuple):
    """Coordinates in which a posterior is nearly round. matrix: [Q, Q] from coordinates to unknowns; its inverse."""

    matrix: Array
    inverse: Array

    def unknowns(self, x: Array) -> Array:
        """[..., Q] unknowns at coordinates."""
        return x @ self.matrix.T

    def coordinates(self, u: Array) -> Array:
        """[..., Q] coordinates of unknowns."""
        return u @ self.inverse.T


class SystemFit(NamedTuple):
    """A posterior. z: [D, U] of the unknowns; luck: [D] of every raid or event by its id; discrepancy: [D] the model's
    own relative error on lost output; manifest: what it was made from."""

    z: np.ndarray
    luck: dict[str, np.ndarray]
    discrepancy: np.ndarray
    manifest: dict


class SystemCalibration(NamedTuple):
    """A posterior, what its chains say of it, and the draws of every unknown by name, [C, N]."""

    fit: SystemFit
    diagnosis: Diagnosis
    named: dict[str, np.ndarray]


def figures_of(system: SystemFolder, last_day: int | None = None) -> SeriesFigures:
    """The series, or what of it was complete by a day. Raises OilplanError where there is none."""
    rows = [r for r in system.series if last_day is None or _ends(r["period"], system.window) <= last_day]
    if not rows:
        raise OilplanError(
            f"{system.name}: series.csv has no figure to fit to; add what was recorded, one row a figure."
        )
    return SeriesFigures(rows, np.array([r["value"] for r in rows]), np.array([error_of(system, r) for r in rows]))


def _ends(period: str, window: Window) -> int:
    return window.day_of(period) if len(period) > 7 else window.month_end_day(period)


def model_of(system: SystemFolder) -> Callable[[Array], tuple[Array, Array, Array]]:
    """From unknowns [Q] to products [T, K], shares [T, P] and what the products are when all is whole [K]."""
    of = course(system, AS_GIVEN)
    deliver, n = deliverer(system, of), len(moving(system.unknowns))

    def one(row: Array):
        given = given_of(system, of, values_at(system.unknowns, row[:n]), row[n:-1])
        products, share, _, _ = deliver(given)
        return products, share, given.output.sum(axis=0)

    return one


def scored(system: SystemFolder, figures: SeriesFigures) -> Callable[[Array], tuple[Array, Array]]:
    """From unknowns [Q] to the model's value and the scale of the error of every figure, [F] each."""
    one = model_of(system)

    def of(row: Array):
        products, share, whole = one(row)
        mean = jnp.stack([modelled(system, r, products, share) for r in figures.rows])
        full = jnp.stack([_full(system, r, whole) for r in figures.rows])
        apart = DISCREPANCY_MEDIAN * jnp.exp(DISCREPANCY_LOG_SD * row[-1])
        return mean, spread(mean, jnp.asarray(figures.error, mean.dtype), full, apart)

    return of


def _full(system: SystemFolder, row: dict, whole: Array) -> Array:
    if row["product"] is None:
        return jnp.asarray(100.0, whole.dtype)
    days = 1 if len(row["period"]) > 7 else system.window.days_in_month[system.window.month_index(row["period"])]
    if row["plant_id"] is None:
        return whole[system.products.index(row["product"])] * days
    plant = next(p for p in system.plants if p["plant_id"] == row["plant_id"])
    return jnp.asarray(max(float(plant[row["product"]] or 0.0), 1e-9) * days, whole.dtype)


def calibrate_system(
    system: SystemFolder,
    *,
    until: int | None = None,
    seed: int = 1944,
    chains: int = CHAINS,
    warmup: int = WARMUP,
    draws: int = DRAWS,
    acceptance: float = TARGET_ACCEPTANCE,
    command: Sequence[str] = (),
    report: Callable[[Progress], None] = lambda _: None,
) -> SystemCalibration:
    """Fit the unknowns and the luck of every raid or event to the series.

    until: last day that is seen. Raises OilplanError where the series has no figure.
    """
    figures = figures_of(system, until)
    size, key = len(moving(system.unknowns)) + len(system.strikes) + 1, jax.random.key(seed)
    sample, white = _sampler(scored(system, figures), figures.value, size, key, warmup, acceptance)

    def one(c: int):
        return run_rows(sample, white, size, jax.random.fold_in(key, c), chain=c, draws=draws, report=report)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        done = list(pool.map(one, range(chains)))
    rows = np.stack([np.asarray(c.draws) for c in done])
    named = _named(system, rows)
    diagnosis = diagnose_named(named, np.stack([c.diverging for c in done]))
    made = manifest(
        system.record,
        command=list(command),
        seed=seed,
        system=system.name,
        system_hash=system.hash,
        until=None if until is None else system.window.date_of(until).isoformat(),
        chains=chains,
        draws=draws,
        figures=[r["row_id"] for r in figures.rows],
    )
    return SystemCalibration(_placed(system, rows.reshape(-1, size), made), diagnosis, named)


def _sampler(
    of: Callable, values: np.ndarray, size: int, key: Array, warmup: int, acceptance: float
) -> tuple[Sampler, Scaled]:
    """The sampler of the posterior, and coordinates in which it is nearly round. of: as `scored`; values: [F] recorded."""
    recorded = np.asarray(values, jnp.zeros(()).dtype)

    def minus_log(row: Array) -> Array:
        mean, scale = of(row)
        return 0.5 * jnp.sum(row**2) - jnp.sum(student_t(recorded, mean, scale))

    sample = compiled(minus_log, _round(np.eye(size)), size, warmup, acceptance)
    return sample, _pilot(of, sample, size, jax.random.fold_in(key, 1_000_000))


def _round(precision: np.ndarray) -> Scaled:
    value, vector = np.linalg.eigh(precision)
    matrix = vector * np.maximum(value, 1e-6) ** -0.5 @ vector.T
    return Scaled(jnp.asarray(matrix, float), jnp.asarray(np.linalg.inv(matrix), float))


def _pilot(of: Callable, sample: Sampler, size: int, key: Array) -> Scaled:
    """Coordinates from the expected information of the figures, first at the priors' middle, then where a short chain arrives."""

    def stated(row: Array):
        mean, scale = of(row)
        return mean / jax.lax.stop_gradient(scale), jnp.log(scale)

    info = jax.jit(lambda row: expected_information(stated, row))
    start = jnp.zeros(size)
    white = _round(np.eye(size) + np.asarray(info(start), np.float64))
    state, seen = sample.begin(key, start, white), []
    for _ in range(4):
        state, (made, _, _) = sample.block(state, white, 2.0)
        seen += [np.asarray(info(made[k]), np.float64) for k in (BLOCK // 2 - 1, BLOCK - 1)]
    return _round(np.eye(size) + np.mean(seen[2:], axis=0))


def _named(system: SystemFolder, rows: np.ndarray) -> dict[str, np.ndarray]:
    n = len(moving(system.unknowns))
    values = values_at(system.unknowns, rows[..., :n].astype(float))
    named = {name: values[name] for name in moving(system.unknowns)}
    named |= {f"luck[{r['id']}]": rows[..., n + k] for k, r in enumerate(system.strikes)}
    return named | {"model_error": _apart(rows[..., -1])}


def _apart(z: np.ndarray) -> np.ndarray:
    """The model's own relative error at standard normal numbers."""
    return DISCREPANCY_MEDIAN * np.exp(DISCREPANCY_LOG_SD * z)


def _placed(system: SystemFolder, rows: np.ndarray, made: dict) -> SystemFit:
    n = len(moving(system.unknowns))
    luck = {r["id"]: rows[:, n + k].astype(float) for k, r in enumerate(system.strikes)}
    return SystemFit(rows[:, :n].astype(float), luck, _apart(rows[:, -1]), made)


# The posterior as it is kept in the folder.


def write_fit(done: SystemCalibration, folder: Path) -> None:
    """Write posterior.npz, diagnostics.json and manifest.json to a folder."""
    fit = done.fit
    ids = np.array(list(fit.luck), dtype="U80")
    luck = np.stack(list(fit.luck.values()), axis=1) if fit.luck else np.zeros((len(fit.z), 0))
    np.savez(folder / "posterior.npz", z=fit.z, luck=luck, ids=ids, discrepancy=fit.discrepancy)
    (folder / "diagnostics.json").write_text(json.dumps(as_json(done.diagnosis), indent=1) + "\n", encoding="utf-8")
    (folder / "manifest.json").write_text(json.dumps(fit.manifest, indent=1) + "\n", encoding="utf-8")


def kept_fit(system: SystemFolder) -> SystemFit | None:
    """The posterior in a system's folder; None where there is none, or one of another state of the folder (`is_stale`)."""
    place = system.path / FIT
    if not (place / "posterior.npz").is_file():
        return None
    try:
        made = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
        found = arrays_of(place / "posterior.npz")
        z, luck, ids, apart = (found[name] for name in ("z", "luck", "ids", "discrepancy"))
        n = len(z)
        fits = z.shape == (n, len(moving(system.unknowns))) and luck.shape == (n, len(ids)) and n > 0
        near = all((np.abs(draws) <= FARTHEST).all() for draws in (z, luck))
        if not (fits and near and apart.shape == (n,) and np.isfinite(apart).all() and isinstance(made, dict)):
            return None
    except DAMAGE:
        raise OilplanError(f"{place}: the fit cannot be read; run `oilplan calibrate` again, or add --prior.") from None
    if made.get("system_hash") != system.hash:
        return None
    return SystemFit(z, {str(i): luck[:, k] for k, i in enumerate(ids)}, apart, made)


def is_stale(system: SystemFolder) -> bool:
    """Whether the folder holds a fit that was made of another state of it."""
    return (system.path / FIT / "posterior.npz").is_file() and kept_fit(system) is None


# How well it predicts.


def validate_system(
    system: SystemFolder,
    *,
    seed: int = 1944,
    chains: int = 2,
    warmup: int = WARMUP,
    draws: int = DRAWS,
    say: Callable[[str, float], None] = lambda step, share: None,
) -> dict:
    """Coverage of the figures it was fitted to, and one hindcast against naive forecasts. JSON-ready.

    The hindcast is fitted to the first part of the headline product's months and given the raids or events that followed.
    """
    how: dict[str, Any] = {"chains": chains, "warmup": warmup, "draws": draws}
    say("fitting to the whole series", 0.0)
    done = calibrate_system(system, seed=seed, **how)
    say("hindcast", 0.5)
    return {
        "system": system.name,
        "title": system.keys.title,
        "seed": seed,
        "figures": len(system.series),
        "in_sample_coverage90": in_sample_coverage(system, done.fit, seed),
        "faults": list(done.diagnosis.faults),
        **hindcast_of(system, seed=seed, **how),
        "system_hash": system.hash,
    }


def in_sample_coverage(system: SystemFolder, fit: SystemFit, seed: int) -> float:
    """Share of the figures that lie in their 90 percent band, the figures' own error drawn with the model's."""
    figures = figures_of(system)
    low, high = np.quantile(_predictive(system, figures, fit, seed), (0.05, 0.95), axis=0)
    return round(float(np.mean((low <= figures.value) & (figures.value <= high))), 3)


def hindcast_of(system: SystemFolder, *, seed: int, **how: Any) -> dict:
    """Fitted to the first months of the headline product, how well the rest is predicted; or why there is none.

    how: chains, warmup and draws of `calibrate_system`
    """
    months = sorted(
        (r for r in system.series if r["product"] == system.headline and not r["plant_id"] and len(r["period"]) == 7),
        key=lambda r: r["period"],
    )
    if len(months) < FEWEST_MONTHS:
        why = f"{len(months)} months of {system.headline} are recorded; a hindcast needs {FEWEST_MONTHS}"
        return {"hindcast": None, "why_no_hindcast": why}
    learnt = max(3, int(LEARNT_FROM * len(months)))
    cutoff = _ends(months[learnt - 1]["period"], system.window)
    done = calibrate_system(system, until=cutoff, seed=seed, **how)
    ahead = months[learnt:]
    value = np.array([r["value"] for r in ahead])
    error = np.array([max(r["value"] * r["error_percent"] / 100.0, 1e-9) for r in ahead])
    drawn = _predictive(system, SeriesFigures(ahead, value, error), done.fit, seed)
    naive = _naive(np.array([r["value"] for r in months[:learnt]]), len(ahead), seed)
    own, others = _crps(drawn, value), {name: _crps(forecast, value) for name, forecast in naive.items()}
    low, middle, high = np.quantile(drawn, (0.05, 0.5, 0.95), axis=0)
    return {
        "hindcast": {
            "fitted_to": months[learnt - 1]["period"],
            "months": [
                {"month": r["period"], "recorded": r["value"], "p05": float(a), "median": float(b), "p95": float(c)}
                for r, a, b, c in zip(ahead, low, middle, high, strict=True)
            ],
            "coverage90": round(float(np.mean((low <= value) & (value <= high))), 3),
            "crps": own,
            "naive_crps": others,
            "skill": {name: round(1.0 - own / c, 3) if c > 0 else None for name, c in others.items()},
        }
    }


def _naive(history: np.ndarray, ahead: int, seed: int) -> dict[str, np.ndarray]:
    """[D, months ahead] of each naive forecast from the months before."""
    rng = np.random.default_rng(seed)
    unit = max(float(history.mean()), 1e-12) / THOUSAND
    last = persistence(history / unit, ahead, rng) * unit
    line = trend(history / unit, ahead, rng) * unit
    return {"last month": last, "trend": line, "mean of both": mean_of([last, line])}


def _crps(forecast: np.ndarray, value: np.ndarray) -> float:
    """Mean score over the figures. forecast: [D, F]; value: [F]"""
    return float(np.mean([crps(forecast[:, k], v) for k, v in enumerate(value)]))


def _predictive(system: SystemFolder, figures: SeriesFigures, fit: SystemFit, seed: int) -> np.ndarray:
    """[D, F] figures as they would be recorded, the model's and their own error drawn."""
    rows = np.concatenate(
        [fit.z, np.stack([fit.luck[r["id"]] for r in system.strikes], axis=1), np.zeros((len(fit.z), 1))], axis=1
    )
    rows[:, -1] = np.log(fit.discrepancy / DISCREPANCY_MEDIAN) / DISCREPANCY_LOG_SD
    step = max(1, len(rows) // 500)
    mean, scale = jax.jit(jax.vmap(scored(system, figures)))(jnp.asarray(rows[::step], float))
    noise = np.random.default_rng([seed, 7]).standard_t(DEGREES_OF_FREEDOM, np.shape(mean))
    return np.maximum(np.asarray(mean) + np.asarray(scale) * noise, 0.0)
