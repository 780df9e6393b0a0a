"""What an arm came to: fuel denied, stock, cost, and what was left undone elsewhere.

Axes: D draws, M months, F operations.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from ..directives.forces import CITIES, FORCE_OF, FORCES, NAMES, OPERATIONS, TRANSPORT
from ..directives.plan import ForceName, Phase, Plan, of_force
from ..directives.policy import GIVEN_UP
from ..flight.arm_run import ArmRun
from ..flight.campaign import Choice, OnRailways
from ..flight.force_facts import ForceFacts
from ..flight.recorded_operations import RaidFacts
from ..model.joint import JointParts, joint_percent
from ..model.oil import AVIATION_STOCK
from ..model.target import AVIATION_GASOLINE, MOTOR_FUEL, TargetSystem
from ..record import Record
from ..units import t_from_short

QUANTILES = (0.05, 0.5, 0.95)
LEAST_DENIED_T = 1000.0
"""Costs per 1,000 t denied are stated only for draws that denied at least this much."""
UNITS = {
    "aviation_gasoline_denied": "t",
    "motor_fuel_denied": "t",
    "aviation_gasoline_denied_through_rail": "t",
    "motor_fuel_denied_through_rail": "t",
    "stock_below_a_months_need": "month (1 = April 1944, 14 = not by April 1945)",
    "bombs_on_oil": "t",
    "bombs_per_1000_t_denied": "t",
    "aircraft_missing_on_oil": "aircraft",
    "aircraft_missing_per_1000_t_denied": "aircraft",
    "city_bombs_not_dropped": "t",
    "transport_bombs_not_dropped": "t",
    "days_gained": "days",
    "stock_below_need_day": "day (0 = 1 April 1944, 395 = not by 30 April 1945)",
    "stock_below_floor_day": "day (0 = 1 April 1944, 395 = not by 30 April 1945)",
    "supply_on_16_december": "days of use",
    "sorties_fuelled": "sorties",
    "aircrew_lost": "men",
    "oil_bombs_fallen_elsewhere": "t",
    "nitrogen_denied": "t",
    "methanol_denied": "days of output of spring 1944",
}
MEANINGS = {
    "aviation_gasoline_denied": "output had no raid been flown on oil from the first day, less output of the arm",
    "motor_fuel_denied": "the same for motor gasoline and diesel of all works and Romanian imports",
    "aviation_gasoline_denied_through_rail": "the part of it that hangs on rail: cars placed answering to the arm's own tons on"
    " railways, less cars placed as recorded",
    "motor_fuel_denied_through_rail": "the same part of the motor fuel denied",
    "stock_below_a_months_need": "first month at whose end the aviation stock, consumed as recalled, is under its use",
    "bombs_on_oil": "from the first day",
    "bombs_per_1000_t_denied": "tons of bombs per 1,000 t of aviation gasoline and motor fuel denied",
    "aircraft_missing_on_oil": "from the first day, by the missing rates of the record",
    "aircraft_missing_per_1000_t_denied": "aircraft per 1,000 t of aviation gasoline and motor fuel denied",
    "city_bombs_not_dropped": "tons that fall on cities under history's orders and do not in the arm (negative: more)",
    "transport_bombs_not_dropped": "tons that fall on railways and canals under history's orders and do not in the arm",
    "days_gained": "days by which the aviation stock falls under a month's need sooner than under history's orders",
    "stock_below_need_day": "first day on which the aviation stock, consumed as recalled, is under a month's use",
    "stock_below_floor_day": "first day on which it is under 30,000 t, a month's allocation in the autumn of 1944",
    "supply_on_16_december": "days of use in the aviation stock on the eve of the Ardennes offensive",
    "sorties_fuelled": "German sorties that the fuel used from the first day allows, use answering to stock, at 0.74 to 1.31 t each",
    "aircrew_lost": "men aboard the aircraft missing on oil; how many lived is not in the record",
    "oil_bombs_fallen_elsewhere": "tons ordered on oil that fell on other targets: closed, diverted",
    "nitrogen_denied": "the same as of fuel, of the Reich's nitrogen: 75,000 to 80,000 t a month before the raids, 50 to 60 percent"
    " of it from Leuna and Oppau, whose split is not printed and is drawn; other works are held at what rail allows",
    "methanol_denied": "the same of methanol, 40 percent of it from Leuna and Oppau; its tons before the raids are not in the record",
}
LIVES = (
    "Aircrew are the men aboard the aircraft missing, at the record's rates. On the ground the record has 341 dead in the raids"
    " on Leuna, 126 of them in the first [wp_de_leuna_angriffe; medioq_leuna, who counts 301 in all], and for no other works; what"
    " city bombs not dropped would have spared is not in the record. A cost on both sides: never an aim of any search."
)
CREW = np.array([7.0, 7.0, 10.0, 10.0])
"""[F] men in a Lancaster or Halifax, and in a Fortress or Liberator (nine in many from the autumn of 1944). General knowledge:
no row of the record has it."""
T_PER_SORTIE = (17_000 / 22_940, 30_000 / 22_940)
"""Tons of aviation gasoline for one sortie: January 1945 had 740 sorties a day [ehlers2009, p. 315] on an allocation of 30,000 t a
month [hansen2008, p. 278], of which 13,000 t were released for training [ehlers2009, p. 315]. Whether they count is drawn."""
UNDETERMINED = {
    "flying_hours_and_training": "needs hours flown and fuel an hour by month; the record has sorties a day for January 1945 alone",
    "motor_fuel_stock_below_a_months_need": "needs monthly consumption and stocks of motor gasoline and diesel, which"
    " are missing from the record",
    "effect_of_city_bombs_not_dropped": "needs the loss of output by area attack alone, half-yearly, of the British"
    " Bombing Survey Unit, which is not in the record",
}


class Measure(NamedTuple):
    """What outcomes are measured against. spared: the arm with no raids; flown: the raids as flown; ordered: history's
    orders flown by the machine, which the arms are set against; first_day: day number; system: what was flown against;
    facts: of the forces; joint: what is drawn of nitrogen and methanol
    """

    spared: ArmRun
    flown: ArmRun
    ordered: ArmRun
    first_day: int
    system: TargetSystem
    facts: ForceFacts
    joint: JointParts

    @property
    def use_t(self) -> np.ndarray:
        """[M] aviation gasoline consumed a month, recalled to December 1944 and held from then on."""
        return np.bincount(self.system.window.month_of_day, weights=self.system.store(AVIATION_STOCK).need_t)


def outcomes(run: ArmRun, choice: Choice, against: Measure) -> dict[str, np.ndarray]:
    """[D] of every outcome of `UNITS`; NaN where it has no value.

    Only what differs from the same history before the first day counts: sums over whole months cancel before it.
    """
    denied = (against.spared.products_t - run.products_t).sum(axis=1, dtype=np.float64)
    motor = denied[:, against.system.columns(MOTOR_FUEL)].sum(axis=1)
    aviation = denied[:, against.system.product(AVIATION_GASOLINE)]
    bombs = (run.bombs_t - against.spared.bombs_t).sum(axis=(1, 2), dtype=np.float64)
    missing = (run.missing - against.spared.missing).sum(axis=(1, 2), dtype=np.float64)
    total = aviation + motor
    per = np.where(total >= LEAST_DENIED_T, 1000.0 / np.maximum(total, LEAST_DENIED_T), np.nan)
    undone = left_undone(run, choice, against)
    through_rail = (run.held_t - run.products_t).sum(axis=1, dtype=np.float64)
    return {
        "aviation_gasoline_denied": aviation,
        "motor_fuel_denied": motor,
        "aviation_gasoline_denied_through_rail": through_rail[:, against.system.product(AVIATION_GASOLINE)],
        "motor_fuel_denied_through_rail": through_rail[:, against.system.columns(MOTOR_FUEL)].sum(axis=1),
        "stock_below_a_months_need": month_below(run.stock_t, against.use_t),
        "bombs_on_oil": bombs,
        "bombs_per_1000_t_denied": bombs * per,
        "aircraft_missing_on_oil": missing,
        "aircraft_missing_per_1000_t_denied": missing * per,
        "city_bombs_not_dropped": undone[:, GIVEN_UP.index(CITIES)],
        "transport_bombs_not_dropped": undone[:, GIVEN_UP.index(TRANSPORT)],
        "days_gained": against.ordered.need_day - run.need_day,
        "stock_below_need_day": run.need_day,
        "stock_below_floor_day": run.floor_day,
        "supply_on_16_december": run.supply_d,
        "sorties_fuelled": _sorties(run, against),
        "aircrew_lost": ((run.missing - against.spared.missing).sum(axis=1, dtype=np.float64) @ CREW),
        "oil_bombs_fallen_elsewhere": run.elsewhere_t.sum(axis=(1, 2), dtype=np.float64),
        **_joint_denied(run, against),
    }


def _joint_denied(run: ArmRun, against: Measure) -> dict[str, np.ndarray]:
    """[D] tons of nitrogen, and days of methanol of spring 1944; nan where the system or the record lacks what it takes."""
    days = against.system.window.days_in_month
    spared, made = (joint_left(r, against) for r in (against.spared, run))
    lost_d = {product: (spared[product] - made[product]) @ days / 100.0 for product in made}
    none = np.full(len(run.cars), np.nan)
    return {
        "nitrogen_denied": lost_d.get("nitrogen", none) * against.joint.nitrogen_t / days[0],
        "methanol_denied": lost_d.get("methanol", none),
    }


def joint_left(run: ArmRun, against: Measure) -> dict[str, np.ndarray]:
    """[D, M] nitrogen and methanol that an arm left, in percent of April 1944."""
    return joint_percent(against.joint, against.system, run.share, run.cars)


def _sorties(run: ArmRun, against: Measure) -> np.ndarray:
    """[D] sorties that the fuel used from the first day's month on allows; tons a sortie are the same draws for every arm."""
    since = against.facts.month[against.first_day]
    price = np.random.default_rng(1945).uniform(*T_PER_SORTIE, run.used_t.shape[0])
    return run.used_t[:, since:].sum(axis=1, dtype=np.float64) / price


