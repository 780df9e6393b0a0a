"""C10: the two arms of its rule, on lists and states made up for the purpose."""

from datetime import date

import numpy as np
import pytest

from oilplan.argument import AnswerPart, Ledger, Missing
from oilplan.argument.benzol import FirstRaids
from oilplan.argument.grade import probability
from oilplan.argument.marginal import HIGH_ROW, LIST_ROW, RaidState, average_benzol, decide, over_best, ranked_below

SMALL, D = 0.20, 10
BELOW, ABOVE = np.ones(D, bool), np.zeros(D, bool)


def state(day: str, left: float, ratio: float) -> RaidState:
    return RaidState(day, np.full(D, left), np.full(D, ratio), np.full(D, ratio))


def raids(first: date, last: date) -> FirstRaids:
    return FirstRaids(*((day, AnswerPart("", "")) for day in (first, first, last)))


AUTUMN = raids(date(1944, 10, 16), date(1944, 11, 30))
JUNE, AUGUST = state("1944-06-15", 0.3, 0.1), state("1944-08-15", 0.1, 3.0)
OCTOBER, NOVEMBER = state("1944-10-15", 0.22, 0.1), state("1944-11-15", 0.5, 0.1)
AS_FOUND = [JUNE, AUGUST, OCTOBER, NOVEMBER]


def chance(below, states, first=AUTUMN) -> float:
    return probability(decide(below, states, first, SMALL))


def test_benzol_waits_when_ranked_below_and_of_less_return_while_the_large_plants_work():
    assert chance(BELOW, AS_FOUND) == 1.0 and chance(ABOVE, AS_FOUND) == 0.5


@pytest.mark.parametrize("k", [0, 2, 3])
def test_every_state_above_the_bound_must_agree_draw_by_draw(k):
    mixed = list(AS_FOUND)
    mixed[k] = mixed[k]._replace(ratio=np.array([0.1] * 8 + [2.0] * 2))
    assert chance(BELOW, mixed) == pytest.approx(0.9)


def test_a_state_in_which_the_large_plants_were_small_does_not_count():
    assert chance(BELOW, [AUGUST._replace(ratio=np.full(D, 9.0)), OCTOBER]) == 1.0
    assert chance(BELOW, [s._replace(left=np.full(D, 0.19)) for s in AS_FOUND]) == 0.5


def test_a_higher_return_when_it_was_attacked_contradicts_only_while_the_large_plants_worked():
    higher = [JUNE, AUGUST, OCTOBER._replace(ratio=np.full(D, 2.0)), NOVEMBER._replace(ratio=np.full(D, 2.0))]
    assert chance(BELOW, higher) == 0.0
    idle = [s._replace(left=np.full(D, 0.1)) for s in higher]
    assert chance(BELOW, idle) == 0.5
    assert chance(BELOW, higher, raids(date(1944, 6, 1), date(1944, 11, 30))) == 0.5


def test_the_list_of_october_ranks_and_november_stands_against_it(record, changed):
    ledger = Ledger(record)
    below = ranked_below(ledger)
    assert ("claims_evidence", LIST_ROW) in ledger.used
    assert {row for table, row in ledger.used if table == "plants"} == {"bruex", "leuna", "poelitz", "boehlen"}
    place = ledger.place(HIGH_ROW)
    alone = ranked_below(Ledger(changed(without=[(place, HIGH_ROW)]))) if place else below
    assert alone.mean() > 0.9 and (not place or below.mean() == pytest.approx(0.5, abs=0.05))
    benzol_first = changed(values={("plants", "leuna", "process"): "benzol_recovery"})
    assert ranked_below(Ledger(benzol_first)).mean() < 0.1
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
