"""What a fit predicts of what it has not seen: single plants, unused figures, rival laws, months left out."""

from __future__ import annotations

import contextlib
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from scipy.special import ndtr

from ..clock import MONTHS, N_DAYS, day_of, month_end_day, month_index, month_start_day
from ..flight.schedule import Schedule
from ..model.accounts import aviation_t_per_day
from ..model.law import RIVAL_LAWS, aviation_share
from ..model.target import TargetSystem
from ..record import Record
from ..record.provenance import Z90
from ..units import MONTHS_PER_YEAR
from .bindings import FLOOR, MONTHLY_AVIATION, MONTHLY_SYNTHETIC, PLANT_SHARE, Binding
from .fit import fit
from .hindcast import LAST_SCORED, inside
from .likelihood import DEGREES_OF_FREEDOM, Problem, campaign, problem, spread
from .model import Unknowns, mean_and_scale, student_t
from .posterior import Posterior, Predicted, placed, predict, thin

MEASURES = ("percent_of_capacity", "products_t")


class PlantPoint(NamedTuple):
    """One recorded figure of one plant as a share of its capacity, 0 to 1, over the days first..last.

    informative: False for a plant before its first raid and for a zero, which a model that shuts what is bombed gives anyway
    """

    row_id: str
    plant_id: str
    first: int
    last: int
    share: float
    status: str
    informative: bool


class Checked(NamedTuple):
    """A plant's figure beside its 90 percent predictive interval (shares 0 to 1)."""

    point: PlantPoint
    p05: float
    median: float
    p95: float
    inside: bool


def plant_points(record: Record, problem: Problem) -> list[PlantPoint]:
    """Dated shares and monthly tons of single plants during the campaign, but for flags and averages over months."""
    out = []
    for r in record.rows("plant_output").values():
        known = r["value"] is not None and r["quantity"] in MEASURES and r["status"] not in ("derived", "missing")
        if not known or r["plant_id"] not in problem.system.plant_ids or r["period_type"] not in ("date", "month"):
            continue
        days = _days(r["period"], r["period_type"])
        if days is None:
            continue
        yearly = problem.system.capacity_t_per_year[problem.system.position(r["plant_id"])]
        share = r["value"] / 100.0 if r["quantity"] == "percent_of_capacity" else r["value"] * MONTHS_PER_YEAR / yearly
        hit = problem.schedule.day[problem.schedule.plant == problem.system.position(r["plant_id"])]
        informative = share > 0 and bool((hit < days[0]).any())
        out.append(PlantPoint(r["row_id"], r["plant_id"], *days, share, r["status"], informative))
    return out


def _days(date: str, period_type: str) -> tuple[int, int] | None:
    if period_type == "date" and len(date) == 10:
        days = (day_of(date), day_of(date))
    elif len(date) == 7:
        days = (month_start_day(date), month_end_day(date))
    else:
        return None
    return days if days[0] >= 0 and days[1] < N_DAYS else None


def check_points(posterior: Posterior, points: list[PlantPoint], whole: Problem, key) -> list[Checked]:
    """Draw every point from the posterior, with the error of a dated share; uses ``key`` up."""
    index = [whole.system.position(p.plant_id) for p in points]

    @jax.jit
    def one(p, z, extra, key):
        made = campaign(z, p, whole)
        railed = made.share * made.rail
        mean = jnp.stack([jnp.mean(railed[q.first : q.last + 1, i]) for q, i in zip(points, index, strict=True)])
        noise = jax.random.t(key, DEGREES_OF_FREEDOM, mean.shape, mean.dtype)
        error = jnp.full(mean.shape, FLOOR[PLANT_SHARE])
        return jnp.clip(mean + noise * spread(mean, error, 1.0, extra), 0.0, 1.0)

    keys = jax.random.split(key, posterior.n_draws)
    drawn = jax.lax.map(
        lambda a: one(*a), (posterior.parameters, posterior.raid_z, posterior.discrepancy, keys), batch_size=25
    )
    p05, median, p95 = np.percentile(np.asarray(drawn), [5, 50, 95], axis=0)
    return [
        Checked(q, float(a), float(b), float(c), bool(a <= min(q.share, 1.0) <= c))
        for q, a, b, c in zip(points, p05, median, p95, strict=True)
    ]


# Figures that no fit uses and no point repeats: how the country's output was shared, and what one plant averaged.

GREAT_THREE = ("poelitz", "leuna", "bruex")
SHARE_OF_THREE = "poelitz_leuna_bruex_share_of_aviation_gasoline_percent"


