"""The coordinates of a fit: they can be undone, and they make a stretched bell round."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from oilplan.calibration.chain import bend, no_stretch, straighten, whitening, widened
from oilplan.calibration.model import SCALARS

SIZE = 6


def of_precision(seed: int) -> np.ndarray:
    """Information [Q, Q] beyond a standard normal prior, along two directions."""
    turn = np.linalg.qr(np.random.default_rng(seed).normal(size=(SIZE, SIZE)))[0][:, :2]
    return turn @ np.diag([99.0, 24.0]) @ turn.T


def test_coordinates_are_undone_by_unknowns():
    white = whitening([jnp.asarray(of_precision(0)), jnp.asarray(of_precision(1))])
    u = jax.random.normal(jax.random.key(0), (5, SIZE))
    np.testing.assert_allclose(white.unknowns(white.coordinates(u)), u, atol=2e-5)


def test_a_posterior_of_one_information_becomes_round():
    information = of_precision(2)
    white = whitening([jnp.asarray(information)])
    columns = np.asarray(white.unknowns(jnp.eye(SIZE)), np.float64)
    np.testing.assert_allclose(columns @ (np.eye(SIZE) + information) @ columns.T, np.eye(SIZE), atol=1e-4)


def test_directions_the_figures_say_nothing_of_are_left_alone():
    white = whitening([jnp.asarray(of_precision(3))])
    assert np.linalg.matrix_rank(np.asarray(white.directions)) == 2
    aside = np.linalg.svd(np.asarray(white.directions).T)[2][-1]
    np.testing.assert_allclose(white.unknowns(jnp.asarray(aside)), aside, atol=1e-5)


def test_coordinates_are_of_one_size_whatever_the_figures_tell():
    shapes = [jax.tree.map(jnp.shape, white) for white in (no_stretch(SIZE), whitening([jnp.asarray(of_precision(3))]))]
    assert shapes[0] == shapes[1]
    u = jax.random.normal(jax.random.key(1), (SIZE,))
    np.testing.assert_allclose(no_stretch(SIZE).coordinates(u), straighten(u), atol=1e-6)


def test_draws_that_spread_far_widen_their_direction_and_no_other():
    white = whitening([jnp.asarray(of_precision(4))])
    far, near = np.asarray(white.directions).T[:2]
    x = np.random.default_rng(0).normal(size=(4000, SIZE))
    wide = widened(white, white.unknowns(jnp.asarray(x + 5 * np.outer(x @ far, far), jnp.float32)))
    grown = [
        np.linalg.norm(wide.unknowns(jnp.asarray(v))) / np.linalg.norm(white.unknowns(jnp.asarray(v)))
        for v in (far, near)
    ]
    np.testing.assert_allclose(grown, [37**0.5, 1.0], rtol=0.05)


def test_straight_coordinates_come_back_and_keep_volumes():
    row = jax.random.normal(jax.random.key(5), (len(SCALARS) + 3,))
    np.testing.assert_allclose(straighten(bend(row)), row, atol=1e-5)
    assert abs(float(bend(row)[SCALARS.index("gang_backlog_per_d")] - row[SCALARS.index("gang_backlog_per_d")])) > 1e-3
    assert float(jnp.linalg.det(jax.jacobian(bend)(row))) == pytest.approx(1.0, rel=1e-5)
