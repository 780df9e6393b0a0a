"""The fit's own sampler against a target whose moments are known."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from oilplan.calibration import chain as own
from oilplan.calibration.bindings import bindings
from oilplan.calibration.chain import flat, no_stretch, run_chain
from oilplan.calibration.likelihood import problem
from oilplan.clock import month_end_day
from oilplan.flight.as_flown import as_flown
from oilplan.model.oil import oil_system
from oilplan.record import load_record

MEAN, SD, RHO = np.array([1.0, -0.5]), np.array([0.5, 2.0]), 0.8
COVARIANCE = np.outer(SD, SD) * np.array([[1.0, RHO], [RHO, 1.0]])
DRAWS = 1500


@pytest.fixture(scope="module")
def small():
    record = load_record()
    system = oil_system(record)
    return problem(system, as_flown(record, system), bindings(record), month_end_day("1944-05"))


@pytest.fixture(scope="module")
def drawn(small):
    """[2, N, Q] draws of two chains from a normal whose last two unknowns lean on one another."""
    precision = jnp.asarray(np.linalg.inv(COVARIANCE))

    def known(u, _):
        row = flat(u)
        off = row[-2:] - MEAN
        return 0.5 * (off @ precision @ off + jnp.sum(row[:-2] ** 2))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(own, "potential", known)
        sample = own.sampler(small, 200)
        white = no_stretch(flat(own.unknowns_at_zero(small)).size)
        chains = [run_chain(small, sample, white, jax.random.key(k), chain=k, draws=DRAWS) for k in (3, 4)]
    return np.stack([np.asarray(flat(c.draws)) for c in chains])


def test_means_spreads_and_leanings_are_those_of_the_target(drawn):
    import arviz_stats as az

    last = drawn[..., -2:]
    enough = min(float(az.ess(last[..., k])) for k in (0, 1))
    assert enough > 200
    error = SD / np.sqrt(enough)
    assert (np.abs(last.mean((0, 1)) - MEAN) < 4 * error).all()
    np.testing.assert_allclose(np.cov(last.reshape(-1, 2).T), COVARIANCE, rtol=5 * np.sqrt(2 / enough))


def test_the_unknowns_that_nothing_binds_stay_standard_normal(drawn):
    """All of them together: the sums of squares of hundreds of independent ones leave little room for a bias."""
    free = drawn[..., :-2].reshape(-1, drawn.shape[-1] - 2)
    assert abs(float(free.mean())) < 0.01
    assert float(free.var()) == pytest.approx(1.0, abs=0.02)
    assert float((np.abs(free) < 1.645).mean()) == pytest.approx(0.90, abs=0.005)
