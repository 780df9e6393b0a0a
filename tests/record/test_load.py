"""Loading: typed tables, a user's folder over them, and messages that say where and what."""

import pytest

from oilplan.errors import OilplanError
from oilplan.record import load_record


def test_tables_are_typed_and_an_empty_cell_is_null_not_zero(embedded):
    plants = embedded.rows("plants")
    assert {type(row["capacity_t_per_year"]) for row in plants.values()} == {float, type(None)}
    assert {type(row["first_full_year"]) for row in plants.values()} == {int, type(None)}
    assert len(plants) == 115
    assert sum(row["capacity_t_per_year"] is None for row in plants.values()) == 58
    assert sum(row["total_tons_short"] for row in embedded.rows("raids").values()) == pytest.approx(
        248587.97, abs=0.001
    )


def test_the_record_is_read_once(embedded):
    assert load_record() is embedded


def test_every_column_is_described(embedded):
    for table in embedded.tables:
        row = next(iter(embedded.rows(table).values()))
        assert [column.name for column in embedded.describe(table)] == list(row)


def test_a_known_row_is_overruled_wholly_and_a_new_one_added(overlay, embedded):
    overlay("plants", "leuna", capacity_t_per_year=123.0, capacity_low=None, note="mine")
    folder = overlay("plants", "leuna", row_id="new_works", plant_id="new_works", site_id="new_works")
    record = load_record(folder)
    assert record.rows("plants")["leuna"]["capacity_t_per_year"] == 123.0
    assert len(record.rows("plants")) == len(embedded.rows("plants")) + 1
    assert record.overlay == {
        "folder": str(folder),
        "files": ["plants.csv"],
        "rows_added": {"plants": ["new_works"]},
        "rows_overruled": {"plants": ["leuna"]},
    }
    assert record.hash != embedded.hash
    assert embedded.rows("plants")["leuna"]["capacity_t_per_year"] == 650000.0


def test_the_environment_names_the_folder(overlay, monkeypatch):
    folder = overlay("plants", "leuna", capacity_t_per_year=123.0)
    monkeypatch.setenv("OILPLAN_RECORD", str(folder))
    assert load_record().overlay["rows_overruled"] == {"plants": ["leuna"]}


def test_same_bytes_give_the_same_hash(overlay):
    folder = overlay("plants", "leuna", capacity_t_per_year=123.0)
    assert load_record(folder).hash == load_record(folder).hash


def test_a_question_mark_is_unknown_and_an_empty_cell_not_looked_for(overlay):
    record = load_record(overlay("plants", "leuna", first_full_year="?", plant_area_ha=""))
    assert record.rows("plants")["leuna"]["first_full_year"] is None
    assert record.unknown("plants") == {("leuna", "first_full_year")}


def test_a_raid_on_a_plant_of_the_users_own_is_accepted(overlay):
    overlay("plants", "leuna", row_id="mine_works", plant_id="mine_works", site_id="mine_works")
    folder = overlay("raids", "leuna_1944-05-12_8af", row_id="mine", raid_id="mine", plant_id="mine_works")
    assert load_record(folder).rows("raids")["mine"]["plant_id"] == "mine_works"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"latitude": "95"}, r"plants\.csv:2 latitude: came '95'; expected at most 60"),
        ({"capacity_t_per_year": "650,000"}, "expected a number without thousands separators"),
        ({"capacity_t_per_year": "nan"}, "expected a finite number"),
        ({"first_full_year": "1939.5"}, "expected a whole number"),
        ({"status": "certain"}, "status: came 'certain'; expected one of 'documented', 'looked_up'"),
        ({"source_keys": ""}, "source_keys: came ''; expected a filled cell"),
        ({"source_keys": "webster1961v"}, "'webster1961v' is not in sources.bib; nearest known: webster1961"),
        ({"name": ""}, "name: came ''; expected a filled cell"),
    ],
)
def test_a_bad_cell_is_named_by_file_line_and_column(overlay, changes, says):
    with pytest.raises(OilplanError, match=says):
        load_record(overlay("plants", "leuna", **changes))


def test_a_raid_on_an_unknown_target_lists_the_nearest(overlay):
    folder = overlay("raids", "leuna_1944-05-12_8af", plant_id="leunaa")
    with pytest.raises(OilplanError, match=r"raids\.csv:2 plant_id: 'leunaa' is not in .*nearest known: leuna"):
        load_record(folder)


