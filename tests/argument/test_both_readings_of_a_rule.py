"""A claim whose rule can be read in two ways, or whose answer hangs on what is not recorded, is settled only where
both readings agree. What the model says is put in its place here, so that each reading can be made to say anything."""

from types import SimpleNamespace

import numpy as np
import pytest

from oilplan.argument import Draws, Ledger, moved, repair_race, schedules, winter_lift
from oilplan.argument.counterfactuals import what_was_left
from oilplan.argument.laboratory import laboratory
from oilplan.argument.opportunity import attacks, plants_shown_open
from oilplan.argument.steady import TONS_SHORT, at_floor, tons_text, tons_to_reach
from oilplan.clock import N_DAYS

N_DRAWS = 20
ON_OIL_1943, ALL_1943 = "1943-03_bomber_command_oil", ("forces", "bc_year_1943", "value")


class NoModel:
    """The laboratory without a model: its draws alone."""

    draws = Draws(N_DRAWS, "put in its place by a test", 0, None)


@pytest.fixture
def without_model(monkeypatch):
    def put(module, **answers):
        monkeypatch.setattr(module, "laboratory", lambda ledger: NoModel())
        monkeypatch.setattr(module, "strongest", lambda *args: "an unknown")
        for name, answer in answers.items():
            monkeypatch.setattr(module, name, lambda *args, answer=answer: answer)

    return put


def falling_at(tons_short: float) -> np.ndarray:
    """[D, G] share left: whole below a tonnage and nothing from it on."""
    return np.tile(np.where(np.array(TONS_SHORT) < tons_short, 1.0, 0.0), (N_DRAWS, 1))


class TestTonnageOf1943:
    """C19: the tonnage on oil in 1943, or all of Bomber Command's."""

    def verdict(self, verdict_on, without_model, threshold, values):
        without_model(repair_race, left_by_tonnage=falling_at(threshold))
        return verdict_on("C19", values=values)

    def test_readings_that_differ_leave_it_open(self, verdict_on, without_model):
        v = self.verdict(verdict_on, without_model, 2000, {})
        assert v.verdict == "undetermined" and "accuracy by night" in v.needs[0]

    def test_it_is_supported_when_all_bombs_would_have_been_too_few(self, verdict_on, without_model):
        v = self.verdict(verdict_on, without_model, 2000, {ALL_1943: 2000.0})
        assert v.verdict == "supported" and not v.needs

    def test_it_is_contradicted_when_the_bombs_on_oil_sufficed(self, verdict_on, without_model):
        values = {("effort_monthly", ON_OIL_1943, "tons_short_cleaned"): 60000.0}
        assert self.verdict(verdict_on, without_model, 2000, values).verdict == "contradicted"

    def test_a_threshold_below_every_tonnage_tried_shows_no_failure(self, verdict_on, without_model, record):
        oil = [k for k, r in record.rows("effort_monthly").items() if k.startswith("1943") and k.endswith("_oil")]
        v = self.verdict(
            verdict_on, without_model, 0, {("effort_monthly", k, "tons_short_cleaned"): 1.0 for k in oil}
        )
        assert v.verdict == "contradicted" and f"at most {TONS_SHORT[0]}" in v.answer


def test_a_need_at_the_edge_of_the_tonnages_tried_says_so():
    assert at_floor(tons_to_reach(falling_at(0), 0.25)).all()
    assert not at_floor(tons_to_reach(falling_at(2000), 0.25)).any()
    assert tons_text(TONS_SHORT[0]) == "at most 30" and tons_text(1234.0) == "1,234"
    assert tons_text(tons_to_reach(np.ones((1, len(TONS_SHORT))), 0.25)[0]) == "70,000 or more"


@pytest.mark.parametrize(
    ("calm", "shown", "outcome"),
    [(500, 500, "supported"), (500, 13000, "undetermined"), (500, 70001, "undetermined"), (70001, 70001, "contradicted")],
)
def test_c25_is_settled_only_where_the_weather_does_not_matter(verdict_on, without_model, calm, shown, outcome):
    without_model(winter_lift, left_of_eleven={"any": falling_at(calm), "shown": falling_at(shown)})
    v = verdict_on("C25")
    assert v.verdict == outcome and bool(v.needs) == (outcome == "undetermined" and calm != shown)


def test_c25_measures_the_lift_of_the_nights_that_show_the_regions_open(verdict_on, without_model):
    without_model(winter_lift, left_of_eleven={"any": falling_at(500), "shown": falling_at(4000)})
    row = ("forces", "1945-02_bomber_command_daily_average_bomb_lift", "value")
    assert verdict_on("C25").verdict == "supported"
    assert verdict_on("C25", values={row: 1500.0}).verdict == "undetermined"


def test_c25_without_a_night_over_the_eleven_says_what_is_missing(verdict_on, without_model, record):
    without_model(winter_lift, left_of_eleven={"any": falling_at(500), "shown": falling_at(500)})
    by_night = {("raids", k, "night"): 0 for k, r in record.rows("raids").items() if r["night"]}
    assert "a night of January-March 1945" in verdict_on("C25", values=by_night).answer