def month_below(stock_t: np.ndarray, use_t: np.ndarray) -> np.ndarray:
    """[D] number of the first month at whose end the stock is under that month's use: 1 for April 1944, 14 for none."""
    below = stock_t < use_t
    return np.where(below.any(axis=1), below.argmax(axis=1) + 1.0, below.shape[1] + 1.0)


def left_undone(run: ArmRun, choice: Choice, against: Measure) -> np.ndarray:
    """[D, C] tons of cities, transport and other targets not dropped because oil had them.

    An operation's tons on oil above (or below) those under history's orders are taken from (or given to) the classes that
    the directive gives up, in proportion to what history spent on them that month; to cities where it gives up none.
    """
    extra = (run.bombs_t - against.ordered.bombs_t).astype(np.float64)
    return np.einsum("dmf,mfc->dc", extra, shares_given_up(choice, against.facts))


def shares_given_up(choice: Choice, facts: ForceFacts) -> np.ndarray:
    """[M, F, C] how a ton more on oil is taken from cities, transport and other targets; adds to 1."""
    weight = facts.mix[:, :, list(GIVEN_UP)] * taken(choice, facts.month)
    total = weight.sum(axis=2, keepdims=True)
    cities = np.eye(len(GIVEN_UP))[GIVEN_UP.index(CITIES)]
    return np.where(total > 0, weight / np.maximum(total, 1e-12), cities)


