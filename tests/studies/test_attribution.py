"""Where the fuel went: shares add up, a force that flew nothing gets nothing, and with every cause it is the replay."""

import json
from itertools import permutations
from xml.etree import ElementTree

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from oilplan.calibration.model import draw, median_parameters
from oilplan.cli.main import run
from oilplan.directives.forces import FORCES
from oilplan.flight.schedule import density_of_raids
from oilplan.flight.worlds import Draws
from oilplan.model.engines import run as run_days
from oilplan.model.law import DEFAULT_LAW, aviation_share
from oilplan.report.attribution_page import months_figure, said_loss, shares_figure
from oilplan.studies.attribution import (
    CAUSES,
    N_SETS,
    Ends,
    adding_to_one,
    divided,
    ends_of,
    output_of_sets,
    shapley_weights,
    summary,
)
from oilplan.studies.replay import AVIATION, SERIES, replay

DRAWS = 6
FIFTEENTH = FORCES.index("fifteenth_af")


@pytest.fixture(scope="module")
def made_t(record, system, schedule):
    drawn = draw(system, schedule, draws=DRAWS, seed=1944)
    return output_of_sets(system, schedule, ends_of(record, system, schedule), drawn)


@pytest.fixture(scope="module")
def numbers(made_t, system):
    return summary(made_t, system.window.months, {})


def test_the_output_with_every_cause_is_that_of_the_replay(record, system, schedule, made_t):
    flown = replay(record, system, schedule, draws=DRAWS, seed=1944)
    np.testing.assert_allclose(made_t[:, -1], flown.output_t[:, :, list(SERIES).index(AVIATION)], rtol=1e-4, atol=1.0)


def test_without_any_cause_everything_is_made(system, schedule, made_t):
    """Whole plants, fully supplied: April's total at each draw's capacity and product mix."""
    p = draw(system, schedule, draws=DRAWS, seed=1944).parameters
    days = np.bincount(system.window.month_of_day)
    other = np.asarray(p.other_aviation_t_per_month) / 30
    apart = system.output_t_per_day[:, 0].sum() + system.other_aviation_t_per_day - other
    whole = (np.asarray(p.capacity_scale) * apart + other)[:, None] * days * np.exp(np.asarray(p.aviation_mix_log))
    np.testing.assert_allclose(made_t[:, 0], whole, rtol=1e-3)


def test_shares_of_every_draw_add_up_to_its_loss(made_t):
    lost = made_t[:, 0].astype(float) - made_t[:, -1]
    np.testing.assert_allclose(divided(made_t.swapaxes(1, 2)).sum(axis=2), lost, atol=0.5)
    assert lost[:, 3].min() > 20_000


def test_shares_reported_add_to_one_and_lie_in_their_intervals(numbers):
    assert [(p["from"], p["to"]) for p in numbers["periods"]] == [("1944-05", "1944-09"), ("1944-10", "1945-03")]
    for period in numbers["periods"]:
        shares = period["shares"]
        assert tuple(shares) == CAUSES and period["draws_with_loss"] == DRAWS
        for statistic in ("median", "mean"):
            assert sum(s[statistic] for s in shares.values()) == pytest.approx(1.0, abs=1e-9)
        assert all(s["p05"] <= s["p95"] for s in shares.values())
        assert period["lost_t"]["p05"] <= period["lost_t"]["median"] <= period["lost_t"]["p95"]


def test_a_share_is_the_mean_over_every_order_in_which_causes_could_be_let_loose():
    loss = np.random.default_rng(3).random(2**4)
    loss[0] = 0.0
    orders = list(permutations(range(4)))
    expected = np.zeros(4)
    for order in orders:
        at = 0
        for cause in order:
            expected[cause] += (loss[at | 1 << cause] - loss[at]) / len(orders)
            at |= 1 << cause
    np.testing.assert_allclose(shapley_weights(4) @ loss, expected)


def test_causes_that_do_the_same_get_the_same_and_one_that_does_nothing_gets_nothing():
    sets = np.arange(8)
    loss = np.where(sets & 3, 10.0, 0.0)
    np.testing.assert_allclose(divided(100.0 - loss), [5.0, 5.0, 0.0], atol=1e-12)


def test_a_force_without_raids_gets_nothing(record, system, schedule):
    """Also where a plant was given up after the raids of others."""
    others = schedule.where(schedule.force != FIFTEENTH)
    drawn = draw(system, others, draws=2, seed=5)
    tons = divided(output_of_sets(system, others, ends_of(record, system, others), drawn).sum(axis=2))
    assert np.abs(tons[:, FIFTEENTH]).max() < 1.0 and tons[:, :FIFTEENTH].min() > 10_000


