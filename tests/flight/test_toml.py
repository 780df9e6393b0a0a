"""Directives of one's own: twins of the built-in ones, and errors that name key, came and allowed."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import jax
import numpy as np
import pytest

from oilplan.directives.plan import BUILT_IN
from oilplan.directives.toml_file import plan_of, read_plan
from oilplan.errors import OilplanError

EXAMPLES = Path(__file__).parents[2] / "examples" / "directives"


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_toml_twin_gives_the_built_ins_result(world, fly, name):
    twin = str(EXAMPLES / f"{name}.toml")
    chosen = world.choice(twin, 60)
    jax.tree.map(np.testing.assert_array_equal, chosen.policy, world.choice(name, 60).policy)
    here, there = fly(name, 60), fly(name, 60, chosen=chosen)
    np.testing.assert_array_equal(here.bombs_t, there.bombs_t)
    np.testing.assert_array_equal(here.share, there.share)


def test_the_example_with_every_key_flies_and_differs_from_all_built_ins(world, fly):
    own = fly("own", 60, chosen=world.choice(str(EXAMPLES / "my_own.toml"), 60))
    assert all(not np.array_equal(own.bombs_t, fly(name, 60).bombs_t) for name in BUILT_IN)


def test_the_example_shows_every_key():
    from oilplan.directives.plan import Budget, Bursts, BySighting, ForPhase, GivenUp, Phase

    text = (EXAMPLES / "my_own.toml").read_text()
    keys = {key for model in (Phase, ForPhase, GivenUp, BySighting, Bursts, Budget) for key in model.model_fields}
    assert [key for key in keys if key not in text] == []


PHASE = {"targets": ["all"]}


@pytest.mark.parametrize(
    ("data", "key", "came", "allowed"),
    [
        ({"name": "x", "about": "", "phases": [{"out_bellow": 1}]}, "phases.1.out_bellow", "", "out_below"),
        ({"name": "x", "about": "", "phases": [{"out_below": 3}]}, "phases.1.out_below", "3", "at most 1"),
        (
            {"name": "x", "about": "", "phases": [{"takes": {"cities": -0.1}}]},
            "phases.1.takes.cities",
            "-0.1",
            "at least 0",
        ),
        (
            {"name": "x", "about": "", "phases": [{"takes": {"city": 1}}]},
            "phases.1.takes.city",
            "",
            "cities, transport",
        ),
        (
            {"name": "x", "about": "", "phases": [{"force": {"luftwaffe": {}}}]},
            "force.luftwaffe",
            "luftwaffe",
            "eighth_af",
        ),
        ({"name": "x", "about": "", "phases": [{"fly": "home"}]}, "phases.1.fly", "home", "as_recorded"),
        ({"name": "x", "about": "", "phases": [{"raid_t": "many"}]}, "phases.1.raid_t", "many", "a number"),
        (
            {"name": "x", "about": "", "phases": [{"bursts": {"days": 5, "every_days": 2}}]},
            "bursts",
            "5",
            "no longer than",
        ),
        ({"name": "x", "about": "", "phases": [{"budget": {"tons_t": "lots"}}]}, "budget.tons_t", "lots", "as_flown"),
        ({"name": "Big Plan", "about": "", "phases": [PHASE]}, "name", "Big Plan", "small letters"),
        ({"name": date(1944, 1, 1), "about": "", "phases": [PHASE]}, "name", "came 1944-01-01", "text in quotes"),
        ({"name": "x", "phases": [PHASE]}, "about", "", "missing"),
        (
            {"name": "x", "about": "", "phases": [{"first_date": date(1950, 1, 1)}]},
            "first_date",
            "1950-01-01",
            "a date of the campaign, 1944-04-01 to 1945-04-30",
        ),
        (
            {"name": "x", "about": "", "phases": [{"budget": {"by": date(1944, 3, 1)}}]},
            "budget.by",
            "1944-03-01",
            "a date of the campaign",
        ),
        (
            {"name": "x", "about": "", "phases": [{"first_date": date(1945, 3, 1), "budget": {}}]},
            "phases.1",
            "1945-02-28",
            "no earlier than first_date (1945-03-01)",
        ),
        ({"name": "x", "about": "", "phases": [{"raid_t": float("inf")}]}, "raid_t", "inf", "a finite number"),
        ({"name": "x", "about": "", "phases": [{"most_t": float("nan")}]}, "most_t", "nan", "a finite number"),
        ({"name": "x", "about": "", "phases": [{"raid_t": 1e300}]}, "raid_t", "1e+300", "at most 1000000000"),
        ({"name": "x", "about": "", "phases": [{"rest_d": 1e5}]}, "rest_d", "100000", "at most 1000"),
        ({"name": "x", "about": "", "phases": []}, "phases", "[]", "at least one"),
        ({"name": "x", "about": "", "phases": [{"raid_t": True}]}, "phases.1.raid_t", "True", "a number"),
        ({"name": "x", "about": "", "phases": [{"out_below": False}]}, "phases.1.out_below", "False", "a number"),
        ({"name": "x", "about": "", "phases": [{"rest_d": "2"}]}, "phases.1.rest_d", "'2'", "a number"),
        ({"name": "x", "about": "", "phases": [{"oil_share": {"visual": "1"}}]}, "oil_share.visual", "'1'", "a number"),
        ({"name": "x", "about": "", "phases": [{"budget": {"tons_t": True}}]}, "budget.tons_t", "True", "a number"),
        ({"name": "x", "about": "", "phases": [{"budget": {"even": 1}}]}, "budget.even", "1", "true or false"),
        ({"name": "x", "about": "", "phases": [{"targets": []}]}, "phases.1.targets", "[]", "at least one"),
        ({"name": "x", "about": "", "phases": [{"targets": ["a\x1b[2J"]}]}, "targets", "\\x1b", "control characters"),
        ({"name": "x", "about": "\x1b[2J", "phases": [PHASE]}, "about", "\\x1b", "control characters"),
        (
            {"name": "x", "about": "", "phases": [{"first_date": -806976000}]},
            "first_date",
            "-806976000",
            "a date such as 1944-10-01",
        ),
        (
            {"name": "x", "about": "", "phases": [{"first_date": "1944-10-01"}]},
            "first_date",
            "'1944-10-01'",
            "a date such as 1944-10-01",
        ),
        ({"name": "x", "about": "", "phases": [{"raid_t": 10**4000}]}, "raid_t", "1000000", "a number"),
    ],
)
def test_an_error_names_the_key_what_came_and_what_is_allowed(data, key, came, allowed):
    with pytest.raises(OilplanError) as error:
        plan_of(data, "mine.toml")
    said = str(error.value)
    assert said.startswith("mine.toml")
    assert key in said and came in said and allowed in said


def test_an_unknown_target_is_named_with_the_nearest(world, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\nabout = ""\n[[phases]]\ntargets = ["luena"]\n')
    with pytest.raises(OilplanError, match=r"'luena'.*leuna"):
        world.choice(str(path))


@pytest.mark.parametrize("text", ["name = ", "\x00"])
def test_what_is_no_toml_is_refused(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(OilplanError, match="not TOML"):
        read_plan(path)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("raid_t = " + "9" * 5000, "a number of too many digits"),
        ("x = " + "[" * 2000 + "]" * 2000, "nested too deeply"),
        ("x = " + "{a=" * 2000 + "1" + "}" * 2000, "nested too deeply"),
        ("x = " + "[" * 300 + "]" * 300, "x: is not a key"),
        ("about = '" + "x" * 2_000_000 + "'", "larger than 1,000,000 bytes"),
        ("a." * 200_000 + "a = 1", "line 3 has over 100 dots"),
        ("[" + "a." * 200_000 + "a]", "line 3 has over 100 dots"),
    ],
    ids=["digits", "lists", "tables", "deep", "large", "key", "heading"],
)
def test_a_hostile_file_gets_one_sentence(tmp_path, line, says):
    path = tmp_path / "mine.toml"
    path.write_text(f'name = "mine"\nabout = ""\n{line}\n[[phases]]\n' if line[:5] != "about" else line)
    with pytest.raises(OilplanError, match=says) as error:
        read_plan(path)
    assert len(str(error.value)) < 1000


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes and devices of POSIX")
def test_a_pipe_and_a_device_are_refused_for_they_may_have_no_end(tmp_path):
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "zeros.toml").symlink_to("/dev/zero")
    for name in ("pipe.toml", "zeros.toml"):
        with pytest.raises(OilplanError, match="cannot be read \\(not a plain file\\)"):
            read_plan(tmp_path / name)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(OilplanError, match="cannot be read"):
        read_plan(tmp_path / "none.toml")


def test_too_many_phases_are_refused(world, tmp_path):
    phases = "".join(f"[[phases]]\nfirst_date = 1944-{m:02d}-01\n" for m in range(4, 9))
    path = tmp_path / "long.toml"
    path.write_text(f'name = "long"\nabout = ""\n{phases}')
    with pytest.raises(OilplanError, match="at most 4"):
        world.choice(str(path))


BURSTS = """name = "mine"
about = ""
[[phases]]
first_date = 1944-07-10
targets = ["leuna", "ruhr"]
out_below = -1.0
rest_d = 0
bursts = { days = 3, every_days = 10 }
budget = { tons_t = 5000, by = 1944-12-31 }
"""


def test_all_fly_as_recorded_until_the_first_phase(world, fly, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(BURSTS)
    made, flown = fly("mine", chosen=world.choice(str(path), 30)), fly("as_flown", 30)
    np.testing.assert_array_equal(made.bombs_t[:100], flown.bombs_t[:100])
    np.testing.assert_array_equal(made.share[:100], flown.share[:100])
    days = np.flatnonzero(made.bombs_t[100:].any(axis=(1, 2, 3)))
    assert days.size and (days % 10 < 3).all(), "bursts are counted from the phase's date"
    spent, raid = made.bombs_t[100:].sum(axis=(0, 3)), world.pairing.facts.raids.largest_t
    assert (spent <= 5000 + raid).all() and spent.max() >= 4000, "and so is the budget, to within a raid"


def test_the_most_tons_allowed_are_no_limit(world, fly, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\nabout = ""\n[[phases]]\nraid_t = 1e9\nmost_t = 1e9\n')
    made = fly("mine", chosen=world.choice(str(path), 30)).bombs_t
    assert np.isfinite(made).all() and made[30:].sum() > 1000


def test_phases_take_over_on_their_dates(world, fly, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'name = "mine"\nabout = ""\n[[phases]]\ntargets = ["ruhr"]\n'
        '[[phases]]\nfirst_date = 1944-07-10\ntargets = ["leuna"]\n'
    )
    bombs = fly("mine", chosen=world.choice(str(path))).bombs_t.sum(axis=(1, 2))
    leuna = world.system.position("leuna")
    ruhr = np.array(world.system.regions) == "ruhr"
    assert bombs[:100, ruhr].sum() > 0 and not bombs[:100, ~ruhr].any()
    assert bombs[100:, leuna].sum() > 0 and not np.delete(bombs[100:], leuna, axis=1).any()
