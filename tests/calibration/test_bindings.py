"""What binds, how tightly, and what a fit to a cut-off may not see."""

import numpy as np
import pytest

from oilplan.calibration import bindings as b
from oilplan.calibration.hindcast import check_cutoff
from oilplan.calibration.likelihood import problem
from oilplan.clock import MONTHS, date_of, day_of, month_end_day
from oilplan.errors import OilplanError
from oilplan.flight.as_flown import as_flown
from oilplan.model.oil import oil_system
from oilplan.record.provenance import relative_error


@pytest.fixture(scope="module")
def items(record):
    return b.bindings(record)


def test_a_looked_up_figure_binds_tighter_than_a_recalled_one():
    order = [
        relative_error("looked_up", "high"),
        relative_error("mixed", "high"),
        relative_error("recalled", "medium"),
        relative_error("recalled", "low"),
    ]
    assert order == sorted(order) and len(set(order)) == 4


def test_derived_and_missing_figures_do_not_bind(record, items):
    assert relative_error("derived", "high") is None and relative_error("missing", None) is None
    weak = {
        r["row_id"]
        for name in ("output", "plant_output")
        for r in record.rows(name).values()
        if r["status"] in ("derived", "missing")
    }
    assert weak and not weak & {row for item in items for row in item.row_ids}
    stocks = {r["row_id"] for r in record.rows("stocks_and_use").values()}
    assert not stocks & {row for item in items for row in item.row_ids}


def test_every_kind_of_figure_binds(items):
    kinds = {i.kind for i in items}
    assert kinds == {
        b.MONTHLY_AVIATION,
        b.MONTHLY_HYDROGENATION_AVIATION,
        b.MONTHLY_SYNTHETIC,
        b.MONTHLY_HYDROGENATION,
        b.DAILY_AVIATION,
        b.NIL_AVIATION,
        b.PLANT_SHARE,
        b.CARS_LOADED,
    }
    synthetic = [i.value for i in items if i.kind == b.MONTHLY_SYNTHETIC]
    assert {316_000, 107_000, 17_000} <= set(synthetic)


def test_a_conflict_is_an_interval_and_binds_less(items):
    november = next(i for i in items if i.kind == b.MONTHLY_AVIATION and MONTHS[i.at] == "1944-11")
    december = next(i for i in items if i.kind == b.MONTHLY_AVIATION and MONTHS[i.at] == "1944-12")
    assert (november.low, november.high) == (39_000, 49_000) and len(november.row_ids) >= 4
    assert november.error / november.value > december.error / december.value


def test_a_narrower_definition_is_no_bound_of_a_wider_one(items):
    july = next(i for i in items if i.kind == b.MONTHLY_AVIATION and MONTHS[i.at] == "1944-07")
    assert july.low == 35_000


def test_a_cut_off_sees_no_later_figure_and_no_later_raid(record, items):
    system = oil_system(record)
    schedule = as_flown(record, system)
    last = month_end_day("1944-09")
    part = problem(system, schedule, items, last)
    assert part.items and all(i.last_day <= last for i in part.items)
    assert int(part.schedule.day.max()) <= last and part.layout.last.shape[0] == last + 1
    whole = problem(system, schedule, items, 394)
    assert whole.schedule.raid_ids[: part.schedule.n_raids] == part.schedule.raid_ids


@pytest.mark.parametrize(("cutoff", "says"), [("1946-01", "1946-01"), ("1944-05", "2 months"), ("autumn", "autumn")])
def test_a_cut_off_that_cannot_be_used_is_refused_in_a_sentence(items, cutoff, says):
    with pytest.raises(OilplanError, match=says):
        check_cutoff(cutoff, items)


