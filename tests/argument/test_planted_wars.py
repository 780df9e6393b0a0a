"""Claims on the model and claims that follow from others, led to every grade that their rules can give; and the count of all.

What the model says is put in its place, so that the rule alone is tried.
"""

import numpy as np
import pytest
import test_planted_forces_and_cities
import test_planted_grades
from plants import consumption, says_its_number, stocks
from test_no_verdict_without_data import NEEDED

from oilplan.argument import campaign, claim_tests, concentration, counterfactual, forecasts, fuel, marginal
from oilplan.argument.campaign import Tried
from oilplan.argument.finding import ModelDraws
from oilplan.argument.grade import AGAINST, JUDGEMENT, LEANS, LEANS_AGAINST, MIXED, NO_DATA, OPEN, WELL, grade_of
from oilplan.argument.ledger import N_DRAWS as LEDGER_DRAWS
from oilplan.argument.verdict import weigh

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


def parted(share: float, yes: float, no: float, n: int = N_DRAWS) -> np.ndarray:
    """[n] one figure in a share of the draws, another in the rest."""
    return np.where(np.arange(n) < share * n, yes, no).astype(float)


SHARES = {WELL: 1.0, LEANS: 0.85, OPEN: 0.5, LEANS_AGAINST: 0.15, AGAINST: 0.0}
"""Share of the draws on the arm for that earns each grade, where the rest are on the arm against."""


def all_forces(tons: float) -> dict:
    """Tons of all forces on oil in November 1944, long by the footnote and short by the other history."""
    cells = {f"1944-11_{f}_oil_tonnage": tons / 3 for f in ("bomber_command", "eighth_af", "fifteenth_af")}
    return cells | {"1944-11_all_forces_oil_tonnage": 1.12 * tons}


C07 = {WELL: (60000, 36000), LEANS: (60000, 9000), OPEN: (8000, 12000), LEANS_AGAINST: (500, 4000), AGAINST: (500, 300)}


@pytest.mark.parametrize("grade", C07)
def test_c07_flown_anew_and_by_november(planted, without_war, grade):
    threshold, fell = C07[grade]
    without_war(
        campaign, held_by_all_forces=falling_at(threshold), makers_of_oil={"leuna"}, month_on_short=np.full(2000, 100.0)
    )
    v = planted("C07", all_forces(fell))
    assert v.grade == grade and says_its_number(v), v.answer


LIFT_ROWS = (
    "1944-11_bomber_command_total_bomb_tonnage",
    "1945-01_bomber_command_total_tonnage",
    "1945-02_bomber_command_total_tonnage",
)
C25 = {WELL: (500, 47000), LEANS: (500, 12000), OPEN: (1e6, 47000), LEANS_AGAINST: (8000, 6000), AGAINST: (500, 100)}


@pytest.mark.parametrize("grade", C25)
def test_c25_of_the_lift_of_bomber_command(planted, without_war, grade):
    """A need beyond all that it could drop is more than its lift, whatever the tons: even odds with what fell."""
    threshold, lift = C25[grade]
    without_war(campaign, eleven_by_one_force=falling_at(threshold))
    v = planted("C25", dict.fromkeys(LIFT_ROWS, float(lift)))
    assert v.grade == grade and says_its_number(v), v.answer


C19 = {
    WELL: (8000, 20.0, 10.0),
    LEANS: (8000, 20.0, 1.0),
    OPEN: (2000, 20.0, 1.0),
    LEANS_AGAINST: (500, 20.0, 1.0),
    AGAINST: (2000, 99.99, 1.0),
}
"""By grade: tons that hold output down, percent within five miles in 1941, what a ton of the Eighth's did over a British one."""


@pytest.mark.parametrize("grade", C19)
def test_c19_turns_on_the_aim_of_its_time(planted, without_war, grade):
    threshold, butt, over_british = C19[grade]
    hits = np.full(N_DRAWS, over_british)
    without_war(campaign, held_by_tonnage=[falling_at(threshold)] * 2, american_hits_to_british=hits)
    v = planted("C19", dict.fromkeys(campaign.BUTT_ROWS, butt))
    assert v.grade == grade and says_its_number(v), v.answer


def test_c19_takes_the_laws_of_a_raids_size_at_even_odds(planted, without_war):
    """By one 8,000 tons hold output down, as fell in 1944; by the other none that was tried."""
    hits = np.full(N_DRAWS, 10.0)
    without_war(campaign, held_by_tonnage=[falling_at(8000), falling_at(70001)], american_hits_to_british=hits)
    assert planted("C19", {}).p == pytest.approx(0.5, abs=0.01)


