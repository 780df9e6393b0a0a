"""Schedules of equal tonnage, falling output, stocks that cannot fall below nothing, and where the draws come from."""

from types import SimpleNamespace

import numpy as np
import pytest

from oilplan.argument import Ledger, counterfactual
from oilplan.argument.campaign import left_by_tonnage, without_repair
from oilplan.argument.counterfactual import first_below, need_by_day, per_day, percent_left, stock_path
from oilplan.argument.laboratory import BOUND_TABLES, MODEL_TABLES, laboratory, tiled, unknowns_of
from oilplan.argument.ledger import N_DRAWS
from oilplan.argument.supposed import (
    PLANTS_A_DAY,
    TONS_SHORT,
    at_floor,
    hydrogenation_plants,
    in_turn,
    steady_raids,
    tons_to_reach,
)
from oilplan.calibration.bindings import bindings
from oilplan.clock import N_DAYS


@pytest.fixture(scope="module")
def lab(record):
    return laboratory(Ledger(record))


def test_the_rows_of_the_model_are_written_down(record):
    ledger = Ledger(record)
    lab = laboratory(ledger)
    used = set(ledger.used)
    assert ("plants", "leuna") in used and ("output", "1944-04_aviation_gasoline") in used
    flown = {r for r in lab.problem.schedule.raid_ids if not r.startswith("calendar")}
    assert flown <= {row for table, row in used if table == "raids"}
    wagons = {k for k, r in record.rows("railway").items() if r["quantity"] == "wagons_allotted_all_purposes"}
    assert wagons <= {row for table, row in used if table == "railway"}
    assert "sighting_monthly" in {table for table, _ in used} <= {*MODEL_TABLES, *BOUND_TABLES}


def test_a_calibrated_model_writes_down_the_figures_that_bind_it(record):
    ledger = Ledger(record)
    calibrated = laboratory(ledger).draws.fit
    bound = {row_id for b in bindings(record) for row_id in b.row_ids}
    used = {row for table, row in ledger.used if table in BOUND_TABLES}
    assert bound <= used if calibrated else not bound <= used


def test_a_steady_campaign_drops_its_ton_a_month(lab):
    raids = steady_raids(lab, hydrogenation_plants(lab), 0, 300, 3, "eighth_af", 0.5)
    assert raids.bombs_t.sum() == pytest.approx(10.0, rel=0.02)


def test_more_bombs_leave_less_and_no_repair_leaves_least(lab):
    first = lab.parameters._replace(**{k: v[:6] for k, v in lab.parameters._asdict().items()})
    few = lab._replace(draws=lab.draws._replace(n=6), z=lab.z[:6], parameters=first)
    left, bare = left_by_tonnage(few), left_by_tonnage(few, without_repair)
    assert (np.diff(left, axis=1) <= 1e-5).all() and (bare <= left + 1e-5).all()
    assert left.min() >= 0 and left.max() <= 1 and left[:, 0].max() > left[:, -1].max()


def test_the_tonnage_for_a_goal_is_read_off_the_curve():
    falling = np.linspace(1.0, 0.0, len(TONS_SHORT))[None, :]
    assert tons_to_reach(falling, 1.0)[0] == pytest.approx(TONS_SHORT[0])
    assert tons_to_reach(falling, 0.0)[0] == pytest.approx(TONS_SHORT[-1])
    never = np.ones((1, len(TONS_SHORT)))
    assert tons_to_reach(never, 0.5)[0] == pytest.approx(TONS_SHORT[-1])


def test_a_need_at_the_edge_of_the_tonnages_tried_says_so():
    def falling_at(tons):
        return np.where(np.array(TONS_SHORT) < tons, 1.0, 0.0)[None, :]

    assert at_floor(tons_to_reach(falling_at(0), 0.25)).all()
    assert not at_floor(tons_to_reach(falling_at(2000), 0.25)).any()


def test_a_stock_never_falls_below_nothing():
    path = stock_path(np.array([10.0, 1.0]), np.ones((2, 5)), np.full((2, 5), 3.0))
    assert path[0].tolist() == [8.0, 6.0, 4.0, 2.0, 0.0] and path[1].min() == 0.0
    floor = np.full(2, 5.0)
    assert first_below(path, floor).tolist() == [2, 0] and first_below(path + 10, floor).tolist() == [5, 5]


