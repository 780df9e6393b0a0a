"""The probabilistic model: priors of the unknowns, draws of them, and standard-normal unknowns scored against the record.

Every scalar prior is lognormal (median, sd of the logarithm) but for the day of the crews and the exponent of size, which are normal.
What was judged, not found, says "judgement". Several judgements, and the form of the laws, were settled while looking
at hindcasts: a hindcast with them is a test of the model on months it was not fitted to, not a blind forecast.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.scipy.special import gammaln
from jax.typing import ArrayLike

from ..clock import N_DAYS, N_MONTHS
from ..directives.toml_file import shipped
from ..errors import OilplanError
from ..flight.recorded_operations import Operations
from ..flight.schedule import DAY, LUCK, Schedule, draw_days, raid_noise
from ..flight.worlds import Draws, Pairing, worlds
from ..model.parameters import Parameters
from ..model.target import TargetSystem
from ..record import Record
from .likelihood import DEGREES_OF_FREEDOM, Problem, figures, full_value, spread


class Prior(NamedTuple):
    """name: field of `Parameters`; centre: median; spread: sd of the log (of the value for "normal"); form: lognormal or normal;
    label, words: of the unknown in a table and in a sentence, empty where it is shown by its name."""

    name: str
    centre: float
    spread: float
    source: str
    form: str = "lognormal"
    label: str = ""
    words: str = ""

    def value(self, z: Any, exp: Callable = np.exp) -> Any:
        """In its own unit at standard normal ``z``; exp: of the array library of ``z``."""
        return self.centre + self.spread * z if self.form == "normal" else self.centre * exp(self.spread * z)


PRIORS = tuple(Prior(**row) for row in shipped("calibration", "priors.toml")["prior"])
"""In the order of the columns of `Unknowns.scalar`."""
REPAIR_PACE_SD = 0.2
"""Spread of the logarithm of a plant's own pace of repair: works had their own crews, spares and walls; judgement."""
AVIATION_MIX_STEP_SD = 0.1
"""Step a month of the logarithm of aviation gasoline's part in what plants make: it was 65 percent of hydrogenation
in April 1944, 42 in December and 30 in January 1945 [record: output]; the size of the step is judgement."""
AVIATION_SPLIT_SD = 0.6
"""Spread of the logarithm of a plant's aviation yield where none was looked up; judgement."""
SCALARS = tuple(p.name for p in PRIORS)


def draw_prior(key: Array, system: TargetSystem, n_draws: int) -> Parameters:
    """``n_draws`` draws of all unknowns from their priors; uses ``key`` up.

    Returns Parameters with a leading axis [D]; ``aviation_log_split`` is [D, P].
    """
    keys = jax.random.split(key, len(PRIORS) + 3)
    values = {p.name: p.value(jax.random.normal(k, (n_draws,)), jnp.exp) for k, p in zip(keys, PRIORS, strict=False)}
    split = AVIATION_SPLIT_SD * jax.random.normal(keys[-3], (n_draws, system.n_plants))
    pace = REPAIR_PACE_SD * jax.random.normal(keys[-2], (n_draws, system.n_plants))
    steps = AVIATION_MIX_STEP_SD * jax.random.normal(keys[-1], (n_draws, system.window.n_months)).at[:, 0].set(0.0)
    return Parameters(
        **values, aviation_log_split=split, repair_pace_log=pace, aviation_mix_log=jnp.cumsum(steps, axis=1)
    )


def median_parameters(system: TargetSystem) -> Parameters:
    """The prior medians as one draw: a quick look and a start for the fit."""
    values = {p.name: jnp.asarray(p.centre) for p in PRIORS}
    none = jnp.zeros(system.n_plants)
    return Parameters(
        **values, aviation_log_split=none, repair_pace_log=none, aviation_mix_log=jnp.zeros(system.window.n_months)
    )


# Unknowns of a fit.

DISCREPANCY_MEDIAN, DISCREPANCY_LOG_SD = 0.07, 0.4
"""Prior of the model's own relative error on lost output: lognormal; judgement."""