def in_time_and_few(time: float, few: float) -> dict:
    """Draws in which concentration gains 30 percent, by the share of them; 5 percent is lost in the others."""
    return {"in time": parted(time, 30.0, -5.0), "on few plants": parted(few, 30.0, -5.0)}


@pytest.mark.parametrize(
    ("gains", "grade"),
    [*((in_time_and_few(x, x), grade) for grade, x in SHARES.items()), (in_time_and_few(1.0, 0.0), MIXED)],
)
def test_c32_grades_its_two_parts(planted, without_war, gains, grade):
    without_war(concentration, gains_by_law={"as modelled": gains, "another law": gains}, usual_raid_t=300.0)
    v = planted("C32", {})
    assert v.grade == grade and says_its_number(v), v.answer


@pytest.mark.parametrize(("grade", "share"), SHARES.items())
def test_c16_by_the_days_gained(planted, without_war, grade, share):
    gained = parted(share, 100.0, 3.0, LEDGER_DRAWS)
    without_war(counterfactual, aviation_without=np.zeros((N_DRAWS, 4, 395)), days_sooner=gained)
    v = planted("C16", {})
    assert v.grade == grade and len(v.readings) == 3 and says_its_number(v), v.answer


@pytest.mark.parametrize(("grade", "share"), SHARES.items())
def test_c43_by_what_is_left(planted, without_war, grade, share):
    before = {k: np.full(N_DRAWS, 12.0) for k in ("aviation", "synthetic")}
    after = {k: np.tile(parted(share, 1.0, 12.0), (len(counterfactual.MOVED), 1)) for k in before}
    without_war(counterfactual, left_in_january=(before, after))
    v = planted("C43", {})
    assert v.grade == grade and "at any distance" in v.reason and says_its_number(v), v.answer


FULL, CROSSED, SPENT = (90e3, 80e3, 75e3), (90e3, 60e3, 1.0), (1.0, 1.0, 1.0)
"""Tons in stock on 16 December, by arm: over a month's use under every effort; taken under it by a larger one; under it."""
C49 = {
    WELL: (1.0, 0.0, 0.0),
    LEANS: (0.85, 0.0, 0.15),
    OPEN: (0.3, 0.3, 0.4),
    LEANS_AGAINST: (0.0, 0.4, 0.6),
    MIXED: (0.0, 1.0, 0.0),
}
"""Shares of the draws in which the larger effort crosses the floor, none does, and the floor was crossed anyhow."""


@pytest.mark.parametrize("grade", C49)
def test_c49_grades_its_two_parts(planted, without_war, grade):
    ends = np.repeat([CROSSED, FULL, SPENT], np.round(LEDGER_DRAWS * np.array(C49[grade])).astype(int), axis=0)
    without_war(counterfactual, stocks_at_the_end=(np.ones((3, N_DRAWS)), ends))
    v = planted("C49", {})
    assert v.grade == grade and says_its_number(v), v.answer
    assert len([p for p in v.parts if p.grade]) == 2


@pytest.mark.parametrize(("grade", "share"), SHARES.items())
def test_c10_by_its_return_where_no_list_has_benzol_high(planted, without_war, grade, share):
    without_war(marginal, raid_states=returns(parted(share, 0.1, 2.0)))
    v = planted("C10", {"-": [marginal.HIGH_ROW]})
    assert v.grade == grade and says_its_number(v), v.answer


def test_c10_is_open_where_the_lists_disagree(planted, without_war):
    without_war(marginal, raid_states=returns(np.full(N_DRAWS, 0.1)))
    assert planted("C10", {}).grade == OPEN


def returns(ratio: np.ndarray) -> list:
    return [marginal.RaidState(day, np.full(N_DRAWS, 0.5), ratio, ratio) for day in marginal.RAID_DATES]


C34 = {OPEN: (0.0, {}), LEANS_AGAINST: (0.5, {"ball_bearings_speer_counterfactual_cripple_1943": 13.0})}
C34[AGAINST] = (1.0, C34[LEANS_AGAINST][1])


@pytest.mark.parametrize("grade", C34)
def test_c34_by_the_stock_that_the_attack_leaves(planted, monkeypatch, grade):
    """By Speer's account the stock held what thirteen months of attack lose, or what two do."""
    share, changes = C34[grade]
    lost = np.outer(parted(share, 0.05, 0.6, 400), np.ones(13))
    monkeypatch.setattr(forecasts, "pressed", lambda ledger: (lost, np.full(400, 2.0)))
    v = planted("C34", changes)
    assert v.grade == grade and says_its_number(v), v.answer