def test_a_stock_is_drained_by_the_days_of_its_month(record):
    assert per_day("1944-12", 31000.0) == per_day("1944-11", 30000.0) == 1000.0
    start, days = counterfactual.OFFENSIVE[0], counterfactual.OFFENSIVE[1] - counterfactual.OFFENSIVE[0]
    ledger = Ledger(record)
    need = need_by_day(ledger, start, days)
    november, december = (ledger.told(f"1944-{m}_aviation_gasoline_consumption") for m in (11, 12))
    assert need.sum(axis=1) == pytest.approx(november + december * 15 / 31)


def test_aviation_gasoline_of_all_sources_counts_in_the_whole_as_in_the_part():
    """Plants at rest and benzol whole: a tenth is left, where benzol gave a tenth."""
    system = SimpleNamespace(
        output_t_per_day=np.array([[900.0, 0.0, 0.0]]),
        other_aviation_t_per_day=100.0,
        all_products_t_per_day=np.array([900.0]),
        synthetic=np.array([True]),
    )
    made = {"aviation": np.full((1, 1, N_DAYS), 100.0), "synthetic": np.zeros((1, 1, N_DAYS))}
    left = percent_left(SimpleNamespace(problem=SimpleNamespace(system=system)), made)
    assert left["aviation"] == pytest.approx(10.0) and left["synthetic"] == 0


def test_raids_in_turn_keep_to_the_plants_that_are_open(lab):
    first, second = hydrogenation_plants(lab)[:4], hydrogenation_plants(lab)[4:6]
    raids = in_turn(lab, {10: first, 11: second, 12: first, 13: []}, "bomber_command")
    aimed = {day: set(raids.plant[raids.day == day].tolist()) for day in (10, 11, 12, 13)}
    assert len(aimed[10]) == PLANTS_A_DAY and first[3] in aimed[12]
    assert aimed[11] == set(second) and not aimed[13]
    assert [raids.bombs_t[raids.day == day].sum() for day in (10, 11, 12)] == pytest.approx([1 / 3] * 3)


def test_each_draw_of_the_model_meets_several_of_the_record(lab):
    values = np.arange(lab.draws.n)
    assert len(tiled(values)) == N_DRAWS and np.bincount(tiled(values)).min() >= N_DRAWS // lab.draws.n
    assert all(len(v) == N_DRAWS for v in unknowns_of(lab).values())


def test_draws_say_whether_they_are_calibrated(lab):
    assert lab.draws.source.startswith(("prior only", "calibrated posterior"))
    assert lab.z.shape == (lab.draws.n, lab.problem.schedule.n_raids)
    assert np.shape(lab.parameters.aviation_log_split) == (lab.draws.n, lab.problem.system.n_plants)


def test_a_saved_fit_is_taken_and_an_older_one_says_so(record, monkeypatch):
    import jax

    from oilplan.argument.laboratory import _laboratory
    from oilplan.calibration import posterior
    from oilplan.calibration.priors import draw_prior

    def saved(record_hash):
        def load(system, schedule, path=None):
            key = jax.random.key(7)
            luck = jax.random.normal(key, (12, schedule.n_raids))
            manifest = {"seed": 7, "record_hash": record_hash}
            return posterior.Posterior(draw_prior(key, system, 12), luck, np.ones(12), manifest)

        return load

    for fitted, says in ((record.hash, "calibrated posterior"), ("older", "calibrated posterior, fitted to another")):
        monkeypatch.setattr(posterior, "load_posterior", saved(fitted))
        lab = _laboratory.__wrapped__(record)
        assert lab.draws.source.startswith(says) and (", fitted" in lab.draws.source) == (fitted == "older")
        assert lab.draws.n == 12 and lab.z.shape == (12, lab.problem.schedule.n_raids)
        left = left_by_tonnage(lab)
        assert left.shape == (12, len(TONS_SHORT)) and np.isfinite(left).all()


def test_a_verdict_on_the_model_is_the_same_twice(verdict_on):
    first, second = verdict_on("C19"), verdict_on("C19")
    assert first == second and first.draws is not None and first.p is not None