class Unknowns(NamedTuple):
    """Standard-normal unknowns of a fit. scalar: [S] one per prior; split, pace: [P]; mix: [M - 1]; raid: [R];
    discrepancy: [ ].

    JAX arrays while a fit runs, NumPy arrays where its draws are kept.
    """

    scalar: Array | np.ndarray
    split: Array | np.ndarray
    pace: Array | np.ndarray
    mix: Array | np.ndarray
    raid: Array | np.ndarray
    discrepancy: Array | np.ndarray


def unknowns_at_zero(problem: Problem) -> Unknowns:
    """Every unknown at its prior median."""
    zero = jnp.zeros
    n_plants, n_raids = problem.system.n_plants, problem.schedule.n_raids
    return Unknowns(zero(len(PRIORS)), zero(n_plants), zero(n_plants), zero(N_MONTHS - 1), zero(n_raids), jnp.zeros(()))


_CENTRE = np.array([p.centre for p in PRIORS])
_SPREAD = np.array([p.spread for p in PRIORS])
_NORMAL = np.array([p.form == "normal" for p in PRIORS])


def to_parameters(u: Unknowns) -> Parameters:
    """Parameters at the unknowns: ``centre * exp(spread * z)``, or ``centre + spread * z`` for a normal prior.

    u: [..., S] and [..., P]; NumPy arrays give NumPy arrays, JAX arrays JAX arrays, with the same leading axes.
    """
    xp = u.scalar.__array_namespace__()
    moved = xp.asarray(_SPREAD, dtype=u.scalar.dtype) * u.scalar
    centre = xp.asarray(_CENTRE, dtype=u.scalar.dtype)
    values = xp.where(_NORMAL, centre + moved, centre * xp.exp(xp.where(_NORMAL, 0.0, moved)))
    named = {prior.name: values[..., i] for i, prior in enumerate(PRIORS)}
    from_april = xp.concatenate([xp.zeros_like(u.mix[..., :1]), u.mix], axis=-1)
    return Parameters(
        **named,
        aviation_log_split=xp.multiply(AVIATION_SPLIT_SD, u.split),
        repair_pace_log=xp.multiply(REPAIR_PACE_SD, u.pace),
        aviation_mix_log=xp.multiply(AVIATION_MIX_STEP_SD, xp.cumsum(from_april, axis=-1)),
    )


def discrepancy_of(u: Unknowns) -> Array:
    """Relative model error on lost output: lognormal; of the same kind and shape as ``u.discrepancy``."""
    return DISCREPANCY_MEDIAN * u.discrepancy.__array_namespace__().exp(DISCREPANCY_LOG_SD * u.discrepancy)


def log_prior(u: Unknowns) -> Array:
    """Log density of the standard normal unknowns, up to a constant."""
    return -0.5 * functools.reduce(operator.add, (jnp.sum(jnp.square(part)) for part in u))


def mean_and_scale(u: Unknowns, problem: Problem) -> tuple[Array, Array]:
    """[F] model's value and scale of the error of every figure of a problem, in their order."""
    mean = figures(jnp.asarray(u.raid), to_parameters(u), problem)
    error = jnp.asarray([b.error for b in problem.items], mean.dtype)
    full = jnp.asarray([full_value(b.kind, problem.system) for b in problem.items], mean.dtype)
    return mean, spread(mean, error, full, discrepancy_of(u))


def log_likelihood(u: Unknowns, problem: Problem) -> Array:
    """[F] log density of each figure of the problem, in their order."""
    mean, scale = mean_and_scale(u, problem)
    return student_t(jnp.asarray([b.value for b in problem.items], mean.dtype), mean, scale)


def student_t(value: ArrayLike, mean: Array | np.ndarray, scale: ArrayLike) -> Array:
    """Log density of Student's t with `DEGREES_OF_FREEDOM`."""
    v = DEGREES_OF_FREEDOM
    norm = gammaln((v + 1) / 2) - gammaln(v / 2) - 0.5 * jnp.log(v * jnp.pi) - jnp.log(scale)
    return norm - (v + 1) / 2 * jnp.log1p(((value - mean) / scale) ** 2 / v)