NO_FLOW = {"-": ["1944-04_aviation_gasoline_stock_end_flow"]}
C33 = {
    WELL: stocks(900000.0),
    LEANS: {},
    OPEN: {**stocks(200000.0), **NO_FLOW},
    LEANS_AGAINST: {**stocks(0.0), **NO_FLOW, "1944-04_aviation_gasoline": 100000.0},
    AGAINST: {
        **stocks(0.0),
        **NO_FLOW,
        **consumption((12,), 195000.0),
        "1944-04_aviation_gasoline": 30000.0,
        "1944-02_aviation_gasoline_pilot_training_allotment": 1.0,
    },
}


@pytest.mark.parametrize("grade", C33)
def test_c33_by_the_need_that_half_would_meet(planted, monkeypatch, grade):
    """The curve and the months that a stock lasts are shown beside, and decide nothing."""
    monkeypatch.setattr(fuel, "months_until_low", lambda *_: np.ones(LEDGER_DRAWS))
    v = planted("C33", C33[grade])
    assert v.grade == grade and says_its_number(v), v.answer


def output_stated(record, leuna, poelitz):
    """Rows of output as percent of capacity: {day: percent} for either plant."""
    like = record.rows("plant_output")["leuna_1944-11-20_percent_of_capacity"]
    stated = {(plant, day): x for plant, days in (("leuna", leuna), ("poelitz", poelitz)) for day, x in days.items()}
    rows = [dict(like, row_id=f"{p}_{d}", plant_id=p, period=d, value=x) for (p, d), x in stated.items()]
    return {"plant_output": {r["row_id"]: r for r in rows}}


WHOLE = {"1944-12-18": 40.0}, {"1944-12-26": 40.0}
HALVED = {"1944-12-18": 40.0}, {"1944-12-26": 0.0, "1945-01-05": 10.0}
C44 = {
    WELL: ({"1944-12-10": 5.0, "1944-12-21": 14.0}, HALVED),
    LEANS: ({}, ({}, {})),
    OPEN: ({"1944-12-10": 30.0}, HALVED),
    AGAINST: ({"1944-12-10": 30.0}, WHOLE),
}
"""Output stated of Leuna, at 28 percent before 6 December, and of Pölitz around 21 December."""


@pytest.mark.parametrize("grade", C44)
def test_c44_follows_output_where_no_other_force_confounds_it(verdict_on, record, grade):
    leuna, (before, after) = C44[grade]
    mine = [
        ("raids", k) for k, r in record.rows("raids").items() if r["plant_id"] == "leuna" and r["force"] == "eighth_af"
    ]
    v = verdict_on("C44", added=output_stated(record, leuna, before | after), without=mine if leuna else [])
    assert v.grade == grade and says_its_number(v), v.answer


def test_c44_leaves_a_plant_that_others_struck_to_the_histories(verdict_on, record):
    leuna, (before, after) = C44[WELL]
    assert verdict_on("C44", added=output_stated(record, leuna, before | after)).grade == OPEN


C39 = {WELL: 3.0, LEANS: 2.3, OPEN: 2.0, LEANS_AGAINST: 1.2, AGAINST: 1.0}


@pytest.mark.parametrize("grade", C39)
def test_c39_follows_a_count_of_both_months(verdict_on, record, grade):
    like = record.rows("claims_evidence")["1944-11-01_harris_cities_virtually_destroyed_of_60"]
    rows = {
        m: dict(like, row_id=m, claim_ids="C39", period=m, unit="cities", value=C39[grade], about="bomber_command")
        for m in ("1944-09", "1944-10")
    }
    v = verdict_on("C39", added={"claims_evidence": rows})
    assert v.grade == grade and says_its_number(v), v.answer


C08 = {
    WELL: [0.01] * 7,
    LEANS: [0.2] * 7,
    OPEN: [0.5] * 7,
    LEANS_AGAINST: [0.7] * 7,
    AGAINST: [0.99] * 7,
    MIXED: [0.99, 0.99, 0.01, 0.01, 0.5, 0.5, 0.5],
    NO_DATA: [0.5] * 6,
}
"""Chances of C01 to C07 by the grade of their roll-up; without one of them there is none."""


