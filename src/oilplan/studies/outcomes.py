"""What an arm came to: fuel denied, stock, cost, and what was left undone elsewhere; and what an office of the seminar is held to.

Axes: D draws, M months, F operations.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from importlib import resources
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from ..directives.forces import FORCE_OF, FORCES, NAMES, OPERATIONS
from ..directives.plan import ForceName, Phase, Plan, of_force
from ..directives.policy import GIVEN_UP
from ..flight.arm_run import ArmRun, DayByDay
from ..flight.campaign import Choice, OnRailways
from ..flight.force_facts import ForceFacts
from ..flight.recorded_operations import RaidFacts
from ..model.joint import JointParts, joint_percent
from ..model.oil import AVIATION_STOCK
from ..model.target import AVIATION_GASOLINE, MOTOR_FUEL, TargetSystem
from ..record import Record
from ..record.effort import CITIES, TRANSPORT
from ..units import t_from_short

QUANTILES = (0.05, 0.5, 0.95)
LEAST_DENIED_T = 1000.0
"""Costs per 1,000 t denied are stated only for draws that denied at least this much."""
_STATED = list(
    csv.DictReader((resources.files("oilplan.studies") / "data" / "outcomes.csv").read_text("utf-8").splitlines())
)
UNITS, MEANINGS = ({row["outcome"]: row[column] for row in _STATED} for column in ("unit", "meaning"))
"""Of every outcome, by its name."""
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


# What an office of the seminar is held to: its own aim, and what others asked of it. Fuel and tons alone; never lives.
# Axes: D draws, M months, G forces, C classes of target given up.

AIR, ARMY, RAILWAYS, TOWNS = "air", "army", "transport", "cities"
CLAIMS = {
    AIR: "aviation gasoline that Germany does not make",
    ARMY: "motor fuel that Germany does not make",
    RAILWAYS: "the tons that the railways and canals were due",
    TOWNS: "the tons that the city offensive was due",
}
"""What the offices round the table ask for. Tons beyond what was due count for nothing, on cities least of all."""
KEPT = {AIR: "aviation gasoline kept flowing", ARMY: "motor fuel kept flowing"}
"""The claims on the repairers."""
AIM_WEIGHT = 2.0
"""An office answers for its own aim as for two claims of others: it was given the aim, and the others had its superiors' ear.
A choice of the game, said on its pages."""


class Undone(NamedTuple):
    """Tons of railways and of cities by month. due_t: [D, M] that history's orders drop on them by the forces commanded;
    left_t: [D, M] of these that were not dropped, never below zero in all."""

    due_t: np.ndarray
    left_t: np.ndarray


def undone(
    run: DayByDay, history: DayByDay, choice: Choice, facts: ForceFacts, forces: tuple[str, ...]
) -> dict[str, Undone]:
    """What an arm leaves undone of what its forces were due, month by month.

    history: their orders flown in the same draws; forces: of `FORCES`, those that the office commands
    Tons on oil above history's are taken from other targets as `oilplan.studies.outcomes.left_undone` says.
    """
    commanded = np.array([f in forces for f in FORCES], float)
    extra_t = (run.dropped_t - history.dropped_t).astype(np.float64) * commanded
    taken = shares_given_up(choice, facts)[:, FIRST_OF_FORCE]
    due = facts.month_t[:, :, None] * facts.mix * commanded[FORCE_OF][:, None]
    out = {}
    for claim, kind in ((RAILWAYS, TRANSPORT), (TOWNS, CITIES)):
        left_t = np.einsum("dmg,mg->dm", extra_t, taken[:, :, GIVEN_UP.index(kind)])
        out[claim] = Undone(np.broadcast_to(due[:, :, kind].sum(axis=1), left_t.shape), left_t)
    return out


def met(run: DayByDay, history: DayByDay, left: Mapping[str, Undone], first_month: int) -> dict[str, np.ndarray]:
    """[D] share of every claim of `CLAIMS` that is met from a month on, 0 to 1.

    Of fuel: the share of what Germany makes under history's orders that it does not make. Of tons: the share of those due
    that was dropped.
    """
    since = slice(first_month, None)
    shares = {AIR: _less(run.aviation_t, history.aviation_t, since), ARMY: _less(run.motor_t, history.motor_t, since)}
    for claim, u in left.items():
        due = u.due_t[:, since].sum(axis=1)
        shares[claim] = np.clip(1.0 - u.left_t[:, since].sum(axis=1) / np.maximum(due, 1.0), 0.0, 1.0)
    return shares


def kept(run: DayByDay, whole: DayByDay, first_month: int) -> dict[str, np.ndarray]:
    """[D] share of every claim of `KEPT` that is met: fuel made of what is made where no bomb is ordered on oil (``whole``)."""
    since = slice(first_month, None)
    return {
        AIR: 1.0 - _less(run.aviation_t, whole.aviation_t, since),
        ARMY: 1.0 - _less(run.motor_t, whole.motor_t, since),
    }


def points(shares: Mapping[str, np.ndarray], aim: str) -> np.ndarray:
    """[D] points out of 100: the mean of all claims, the aim counting `AIM_WEIGHT` times. aim: empty for none of its own"""
    weight = {claim: AIM_WEIGHT if claim == aim else 1.0 for claim in shares}
    return np.asarray(100.0 * sum(weight[c] * shares[c] for c in shares) / sum(weight.values()))


def _less(made_t: np.ndarray, than_t: np.ndarray, since: slice) -> np.ndarray:
    made, than = (a[:, since].sum(axis=1, dtype=np.float64) for a in (made_t, than_t))
    return np.clip(1.0 - made / np.maximum(than, 1.0), 0.0, 1.0)
