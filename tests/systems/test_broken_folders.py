"""Every way of spoiling a folder: exit 0 or 2, one line that names the place, and nothing run on nonsense."""

from __future__ import annotations

import random
import re
import shutil

import pytest

HUGE = "9" * 5000
RAIDS, PLANTS, LINKS, SERIES, TOML = "raids.csv", "plants.csv", "links.csv", "series.csv", "system.toml"
CASES = {
    "negative yield": (PLANTS, ",1200,", ",-1200,", "plants.csv:4 steel: came -1200; expected 0"),
    "yield that is no number": (PLANTS, ",1200,", ",nan,", "plants.csv:4 steel: came 'nan'"),
    "infinite yield": (PLANTS, ",1200,", ",inf,", "plants.csv:4 steel: came 'inf'"),
    "number of 5,000 digits": (PLANTS, ",1200,", f",{HUGE},", "plants.csv:4 steel: came '999"),
    "thousands with underscores": (PLANTS, ",1200,", ",1_200,", "plants.csv:4 steel"),
    "capacity zero": (PLANTS, ",1200,", ",0,", "makes nothing of any product"),
    "no capacity at all": (PLANTS, ",1200,", ",,", "makes nothing of any product"),
    "unknown name in a sum": (
        PLANTS,
        ",1200,",
        ",1200 * falll,",
        "came 'falll'; expected a number or the name of an unknown",
    ),
    "call in a sum": (PLANTS, ",1200,", ",abs(3),", "plants.csv:4 steel: came 'abs(3)'"),
    "power in a sum": (PLANTS, ",1200,", ",9**9**9,", "plants.csv:4 steel"),
    "division by nothing": (PLANTS, ",1200,", ",hit_day / 0,", "plants.csv:4 steel: came inf"),
    "duplicate plant": (PLANTS, "west_works,", "east_works,", "came 'east_works' a second time, first in line 4"),
    "latitude off the globe": (
        PLANTS,
        "50.20",
        "150.20",
        "plants.csv:4 latitude: came 150.2; expected a number of -90 to 90",
    ),
    "yield written NaN": (PLANTS, ",1200,", ",NaN,", "plants.csv:4 steel: came 'NaN'; expected a number or"),
    "size zero": (PLANTS, "8.40,1.5", "8.40,0", "plants.csv:4 size: came 0"),
    "unknown column": (PLANTS, "plant_id,name", "plant_id,naem", "'naem' is not a column here; nearest: name"),
    "column twice": (PLANTS, "kind,site", "kind,kind", "'kind' stands twice"),
    "too few cells": (PLANTS, "east_works,East Works,", "east_works,", "plants.csv:4 has 13 cells; expected 14"),
    "no plant": (PLANTS, re.compile(r"^(?!#|plant_id).*\n", re.M), "", "has no plant"),
    "empty file": (PLANTS, re.compile(r".*", re.S), "", "plants.csv: is empty"),
    "quote that never ends": (PLANTS, "East Works", '"East Works', "cannot be read as CSV"),
    "control character": (PLANTS, "East Works", "East\x1b[2JWorks", "plants.csv:4 name"),
    "lost before it was a date": (
        PLANTS,
        "1.5,,,1200",
        "1.5,,soon,1200",
        "plants.csv:4 lost_on: came 'soon'; expected a date",
    ),
    "unknown plant": (RAIDS, "r01,1944-02-11,east_works", "r01,1944-02-11,eest_works", "nearest: east_works"),
    "unknown force": (RAIDS, "day_force,180", "day_farce,180", "nearest: day_force"),
    "date outside": (RAIDS, "1944-02-11", "1951-02-11", "expected a day of the window, 1944-01-01 to 1944-12-31"),
    "date that is none": (RAIDS, "1944-02-11", "1944-02-31", "expected a date such as"),
    "date with a time": (RAIDS, "1944-02-11", "1944-02-11T10:00", "expected a date such as"),
    "strength zero": (RAIDS, ",180,", ",0,", "strength: came 0"),
    "strength negative": (RAIDS, ",180,", ",-180,", "strength: came -180"),
    "duplicate raid": (RAIDS, "r02,", "r01,", "came 'r01' a second time"),
    "no raid": (RAIDS, re.compile(r"^r\d.*\n", re.M), "", "has no raid; expected at least one"),
    "unknown source": (RAIDS, "war_diary,12", "war_dairy,12", "nearest: war_diary"),
    "circle of links": (
        LINKS,
        "power_station,coke_ovens,power,0.2",
        "power_station,power_station,power,0.2",
        "in a circle",
    ),
    "giver that makes nothing of it": (
        LINKS,
        "coke_ovens,east_works,coke",
        "coke_ovens,east_works,power",
        "makes no power",
    ),
    "share above one": (LINKS, ",0.9,", ",1.9,", "share: came 1.9; expected a number of 0 to 1"),
    "shares that add up to more": (
        LINKS,
        "coke_ovens,west_works,coke,0.7",
        "coke_ovens,east_works,coke,0.7",
        "a second link",
    ),
    "link to nowhere": (
        LINKS,
        "power_station,east_works",
        "power_station,north_works",
        "expected a plant of plants.csv",
    ),
    "month outside": (SERIES, "1944-01,", "1949-01,", "expected a whole month or a day of the window"),
    "negative figure": (SERIES, ",59600,", ",-1,", "value: came -1"),
    "error of zero": (SERIES, ",59600,5,", ",59600,0,", "error_percent: came 0"),
    "figure of nothing": (SERIES, ",steel,,59600", ",,,59600", "expected at least one of them"),
    "figure of an unknown product": (SERIES, ",steel,,59600", ",steal,,59600", "nearest: steel"),
    "not TOML": (TOML, "[window]", "[window", "is not TOML"),
    "unknown key": (TOML, "headline =", "headlin =", "headlin: is not a key here; nearest: headline"),
    "key missing": (TOML, "last = 1944-12-31", "", "window.last: is missing"),
    "window the wrong way": (TOML, "last = 1944-12-31", "last = 1943-12-31", "a last day after the first"),
    "window of centuries": (TOML, "last = 1944-12-31", "last = 2950-12-31", "4,000 days at most"),
    "window without raids": (TOML, "first = 1944-01-01", "first = 1944-12-20", "expected a day of the window"),
    "date as text": (TOML, "first = 1944-01-01", 'first = "soon"', "window.first: came 'soon'; expected a date"),
    "spread negative": (TOML, "spread = 0.4", "spread = -0.4", "spread: came -0.4"),
    "median infinite": (
        TOML,
        "median = 45",
        "median = inf",
        "unknowns.recovery_d.median: came inf; expected a finite number",
    ),
    "median that is no number": (TOML, "median = 45", "median = nan", "unknowns.recovery_d.median"),
    "low above high": (TOML, "low = 0.25", "low = 0.95", "unknowns.fall_per_ton"),
    "share above one in a draw": (TOML, "high = 0.55", "high = 1.55", "for 'fall_per_ton' in one of 200 draws"),
    "two forms of an unknown": (TOML, "low = 0.25", "low = 0.25\nmedian = 1", "expected one of: value"),
    "no source": (TOML, 'spread = 0.4\nsource = "made up"', "spread = 0.4", "a source"),
    "no force": (TOML, re.compile(r"\[\[forces\]\].*?(?=\[law\])", re.S), "", "[[forces]] that attack or [[hazards]]"),
    "law that is none": (TOML, 'form = "saturating', 'form = "soothing', "law.form: came 'soothing damage"),
    "headline that is none": (TOML, 'headline = "steel"', 'headline = "steal"', "nearest: steel"),
    "product twice": (TOML, 'id = "coke"', 'id = "steel"', "'steel' stands twice"),
    "product with the name of a column": (TOML, 'id = "coke"', 'id = "size"', "is the name of a column"),
    "store of an unknown product": (TOML, 'products = ["steel"]', 'products = ["stale"]', "expected a product"),
    "arm at an unknown plant": (TOML, '"west_works"]', '"vest_works"]', "arms.works_first.aim"),
    "arm of an unknown file": (TOML, 'aim = ["power_station"]', 'file = "lost.csv"', "has no lost.csv"),
    "arm outside the folder": (TOML, 'aim = ["power_station"]', 'file = "../raids.csv"', "is not in the folder"),
    "arm that leaves nobody to make a product": (
        TOML,
        '{ plant = "power_station", column = "size", to = 3 }',
        '{ plant = "power_station", column = "power", to = 0 }',
        "arms.walls: no plant makes 'power'",
    ),
    "product with the name of the line": (
        TOML,
        'id = "coke"',
        'id = "line"',
        "'line': it is the name of a column or line",
    ),
    "year that no calendar ends": (TOML, "last = 1944-12-31", "last = 9999-12-31", "4,000 days at most"),
    "window at the end of time": (
        TOML,
        "first = 1944-01-01\nlast = 1944-12-31",
        "first = 9999-01-01\nlast = 9999-12-31",
        "a last day before the year 9001",
    ),
    "unknown that is a word of sums": (
        TOML,
        "[unknowns.hit_day]",
        "[unknowns.lambda]",
        "another name of an unknown than 'lambda'",
    ),
    "store of two units": (TOML, 'products = ["steel"]', 'products = ["steel", "power"]', "came products in t and MWh"),
    "store with a product twice": (
        TOML,
        'products = ["steel"]',
        'products = ["steel", "steel"]',
        "a product stands twice",
    ),
    "cells parted by semicolons": (PLANTS, ",", ";", "parted by semicolons or tabs"),
    "figure of what a plant does not make": (
        SERIES,
        ",steel,,59600",
        ",steel,coke_ovens,59600",
        "which coke_ovens does not make",
    ),
    "product that nobody makes": (PLANTS, ",2600,", ",0,", "links.csv:3 giver: 'coke_ovens' makes no coke"),
    "arm that cuts no link": (
        TOML,
        "power_station > east_works",
        "power_station > east",
        "nearest: power_station > east_works",
    ),
    "arm after the window": (TOML, "from = 1944-06-01", "from = 1960-06-01", "arms.power_from_june.from"),
    "arm with a name that all have": (TOML, "[arms.walls]", "[arms.nothing]", "every system has"),
    "huge number in TOML": (TOML, "start = 40000", f"start = {HUGE}", "too many digits"),
    "boolean for a figure": (TOML, "start = 40000", "start = true", "a number, or names of unknowns"),
    "nested a thousand deep": (TOML, "start = 40000", "start = " + "[" * 3000 + "]" * 3000, "system.toml"),
    "record table that is none": (
        TOML,
        "median = 45\nspread = 0.4",
        'record = { table = "plonts", where = {} }',
        "the record has no table 'plonts'",
    ),
    "record rows that are none": (
        TOML,
        "median = 45\nspread = 0.4",
        'record = { table = "target_systems", where = { system = "cheese" } }',
        "no row of target_systems",
    ),
}


