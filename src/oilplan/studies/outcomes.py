"""What an arm came to: fuel denied, stock, cost, and what was left undone elsewhere.

Axes: D draws, M months, F operations.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..clock import MONTHS, month_of_day
from ..directives.forces import CITIES, FORCE_OF, TRANSPORT
from ..directives.policy import GIVEN_UP
from ..flight.arm_run import ArmRun
from ..flight.campaign import Choice
from ..flight.force_facts import ForceFacts
from ..model.law import AVIATION
from ..model.stocks import use_as_flown_t
from ..record import Record
from ..units import t_from_short

QUANTILES = (0.05, 0.5, 0.95)
LEAST_DENIED_T = 1000.0
"""Costs per 1,000 t denied are stated only for draws that denied at least this much."""
UNITS = {
    "aviation_gasoline_denied": "t",
    "motor_fuel_denied": "t",
    "stock_below_a_months_need": "month (1 = April 1944, 14 = not by April 1945)",
    "bombs_on_oil": "t",
    "bombs_per_1000_t_denied": "t",
    "aircraft_missing_on_oil": "aircraft",
    "aircraft_missing_per_1000_t_denied": "aircraft",
    "city_bombs_not_dropped": "t",
    "transport_bombs_not_dropped": "t",
}
MEANINGS = {
    "aviation_gasoline_denied": "output had no raid been flown on oil from the first day, less output of the arm",
    "motor_fuel_denied": "the same for motor gasoline and diesel of all works and Romanian imports",
    "stock_below_a_months_need": "first month at whose end the aviation stock, consumed as recalled, is under its use",
    "bombs_on_oil": "from the first day",
    "bombs_per_1000_t_denied": "tons of bombs per 1,000 t of aviation gasoline and motor fuel denied",
    "aircraft_missing_on_oil": "from the first day, by the missing rates of the record",
    "aircraft_missing_per_1000_t_denied": "aircraft per 1,000 t of aviation gasoline and motor fuel denied",
    "city_bombs_not_dropped": "tons that fell on cities as flown and do not in the arm (negative: more)",
    "transport_bombs_not_dropped": "tons that fell on railways and canals as flown and do not in the arm",
}
UNDETERMINED = {
    "motor_fuel_stock_below_a_months_need": "needs monthly consumption and stocks of motor gasoline and diesel, which"
    " are missing from the record",
    "effect_of_city_bombs_not_dropped": "needs the loss of output by area attack alone, half-yearly, of the British"
    " Bombing Survey Unit, which is not in the record",
}  # fmt: skip


class Measure(NamedTuple):
    """What outcomes are measured against. spared: the arm with no raids; flown: the raids as flown; first_day: day
    number use_t: [M] aviation gasoline consumed, recalled; facts: of the forces
    """

    spared: ArmRun
    flown: ArmRun
    first_day: int
    use_t: np.ndarray
    facts: ForceFacts


def monthly_use_t(record: Record) -> np.ndarray:
    """[M] aviation gasoline consumed a month, recalled to December 1944 and held from then on."""
    return np.bincount(month_of_day(), weights=use_as_flown_t(record))


def outcomes(run: ArmRun, choice: Choice, against: Measure) -> dict[str, np.ndarray]:
    """[D] of every outcome of `UNITS`; NaN where it has no value.

    Only what differs from the same history before the first day counts: sums over whole months cancel before it.
    """
    denied = (against.spared.products_t - run.products_t).sum(axis=1, dtype=np.float64)
    motor = denied[:, AVIATION + 1 :].sum(axis=1)
    bombs = (run.bombs_t - against.spared.bombs_t).sum(axis=(1, 2), dtype=np.float64)
    missing = (run.missing - against.spared.missing).sum(axis=(1, 2), dtype=np.float64)
    total = denied[:, AVIATION] + motor
    per = np.where(total >= LEAST_DENIED_T, 1000.0 / np.maximum(total, LEAST_DENIED_T), np.nan)
    undone = left_undone(run, choice, against)
    return {
        "aviation_gasoline_denied": denied[:, AVIATION],
        "motor_fuel_denied": motor,
        "stock_below_a_months_need": month_below(run.stock_t, against.use_t),
        "bombs_on_oil": bombs,
        "bombs_per_1000_t_denied": bombs * per,
        "aircraft_missing_on_oil": missing,
        "aircraft_missing_per_1000_t_denied": missing * per,
        "city_bombs_not_dropped": undone[:, GIVEN_UP.index(CITIES)],
        "transport_bombs_not_dropped": undone[:, GIVEN_UP.index(TRANSPORT)],
    }  # fmt: skip


def month_below(stock_t: np.ndarray, use_t: np.ndarray) -> np.ndarray:
    """[D] number of the first month at whose end the stock is under that month's use: 1 for April 1944, 14 for none."""
    below = stock_t < use_t
    return np.where(below.any(axis=1), below.argmax(axis=1) + 1.0, len(MONTHS) + 1.0)


