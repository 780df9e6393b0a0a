"""C10: the two arms of its rule, on lists and states made up for the purpose."""

from datetime import date

import numpy as np
import pytest

from oilplan.argument import TESTS, Ledger, Missing, Part
from oilplan.argument.benzol_raids import FirstRaids
from oilplan.argument.marginal import LIST_ROW, State, above_bound, average_benzol, decide, over_best, ranked_below

SMALL = 0.20


def state(day: str, left: float, ratio: float) -> State:
    return State(day, np.full(10, left), np.full(10, ratio), np.full(10, ratio))


def raids(first: date, last: date) -> FirstRaids:
    return FirstRaids(*((day, Part("", "")) for day in (first, first, last)))


AUTUMN = raids(date(1944, 10, 16), date(1944, 11, 30))
JUNE, AUGUST = state("1944-06-15", 0.3, 0.1), state("1944-08-15", 0.1, 3.0)
OCTOBER, NOVEMBER = state("1944-10-15", 0.22, 0.1), state("1944-11-15", 0.5, 0.1)
AS_FOUND = [JUNE, AUGUST, OCTOBER, NOVEMBER]


def test_the_bound_of_the_rule_is_registered():
    assert TESTS["C10"].bounds == {"small": 20}


def test_benzol_waits_when_ranked_below_and_of_less_return_while_the_large_plants_work():
    assert [s.day for s in above_bound(AS_FOUND, SMALL)] == ["1944-06-15", "1944-10-15", "1944-11-15"]
    assert decide(True, AS_FOUND, AUTUMN, SMALL) == "supported"
    assert decide(False, AS_FOUND, AUTUMN, SMALL) == "undetermined"


@pytest.mark.parametrize("k", [0, 2, 3])
def test_every_state_above_the_bound_must_agree(k):
    mixed = list(AS_FOUND)
    mixed[k] = mixed[k]._replace(ratio=np.array([0.1] * 8 + [2.0] * 2))
    assert decide(True, mixed, AUTUMN, SMALL) == "undetermined"


def test_no_state_above_the_bound_leaves_the_second_arm_untried():
    assert decide(True, [s._replace(left=np.full(10, 0.19)) for s in AS_FOUND], AUTUMN, SMALL) == "undetermined"


def test_a_higher_return_when_it_was_attacked_contradicts_only_while_the_large_plants_worked():
    higher = [JUNE, AUGUST, OCTOBER._replace(ratio=np.full(10, 2.0)), NOVEMBER._replace(ratio=np.full(10, 2.0))]
    assert decide(True, higher, AUTUMN, SMALL) == "contradicted"
    idle = [s._replace(left=np.full(10, 0.1)) for s in higher]
    assert decide(True, idle, AUTUMN, SMALL) == "undetermined"
    assert decide(True, higher, raids(date(1944, 6, 1), date(1944, 11, 30)), SMALL) == "undetermined"


def test_the_list_of_october_ranks_and_its_row_is_used(record, changed):
    ledger = Ledger(record)
    assert ranked_below(ledger)
    assert ("claims_evidence", LIST_ROW) in ledger.used
    assert {row for table, row in ledger.used if table == "plants"} == {"bruex", "leuna", "poelitz", "boehlen"}
    benzol_first = changed(values={("plants", "leuna", "process"): "benzol_recovery"})
    assert not ranked_below(Ledger(benzol_first))
    with pytest.raises(Missing):
        ranked_below(Ledger(changed(values={("claims_evidence", LIST_ROW, "says"): "no plant"})))


def test_the_best_plant_is_chosen_before_the_luck_of_the_raid():
    """The first denies more on the mean, 2.0 to 1.25; in the second draw the other does."""
    on_large = np.array([[3.0, 1.0], [1.0, 1.5]])
    assert over_best(np.array([2.0, 2.0]), on_large) == pytest.approx([2 / 3, 2.0])


def test_the_average_plant_of_the_ruhr_has_the_ruhrs_share_of_benzol(record, changed):
    """Two thirds of 50,000 tons a month by 23 plants."""
    assert average_benzol(Ledger(record))[1] == pytest.approx(12 * 50000 * 0.67 / 23)
    all_of_it = changed(values={("estimates", "1944_ruhr_share_of_benzol", "value"): 100.0})
    assert average_benzol(Ledger(all_of_it))[1] == pytest.approx(12 * 50000 / 23)
