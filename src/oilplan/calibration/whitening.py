"""Coordinates in which the posterior is nearly round: what lets a chain take long steps.

The record has some fifty figures and the model five hundred unknowns, nearly all of them the luck of single raids. So
the posterior is the prior, pressed flat along a few dozen directions. They are found from the expected information of
the figures (Fisher's) at the draws of short pilot chains, and the unknowns are stretched along them:

    u = bend(x + V @ (M - I) @ V.T @ x),   M @ M.T = variance within the span of V

The directions turn from draw to draw. The inverse of the mean information is too narrow for the bends, the mean of the
inverses too wide for the straits; the variance is taken half-way between the two (the mean of their logarithms), and
widened where the pilot's own draws spread much further than that.

The pilot only chooses coordinates. Draws of the fit itself are exact in any of them.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import Array
from numpyro.infer import NUTS

from .bend import bend, straighten
from .likelihood import DEGREES_OF_FREEDOM, Problem
from .model import Unknowns, mean_and_scale, potential, unknowns_at_zero

LEAST_STRETCH = 0.03
"""Directions along which the prior is pressed by less are left as they are."""
WIDEST = 4.0
"""Variance of the pilot's draws, in units of the variance assumed, from which a direction is widened down to it."""
CLIMB_STEPS, CLIMB_RATE = 200, 0.05
PILOT_CHAINS, PILOT_WARMUP, PILOT_DRAWS, PILOT_THIN = 2, 50, 150, 10


class Whitening(NamedTuple):
    """V [Q, K] orthonormal directions of Q unknowns; M [K, K] the stretch within their span; its inverse [K, K]."""

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
    return jnp.concatenate([u.scalar, u.split, u.raid, u.discrepancy[..., None]], axis=-1)


def unflat(row: Array, problem: Problem) -> Unknowns:
    """The inverse of `flat` for the unknowns of a problem."""
    zero = unknowns_at_zero(problem)
    a = zero.scalar.size
    b = a + zero.split.size
    return Unknowns(row[..., :a], row[..., a:b], row[..., b:-1], row[..., -1])


def pilot(problem: Problem, key: Array) -> Whitening:
    """Coordinates for the chains of a problem; uses ``key`` up. Takes half a minute, a third of it to compile."""
    best = _climb(problem)
    information = jax.jit(lambda row: _information(row, problem))
    rows = _pilot_chains(problem, whitening([information(best)]), best, key)
    return _widened(whitening([information(row) for row in rows[::PILOT_THIN]]), rows)


def _climb(problem: Problem) -> Array:
    """[Q] unknowns near the top of the posterior, from the prior medians."""
    adam = optax.adam(optax.cosine_decay_schedule(CLIMB_RATE, CLIMB_STEPS))
    start = flat(unknowns_at_zero(problem))

    def step(state, _):
        row, memory = state
        slope = jax.grad(lambda r: potential(unflat(r, problem), problem))(row)
        change, memory = adam.update(slope, memory)
        return (optax.apply_updates(row, change), memory), None

    return jax.jit(lambda row: jax.lax.scan(step, (row, adam.init(row)), None, length=CLIMB_STEPS)[0][0])(start)


def _information(row: Array, problem: Problem) -> Array:
    """[Q, Q] expected information of the figures about the straightened unknowns, for Student's t errors."""
    def told(straight: Array):
        mean, scale = mean_and_scale(unflat(bend(straight), problem), problem)
        return mean / jax.lax.stop_gradient(scale), jnp.log(scale)

    location, width = jax.jacrev(told)(straighten(row))
    v = DEGREES_OF_FREEDOM
    return (v + 1) / (v + 3) * location.T @ location + 2 * v / (v + 3) * width.T @ width


def whitening(information: list[Array]) -> Whitening:
    """Coordinates from the expected information [Q, Q] at some draws."""
    precision = [np.eye(len(one)) + np.asarray(one, np.float64) for one in information]
    narrow = -_logarithm(np.mean(precision, axis=0))
    wide = _logarithm(np.mean([np.linalg.inv(one) for one in precision], axis=0))
    log_variance, vector = np.linalg.eigh((narrow + wide) / 2)
    stretch = np.exp(log_variance / 2)
    keep = np.abs(stretch - 1) > LEAST_STRETCH
    return _in_span(vector[:, keep], np.diag(stretch[keep]))


def _in_span(directions: np.ndarray, matrix: np.ndarray) -> Whitening:
    return Whitening(*(jnp.asarray(a, jnp.float32) for a in (directions, matrix, np.linalg.inv(matrix))))


def _widened(white: Whitening, rows: Array) -> Whitening:
    """The coordinates with every direction of their span widened along which the draws ``rows`` [N, Q] spread far."""
    spread = np.cov(np.asarray(white.coordinates(rows) @ white.directions, np.float64).T)
    variance, vector = np.linalg.eigh(spread)
    wider = vector * np.sqrt(np.maximum(variance / WIDEST, 1.0)) @ vector.T
    return _in_span(np.asarray(white.directions), np.asarray(white.matrix, np.float64) @ wider)


def _logarithm(matrix: np.ndarray) -> np.ndarray:
    """Logarithm of a symmetric positive matrix."""
    value, vector = np.linalg.eigh(matrix)
    return vector * np.log(value) @ vector.T


def kernel_of(problem: Problem, white: Whitening, acceptance: float, depth: int) -> NUTS:
    """NUTS on the coordinates ``{"x": [Q]}``; only its step size adapts."""
    def energy(at: dict) -> Array:
        return potential(unflat(white.unknowns(at["x"]), problem), problem)

    return NUTS(potential_fn=energy, target_accept_prob=acceptance, max_tree_depth=depth, adapt_mass_matrix=False)


def _pilot_chains(problem: Problem, white: Whitening, start: Array, key: Array) -> Array:
    """[N, Q] unknowns of short chains after their warm-up, side by side."""
    kernel = kernel_of(problem, white, 0.8, 6)

    def one(state, _):
        state = kernel.sample(state, (), {})
        return state, state.z["x"]

    @jax.jit
    def chain(key: Array) -> Array:
        at = {"x": white.coordinates(start)}
        state = kernel.init(key, PILOT_WARMUP, init_params=at, model_args=(), model_kwargs={})
        _, rows = jax.lax.scan(one, state, None, length=PILOT_WARMUP + PILOT_DRAWS)
        return white.unknowns(rows[PILOT_WARMUP:])

    compiled = chain.lower(key).compile()
    with ThreadPoolExecutor(PILOT_CHAINS) as pool:
        return jnp.concatenate(list(pool.map(compiled, jax.random.split(key, PILOT_CHAINS))))
