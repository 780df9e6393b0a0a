"""The same code on a graphics card: run where one is at hand, never needed."""

import jax
import numpy as np
import pytest

from oilplan.calibration.model import draw_prior
from oilplan.clock import month_of_day
from oilplan.flight.as_flown import as_flown
from oilplan.flight.fly import block_flight
from oilplan.model.oil import oil_system
from oilplan.model.parameters import draws_last
from oilplan.record import load_record

DRAWS = 64


def card():
    """The first graphics card, or None."""
    try:
        return jax.devices("gpu")[0]
    except RuntimeError:
        return None


@pytest.mark.skipif(card() is None, reason="no graphics card at hand")
def test_the_fast_kernel_says_the_same_on_a_card():
    record = load_record()
    system = oil_system(record)
    fly, order = block_flight(system, as_flown(record, system), np.array(month_of_day()))
    p = draws_last(draw_prior(jax.random.key(3), system, DRAWS))
    z = np.random.default_rng(3).standard_normal((len(order), DRAWS), np.float32)
    there, here = (np.asarray(fly(*jax.device_put((z, p), where))) for where in (card(), jax.devices("cpu")[0]))
    np.testing.assert_allclose(there, here, atol=1e-3 * here.max())
