"""What planners believe comes from their own raids and from photographs, and from nothing else."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from oilplan.flight.schedule import fallen
from oilplan.intelligence import believed_whole, photographic, repair_period_d, revise
from oilplan.observation import Report, camera, empty_desk, interpret, photograph
from oilplan.units import DAYS_PER_MONTH


def test_without_photographs_the_truth_does_not_reach_beliefs(world, fly):
    chance = world.pairing.chance
    blind = world.pairing._replace(chance=chance._replace(clear=jnp.zeros_like(chance.clear)))
    unlucky = blind._replace(chance=blind.chance._replace(luck=blind.chance.luck - 2.0))
    here, there = fly("portal", pairing=blind), fly("portal", pairing=unlucky)
    assert not np.array_equal(here.share, there.share)
    np.testing.assert_array_equal(here.believed, there.believed)


def test_with_photographs_it_does(world, fly):
    chance = world.pairing.chance
    unlucky = world.pairing._replace(chance=chance._replace(luck=chance.luck - 2.0))
    assert not np.array_equal(fly("portal").believed, fly("portal", pairing=unlucky).believed)


def test_perfect_information_is_the_truth_of_the_evening_before(world, fly):
    made = fly("portal:perfect")
    quiet = fallen(made.bombs_t.sum(axis=2), world.system.neighbours)[1:] == 0
    np.testing.assert_allclose(made.believed[1:][quiet], made.share[1:][quiet], atol=1e-5)
    assert quiet.mean() > 0.5


def test_photographs_bring_beliefs_nearer_the_truth(world, fly):
    chance = world.pairing.chance
    blind = world.pairing._replace(chance=chance._replace(clear=jnp.zeros_like(chance.clear)))
    worked = world.system.all_products_t_per_day > 0

    def error(made):
        return np.abs(made.believed - made.share)[60:300][..., worked].mean()

    assert error(fly("as_flown")) < 0.8 * error(fly("as_flown", pairing=blind))


def test_a_photograph_takes_its_days_and_a_raid_spoils_it():
    desk = photograph(empty_desk(1, 2), jnp.full((1, 2), 0.4), jnp.ones((1, 2)), jnp.zeros((1, 2)), camera())
    raided = jnp.array([[0.0, 1.0]])
    arrived = []
    for _ in range(6):
        desk, report = interpret(desk, raided)
        arrived.append(np.asarray(report.arrived)[0])
        raided = jnp.zeros((1, 2))
    np.testing.assert_array_equal(np.array(arrived)[:, 0], [0, 0, 0, 1, 0, 0])
    assert not np.array(arrived)[:, 1].any()
    assert np.asarray(report.share)[0, 0] == np.float32(0.4)


def test_a_raid_on_the_day_that_a_photograph_would_be_reported_spoils_it_too():
    desk, arrived = photograph(empty_desk(1, 1), *(jnp.ones((1, 1)),) * 2, jnp.zeros((1, 1)), camera()), []
    for raided in (0.0, 0.0, 0.0, 1.0, 0.0):
        desk, report = interpret(desk, jnp.full((1, 1), raided))
        arrived.append(float(report.arrived[0, 0]))
    assert not any(arrived)


def test_a_misjudged_share_stays_a_share():
    seen = photograph(empty_desk(1, 2), jnp.array([[0.05, 0.95]]), jnp.ones((1, 2)), jnp.array([[-3.0, 3.0]]), camera())
    np.testing.assert_array_equal(np.asarray(seen.share), [[0.0, 1.0]])


def test_more_tons_are_never_believed_to_do_less(world):
    method = photographic(world.record, world.system)
    tons = jnp.linspace(0.0, 200.0, 21)[:, None]
    nothing = Report(jnp.zeros((21, 1)), jnp.zeros((21, 1)))
    after = revise(believed_whole(21, 1), tons, nothing, tons * 0, jnp.ones(1), method)
    assert (np.diff(np.asarray(after.share)[:, 0]) < 0).all()


def test_what_planners_credit_is_the_formula_on_paper(world):
    """Ten tons inside the fence of Leuna: 0.06 of what is left for each of them, then a day of believed repair."""
    method, nothing = photographic(world.record, world.system), Report(jnp.zeros((1, 1)), jnp.zeros((1, 1)))
    after = revise(believed_whole(1, 1), jnp.full((1, 1), 10.0), nothing, jnp.zeros((1, 1)), jnp.ones(1), method)
    expected = 1 - (1 - np.exp(-0.6)) * np.exp(-1 / float(method.repair_d))
    assert float(after.share[0, 0]) == pytest.approx(expected, rel=1e-5)
    seen = revise(
        after, jnp.zeros((1, 1)), Report(jnp.ones((1, 1)), jnp.full((1, 1), 0.3)), after.share, jnp.ones(1), method
    )
    repaired = 1 - (1 - expected) * np.exp(-1 / float(method.repair_d))
    assert float(seen.share[0, 0]) == pytest.approx(repaired + 0.8 * (0.3 - repaired), rel=1e-5)


def test_the_period_of_repair_is_the_median_of_the_recorded_estimates(world):
    lost = {
        "boehlen": 65_000,
        "troeglitz_zeitz": 120_000,
        "leuna": 82_000,
        "ruhland_schwarzheide": 25_000,
        "poelitz": 70_000,
        "gelsenberg": 200_000,
    }
    capacity = world.system.capacity_t_per_year
    months = [t / (capacity[world.system.position(name)] / 12) for name, t in lost.items()]
    assert abs(repair_period_d(world.record, world.system) - DAYS_PER_MONTH * np.median(months)) < 1e-6
