"""Ball bearings as a folder keep the record's figures; links carry a loss to whoever hangs on it; measures of resilience."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from oilplan.model.resilience import resilience
from oilplan.model.target import Link, fed, in_order
from oilplan.systems.courses import course
from oilplan.systems.flight import Flyer, Worlds, worlds
from oilplan.systems.folder import open_folder, shipped
from oilplan.systems.runs import compare_systems_arms, level, outcomes
from oilplan.systems.unknowns import moving
from oilplan.units import DAYS_PER_MONTH

BEARINGS = "ball_bearings_1943_44"
SCHWEINFURT = 0


@pytest.fixture(scope="module")
def bearings(record):
    return open_folder(BEARINGS, record)


def flown(system, arm="as_given", **known):
    """A course in one draw with these unknowns."""
    flyer = Flyer(system, Worlds(np.zeros((1, len(moving(system.unknowns)))), {}, 1, None))
    flyer.values |= {name: np.array([v]) for name, v in known.items()}
    of = course(system, arm)
    return of, flyer.fly(of), flyer


def test_a_raid_leaves_the_recorded_fall_and_is_over_in_the_recorded_time(bearings):
    of, made, _ = flown(bearings, schweinfurt=0.5, fall=0.6, recovery_months=1.5)
    share, first = made.share[0, :, SCHWEINFURT], bearings.window.day_of("1943-08-17")
    assert share[first - 1] == pytest.approx(1.0) and share[first] == pytest.approx(0.4, abs=1e-3)
    assert share[first + round(1.5 * DAYS_PER_MONTH)] == pytest.approx(0.95, abs=5e-3)
    assert len(of.strikes) == 3
    german = 0.5 * (1 - bearings.unknowns["sweden"].low)
    lost = 1.0 - made.products[0, first, 0] / made.full[0, 0]
    assert lost == pytest.approx(german * 0.6, abs=1e-3), "only Schweinfurt's part of supply is hit"


def test_unknowns_span_the_records_conflicts(bearings, record):
    drawn = Flyer(bearings, worlds(bearings, draws=400, seed=1)).values
    assert 0.42 <= drawn["schweinfurt"].min() < 0.43 and 0.59 < drawn["schweinfurt"].max() <= 0.6
    assert drawn["fall"].min() >= 0.34 and drawn["fall"].max() <= 0.67
    assert drawn["recovery_months"].min() >= 1.5 and drawn["recovery_months"].max() <= 3.0
    assert set(np.unique(drawn["sweden"])) == {0.1}
    assert "2 of the 12 figures of the record drawn on are" in bearings.rests_on


def test_another_record_gives_other_unknowns(record):
    class Moved:
        sources = record.sources

        def rows(self, name):
            rows = record.rows(name)
            key = "ball_bearings_schweinfurt_share_of_german_output_1943_c"
            return rows | {key: dict(rows[key], value=80)} if name == "target_systems" else rows

    assert open_folder(BEARINGS, Moved()).unknowns["schweinfurt"].high == pytest.approx(0.8)


def test_pressing_costs_more_output_and_more_bombers_and_a_thin_pipeline_runs_dry(bearings):
    known = {"schweinfurt": 0.5, "fall": 0.6, "recovery_months": 2.0, "pipeline_months": 9.0, "missing_a_raid": 48.0}
    given, pressed = (outcomes(bearings, *flown(bearings, arm, **known)) for arm in ("as_given", "pressed"))
    loss = "ball_bearings.loss_integral_d"
    assert pressed[loss][0] > 1.5 * given[loss][0]
    assert (given["eighth_af.lost"][0], pressed["eighth_af.lost"][0]) == (3 * 48.0, 7 * 48.0)
    assert pressed["pipeline.days_short"][0] == 0
    thin = outcomes(
        bearings, *flown(bearings, "pressed", schweinfurt=0.9, fall=0.9, recovery_months=6.0, pipeline_months=1.0)
    )
    assert thin["pipeline.days_short"][0] > 0


def test_a_base_differs_from_itself_by_nothing_and_arms_share_their_draws(bearings):
    made = compare_systems_arms(bearings, ["pressed"], draws=20, seed=1).summary
    base = next(a for a in made["arms"] if a["name"] == made["base"] == "as_given")
    assert all(v["median"] in (0.0, None) and v["p95"] in (0.0, None) for v in base["difference"].values())
    again = compare_systems_arms(bearings, ["pressed", "nothing"], draws=20, seed=1).summary
    assert [a["outcomes"] for a in again["arms"][:2]] == [a["outcomes"] for a in made["arms"]]


def test_three_systems_are_shipped_and_each_opens(record):
    assert shipped() == ["ball_bearings_1943_44", "oil_1944_45", "town_utilities"]
    for name in shipped():
        assert open_folder(name, record)


# Links.

IDS = ("power", "pump", "works")
LINKS = (
    Link("power", "pump", "current", 0.5),
    Link("pump", "works", "water", 1.0),
    Link("power", "works", "current", 0.2),
)


def test_a_plant_works_no_more_than_its_scarcest_input_allows():
    own = jnp.array([[0.4, 1.0, 1.0], [0.4, 1.0, 0.3], [1.0, 0.6, 0.9], [1.0, 1.0, 1.0]])
    got = np.asarray(fed(own, IDS, LINKS))
    np.testing.assert_allclose(got, [[0.4, 0.7, 0.7], [0.4, 0.7, 0.3], [1.0, 0.6, 0.6], [1.0, 1.0, 1.0]], atol=1e-6)
    np.testing.assert_array_equal(fed(own, IDS, ()), own)


def test_two_givers_of_one_product_add_up():
    links = (Link("power", "works", "current", 0.6), Link("pump", "works", "current", 0.4))
    got = fed(jnp.array([[0.5, 0.0, 1.0]]), IDS, links)
    assert float(got[0, 2]) == pytest.approx(1.0 - 0.3 - 0.4)


def test_order_does_not_follow_the_file_and_a_circle_is_named():
    assert in_order(("works", "pump", "power"), LINKS).index("power") == 0
    with pytest.raises(ValueError, match="->"):
        in_order(IDS, (*LINKS, Link("works", "power", "coal", 0.1)))


def test_cutting_a_link_spares_whoever_hung_on_it(record):
    town = open_folder("town_utilities", record)
    flyer = Flyer(town, worlds(town, draws=8, seed=3))
    given, own_sets = (level(flyer.fly(course(town, arm)), town, "water") for arm in ("as_given", "own_sets"))
    gale = town.window.day_of("1954-01-09")
    assert (own_sets >= given - 1e-6).all() and (own_sets[:, gale] > given[:, gale] + 0.05).any()
    power = [level(flyer.fly(course(town, arm)), town, "power") for arm in ("as_given", "own_sets")]
    np.testing.assert_array_equal(*power)


# Resilience.


def test_measures_of_a_curve_drawn_by_hand():
    curve = np.array([[1.0, 0.4, 0.6, 0.8, 0.95, 1.0, 1.0, 1.0]])
    made = resilience(curve)
    assert made.robustness[0] == pytest.approx(0.4)
    assert made.loss_integral_d[0] == pytest.approx(0.6 + 0.4 + 0.2 + 0.05)
    assert made.time_to_90_d[0] == 3
    assert made.rapidity_per_d[0] == pytest.approx((0.95 - 0.4) / 3)
    assert made.recovered[0] == 1
    twice = resilience(np.repeat(curve, 2, axis=1), 0.5)
    assert twice.loss_integral_d[0] == pytest.approx(made.loss_integral_d[0]) and twice.time_to_90_d[
        0
    ] == pytest.approx(3)


def test_what_never_recovers_and_what_is_never_hurt():
    made = resilience(np.array([[1.0, 0.5, 0.6, 0.7], [1.0, 1.2, 0.95, 1.0]]))
    assert made.recovered.tolist() == [0, 1] and made.time_to_90_d.tolist() == [3, 0]
    assert made.rapidity_per_d[0] == pytest.approx(0.1) and np.isnan(made.rapidity_per_d[1])
    assert made.loss_integral_d[1] == pytest.approx(0.05), "more than normal makes up for no loss"
    rounded = resilience(np.full((1, 365), 1.0 - 1e-6))
    assert rounded.loss_integral_d[0] == 0 and rounded.robustness[0] == 1, "rounding of 32 bits is no loss"


# Oil as tables of one's own.


def test_the_oil_system_as_plain_tables_has_the_records_plants_raids_and_chemistry_and_runs_near_them(tmp_path, record):
    from oilplan.model.oil import oil_system
    from oilplan.systems.oil_tables import write_oil_tables
    from oilplan.systems.runs import run_system

    write_oil_tables(record, tmp_path)
    oil = open_folder(tmp_path, record)
    known = oil_system(record)
    made = run_system(oil, draws=24, seed=1).summary
    rows = {r["row_id"]: r for r in made["series"]}
    assert len(oil.strikes) > 700 and set(oil.plant_ids) - {"other_works", "small_works"} <= set(known.plant_ids)
    whole = sum(p["aviation_gasoline"] or 0 for p in oil.plants) * 30
    assert whole == pytest.approx(175_000, rel=1e-3), "April's recorded output, plant by plant"
    nitrogen = next(p for p in made["products"] if p["id"] == "nitrogen")
    assert 74_000 < 30 * nitrogen["full_per_day"][1] < 81_000
    assert rows["of_1944_12_nitrogen_synthetic"]["recorded"] == 20_000
    months = [r for r in made["series"] if r["product"] == "aviation_gasoline" and len(r["period"]) == 7]
    assert len(months) >= 11 and sum(r["inside"] for r in months) >= 9
    assert {"leuna", "ludwigshafen_oppau", "other_works"} == {p["plant_id"] for p in oil.plants if p["nitrogen"]}
