"""Ball bearings and cities: the same engine, the record's figures, and what the record cannot carry."""

from __future__ import annotations

import json

import numpy as np
import pytest

from oilplan.cli.main import run
from oilplan.directives.built_in import T_PER_CITY
from oilplan.studies.bearings import (
    AS_FLOWN,
    PRESSED,
    BearingUnknowns,
    bearing_outcomes,
    compare_bearings,
    draw_unknowns,
    flown,
    raid_days,
)
from oilplan.studies.outcomes import cities_spared, tons_per_city
from oilplan.units import DAYS_PER_MONTH


def known(**more) -> BearingUnknowns:
    base = {"schweinfurt": 0.5, "fall": 0.6, "recovery_months": 2.0, "stock_months": 9.0, "sweden": 0.1}
    return BearingUnknowns(**{k: np.array([v]) for k, v in {**base, **more}.items()})


def outcomes_of(name, record, u) -> dict[str, np.ndarray]:
    return bearing_outcomes(name, record, u, flown(name, u))


def test_a_raid_leaves_the_recorded_fall_and_is_over_in_the_recorded_time():
    share = flown(AS_FLOWN, known(recovery_months=1.5)).delivered.products[0, :, 0]
    first = raid_days(AS_FLOWN)[0]
    assert share[first - 1] == pytest.approx(1.0)
    assert share[first] == pytest.approx(1 - 0.5 * 0.6, abs=1e-3)
    back = first + round(1.5 * DAYS_PER_MONTH)
    assert share[back] == pytest.approx(1 - 0.5 * 0.05, abs=3e-3)


def test_pressing_costs_more_output_and_more_bombers(world):
    flown, pressed = (outcomes_of(name, world.record, known()) for name in (AS_FLOWN, PRESSED))
    assert pressed["output_lost"][0] > 1.5 * flown["output_lost"][0]
    assert pressed["bombers_missing"][0] == pytest.approx(len(raid_days(PRESSED)) * (36 + 60) / 2)


def test_a_thin_stock_and_a_slow_recovery_bring_a_standstill(world):
    frail = known(schweinfurt=0.9, fall=0.9, recovery_months=6.0, stock_months=1.0)
    assert outcomes_of(PRESSED, world.record, frail)["months_to_standstill"][0] < 4
    assert outcomes_of(PRESSED, world.record, known())["months_to_standstill"][0] == 14.0


def test_unknowns_span_the_records_conflicts(world):
    u = draw_unknowns(world.record, 400, 1)
    assert 0.42 <= u.schweinfurt.min() < 0.43 and 0.59 < u.schweinfurt.max() <= 0.6
    assert u.fall.min() >= 0.34 and u.fall.max() <= 0.67
    assert u.recovery_months.min() >= 1.5 and u.recovery_months.max() <= 3.0


def test_what_the_record_cannot_carry_is_undetermined(world):
    made = compare_bearings(world.record, [PRESSED, AS_FLOWN], draws=20, seed=1)
    assert made["base"] == AS_FLOWN
    assert all(text.startswith("needs ") for text in made["undetermined"].values())
    assert all(v == {"median": 0.0, "p05": 0.0, "p95": 0.0} for v in made["arms"][1]["difference"].values())


def test_a_citys_price_is_the_records(world):
    assert tons_per_city(world.record) == pytest.approx(543_054 * 0.90718474 / 61)
    told = cities_spared(world.record, np.full(5, 2 * tons_per_city(world.record)))
    assert told["cities_spared"]["median"] == 2.0
    assert told["production_kept"].startswith("undetermined: needs")
    assert round(tons_per_city(world.record)) == T_PER_CITY, "the price that the built-in directive is written with"


def test_the_command_compares_bearings_and_refuses_to_mix(capsys):
    assert run(["compare", PRESSED, AS_FLOWN, "--draws", "10", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["system"] == "ball_bearings"
    assert run(["compare", PRESSED, "portal"]) == 2
    assert "ball bearings" in capsys.readouterr().err
