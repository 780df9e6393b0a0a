"""The engine's promises: one loop, one closed form, one plain loop, and laws that cannot misbehave."""

from functools import cache
from math import exp, expm1, log1p
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oilplan.calibration.model import PRIORS
from oilplan.clock import N_MONTHS
from oilplan.model.engines import run, run_closed, slots
from oilplan.model.fast import EVERY_DAY, fast_layout, fly_months
from oilplan.model.law import (
    DEFAULT_LAW,
    RIVAL_LAWS,
    Quiet,
    State,
    damage_linear,
    damage_saturating,
    disrupt,
    disruption_left,
    effort_per_day,
    repair_exponential,
    repair_gang_limited,
    repair_pooled,
    uncoupled,
    working_share,
)
from oilplan.model.parameters import Parameters

N_DAYS, N_PLANTS = 120, 4
DAMAGES = (damage_saturating, damage_linear)
LAWS = tuple(RIVAL_LAWS.values())
APART = tuple(law for law in LAWS if not law.coupled)
GANGS = RIVAL_LAWS["saturating damage, gang-limited repair"]
POOLED = RIVAL_LAWS["saturating damage, pooled repair"]


def parameters(**changes) -> Parameters:
    values = {p.name: jnp.asarray(p.centre) for p in PRIORS} | {k: jnp.asarray(v) for k, v in changes.items()}
    return Parameters(
        **values,
        aviation_log_split=jnp.zeros(N_PLANTS),
        repair_pace_log=jnp.zeros(N_PLANTS),
        aviation_mix_log=jnp.zeros(N_MONTHS),
    )


def raids(seed: int = 0):
    rng = np.random.default_rng(seed)
    day, plant = rng.integers(0, N_DAYS, 30), rng.integers(0, N_PLANTS, 30)
    return day, plant, rng.gamma(1.0, 60.0, 30)


def field(day, plant, density):
    out = np.zeros((N_DAYS, N_PLANTS))
    np.add.at(out, (day, plant), density)
    return out


def plain_hit(law, backlog: float, x: float, f: dict) -> float:
    """Every law of damage once more, with Python's own numbers."""
    if law.damage is damage_linear:
        return backlog + f["kill_structure"] * x
    cap = f["backlog_cap"]
    return cap - (cap - backlog) * exp(-f["kill_structure"] * x / cap)


def plain_repair(law, backlog: float, inflicted: float, work: float, mean_backlog: float, f: dict) -> float:
    """Every law of repair once more. work: effort times the plant's own pace; mean_backlog: of all, for shared gangs"""
    work *= f["gang_backlog_per_d"] / (1 + f["wear"] * inflicted)
    if law.repair is repair_exponential:
        return backlog * exp(-work)
    if law.repair is repair_pooled:
        work /= 1 + mean_backlog / f["pool_backlog"]
    full = f["gang_full_backlog"]
    return full * log1p(expm1(backlog / full) * exp(-work / full))


CARS_LOG = -0.8 * np.linspace(0.0, 1.0, N_DAYS) ** 2
"""Cars placed fall to less than half: repair slows."""


def plain_loop(density, p: Parameters, law):
    """The laws in plain Python, one plant and one day at a time, with cars placed as in `CARS_LOG`."""
    share = np.zeros_like(density)
    f = {k: float(v) for k, v in p._asdict().items() if v is not None and np.ndim(v) == 0}
    plants, pace = range(density.shape[1]), [exp(float(x)) for x in p.repair_pace_log]
    lost, backlog, inflicted = ([0.0 for _ in plants] for _ in range(3))
    for t in range(density.shape[0]):
        for k in plants:
            x = float(density[t, k])
            lost[k] = 1 - (1 - lost[k]) * exp(-f["kill_disruption"] * x)
            backlog[k] = plain_hit(law, backlog[k], x, f)
            inflicted[k] += f["kill_structure"] * x
            share[t, k] = (1 - lost[k]) / (1 + (backlog[k] + 1e-6) ** f["serial_exponent"])
        effort = 1 + f["crew_growth"] / (1 + exp(-(t - f["crew_half_day"]) / 20))
        effort *= exp(CARS_LOG[t]) ** f["repair_rail"]
        mean = sum(backlog) / len(backlog)
        for k in plants:
            lost[k] *= exp(-f["repair_disruption_per_d"])
            backlog[k] = plain_repair(law, backlog[k], inflicted[k], effort * pace[k], mean, f)
    return share


def some_parameters(seed: int) -> Parameters:
    """Every scalar moved within its prior, every plant with a pace of its own; a long gang stretch keeps exponentials in range."""
    rng = np.random.default_rng(seed)
    moved = {
        p.name: p.centre * float(np.exp(0.3 * p.spread * rng.standard_normal()))
        for p in PRIORS
        if p.form == "lognormal"
    }
    own = {"repair_pace_log": jnp.asarray(0.3 * rng.standard_normal(N_PLANTS))}
    return parameters(**moved, crew_half_day=float(rng.uniform(20, 100)))._replace(**own)


