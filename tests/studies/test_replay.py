"""The replay: the same seed the same numbers, doubted dates drawn, each draw the plain model."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from oilplan.calibration.model import draw, median_parameters
from oilplan.calibration.posterior import load_posterior
from oilplan.clock import MONTHS, N_DAYS
from oilplan.errors import OilplanError
from oilplan.flight.as_flown import printed_tons
from oilplan.flight.schedule import DAY, LUCK, counted_once, density_of_raids, draw_days, raid_noise, slots_of_draws
from oilplan.model.engines import Slots, run, run_closed, slots
from oilplan.model.law import DEFAULT_LAW, RIVAL_LAWS
from oilplan.model.rail import REICH
from oilplan.studies.replay import SERIES, replay
from oilplan.studies.run import run_directive, schedule_named

DRAWS = 6


@pytest.fixture(scope="module")
def flown(record, system, schedule):
    return replay(record, system, schedule, draws=DRAWS, seed=1944)


def test_the_same_seed_gives_the_same_draws_and_another_seed_others(record, system, schedule, flown):
    again = replay(record, system, schedule, draws=DRAWS, seed=1944)
    other = replay(record, system, schedule, draws=DRAWS, seed=1945)
    assert np.array_equal(flown.output_t, again.output_t) and not np.allclose(flown.output_t, other.output_t)


@pytest.mark.parametrize("fitted", [True, False])
def test_a_draw_is_the_same_however_many_there_are(system, schedule, fitted):
    posterior = load_posterior(system, schedule) if fitted else None
    few, many = (draw(system, schedule, draws=n, seed=1944, posterior=posterior) for n in (100, 120))
    jax.tree.map(lambda a, b: np.testing.assert_array_equal(a, b[:100]), few, many)


@pytest.mark.parametrize("fitted", [True, False])
def test_one_raid_more_or_fewer_changes_no_other(system, schedule, fitted):
    keep = np.arange(schedule.n_raids) != 300
    whole = less = load_posterior(system, schedule) if fitted else None
    if fitted:
        less = whole._replace(raid_z=whole.raid_z[:, keep])
    here = draw(system, schedule, draws=DRAWS, seed=1944, posterior=whole)
    there = draw(system, schedule.where(keep), draws=DRAWS, seed=1944, posterior=less)
    jax.tree.map(np.testing.assert_array_equal, here.parameters, there.parameters)
    np.testing.assert_array_equal(here.day[:, keep], there.day)
    np.testing.assert_array_equal(here.raid_z[:, keep], there.raid_z)


def test_rows_of_the_fit_are_all_taken_before_one_is_taken_twice(system, schedule):
    posterior = load_posterior(system, schedule)
    n = posterior.n_draws
    taken = draw(system, schedule, draws=2 * n, seed=5, posterior=posterior).parameters.hit_visual
    for half in (taken[:n], taken[n:]):
        np.testing.assert_array_equal(np.sort(half), np.sort(posterior.parameters.hit_visual))


def test_day_and_luck_of_a_raid_are_drawn_apart(system, schedule):
    day, luck = (raid_noise(1944, purpose, schedule, system, 400) for purpose in (DAY, LUCK))
    between = np.corrcoef(day.ravel(), luck.ravel())[0, 1]
    assert abs(between) < 0.01 and luck.std() == pytest.approx(1.0, abs=0.01)
    assert np.abs(np.corrcoef(luck[:, :40], rowvar=False) - np.eye(40)).max() < 0.25


def test_shares_and_tons_are_within_what_the_plants_can_do(flown, system):
    assert np.isfinite(flown.output_t).all() and (flown.output_t >= 0).all()
    assert (flown.share >= 0).all() and (flown.share <= 1 + 1e-5).all()
    full = 31 * system.all_products_t_per_day[system.synthetic].sum() * flown.parameters.capacity_scale
    made = flown.output_t[:, :, list(SERIES).index("synthetic_oil")].max(axis=1)
    assert (made <= full * (1 + 1e-5)).all()


def test_only_doubted_dates_move(flown, schedule):
    sure = schedule.day_sd == 0
    assert (flown.day[:, sure] == schedule.day[sure]).all()
    moved = flown.day[:, ~sure] - schedule.day[~sure]
    assert 0.5 < moved.std() < 2.0 and abs(moved.mean()) < 0.2


def test_drawn_days_stay_in_the_campaign(schedule):
    wild = schedule._replace(day_sd=np.full(schedule.n_raids, 400.0))
    days = draw_days(np.random.default_rng(1).standard_normal((20, wild.n_raids)), wild, N_DAYS)
    assert days.min() == 0 and days.max() == N_DAYS - 1


def test_slots_of_a_draw_give_the_campaign_of_the_closed_form(system, schedule):
    day = draw_days(np.random.default_rng(2).standard_normal((2, schedule.n_raids)), schedule, N_DAYS)
    many = slots_of_draws(day, schedule.plant, system.n_plants, N_DAYS)
    p, tons = median_parameters(system), jnp.asarray(schedule.bombs_t * 0.1)
    for d in range(2):
        one = run_closed(tons, Slots(*(a[d] for a in many)), p, DEFAULT_LAW)
        merged = run_closed(tons, slots(day[d], schedule.plant, system.n_plants, N_DAYS), p, DEFAULT_LAW)
        assert np.allclose(one, merged, atol=2e-4)


def test_a_draw_is_the_day_loop_run_by_itself(record, system, schedule, flown):
    d = 5
    p = jax.tree.map(lambda a: jnp.asarray(a[d]), flown.parameters)
    z = draw(system, schedule, draws=DRAWS, seed=1944).raid_z[d]
    per_raid = density_of_raids(z, schedule._replace(day=flown.day[d]), system, p)
    field = jnp.zeros((N_DAYS, system.n_plants)).at[flown.day[d], schedule.plant].add(per_raid)
    share = np.asarray(run(field, p, DEFAULT_LAW, system.rail.recorded_log[:, REICH])) * (
        np.arange(N_DAYS)[:, None] < system.overrun_day
    )
    june = slice(61, 91)
    assert np.allclose(flown.share[d, MONTHS.index("1944-06")], share[june].mean(axis=0), atol=2e-3)


def test_rival_laws_are_arguments_and_change_the_answer(record, system, schedule, flown):
    pooled = RIVAL_LAWS["saturating damage, pooled repair"]
    other = replay(record, system, schedule, draws=2, seed=1944, law=pooled)
    assert not np.allclose(other.share, flown.share[:2], atol=1e-3)


def test_a_partly_filled_chunk_gives_just_the_draws_asked_for(record, system, schedule):
    sizes = [replay(record, system, schedule, draws=n, seed=7).output_t.shape[0] for n in (1, 100, 101)]
    assert sizes == [1, 100, 101]


def test_the_stock_of_a_draw_closes_with_its_output(flown):
    store = flown.system.store("aviation_gasoline")
    made = flown.aviation_t_per_day[:, store.first_day :].sum(axis=1)
    left = store.start_t + made - flown.stock.used_t.sum(axis=1)
    assert np.allclose(flown.stock.stock_t[:, -1], left, rtol=1e-3, atol=200)


def test_a_raid_on_two_works_of_one_site_counts_once(flown, record):
    weight = counted_once(flown.schedule, flown.system)
    tons = {}
    for raid, t in zip(flown.schedule.raid_ids, flown.schedule.bombs_t * weight, strict=True):
        tons[raid] = tons.get(raid, 0.0) + t
    official = printed_tons(record)
    printed = {
        r["raid_id"]: max(r["total_tons_short"] * 0.90718474, official.get((r["plant_id"], r["date"], r["force"]), 0.0))
        for r in record.rows("raids").values()
        if r["total_tons_short"]
    }
    assert all(tons[k] <= printed[k] * 1.001 for k in tons if k in printed)


def test_the_heaviest_backlogs_of_the_priors_stay_finite(record, system, schedule):
    heavy = {"backlog_cap": 16.0, "gang_full_backlog": 0.12, "kill_structure": 0.5, "gang_backlog_per_d": 1.0}
    one = median_parameters(system)._replace(**{name: jnp.asarray(value) for name, value in heavy.items()})

    class Heavy:
        raid_z = np.full((2, schedule.n_raids), 2.0)
        parameters = jax.tree.map(lambda a: jnp.broadcast_to(a, (2, *jnp.shape(a))), one)

    assert np.isfinite(replay(record, system, schedule, draws=2, seed=1, posterior=Heavy).output_t).all()


@pytest.mark.parametrize("draws", [0, -3, 100_001])
def test_draws_out_of_range_are_refused(record, system, schedule, draws):
    with pytest.raises(OilplanError, match=f"--draws {draws} .* 1 to 100,000"):
        replay(record, system, schedule, draws=draws, seed=1)


def test_a_posterior_of_other_raids_is_refused(record, system, schedule):
    class Other:
        raid_z = np.zeros((10, schedule.n_raids + 1))
        parameters = None

    with pytest.raises(OilplanError, match="calibrate again"):
        replay(record, system, schedule, draws=2, seed=1, posterior=Other)


def test_a_posterior_is_resampled_and_said(record, system, schedule):
    class Fitted:
        raid_z = np.zeros((3, schedule.n_raids))
        parameters = jax.tree.map(lambda a: jnp.broadcast_to(a, (3, *jnp.shape(a))), median_parameters(system))

    got = replay(record, system, schedule, draws=4, seed=1, posterior=Fitted)
    assert got.calibrated and np.allclose(got.parameters.hit_visual, median_parameters(system).hit_visual)


def test_an_unknown_directive_names_the_known_ones():
    with pytest.raises(OilplanError, match="no directive 'as_flwn'; known, nearest first: as_flown"):
        schedule_named("as_flwn")


def test_a_run_says_what_it_was_made_from(record):
    got = run_directive(record, draws=2, seed=5, prior=True, command=["oilplan", "run"])
    assert got.manifest["record_hash"] == record.hash and got.manifest["seed"] == 5
    assert got.summary["calibrated"] is False and "prior only" in got.summary["basis"]
    assert {"jax", "numpy", "oilplan", "python"} <= set(got.manifest["versions"])
