"""Totals and repetitions among the rows of a raid are left out; the raid itself never is."""

import pytest

from oilplan.record.ussbs.collate import sum_lines
from oilplan.record.ussbs.reading import read


@pytest.fixture
def left_out(make_row, gazetteer):
    """Lines left out among rows of one target, each given by the columns in which it differs."""

    def judge(*changes):
        rows = [make_row(line=line, **changed) for line, changed in enumerate(changes, start=2)]
        return set(sum_lines([read(row, gazetteer) for row in rows]))

    return judge


def american(aircraft, tons, clock="1205", day="24", lines="1"):
    return {"TOTAL_AIRCRAFT": aircraft, "TOTAL_TONS": tons, "TIME_OF_ATTACK": clock, "DAY": day, "NUM_ATTACKS": lines}


def british(bombs, tons, clock="2241", lines="1"):
    night = {"AIR_FORCE": "R", "DAY": "06-07", "MONTH": "12", "TOTAL_AIRCRAFT": "200"}
    return night | {"TOTAL_HE_BOMBS": bombs, "TOTAL_TONS": tons, "TIME_OF_ATTACK": clock, "NUM_ATTACKS": lines}


def test_groups_with_their_own_aircraft_and_times_are_kept(left_out):
    assert left_out(american("12", "30"), american("24", "61", "1211"), american("18", "44", "1214")) == set()


def test_a_line_with_the_aircraft_of_the_others_is_a_total(left_out):
    assert left_out(american("20", "50"), american("22", "55", "1211"), american("42", "90", "1300")) == {4}


def test_a_line_equal_to_a_row_that_adds_several_lines_is_a_total(left_out):
    assert left_out(american("45", "112", lines="3"), american("45", "112", "1300")) == {3}


def test_more_aircraft_than_a_group_on_one_line_is_a_total(left_out):
    assert left_out(american("20", "50"), american("111", "255", "1445")) == {3}


def test_a_lone_line_is_kept_however_large(left_out):
    assert left_out(american("469", "45.6")) == set()


def test_a_repetition_on_the_next_day_at_a_round_time_is_left_out(left_out):
    assert left_out(american("28", "69"), american("28", "69", "600", day="25")) == {3}


def test_twice_the_tons_of_the_same_aircraft_is_a_repetition(left_out):
    assert left_out(american("28", "69"), american("28", "138", "600", day="25")) == {3}


def test_the_same_size_at_its_own_clock_time_is_another_attack(left_out):
    assert left_out(american("28", "69"), american("28", "69", "1217", day="25")) == set()


def test_two_large_lines_do_not_leave_each_other_out(left_out):
    assert len(left_out(american("80", "200"), american("90", "210", "1211"))) == 1


def test_a_british_row_with_the_bombs_and_tons_of_another_is_a_copy(left_out):
    assert left_out(british("100", "250"), british("100", "250", "2244")) == {3}


def test_british_bomb_types_are_kept(left_out):
    assert left_out(british("261", "65.25"), british("1726", "900"), british("100", "25")) == set()


def test_a_british_row_with_the_tons_of_all_others_is_a_total(left_out):
    assert left_out(british("10", "100"), british("20", "150"), british("31", "250", "800")) == {4}


def test_two_groups_of_one_size_on_one_day_are_two_attacks(left_out):
    assert left_out(american("28", "69"), american("28", "69", "600")) == set()
