"""Every verb on a folder of one's own: what it prints, writes and refuses; new, edit, run, compare as the how-to has it."""

from __future__ import annotations

import csv
import json
import re
import shutil

import numpy as np
import pytest

import oilplan
from oilplan.cli.main import run as command_line
from oilplan.report.system_page import banded, rows_in_columns
from oilplan.report.system_results import SystemPosterior
from oilplan.systems.fit import (
    calibrate_system,
    figures_of,
    hindcast_of,
    in_sample_coverage,
    is_stale,
    kept_fit,
    scored,
    write_fit,
)
from oilplan.systems.folder import open_folder
from oilplan.systems.search import optimize_system, sensitivity_system

TOWN, BEARINGS = "town_utilities", "ball_bearings_1943_44"


@pytest.fixture(scope="module")
def arland(folder, record):
    return open_folder(folder, record)


def test_new_writes_a_commented_folder_that_runs_and_never_over_another(folder, say):
    assert {p.name for p in folder.iterdir()} >= {
        "system.toml",
        "plants.csv",
        "links.csv",
        "raids.csv",
        "series.csv",
        "sources.bib",
    }
    assert (folder / "system.toml").read_text().count("#") > 20 and (folder / "plants.csv").read_text().startswith("# ")
    status, _, err = say(f"new {folder}")
    assert status == 2 and "exists already" in err
    assert say("new x --like cheese")[0] == 2


