"""The probabilistic model: standard-normal unknowns, mapped to `Parameters`, scored against the record."""

from __future__ import annotations

import functools
import operator
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.scipy.special import gammaln
from jax.typing import ArrayLike

from ..clock import N_MONTHS
from ..model.parameters import Parameters
from .likelihood import DEGREES_OF_FREEDOM, Problem, figures, full_value, spread
from .priors import AVIATION_MIX_STEP_SD, AVIATION_SPLIT_SD, PRIORS, REPAIR_PACE_SD

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