@cache
def scanned(law):
    """The day loop of a law, compiled once for every shape of its arguments."""
    return jax.jit(lambda density, p, cars_log: run(density, p, law, cars_log))


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
@pytest.mark.parametrize("seed", range(2))
def test_the_day_scan_is_the_plain_loop_under_every_law(law, seed):
    day, plant, density = raids(seed)
    p, dense = some_parameters(seed), field(day, plant, density)
    with jax.enable_x64(True):
        made = scanned(law)(jnp.asarray(dense), jax.tree.map(lambda a: jnp.asarray(a, float), p), CARS_LOG)
    np.testing.assert_allclose(made, plain_loop(dense, p, law), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("law", APART, ids=lambda law: law.name)
@pytest.mark.parametrize("seed", range(2))
def test_the_raid_walk_is_the_plain_loop_under_every_law(law, seed):
    day, plant, density = raids(seed)
    p, layout = some_parameters(seed), slots(day, plant, N_PLANTS, N_DAYS)
    with jax.enable_x64(True):
        walk = jax.jit(lambda density, p: run_closed(density, layout, p, law, CARS_LOG))
        made = walk(jnp.asarray(density), jax.tree.map(lambda a: jnp.asarray(a, float), p))
    np.testing.assert_allclose(made, plain_loop(field(day, plant, density), p, law), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("law", APART, ids=lambda law: law.name)
@pytest.mark.parametrize("seed", range(2))
def test_the_fast_kernel_is_the_plain_loop_under_every_law(law, seed):
    """Months of two draws, every day read, with plants lost on a day and a rail index."""
    rng = np.random.default_rng(seed)
    day, plant, density = raids(seed)
    month = np.arange(N_DAYS) // 30
    lost, rail, tons = (
        np.array([N_DAYS, 70, 101, 3 * N_DAYS]),
        rng.uniform(0.3, 1.0, (N_DAYS, N_PLANTS)),
        np.arange(1.0, 5.0),
    )
    cars = SimpleNamespace(recorded_log=np.stack([CARS_LOG] * 3, axis=1))
    system = SimpleNamespace(overrun_day=lost, rail_index=rail, rail=cars)
    layout = fast_layout(day, plant, system, month, tons, EVERY_DAY)
    draws = [some_parameters(seed), some_parameters(seed + 100)]
    with jax.enable_x64(True):
        p = Parameters(
            *(
                None if a[0] is None else jnp.stack([jnp.asarray(x, float) for x in a], axis=-1)
                for a in zip(*draws, strict=True)
            )
        )
        of_draw = jnp.asarray(density[layout.order][:, None] * np.array([1.0, 0.5]))
        made = np.asarray(jax.jit(lambda of_draw, p: fly_months(of_draw, p, layout, law))(of_draw, p))
    for d, (scale, one) in enumerate(zip((1.0, 0.5), draws, strict=True)):
        share = plain_loop(field(day, plant, scale * density), one, law) * (np.arange(N_DAYS)[:, None] < lost)
        daily = float(one.capacity_scale) * (share * rail ** float(one.rail_exponent)) @ tons
        np.testing.assert_allclose(made[:, d], [daily[month == m].sum() for m in range(4)], rtol=2e-6)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
@given(st.floats(0, 1), st.floats(0, 4.9), st.floats(0, 20), st.floats(0, 40), st.floats(0, 60))
@settings(max_examples=12, deadline=None)
def test_the_short_way_to_a_reading_is_the_long_way(law, disruption, backlog, more, dt_d, effort_d):
    """What a law works out beforehand gives the share after quiet days that its repair gives."""
    p = parameters()
    state = State(*(jnp.asarray([x]) for x in (disruption, backlog, backlog + more)))
    quiet = law.quiet(dt_d, jnp.asarray(effort_d), p)
    assert isinstance(quiet, Quiet)
    short = law.share_after(law.settled(state, p), quiet, p)
    assert float(short[0]) == pytest.approx(float(law.share(law.rest(state, quiet, p), p)[0]), rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("engine", ["walk", "fast"])
def test_what_skips_days_refuses_plants_that_are_coupled(engine):
    day, plant, density = raids()
    with pytest.raises(ValueError, match="pooled repair"):
        if engine == "walk":
            run_closed(jnp.asarray(density), slots(day, plant, N_PLANTS, N_DAYS), parameters(), POOLED)
        else:
            fly_months(jnp.asarray(density), parameters(), None, POOLED)
    assert not uncoupled(POOLED).coupled and uncoupled(DEFAULT_LAW) is DEFAULT_LAW


def test_one_plant_one_raid_follows_the_formula_on_paper():
    p = parameters(crew_growth=0.0, wear=0.0, kill_disruption=0.0)
    density, quiet_d = 80.0, 25
    field_one = np.zeros((40, 1))
    field_one[5] = density
    cap, full, pace = 5.0, 0.4, 0.045
    hit = cap - cap * np.exp(-0.025 * density / cap)
    left = full * np.log1p(np.expm1(hit / full) * np.exp(-pace * quiet_d / full))
    share = run(
        jnp.asarray(field_one), p._replace(aviation_log_split=jnp.zeros(1), repair_pace_log=jnp.zeros(1)), GANGS
    )
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
    p = parameters()._replace(repair_pace_log=jnp.zeros(()))
    b, w = jnp.asarray(backlog), jnp.asarray(inflicted)
    twice = repair(repair(b, w, jnp.asarray(effort / 3), p), w, jnp.asarray(2 * effort / 3), p)
    once = repair(b, w, jnp.asarray(effort), p)
    assert 0 <= float(once) <= backlog + 1e-4
    assert float(twice) == pytest.approx(float(once), rel=2e-4, abs=2e-4)


def test_disruption_is_repaired_the_same_in_two_steps():
    p = parameters()
    twice = disruption_left(2.0, p) * disruption_left(5.0, p)
    assert float(twice) == pytest.approx(float(disruption_left(7.0, p)), rel=1e-5)


def test_shared_gangs_are_never_faster_than_gangs_of_ones_own():
    p = parameters()
    backlog = jnp.asarray([0.0, 1.0, 4.0, 5.0])
    own = repair_gang_limited(backlog, jnp.zeros(4), jnp.asarray(5.0), p)
    shared = repair_pooled(backlog, jnp.zeros(4), jnp.asarray(5.0), p)
    assert bool(jnp.all(shared >= own - 1e-6)) and float(shared[2]) > float(own[2])


def test_a_plant_never_hit_loses_nothing():
    density = np.zeros((N_DAYS, N_PLANTS))
    density[10, 0] = 300.0
    for law in LAWS:
        with jax.enable_x64(True):
            p = jax.tree.map(lambda a: jnp.asarray(a, float), parameters())
            share = scanned(law)(jnp.asarray(density), p, np.zeros(N_DAYS))
        np.testing.assert_allclose(share[:, 1:], 1.0, atol=1e-6)
        assert float(share[10, 0]) < 0.1


def test_repair_effort_grows_from_one_to_its_full_height():
    p = parameters()
    effort = effort_per_day(jnp.asarray([-400.0, float(p.crew_half_day), 1000.0]), p)
    np.testing.assert_allclose(effort, [1.0, 1 + float(p.crew_growth) / 2, 1 + float(p.crew_growth)], rtol=1e-5)


def test_repair_follows_cars_by_its_elasticity():
    p = parameters(repair_rail=2.0)
    few, many = (float(effort_per_day(jnp.asarray(100.0), p, cars_log)) for cars_log in (np.log(0.5), 0.0))
    assert few == pytest.approx(0.25 * many)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_gradients_are_finite_at_no_damage_and_at_full_damage(law):
    slope = jax.jit(jax.grad(lambda p, field_one: jnp.sum(run(field_one, p, law))))
    for density in (0.0, 1e4):
        gradient = slope(parameters(), np.where(np.arange(30)[:, None] == 3, density, np.zeros(N_PLANTS)))
        assert all(bool(jnp.all(jnp.isfinite(g))) for g in jax.tree.leaves(gradient))


def test_gradients_equal_finite_differences():
    with jax.enable_x64(True):
        day, plant, density = raids(2)
        dense, p = jnp.asarray(field(day, plant, density)), parameters(crew_half_day=60.0)

        def total(p):
            return jnp.sum(run(dense, p, GANGS))

        gradient, total = jax.jit(jax.grad(total))(p), jax.jit(total)
        for name in ("kill_structure", "gang_backlog_per_d", "serial_exponent", "crew_growth", "wear"):
            value = float(getattr(p, name))
            step = 1e-4 * value
            up, down = (float(total(p._replace(**{name: jnp.asarray(value + s)}))) for s in (step, -step))
            assert float(getattr(gradient, name)) == pytest.approx((up - down) / (2 * step), rel=1e-4)


def test_a_batch_equals_its_members():
    day, plant, density = raids(3)
    layout = slots(day, plant, N_PLANTS, N_DAYS)
    many = jnp.asarray(np.stack([density, density * 0.5, density * 0.0]))
    walk = jax.jit(lambda d: run_closed(d, layout, parameters(), GANGS))
    batch = jax.jit(jax.vmap(walk))(many)
    for i in range(3):
        np.testing.assert_allclose(batch[i], walk(many[i]), atol=1e-5)
