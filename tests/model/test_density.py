"""From tons to density: one function for raids as recorded, as ordered, and as the bound imagines them."""

from math import exp

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oilplan.calibration.model import PRIORS
from oilplan.clock import N_MONTHS
from oilplan.model.density import (
    REFERENCE_RAID_T,
    any_size,
    density,
    hit_share,
    luck_factor,
    power_of_size,
    size_scale,
    threshold_of_size,
)
from oilplan.model.parameters import Parameters

SIZED = {"raid_size_exponent": 0.4, "raid_size_least_t": 60.0}


def parameters(**changes) -> Parameters:
    values = {p.name: p.centre for p in PRIORS} | SIZED | changes
    return Parameters(
        **{k: jnp.asarray(v) for k, v in values.items()},
        aviation_log_split=jnp.zeros(1),
        repair_pace_log=jnp.zeros(1),
        aviation_mix_log=jnp.zeros(N_MONTHS),
    )


def plain(bombs_t, bomber_command, visual, z, log_sd, capacity, day, p, factor=1.0) -> float:
    """The same, written out with Python's numbers."""
    american = p["hit_visual"] * visual + p["hit_instrument"] * (1 - visual)
    share = p["hit_bomber_command"] * p["heavy_bombs"] if bomber_command else american
    size = (max(capacity, 40_000) / 650_000) ** p["size_exponent"]
    walls = 1 + p["protection"] / (1 + exp(-(day - p["crew_half_day"]) / 20))
    return bombs_t * exp(log_sd * z - log_sd**2 / 2) * share / size / walls * factor


def ours(bombs_t, bomber_command, visual, z, log_sd, capacity, day, p, **more) -> float:
    made = density(
        jnp.asarray(bombs_t),
        hit_share(jnp.asarray(bomber_command), jnp.asarray(visual), p),
        luck_factor(jnp.asarray(z), log_sd),
        size_scale(jnp.asarray(capacity), p),
        jnp.asarray(day),
        p,
        **more,
    )
    return float(made)


raid = st.tuples(
    st.floats(0.1, 2000),
    st.booleans(),
    st.floats(0, 1),
    st.floats(-3, 3),
    st.floats(0, 1.2),
    st.floats(0, 900_000),
    st.floats(0, 394),
)


@settings(max_examples=40, deadline=None)
@given(raid)
def test_it_is_the_formula_on_paper(one):
    p = parameters()
    numbers = {k: float(v) for k, v in p._asdict().items() if np.ndim(v) == 0}
    with jax.enable_x64(True):
        p = jax.tree.map(lambda a: jnp.asarray(a, float), p)
        factor = (max(one[0], 1.0) / REFERENCE_RAID_T) ** 0.4
        assert ours(*one, p, raid_size=any_size) == pytest.approx(plain(*one, numbers), rel=1e-6)
        assert ours(*one, p) == pytest.approx(plain(*one, numbers, factor), rel=1e-6)


def test_blast_walls_take_their_share_once_crews_have_come():
    p, late = parameters(raid_size_exponent=0.0), (100.0, False, 1.0, 0.0, 0.0, 650_000.0, 1000.0)
    assert ours(*late, p) == pytest.approx(26.8 / float(1 + p.protection) * float(p.hit_visual) / 0.268, rel=1e-4)
    assert ours(*late, p) < 0.9 * ours(*late, p._replace(protection=jnp.asarray(0.0)))


def test_a_ton_is_a_ton_unless_a_law_of_size_is_chosen():
    p = parameters()
    small, great = jnp.asarray(10.0), jnp.asarray(500.0)
    assert any_size(small, p) == any_size(great, p) == 1.0
    for law in (power_of_size, threshold_of_size):
        assert float(law(small, p)) < float(law(great, p))
    assert float(power_of_size(jnp.asarray(REFERENCE_RAID_T), p)) == pytest.approx(1.0)
    assert float(threshold_of_size(jnp.asarray(60.0), p)) == pytest.approx(0.5)
    assert float(power_of_size(small, p._replace(raid_size_exponent=jnp.asarray(0.0)))) == pytest.approx(1.0)


def test_a_law_of_size_has_finite_gradients_where_nothing_is_dropped():
    for law in (power_of_size, threshold_of_size):
        slope = jax.grad(lambda p, law=law: ours_of_nothing(p, law))(parameters())
        assert all(bool(jnp.all(jnp.isfinite(a))) for a in jax.tree.leaves(slope))


def ours_of_nothing(p, law):
    return density(jnp.zeros(()), p.hit_visual, jnp.ones(()), jnp.ones(()), jnp.zeros(()), p, law)


def test_a_part_of_a_raid_has_the_effect_of_the_whole_raids_size():
    p = parameters()
    part = density(jnp.asarray(1.0), p.hit_visual, 1.0, 1.0, 0.0, p, power_of_size, jnp.asarray(400.0))
    whole = density(jnp.asarray(400.0), p.hit_visual, 1.0, 1.0, 0.0, p, power_of_size)
    assert 400 * float(part) == pytest.approx(float(whole), rel=1e-5)
