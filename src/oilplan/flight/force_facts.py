"""What the forces can do on a day, and at what loss: tons, sighting, reach. A directive sees this and its beliefs, nothing else.

Axes: T days, D draws, F operations, P plants, M months, C classes of target.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from ..clock import Window
from ..directives.forces import BOMBER_COMMAND, FORCE_OF, FORCES, N_OPERATIONS, OPERATIONS
from ..model.density import LEUNA_CAPACITY_T_PER_YEAR, SMALLEST_SIZE_T_PER_YEAR
from ..model.target import TargetSystem
from ..record import Record, effort
from ..record.effort import monthly_tons
from ..units import t_from_long, t_from_short
from .recorded_operations import RaidFacts, machine_facts, raid_facts, raids_of
from .schedule import Schedule
from .weather_and_reach import Climate, Weather, climate, reach

# Aircraft missing per ton dropped, by operation, month and target region, with intervals.
#
# Bomber Command: despatched and missing of single raids and groups of raids [record: raid_losses], per sortie, turned
# into tons by the load of its oil sorties. Eighth and Fifteenth: monthly losses of heavy bombers over monthly tons
# [record: forces]; these count accidents and aircraft written off, so they overstate losses over the target.
# Ploesti has its own figure. Rates are of all targets where none of oil is recorded.

NEAR_REGIONS = ("ruhr", "rhineland", "northwest")
PERIODS = (("1944-04", "1944-08"), ("1944-09", "1944-12"), ("1945-01", "1945-04"))
"""First and last month: spring and summer 1944 (night fighters at their strongest), autumn, 1945."""
PRIOR_SORTIES = 200.0
"""Sorties' worth of the force's mean that a cell of few sorties is drawn towards; judgement."""
AMERICAN_LOG_SD = 0.25
"""American rates: all targets, with accidents; oil was better defended than most. Judgement."""
OVERDISPERSION_LOG_SD = 0.3
"""Spread of the rate between raids of one cell beyond counting: single nights of June 1944 lost 6 to 28 percent
[record: raid_losses]."""


class MissingRates(NamedTuple):
    """per_t: [M, F, P] aircraft missing per metric ton; log_sd: [M, F, P] sd of its logarithm."""

    per_t: np.ndarray
    log_sd: np.ndarray


def missing_rates(record: Record, system: TargetSystem) -> MissingRates:
    """Missing rates of every month, operation and plant. Raises KeyError when a force has no losses on record."""
    window = system.window
    per_t = np.zeros((window.n_months, N_OPERATIONS, system.n_plants))
    log_sd = np.full_like(per_t, AMERICAN_LOG_SD)
    near = np.isin(system.regions, NEAR_REGIONS)
    for f, operation in enumerate(OPERATIONS):
        if operation.force == "bomber_command":
            per_t[:, f], log_sd[:, f] = _bomber_command(record, operation.night, near, window)
        else:
            per_t[:, f] = _american(record, operation.force, window)[:, None]
    ploesti = np.array(system.regions) == "romania"
    per_t[:, OPERATIONS.index(_operation("fifteenth_af")), ploesti] = _ploesti(record)
    return MissingRates(per_t, log_sd)


def _operation(force: str):
    return next(op for op in OPERATIONS if op.force == force)


def _bomber_command(record: Record, night: bool, near: np.ndarray, window: Window) -> tuple[np.ndarray, np.ndarray]:
    """[M, P] missing per ton and sd of its log, drawn towards the mean of the period, and that towards all raids."""
    raids = [
        r
        for r in record.rows("raid_losses").values()
        if r["force"] == "bomber_command" and r["scope"] == "one raid" and r["sent"] and r["missing"] is not None
    ]
    close = {row["plant_id"]: row["region"] in NEAR_REGIONS for row in record.rows("plants").values()}
    whole = [(r["sent"], r["missing"]) for r in raids if bool(r["night"]) == night]
    load_t = _load_t(record)
    per_t, log_sd = np.zeros((2, window.n_months, near.size))
    for first, last in PERIODS:
        months = [m for m, month in enumerate(window.months) if first <= month <= last]
        inside = [r for r in raids if first <= r["period"][:7] <= last and bool(r["night"]) == night]
        broad = _towards(_ratio(whole), [(r["sent"], r["missing"]) for r in inside])
        for side in (True, False):
            cell = [(r["sent"], r["missing"]) for r in inside if close.get(r["plant_id"], True) == side]
            rate = _towards(broad, cell)
            missing = rate * (sum(s for s, _ in cell) + PRIOR_SORTIES)
            where = np.ix_(np.array(months, int), np.flatnonzero(near == side))
            per_t[where] = rate / load_t
            log_sd[where] = (1.0 / missing + OVERDISPERSION_LOG_SD**2) ** 0.5
    return per_t, log_sd


def _ratio(cell: list[tuple[float, float]]) -> float:
    return sum(m for _, m in cell) / sum(s for s, _ in cell)


def _towards(mean: float, cell: list[tuple[float, float]]) -> float:
    """Rate of a cell with `PRIOR_SORTIES` sorties at the wider mean added."""
    sent, missing = sum(s for s, _ in cell), sum(m for _, m in cell)
    return (missing + mean * PRIOR_SORTIES) / (sent + PRIOR_SORTIES)


def _load_t(record: Record) -> float:
    """Metric tons aimed per sortie despatched to oil, January to April 1945 (12,588 sorties, 46,636 long tons)."""
    rows = {
        r["quantity"]: r
        for r in record.rows("forces").values()
        if r["force"] == "bomber_command" and r["period"] == "1945-01/1945-04"
    }
    tons = sum(
        t_from_long(r["value"])
        for r in record.rows("forces").values()
        if r["force"] == "bomber_command" and r["quantity"] == "oil_tonnage"
    )
    return tons / rows["oil_sorties_despatched"]["value"]


def _american(record: Record, force: str, window: Window) -> np.ndarray:
    """[M] heavy bombers lost per ton; a month without a figure takes the force's mean of the others."""
    lost = {
        r["period"]: r["value"]
        for r in record.rows("forces").values()
        if r["force"] == force and r["quantity"] == "heavy_bombers_lost_combat_and_accident"
    }
    tons = monthly_tons(record, window)[:, FORCES.index(force)]
    rate = np.array([lost.get(m, np.nan) for m in window.months]) / tons
    known = ~np.isnan(rate)
    mean = np.nansum(rate * tons) / tons[known].sum()
    return np.where(known, rate, mean)


def _ploesti(record: Record) -> float:
    """Missing per ton over Ploesti, April to August 1944: all forces' 261 aircraft over 13,469 short tons."""
    rows = [
        r
        for r in record.rows("raid_losses").values()
        if r["place"] == "Ploesti" and r["scope"] == "all raids on the place"
    ]
    return sum(r["missing"] or 0 for r in rows) / t_from_short(sum(r["tons_short"] or 0 for r in rows))


# Tons, sighting, reach.

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