def on_railways(choice: Choice, ordered_t: np.ndarray, facts: ForceFacts, flown_t: np.ndarray) -> Choice:
    """The choice with railways that answer to what it drops on oil beyond history's orders (or short of them).

    ordered_t: [D, M, F] tons on oil under history's orders from the same first day, by operation or by force (operations of one
    force give up the same)
    flown_t: [T, F, P] tons dropped as flown, which those hold until that day
    """
    share = shares_given_up(choice, facts)[:, :, GIVEN_UP.index(TRANSPORT)]
    first, month = int(choice.first_day), facts.month
    before_t = np.zeros_like(share)
    np.add.at(before_t, month[:first], flown_t[:first].sum(axis=2))
    by_force = ordered_t.shape[2] == len(FORCES)
    of_column = np.eye(len(FORCES))[FORCE_OF] if by_force else np.eye(len(NAMES))
    ordered_t = np.maximum(ordered_t - before_t @ of_column, 0.0)
    days = np.bincount(month[first:], minlength=share.shape[0])
    given_up_t = np.einsum("dmf,mf->dm", ordered_t, share[:, of_column.argmax(axis=0)]) / np.maximum(days, 1)
    return choice._replace(railways=OnRailways(*(jnp.asarray(a, jnp.float32) for a in (share, given_up_t))))


