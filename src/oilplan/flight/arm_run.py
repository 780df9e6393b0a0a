"""One arm run: the compiled campaign, what is kept of it, and the file that lets a stopped comparison go on.

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
from ..model.accounts import Account, account, deliver, first_day_below, monthly, monthly_mean, stock_history, stored_t
from ..model.law import rail_share
from ..model.rail import REICH, strained_log
from ..model.target import TargetSystem, let_out
from ..units import DAYS_PER_MONTH
from .campaign import Parts, headline
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
