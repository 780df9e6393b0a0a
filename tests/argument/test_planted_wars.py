"""Claims on the model and claims that follow from others, led to every side of their rules; and the count of all sides.

What the model says is put in its place, so that the rule alone is tried.
"""

import numpy as np
import pytest
from test_planted_grades import MIXED, NO, OPEN, PLANTED, YES

from oilplan.argument import campaign, claim_tests, concentration, counterfactual, marginal
from oilplan.argument.fair_war import Tried
from oilplan.argument.finding import ModelDraws

N_DRAWS = 200


class NoWar:
    """The war without its worlds: its draws alone; what a test asks of it is put in its place."""

    draws = ModelDraws(N_DRAWS, "put in its place by a test", 0, None)


@pytest.fixture
def without_war(monkeypatch):
    def put(module, **answers):
        monkeypatch.setattr(module, "war", lambda ledger: NoWar())
        monkeypatch.setattr(module, "unknowns_of", lambda made: {})
        for name, answer in answers.items():
            monkeypatch.setattr(module, name, lambda *args, answer=answer, **kwargs: answer)

    return put


TONS = np.array([0.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0, 16000.0, 64000.0])


def falling_at(tons_short: float) -> Tried:
    """Whole below a tonnage and nothing from it on; never less than whole for a tonnage beyond those tried."""
    left = np.where(tons_short > TONS, 1.0, 0.0)
    return Tried(np.tile(TONS[:, None], N_DRAWS), np.tile(left[:, None], N_DRAWS))


NOVEMBER_TONS = {f"1944-11_{f}_oil_tonnage": 100.0 for f in ("bomber_command", "eighth_af", "fifteenth_af")}


@pytest.mark.parametrize(
    ("threshold", "fell", "grades"),
    [(60000, {}, YES), (500, NOVEMBER_TONS | {"1944-11_all_forces_oil_tonnage": 300.0}, NO), (8000, {}, YES + OPEN)],
)
def test_c07_flown_anew_and_by_november(planted, without_war, threshold, fell, grades):
    without_war(
        campaign, held_by_all_forces=falling_at(threshold), makers_of_oil={"leuna"}, month_on_short=np.full(2000, 100.0)
    )
    v = planted("C07", fell)
    assert v.grade in grades, v.answer


LIFT_ROWS = (
    "1944-11_bomber_command_total_bomb_tonnage",
    "1945-01_bomber_command_total_tonnage",
    "1945-02_bomber_command_total_tonnage",
)


@pytest.mark.parametrize(
    ("threshold", "lift", "grades"),
    [(500, None, ("well_supported",)), (500, 100.0, ("contradicted",)), (1e6, None, OPEN), (500, 8000.0, OPEN + YES)],
)
def test_c25_of_the_lift_of_bomber_command(planted, without_war, threshold, lift, grades):
    """A need beyond all that it could drop is more than its lift, whatever the tons: even odds with what fell."""
    without_war(campaign, eleven_by_one_force=falling_at(threshold))
    v = planted("C25", dict.fromkeys(LIFT_ROWS, lift) if lift else {})
    assert v.grade in grades, v.answer


@pytest.mark.parametrize(
    ("threshold", "butt", "grades"), [(2000, 0.2, YES), (2000, 99.99, NO), (70001, 20.0, NO), (2000, 20.0, OPEN + YES)]
)
def test_c19_turns_on_the_aim_of_its_time(planted, without_war, threshold, butt, grades):
    without_war(campaign, held_by_tonnage=falling_at(threshold), american_hits_to_british=np.ones(N_DRAWS))
    v = planted("C19", dict.fromkeys(campaign.BUTT_ROWS, butt))
    assert v.grade in grades, v.answer


@pytest.mark.parametrize(
    ("time", "few", "grade"), [(30.0, 30.0, YES), (-5.0, -30.0, NO), (10.0, 10.0, OPEN), (30.0, -30.0, MIXED)]
)
def test_c32_grades_its_two_parts(planted, without_war, time, few, grade):
    gains = {"in time": np.full(N_DRAWS, time), "on few plants": np.full(N_DRAWS, few)}
    without_war(concentration, gains_by_law={"as modelled": gains, "another law": gains}, usual_raid_t=300.0)
    assert planted("C32", {}).grade in grade


@pytest.mark.parametrize(("fell", "grades"), [(100, YES), (3, NO), (15, OPEN)])
def test_c16_by_the_days_gained(planted, without_war, fell, grades):
    without_war(counterfactual, aviation_without=np.zeros((N_DRAWS, 4, 395)), days_sooner=np.full(2000, float(fell)))
    assert planted("C16", {}).grade in grades


@pytest.mark.parametrize(("left", "grades"), [(1.0, YES), (12.0, NO), (8.0, OPEN)])
def test_c43_by_what_is_left(planted, without_war, left, grades):
    before = {k: np.full(N_DRAWS, 12.0) for k in ("aviation", "synthetic")}
    after = {k: np.full((len(counterfactual.MOVED), N_DRAWS), left) for k in before}
    without_war(counterfactual, left_in_january=(before, after))
    v = planted("C43", {})
    assert v.grade in grades and "at any distance" in v.reason


@pytest.mark.parametrize(
    ("ends", "grades"), [((90e3, 60e3, 1.0), YES), ((1.0, 1.0, 1.0), MIXED + NO), ((90e3, 80e3, 75e3), MIXED)]
)
def test_c49_grades_its_two_parts(planted, without_war, ends, grades):
    without_war(counterfactual, stocks_at_the_end=(np.ones((3, N_DRAWS)), np.tile(ends, (2000, 1))))
    v = planted("C49", {})
    assert v.grade in grades, v.answer
    assert len([p for p in v.parts if p.grade]) == 2