def test_a_folder_with_the_name_of_a_shipped_system_does_not_stand_in_its_place(say, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for like in (TOWN, "oil_1944_45"):
        (tmp_path / like).mkdir()
        assert say(f"new mine_{like} --like {like}")[0] == 0 and (tmp_path / f"mine_{like}" / "system.toml").is_file()


def test_a_run_tells_resilience_months_and_what_the_series_says(folder, say, tmp_path):
    status, out, err = say(f"run --system {folder} --draws 6 --out {tmp_path / 'out'}")
    assert status == 0, err
    for words in (
        "robustness",
        "loss integral",
        "time to 90 percent",
        "rapidity",
        "1944-06",
        "East Works",
        "steel stock",
    ):
        assert words in out
    page = (tmp_path / "out" / "report.html").read_text()
    assert (
        all(link.startswith("data:") for link in re.findall(r'(?:src|href)="([^"]*)"', page)) and "<script" not in page
    )
    made = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert made["system_hash"] == json.loads((tmp_path / "out" / "run.json").read_text())["system_hash"]
    assert max(map(len, out.splitlines())) <= 100


def test_columns_that_do_not_fit_follow_below_with_the_digits_that_their_bands_bear():
    names = [f"Product of the works {k}" for k in range(6)]
    band = banded({"p05": 300.0, "median": 544.75, "p95": 800.0})
    table = [("", *names), ("days lost", *([band] * 6))]
    lines = rows_in_columns(table)
    assert max(map(len, lines)) <= 100 and band == "540 (300 to 800)"
    assert " ".join(lines).count(band) == 6 and all(name in " ".join(lines) for name in names)
    assert sum(line.strip().startswith("days lost") for line in lines) == 2


def test_files_that_an_editor_marked_as_utf8_are_the_same_files(folder, record, tmp_path):
    place = tmp_path / "marked"
    shutil.copytree(folder, place)
    for name in ("system.toml", "plants.csv", "raids.csv"):
        (place / name).write_bytes(b"\xef\xbb\xbf" + (place / name).read_bytes())
    plain, marked = open_folder(folder, record), open_folder(place, record)
    assert (marked.keys, marked.plants, marked.strikes) == (plain.keys, plain.plants, plain.strikes)


def test_an_edit_moves_what_it_should_and_the_seed_gives_the_same_again(folder, say, tmp_path):
    edited = tmp_path / "edited"
    shutil.copytree(folder, edited)
    text = (edited / "plants.csv").read_text()
    (edited / "plants.csv").write_text(text.replace(",1.5,,,1200", ",1.5,,,2400"))

    def run(place):
        status, out, _ = say(f"run --system {place} --draws 6 --json")
        assert status == 0
        return json.loads(out)

    before, again, after = run(folder), run(folder), run(edited)
    assert before == again
    full = [s["products"][0]["full_per_day"][1] for s in (before, after)]
    assert full == [2000.0, 3200.0] and before["system_hash"] != after["system_hash"]
    assert before["products"][2] == after["products"][2], "the power station is as it was"


def test_a_comparison_sets_every_arm_against_what_was_given(say, tmp_path):
    status, out, err = say(f"compare --system {TOWN} more_crews nothing --draws 4 --json")
    assert status == 0, err
    made = json.loads(out)
    assert [a["name"] for a in made["arms"]] == ["as_given", "more_crews", "nothing"] and made["base"] == "as_given"
    of = {a["name"]: a["outcomes"] for a in made["arms"]}
    assert of["nothing"]["power.loss_integral_d"]["p95"] == pytest.approx(0.0, abs=1e-3)
    assert of["more_crews"]["power.loss_integral_d"]["median"] < of["as_given"]["power.loss_integral_d"]["median"]
    assert say(f"compare --system {TOWN} more_crew")[0] == 2
    assert say(f"compare --system {TOWN} more_crews --base nothing --draws 4")[0] == 0
    assert say(f"compare --system {TOWN} more_crews --from 1944-05-01")[0] == 2


def test_an_arm_may_stand_in_a_file_of_its_own(folder, say, tmp_path):
    arm = tmp_path / "mine.toml"
    arm.write_text('about = "All on the ovens."\naim = ["coke_ovens"]\n')
    status, out, err = say(f"compare --system {folder} {arm} --draws 6 --json")
    assert status == 0 and json.loads(out)["arms"][1]["name"] == "mine", err
    arm.write_text('about = "All on the ovens."\naims = ["coke_ovens"]\n')
    status, _, err = say(f"compare --system {folder} {arm}")
    assert status == 2 and "aims: is not a key here; nearest: aim" in err


def test_bearings_are_compared_by_the_same_verb_and_are_no_arm_of_oil(say):
    status, out, _ = say(f"compare --system {BEARINGS} pressed --draws 20 --json")
    assert status == 0 and json.loads(out)["system"] == BEARINGS
    status, _, err = say("compare pressed")
    assert status == 2 and "no directive 'pressed'" in err


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """The oil system as a folder of the record's own tables."""
    place = tmp_path_factory.mktemp("full") / "mine"
    assert command_line(["new", str(place), "--like", "oil_1944_45", "--full"]) == 0
    return place


def changed(full, tmp_path, table, row_id, column, value):
    """A copy of a folder with one cell of one table changed."""
    place = tmp_path / f"changed_{table}_{value}"
    shutil.copytree(full, place)
    path = place / "record" / f"{table}.csv"
    header, *rows = csv.reader(path.open(encoding="utf-8", newline=""))
    next(row for row in rows if row[0] == row_id)[header.index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return place


def test_any_folder_may_state_a_system_in_the_records_tables_and_one_unchanged_is_the_default(full, tmp_path, say):
    assert (full / "system.toml").read_text().count("#") > 15
    default = say("run --draws 4 --json")[1]
    assert say("run --system oil_1944_45 --draws 4 --json")[1] == default
    assert say(f"run --system {full} --draws 4 --json")[1] == default
    of = [json.loads(default)]
    for cell in (
        ("plants", "leuna", "capacity_t_per_year", "300000"),
        ("raids", "leuna_1944-05-12_8af", "total_tons_short", "4"),
    ):
        status, out, err = say(f"run --system {changed(full, tmp_path, *cell)} --draws 4 --json")
        assert status == 0, err
        of.append(json.loads(out))
    assert len({json.dumps(made["months"]) for made in of}) == 3, "each change moves the fuel"
    assert of[1]["basis"] != of[0]["basis"], "and it is said that the fit is of another record"


def test_every_verb_flies_the_folders_own_record(full, tmp_path, say):
    """A cell that cannot be is named by each of them, with its place; so each has read that folder and no other."""
    place = changed(full, tmp_path, "plants", "leuna", "capacity_t_per_year", "-5")
    grid = tmp_path / "grid.toml"
    grid.write_text('directives = ["portal"]\ndraws = 4\n')
    for words in (
        "run",
        "compare portal",
        "optimize",
        "calibrate",
        "validate",
        f"sweep {grid}",
        "sensitivity",
        "serve",
    ):
        status, out, err = say(f"{words} --system {place}")
        assert (status, out) == (2, "") and err.count("\n") == 1, (words, err)
        assert f"{place}/record/plants.csv:2 capacity_t_per_year: came '-5'; expected at least 0" in err, words


@pytest.mark.parametrize(
    ("stated", "says"),
    [
        ('"oil_1944"', "oil_1944' is not a folder"),
        ('"../mine"', "expected 'embedded', or the plain name of a folder beside the file"),
        ('""', "expected 'embedded', or the plain name"),
        ("3", "from_record: came 3; expected text in quotes"),
        ('"embedded"\nheadline = "fuel"', "headline: is not a key here"),
    ],
)
def test_a_record_that_cannot_be_found_is_named(full, tmp_path, say, stated, says):
    place = tmp_path / "spoilt"
    shutil.copytree(full, place)
    text = (place / "system.toml").read_text()
    (place / "system.toml").write_text(re.sub('^from_record = "record"', f"from_record = {stated}", text, flags=re.M))
    status, out, err = say(f"run --system {place} --draws 4")
    assert (status, out) == (2, "") and says in err and err.count("\n") == 1


def test_two_records_for_one_system_are_refused_and_only_the_records_systems_have_a_full_form(full, tmp_path, say):
    status, _, err = say(f"run --system {full} --record {full / 'record'}")
    assert status == 2 and "--record does not go with --system" in err
    status, _, err = say(f"new {tmp_path / 'town'} --like {TOWN} --full")
    assert status == 2 and "--like oil_1944_45" in err and not (tmp_path / "town").exists()


def test_hazards_have_nothing_to_optimise_and_say_so(say):
    status, out, err = say(f"optimize --system {TOWN}")
    assert (status, out) == (2, "") and "no force that could choose" in err and err.count("\n") == 1
    assert say(f"run --system {TOWN} --directive largest")[0] == 2


def test_the_best_targets_beat_those_given_and_stay_under_the_bound(arland):
    made = optimize_system(arland, "day_force", draws=12, seed=4)
    assert made["as_given"]["median"] <= made["found"]["median"] <= made["bound"]["median"]
    assert made["gain"]["p05"] > -1.0 and len(made["targets"]) == 6
    with pytest.raises(oilplan.OilplanError, match="expected day_force or night_force"):
        optimize_system(arland, "noon_force")
    with pytest.raises(oilplan.OilplanError, match="several forces could choose; expected day_force or night_force"):
        optimize_system(arland)


def test_sensitivity_names_the_unknown_that_matters(arland):
    made = sensitivity_system(arland, samples=16, seed=1)
    loss = next(o for o in made["outcomes"] if o["name"] == "loss_integral_d")
    totals = {i["name"]: i["total"] for i in loss["inputs"]}
    assert set(totals) == {"hit_day", "fall_per_ton", "recovery_d", "luck"} and totals["recovery_d"] > 0.05
    with pytest.raises(oilplan.OilplanError, match="a power of two"):
        sensitivity_system(arland, samples=100)


def test_a_sweep_flies_arms_under_rival_laws(folder, say, tmp_path):
    grid = tmp_path / "grid.toml"
    grid.write_text(
        'arms = ["walls"]\nlaws = ["linear damage, exponential repair", "saturating damage, gang-limited repair"]\ndraws = 6\n'
    )
    status, out, err = say(f"sweep {grid} --system {folder} --json --out {tmp_path / 'swept'}")
    assert status == 0, err
    assert len(json.loads(out)) == 2 and (tmp_path / "swept" / "sweep.json").is_file()
    grid.write_text('arms = ["walls"]\nlaws = ["no law"]\n')
    assert say(f"sweep {grid} --system {folder}")[0] == 2


@pytest.fixture(scope="module")
def fitted(arland):
    return calibrate_system(arland, chains=2, warmup=100, draws=100, seed=3)


def test_a_fit_finds_what_the_series_was_made_with(fitted):
    known = {"hit_day": 0.022, "fall_per_ton": 0.42, "recovery_d": 38.0}
    for name, truth in known.items():
        low, high = np.quantile(fitted.named[name], (0.01, 0.99))
        assert low <= truth <= high, name
    prior_sd, post = 0.4, np.log(fitted.named["recovery_d"]).std()
    assert post < 0.6 * prior_sd, "the series says something of the pace of repair"


def test_the_gradient_of_the_fit_is_finite_and_right(arland):
    import jax
    import jax.numpy as jnp

    of = jax.jit(lambda row: scored(arland, figures_of(arland))(row)[0].sum() / 1e5)
    row = 0.3 * jax.random.normal(jax.random.key(1), (3 + 10 + 1,))
    slope = jax.jit(jax.grad(of))(row)
    assert bool(jnp.isfinite(slope).all())
    step = 1e-2
    for k in (0, 2, 5):
        apart = (of(row.at[k].add(step)) - of(row.at[k].add(-step))) / (2 * step)
        assert float(slope[k]) == pytest.approx(float(apart), abs=0.02)


def test_a_fit_in_the_folder_is_used_until_the_folder_changes(fitted, folder, record, tmp_path, say):
    place = tmp_path / "with_fit"
    shutil.copytree(folder, place)
    (place / "fit").mkdir()
    write_fit(fitted, place / "fit")
    assert kept_fit(open_folder(place, record)) is not None
    assert json.loads(say(f"run --system {place} --draws 6 --json")[1])["calibrated"] is True
    assert json.loads(say(f"run --system {place} --draws 6 --json --prior")[1])["calibrated"] is False
    (place / "raids.csv").write_text((place / "raids.csv").read_text().replace(",180,", ",181,"))
    assert is_stale(open_folder(place, record))
    status, out, err = say(f"run --system {place} --draws 6 --json")
    assert status == 0 and json.loads(out)["calibrated"] is False and "earlier state" in err
    (place / "fit" / "posterior.npz").write_bytes(b"PK rubbish")
    status, _, err = say(f"run --system {place} --draws 6")
    assert status == 2 and "the fit cannot be read" in err


def test_most_figures_lie_in_the_band_of_the_fit_to_them(arland, fitted):
    assert 0.8 <= in_sample_coverage(arland, fitted.fit, 1) <= 1.0
    astray = fitted.fit._replace(z=np.add(fitted.fit.z, [6.0, 0.0, 3.0]))
    assert in_sample_coverage(arland, astray, 1) < 0.7, "a fit that is wrong is seen"


@pytest.mark.slow
def test_a_hindcast_is_scored_against_forecasts_that_know_nothing(arland):
    h = hindcast_of(arland, seed=1, chains=2, warmup=100, draws=100)["hindcast"]
    assert h["fitted_to"] == "1944-07" and [m["month"] for m in h["months"]] == [f"1944-{n:02d}" for n in range(8, 13)]
    assert set(h["skill"]) == {"last month", "trend", "mean of both"} and h["crps"] > 0


def test_too_few_months_are_no_hindcast(record):
    made = hindcast_of(open_folder(BEARINGS, record), seed=1, chains=2, warmup=100, draws=100)
    assert made["hindcast"] is None and "a hindcast needs 6" in made["why_no_hindcast"]


def test_in_python_a_system_runs_compares_shows_itself_and_opens_as_xarray(tmp_path):
    town = oilplan.open_system(TOWN)
    assert "6 plants, 10 events" in repr(town) and "harder_lines" in town.arms
    made = town.run(draws=4)
    assert made.summary["products"][0]["resilience"]["robustness"]["median"] < 1
    assert "<svg" in made._repr_html_() and "robustness" in str(made)
    beside = town.compare("harder_lines", draws=4)
    opened = beside.to_xarray()
    assert opened.delivered.dims == ("arm", "draw", "day", "product") and opened.sizes["arm"] == 2
    assert str(opened.day.values[0])[:10] == "1953-10-01"
    for name, unit in (("stock_reservoir", "thousand m3"), ("short_gas_holder", "thousand m3 a day"), ("share", "1")):
        assert opened[name].attrs["units"] == unit and opened[name].attrs["long_name"]
    assert opened.unit.sel(product="beds").item() == "bed days" and "full" in opened and opened.attrs["law"]
    water = beside.plot("water")
    assert water != beside.plot() and water._repr_svg_().startswith("<svg") and "harder_lines" in water
    with pytest.raises(oilplan.OilplanError, match="no product 'wine'; expected one of power, water"):
        made.plot("wine")
    assert repr(beside) == str(beside), "a prompt shows the table, no arrays"
    beside.save(tmp_path / "beside")
    assert (tmp_path / "beside" / "compare.json").is_file()
    with pytest.raises(oilplan.OilplanError, match="record's own system"):
        oilplan.open_system("oil_1944_45")


def test_in_python_a_search_and_a_fit_print_as_the_command_does(folder, fitted):
    own = oilplan.open_system(folder)
    found = own.optimize("day_force", draws=12)
    assert found["bound"]["median"] >= found["found"]["median"] and "The bound lets every raid" in found._repr_html_()
    posterior = SystemPosterior(*fitted)
    assert "recovery_d" in str(posterior) and "R-hat" in str(posterior)
    drawn = posterior.to_xarray()
    assert drawn["recovery_d"].dims == ("chain", "draw") and "luck[r01]" in drawn and drawn.attrs["manifest"]


def test_the_page_of_a_system_shows_each_arm_and_opens_no_file():
    from fastapi.testclient import TestClient

    from oilplan.record import load_record
    from oilplan.web.app import create_system_app

    with TestClient(create_system_app(open_folder(TOWN, load_record()), None), base_url="http://localhost") as web:
        page = web.get("/", params={"arm": "more_crews"})
        assert page.status_code == 200 and "Utilities of Marlow Bridge" in page.text and "<svg" in page.text
        assert "<script" not in page.text and "default-src 'none'" in page.headers["content-security-policy"]
        assert 'href="/?arm=own_sets"' in page.text
        assert web.get("/", params={"arm": "/etc/passwd.toml"}).status_code == 400
        assert "nearest: arm" in web.get("/", params={"arms": "more_crews"}).json()["error"]
        assert web.get("/api/run", params={"arm": "more_crews"}).json()["arm"] == "more_crews"
        assert web.get("/nowhere").status_code == 404


def test_the_how_to_works_as_it_stands(tmp_path, monkeypatch, say):
    """Every command of the page, in order, with the edit that it tells of; the fits are left to the tests above."""
    from pathlib import Path

    page = (Path(__file__).parents[2] / "docs/how-to/own_system.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```console\n(.*?)^```", page, re.M | re.S)
    lines = [
        line for block in blocks for line in block.splitlines() if not re.search("calibrate|validate|sensitivity", line)
    ]
    assert len(lines) >= 5
    monkeypatch.chdir(tmp_path)
    for line in lines:
        words = line.removeprefix("oilplan ")
        few = "" if words.startswith("new") or "--draws" in words else " --draws 4"
        status, out, err = say(words + few)
        assert status == 0 and out, (line, err)
        if words == "new arland":
            plants = tmp_path / "arland" / "plants.csv"
            spoilt = plants.read_text().replace("50.05,8.10,1,", "50.05,8.10,three,")
            assert spoilt != plants.read_text()
            plants.write_text(spoilt)
            stated = re.search(r"^```text\n(.*?)\n```", page, re.M | re.S)[1]
            assert say("run --system arland")[2].strip() == stated
            plants.write_text(spoilt.replace("three", "3"))