def test_every_fault_of_a_table_is_listed(overlay):
    overlay("plants", "leuna", latitude="95")
    folder = overlay("plants", "boehlen", longitude="east")
    with pytest.raises(OilplanError) as raised:
        load_record(folder)
    assert "plants.csv:2 latitude" in str(raised.value) and "plants.csv:3 longitude" in str(raised.value)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("plants.csv", "plant_id,latitud\nx,51\n", "'latitud' is not a column of plants; known, nearest first: lat"),
        ("plants.csv", "latitude\n51\n", "has no column 'plant_id'"),
        ("plants.csv", "plant_id,plant_id\nx,x\n", "stands twice"),
        ("plants.csv", "plant_id,name\nx,a,b\n", r"plants\.csv:2 has 3 cells; the header has 2"),
        ("plants.csv", "", "is empty"),
        ("raid.csv", "raid_id\nx\n", r"no table of that name; known, nearest first: raids\.csv"),
        ("effort_monthly.csv", "month\n1944-05\n", "has no column 'row_id'"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(tmp_path, name, text, says):
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(OilplanError, match=says):
        load_record(tmp_path)


def test_a_row_twice_in_one_file_is_refused(overlay):
    overlay("plants", "leuna")
    with pytest.raises(OilplanError, match=r"plants\.csv:3 row_id: 'leuna' stands twice, first in line 2"):
        load_record(overlay("plants", "leuna"))


def test_a_binary_file_is_refused(tmp_path):
    (tmp_path / "plants.csv").write_bytes(b"PK\x03\x04\xff\xfe\x00")
    with pytest.raises(OilplanError, match="not a UTF-8 CSV file"):
        load_record(tmp_path)


def test_an_empty_or_absent_folder_is_refused(tmp_path):
    with pytest.raises(OilplanError, match="holds no CSV file"):
        load_record(tmp_path)
    with pytest.raises(OilplanError, match="is not a folder"):
        load_record(tmp_path / "nowhere")


def test_a_user_may_bring_sources(overlay):
    folder = overlay("plants", "leuna", source_keys="my_archive")
    text = "@misc{my_archive,\n  author = {Me},\n  title = {Papers},\n  note = {Seen.}\n}\n"
    (folder / "sources.bib").write_text(text, encoding="utf-8")
    record = load_record(folder)
    assert record.source("my_archive").title == "Papers"


def test_an_unknown_table_lists_the_nearest(embedded):
    with pytest.raises(OilplanError, match="known, nearest first: raids"):
        embedded.rows("rads")


def test_a_malformed_month_is_told_the_form_in_words(overlay):
    folder = overlay("effort_monthly", "1944-07_eighth_af_oil", month="July 1944")
    with pytest.raises(OilplanError, match=r"month: came 'July 1944'; expected YYYY-MM \(Month\)"):
        load_record(folder)


def test_an_audit_beside_the_tables_is_no_table(overlay):
    folder = overlay("plants", "leuna")
    (folder / "audit.csv").write_text("line,outcome\n2,used\n", encoding="utf-8")
    assert load_record(folder).overlay["files"] == ["plants.csv"]


def test_a_folder_that_only_repeats_the_record_changes_nothing(overlay, embedded):
    folder = overlay("plants", "leuna")
    assert load_record(folder).hash == embedded.hash and load_record(folder).overlay["rows_overruled"] == {}
    overlay("plants", "boehlen", first_full_year="?")
    assert load_record(folder).overlay["rows_overruled"] == {"plants": ["boehlen"]}, "a ? for an empty cell is a change"
    assert load_record(folder).hash != embedded.hash


def test_of_a_table_that_stands_alone_only_the_folders_rows_count(overlay, embedded):
    kept, gone = "leuna_1944-05-12_8af", "leuna_1944-07-28_8af"
    folder = overlay("raids", kept)
    assert gone in load_record(folder).rows("raids")
    (folder / "alone.txt").write_text("# only these\nraids\n", encoding="utf-8")
    record = load_record(folder)
    assert list(record.rows("raids")) == [kept] and record.hash != embedded.hash
    assert {row["raid_id"] for row in record.rows("raid_sighting").values()} == {kept}
    assert gone in record.overlay["rows_left_out"]["raids"] and "folder 'mine'" in record.citation
    assert len(record.rows("raid_calendar")) == len(embedded.rows("raid_calendar"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"raids\nplants\n", r"alone\.txt:2 came 'plants'; expected one of raids, raid_calendar"),
        (b"raid_calendar\n", r"alone\.txt:1 names raid_calendar, of which the folder has no raid_calendar\.csv"),
        (b"\xff\xfe\n", r"alone\.txt: is not UTF-8 text"),
    ],
)
def test_what_may_not_stand_alone_is_named_by_its_line(overlay, text, says):
    folder = overlay("raids", "leuna_1944-05-12_8af")
    (folder / "alone.txt").write_bytes(text)
    with pytest.raises(OilplanError, match=says):
        load_record(folder)


def test_raids_of_one_force_alone_are_no_campaign_and_it_is_said(overlay):
    from oilplan.flight.as_flown import as_flown
    from oilplan.model.oil import oil_system

    folder = overlay("raids", "leuna_1944-05-12_8af")
    (folder / "alone.txt").write_text("raids\n", encoding="utf-8")
    record = load_record(folder)
    with pytest.raises(OilplanError, match=r"raids\.csv: has no raid of bomber_command over 30 t"):
        as_flown(record, oil_system(record))
