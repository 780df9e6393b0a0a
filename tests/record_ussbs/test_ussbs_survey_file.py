"""The whole digitised tabulation; it is not ours to carry, so its place is told by OILPLAN_SURVEY_FILE."""

import os
from collections import Counter
from pathlib import Path

import pytest

from oilplan.record import load_record
from oilplan.record.plausibility import check
from oilplan.record.ussbs import import_file

FILE = os.environ.get("OILPLAN_SURVEY_FILE")
pytestmark = pytest.mark.skipif(not FILE, reason="OILPLAN_SURVEY_FILE names no copy of the tabulation")
ROWS = 28_815
LEUNA_SHORT_TONS = 18_328


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return import_file(Path(FILE), tmp_path_factory.mktemp("survey") / "out")


def test_all_rows_are_accounted_for_exactly_once(result):
    lines = [entry.reading.row.line for entry in result.audit]
    assert lines == list(range(2, ROWS + 2))


def test_leuna_comes_within_five_percent_of_the_survey(result):
    leuna = sum(raid.total_tons_short for raid in result.offensive if raid.plant_id == "leuna")
    assert leuna == pytest.approx(LEUNA_SHORT_TONS, rel=0.05)


def test_nearly_all_raids_of_the_record_are_found_again(result):
    record = load_record().rows("raids")
    found = {raid.raid_id: raid for raid in result.raids}
    assert len(record.keys() - found.keys()) <= 10
    assert len(found.keys() - record.keys()) <= 10
    for raid_id in record.keys() & found.keys():
        ours, theirs = found[raid_id], record[raid_id]
        if ours.raw_lines == theirs["raw_lines"]:
            assert ours.raw_total_tons == pytest.approx(theirs["raw_total_tons"], abs=0.02)


def test_tons_differ_from_the_record_only_by_sum_lines_inside_rows(result):
    """The record's raids were made with the single attack lines, which this file adds up."""
    record = load_record().rows("raids")
    for raid in result.offensive:
        theirs = record.get(raid.raid_id)
        if theirs and raid.raw_lines == theirs["raw_lines"] and raid.attack_lines == raid.raw_rows:
            assert raid.total_tons_short == pytest.approx(theirs["total_tons_short"], abs=0.02)


def test_no_force_and_no_plant_is_lost(result):
    record = load_record().rows("raids").values()
    by_force = Counter(raid.force for raid in result.raids)
    assert by_force.keys() == {row["force"] for row in record}
    assert {raid.plant_id for raid in result.raids} == {row["plant_id"] for row in record}


def test_the_raids_pass_the_checks_of_the_record(result):
    assert check(load_record(result.out_dir)) == []
