"""One arm run: the compiled campaign, what is kept of it by month or day by day, and the file that lets a stopped comparison go on.

Axes: D draws, M months, K products, F operations, T days.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from ..cache import Cache
from ..directives.forces import FORCE_OF, FORCES
from ..model.accounts import Account, account, deliver, first_day_below, monthly, monthly_mean, stock_history, stored_t
from ..model.law import rail_share
from ..model.rail import REICH, strained_log
from ..model.target import MOTOR_FUEL, TargetSystem, let_out
from ..units import DAYS_PER_MONTH
from .campaign import Choice, Day, Parts, headline
from .fly import Watch, flyer
from .force_facts import ForceFacts
from .worlds import Pairing

FLOOR_T = 30_000.0
"""A month's allocation of aviation gasoline from September 1944 on, as Speer gave it [hansen2008, p. 278]."""
OFFENSIVE = "1944-12-16"
"""The offensive in the Ardennes."""


class ArmRun(NamedTuple):
    """What came of an arm. NumPy, float32.

    products_t: [D, M, K] aviation gasoline, motor gasoline, diesel delivered a month
    stock_t: [D, M] aviation gasoline at the month's end if it was consumed as recalled; April 1944 is the record's
    bombs_t: [D, M, F] tons dropped on oil; missing: [D, M, F] aircraft; believed: [D, M] national share believed, mean
    worked: [D, M] share of all output at full working that was made, mean
    elsewhere_t: [D, M, F] tons ordered on oil that fell on other targets; raids: [D, M, F] in strength
    most_day_t, most_targets: [D, F] most tons on oil, and raids in strength, of one day
    used_t: [D, M] aviation gasoline used when use answers to stock (rationing); need_day, floor_day: [D] first day on which
    the stock, consumed as recalled, is under a month's need, and under `FLOOR_T`; the day after the last for none
    supply_d: [D] days of use in the stock of the evening before `OFFENSIVE`
    held_t: [D, M, K] products_t of the same raids with cars placed as recorded, for coal and for repair
    share: [D, M, P] share of capacity worked, after overrun, mean; cars: [D, M] what the Reich's railways let through, mean, 1 for all
    """

    products_t: np.ndarray
    stock_t: np.ndarray
    bombs_t: np.ndarray
    missing: np.ndarray
    believed: np.ndarray
    worked: np.ndarray
    elsewhere_t: np.ndarray
    raids: np.ndarray
    most_day_t: np.ndarray
    most_targets: np.ndarray
    used_t: np.ndarray
    need_day: np.ndarray
    floor_day: np.ndarray
    supply_d: np.ndarray
    held_t: np.ndarray
    share: np.ndarray
    cars: np.ndarray


def runner(system: TargetSystem, pairing: Pairing, parts: Parts | None = None) -> Callable[..., ArmRun]:
    """The function that runs an arm with what is shared by all; compiled at its first call, once for all arms."""
    run = arm_flyer(system, pairing.facts, parts)
    return lambda choice, flown: run(choice, flown, pairing)


def arm_flyer(system: TargetSystem, facts: ForceFacts, parts: Parts | None = None) -> Callable[..., ArmRun]:
    """`oilplan.flight.fly.flyer` for what a comparison keeps of an arm."""
    return flyer(system, facts, Watch("months", headline, _counter(system)), parts)


def _counter(system: TargetSystem):
    """From the days of every draw to months."""
    window, store = system.window, system.stores[0]
    month_t = DAYS_PER_MONTH * store.need_t[store.first_day :]
    offensive = window.day_of(OFFENSIVE)

    def count(share, bombs_t, missing, believed, elsewhere_t, raids, strain, held, p, first_day):
        placed_log = strained_log(system.rail.recorded_log, strain, p)
        made = account(share, system, p, placed_log)
        stock = made.supply[store.name].stock_t
        rationed = stock_history(
            stored_t(made.delivered, system, store.products), store._replace(use=let_out), p
        ).used_t
        used = jnp.concatenate([jnp.asarray(store.need_t[: store.first_day], rationed.dtype), rationed])
        planned = (jnp.arange(system.n_days) >= first_day)[:, None]
        months: dict[str, Any] = {
            "products_t": made.products_t,
            "stock_t": made.stock_t[store.name],
            "bombs_t": monthly(bombs_t, window),
            "missing": monthly(missing, window),
            "believed": monthly_mean(believed[:, None], window)[:, 0],
            "worked": made.worked,
            "elsewhere_t": monthly(elsewhere_t, window),
            "raids": monthly(raids, window),
            "most_day_t": jnp.max(bombs_t * planned, axis=0),
            "most_targets": jnp.max(raids * planned, axis=0),
            "used_t": monthly(used[:, None], window)[:, 0],
            "need_day": first_day_below(stock, month_t, store.first_day),
            "floor_day": first_day_below(stock, FLOOR_T, store.first_day),
            "supply_d": stock[offensive - 1 - store.first_day] / store.need_t[offensive],
            "held_t": monthly(deliver(held, system, p).products, window),
            "share": made.share,
            "cars": monthly_mean(rail_share(placed_log[:, REICH, None], p), window)[:, 0],
        }
        return ArmRun(**months)

    over_draws: Any = jax.vmap(count, in_axes=(1,) * 8 + (0, None))
    return lambda seen, p, first_day: over_draws(*seen, p, first_day)


