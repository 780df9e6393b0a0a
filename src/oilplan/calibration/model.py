"""The probabilistic model: standard-normal unknowns, mapped to `Parameters`, scored against the record."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.scipy.special import gammaln
from jax.typing import ArrayLike

from ..model.parameters import Parameters
from .likelihood import DEGREES_OF_FREEDOM, Problem, figures, full_value, spread
from .priors import AVIATION_SPLIT_SD, PRIORS

DISCREPANCY_MEDIAN, DISCREPANCY_LOG_SD = 0.05, 0.3
"""Prior of the model's own relative error on lost output: lognormal; judgement."""


class Unknowns(NamedTuple):
    """Standard-normal unknowns of a fit. scalar: [S] one per prior; split: [P]; raid: [R]; discrepancy: [ ].

    JAX arrays while a fit runs, NumPy arrays where its draws are kept.
    """

    scalar: Array | np.ndarray
    split: Array | np.ndarray
    raid: Array | np.ndarray
    discrepancy: Array | np.ndarray


def unknowns_at_zero(problem: Problem) -> Unknowns:
    """Every unknown at its prior median."""
    zero = jnp.zeros
    return Unknowns(zero(len(PRIORS)), zero(problem.system.n_plants), zero(problem.schedule.n_raids), jnp.zeros(()))


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
    return Parameters(**named, aviation_log_split=xp.multiply(AVIATION_SPLIT_SD, u.split))


def discrepancy_of(u: Unknowns) -> Array:
    """Relative model error on lost output: lognormal; of the same kind and shape as ``u.discrepancy``."""
    return DISCREPANCY_MEDIAN * u.discrepancy.__array_namespace__().exp(DISCREPANCY_LOG_SD * u.discrepancy)


def log_prior(u: Unknowns) -> Array:
    """Log density of the standard normal unknowns, up to a constant."""
    return -0.5 * (jnp.sum(u.scalar**2) + jnp.sum(u.split**2) + jnp.sum(u.raid**2) + jnp.sum(u.discrepancy**2))


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
