"""The hindcast: fitted to the months up to a cut-off, given the raids as flown, predict the months after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from ..clock import MONTHS, N_DAYS, N_MONTHS, month_end_day, month_index, month_of_day
from ..errors import OilplanError
from ..flight.schedule import Schedule, counted_once
from ..model.law import DEFAULT_LAW, Law
from ..model.rail import REICH, forecast_log
from ..model.target import TargetSystem
from .bindings import MONTHLY_AVIATION, Binding
from .fit import Fit, fit
from .likelihood import Problem, problem
from .posterior import crps, placed, predict, raids_of, thin

N_DRAWS = 4000
SPREAD_FLOOR = 0.05
"""Smallest sd of the logarithm granted to a naive forecast fitted to very few months."""


def persistence(history_t: np.ndarray, n_ahead: int, rng: np.random.Generator) -> np.ndarray:
    """[N_DRAWS, n_ahead] the last month repeated, with the spread of month-to-month changes growing as a random walk."""
    changes = np.diff(np.log(np.maximum(history_t, 1.0)))
    sd = max(float(np.std(changes)), SPREAD_FLOOR) * np.sqrt(np.arange(1, n_ahead + 1))
    return history_t[-1] * np.exp(sd * rng.standard_normal((N_DRAWS, n_ahead)))


def trend(history_t: np.ndarray, n_ahead: int, rng: np.random.Generator) -> np.ndarray:
    """[N_DRAWS, n_ahead] straight line through the logarithms, with the spread of its residuals."""
    months = np.arange(len(history_t))
    logs = np.log(np.maximum(history_t, 1.0))
    slope, start = np.polyfit(months, logs, 1)
    sd = _residual_sd(logs - (start + slope * months), 2)
    ahead = start + slope * np.arange(len(history_t), len(history_t) + n_ahead)
    return np.exp(ahead + sd * rng.standard_normal((N_DRAWS, n_ahead)))


def tonnage_regression(
    history_t: np.ndarray, tonnage_t: np.ndarray, n_ahead: int, rng: np.random.Generator
) -> np.ndarray:
    """[N_DRAWS, n_ahead] log output on tons dropped on oil in the month and the month before, given the tons as flown.

    tonnage_t: [len(history) + n_ahead] tons a month on the plants of the model.
    """
    before = np.concatenate([[0.0], tonnage_t[:-1]])
    design = np.column_stack([np.ones_like(tonnage_t), tonnage_t, before]) / np.array([1.0, 1e4, 1e4])
    n = len(history_t)
    logs = np.log(np.maximum(history_t, 1.0))
    weights, *_ = np.linalg.lstsq(design[:n], logs, rcond=None)
    sd = _residual_sd(logs - design[:n] @ weights, 3)
    return np.exp(design[n : n + n_ahead] @ weights + sd * rng.standard_normal((N_DRAWS, n_ahead)))


def mean_of(forecasts: list[np.ndarray]) -> np.ndarray:
    """[N_DRAWS, n_ahead] draws of several forecasts averaged one by one: what a cautious staff would have taken."""
    return np.mean([np.sort(f, axis=0) for f in forecasts], axis=0)


def with_rail(forecast: Callable[[np.ndarray], np.ndarray], history_t: np.ndarray, rail: np.ndarray) -> np.ndarray:
    """A forecast of output per car placed, times the cars placed: what it is worth where the railways are known.

    forecast: function of a history to draws [N_DRAWS, n_ahead]; rail: [len(history) + n_ahead] cars placed, relative
    """
    n = len(history_t)
    return forecast(history_t / rail[:n]) * rail[None, n:]


def one_plant(history_t: np.ndarray, tonnage_t: np.ndarray, rail: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """[N_DRAWS, n_ahead] the whole country as one plant: a backlog that tons add to and a share of which is repaired a month.

        output = full * rail / (1 + backlog),  backlog' = (backlog + harm * tons) * kept

    tonnage_t, rail: [len(history) + n_ahead] tons on oil and cars placed a month. Harm, share kept and scatter are drawn
    from wide priors and weighted by how they fit the history.
    """
    n, many = len(history_t), 20 * N_DRAWS
    harm = 1e-4 * np.exp(rng.standard_normal(many))
    kept = 1.0 / (1.0 + np.exp(-rng.standard_normal(many)))
    sd = 0.25 * np.exp(0.5 * rng.standard_normal(many))
    backlog, made = np.zeros(many), np.empty((many, len(tonnage_t)))
    for m, tons in enumerate(tonnage_t):
        backlog = backlog + harm * tons
        made[:, m] = history_t[0] * rail[m] / (1.0 + backlog)
        backlog = backlog * kept
    miss = np.log(np.maximum(history_t, 1.0)) - np.log(made[:, :n])
    log_weight = -0.5 * np.sum((miss / sd[:, None]) ** 2, axis=1) - n * np.log(sd)
    weight = np.exp(log_weight - log_weight.max())
    rows = rng.choice(many, N_DRAWS, p=weight / weight.sum())
    return made[rows, n:] * np.exp(sd[rows, None] * rng.standard_normal((N_DRAWS, len(tonnage_t) - n)))


def _residual_sd(residuals: np.ndarray, n_weights: int) -> float:
    free = max(len(residuals) - n_weights, 1)
    return max(float(np.sqrt(np.sum(residuals**2) / free)), SPREAD_FLOOR)


# Whether a band meets a recorded figure. The CRPS is `oilplan.calibration.posterior.crps`.

ROUNDING_T = 500.0
"""Half of the thousand tons to which the works print monthly output: a recorded 0 is anything below 500 t."""


def inside(low_t: float, high_t: float, recorded_low_t: float, recorded_high_t: float) -> bool:
    """Whether a recorded figure meets a band, to the printed thousand.

    low_t, high_t: ends of the modelled band, widened by `ROUNDING_T`; recorded_low_t, recorded_high_t: the figure, or
    the two ends where sources differ: then it is enough that some source's figure could lie in the band.
    """
    return low_t - ROUNDING_T <= recorded_high_t and recorded_low_t <= high_t + ROUNDING_T


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
    """Score of one cut-off. baseline_crps_t, skill: by baseline; best: the lowest skill, against the best
    baseline; log_crps: of the logarithms, of the model and every baseline."""

    trained_to: str
    months: tuple[Month, ...]
    crps_t: float
    baseline_crps_t: dict[str, float]
    skill: dict[str, float]
    coverage90: float
    divergences: int
    log_crps: dict[str, float]

    @property
    def best(self) -> float:
        """Skill against the best of the naive forecasts."""
        return min(self.skill.values())


def check_cutoff(cutoff: str, items: list[Binding]) -> None:
    """Raise OilplanError for a cut-off outside the record or with too few months before it."""
    known = [MONTHS[b.at] for b in items if b.kind == MONTHLY_AVIATION]
    if cutoff not in MONTHS or cutoff not in known:
        raise OilplanError(
            f"--until {cutoff}: not a month with a recorded figure; expected one of {known[2]}..{known[-1]}."
        )
    if known.index(cutoff) < 2:
        raise OilplanError(
            f"--until {cutoff}: only {known.index(cutoff) + 1} months to learn from; use {known[2]} or later."
        )


class Fitted(NamedTuple):
    """A fit and the problem that it is of, which carries the law."""

    fit: Fit
    problem: Problem


class Hindcasts(NamedTuple):
    """One cut-off with the railways forecast and given to all forecasts, by the default law and averaged over all laws fitted.

    averaged, averaged_given: of as many draws from each law; None where no rival was fitted
    """

    forecast: Hindcast
    given: Hindcast
    averaged: Hindcast | None
    averaged_given: Hindcast | None


OWN_DRAWS, RIVAL_DRAWS = 500, 250
"""Draws of each chain of the default law, and of a rival law: a fourth of the average is taken from each of four laws."""


def hindcasts(
    system: TargetSystem,
    schedule: Schedule,
    items: list[Binding],
    cutoff: str,
    *,
    seed: int,
    rivals: Sequence[Law] = (),
) -> Hindcasts:
    """Fits to a cut-off, scored with the railways forecast and with those of the record. rivals: laws beside the default one."""
    check_cutoff(cutoff, items)

    def fitted(law: Law, draws: int) -> Fitted:
        part = problem(system, schedule, items, month_end_day(cutoff), law)
        return Fitted(fit(part, seed=seed, chains=2, draws=draws), part)

    def scored(fits: list[Fitted]) -> tuple[Hindcast, Hindcast]:
        forecast, given = (score(fits, system, schedule, items, cutoff, seed, given) for given in (False, True))
        return forecast, given

    own = fitted(DEFAULT_LAW, OWN_DRAWS)
    if not rivals:
        return Hindcasts(*scored([own]), None, None)
    return Hindcasts(*scored([own]), *scored([own, *(fitted(law, RIVAL_DRAWS) for law in rivals)]))


MOST_SCORED = 1000
"""Draws scored, of all fits together."""


def score(
    fits: Sequence[Fitted], system, schedule, items, cutoff: str, seed: int, rail_given: bool = False
) -> Hindcast:
    """Score fits to a cut-off on the months after it: one, or the average of several laws, of each as many draws.

    rail_given: whether the railways after the cut-off are the record's; else they are forecast by each fit.
    """
    wanted = [b for b in items if b.kind == MONTHLY_AVIATION]
    known_to = None if rail_given else month_end_day(cutoff)
    most, parts, cars = min(MOST_SCORED // len(fits), *(f.fit.diverging.size for f in fits)), [], []
    for fitted, part in fits:
        whole = problem(system, schedule, wanted, N_DAYS - 1, part.law)
        posterior = placed(thin(fitted.draws, most), part, whole.system, whole.schedule, seed + 1)
        parts.append(predict(posterior, whole, jax.random.key(seed + 1), known_to))
        cars.append(_cars(whole.system, posterior.parameters, known_to))
    made = parts[0]._replace(drawn=np.concatenate([one.drawn for one in parts]))
    first = month_index(cutoff) + 1
    months = tuple(
        _month(b, made.drawn[:, i]) for i, b in enumerate(made.items) if first <= b.at <= month_index(LAST_SCORED)
    )
    ahead = [month_index(m.month) for m in months]
    recorded = {b.at: b.value for b in wanted}
    forecasts = _naive(wanted, whole, first, ahead, cars[0], seed)
    naive = {
        name: float(np.mean([crps(f[:, i], recorded[m]) for i, m in enumerate(ahead)])) for name, f in forecasts.items()
    }
    ours = np.stack([made.drawn[:, i] for i, b in enumerate(made.items) if b.at in ahead], axis=1)
    logs = {name: _log_crps(f, [recorded[m] for m in ahead]) for name, f in {"model": ours, **forecasts}.items()}
    mean = float(np.mean([m.crps_t for m in months]))
    skill, held = {k: 1 - mean / v for k, v in naive.items()}, float(np.mean([m.inside for m in months]))
    divergences = int(sum(f.fit.diverging.sum() for f in fits))
    return Hindcast(cutoff, months, mean, naive, skill, held, divergences, logs)


def _log_crps(draws_t: np.ndarray, recorded_t: list[float]) -> float:
    """Mean CRPS of the logarithms of output, each figure taken as at least `ROUNDING_T`: months weigh alike, great or small."""
    logs = np.log(np.maximum(draws_t, ROUNDING_T))
    return float(np.mean([crps(logs[:, i], np.log(max(value, ROUNDING_T))) for i, value in enumerate(recorded_t)]))


def _month(b: Binding, draws: np.ndarray) -> Month:
    p05, median, p95 = (float(q) for q in np.percentile(draws, [5, 50, 95]))
    held = inside(p05, p95, b.value, b.value)
    return Month(MONTHS[b.at], b.value, b.status, median, p05, p95, crps(draws, b.value), held)


def _naive(
    wanted: list[Binding], whole, first: int, ahead: list[int], cars: np.ndarray, seed: int
) -> dict[str, np.ndarray]:
    """Draws [N, ahead] of every naive forecast of the months ``ahead``, from the months before ``first``.

    cars: [M] cars placed a month relative to April 1944, as the model is given them (forecast or recorded)
    """
    recorded = {b.at: b.value for b in wanted}
    history = np.array([recorded[m] for m in range(first)])
    n = len(ahead)
    dropped_t = whole.schedule.bombs_t * counted_once(whole.schedule, whole.system)
    tons = np.bincount(np.array(month_of_day())[whole.schedule.day], dropped_t, N_MONTHS)[: first + n]
    rail = cars[: first + n]
    plain: dict[str, Callable[[np.ndarray, np.random.Generator], np.ndarray]] = {
        "persistence": lambda h, rng: persistence(h, n, rng),
        "trend": lambda h, rng: trend(h, n, rng),
        "tonnage_regression": lambda h, rng: tonnage_regression(h, tons, n, rng),
    }
    out = {name: f(history, np.random.default_rng(seed)) for name, f in plain.items()}
    for name, f in plain.items():
        rng = np.random.default_rng(seed)
        out[f"{name}_with_rail"] = with_rail(lambda h, f=f, rng=rng: f(h, rng), history, rail)  # type: ignore[misc]
    out["mean_of_naive"] = mean_of([out[name] for name in plain])
    out["one_plant"] = one_plant(history, tons, rail, np.random.default_rng(seed))
    return out


def _cars(system: TargetSystem, parameters, cutoff_day: int | None) -> np.ndarray:
    """[M] cars placed a month in the Reich: recorded, or the median of the forecasts of a day."""
    facts = system.rail
    if cutoff_day is None:
        log = facts.recorded_log
    else:
        still = jnp.zeros(facts.transport_t.size)
        each = jax.vmap(lambda p: forecast_log(facts, cutoff_day, p, still))(jax.tree.map(jnp.asarray, parameters))
        log = np.median(np.asarray(each), axis=0)
    days = np.bincount(np.array(month_of_day()))
    return np.bincount(np.array(month_of_day()), np.exp(log[:, REICH])) / days


# What a hindcast could reach if the months before a cut-off had said all that the whole record says.
#
# The parameters, yields and luck up to the cut-off are those of a fit to the whole record; only the luck of later raids is
# drawn anew. So the score is no hindcast but its ceiling: what separates the two was not yet in any figure.


def ceiling(
    whole: Fit,
    fitted_to: Problem,
    system: TargetSystem,
    schedule: Schedule,
    items: list[Binding],
    cutoff: str,
    *,
    seed: int,
) -> Hindcast:
    """Score the months after a cut-off with the parameters of a fit to everything.

    whole, fitted_to: the fit and its problem, of the whole campaign under the default laws
    """
    part = problem(system, schedule, items, month_end_day(cutoff))
    known = {raid: n for n, raid in enumerate(raids_of(fitted_to))}
    raids = np.array([known[raid] for raid in raids_of(part)])
    plants = np.array([fitted_to.system.position(plant) for plant in part.system.plant_ids])
    draws = whole.draws._replace(
        raid=whole.draws.raid[..., raids], split=whole.draws.split[..., plants], pace=whole.draws.pace[..., plants]
    )
    return score([Fitted(whole._replace(draws=draws), part)], system, schedule, items, cutoff, seed)