def first_stock(made: Account) -> Array:
    """[M] tons at the month's end in the first store of the system; nothing where it has none."""
    return next(iter(made.stock_t.values()), jnp.zeros(made.worked.shape, made.worked.dtype))


def keep(cache: Cache | None, name: str, made: ArmRun) -> None:
    """Keep a finished arm, so that a stopped comparison finds it again."""
    if cache is not None:
        whole = io.BytesIO()
        np.savez(whole, **made._asdict())
        cache.put("arms", name, whole.getvalue())


def kept(cache: Cache | None, name: str) -> ArmRun | None:
    """A finished arm, or None when there is none that can be trusted."""
    whole = None if cache is None else cache.get("arms", name)
    if whole is None:
        return None
    with np.load(io.BytesIO(whole)) as file:
        return ArmRun(**{field: file[field] for field in ArmRun._fields})


# Arms day by day: what a map and a month-by-month game show of a campaign.
# Axes: D draws, T days, M months, P plants, F operations, G forces, S phases.


class DayByDay(NamedTuple):
    """What came of an arm. NumPy.

    share: [T, P] share of capacity delivered after overrun and rail, mean of the draws
    bombs_t: [T, G, P] tons dropped by force, mean of the draws; counted once where two works share a site
    aviation_t, stock_t: [D, M] aviation gasoline made in a month, and in stock at its end if consumed as recalled
    motor_t: [D, M] motor gasoline and diesel made in a month
    dropped_t, missing: [D, M, G] tons and aircraft by force
    believed, report_age_d: [M, P] what was believed on the first morning of a month in the first draw, and how old the last
        photograph was; believed_national: [M] of all plants together; empty where no beliefs are kept
    """

    share: np.ndarray
    bombs_t: np.ndarray
    aviation_t: np.ndarray
    stock_t: np.ndarray
    motor_t: np.ndarray
    dropped_t: np.ndarray
    missing: np.ndarray
    believed: np.ndarray = np.empty((0, 0))
    report_age_d: np.ndarray = np.empty((0, 0))
    believed_national: np.ndarray = np.empty(0)


def daily_runner(system: TargetSystem, facts: ForceFacts, *, beliefs: bool) -> Callable[[Choice, Pairing], DayByDay]:
    """The function that runs an arm on a pairing; compiled once per number of draws. beliefs: whether the first draw's are kept,
    two thirds of what a campaign is to remember"""
    watch = Watch(
        "beliefs" if beliefs else "daily", _believing if beliefs else _day_watched, _day_counter(system), holds=False
    )
    fly = flyer(system, facts, watch)
    return lambda choice, pairing: fly(choice, pairing.flown, pairing)


BY_FORCE = np.eye(len(FORCES), dtype=np.float32)[FORCE_OF]
"""[F, G] 1 where an operation is of a force."""


def _day_watched(day: Day):
    sent = BY_FORCE.T @ jnp.mean(day.bombs_t, axis=0)
    dropped = jnp.sum(day.bombs_t, axis=2) @ BY_FORCE
    missing = jnp.sum(day.bombs_t * day.missing_per_t, axis=2) @ BY_FORCE
    return day.share, sent, dropped, missing, day.strain


def _believing(day: Day):
    return *_day_watched(day), day.belief.share[0], day.belief.report_age_d[0], day.belief.national[0]


def _day_counter(system: TargetSystem):
    """From the days of every draw to `DayByDay`."""
    window = system.window
    mornings = np.array([max(window.month_start_day(m), 0) for m in window.months])

    def one(share, dropped, missing, strain, p):
        made = account(share, system, p, strained_log(system.rail.recorded_log, strain, p))
        delivered = made.delivered.share * made.delivered.rail
        aviation = made.products_t[:, system.product(system.last_product)]
        motor = jnp.sum(made.products_t[:, np.asarray(system.columns(MOTOR_FUEL))], axis=1)
        return aviation, first_stock(made), motor, delivered, monthly(dropped, window), monthly(missing, window)

    def count(seen, p, first_day) -> DayByDay:
        del first_day
        share, sent, dropped, missing, strain, *beliefs = seen
        aviation, stock, motor, delivered, dropped_t, lost = jax.vmap(one, in_axes=(1, 1, 1, 1, 0))(
            share, dropped, missing, strain, p
        )
        months: tuple[Any, ...] = (aviation, stock, motor, dropped_t, lost)
        kept: tuple[Any, ...] = (jnp.mean(delivered, axis=0), sent, *months, *(b[mornings] for b in beliefs))
        return DayByDay(*kept)

    return count
