"""Each messy case of the digitisation, read as a historian who looked at the page would read it."""

import csv
from pathlib import Path

import pytest

from oilplan.record.ussbs import import_file

HERE = Path(__file__).parent
with (HERE / "messy_expected.csv").open(encoding="utf-8", newline="") as file:
    CASES = {case["case"]: case for case in csv.DictReader(file)}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return import_file(HERE / "messy_rows.csv", tmp_path_factory.mktemp("messy") / "out")


def entry_of(result, case):
    return next(a for a in result.audit if a.reading.row.line == int(CASES[case]["line"]))


def raid(result, raid_id):
    return next(raid for raid in result.raids if raid.raid_id == raid_id)


def test_there_are_fourteen_cases():
    assert {int(case.split()[0]) for case in CASES} == set(range(1, 15))


@pytest.mark.parametrize("case", CASES)
def test_each_messy_row_is_read_as_expected(case, result):
    entry, wanted = entry_of(result, case), CASES[case]
    reading = entry.reading
    assert entry.outcome == wanted["outcome"]
    assert reading.plant_id == wanted["plant_id"]
    assert reading.force == wanted["force"]
    assert (reading.day.isoformat(), int(reading.by_night)) == (wanted["date"], int(wanted["night"]))


@pytest.mark.parametrize("case", CASES)
def test_each_repair_says_why_and_raises_its_flag_and_no_other(case, result):
    repairs, wanted = entry_of(result, case).reading.repairs, CASES[case]
    assert {repair.flag for repair in repairs} - {""} == set(filter(None, wanted["flags"].split(";")))
    assert wanted["said"] in "; ".join(str(repair) for repair in repairs)
    assert all(repair.reason for repair in repairs)


def test_a_raid_entered_three_times_counts_once(result):
    bratislava = raid(result, "bratislava_apollo_1944-09-20_15af")
    assert (bratislava.total_tons_short, bratislava.raw_total_tons) == (69.0, 207.0)
    assert bratislava.aircraft == 28
    assert "duplicate_suspect" in bratislava.quality


def test_british_aircraft_are_not_multiplied_by_the_bomb_types(result):
    assert raid(result, "leuna_1945-01-14_bcn").aircraft == 561


def test_tons_that_no_force_could_carry_are_flagged(result):
    bruex = raid(result, "bruex_1945-01-16_bcn")
    assert bruex.quality == "duplicate_suspect"
    assert "3577.7 short tons are more than 174 aircraft carried" in bruex.note


def test_every_doubt_of_a_row_stands_on_its_raid(result):
    flags_of = {raid.raid_id: set(raid.quality.split(";")) for raid in result.raids}
    for entry in result.audit:
        if entry.raid_id:
            assert {repair.flag for repair in entry.reading.repairs} - {""} <= flags_of[entry.raid_id]
