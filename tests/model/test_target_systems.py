"""A system is a value: other dates, other products, shared sites and one more plant run on both engines unedited."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from oilplan.calibration.model import median_parameters
from oilplan.clock import Window
from oilplan.model.accounts import account, deliver, monthly
from oilplan.model.engines import run, run_closed, slots
from oilplan.model.fast import EVERY_DAY, fast_layout, fly_months
from oilplan.model.law import DEFAULT_LAW, RIVAL_LAWS
from oilplan.model.oil import oil_system
from oilplan.model.rail import unhindered
from oilplan.model.target import Store, TargetSystem, freely
from oilplan.record import load_record

PRODUCTS = ("power", "water", "gas", "heat")


def town() -> TargetSystem:
    """Two works of a made-up town, four products, 100 days of 1950; the second is lost on day 80."""
    output = np.array([[100.0, 0.0, 20.0, 5.0], [0.0, 50.0, 0.0, 15.0]])
    window = Window("1950-01-15", 100)
    return TargetSystem(
        plant_ids=("power_station", "waterworks"),
        names=("Power station", "Waterworks"),
        regions=("town", "town"),
        processes=("steam", "pumps"),
        capacity_t_per_year=np.array([650_000.0, 300_000.0]),
        output_t_per_day=output,
        all_products_t_per_day=output.sum(axis=1),
        synthetic=np.zeros(2, bool),
        aviation_free=np.zeros(2, bool),
        other_aviation_t_per_day=0.0,
        overrun_day=np.array([100.0, 80.0]),
        rail_index=np.ones((100, 2)),
        rail_region=np.zeros(2, int),
        rail=unhindered(100),
        latitude=np.array([50.0, 50.1]),
        longitude=np.array([8.0, 8.1]),
        sites=("river", "river"),
        window=window,
        products=PRODUCTS,
        last_product="",
        stores=(Store("tank", ("water", "heat"), 10, 400.0, np.full(100, 70.0), freely),),
    )


def storms():
    return np.array([5, 30, 30, 79, 99]), np.array([0, 1, 0, 1, 0]), np.array([40.0, 80.0, 10.0, 60.0, 5.0])


@pytest.mark.parametrize("law", [law for law in RIVAL_LAWS.values() if not law.coupled], ids=lambda law: law.name)
def test_a_town_under_storms_runs_on_both_engines(law):
    system, (day, plant, density) = town(), storms()
    p = median_parameters(system)
    field = np.zeros((100, 2))
    np.add.at(field, (day, plant), density)
    by_day = run(jnp.asarray(field), p, law)
    by_raid = run_closed(jnp.asarray(density), slots(day, plant, 2, 100), p, law)
    np.testing.assert_allclose(by_day, by_raid, atol=3e-4)
    made = account(by_raid, system, p)
    assert made.products_t.shape == (system.window.n_months, 4) and system.window.months[0] == "1950-01"
    worked = np.asarray(by_raid) * system.standing
    np.testing.assert_allclose(made.delivered.products, worked @ system.output_t_per_day, rtol=1e-5)
    month = system.window.month_of_day
    by_month = np.stack([(worked @ system.output_t_per_day)[month == m].sum(axis=0) for m in range(4)])
    np.testing.assert_allclose(made.products_t, by_month, rtol=1e-5)


def test_its_store_has_the_history_of_its_products():
    system = town()
    made = account(jnp.ones((100, 2)), system, median_parameters(system))
    stock = 400.0
    for _ in range(10, 40):
        stock = max(stock + 50.0 + 20.0 - 70.0, 0.0)
    assert float(made.supply["tank"].stock_t[29]) == pytest.approx(stock)
    assert float(made.stock_t["tank"][-1]) == pytest.approx(0.0) and float(made.met["tank"][1]) == pytest.approx(1.0)
    assert made.supply["tank"].stock_t.shape == (90,)


def test_it_flies_through_the_fast_kernel():
    system, (day, plant, density) = town(), storms()
    p = median_parameters(system)
    layout = fast_layout(day, plant, system, system.window.month_of_day, system.all_products_t_per_day, EVERY_DAY)
    one = jax.tree.map(lambda a: a[..., None], p)
    months = fly_months(jnp.asarray(density[layout.order])[:, None], one, layout, DEFAULT_LAW)
    share = run_closed(jnp.asarray(density), slots(day, plant, 2, 100), p, DEFAULT_LAW)
    np.testing.assert_allclose(months[:, 0], account(share, system, p).products_t.sum(axis=1), rtol=1e-4)


def test_one_more_plant_changes_no_other():
    system = town()
    more = system.with_plant(
        "gasworks", output_t_per_day={"gas": 30.0}, site="river", name="Gasworks", overrun_day=50.0
    )
    assert more.n_plants == 3 and system.n_plants == 2 and more.names[2] == "Gasworks"
    before, after = (deliver(jnp.ones((100, s.n_plants)), s, median_parameters(s)).products for s in (system, more))
    gained = np.asarray(after - before)
    np.testing.assert_allclose(gained[:, 2], np.where(np.arange(100) < 50, 30.0, 0.0), atol=1e-4)
    assert np.abs(gained[:, [0, 1, 3]]).max() < 1e-4
    assert more.neighbours.shape == (2, 3), "three works on one site are each other's neighbours"
    assert {*more.neighbours[:, 2].tolist()} == {0, 1}


def test_a_plant_of_the_oil_system_can_be_added_with_its_own_products():
    system = oil_system(load_record())
    more = system.with_plant("imagined", output_t_per_day={"aviation_gasoline": 100.0, "diesel": 7.0})
    p = median_parameters(system)
    share = jnp.ones((system.n_days, system.n_plants + 1))
    gained = deliver(share, more, median_parameters(more)).products - deliver(share[:, :-1], system, p).products
    np.testing.assert_allclose(gained[0], [100.0, 0.0, 7.0], atol=0.5)
    with pytest.raises(ValueError, match="is in the system already"):
        system.with_plant("leuna", output_t_per_day={})
    with pytest.raises(KeyError, match=r"'coal' is not in the system; known: aviation_gasoline"):
        system.with_plant("imagined", output_t_per_day={"coal": 1.0})
    with pytest.raises(KeyError, match="'colour' is no fact of a plant"):
        system.with_plant("imagined", output_t_per_day={}, colour="red")


def test_a_shorter_window_is_the_start_of_the_longer():
    record = load_record()
    whole, part = oil_system(record), oil_system(record, Window.between("1944-04-01", "1944-09-30"))
    assert part.n_days == 183 and part.window.months == whole.window.months[:6]
    np.testing.assert_array_equal(part.rail_index, whole.rail_index[:183])
    p = median_parameters(whole)
    made = [account(jnp.full((s.n_days, s.n_plants), 0.7), s, p) for s in (whole, part)]
    np.testing.assert_allclose(made[0].products_t[:6], made[1].products_t, rtol=1e-6)
    for name in ("aviation_gasoline", "motor_fuel"):
        np.testing.assert_allclose(made[0].stock_t[name][:6], made[1].stock_t[name], rtol=1e-6)


def test_a_months_length_is_the_calendars():
    window = Window("1948-02-10", 60)
    assert window.months == ("1948-02", "1948-03", "1948-04") and window.days_in_month.tolist() == [20, 31, 9]
    assert np.asarray(monthly(jnp.ones((60, 1)), window))[:, 0].tolist() == [20, 31, 9]
    assert window.month_end_day("1948-02") == 19 and window.month_index("1948-04") == 2
    with pytest.raises(ValueError, match=r"is outside 1948-02\.\.1948-04"):
        window.month_index("1948-05")
    with pytest.raises(ValueError, match="ends on 1948-01-01, before"):
        Window.between("1948-02-01", "1948-01-01")
