"""What the forces can do on a day: tons, sighting, reach. A directive sees this and its beliefs, nothing else.

Axes: T days, D draws, F operations, P plants, M months, C classes of target.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from ..directives.forces import BOMBER_COMMAND, FORCE_OF, N_OPERATIONS, OPERATIONS
from ..model.density import LEUNA_CAPACITY_T_PER_YEAR, SMALLEST_SIZE_T_PER_YEAR
from ..model.target import TargetSystem
from ..record import Record, effort
from ..units import t_from_long
from .losses import MissingRates, missing_rates
from .operations_priors import machine_facts
from .raid_record import RaidFacts, raid_facts, raids_of
from .reach import reach
from .schedule import Schedule
from .weather import Climate, Weather, climate

DAY_SHARE_OF_BOMBER_COMMAND = 36 / 74
"""Of its oil operations of January to April 1945, 36 of 74 were by day [record: forces]; its tons are split so
from its first day raid on Germany."""
LIFT_OVER_MEAN = 3.0
"""Most an American force lifts in a day over its month's mean day of operations; judgement."""


class ForceFacts(NamedTuple):
    """What is known of the forces before any draw. NumPy.

    month_t: [M, F] tons of a month; lift_t: [T, F] most tons of one day; mix: [M, F, C] what history spent them on
    reach: [T, F, P] bool; climate: chances of weather; missing: aircraft lost per ton; month: [T] index of the month
    raids: ranges and orders of the record's raids; later_d: [T, F] days of operations expected later in the month
    """

    month_t: np.ndarray
    lift_t: np.ndarray
    mix: np.ndarray
    reach: np.ndarray
    climate: Climate
    missing: MissingRates
    month: np.ndarray
    raids: RaidFacts
    later_d: np.ndarray


def force_facts(record: Record, system: TargetSystem, flown: Schedule) -> ForceFacts:
    """Facts of the four operations from the record. Raises KeyError where the record lacks a month."""
    conditions = climate(record, system, flown)
    month = system.window.month_of_day
    shares = _shares_of_force(conditions, month, system.window.days_in_month)
    month_t = effort.monthly_tons(record, system.window)[:, FORCE_OF] * shares
    flying_days = np.zeros_like(month_t)
    np.add.at(flying_days, month, conditions.usual)
    mean_day_t = np.divide(month_t, flying_days, out=np.zeros_like(month_t), where=flying_days > 0)
    lift_t = LIFT_OVER_MEAN * mean_day_t[month]
    lift_t[:, BOMBER_COMMAND] = _bomb_lift_t(record) * shares[month][:, BOMBER_COMMAND]
    within = reach(record, system)
    return ForceFacts(
        month_t,
        lift_t,
        effort.mix(record, system.window)[:, FORCE_OF],
        within,
        conditions,
        missing_rates(record, system),
        month,
        raid_facts(raids_of(flown, system, within), system, conditions.usual),
        _days_still_expected(conditions.usual, month),
    )


def _shares_of_force(c: Climate, month: np.ndarray, days_in_month: np.ndarray) -> np.ndarray:
    """[M, F] how a force's tons are split between night and day; a month with no day operation is all night's."""
    shares = np.ones((month.max() + 1, N_OPERATIONS))
    night, day = (i for i, op in enumerate(OPERATIONS) if op.force == "bomber_command")
    days = np.bincount(month, weights=c.usual[:, day] > 0)
    shares[:, day] = DAY_SHARE_OF_BOMBER_COMMAND * days / days_in_month
    shares[:, night] = 1.0 - shares[:, day]
    return shares


def _bomb_lift_t(record: Record) -> float:
    """Bomber Command's daily average bomb lift at short range, November 1944; night and day share it like the tons."""
    rows = [r for r in record.rows("forces").values() if r["quantity"] == "daily_average_bomb_lift"]
    return t_from_long(max(r["value"] for r in rows))


