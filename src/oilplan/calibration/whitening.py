"""Straight coordinates for the pace of repair: the pace that the record tells is that of a plant already worn.

Pace and wear are known together, as ``gang / (1 + wear * inflicted)``: where wear is great the pace of a fresh plant must
be greater too, along a curve that no linear stretch follows. So chains walk on the pace after `INFLICTED` units of
damage in the fresh pace's stead. Only one unknown is shifted, by a function of another: volumes stay as they are.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from .likelihood import DEGREES_OF_FREEDOM, Problem
from .model import Unknowns, mean_and_scale, unknowns_at_zero
from .priors import PRIORS, SCALARS

INFLICTED = 8.0
"""Damage at which pace and wear part: the fit to the whole record leaves no correlation between them there."""
_GANG, _WEAR = SCALARS.index("gang_backlog_per_d"), SCALARS.index("wear")


def bend(row: Array) -> Array:
    """[..., Q] unknowns (as `oilplan.calibration.whitening.flat` puts them) from straight coordinates [..., Q]."""
    return jnp.asarray(row).at[..., _GANG].add(_shift(row[..., _WEAR]))


def straighten(row: Array) -> Array:
    """The inverse of `bend`."""
    return jnp.asarray(row).at[..., _GANG].add(-_shift(row[..., _WEAR]))


def _shift(z_wear: Array) -> Array:
    """Standard deviations of the pace that wear at ``z_wear`` takes away, beyond its median."""
    wear = PRIORS[_WEAR]
    taken = jnp.log1p(INFLICTED * wear.centre * jnp.exp(wear.spread * z_wear)) - jnp.log1p(INFLICTED * wear.centre)
    return taken / PRIORS[_GANG].spread


# Coordinates in which the posterior is nearly round: what lets a chain take long steps.
#
# The record has some fifty figures and the model five hundred unknowns, nearly all of them the luck of single raids. So
# the posterior is the prior, pressed flat along a few dozen directions. They are found from the expected information of
# the figures (Fisher's) at the draws of short pilot chains, and the unknowns are stretched along them:
#
# u = bend(x + V @ (M - I) @ V.T @ x),   M @ M.T = variance within the span of V
#
# The directions turn from draw to draw. The inverse of the mean information is too narrow for the bends, the mean of the
# inverses too wide for the straits; the variance is taken half-way between the two (the mean of their logarithms), and
# widened where the pilot's own draws spread further than that.
#
# Coordinates are arguments of the compiled sampler and always of one size, so that it is compiled once for all of them.

LEAST_STRETCH = 0.03
"""Directions along which the prior is pressed by less are left as they are."""
MOST_DIRECTIONS = 64
"""Directions kept, those pressed hardest first; the whole record presses some forty."""


class Whitening(NamedTuple):
    """V [Q, K] directions of Q unknowns, orthonormal or, where fewer than K are pressed, zero; M [K, K] the stretch
    within their span; its inverse [K, K].
    """

    directions: Array
    matrix: Array
    inverse: Array

    def unknowns(self, x: Array) -> Array:
        """[..., Q] unknowns at the coordinates x [..., Q]."""
        within = x @ self.directions
        return bend(x + (within @ self.matrix.T - within) @ self.directions.T)

    def coordinates(self, u: Array) -> Array:
        """[..., Q] coordinates of the unknowns u [..., Q]: the inverse of `unknowns`."""
        straight = straighten(u)
        within = straight @ self.directions
        return straight + (within @ self.inverse.T - within) @ self.directions.T


def flat(u: Unknowns) -> Array:
    """[..., Q] scalars, yields, luck of raids, discrepancy in one row."""
    return jnp.concatenate([*u[:-1], u.discrepancy[..., None]], axis=-1)


def unflat(row: Array, problem: Problem) -> Unknowns:
    """The inverse of `flat` for the unknowns of a problem."""
    zero = unknowns_at_zero(problem)
    ends = np.cumsum([part.size for part in zero[:-1]])
    parts = [row[..., end - part.size : end] for part, end in zip(zero[:-1], ends, strict=True)]
    return Unknowns._make([*parts, row[..., -1]])


def information(row: Array, problem: Problem) -> Array:
    """[Q, Q] expected information of the figures about the straightened unknowns, for Student's t errors."""

    def stated(straight: Array):
        mean, scale = mean_and_scale(unflat(bend(straight), problem), problem)
        return mean / jax.lax.stop_gradient(scale), jnp.log(scale)

    return expected_information(stated, straighten(row))


def expected_information(stated, row: Array) -> Array:
    """[Q, Q] about a row of unknowns [Q]. stated: from it to the figures' means over their scales, and log scales, [F] each."""
    location, width = jax.jacrev(stated)(row)
    v = DEGREES_OF_FREEDOM
    return (v + 1) / (v + 3) * location.T @ location + 2 * v / (v + 3) * width.T @ width


def no_stretch(size: int) -> Whitening:
    """Coordinates of ``size`` unknowns that leave the prior as it is."""
    width = min(size, MOST_DIRECTIONS)
    return _in_span(np.zeros((size, width)), np.eye(width))


def whitening(stated: list[Array]) -> Whitening:
    """Coordinates from the expected information [Q, Q] at some draws."""
    precision = [np.eye(len(one)) + np.asarray(one, np.float64) for one in stated]
    narrow = -_logarithm(np.mean(precision, axis=0))
    wide = _logarithm(np.mean([np.linalg.inv(one) for one in precision], axis=0))
    log_variance, vector = np.linalg.eigh((narrow + wide) / 2)
    hardest = np.argsort(-np.abs(log_variance))[:MOST_DIRECTIONS]
    stretch = np.exp(log_variance[hardest] / 2)
    pressed = np.abs(stretch - 1) > LEAST_STRETCH
    return _in_span(vector[:, hardest] * pressed, np.diag(np.where(pressed, stretch, 1.0)))


def _in_span(directions: np.ndarray, matrix: np.ndarray) -> Whitening:
    return Whitening(*(jnp.asarray(a, jnp.float32) for a in (directions, matrix, np.linalg.inv(matrix))))


def widened(white: Whitening, rows: Array) -> Whitening:
    """The coordinates with every direction of their span widened along which the draws ``rows`` [N, Q] spread wider.

    Few draws make a narrow direction look narrower than it is, so none is narrowed.
    """
    within = jax.jit(lambda white, rows: white.coordinates(rows) @ white.directions)(white, rows)
    spread = np.cov(np.asarray(within, np.float64).T)
    variance, vector = np.linalg.eigh(spread)
    wider = vector * np.sqrt(np.maximum(variance, 1.0)) @ vector.T
    return _in_span(np.asarray(white.directions), np.asarray(white.matrix, np.float64) @ wider)


def _logarithm(matrix: np.ndarray) -> np.ndarray:
    """Logarithm of a symmetric positive matrix."""
    value, vector = np.linalg.eigh(matrix)
    return vector * np.log(value) @ vector.T
