"""The war as claims fly it: arms beside history's orders, what more bombs leave, stocks, and where the draws come from."""

from types import SimpleNamespace

import numpy as np
import pytest

from oilplan.argument import Ledger, counterfactual, marginal
from oilplan.argument import fuel as stocks
from oilplan.argument.campaign import Tried, reached, tons_to_reach, tried
from oilplan.argument.fair_war import (
    BOUND_TABLES,
    MODEL_TABLES,
    WAR_DRAWS,
    delivered,
    draws_of,
    laws_of_size,
    of_forces,
    tiled,
    under_law,
    unknowns_of,
    war,
    worked,
)
from oilplan.argument.ledger import N_DRAWS
from oilplan.calibration.bindings import bindings
from oilplan.clock import N_DAYS, day_of
from oilplan.directives.plan import AS_ORDERED
from oilplan.model.law import DEFAULT_LAW

SPAN = ("1944-12-01", "1945-02-28")


@pytest.fixture(scope="module")
def made(record):
    return war(Ledger(record))


def test_the_rows_of_the_model_are_written_down(record, made):
    ledger = Ledger(record)
    war(ledger)
    used = set(ledger.used)
    assert ("plants", "leuna") in used and ("output", "1944-04_aviation_gasoline") in used
    flown = {r for r in made.schedule.raid_ids if not r.startswith("calendar")}
    assert flown <= {row for table, row in used if table == "raids"}
    wagons = {k for k, r in record.rows("railway").items() if r["quantity"] == "wagons_allotted_all_purposes"}
    assert wagons <= {row for table, row in used if table == "railway"}
    assert "sighting_monthly" in {table for table, _ in used} <= {*MODEL_TABLES, *BOUND_TABLES}


def test_a_calibrated_model_writes_down_the_figures_that_bind_it(record, made):
    ledger = Ledger(record)
    war(ledger)
    bound = {row_id for b in bindings(record) for row_id in b.row_ids}
    used = {row for table, row in ledger.used if table in BOUND_TABLES}
    assert bound <= used if made.draws.fit else not bound <= used


def test_more_bombs_leave_less_and_a_force_that_is_kept_from_oil_drops_none(made):
    every = np.ones(made.system.n_plants, bool)
    plans = [of_forces(("hydrogenation",), effort, "eighth_af") for effort in (0.0, 0.2, 1.0)]
    t = tried(made, plans, SPAN, lambda came: worked(made, came, every, SPAN))
    assert (t.tons_short[0] == 0).all() and (np.diff(t.tons_short.mean(axis=1)) > 0).all()
    assert (np.diff(t.left.mean(axis=1)) < 0).all() and t.left.min() >= 0 and t.left.max() <= 1
    came = made.fly(plans[2], day_of(SPAN[0]))
    others = [f for f in range(came.dropped_t.shape[2]) if f != 2]
    assert came.bombs_t[day_of(SPAN[0]) :, :, others].sum() == 0


def test_an_arm_is_set_against_historys_orders_in_the_same_worlds(made):
    """The same orders twice are the same war; the arm that leaves the railways more bombs moves the cars placed."""
    first, second = (made.fly(AS_ORDERED, day_of(SPAN[0])) for _ in range(2))
    assert np.array_equal(first.share, second.share) and not first.strain.any()
    assert made.fly(of_forces(("all",), 0.0), day_of(SPAN[0])).strain.any()


def test_the_raids_of_an_arm_under_its_own_law_are_the_arm(made):
    from oilplan.argument.concentration import ATTACKED, of_pattern

    came = made.fly(of_pattern(["hydrogenation"], 20000.0, 250.0, 12.0), day_of(ATTACKED[0]))
    plants = np.array(made.system.processes) == "hydrogenation"
    share = under_law(made, DEFAULT_LAW)
    apart = np.abs(share(came) - came.share)[:, :, plants]
    assert apart.mean() < 1e-4 and apart.max() < 0.05, "but for a few raids of April, which count as ordered"
    assert came.share[:, :, plants].min() < 0.1
    every = np.arange(WAR_DRAWS) % len(laws_of_size())
    of_draws, fitted, threshold = (share(came, of_size) for of_size in (every, 0, 1))
    assert (of_draws[:, every == 0] == fitted[:, every == 0]).all() and np.abs(threshold - fitted).max() > 0.01
    assert (of_draws[:, every == 1] == threshold[:, every == 1]).all(), "a draw follows one law of a raid's size"


@pytest.mark.slow
def test_small_raids_do_less_by_a_threshold_than_by_an_exponent(made):
    """The same tons in raids of 20 t, under either law of a raid's size: flown anew, for the law is the raids' own."""
    from oilplan.argument.concentration import ATTACKED, of_pattern
    from oilplan.model.density import threshold_of_size

    plan = of_pattern(["hydrogenation"], 20000.0, 20.0, 2.0)
    left = [made.fly(plan, day_of(ATTACKED[0]), raid_size=law).share.mean() for law in (None, threshold_of_size)]
    assert left[1] > left[0] + 0.01


