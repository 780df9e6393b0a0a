"""`oilplan compare`: the numbers, the JSON, and a stopped comparison that goes on."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import oilplan
from oilplan.cache import CACHE_VARIABLE, Cache, code_hash
from oilplan.cli.main import run
from oilplan.errors import OilplanError
from oilplan.flight.arm_run import keep, kept
from oilplan.model.joint import joint_parts
from oilplan.report.compare_page import compare_html, compare_text, month_name, resilience_rows
from oilplan.studies import compare as module
from oilplan.studies.compare import compare
from oilplan.studies.datasets import write_arms
from oilplan.studies.outcomes import UNITS, interval, month_below

from .conftest import DRAWS

ARMS = ["portal", "harris", "as_ordered", "portal:perfect", "as_ordered"]


@pytest.fixture(scope="module")
def made(world):
    return compare(world.record, ARMS, draws=DRAWS, seed=3)


def test_the_json_is_as_promised(made):
    s = json.loads(json.dumps(made.summary, allow_nan=False))
    assert (s["base"], s["from"], s["draws"]) == ("as_ordered", "1944-10-01", DRAWS)
    assert [a["name"] for a in s["arms"]] == ["portal", "harris", "as_ordered", "portal:perfect", "as_ordered (2)"]
    for a in s["arms"]:
        assert set(a) == {"name", "outcomes", "difference", "beyond_record"}
        assert set(a["outcomes"]) == set(a["difference"]) == set(UNITS)
        for name, v in a["outcomes"].items():
            assert set(v) == {"median", "p05", "p95", "unit"} and v["unit"] == UNITS[name]
            assert v["p05"] <= v["median"] <= v["p95"]
            assert set(a["difference"][name]) == {"median", "p05", "p95"}


def test_an_arm_equal_to_the_base_differs_by_exactly_nothing(made):
    twin = made.summary["arms"][4]
    assert all(v == {"median": 0.0, "p05": 0.0, "p95": 0.0} for v in twin["difference"].values())
    assert made.twins == [("as_ordered", "as_ordered (2)")]


def test_a_toml_twin_of_the_base_differs_by_exactly_nothing(world, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\nabout = "as flown"\n[[phases]]\nfly = "as_recorded"\n')
    two = compare(world.record, [str(path), "as_flown"], base="as_flown", draws=DRAWS, seed=3)
    assert all(v["median"] == v["p05"] == v["p95"] == 0.0 for v in two.summary["arms"][0]["difference"].values())


def test_denied_is_what_no_raids_would_have_left(made):
    spared, portal = made.runs["no raids"], made.runs["portal"]
    denied = (spared.products_t - portal.products_t)[:, :, 0].sum(axis=1)
    np.testing.assert_allclose(made.values["portal"]["aviation_gasoline_denied"], denied, rtol=1e-4)
    assert (denied > 0).all()
    np.testing.assert_array_equal(spared.products_t[:, :6], portal.products_t[:, :6])


def test_nitrogen_and_methanol_denied_are_those_of_the_same_flight(made, world):
    """The two works that the arm flew, and its own railways: against the arm with no raids, by the record's tons of spring."""
    parts, window = joint_parts(world.record, DRAWS, 3), world.system.window
    leuna, oppau = (world.system.position(name) for name in ("leuna", "ludwigshafen_oppau"))

    def left(run):
        two = parts.leuna[:, None] * run.share[:, :, leuna] + (1 - parts.leuna[:, None]) * run.share[:, :, oppau]
        whole = run.cars * (1 - parts.nitrogen[:, None] * (1 - two))
        return whole / whole[:, :1]

    for name in ("portal", "as_ordered"):
        lost = left(made.runs["no raids"]) - left(made.runs[name])
        tons = (lost * window.days_in_month / 30).sum(axis=1) * parts.nitrogen_t
        np.testing.assert_allclose(made.values[name]["nitrogen_denied"], tons, rtol=1e-5, atol=1.0)
        december = made.summary["joint_products"][name]["nitrogen"][8]
        assert sorted(december["recorded_t"].values()) == [19_000.0, 20_000.0]
        assert december["p05"] <= round(100 * np.median(left(made.runs[name])[:, 8]), 1) <= december["p95"]
    assert not np.array_equal(made.runs["portal"].cars, made.runs["as_ordered"].cars), (
        "each arm has railways of its own"
    )
    text = compare_text(made.summary)
    assert "nitrogen denied, t" in text and "nitrogen 1944-12 27 and 24 (20,000 and 19,000 t)" in text.replace(
        "\n    ", " "
    )