@pytest.mark.parametrize("grade", C08)
def test_c08_follows_the_claims_that_it_counts(verdict_on, record, grade):
    one = verdict_on("C47")
    settled = {f"C0{k}": one._replace(p=p, grade=grade_of(p)) for k, p in enumerate(C08[grade], start=1)}
    v = weigh(record.rows("claims")["C08"], record, settled)
    assert v.grade == grade and says_its_number(v), v.answer


# The count.

MODELLED = {
    "C07": C07,
    "C08": C08,
    "C10": SHARES,
    "C16": SHARES,
    "C19": C19,
    "C25": C25,
    "C32": (*SHARES, MIXED),
    "C33": C33,
    "C34": C34,
    "C39": C39,
    "C43": SHARES,
    "C44": C44,
    "C49": C49,
}
"""Grades to which the tests of this file lead claims."""
BY_PROBABILITY = (WELL, LEANS, OPEN, LEANS_AGAINST, AGAINST)
BESIDE = dict.fromkeys(("C08", "C31", "C32", "C38", "C49", "C50"), MIXED) | dict.fromkeys(("C11", "C51"), JUDGEMENT)
"""Grades that no probability gives: of claims with parts, and of questions of intent or value."""
A_TEXT = "words once read are rightly read at least 85 times in 100, so that P is near one end or the other"
OF_VALUE = "which loss hurt most is a question of value, weighed by nobody"
DOCUMENTED = "the test needs two documented errors, either of which refutes “nothing”: P is 0.02 at most"
NEVER = {
    "C02": {
        WELL: "the spring plan is rightly read at most 96 times in 100, and a list of that summer was not seen: P is 0.950 at most",
        LEANS_AGAINST: "the plan lists benzol, or is without it as often as it is rightly read: P is nothing, or over a half",
    },
    "C09": {AGAINST: "what the lesser plants on the list made is drawn up to all of it: P is an eighth at least"},
    "C11": dict.fromkeys(BY_PROBABILITY, OF_VALUE),
    "C12": {OPEN: A_TEXT},
    "C18": dict.fromkeys((WELL, LEANS, OPEN, LEANS_AGAINST), DOCUMENTED),
    "C21": dict.fromkeys((LEANS, LEANS_AGAINST), "two texts are compared word by word, without error"),
    "C26": {OPEN: A_TEXT},
    "C30": {OPEN: A_TEXT},
    "C31": {OPEN: f"{A_TEXT}; on both sides they make it mixed"},
    "C34": dict.fromkeys((WELL, LEANS), "the amount forecast is not in the record, so that nothing can speak for it"),
    "C35": dict.fromkeys((OPEN, LEANS_AGAINST), f"{A_TEXT}, and a number goes before words without one"),
    "C36": dict.fromkeys((OPEN, LEANS_AGAINST), "the raids before the letter are recorded, or there was none"),
    "C37": dict.fromkeys((LEANS_AGAINST, AGAINST), "silence of the works does not show that there was no list"),
    "C44": {LEANS_AGAINST: "that output did not fall is seen in recorded figures at both plants, or is not seen"},
    "C46": dict.fromkeys((WELL, AGAINST), "the second reading is at even odds whatever the record: P is 0.25 to 0.75"),
    "C49": {
        AGAINST: "where November's own bombs crossed the floor, a larger effort did: the parts then differ, and it is mixed"
    },
    "C50": {
        WELL: "figures of two works err by four percent each, so that one in three of sound cells is over five apart"
    },
    "C51": {OPEN: A_TEXT},
    "C52": {OPEN: A_TEXT},
}
"""Grades that no record can earn a claim by its rule, and why."""


def shown() -> dict[str, set[str]]:
    """Every grade to which a planted record leads, by claim."""
    out = {claim: set(grades) for claim, grades in MODELLED.items()}
    for claim, grade, _ in (*test_planted_grades.PLANTED, *test_planted_forces_and_cities.PLANTED):
        out.setdefault(claim, set()).add(grade)
    for claim, _ in NEEDED:
        out.setdefault(claim, set()).add(NO_DATA)
    return out


@pytest.mark.parametrize("claim_id", sorted(claim_tests()))
def test_every_claim_is_led_to_every_grade_that_its_rule_allows(claim_id):
    """No verdict is built in: a grade is shown by a planted record, or it is said why none can be."""
    never = NEVER.get(claim_id, {})
    allowed = {*BY_PROBABILITY, NO_DATA, *filter(None, [BESIDE.get(claim_id)])} - set(never)
    assert shown()[claim_id] == allowed
    assert all(len(reason) > 30 for reason in never.values())