def spoil(folder, tmp_path, file, old, new):
    place = tmp_path / "spoilt"
    shutil.copytree(folder, place)
    text = (place / file).read_text(encoding="utf-8")
    once = -1 if (old, new) == (",", ";") else 1
    spoilt = old.sub(new, text) if isinstance(old, re.Pattern) else text.replace(old, new, once)
    assert spoilt != text, f"{file} has no {old!r} any more"
    (place / file).write_text(spoilt, encoding="utf-8")
    return place


def is_one_line(said: str) -> bool:
    return said.startswith("oilplan: ") and said.count("\n") == 1 and "Traceback" not in said


@pytest.mark.parametrize("name", CASES)
def test_a_spoilt_folder_is_refused_in_one_line_that_names_the_place(name, folder, tmp_path, say):
    file, old, new, expected = CASES[name]
    status, out, err = say(f"run --system {spoil(folder, tmp_path, file, old, new)} --draws 2")
    assert (status, out) == (2, ""), err
    assert is_one_line(err) and expected in err, err
    assert len(err) < 1_000


def test_an_arms_own_file_is_checked_as_raids_csv_is(folder, tmp_path, say):
    place = tmp_path / "spoilt"
    shutil.copytree(folder, place)
    raids = (place / RAIDS).read_text()
    (place / "more.csv").write_text(raids.replace(",180,", ",hit_dya,"))
    text = (place / TOML).read_text()
    (place / TOML).write_text(text + '\n[arms.more]\nabout = "More."\nfile = "more.csv"\n')
    status, out, err = say(f"run --system {place} --draws 2")
    assert (status, out) == (2, "") and "more.csv:3 strength: came 'hit_dya'" in err and is_one_line(err)


