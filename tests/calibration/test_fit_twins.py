"""The plain twins that our fit is timed beside have our posterior: day loop against closed form, a constant apart."""

import jax
import numpy as np
import pytest
from benchmarks.fit.agree import difference
from benchmarks.fit.problem import points, record_problem
from benchmarks.fit.twin_numpyro import model
from numpyro.infer.util import potential_energy

from oilplan.calibration.model import potential
from oilplan.clock import month_end_day

ROUNDING = 2e-4
"""Ten times what the log densities, of the size of 170, differ by in 32 bits; of a slope, two hundred times."""


@pytest.fixture(scope="module")
def june():
    """A small problem: figures and raids up to the end of June 1944, with the daily sums that the twins have."""
    return record_problem(month_end_day("1944-06"))._replace(read=None)


@pytest.fixture(scope="module")
def log_densities(june):
    """[N] ours and the NumPyro twin's, and the points."""
    at = points(june, 6)
    ours = jax.jit(lambda u: -potential(u, june))
    twin = jax.jit(lambda u: -potential_energy(model, (june,), {}, u._asdict()))
    return np.array([ours(u) for u in at]), np.array([twin(u) for u in at]), at


def test_the_numpyro_twin_has_our_log_density(log_densities):
    ours, twin, _ = log_densities
    assert np.ptp(ours) > 10 and np.ptp(twin - ours) < ROUNDING


def test_a_twin_with_a_prior_of_its_own_would_be_caught(log_densities):
    """Yields a thousandth narrower than ours, everything else the same."""
    ours, twin, at = log_densities
    narrower = twin - 1e-3 * np.array([np.sum(u.split**2) for u in at])
    assert np.ptp(narrower - ours) > 2 * ROUNDING


def test_the_pymc_twin_has_our_log_density_and_its_slope(june):
    pytest.importorskip("pymc")
    from benchmarks.fit import ours, twin_pymc

    found = difference(twin_pymc.energy(june), ours.energy(june), points(june, 4))
    assert max(found.values()) < ROUNDING, found