def test_tons_given_to_oil_are_missed_elsewhere(made):
    for name in ("portal", "harris"):
        v = made.values[name]
        more = v["bombs_on_oil"] - made.values["as_ordered"]["bombs_on_oil"]
        elsewhere = v["city_bombs_not_dropped"] + v["transport_bombs_not_dropped"]
        assert (np.abs(elsewhere) <= np.abs(more) + 1).all()
        assert (np.sign(elsewhere.round()) == np.sign(more.round())).all()
    np.testing.assert_allclose(made.values["harris"]["transport_bombs_not_dropped"], 0.0, atol=1e-6)


def test_costs_per_thousand_tons_are_ratios_within_each_draw(made):
    v = made.values["portal"]
    total = v["aviation_gasoline_denied"] + v["motor_fuel_denied"]
    np.testing.assert_allclose(v["bombs_per_1000_t_denied"], 1000 * v["bombs_on_oil"] / total)
    np.testing.assert_allclose(v["aircraft_missing_per_1000_t_denied"], 1000 * v["aircraft_missing_on_oil"] / total)


def test_nothing_denied_has_no_price(world, tmp_path):
    cities = tmp_path / "cities.toml"
    cities.write_text(
        'name = "cities"\nabout = "no oil, all its tons on cities"\n[[phases]]\noil_share = { visual = 0.0, instruments = 0.0 }\n'
        "takes = { cities = 1.0, transport = 0.0, other = 0.0 }\n"
    )
    two = compare(world.record, [str(cities), "as_flown"], from_date="1945-02-01", draws=DRAWS, seed=3)
    price = two.summary["arms"][0]["outcomes"]["bombs_per_1000_t_denied"]
    assert price["median"] is None
    assert "undetermined: nothing was denied" in compare_text(two.summary)


def test_the_text_of_a_comparison_keeps_to_a_hundred_columns(made):
    assert max(map(len, compare_text(made.summary).splitlines())) <= 100


def test_worth_of_the_truth_is_said_for_arms_present_both_ways(made):
    worth = made.summary["worth_of_perfect_information"]
    assert list(worth) == ["portal"]
    values = (
        made.values["portal:perfect"]["aviation_gasoline_denied"] - made.values["portal"]["aviation_gasoline_denied"]
    )
    assert worth["portal"]["aviation_gasoline_denied"]["median"] == pytest.approx(np.median(values), abs=0.5)


def test_the_first_month_below_its_use_is_found():
    use = np.array([100.0, 50.0, 50.0] + [1.0] * 10)
    stock = np.array([[200.0, 60.0, 40.0] + [9.0] * 10, [200.0] * 13])
    np.testing.assert_array_equal(month_below(stock, use), [3.0, 14.0])
    assert [month_name(n) for n in (1, 9, 10, 13, 14)] == ["1944-04", "1944-12", "1945-01", "1945-04", "not by 1945-04"]


def test_an_interval_leaves_out_draws_without_a_value():
    assert interval(np.array([np.nan, 1.0, 3.0]))["median"] == 2.0
    assert interval(np.array([np.nan]), "t") == {"median": None, "p05": None, "p95": None, "unit": "t"}


def test_the_dataset_holds_every_draw_of_every_arm(made, tmp_path):
    write_arms(made, tmp_path / "arms")
    back = xr.open_zarr(tmp_path / "arms", consolidated=False)
    assert back.sizes["draw"] == DRAWS and "no raids" in back.arm.values
    here = back.aviation_gasoline_denied.sel(arm="portal").values
    np.testing.assert_array_equal(here, made.values["portal"]["aviation_gasoline_denied"])
    assert all("units" in back[name].attrs for name in back.data_vars)


def test_the_page_needs_nothing_from_outside_and_warns(made):
    page = compare_html(made)
    assert not re.findall(r"""(?:src|href)=["'](?!data:)""", page)
    assert "<script" not in page
    assert "gave the same output in every draw" in page
    assert "Prior only" in page or made.summary["calibrated"]
    assert "recalled" in page and "Undetermined" in page
    for name, *cells in resilience_rows(made.summary):
        assert f'<th scope="row">{name}</th>' + "".join(f"<td>{c}</td>" for c in cells) in page