class Unused(NamedTuple):
    """A figure that no fit uses, in percent. row_id: of the record; p05, median, p95: of the fit to all the others."""

    name: str
    row_id: str
    recorded: float
    p05: float
    median: float
    p95: float


def unused_figures(record: Record, posterior: Posterior, whole: Problem) -> list[Unused]:
    """What the record has of them and what a fit says. posterior: on the plants of ``whole``, a problem of the whole campaign."""
    system = whole.system
    three = np.array([system.position(plant) for plant in GREAT_THREE])
    month = month_index("1944-11")
    november = slice(month_start_day("1944-11"), month_end_day("1944-11") + 1)

    @jax.jit
    def one(p, z):
        made = campaign(z, p, whole)
        gasoline = (aviation_share(made.share, p) * made.rail * aviation_t_per_day(system, p))[november].sum(axis=0)
        leuna = made.share[:, system.position("leuna")] * made.rail[:, system.position("leuna")]
        return jnp.stack([gasoline[three].sum() / gasoline.sum(), jnp.mean(leuna[LEUNA_DAYS])])

    drawn = jax.lax.map(lambda a: one(*a), (posterior.parameters, posterior.raid_z), batch_size=25)
    low, median, high = 100.0 * np.percentile(np.asarray(drawn), [5, 50, 95], axis=0)
    three_said = f"Pölitz, Leuna and Brüx of hydrogenation's aviation gasoline, {MONTHS[month]}"
    rows = [
        (three_said, "output", SHARE_OF_THREE, MONTHS[month]),
        ("Leuna from its first raid to the end", "plant_output", "percent_of_capacity", LEUNA_PERIOD),
    ]
    return [
        Unused(name, key, float(row["value"]), float(low[k]), float(median[k]), float(high[k]))
        for k, (name, table, quantity, period) in enumerate(rows)
        for key, row in record.rows(table).items()
        if row["quantity"] == quantity and row["period"] == period and row["value"] is not None
    ]


LEUNA_PERIOD = "1944-05/1945-04"
LEUNA_DAYS = slice(day_of("1944-05-12"), day_of("1945-04-14"))
"""From the first raid until the ground was lost [record: plant_output, overrun]."""


# Rival laws of damage and repair, compared by how well they predict months they were not fitted to.


class Score(NamedTuple):
    """Out-of-sample score of one law. elpd: expected log predictive density of the predicted months, summed;
    se: its standard error over months; by_month: log density of each month."""

    name: str
    elpd: float
    se: float
    by_month: tuple[float, ...]


def score_laws(
    system: TargetSystem, schedule: Schedule, items: list[Binding], cutoff: str, name: str, *, seed: int
) -> Score:
    """Fit one law to a cut-off, in one chain, and score the months of aviation gasoline after it."""
    law = RIVAL_LAWS[name]
    part = problem(system, schedule, items, month_end_day(cutoff), law)
    fitted = fit(part, seed=seed, chains=1, warmup=150, draws=250)
    first, last = month_index(cutoff) + 1, month_index(LAST_SCORED)
    ahead = [b for b in items if b.kind == MONTHLY_AVIATION and first <= b.at <= last]
    whole = problem(system, schedule, ahead, N_DAYS - 1, law)
    sample = thin(fitted.draws, min(300, fitted.diverging.size))
    posterior = placed(sample, part, whole.system, whole.schedule, seed + 1)
    made = predict(posterior, whole, jax.random.key(seed + 1))
    density = np.array([_log_density(b, made.model[:, i]) for i, b in enumerate(made.items)])
    return Score(
        name, float(density.sum()), float(np.std(density, ddof=1) * len(density) ** 0.5), tuple(density.tolist())
    )


def behind(score: Score, best: Score) -> tuple[float, float]:
    """How far one score is behind another, month by month: the sum of the differences and its standard error."""
    gap = np.array(best.by_month) - np.array(score.by_month)
    return float(gap.sum()), float(np.std(gap, ddof=1) * len(gap) ** 0.5)


def _log_density(b: Binding, model_t: np.ndarray) -> float:
    """Log of the mean over draws of the density of the figure; the draws' own spread widens the error by kernel."""
    width = max(b.error, 1.06 * float(np.std(model_t)) * len(model_t) ** -0.2)
    logs = np.asarray(student_t(b.value, model_t, width))
    return float(np.logaddexp.reduce(logs) - np.log(len(logs)))


# How often the model's own 90 percent bands hold the record: as fitted, and with each month left out of the fit.
# A month is left out by weighting the draws anew, as if its figures had not been in the fit (Pareto-smoothed importance
# sampling); a Pareto shape above 0.7 says that the weights cannot be trusted, and is reported.

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
