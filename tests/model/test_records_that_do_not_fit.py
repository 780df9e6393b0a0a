"""A record that the model cannot work with is refused in a sentence; a plant without distances is measured."""

import csv

import numpy as np
import pytest

from oilplan.cli.main import run
from oilplan.directives.forces import OPERATIONS
from oilplan.errors import OilplanError
from oilplan.flight.weather_and_reach import distances_km
from oilplan.intelligence import repair_period_d
from oilplan.model.oil import oil_system
from oilplan.model.rail import rail_index
from oilplan.record import load_record
from oilplan.record.distances import BASES, distance_km
from oilplan.record.tables import column_names

DISTANCES = (*BASES, "dist_eastern_england_km")


@pytest.fixture
def overlay(tmp_path):
    def write(table, *rows):
        with (tmp_path / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, column_names(table))
            writer.writeheader()
            writer.writerows(rows)
        return tmp_path

    return write


def test_a_plant_with_a_position_and_no_distances_is_measured_from_it(record, overlay):
    leuna = record.rows("plants")["leuna"]
    mine = leuna | dict.fromkeys(DISTANCES) | {"row_id": "mine", "plant_id": "mine", "site_id": "mine"}
    mine |= {"eleven_set_A": None, "eleven_set_B": None}
    changed = load_record(overlay("plants", mine))
    system = oil_system(changed)
    away = distances_km(changed, system)
    assert away.shape == (len(OPERATIONS), system.n_plants) and np.isfinite(away).all()
    assert away[:, system.position("mine")] == pytest.approx(away[:, system.position("leuna")], abs=0.6)


def test_a_plant_without_a_position_has_none_in_the_system(record, overlay):
    """It once ended `oilplan run`: an array that held None."""
    mine = record.rows("plants")["leuna"] | dict.fromkeys((*DISTANCES, "latitude", "longitude"))
    mine |= {"row_id": "mine", "plant_id": "mine", "site_id": "mine", "eleven_set_A": None, "eleven_set_B": None}
    system = oil_system(load_record(overlay("plants", mine)))
    assert np.isnan(system.latitude[system.position("mine")]) and np.isfinite(system.latitude[system.position("leuna")])


def test_works_without_capacity_say_nothing_of_the_pace_of_repair(record, overlay, recwarn):
    folder = overlay("plants", record.rows("plants")["leuna"] | {"capacity_t_per_year": 0, "capacity_low": 0})
    changed = load_record(folder)
    assert np.isfinite(repair_period_d(changed, oil_system(changed))) and not list(recwarn)


def test_every_printed_distance_is_the_one_its_position_gives(record):
    placed = [
        r for r in record.rows("plants").values() if r["latitude"] is not None and r["dist_foggia_km"] is not None
    ]
    assert len(placed) > 100
    for row in placed:
        for base in BASES:
            assert distance_km(row | {base: None}, base) == pytest.approx(row[base], abs=1.0), (row["plant_id"], base)


def test_a_plant_without_position_and_distance_is_named(record):
    row = record.rows("plants")["leuna"] | dict.fromkeys(("latitude", "dist_foggia_km"))
    with pytest.raises(OilplanError, match="'leuna' has neither dist_foggia_km nor a position"):
        distance_km(row, "dist_foggia_km")


def hundredth(record, *quantities):
    rows = record.rows("output")
    return [
        rows[f"1944-04_{q}"] | {"value": rows[f"1944-04_{q}"]["value"] / 100, "low": None, "high": None}
        for q in quantities
    ]


def test_an_april_of_less_aviation_gasoline_than_the_fixed_works_make_is_refused(record, overlay):
    """It once made yields negative, and output rose under attack."""
    folder = overlay("output", *hundredth(record, "aviation_gasoline"))
    with pytest.raises(OilplanError, match=r"April 1944 has 1,750 t of aviation gasoline, but .* alone make"):
        oil_system(load_record(folder))


@pytest.mark.parametrize("product", ["motor_gasoline", "diesel"])
def test_an_april_of_less_motor_fuel_than_fischer_tropsch_makes_is_refused(record, overlay, product):
    with pytest.raises(OilplanError, match=f"t of {product}, but the Fischer-Tropsch and benzol works alone make"):
        oil_system(load_record(overlay("output", *hundredth(record, product))))


def test_a_command_says_it_and_exits_2(capsys, record, overlay):
    folder = overlay("output", *hundredth(record, "aviation_gasoline", "hydrogenation", "motor_gasoline", "diesel"))
    assert run(["run", "--draws", "2", "--record", str(folder)]) == 2
    said = capsys.readouterr().err
    assert "aviation gasoline" in said and "internal fault" not in said


@pytest.mark.parametrize(
    ("table", "row_id", "changes", "says"),
    [
        ("output", "1944-04_benzol", {"value": None, "note": "not read"}, "no figure of benzol for 1944-04"),
        ("output", "1944-04_benzol", {"period": "1944-05"}, "no figure of benzol for 1944-04"),
    ],
)
def test_a_figure_that_the_model_needs_is_named(record, overlay, table, row_id, changes, says):
    with pytest.raises(OilplanError, match=says):
        oil_system(load_record(overlay(table, record.rows(table)[row_id] | changes)))


def test_cars_that_no_april_gives_are_named(record, overlay):
    rows = record.rows("railway").values()
    april = next(
        r for r in rows if (r["area"], r["quantity"], r["period"]) == ("reich", "freight_car_placings", "1944-04")
    )
    with pytest.raises(OilplanError, match="freight_car_placings of reich has no figure above 0 for 1944-04"):
        rail_index(load_record(overlay("railway", april | {"value": 0})))


def test_a_later_row_that_differs_stands_beside_the_first(record, overlay):
    row = record.rows("output")["1944-04_benzol"] | {"row_id": "mine", "value": 1.0, "low": None, "high": None}
    beside = oil_system(load_record(overlay("output", row | {"source_keys": "levine1992"})))
    assert (beside.output_t_per_day == oil_system(record).output_t_per_day).all()