def daily_tons(facts: ForceFacts, weather: Weather) -> Array:
    """[T, D, F] tons each operation can drop on each day.

        tons = operable * min(lift, left of the month / days of operations still expected)

    A planner's pace: it uses what is left, never what the sky will bring. No month's tons are exceeded; tons left over
    by bad weather at the month's end are not flown.
    """
    usual = jnp.asarray(facts.climate.usual, jnp.float32)
    still = jnp.asarray(facts.later_d, jnp.float32)
    first = jnp.asarray(np.concatenate([[1], np.diff(facts.month)]) != 0)
    month_t = jnp.asarray(facts.month_t, jnp.float32)

    def day(left, inputs):
        new, m, usual_today, later, lift, operable = inputs
        left = jnp.where(new, month_t[m], left)
        tons = operable * jnp.minimum(lift, left / (1.0 + later)) * (usual_today > 0)
        return left - tons, tons

    start = jnp.zeros(weather.operable.shape[1:], jnp.float32)
    inputs = (first, jnp.asarray(facts.month), usual, still, jnp.asarray(facts.lift_t, jnp.float32), weather.operable)
    _, tons = jax.lax.scan(day, start, inputs)
    return tons


def _days_still_expected(usual: np.ndarray, month: np.ndarray) -> np.ndarray:
    """[T, F] days of operations expected after today within the month."""
    later = np.zeros_like(usual)
    for t in range(len(month) - 2, -1, -1):
        if month[t + 1] == month[t]:
            later[t] = later[t + 1] + usual[t + 1]
    return later


# The same for the loop of a campaign.

USUAL_HITS = {"usual_visual": 0.268, "usual_instrument": 0.054, "usual_bomber": 0.158}
"""Shares of tons inside the fence as the survey counted them [record: target_systems, hits_in_plant_*]; planners of
1944 had their own, of the same order."""
USUAL_SIZE_EXPONENT = 0.6


def never_changing(facts: ForceFacts, system: TargetSystem) -> dict:
    """Facts of plants and forces that never change."""
    capacity = np.asarray(system.capacity_t_per_year, np.float32)
    output = np.asarray(system.all_products_t_per_day, np.float32)
    smallest = np.maximum(capacity, SMALLEST_SIZE_T_PER_YEAR) / LEUNA_CAPACITY_T_PER_YEAR
    return {
        "capacity": capacity,
        "output_t": output,
        "weight": output / np.sum(output),
        "bomber_command": BOMBER_COMMAND,
        "usual_size": smallest**USUAL_SIZE_EXPONENT,
        **USUAL_HITS,
        "neighbours": system.neighbours,
        "usual_raid_t": np.asarray(facts.raids.usual_t, np.float32),
        "most_day_t": np.asarray(facts.raids.most_day_t, np.float32),
        "class_of": facts.raids.class_of,
        "in_kind": facts.raids.in_kind,
        "group": facts.raids.group,
        "worth": _worth(system),
        "in_class": np.eye(len(facts.raids.classes), dtype=np.float32)[facts.raids.class_of],
        **machine_facts(facts.raids),
    }


def _worth(system: TargetSystem) -> np.ndarray:
    """[P] below 1: what the lists ranked works by, gasoline at full working ("special emphasis on petrol (gasoline)"
    [record: directives, D03]; Pölitz for "its special equipment for producing aviation fuel" [ehlers2009, of the first list,
    July 1944]); all products where none is gasoline.
    """
    made = system.output_t_per_day[:, [name.endswith("gasoline") for name in system.products]].sum(axis=1)
    output = np.asarray(made if made.any() else system.all_products_t_per_day, np.float32)
    return output / (np.max(output) + 1.0)


def every_day_of(facts: ForceFacts, system: TargetSystem) -> dict:
    """What changes from day to day and is the same in every draw."""

    def of(a) -> np.ndarray:
        return np.asarray(a, np.float32)

    return {
        "day": np.arange(system.n_days, dtype=np.int32),
        "month": np.asarray(facts.month, np.int32),
        "standing": of(system.standing),
        "cars_log": of(system.rail.recorded_log),
        "transport_t": of(system.rail.transport_t),
        "reach": of(facts.reach),
        "mix": of(facts.mix)[facts.month],
        "month_t": of(facts.month_t)[facts.month],
        "usual": of(facts.climate.usual),
        "lift_t": of(facts.lift_t),
        "later_d": of(facts.later_d),
        "ordered_t": of(facts.raids.ordered_t),
        "raids": of(facts.raids.number),
        "missing_per_t": of(facts.missing.per_t)[facts.month],
        "missing_log_sd": of(facts.missing.log_sd)[facts.month],
    }
