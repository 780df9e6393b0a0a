"""Hamiltonian Monte Carlo on a problem, compiled once: coordinates and lengths are arguments of pilot and chains alike.

Where the posterior is round, a path has forgotten where it began after a quarter of a turn, a length of pi / 2; after half
a turn it is back, on the other side of the same shell. So lengths are drawn around a little more than a quarter: half the
steps that NUTS takes before it sees that it turns. They are drawn apart from the state, so that the posterior stays what
it is.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpyro.infer.hmc import hmc

from .likelihood import DEGREES_OF_FREEDOM, Problem
from .model import PRIORS, SCALARS, Unknowns, mean_and_scale, potential, unknowns_at_zero

# Straight coordinates for the pace of repair: the pace that the record tells is that of a plant already worn.
#
# Pace and wear are known together, as ``gang / (1 + wear * inflicted)``: where wear is great the pace of a fresh plant must
# be greater too, along a curve that no linear stretch follows. So chains walk on the pace after `INFLICTED` units of
# damage in the fresh pace's stead. Only one unknown is shifted, by a function of another: volumes stay as they are.

INFLICTED = 8.0
"""Damage at which pace and wear part: the fit to the whole record leaves no correlation between them there."""
_GANG, _WEAR = SCALARS.index("gang_backlog_per_d"), SCALARS.index("wear")


def bend(row: Array) -> Array:
    """[..., Q] unknowns (as `oilplan.calibration.chain.flat` puts them) from straight coordinates [..., Q]."""
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


# The sampler.

BLOCK = 50
"""Draws between two reports of progress."""
TARGET_ACCEPTANCE = 0.75
"""Most effective draws a second of the targets tried, 0.65 to 0.85, on the whole record."""
LENGTH, JITTER = 2.0, 0.5
"""Length of a draw's path in units of the posterior's standard deviation, and the share by which it varies."""
RUN_ONCE: dict[str, str | bool] = {"xla_backend_optimization_level": "0"}
"""For what is run a few times and would take longer to optimise than to run."""


class Sampler(NamedTuple):
    """Compiled parts of Hamiltonian Monte Carlo on a problem, shared by its pilot and all its chains.

    begin: function of (key, unknowns [Q], Whitening) to the state before the first draw
    block: function of (state, Whitening, mean length [ ]) to the state `BLOCK` draws on, with their unknowns [B, Q],
    divergences [B] and leapfrog steps [B]
    """

    begin: Callable
    block: Callable
    warmup: int


def sampler(problem: Problem, warmup: int, acceptance: float = TARGET_ACCEPTANCE) -> Sampler:
    """Compile the sampler of a problem, which takes about ten seconds; warmup is rounded up to whole blocks."""
    size = flat(unknowns_at_zero(problem)).size
    return compiled(lambda row: potential(unflat(row, problem), problem), no_stretch(size), size, warmup, acceptance)


def compiled(
    minus_log: Callable[[Array], Array], white: Any, size: int, warmup: int, acceptance: float = TARGET_ACCEPTANCE
) -> Sampler:
    """Compile the sampler of any density of standard normal unknowns.

    minus_log: from unknowns [Q] to minus the logarithm of their density; white: coordinates, as `Whitening`; size: Q
    Only the step size adapts: the coordinates do the rest.
    """
    warmup = -(-warmup // BLOCK) * BLOCK
    start, draw = hmc(potential_fn_gen=lambda white: lambda x: minus_log(white.unknowns(x)), algo="HMC")

    def begin(key, row, white):
        return start(
            white.coordinates(row),
            warmup,
            adapt_mass_matrix=False,
            target_accept_prob=acceptance,
            trajectory_length=LENGTH,
            model_args=(white,),
            rng_key=key,
        )

    def block(state, white, length):
        def one(state, _):
            key, lot = jax.random.split(state.rng_key)
            varied = length * jax.random.uniform(lot, minval=1.0 - JITTER, maxval=1.0 + JITTER)
            state = draw(state._replace(rng_key=key, trajectory_length=varied), (white,))
            return state, (white.unknowns(state.z), state.diverging, state.num_steps)

        return jax.lax.scan(one, state, None, length=BLOCK)

    zero = jnp.zeros(size)
    begin = jax.jit(begin).lower(jax.random.key(0), zero, white).compile(RUN_ONCE)
    return Sampler(begin, jax.jit(block).lower(begin.out_info, white, LENGTH).compile(), warmup)


# One chain, run in blocks so that a caller can show progress and keep what is done.

START_JITTER = 0.3
"""Standard deviation of the starting points around the prior medians, in prior standard deviations."""


class Chain(NamedTuple):
    """Draws of one chain. draws: Unknowns, or rows of them, with a leading axis; diverging: [N] bool; steps: [N] leapfrog steps."""

    draws: Any
    diverging: np.ndarray
    steps: np.ndarray
    step_size: float
    seconds: float


class Progress(NamedTuple):
    """Where a chain stands: draws done of all (warm-up included), step size, divergences so far."""

    chain: int
    done: int
    total: int
    step_size: float
    divergences: int


def run_chain(
    problem: Problem,
    sample: Sampler,
    white: Whitening,
    key,
    *,
    chain: int,
    draws: int,
    report: Callable[[Progress], None] = lambda _: None,
) -> Chain:
    """Run one chain in the coordinates of ``white``; uses ``key`` up. draws are rounded up to whole blocks."""
    size = flat(unknowns_at_zero(problem)).size
    done = run_rows(sample, white, size, key, chain=chain, draws=draws, report=report)
    return done._replace(draws=Unknowns(*(np.asarray(a) for a in unflat(done.draws, problem))))


def run_rows(
    sample: Sampler,
    white: Any,
    size: int,
    key,
    *,
    chain: int,
    draws: int,
    report: Callable[[Progress], None] = lambda _: None,
) -> Chain:
    """Run one chain of any `compiled` sampler; its ``draws`` are rows of unknowns [N, Q]. size: Q; uses ``key`` up."""
    start_key, run_key = jax.random.split(key)
    start = START_JITTER * jax.random.normal(start_key, (size,))
    n_warm, n_keep = sample.warmup // BLOCK, -(-draws // BLOCK)
    began = time.perf_counter()
    state = sample.begin(run_key, start, white)
    kept, divergences = [], 0
    for n in range(n_warm + n_keep):
        state, made = sample.block(state, white, LENGTH)
        if n >= n_warm:
            kept.append(jax.tree.map(np.asarray, made))
            divergences += int(kept[-1][1].sum())
        report(
            Progress(chain, (n + 1) * BLOCK, (n_warm + n_keep) * BLOCK, float(state.adapt_state.step_size), divergences)
        )
    rows, diverging, steps = jax.tree.map(lambda *parts: np.concatenate(parts)[:draws], *kept)
    return Chain(rows, diverging, steps, float(state.adapt_state.step_size), time.perf_counter() - began)


# Short chains that choose the coordinates of a fit. They only choose: draws of the fit are exact in any of them.
#
# A first block walks from the prior medians to where the posterior lies, in coordinates from the information at its
# start; the pilot chains go on from there, in coordinates from the information where it arrived.

CHAINS, BLOCKS, SETTLING = 2, 7, 1
"""Blocks of each pilot chain, and those of them that are thrown away."""
PILOT_LENGTH = 3.0
"""Longer than the chains' own: these coordinates still leave some directions wide."""
THIN = 20
"""Every so many draws one is asked for its information."""


def pilot(problem: Problem, sample: Sampler, key: Array) -> Whitening:
    """Coordinates for the chains of a problem; uses ``key`` up. sample: compiled on the same problem."""
    start = flat(unknowns_at_zero(problem))
    stated = jax.jit(lambda row: information(row, problem)).lower(start).compile()
    first, *keys = jax.random.split(key, 1 + CHAINS)
    arrived = _walk(sample, whitening([stated(start)]), start, first, 1)[-1]
    white = whitening([stated(arrived)])

    def one(key: Array) -> Array:
        return _walk(sample, white, arrived, key, BLOCKS)[SETTLING * BLOCK :]

    with ThreadPoolExecutor(CHAINS) as pool:
        rows = jnp.concatenate(list(pool.map(one, keys)))
    return widened(whitening([stated(row) for row in rows[::THIN]]), rows)


def _walk(sample: Sampler, white: Whitening, start: Array, key: Array, blocks: int) -> Array:
    """[N, Q] unknowns of ``blocks`` blocks from ``start``."""
    state, rows = sample.begin(key, start, white), []
    for _ in range(blocks):
        state, (made, _, _) = sample.block(state, white, PILOT_LENGTH)
        rows.append(made)
    return jnp.concatenate(rows)