def left_undone(run: ArmRun, choice: Choice, against: Measure) -> np.ndarray:
    """[D, C] tons of cities, transport and other targets not dropped because oil had them.

    An operation's tons on oil above (or below) those flown are taken from (or given to) the classes that the directive
    gives up, in proportion to what history spent on them that month; to cities where it gives up none.
    """
    extra = (run.bombs_t - against.flown.bombs_t).astype(np.float64)
    mix = against.facts.mix[:, :, list(GIVEN_UP)]
    weight = mix * taken(choice, against.facts.month)
    total = weight.sum(axis=2, keepdims=True)
    cities = np.eye(len(GIVEN_UP))[GIVEN_UP.index(CITIES)]
    weight = np.where(total > 0, weight / np.maximum(total, 1e-12), cities)
    return np.einsum("dmf,mfc->dc", extra, weight)


def taken(choice: Choice, month: np.ndarray) -> np.ndarray:
    """[M, F, C] share of each class that the directive's table gives up in the middle of each month."""
    first = np.asarray(choice.policy.first_day)
    middle = [np.flatnonzero(month == m).mean() for m in range(len(MONTHS))]
    phases = np.array([max((first <= day).sum() - 1, 0) for day in middle])
    takes = np.asarray(choice.policy.takes)[phases]
    planned = 1.0 - np.asarray(choice.policy.as_recorded)[phases][:, FORCE_OF]
    return takes * planned[:, :, None]


def interval(values: np.ndarray, unit: str | None = None) -> dict:
    """{median, p05, p95} of the draws that have a value, and the unit; None for all three where none has."""
    known = values[np.isfinite(values)]
    low, median, high = np.quantile(known, QUANTILES) if known.size else (None, None, None)
    numbers = {"median": median, "p05": low, "p95": high}
    rounded = {k: None if v is None else round(float(v), 3) for k, v in numbers.items()}
    return rounded if unit is None else {**rounded, "unit": unit}


# Cities and industry: what the record carries of the price of a city, and what it does not carry.

NEEDS = (
    "undetermined: needs the loss of output by area attack alone, half-yearly, of the British Bombing Survey Unit, which"
    " is not in the record; the survey's 17 percent of 1944 is of all bombing"
)


def tons_per_city(record: Record) -> float:
    """Metric tons that a city of over 100,000 people took: bombs on 61 cities over their number.

    The record prints tons without saying which; short tons are taken [record: target_systems, bombs_on_61_cities].
    Raises KeyError without the row.
    """
    rows = {r["quantity"]: r for r in record.rows("target_systems").values() if r["system"] == "city_area_offensive"}
    return t_from_short(rows["bombs_on_61_cities"]["value"]) / 61


def cities_spared(record: Record, city_bombs_not_dropped_t: np.ndarray) -> dict:
    """Cities' worth of bombs an arm did not drop on cities, and its effect on production, which is undetermined.

    city_bombs_not_dropped_t: [D] tons, negative where more were dropped
    """
    worth = city_bombs_not_dropped_t / tons_per_city(record)
    return {"cities_spared": interval(worth, "cities at the average weight of 61"), "production_kept": NEEDS}
