"""Stocks: nothing appears or vanishes, nothing is used that is not there."""

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oilplan.model.stocks import (
    FIRST_DAY,
    UNRATIONED_PER_MONTH,
    aviation_start_t,
    motor_start_t,
    motor_stock,
    ration,
    use_as_flown_t,
)
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
    got = ration(jnp.zeros(5), jnp.full(5, 400.0), 1000.0, UNRATIONED_PER_MONTH)
    assert np.allclose(got.stock_t, [600, 200, 0, 0, 0]) and np.allclose(got.short_t, [0, 0, 200, 400, 400])


def test_tighter_rationing_leaves_more_and_uses_less():
    output, need = jnp.full(90, 100.0), jnp.full(90, 5000.0)
    loose, tight = (ration(output, need, 100_000.0, r) for r in (0.5, 0.1))
    assert (tight.stock_t > loose.stock_t).all() and tight.used_t.sum() < loose.used_t.sum()


def test_substitutes_relieve_motor_fuel_by_their_share_of_the_need():
    output, need = jnp.zeros(FIRST_DAY + 10), jnp.full(FIRST_DAY + 10, 1000.0)
    got = motor_stock(output, need, 1e6, UNRATIONED_PER_MONTH, 0.2)
    assert np.allclose(got.used_t, 800.0)


def test_starting_stocks_are_those_of_the_record():
    record = load_record()
    assert aviation_start_t(record) == 574_000 and motor_start_t(record) == 1_336_000 - 574_000


def test_use_follows_the_recalled_months_and_then_holds_december():
    use = use_as_flown_t(load_record())
    assert use[30:61].sum() == pytest.approx(195_000) and use[-1] == pytest.approx(44_000 / 30)
