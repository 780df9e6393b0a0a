"""The other side's priorities."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from oilplan.calibration.model import median_parameters
from oilplan.directives.policy import MOST_GANGS, PRIORITIES, gangs, priority
from oilplan.model.law import State

BACKLOG = jnp.array([[0.0, 0.5, 1.0, 3.0]])
STATE = State(jnp.zeros((1, 4)), BACKLOG, BACKLOG)
AVIATION, OUTPUT = jnp.array([50.0, 1.0, 20.0, 90.0]), jnp.array([100.0, 60.0, 60.0, 60.0])


def sent(world, name):
    return np.asarray(gangs(STATE, jnp.ones(4), AVIATION, OUTPUT, priority(name), median_parameters(world.system)))[0]


def test_as_ordered_every_plant_has_exactly_its_own(world):
    np.testing.assert_array_equal(sent(world, "as_ordered"), 1.0)


@pytest.mark.parametrize("name", PRIORITIES[1:])
def test_no_gang_is_invented(world, name):
    made = sent(world, name)
    assert made[1:].sum() == pytest.approx(3.0, rel=1e-5)
    assert (made <= MOST_GANGS).all() and (made >= 0).all() and made[0] == 1.0


def test_each_priority_serves_its_own_first(world):
    assert np.argmax(sent(world, "aviation_first")) == 3
    assert np.argmax(sent(world, "easiest_first")[1:]) == 0
    assert np.argmax(sent(world, "optimal")[1:]) == 1


def test_an_unknown_priority_is_named():
    with pytest.raises(ValueError, match="as_ordered, aviation_first"):
        priority("fast")


def test_aviation_first_saves_aviation_gasoline(world, fly):
    aviation = world.system.output_t_per_day[:, 0]
    kept = {name: (fly(f"as_flown:repairers={name}").share * aviation).sum() for name in PRIORITIES}
    assert kept["aviation_first"] > 1.02 * kept["as_ordered"]
    output = world.system.all_products_t_per_day
    all_kept = {name: (fly(f"as_flown:repairers={name}").share * output).sum() for name in PRIORITIES}
    assert all_kept["optimal"] > all_kept["as_ordered"]