FIRST_OF_FORCE = np.array([list(FORCE_OF).index(g) for g in range(len(FORCES))])
"""[G] one operation of every force: operations of one force give up the same."""


def taken(choice: Choice, month: np.ndarray) -> np.ndarray:
    """[M, F, C] share of each class that the directive's table gives up in the middle of each month."""
    first = np.asarray(choice.policy.first_day)
    middle = [np.flatnonzero(month == m).mean() for m in range(month.max() + 1)]
    phases = np.array([max((first <= day).sum() - 1, 0) for day in middle])
    takes = np.asarray(choice.policy.takes)[phases]
    policy = choice.policy
    planned = 1.0 - (np.asarray(policy.as_recorded) + np.asarray(policy.as_ordered))[phases][:, FORCE_OF]
    return takes * planned[:, :, None]


WHOLE_FROM = 1000.0
"""From here on a figure has no decimals: a 32-bit number has seven digits, and the last hang on the compiler's release."""


def interval(values: np.ndarray, unit: str | None = None) -> dict:
    """{median, p05, p95} of the draws that have a value, and the unit; None for all three where none has."""
    known = values[np.isfinite(values)]
    low, median, high = np.quantile(known, QUANTILES) if known.size else (None, None, None)
    numbers = {"median": median, "p05": low, "p95": high}
    rounded = {k: None if v is None else round(float(v), 3 if abs(v) < WHOLE_FROM else 0) for k, v in numbers.items()}
    return rounded if unit is None else {**rounded, "unit": unit}


def whole_tons(values: np.ndarray) -> dict[str, int]:
    """{p05, median, p95} of draws, to whole tons."""
    return dict(zip(("p05", "median", "p95"), (round(float(q)) for q in np.quantile(values, QUANTILES)), strict=True))


# What leaves the record's range of operations.

MARGIN = 1.25
"""A median a quarter above the record's most is beyond it; less is what chance puts on the greatest of many days."""


class Effort(NamedTuple):
    """[D, F] most tons on oil of a day, most targets of a day, tons of the month that is heaviest in the mean, of an arm."""

    most_day_t: np.ndarray
    most_targets: np.ndarray
    most_month_t: np.ndarray


def effort_of(run: ArmRun) -> Effort:
    """The greatest efforts of an arm."""
    heaviest = run.bombs_t.mean(axis=0).argmax(axis=0)
    return Effort(run.most_day_t, run.most_targets, run.bombs_t[:, heaviest, np.arange(heaviest.size)])


def beyond_record(effort: Effort, plan: Plan, raids: RaidFacts) -> list[str]:
    """Reasons why an arm lies beyond what the record has of operations: tons a day, targets a day, tons a month, size asked for.

    The machine flies no raid outside a force's sizes, so a directive that asks for one is named too. Empty for none. A force
    that follows history's orders to the end, in its usual raids, is within the record: its tons are the record's own, some flown late.
    """
    stated, record = [], Effort(raids.most_day_t, raids.most_targets, raids.most_month_t)
    words = ("tons on oil in a day", "targets in a day", "tons on oil in a month")
    for f, name in enumerate(NAMES):
        if not any(_chooses(phase, OPERATIONS[f].force) for phase in plan.phases):
            continue
        for what, of_draws, known in zip(words, effort, record, strict=True):
            most = float(np.median(of_draws[:, f]))
            if most > MARGIN * known[f]:
                stated.append(f"{name.replace('_', ' ')}: {most:,.0f} {what}; the record's most is {known[f]:,.0f}")
    return stated + _sizes_asked(plan, raids)


def _chooses(phase: Phase, force: ForceName) -> bool:
    """Whether a force does anything but history's orders in history's way."""
    said = of_force(phase, force)
    return said.fly == "as_planned" or said.raid_t is not None or phase.bursts is not None


def _sizes_asked(plan: Plan, raids: RaidFacts) -> list[str]:
    stated = {}
    for phase in plan.phases:
        for f, operation in enumerate(OPERATIONS):
            said = of_force(phase, operation.force)
            low, high = raids.smallest_t[f], raids.largest_t[f]
            if said.raid_t is not None and not low <= said.raid_t <= high:
                stated[NAMES[f]] = (
                    f"{NAMES[f].replace('_', ' ')}: raids of {said.raid_t:,.0f} t asked for; it flew {low:,.0f} to"
                    f" {high:,.0f} t, and flies the nearest"
                )
    return list(stated.values())


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
