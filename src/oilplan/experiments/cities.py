"""Cities and industry: what the record carries of the price of a city, and what it does not carry."""

from __future__ import annotations

import numpy as np

from ..record import Record
from ..units import t_from_short
from .outcomes import interval

NEEDS = (
    "undetermined: needs the loss of output by area attack alone, half-yearly, of the British Bombing Survey Unit, which"
    " is not in the record; the survey's 17 percent of 1944 is of all bombing"
)


def tons_per_city(record: Record) -> float:
    """Metric tons that a city of over 100,000 people took: bombs on 61 cities over their number.

    The record prints tons without saying which; short tons are taken [record: target_systems, bombs_on_61_cities].
    Raises KeyError without the row.
    """
    rows = {r["metric"]: r for r in record.rows("target_systems").values() if r["system"] == "city_area_offensive"}
    return t_from_short(rows["bombs_on_61_cities"]["value"]) / 61


def cities_spared(record: Record, city_bombs_not_dropped_t: np.ndarray) -> dict:
    """Cities' worth of bombs an arm did not drop on cities, and its effect on production, which is undetermined.

    city_bombs_not_dropped_t: [D] tons, negative where more were dropped
    """
    worth = city_bombs_not_dropped_t / tons_per_city(record)
    return {"cities_spared": interval(worth, "cities at the average weight of 61"), "production_kept": NEEDS}