@pytest.mark.parametrize("file", [TOML, PLANTS, RAIDS])
def test_a_missing_file_is_named(file, folder, tmp_path, say):
    place = tmp_path / "spoilt"
    shutil.copytree(folder, place)
    (place / file).unlink()
    status, _, err = say(f"run --system {place}")
    assert status == 2 and file in err and is_one_line(err)


@pytest.mark.parametrize("file", [TOML, PLANTS, RAIDS, LINKS, SERIES, "sources.bib"])
def test_another_encoding_is_refused(file, folder, tmp_path, say):
    place = tmp_path / "spoilt"
    shutil.copytree(folder, place)
    (place / file).write_bytes((place / file).read_bytes() + "# Brüx\n".encode("latin-1"))
    status, _, err = say(f"run --system {place}")
    assert status == 2 and "UTF-8" in err and is_one_line(err)


def test_optional_files_may_be_left_out(folder, tmp_path, say, record):
    from oilplan.systems import open_folder

    place = tmp_path / "bare"
    shutil.copytree(folder, place)
    for file in (SERIES, "sources.bib", LINKS):
        (place / file).unlink()
    text = (place / TOML).read_text()
    (place / TOML).write_text(text[: text.index("[arms.second_line]")])
    assert open_folder(place, record).links == ()
    status, _, err = say(f"calibrate --system {place}")
    assert status == 2 and "series.csv has no figure to fit to" in err and is_one_line(err)