def test_c25_prints_what_november_showed(verdict_on, without_model, record):
    without_model(winter_lift, left_of_eleven={"any": falling_at(500), "shown": falling_at(500)})
    (raid,) = [k for k, r in record.rows("raids").items() if r["raid_id"] == "leuna_1944-11-02_8af"]
    tons = record.rows("raids")[raid]["total_tons_short"]
    values = {("raids", raid, "total_tons_short"): tons + 1000.0}
    before, after = (verdict_on("C25", **c).parts[-1].text.split(" short")[0] for c in ({}, {"values": values}))
    assert int(after.replace(",", "")) - int(before.replace(",", "")) == 1000


@pytest.mark.parametrize(
    ("fewest", "most", "outcome"),
    [(1, 1, "supported"), (12, 1, "undetermined"), (12, 12, "contradicted"), (8, 8, "undetermined")],
)
def test_c43_is_settled_only_where_few_open_days_say_what_many_say(verdict_on, without_model, fewest, most, outcome):
    left = np.tile([12.0, fewest, most], (N_DRAWS, 1))
    without_model(moved, moved=None, percent_left={"aviation": left, "synthetic": left})
    v = verdict_on("C43")
    assert v.verdict == outcome and bool(v.needs) == (fewest != most)
    assert "at any distance" in v.answer


def test_c43_counts_all_aviation_gasoline_in_the_whole_as_in_the_part():
    """Plants at rest and benzol whole: a tenth is left, where benzol gave a tenth."""
    system = SimpleNamespace(
        output_t_per_day=np.array([[900.0, 0.0, 0.0]]), other_aviation_t_per_day=100.0,
        all_products_t_per_day=np.array([900.0]), synthetic=np.array([True]),
    )  # fmt: skip
    made = {"aviation": np.full((1, 1, N_DAYS), 100.0), "synthetic": np.zeros((1, 1, N_DAYS))}
    left = moved.percent_left(SimpleNamespace(problem=SimpleNamespace(system=system)), made)
    assert left["aviation"] == pytest.approx(10.0) and left["synthetic"] == 0


def test_an_attack_opens_its_own_region_and_no_other(record, changed):
    def open_on(tables) -> set[str]:
        ledger = Ledger(tables)
        return plants_shown_open(ledger, attacks(ledger, "1944-11-23", "1944-11-23", ("bomber_command",)))["1944-11-23"]

    (raid,) = [k for k, r in record.rows("raids").items() if r["raid_id"] == "gelsenberg_1944-11-23_bc"]
    assert "scholven" in open_on(record) and "leuna" not in open_on(record)
    elsewhere = open_on(changed(values={("raids", raid, "plant_id"): "leuna"}))
    assert "boehlen" in elsewhere and "scholven" not in elsewhere


def test_raids_in_turn_keep_to_the_plants_that_are_open(record):
    lab = laboratory(Ledger(record))
    first, second = schedules.hydrogenation_plants(lab)[:4], schedules.hydrogenation_plants(lab)[4:6]
    raids = schedules.in_turn(lab, {10: first, 11: second, 12: first, 13: []}, "bomber_command")
    aimed = {day: set(raids.plant[raids.day == day].tolist()) for day in (10, 11, 12, 13)}
    assert len(aimed[10]) == schedules.PLANTS_A_DAY and first[3] in aimed[12]
    assert aimed[11] == set(second) and not aimed[13]
    assert [raids.bombs_t[raids.day == day].sum() for day in (10, 11, 12)] == pytest.approx([1 / 3] * 3)


def gain(in_time: float, on_plants: float) -> dict[str, np.ndarray]:
    return {"in time": np.full((N_DRAWS, 7), in_time), "on plants": np.full((N_DRAWS, 7), on_plants)}


def test_c32_is_settled_only_where_no_law_of_repair_turns_the_sign(verdict_on, without_model):
    turned = gain(-5.0, -30.0)
    turned["on plants"][:, 1] = 15.0
    for laws, outcome in (
        ((gain(-5, -30), gain(-1, -20)), "contradicted"),
        ((gain(25, 30), gain(40, 20)), "supported"),
        ((gain(-5, -30), turned), "undetermined"),
        ((gain(25, 30), gain(-5, 30)), "undetermined"),
    ):
        without_model(schedules, gains_by_repair=dict(zip((schedules.AS_MODELLED, "another law"), laws, strict=True)))
        assert verdict_on("C32").verdict == outcome
    without_model(schedules, gains_by_repair={schedules.AS_MODELLED: gain(-5, -30), "another law": turned})
    assert "at 500 tons, concentration on plants denies from 30 percent less to 15 percent more" in (
        verdict_on("C32").answer
    )


def test_c16_names_the_edge_of_its_rule_and_keeps_wide_for_what_is_wide():
    bounds = {"hardly": 7, "sooner": 28}
    assert "at the edge of the 7 days" in what_was_left("undetermined", 5, 9, bounds)
    assert what_was_left("undetermined", 8, 20, bounds) == "between the rule's 7 and 28 days"
    assert what_was_left("undetermined", 5, 30, bounds) == "too wide a spread to call"
    assert what_was_left("contradicted", 1, 5, bounds) == "by then there was little left to take"
