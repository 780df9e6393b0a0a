"""One arm run: the compiled campaign, what is kept of it, and the file that lets a stopped comparison go on.

Axes: D draws, M months, K products, F operations, T days.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from ..cache import Cache
from ..clock import N_DAYS, day_of
from ..model.accounts import monthly
from ..model.delivery import deliver
from ..model.stocks import (
    DAYS_PER_MONTH,
    FIRST_DAY,
    UNRATIONED_PER_MONTH,
    aviation_start_t,
    aviation_stock,
    use_as_flown_t,
)
from ..model.target import TargetSystem
from ..record import Record
from .campaign import Choice, Flown, Parts, SoFar, stretch
from .executable import kept_whole
from .force_facts import ForceFacts
from .worlds import Pairing

FLOOR_T = 30_000.0
"""A month's allocation of aviation gasoline from September 1944 on, as Speer gave it [hansen2008, p. 278]."""
OFFENSIVE = "1944-12-16"
"""The offensive in the Ardennes."""
OFFENSIVE_DAY = day_of(OFFENSIVE)


class ArmRun(NamedTuple):
    """What came of an arm. NumPy, float32.

    products_t: [D, M, K] aviation gasoline, motor gasoline, diesel delivered a month
    stock_t: [D, M] aviation gasoline at the month's end if it was consumed as recalled; April 1944 is the record's
    bombs_t: [D, M, F] tons dropped on oil; missing: [D, M, F] aircraft; believed: [D, M] national share believed, mean
    worked: [D, M] share of all output at full working that was made, mean
    elsewhere_t: [D, M, F] tons ordered on oil that fell on other targets; raids: [D, M, F] in strength
    most_day_t, most_targets: [D, F] most tons on oil, and raids in strength, of one day
    used_t: [D, M] aviation gasoline used when use answers to stock (rationing); need_day, floor_day: [D] first day on which
    the stock, consumed as recalled, is under a month's need, and under `FLOOR_T`; `N_DAYS` for none
    supply_d: [D] days of use in the stock of the evening before `OFFENSIVE`
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


def runner(
    record: Record, system: TargetSystem, pairing: Pairing, parts: Parts | None = None
) -> Callable[[Choice, Flown], ArmRun]:
    """The function that runs an arm with what is shared by all; compiled at its first call, once for all arms."""
    run = any_pairing(record, system, pairing.facts, parts)
    return lambda choice, flown: run(choice, flown, pairing)


def any_pairing(
    record: Record, system: TargetSystem, facts: ForceFacts, parts: Parts | None = None
) -> Callable[[Choice, Flown, Pairing], ArmRun]:
    """The same function for any pairing of as many draws with these ``facts``: one compilation serves them all.

    The raids given to it must be the pairing's own until the arm takes over: those days are flown once for all arms.
    """
    parts = parts or Parts()
    begin, fly = (kept_whole(part, "arm", system, facts, parts, part.__name__)
                  for part in stretch(system, facts, parts))  # fmt: skip
    use_t, start_t = use_as_flown_t(record), aviation_start_t(record)
    count = kept_whole(jax.vmap(_counter(system, use_t, start_t), in_axes=(1, 1, 1, 1, 1, 1, 0, None)), "months", system, use_t, start_t)
    common = _Common(begin, fly)

    def run(choice: Choice, flown: Flown, pairing: Pairing) -> ArmRun:
        given = (choice, pairing.chance, flown, pairing.parameters, pairing.key)
        made = fly(*given, _day(choice.first_day), _day(N_DAYS), common.until(choice, pairing, given))
        return ArmRun(*(np.asarray(a, np.float32) for a in count(*made.kept, pairing.parameters, _day(choice.first_day))))

    return run


class _Common:
    """What arms of one pairing share: the days before they take over, flown once for each kind of intelligence."""

    def __init__(self, begin: Callable, fly: Callable):
        self._begin, self._fly = begin, fly
        self._of: Pairing | None = None
        self._flown: dict[bytes, SoFar] = {}

    def until(self, choice: Choice, pairing: Pairing, given: tuple) -> SoFar:
        """The campaign up to the arm's first day. given: what ``begin`` takes"""
        if pairing is not self._of:
            self._of, self._flown = pairing, {}
        known = (choice.method, choice.camera, choice.first_day)
        name = b"".join(np.asarray(a).tobytes() for a in jax.tree.leaves(known))
        if name not in self._flown:
            self._flown[name] = self._fly(*given, _day(0), _day(choice.first_day), self._begin(*given))
        return self._flown[name]


def _day(number) -> np.ndarray:
    return np.asarray(number, np.int32)


def _counter(system: TargetSystem, use_t: np.ndarray, start: float):
    """From one draw's days to months."""
    use = jnp.asarray(use_t, jnp.float32)
    ends = jnp.asarray(_month_ends() - FIRST_DAY)
    weight = system.all_products_t_per_day / system.all_products_t_per_day.sum()

    def count(share, bombs_t, missing, believed, elsewhere_t, raids, p, first_day):
        made = deliver(share, system, p)
        stock = aviation_stock(made.products[:, 0], use, start, UNRATIONED_PER_MONTH).stock_t
        at_end = jnp.where(ends < 0, start, stock[jnp.maximum(ends, 0)])
        planned = (jnp.arange(N_DAYS) >= first_day)[:, None]
        days = monthly(jnp.ones((share.shape[0], 1), share.dtype))[:, 0]
        worked = monthly(made.share @ jnp.asarray(weight, share.dtype))
        believed = monthly(believed) / days
        rationed = aviation_stock(made.products[:, 0], use, start, p.release_per_month).used_t
        used = jnp.concatenate([use[:FIRST_DAY], rationed])
        month_t = jnp.asarray(DAYS_PER_MONTH * use_t[FIRST_DAY:], jnp.float32)
        supply_d = stock[OFFENSIVE_DAY - 1 - FIRST_DAY] / use[OFFENSIVE_DAY]
        return (monthly(made.products), at_end, monthly(bombs_t), monthly(missing), believed, worked / days,
                monthly(elsewhere_t), monthly(raids), jnp.max(bombs_t * planned, axis=0), jnp.max(raids * planned, axis=0),
                monthly(used[:, None])[:, 0], _first(stock < month_t), _first(stock < FLOOR_T), supply_d)  # fmt: skip

    return count


def _first(under) -> jnp.ndarray:
    """[ ] day number of the first day from `FIRST_DAY` that is True; `N_DAYS` for none."""
    return jnp.where(jnp.any(under), FIRST_DAY + jnp.argmax(under), N_DAYS).astype(jnp.float32)


def _month_ends() -> np.ndarray:
    from ..clock import MONTHS, month_end_day

    return np.array([month_end_day(m) for m in MONTHS])


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
