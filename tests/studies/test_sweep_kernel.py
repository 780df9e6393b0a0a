"""The fast kernel: months equal to the sum over days of the closed form, whatever the threads."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from oilplan.calibration.model import draw_prior
from oilplan.clock import N_DAYS, month_of_day
from oilplan.flight.as_flown import as_flown
from oilplan.flight.fly import BLOCK, block_flight, drawn_flight, fly_blocks
from oilplan.flight.schedule import density_of_raids
from oilplan.model.engines import run_closed, slots
from oilplan.model.fast import EVERY_DAY, NODES, fast_layout, stretch
from oilplan.model.law import DEFAULT_LAW, rail_share
from oilplan.model.oil import oil_system
from oilplan.model.parameters import draws_last
from oilplan.model.rail import REICH
from oilplan.record import load_record

DRAWS = 24
MONTH = np.array(month_of_day())


@pytest.fixture(scope="module")
def flight():
    record = load_record()
    system = oil_system(record)
    schedule = as_flown(record, system)
    z = np.random.default_rng(0).standard_normal((DRAWS, schedule.n_raids)).astype(np.float32)
    return system, schedule, draw_prior(jax.random.key(7), system, DRAWS), z


@pytest.fixture(scope="module")
def summed(flight):
    """[D, M] the closed form summed over days, in 64 bits."""
    system, schedule, p, z = flight
    layout = slots(schedule.day, schedule.plant, system.n_plants, N_DAYS)
    standing = np.arange(N_DAYS)[:, None] < system.overrun_day[None, :]
    cars = system.rail.recorded_log[:, REICH]
    member = np.eye(MONTH[-1] + 1)[MONTH].T

    def one(z, p):
        share = run_closed(density_of_raids(z, schedule, system, p), layout, p, DEFAULT_LAW, cars) * standing
        return (
            member
            @ (share * rail_share(np.log(system.rail_index), p))
            @ system.all_products_t_per_day
            * p.capacity_scale
        )

    with jax.enable_x64(True):
        return np.asarray(jax.jit(jax.vmap(one))(*jax.tree.map(lambda a: jnp.asarray(a, jnp.float64), (z, p))))


@pytest.mark.parametrize(("nodes", "share"), [(NODES, 0.005), (EVERY_DAY, 1e-4)])
def test_months_are_the_sum_over_days(flight, summed, nodes, share):
    system, schedule, p, z = flight
    fly, order = block_flight(system, schedule, MONTH, nodes)
    months = np.asarray(fly(jnp.asarray(z.T[order]), draws_last(p))).T
    whole = 30 * system.all_products_t_per_day.sum()
    assert np.max(np.abs(months - summed)) / whole < share


def test_threads_and_order_change_nothing_and_a_broken_block_is_refused(flight):
    system, schedule, _, _ = flight
    fly, key = drawn_flight(system, schedule, MONTH), jax.random.key(3)
    p = draw_prior(jax.random.key(8), system, 2 * BLOCK)
    assert np.array_equal(fly_blocks(fly, key, p, threads=1), fly_blocks(fly, key, p, threads=2))
    with pytest.raises(ValueError, match="multiple"):
        fly_blocks(fly, key, draw_prior(jax.random.key(8), system, BLOCK + 1))


def test_a_raid_outside_the_campaign_is_refused(flight):
    system = flight[0]
    with pytest.raises(ValueError, match="expected 0 to"):
        fast_layout(np.array([N_DAYS]), np.array([0]), system, MONTH, system.all_products_t_per_day)


@pytest.mark.parametrize("length", [1, 2, 3, 7, 16, 29, 31, 90])
def test_a_stretch_is_read_exactly_for_a_straight_line_and_on_whole_days(length):
    read = stretch(length)
    assert sum(days for _, days in read) == pytest.approx(length)
    assert sum(days * offset for offset, days in read) == pytest.approx(length * (length - 1) / 2)
    assert all(0 <= offset < length for offset, _ in read)
