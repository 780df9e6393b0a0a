"""The engine's promises: one loop, one closed form, one plain loop, and laws that cannot misbehave."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oilplan.calibration.priors import PRIORS
from oilplan.model.day_scan import run
from oilplan.model.law import (
    damage_linear,
    damage_saturating,
    disrupt,
    effort_per_day,
    mend_disruption,
    repair_exponential,
    repair_gang_limited,
    repair_pooled,
    working_share,
)
from oilplan.model.parameters import Laws, Parameters
from oilplan.model.raid_walk import run_closed, slots

N_DAYS, N_PLANTS = 120, 4
DAMAGES = (damage_saturating, damage_linear)
REPAIRS = (repair_gang_limited, repair_exponential, repair_pooled)
DEFAULT = Laws(damage_saturating, repair_gang_limited)


def parameters(**changes) -> Parameters:
    values = {p.name: jnp.asarray(p.centre) for p in PRIORS} | {k: jnp.asarray(v) for k, v in changes.items()}
    return Parameters(**values, aviation_log_split=jnp.zeros(N_PLANTS))


def raids(seed: int = 0):
    rng = np.random.default_rng(seed)
    day, plant = rng.integers(0, N_DAYS, 30), rng.integers(0, N_PLANTS, 30)
    return day, plant, rng.gamma(1.0, 60.0, 30)


def field(day, plant, density):
    out = np.zeros((N_DAYS, N_PLANTS))
    np.add.at(out, (day, plant), density)
    return out


def plain_loop(density, p: Parameters):
    """The same laws in plain Python, one plant and one day at a time."""
    share = np.zeros_like(density)
    f = {k: float(v) for k, v in p._asdict().items() if np.ndim(v) == 0}
    for k in range(density.shape[1]):
        lost = backlog = inflicted = 0.0
        for t in range(density.shape[0]):
            x = density[t, k]
            lost = 1 - (1 - lost) * np.exp(-f["kill_disruption"] * x)
            backlog = f["backlog_cap"] - (f["backlog_cap"] - backlog) * np.exp(-f["kill_structure"] * x / f["backlog_cap"])
            inflicted += f["kill_structure"] * x
            share[t, k] = (1 - lost) / (1 + (backlog + 1e-6) ** f["serial_exponent"])
            effort = 1 + f["crew_growth"] / (1 + np.exp(-(t - f["crew_half_day"]) / 20))
            pace = f["gang_backlog_per_d"] / (1 + f["wear"] * inflicted)
            full = f["gang_full_backlog"]
            lost *= np.exp(-f["mend_disruption_per_d"])
            backlog = full * np.log1p(np.expm1(backlog / full) * np.exp(-pace * effort / full))
    return share


def test_the_scan_equals_a_plain_python_loop():
    day, plant, density = raids()
    p = parameters(crew_half_day=60.0)
    np.testing.assert_allclose(run(jnp.asarray(field(day, plant, density)), p, DEFAULT),
                               plain_loop(field(day, plant, density), p), atol=2e-4)  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("repair", (repair_gang_limited, repair_exponential))
def test_the_closed_form_equals_the_day_loop(damage, repair):
    day, plant, density = raids(1)
    laws, p = Laws(damage, repair), parameters(crew_half_day=60.0)
    layout = slots(day, plant, N_PLANTS, N_DAYS)
    by_slot = run_closed(jnp.asarray(density), layout, p, laws)
    by_day = run(jnp.asarray(field(day, plant, density)), p, laws)
    np.testing.assert_allclose(by_slot, by_day, atol=3e-4)


def test_the_closed_form_refuses_gangs_that_are_shared():
    day, plant, density = raids()
    with pytest.raises(ValueError, match="repair_pooled"):
        run_closed(jnp.asarray(density), slots(day, plant, N_PLANTS, N_DAYS), parameters(), Laws(damage_linear, repair_pooled))


def test_one_plant_one_raid_follows_the_formula_on_paper():
    p = parameters(crew_growth=0.0, wear=0.0, kill_disruption=0.0)
    density, quiet_d = 80.0, 25
    field_one = np.zeros((40, 1))
    field_one[5] = density
    cap, full, pace = 5.0, 0.4, 0.045
    hit = cap - cap * np.exp(-0.025 * density / cap)
    left = full * np.log1p(np.expm1(hit / full) * np.exp(-pace * quiet_d / full))
    share = run(jnp.asarray(field_one), p._replace(aviation_log_split=jnp.zeros(1)), DEFAULT)
    assert float(share[5, 0]) == pytest.approx(1 / (1 + hit**2.5), rel=1e-3)
    assert float(share[5 + quiet_d, 0]) == pytest.approx(1 / (1 + left**2.5), rel=1e-3)


@given(st.floats(0, 1), st.floats(0, 40), st.floats(0, 500), st.sampled_from(DAMAGES))
@settings(max_examples=60, deadline=None)
def test_damage_stays_in_its_bounds_and_more_bombs_never_mean_more_output(disruption, backlog, density, damage):
    p = parameters()
    backlog = min(backlog, float(p.backlog_cap)) if damage is damage_saturating else backlog
    lost, more_lost = (float(disrupt(jnp.asarray(disruption), jnp.asarray(d), p)) for d in (density, density + 10))
    left, more_left = (float(damage(jnp.asarray(backlog), jnp.asarray(d), p)) for d in (density, density + 10))
    assert disruption - 1e-6 <= lost <= more_lost + 1e-6 <= 1 + 2e-6
    assert backlog - 1e-4 <= left <= more_left + 1e-4
    assert float(working_share(more_lost, more_left, p)) <= float(working_share(lost, left, p)) + 1e-6


@given(st.floats(0, 60), st.floats(0, 20), st.floats(0, 30), st.sampled_from((repair_gang_limited, repair_exponential)))
@settings(max_examples=60, deadline=None)
def test_two_short_steps_of_repair_equal_one_long_step(backlog, inflicted, effort, repair):
    p = parameters()
    b, w = jnp.asarray(backlog), jnp.asarray(inflicted)
    twice = repair(repair(b, w, jnp.asarray(effort / 3), p), w, jnp.asarray(2 * effort / 3), p)
    once = repair(b, w, jnp.asarray(effort), p)
    assert 0 <= float(once) <= backlog + 1e-4
    assert float(twice) == pytest.approx(float(once), rel=2e-4, abs=2e-4)


def test_disruption_mends_the_same_in_two_steps():
    p = parameters()
    twice = mend_disruption(mend_disruption(jnp.asarray(0.8), 2.0, p), 5.0, p)
    assert float(twice) == pytest.approx(float(mend_disruption(jnp.asarray(0.8), 7.0, p)), rel=1e-5)


def test_shared_gangs_are_never_faster_than_gangs_of_ones_own():
    p = parameters()
    backlog = jnp.asarray([0.0, 1.0, 4.0, 5.0])
    own = repair_gang_limited(backlog, jnp.zeros(4), jnp.asarray(5.0), p)
    shared = repair_pooled(backlog, jnp.zeros(4), jnp.asarray(5.0), p)
    assert bool(jnp.all(shared >= own - 1e-6)) and float(shared[2]) > float(own[2])


def test_a_plant_never_hit_loses_nothing():
    density = np.zeros((N_DAYS, N_PLANTS))
    density[10, 0] = 300.0
    for repair in REPAIRS:
        share = run(jnp.asarray(density), parameters(), Laws(damage_saturating, repair))
        np.testing.assert_allclose(share[:, 1:], 1.0, atol=1e-6)
        assert float(share[10, 0]) < 0.1


def test_repair_effort_grows_from_one_to_its_full_height():
    p = parameters()
    effort = effort_per_day(jnp.asarray([-400.0, float(p.crew_half_day), 1000.0]), p)
    np.testing.assert_allclose(effort, [1.0, 1 + float(p.crew_growth) / 2, 1 + float(p.crew_growth)], rtol=1e-5)


@pytest.mark.parametrize("repair", REPAIRS)
def test_gradients_are_finite_at_no_damage_and_at_full_damage(repair):
    for density in (0.0, 1e4):
        field_one = jnp.full((30, N_PLANTS), 0.0).at[3].set(density)

        def total(p, f=field_one):
            return jnp.sum(run(f, p, Laws(damage_saturating, repair)))

        gradient = jax.grad(total)(parameters())
        assert all(bool(jnp.all(jnp.isfinite(g))) for g in gradient)


def test_gradients_equal_finite_differences():
    with jax.enable_x64(True):
        day, plant, density = raids(2)
        dense, p = jnp.asarray(field(day, plant, density)), parameters(crew_half_day=60.0)

        def total(p):
            return jnp.sum(run(dense, p, DEFAULT))

        gradient = jax.grad(total)(p)
        for name in ("kill_structure", "gang_backlog_per_d", "serial_exponent", "crew_growth", "wear"):
            value = float(getattr(p, name))
            step = 1e-4 * value
            up, down = (float(total(p._replace(**{name: jnp.asarray(value + s)}))) for s in (step, -step))
            assert float(getattr(gradient, name)) == pytest.approx((up - down) / (2 * step), rel=1e-4)


def test_a_batch_equals_its_members():
    day, plant, density = raids(3)
    layout = slots(day, plant, N_PLANTS, N_DAYS)
    many = jnp.asarray(np.stack([density, density * 0.5, density * 0.0]))
    batch = jax.vmap(lambda d: run_closed(d, layout, parameters(), DEFAULT))(many)
    for i in range(3):
        np.testing.assert_allclose(batch[i], run_closed(many[i], layout, parameters(), DEFAULT), atol=1e-5)
