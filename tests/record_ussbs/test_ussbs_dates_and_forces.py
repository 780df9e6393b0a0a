"""Each law that moves a date or changes a force, at a row where it holds and at one where it must not."""

import pytest

from oilplan.record.ussbs.collate import collate

LEUNA_NIGHT = {"AIR_FORCE": "R", "TIME_OF_ATTACK": "2039", "MONTH": "12", "YEAR": "4"}
SOMEWHERE = {"target_location": "GENNEVILLIERS", "target_name": "FUEL DUMP", "target_code": "42921 530"}


@pytest.fixture
def readings(make_row, gazetteer):
    """The settled readings of rows on Leuna, each given by the columns in which it differs."""

    def settle(*changes):
        rows = [make_row(line=line, **changed) for line, changed in enumerate(changes, start=2)]
        return [entry.reading for entry in collate(rows, gazetteer).audit]

    return settle


def day_and_basis(reading):
    return reading.day_text, reading.basis


def test_a_recalled_day_is_left_where_it_is(readings):
    assert day_and_basis(readings({"DAY": "24", "MONTH": "8"})[0]) == ("1944-08-24", "raw_agrees_calendar")


def test_a_day_within_three_of_a_recalled_raid_is_moved_and_doubted(readings):
    (moved,) = readings({"DAY": "27", "MONTH": "8"})
    assert day_and_basis(moved) == ("1944-08-24", "snapped_to_calendar")
    assert "date_suspect" in {repair.flag for repair in moved.repairs}


def test_a_day_further_off_is_moved_only_if_it_looks_invented(readings):
    assert day_and_basis(readings({"DAY": "30", "MONTH": "8"})[0]) == ("1944-08-30", "raw")
    assert readings({"DAY": "30", "MONTH": "8", "TIME_OF_ATTACK": "600"})[0].day_text == "1944-08-24"
    beside = readings({"DAY": "30", "MONTH": "8"}, {"DAY": "31", "MONTH": "8"})
    assert {reading.day_text for reading in beside} == {"1944-08-24"}


def test_a_day_is_moved_back_rather_than_as_far_onward(readings):
    (moved,) = readings({"DAY": "9", "MONTH": "7", "TIME_OF_ATTACK": "600"})
    assert moved.day_text == "1944-07-07"
    (onward,) = readings({"DAY": "19", "MONTH": "7"})
    assert onward.day_text == "1944-07-20"


def test_a_misread_month_is_mended_unless_the_force_was_busy_elsewhere(readings):
    june = {"DAY": "12", "MONTH": "6"}
    assert day_and_basis(readings(june)[0]) == ("1944-05-12", "month_misread")
    elsewhere = june | {"target_name": "CITY AREA", "BOOK": "BOOK_6_INDUSTRIAL__PART_2", "TOTAL_TONS": "2000"}
    assert day_and_basis(readings(june, elsewhere)[0]) == ("1944-06-12", "raw")


def test_a_january_of_1944_is_a_month_that_lost_a_stroke(readings):
    (november,) = readings({"DAY": "25", "MONTH": "1"})
    assert november.day_text == "1944-11-25"
    (unknown,) = readings({"DAY": "19", "MONTH": "1"})
    assert unknown.day_text == "1944-01-19"
    assert any("before the oil offensive" in repair.reason for repair in unknown.repairs)


def test_a_small_british_row_joins_the_bigger_row_of_its_clock_time(readings):
    big = LEUNA_NIGHT | {"DAY": "06-07", "TOTAL_TONS": "1500", "TOTAL_AIRCRAFT": "475"}
    small = LEUNA_NIGHT | {"DAY": "20", "TOTAL_TONS": "63"}
    main, stray = readings(big, small)
    assert day_and_basis(stray) == ("1944-12-06", "same_time_as_bigger_row")
    assert stray.by_night and main.by_night
    (_, other_time) = readings(big, small | {"TIME_OF_ATTACK": "2051"})
    assert other_time.day_text == "1944-12-20"


def test_single_bombers_are_not_moved_onto_a_raid_of_the_force(readings):
    (alone,) = readings(LEUNA_NIGHT | {"DAY": "07-08", "TOTAL_TONS": "2", "TOTAL_AIRCRAFT": "1"})
    assert alone.day_text == "1944-12-07"


def test_with_no_raid_recalled_a_run_of_days_is_one_raid_on_its_first(readings):
    days = [SOMEWHERE | {"DAY": day, "MONTH": "6"} for day in ("14", "15", "16", "20")]
    found = [day_and_basis(reading) for reading in readings(*days)]
    assert found == [("1944-06-14", basis) for basis in ("raw", "run_collapsed", "run_collapsed")] + [
        ("1944-06-20", "raw")
    ]


def test_a_correction_by_hand_is_for_its_own_row_alone(readings):
    row = {
        "target_location": "WESSELING",
        "target_name": "OIL REF",
        "DAY": "1.0",
        "MONTH": "10",
        "TIME_OF_ATTACK": "1157",
        "AIR_FORCE": "R",
        "TOTAL_AIRCRAFT": "102",
        "TOTAL_TONS": "590",
    }
    assert day_and_basis(readings(row)[0]) == ("1944-10-30", "manual")
    assert readings(row | {"TOTAL_TONS": "591"})[0].basis != "manual"


