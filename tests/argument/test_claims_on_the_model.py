"""Schedules of equal tonnage, falling output, stocks that cannot fall below nothing, and where the draws come from."""

from types import SimpleNamespace

import numpy as np
import pytest

from oilplan.argument import Ledger, november
from oilplan.argument.counterfactuals import first_below, per_day, stock_path
from oilplan.argument.laboratory import BOUND_TABLES, MODEL_TABLES, laboratory
from oilplan.argument.repair_race import left_by_tonnage
from oilplan.argument.schedules import hydrogenation_plants, steady_raids, without_repair
from oilplan.argument.steady import TONS_SHORT, tons_to_reach
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
    assert wagons == {row for table, row in used if table == "railway"}
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


def test_a_stock_never_falls_below_nothing():
    path = stock_path(np.array([10.0, 1.0]), np.ones((2, 5)), np.full(5, 3.0))
    assert path[0].tolist() == [8.0, 6.0, 4.0, 2.0, 0.0] and path[1].min() == 0.0
    assert first_below(path, 5.0).tolist() == [2, 0] and first_below(path + 10, 5.0).tolist() == [5, 5]


def test_a_stock_is_drained_by_the_days_of_its_month(monkeypatch):
    """Nothing made: by 16 December Germany has burnt November's need whole and fifteen thirty-firsts of December's."""
    assert per_day("1944-12", 31000.0) == per_day("1944-11", 30000.0) == 1000.0
    nothing = np.zeros((1, len(november.FACTORS), N_DAYS))
    monkeypatch.setattr(november, "delivered", lambda *args: {"aviation": nothing})
    flown = SimpleNamespace(day=np.array([0]))
    lab = SimpleNamespace(problem=SimpleNamespace(schedule=flown))
    left = november.stocks_at_the_end(lab, np.array([100_000.0]), 30_000.0, 31_000.0)
    assert left == pytest.approx(100_000.0 - 30_000.0 - 15_000.0)


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
    first, second = verdict_on("C10"), verdict_on("C10")
    assert first == second and first.draws is not None and first.would_change.startswith("the unknown '")