@pytest.mark.parametrize(("ratio", "high", "grades"), [(0.1, False, YES + OPEN), (2.0, True, NO), (0.1, True, OPEN)])
def test_c10_by_list_and_return(planted, without_war, ratio, high, grades):
    states = [
        marginal.RaidState(d, np.full(N_DRAWS, 0.5), np.full(N_DRAWS, ratio), np.full(N_DRAWS, ratio))
        for d in marginal.RAID_DATES
    ]
    without_war(marginal, raid_states=states)
    assert planted("C10", {} if high else {"-": [marginal.HIGH_ROW]}).grade in grades


@pytest.mark.parametrize(("months", "grades"), [(40.0, NO), (0.1, OPEN)])
def test_c34_by_the_stock_that_the_attack_leaves(planted, monkeypatch, months, grades):
    from oilplan.argument import forecasts

    lost = np.full((400, 13), 0.05 if months > 1 else 0.6)
    monkeypatch.setattr(forecasts, "pressed", lambda ledger: (lost, np.full(400, months)))
    changes = {"ball_bearings_speer_counterfactual_cripple_1943": 13.0} if months > 1 else {}
    assert planted("C34", changes).grade in grades


def output_stated(record, leuna, poelitz):
    """Rows of output as percent of capacity: {day: percent} for either plant."""
    like = record.rows("plant_output")["leuna_1944-11-20_percent_of_capacity"]
    stated = {(plant, day): x for plant, days in (("leuna", leuna), ("poelitz", poelitz)) for day, x in days.items()}
    rows = [dict(like, row_id=f"{p}_{d}", plant_id=p, period=d, value=x) for (p, d), x in stated.items()]
    return {"plant_output": {r["row_id"]: r for r in rows}}


def test_c44_follows_output_where_no_other_force_confounds_it(verdict_on, record):
    """Leuna at 28 percent before 6 December, Pölitz at 40 before 21 December."""
    alone = [
        ("raids", k) for k, r in record.rows("raids").items() if r["plant_id"] == "leuna" and r["force"] == "eighth_af"
    ]
    before = {"1944-12-18": 40.0}
    halved = output_stated(
        record, {"1944-12-10": 5.0, "1944-12-21": 14.0}, before | {"1944-12-26": 0.0, "1945-01-05": 10.0}
    )
    assert verdict_on("C44", added=halved, without=alone).grade == "well_supported"
    assert verdict_on("C44", added=halved).grade in OPEN + YES
    whole = output_stated(record, {"1944-12-10": 30.0}, before | {"1944-12-26": 40.0})
    assert verdict_on("C44", added=whole, without=alone).grade == "contradicted"


@pytest.mark.parametrize(("counts", "grades"), [((3, 3), YES), ((1, 1), NO), ((2, 2), OPEN)])
def test_c39_follows_a_count_of_both_months(verdict_on, record, counts, grades):
    like = record.rows("claims_evidence")["1944-11-01_harris_cities_virtually_destroyed_of_60"]
    rows = {
        m: dict(like, row_id=m, claim_ids="C39", period=m, unit="cities", value=float(n), about="bomber_command")
        for m, n in zip(("1944-09", "1944-10"), counts, strict=True)
    }
    assert verdict_on("C39", added={"claims_evidence": rows}).grade in grades


@pytest.fixture
def settled(verdict_on):
    one = verdict_on("C47")

    def on(*chances):
        from oilplan.argument import Case, claim_tests, grade
        from oilplan.argument.ledger import Ledger

        found = {f"C0{k}": one._replace(p=p, grade=grade.grade_of(p)) for k, p in enumerate(chances, start=1)}
        test = claim_tests()["C08"]
        f = test.test(Case(Ledger(verdict_on.record), test.bounds, found))
        return f.grade or grade.grade_of(grade.probability(f.rule))

    return on


def test_c08_follows_the_claims_that_it_counts(settled):
    no, yes, half = 0.01, 0.99, 0.5
    assert settled(no, no, no, no, no, no, no) in YES
    assert settled(yes, yes, yes, yes, yes, yes, yes) in NO
    assert settled(yes, yes, no, no, half, half, half) == "mixed"
    assert settled(*[half] * 7) in OPEN


SIDE_OF = {grade: side for side, grades in (("for", YES), ("against", NO), ("between", OPEN)) for grade in grades}
MODELLED = {
    "C07": "for against between",
    "C08": "for against between mixed",
    "C10": "for against between",
    "C16": "for against between",
    "C19": "for against between",
    "C25": "for against between",
    "C32": "for against between mixed",
    "C34": "against between",
    "C39": "for against between",
    "C43": "for against between",
    "C44": "for against between",
    "C49": "for against between mixed",
}
"""Sides to which the tests of this file lead claims."""


def test_every_claim_is_led_to_every_side_of_its_rule():
    """No verdict is built in: a rule that says that it can end on a side is seen to end there."""
    shown = {claim: set(sides.split()) for claim, sides in MODELLED.items()}
    for claim, grades, _ in PLANTED:
        shown.setdefault(claim, set()).update(SIDE_OF.get(grade, grade) for grade in grades)
    tests = claim_tests()
    assert set(shown) == set(tests)
    lacking = {c: set(t.sides) - shown[c] for c, t in tests.items() if set(t.sides) - shown[c]}
    assert not lacking