def test_plants_that_stand_still_deliver_nothing_from_their_day(made):
    came = made.fly(AS_ORDERED, day_of(SPAN[0]))
    still = np.zeros((N_DAYS, made.system.n_plants), bool)
    still[100:] = made.system.synthetic
    was, out = delivered(made, came), delivered(made, came, still)
    assert out["synthetic"][:, 100:].max() == 0 and np.array_equal(out["synthetic"][:, :100], was["synthetic"][:, :100])


def test_the_tonnage_for_a_goal_is_read_off_the_curve():
    t = Tried(np.array([[0.0, 0.0], [100.0, 200.0], [300.0, 300.0]]), np.array([[1.0, 1.0], [0.5, 0.6], [0.1, 0.4]]))
    assert tons_to_reach(t, 0.3) == pytest.approx([200.0, 300.0]) and reached(t, 0.3).tolist() == [True, False]
    assert tons_to_reach(t, 1.0) == pytest.approx([0.0, 0.0])


def test_a_stock_never_falls_below_nothing_and_gives_what_is_needed_while_it_lasts():
    left, used = stocks.walked(np.array([10.0, 1.0]), np.ones((2, 5)), np.full((2, 5), 3.0))
    assert left[0] == pytest.approx([8.0, 6.0, 4.0, 2.0, 0.0]) and left[1].min() == 0.0
    assert used[0] == pytest.approx([3.0] * 5) and used[1] == pytest.approx([2.0, 1.0, 1.0, 1.0, 1.0])
    assert stocks.days_until_under(left, np.full(2, 5.0)).tolist() == [2, 0]
    assert stocks.days_until_under(left + 10, np.full(2, 5.0)).tolist() == [5, 5]


def test_a_stock_is_drained_by_the_days_of_its_month(record):
    start, end = counterfactual.OFFENSIVE
    ledger = Ledger(record)
    need = stocks.need_by_day(ledger, start, end - start)
    november, december = (ledger.stated(f"1944-{m}_aviation_gasoline_consumption") for m in (11, 12))
    assert need.sum(axis=1) == pytest.approx(november + december * 15 / 31)


def test_aviation_gasoline_of_all_sources_counts_in_the_whole_as_in_the_part():
    """Plants at rest and benzol whole: a tenth is left, where benzol gave a tenth."""
    system = SimpleNamespace(
        output_t_per_day=np.array([[900.0, 0.0, 0.0]]),
        other_aviation_t_per_day=100.0,
        all_products_t_per_day=np.array([900.0]),
        synthetic=np.array([True]),
    )
    fuel = {"aviation": np.full((1, N_DAYS), 100.0), "synthetic": np.zeros((1, N_DAYS))}
    left = counterfactual.of_capacity(SimpleNamespace(system=system), fuel)
    assert left["aviation"] == pytest.approx(10.0) and left["synthetic"] == 0


def test_what_part_of_the_city_bombs_leaves_is_read_between_the_parts_flown():
    left = np.linspace(10.0, 2.0, len(counterfactual.MOVED))[:, None] * np.ones(2)
    part = np.array([0.0, 0.05, 1.0] + [0.2] * (N_DRAWS - 3))
    assert counterfactual.at_part(left, part)[:4] == pytest.approx([10.0, 9.0, 2.0, 6.0])


def test_one_more_raid_touches_its_own_plant_alone(made):
    """So that at one date a raid on every plant can be tried at once."""
    system, day = made.system, day_of("1944-10-15")
    large = marginal.hydrogenation_plants(made)[:3]
    flown, extra = made.schedule, marginal.added(large, [day] * 3)
    scales = np.ones((3, flown.n_raids + 3))
    scales[:, flown.n_raids :] = [[0, 0, 0], [1, 0, 0], [1, 1, 1]]
    out = marginal.of_raids(
        made, system, marginal.joined(flown, extra), scales, lambda s: s[day : day + 30].sum(axis=0)
    )
    none, first, every = out[:, 0], out[:, 1], out[:, 2]
    assert np.allclose(first[:, large[0]], every[:, large[0]]) and (first[:, large[0]] < none[:, large[0]]).any()
    assert np.allclose(np.delete(first, large[0], axis=1), np.delete(none, large[0], axis=1))


def test_each_draw_of_the_war_meets_several_of_the_record(made):
    values = np.arange(WAR_DRAWS)
    assert len(tiled(values)) == N_DRAWS and np.bincount(tiled(values)).min() >= N_DRAWS // WAR_DRAWS
    assert all(len(v) == N_DRAWS for v in unknowns_of(made).values())


def test_draws_say_whether_they_are_calibrated(made, record):
    assert made.draws.source.startswith(("prior only", "calibrated posterior")) and made.draws.n == WAR_DRAWS
    assert draws_of(None, 3, 7, record).source.startswith("prior only")
    for fitted, says in ((record.hash, "calibrated posterior"), ("older", "calibrated posterior, fitted to another")):
        made_from = draws_of(SimpleNamespace(manifest={"record_hash": fitted}), 12, 7, record)
        assert made_from.source.startswith(says) and (", fitted" in made_from.source) == (fitted == "older")


def test_a_verdict_on_the_war_is_the_same_twice(verdict_on):
    first, second = verdict_on("C49"), verdict_on("C49")
    assert first == second and first.draws is not None and first.p is not None