def test_a_thousand_small_blows_never_end_in_a_fault_of_ours(folder, tmp_path, record):
    """Cells, lines and keys swapped, cut, doubled and filled with rubbish: a folder opens or is refused in one line."""
    from oilplan.errors import OilplanError
    from oilplan.systems import open_folder

    place = tmp_path / "blows"
    shutil.copytree(folder, place)
    files = {f: (place / f).read_text(encoding="utf-8") for f in (TOML, PLANTS, RAIDS, LINKS, SERIES)}
    rubbish = [
        "",
        "nan",
        "-1",
        "1e999",
        "east_works",
        "'",
        '"',
        "[",
        "]",
        "=",
        ",",
        "\x00",
        "\ufeff",
        "9" * 400,
        "2050-02-30",
        "a*b",
        "((((",
        "#",
        "é",
    ]
    rng, opened = random.Random(17), 0
    for _ in range(600):
        file = rng.choice(list(files))
        pieces = re.split(r"([,\n= ])", files[file])
        at = rng.randrange(len(pieces))
        pieces[at] = rng.choice([*rubbish, pieces[rng.randrange(len(pieces))], pieces[at] * 2])
        (place / file).write_text("".join(pieces), encoding="utf-8")
        try:
            open_folder(place, record)
            opened += 1
        except OilplanError as error:
            assert "\n" not in str(error) and len(str(error)) < 1_500, str(error)
        (place / file).write_text(files[file], encoding="utf-8")
    assert 50 < opened < 550


def test_a_name_that_is_no_system_is_refused_with_the_nearest(say):
    status, _, err = say("run --system town_utilites")
    assert status == 2 and "shipped: town_utilities" in err and is_one_line(err)
    assert say("run --system " + "x" * 5000)[0] == 2
    assert say("run --system ''")[0] == 2