def test_raids_carry_their_doubt_and_sighting(record):
    system = oil_system(record)
    schedule = as_flown(record, system)
    assert np.all(np.diff(schedule.day) >= 0) and schedule.n_raids > 600
    assert np.all((schedule.visual >= 0) & (schedule.visual <= 1)) and 0.3 < schedule.visual_known.mean() < 1
    recalled = ~schedule.recorded
    assert recalled.sum() > 30 and schedule.log_sd[recalled].min() > schedule.log_sd[schedule.recorded].min()
    at = {r: i for i, r in enumerate(schedule.raid_ids)}
    assert schedule.visual[at["leuna_1944-05-12_8af"]] == 1.0 and schedule.visual[at["leuna_1944-07-28_8af"]] == 0.0
    sure, doubted = at["leuna_1944-05-28_8af"], at["leuna_1944-11-25_8af"]
    assert schedule.factor[sure] == 1.0 and schedule.factor[doubted] < 1.0
    assert schedule.day_sd[sure] == 0.0 and schedule.day_sd[doubted] > 0.0


def test_a_plant_said_to_be_out_stands_still_to_the_end_of_its_stretch(items):
    """Pölitz: two months from 29 May 1944 in one work, nearly eleven weeks in another."""
    still = {
        date_of(i.at).isoformat(): i
        for i in items
        if i.kind == b.PLANT_SHARE and i.plant_id == "poelitz" and not i.value
    }
    assert {"1944-06-30", "1944-07-28", "1944-07-31", "1944-08-13"} <= set(still)
    seen = b.until_day(list(still.values()), month_end_day("1944-06"))
    assert {date_of(i.at).isoformat() for i in seen} == {"1944-05-31", "1944-06-30"}


def test_a_memoirs_synthetic_fuel_binds_by_its_own_level_before_the_attacks(items):
    """80,000 t of 380,000 in July and November 1944: a share of April's 316,000, or as printed if it counts the same plants."""
    synthetic = {MONTHS[i.at]: i for i in items if i.kind == b.MONTHLY_SYNTHETIC}
    for month in ("1944-07", "1944-11"):
        figure = synthetic[month]
        assert figure.low == figure.value == pytest.approx(316_000 * 80 / 380) and figure.high == 80_000
        assert 0.09 < figure.error / figure.value < 0.12
    september = synthetic["1944-09"]
    assert (september.value, september.low, september.high) == (17_000, 17_000, 27_000), (
        "a conflict: the survey's is kept"
    )
    assert len(september.row_ids) == 2


def test_a_plant_of_which_a_work_says_that_it_hardly_worked_again_stands_still(items):
    """Gelsenberg: trivial amounts only from 12 June until it was closed; Scholven: knocked out in September."""
    still = {(i.plant_id, date_of(i.at).isoformat()) for i in items if i.kind == b.PLANT_SHARE and not i.value}
    assert {("gelsenberg", d) for d in ("1944-06-30", "1944-07-31", "1944-08-15", "1944-08-31", "1944-09-10")} <= still
    assert ("scholven", "1944-09-30") in still


@pytest.mark.parametrize("plant", ["scholven", "wesseling", "welheim"])
def test_western_works_that_speer_calls_shut_stand_still_at_the_end_of_the_quarter(items, plant):
    shut = [b for b in items if b.plant_id == plant and b.at == day_of("1944-12-31")]
    assert [b.value for b in shut] == [0.0] and shut[0].status == "looked_up"


def test_leunas_share_is_held_until_nearly_the_end_with_the_works_that_deny_it(record, items):
    """The survey's 15 percent "maintained until nearly the end" binds beside Speer's standstill of 19 January: conflict is two rows."""
    held = {b.at: b.value for b in items if b.plant_id == "leuna" and b.at >= day_of("1945-01-15")}
    assert held == {
        day_of("1945-01-15"): 0.15,
        day_of("1945-01-19"): 0.0,
        day_of("1945-02-28"): 0.15,
        day_of("1945-03-31"): 0.15,
    }
    denied = record.rows("plant_output")["leuna_1945-02-28_percent_of_capacity"]
    assert denied["confidence"] == "medium" and "conflicts" in denied["note"]