def potential(u: Unknowns, problem: Problem) -> Array:
    """Negative log posterior density, up to a constant."""
    return -(log_prior(u) + jnp.sum(log_likelihood(u, problem)))


# What the record says of the law of raid size.


def size_identified(draws: Unknowns) -> dict:
    """Whether the record tells how a raid's size counts: `raid_size_exponent` before and after the fit. JSON-ready.

    draws: [D, ...] of a fit

    bayes_factor_of_any_size: posterior over prior density at an exponent of zero (Savage and Dickey): how far the record
    prefers "a ton is a ton" to the law with an exponent; within a factor of 3 of one it says nothing either way
    """
    at = next(k for k, prior in enumerate(PRIORS) if prior.name == "raid_size_exponent")
    prior, z = PRIORS[at], np.asarray(draws.scalar)[..., at].ravel()
    low, median, high = (float(q) for q in prior.centre + prior.spread * np.quantile(z, (0.05, 0.5, 0.95)))
    none = -prior.centre / prior.spread
    width = 1.06 * z.std() * z.size**-0.2
    after = float(np.mean(np.exp(-0.5 * ((none - z) / width) ** 2)) / width)
    return {
        "prior_sd": prior.spread,
        "posterior_sd": float(prior.spread * z.std()),
        "p05": low,
        "median": median,
        "p95": high,
        "bayes_factor_of_any_size": after / float(np.exp(-0.5 * none**2)),
    }


# Draws of what is not known: parameters from the fit or the priors, luck and days of raids as flown.


def draw(system: TargetSystem, schedule: Schedule, *, draws: int, seed: int, posterior=None) -> Draws:
    """Parameters, luck and days of every draw; arguments as in `replay`.

    A draw is the same however many there are, and a raid's own day and luck whatever other raids there are.
    """
    z = raid_noise(seed, DAY, schedule, system, draws, schedule.day_sd > 0)
    day = draw_days(z, schedule, N_DAYS)
    if posterior is None:
        luck = raid_noise(seed, LUCK, schedule, system, draws)
        return Draws(draw_prior(jax.random.split(jax.random.key(seed))[0], system, draws), jnp.asarray(luck), day)
    if posterior.raid_z.shape[1] != schedule.n_raids:
        raise OilplanError(
            f"the posterior holds the luck of {posterior.raid_z.shape[1]} raids, the schedule has {schedule.n_raids};"
            " calibrate again with this record (`oilplan calibrate`)."
        )
    pick = _rows(seed, posterior.raid_z.shape[0], draws)
    return Draws(jax.tree.map(lambda a: a[pick], posterior.parameters), posterior.raid_z[pick], day)


def _rows(seed: int, n_kept: int, draws: int) -> np.ndarray:
    """[D] row of a posterior for every draw: all rows in one shuffled order, and again when there are more draws."""
    return np.random.default_rng([seed, n_kept]).permutation(n_kept)[np.arange(draws) % n_kept]


def pair(
    record: Record,
    system: TargetSystem,
    flown: Schedule,
    *,
    draws: int,
    seed: int,
    posterior=None,
    operations: Operations | None = None,
) -> Pairing:
    """Draw once for all arms. flown: raids as flown; draws, seed, posterior: as in `draw`; operations: the shipped fit, if None."""
    return pairer(record, system, flown)(draws=draws, seed=seed, posterior=posterior, operations=operations)


def pairer(record: Record, system: TargetSystem, flown: Schedule) -> Callable[..., Pairing]:
    """`pair` for many seeds and posteriors: compiled once for each number of draws."""
    make = worlds(record, system, flown)

    def of(*, draws: int, seed: int, posterior=None, operations: Operations | None = None) -> Pairing:
        return make(draw(system, flown, draws=draws, seed=seed, posterior=posterior), seed, operations)

    return of