@pytest.mark.parametrize(
    ("changed", "day", "outcome_year"),
    [
        ({"YEAR": "0"}, "1944-08-24", 1944),
        ({"YEAR": "1", "MONTH": "2", "DAY": "9"}, "1945-02-09", 1945),
        ({"YEAR": "5", "MONTH": "8", "DAY": "24"}, "1944-08-24", 1944),
        ({"YEAR": "3", "MONTH": "6", "DAY": "22"}, "1943-06-22", 1943),
        ({"YEAR": "0.4"}, "1944-08-24", 1944),
    ],
)
def test_american_years_lie_where_the_force_flew(readings, changed, day, outcome_year):
    (reading,) = readings(changed)
    assert (reading.day_text, reading.year) == (day, outcome_year)


def test_a_large_british_raid_of_year_1_is_of_1944_and_a_small_one_is_not(readings):
    night = LEUNA_NIGHT | {"DAY": "06-07", "YEAR": "1"}
    (large,) = readings(night | {"TOTAL_TONS": "400", "TOTAL_AIRCRAFT": "90"})
    (small,) = readings(night | {"TOTAL_TONS": "12", "TOTAL_AIRCRAFT": "9"})
    assert (large.year, small.year) == (1944, 1941)


def test_a_large_city_raid_of_1941_stays_in_1941(readings):
    city = LEUNA_NIGHT | {"DAY": "06-07", "YEAR": "1", "TOTAL_TONS": "400", "TOTAL_AIRCRAFT": "90"}
    (reading,) = readings(city | {"target_name": "CITY AREA", "BOOK": "BOOK_6_INDUSTRIAL__PART_2"})
    assert reading.year == 1941


def test_a_large_british_raid_after_the_war_keeps_no_day(readings):
    (reading,) = readings(LEUNA_NIGHT | {"DAY": "20", "MONTH": "5", "YEAR": "5", "TOTAL_TONS": "500"})
    assert reading.date is None
    assert reading.day_text == ""


BOEHLEN = {"target_location": "BOHLEN", "target_name": "BRABAG SYN OIL", "AIR_FORCE": "R", "DAY": "2", "MONTH": "3"}


@pytest.fixture
def boehlen(gazetteer):
    target = next((location, name) for (_, location, name), p in gazetteer.by_target.items() if p.plant_id == "boehlen")
    return BOEHLEN | {"target_location": target[0], "target_name": target[1], "YEAR": "5"}


def test_british_rows_of_group_size_at_boehlen_are_american(readings, boehlen):
    (group,) = readings(boehlen | {"TOTAL_AIRCRAFT": "36"})
    (stream,) = readings(boehlen | {"TOTAL_AIRCRAFT": "250"})
    assert (group.force, stream.force) == ("eighth_af", "bomber_command")


def test_raids_of_1940_on_a_southern_target_stay_british(readings):
    depot = {"target_location": "BUCHEN", "target_name": "STORAGE OIL", "AIR_FORCE": "R"}
    (early,) = readings(depot | {"YEAR": "0"})
    (late,) = readings(depot | {"YEAR": "4"})
    assert (early.force, late.force) == ("bomber_command", "fifteenth_af")


def test_a_code_in_hungary_makes_force_8_the_fifteenth(readings):
    unknown = {"target_location": "NOWHERE", "target_name": "OIL PLANT", "target_code": "12890 500"}
    assert readings(unknown)[0].force == "fifteenth_af"
    assert readings(unknown | {"target_code": "47890 500"})[0].force == "eighth_af"


def test_a_clock_time_in_the_code_column_moves_no_plant_of_the_eighth(readings):
    assert readings({"target_code": "2444"})[0].force == "eighth_af"


def test_an_american_row_dated_as_a_night_is_british(readings):
    assert readings({"DAY": "06-07", "MONTH": "12"})[0].force == "bomber_command"


def test_an_unheard_of_force_is_unknown_and_doubted(readings):
    (reading,) = readings({"AIR_FORCE": "7"})
    assert reading.force == "unknown"
    assert "force_suspect" in {repair.flag for repair in reading.repairs}


def test_a_row_between_two_bigger_ones_goes_to_the_same_whatever_their_order(readings):
    first = LEUNA_NIGHT | {"DAY": "20", "TOTAL_TONS": "400", "TOTAL_AIRCRAFT": "150"}
    second = first | {"DAY": "28", "TOTAL_TONS": "500"}
    stray = LEUNA_NIGHT | {"DAY": "24", "TOTAL_TONS": "63"}
    joined = [readings(*rows)[-1].day_text for rows in ((first, second, stray), (second, first, stray))]
    assert joined[0] == joined[1]
    assert joined[0] in ("1944-12-20", "1944-12-28")


def test_british_aircraft_are_the_middle_of_the_main_rows(make_row, gazetteer):
    night = LEUNA_NIGHT | {"DAY": "06-07"}
    sizes = (("2039", "400", "230"), ("2041", "410", "225"), ("2044", "20", "30"))
    rows = [
        make_row(line, **(night | {"TIME_OF_ATTACK": clock, "TOTAL_AIRCRAFT": aircraft, "TOTAL_TONS": tons}))
        for line, (clock, aircraft, tons) in enumerate(sizes, start=2)
    ]
    (raid,) = collate(rows, gazetteer).raids
    assert raid.aircraft == 405