def test_a_stopped_comparison_goes_on_where_it_stopped(world, tmp_path, monkeypatch):
    flown = []

    def counted(system, pairing):
        real = run_of(system, pairing)

        def one(choice, raids):
            if len(flown) == stop_after:
                raise KeyboardInterrupt
            flown.append(1)
            return real(choice, raids)

        return one

    run_of = module.runner
    monkeypatch.setattr(module, "runner", counted)
    monkeypatch.setattr(
        "oilplan.studies.replay.keep_compiled", lambda: True
    )  # compiled loops stay in the cache of all tests
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    stop_after = 3
    with pytest.raises(KeyboardInterrupt):
        compare(world.record, ["portal", "harris", "bufton"], draws=DRAWS, seed=5)
    assert len(list((tmp_path / "arms").iterdir())) == 3
    stop_after = 99
    made = compare(world.record, ["portal", "harris", "bufton"], draws=DRAWS, seed=5)
    assert len(flown) == 6, "three before the stop, three after it"
    assert not list((tmp_path / "arms").iterdir())
    again = compare(world.record, ["portal", "harris", "bufton"], draws=DRAWS, seed=5)
    assert again.summary == made.summary


def test_a_comparison_needs_no_place_to_keep_its_arms(world, made, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr("oilplan.studies.replay.keep_compiled", lambda: True)
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "file"))
    two = compare(world.record, ARMS, draws=DRAWS, seed=3)
    assert two.summary == made.summary


@pytest.mark.parametrize(
    "damage", [lambda b: b[: len(b) // 2], lambda b: b[:300] + bytes(200) + b[500:], lambda b: b""]
)
def test_a_damaged_arm_is_flown_again(made, tmp_path, damage):
    cache = Cache(tmp_path, most_bytes=10**9)
    keep(cache, "arm", made.runs["portal"])
    assert np.array_equal(kept(cache, "arm").bombs_t, made.runs["portal"].bombs_t)
    (path,) = (tmp_path / "arms").iterdir()
    path.write_bytes(damage(path.read_bytes()))
    assert kept(cache, "arm") is None


def test_numbers_hang_on_all_the_code(made):
    assert made.manifest["code"] == code_hash(Path(oilplan.__file__).parent)


def test_a_kept_arm_of_another_question_is_not_used(world, tmp_path):
    from oilplan.studies.arms import arm

    basis = {"draws": 2, "seed": 5, "from": "1944-10-01", "record": "r", "posterior": None, "code": "c"}
    names = {
        module._arm_hash(arm("portal"), {**basis, key: other})
        for key, other in (
            ("draws", 2),
            ("draws", 3),
            ("seed", 6),
            ("from", "1944-11-01"),
            ("record", "s"),
            ("code", "d"),
        )
    }
    names |= {
        module._arm_hash(arm(a), basis) for a in ("portal", "bufton", "portal:perfect", "portal:repairers=optimal")
    }
    assert len(names) == 9


@pytest.mark.parametrize(
    ("arms", "more", "said"),
    [
        (["prtal"], {}, "portal"),
        (["portal:omniscient"], {}, "perfect"),
        (["portal:repairers=fast"], {}, "aviation_first"),
        (["portal"], {"from_date": "1946-01-01"}, "1944-04-01 to 1945-04-30"),
        (["portal"], {"from_date": "soon"}, "YYYY-MM-DD"),
        (["portal"], {"base": "harris"}, "among the arms: portal"),
        (["portal"], {"draws": 0}, "1 to 4,000"),
        (["portal"], {"seed": -1}, "0 to 4,294,967,295"),
        ([], {}, "no arm"),
    ],
)
def test_misuse_is_answered_in_one_sentence(world, arms, more, said):
    with pytest.raises(OilplanError, match=re.escape(said)):
        compare(world.record, arms, **more)


def test_the_command_prints_json_and_writes_whole(capsys, tmp_path):
    out = tmp_path / "cmp"
    assert run(["compare", "portal", "as_flown", "--draws", str(DRAWS), "--json", "--out", str(out)]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((out / "compare.json").read_text())
    assert sorted(p.name for p in out.iterdir()) == [
        "arms",
        "compare.json",
        "manifest.json",
        "report.html",
        "ro-crate-metadata.json",
    ]
    assert [p.name for p in tmp_path.iterdir()] == ["cmp"]
    assert run(["compare", "portal", "--draws", "2", "--out", str(out)]) == 2
