"""The hand-made tables agree with the record, and the recalled one says that it is recalled."""

import csv
from importlib import resources

import pytest

from oilplan.record import load_record
from oilplan.record.ussbs.collate import marks_of
from oilplan.record.ussbs.tables import TABLES, force_rules
from oilplan.record.ussbs.who_and_where import FORCE_OF_FIGURE


def rows(name):
    folder = resources.files("oilplan.record.ussbs").joinpath("data")
    return list(csv.DictReader(folder.joinpath(f"{name}.csv").read_text(encoding="utf-8").splitlines()))


@pytest.fixture(scope="module")
def targets():
    return list(load_record().rows("raid_targets").values())


@pytest.mark.parametrize("name", TABLES)
def test_every_row_of_every_table_is_whole_and_stands_once(name):
    found = [tuple(row.values()) for row in rows(name)]
    assert found
    assert len(set(found)) == len(found)
    assert all(cell is not None for row in found for cell in row)


def test_every_recalled_raid_says_so_and_names_its_source():
    for row in rows("recalled_raids"):
        assert (row["status"], row["via"]) == ("recalled", "memory; not looked up")
        assert row["source_keys"] in load_record().sources


def test_every_plant_of_the_tables_is_a_target_of_the_record(targets):
    plants = {row["plant_id"] for row in targets}
    own = {row["plant_id"] for row in rows("calendar_places") + rows("doubtful_places")} - {""}
    assert own | {rule.key for rule in force_rules() if rule.match == "plant"} <= plants


def test_every_place_with_a_doubt_or_a_correction_stands_in_the_tabulation(targets):
    names = {(row["raw_location"].upper(), row["raw_name"].upper()) for row in targets}
    locations = {location for location, _ in names}
    for row in rows("doubtful_places") + rows("corrections"):
        location, name = row["location"].upper(), row["name"].upper()
        assert (location, name) in names or (not name and location in locations)


def test_force_rules_speak_of_known_forces_and_give_reasons():
    for rule in force_rules():
        assert {rule.force_read, rule.force_taken} <= FORCE_OF_FIGURE.keys()
        assert rule.match in ("plant", "location", "name", "code4", "code5")
        assert rule.reason


@pytest.mark.parametrize(
    ("quality", "basis", "confidence", "status"),
    [
        ("ok", "raw", "medium", "digitised"),
        ("date_suspect", "raw", "medium-low", "digitised"),
        ("force_suspect", "raw_agrees_calendar", "medium-low", "digitised"),
        ("plant_suspect", "raw", "low", "digitised"),
        ("date_suspect;force_suspect", "raw", "low", "digitised"),
        ("date_suspect", "raw_agrees_calendar+snapped_to_calendar", "medium-low", "mixed"),
    ],
)
def test_marks_follow_the_doubts(quality, basis, confidence, status):
    class FakeRaid:
        pass

    raid = FakeRaid()
    raid.quality, raid.date_basis = quality, basis
    marks = marks_of(raid)
    assert (marks.confidence, marks.status) == (confidence, status)
    assert ("middlebrook1985" in marks.source_keys) == (basis != "raw")
    assert set(marks.source_keys.split(";")) <= load_record().sources.keys()