def test_works_given_up_go_to_the_forces_that_had_hit_them_and_none_to_the_ground(record, system, schedule):
    ends = ends_of(record, system, schedule)
    gelsenberg = system.position("gelsenberg")
    assert ends.given_up_day[gelsenberg] == 165 and ends.ground_day[gelsenberg] > 165
    assert ends.given_up_by[:, gelsenberg].tolist() == [True, True, False]
    np.testing.assert_array_equal(np.minimum(ends.ground_day, ends.given_up_day), system.overrun_day)


def test_two_plants_hit_by_one_force_each_are_that_force_s_loss(system, schedule):
    """Planted: average luck, no rail shortage, no ground lost; each plant by itself, walked day by day."""
    plants = ("leuna", "bruex")
    at = [system.position(p) for p in plants]
    small = system.subset(np.array(at))._replace(other_aviation_t_per_day=0.0)
    carried = np.zeros_like(small.rail.recorded_log)
    small = small._replace(rail=small.rail._replace(recorded_log=carried))
    raids = schedule.where(
        ((schedule.plant == at[0]) & (schedule.force == 1)) | ((schedule.plant == at[1]) & (schedule.force == 2))
    )
    raids = raids._replace(plant=np.searchsorted([*at], raids.plant), day_sd=np.zeros(raids.n_raids))
    never = np.full(2, small.n_days, float)
    p = median_parameters(small)
    drawn = Draws(
        jax.tree.map(lambda a: a[None], p), jnp.asarray(raids.log_sd / 2)[None], raids.day[None].astype(np.int32)
    )
    tons = divided(output_of_sets(small, raids, Ends(never, never, np.zeros((3, 2), bool)), drawn)[0].T)

    per_raid = density_of_raids(jnp.asarray(raids.log_sd / 2), raids, small, p)
    field = jnp.zeros((small.n_days, 2)).at[raids.day, raids.plant].add(per_raid)
    works = aviation_share(run_days(field, p, DEFAULT_LAW), p)
    lost = (
        np.asarray(p.capacity_scale)
        * (1.0 - np.asarray(works))
        * small.output_t_per_day[:, 0]
        * np.exp(np.asarray(p.aviation_mix_log))[small.window.month_of_day][:, None]
    )
    by_month = np.stack([np.bincount(small.window.month_of_day, lost[:, k]) for k in range(2)], axis=1)
    np.testing.assert_allclose(tons[:, 1:3], by_month, rtol=2e-3, atol=5.0)
    assert np.abs(np.delete(tons, [1, 2], axis=1)).max() < 1.0 and by_month.sum(axis=0).min() > 10_000


def test_the_part_that_hangs_on_rail_is_the_difference_that_rail_makes_to_what_raids_denied(made_t, numbers, system):
    here = made_t[:, :, 6:12].astype(float).sum(axis=2)
    raids, rail = 0b111, 0b1000
    denied = here[:, ~raids & 63] - here[:, 63]
    april = here[:, ~raids & ~rail & 63] - here[:, 63 & ~rail]
    stated = numbers["periods"][1]["oil_raids"]
    assert stated["denied_t"]["median"] == round(float(np.median(denied)))
    assert stated["hangs_on_rail_t"]["median"] == round(float(np.median(april - denied))) > 0


def test_nothing_lost_has_no_shares(system):
    nothing = summary(np.ones((3, N_SETS, len(system.window.months))), system.window.months, {})
    assert nothing["periods"][0]["shares"]["luck"]["median"] is None and nothing["periods"][0]["draws_with_loss"] == 0


def test_rounding_leaves_the_sum_at_one():
    assert adding_to_one(np.array([0.333333, 0.333333, 0.333333])).sum() == pytest.approx(1.0, abs=1e-12)


def test_the_figures_are_whole_and_say_every_share(numbers):
    for width in (760, 380):
        for drawing in (
            *(shares_figure(p, width) for p in numbers["periods"]),
            months_figure(numbers["months"], width),
        ):
            ElementTree.fromstring(drawing)
            assert "Bomber Command" in drawing and "nan" not in drawing


def test_the_command_prints_what_it_writes(tmp_path, capsys):
    out = tmp_path / "loss"
    assert run(["attribute", "--draws", "6", "--json", "--out", str(out)]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((out / "attribution.json").read_text())
    page = (out / "report.html").read_text()
    assert sorted(p.name for p in out.iterdir()) == [
        "attribution.json",
        "manifest.json",
        "report.html",
        "ro-crate-metadata.json",
    ]
    assert said_loss(printed["periods"][1]) in page and "Fifteenth Air Force" in page


def test_the_table_fits_a_terminal_and_misuse_is_one_sentence(capsys):
    assert run(["attribute", "--draws", "6"]) == 0
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 100 and "Rail and coal" in shown
    for words, said in (
        (["--draws", "0"], "--draws 0 is out of range"),
        (["--seed", "-1"], "--seed -1 is out of range"),
    ):
        assert run(["attribute", *words]) == 2
        assert said in capsys.readouterr().err
