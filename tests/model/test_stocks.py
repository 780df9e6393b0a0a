"""Stocks: nothing appears or vanishes, nothing is used that is not there."""

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oilplan.clock import CAMPAIGN, Window
from oilplan.model.accounts import at_month_ends, first_day_below, ration, stock_history
from oilplan.model.oil import AVIATION_STOCK, MOTOR_STOCK, aviation_start_t, motor_start_t, oil_system, use_as_flown_t
from oilplan.model.target import Store, freely, rationed
from oilplan.record import load_record

N_DAYS = 60
tons = st.floats(0, 10_000, width=32)
days = st.lists(tons, min_size=N_DAYS, max_size=N_DAYS).map(lambda x: jnp.asarray(x, jnp.float32))


@settings(max_examples=40, deadline=None)
@given(output=days, need=days, start=st.floats(0, 600_000, width=32), release=st.floats(0, 3, width=32))
def test_mass_is_kept_and_stock_never_negative(output, need, start, release):
    got = ration(output, need, start, release)
    stock, used, short = (np.asarray(x, dtype=float) for x in got)
    before = np.concatenate([[start], stock[:-1]])
    assert np.allclose(before + np.asarray(output, float), stock + used, rtol=1e-6, atol=0.2)
    assert (stock >= 0).all() and (used >= 0).all() and (short >= 0).all()
    assert np.allclose(used + short, np.asarray(need, float), rtol=1e-6, atol=0.01)


def test_the_loop_is_the_rule_written_out_in_python():
    output, need, stock = [500.0, 0.0, 900.0, 100.0], [600.0, 700.0, 300.0, 5000.0], 20_000.0
    got = ration(jnp.asarray(output), jnp.asarray(need), stock, 0.3)
    release = 1 - np.exp(-0.3 / (365.25 / 12))
    for day in range(4):
        used = min(need[day], output[day] + release * stock)
        stock += output[day] - used
        assert float(got.used_t[day]) == pytest.approx(used, rel=1e-5)
        assert float(got.stock_t[day]) == pytest.approx(stock, rel=1e-5)


def test_a_stock_without_rationing_is_drawn_until_it_is_empty():
    got = ration(jnp.zeros(5), jnp.full(5, 400.0), 1000.0, float("inf"))
    assert np.allclose(got.stock_t, [600, 200, 0, 0, 0]) and np.allclose(got.short_t, [0, 0, 200, 400, 400])


def test_tighter_rationing_leaves_more_and_uses_less():
    output, need = jnp.full(90, 100.0), jnp.full(90, 5000.0)
    loose, tight = (ration(output, need, 100_000.0, r) for r in (0.5, 0.1))
    assert (tight.stock_t > loose.stock_t).all() and tight.used_t.sum() < loose.used_t.sum()


class Drawn:
    """One draw of what rationing depends on."""

    release_per_month, substitute_share = jnp.asarray(0.3), jnp.asarray(0.2)


def test_substitutes_relieve_a_store_by_their_share_of_the_need():
    store = Store("motor_fuel", ("motor_gasoline",), 30, 1e6, np.full(40, 1000.0), rationed)
    got = stock_history(jnp.zeros(40), store, Drawn)
    assert got.used_t.shape == (10,) and np.allclose(got.used_t, 800.0)


def test_a_history_begins_with_the_stores_stock_and_day_unless_another_is_asked_for():
    store = Store("gas", ("gas",), 3, 100.0, np.full(10, 30.0), freely)
    output = jnp.full(10, 10.0)
    assert np.allclose(stock_history(output, store, Drawn).stock_t, [80, 60, 40, 20, 0, 0, 0])
    later = stock_history(output, store, Drawn, first_day=8, start_t=500.0)
    assert np.allclose(later.stock_t, [480, 460])


def test_a_store_needs_on_each_day_what_is_wanted_on_that_day():
    store = Store("gas", ("gas",), 3, 100.0, np.arange(6) * 10.0, freely)
    got = stock_history(jnp.zeros(6), store, Drawn)
    assert np.allclose(got.used_t, [30, 40, 30]) and np.allclose(got.short_t, [0, 0, 20])


def test_a_stock_at_month_ends_is_that_of_its_last_days_and_of_the_start_before_them():
    window = Window("1950-01-30", 5)
    store = Store("gas", ("gas",), 2, 100.0, np.full(5, 30.0), freely)
    assert np.allclose(at_month_ends(stock_history(jnp.zeros(5), store, Drawn), store, window), [100.0, 10.0])


def test_the_first_day_below_a_level_is_a_day_number():
    stock = np.array([[50.0, 40.0, 20.0, 10.0], [50.0, 50.0, 50.0, 50.0]])
    assert first_day_below(stock, 30.0, 100).tolist() == [102, 104]


def test_the_oil_systems_stores_are_the_records():
    record = load_record()
    system = oil_system(record)
    aviation, motor = system.store(AVIATION_STOCK), system.store(MOTOR_STOCK)
    assert aviation.start_t == 574_000 and motor.start_t == 1_336_000 - 574_000
    assert aviation.first_day == motor.first_day == CAMPAIGN.day_of("1944-05-01")
    assert motor.need_t[0] == pytest.approx(system.output_t_per_day[:, system.columns(motor.products)].sum())
    assert aviation.need_t == pytest.approx(use_as_flown_t(record))


def test_starting_stocks_are_those_of_the_record():
    record = load_record()
    assert aviation_start_t(record) == 574_000 and motor_start_t(record) == 1_336_000 - 574_000


def test_use_follows_the_recalled_months_and_then_holds_december():
    use = use_as_flown_t(load_record())
    assert use[30:61].sum() == pytest.approx(195_000) and use[-1] == pytest.approx(44_000 / 30)
