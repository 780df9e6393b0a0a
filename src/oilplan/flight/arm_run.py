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
from jax import Array

from ..cache import Cache
from ..model.accounts import Account, account, monthly, monthly_mean
from ..model.target import TargetSystem
from ..record import Record
from .campaign import Choice, Flown, Parts, SoFar, stretch
from .executable import kept_whole
from .force_facts import ForceFacts
from .worlds import Pairing


class ArmRun(NamedTuple):
    """What came of an arm. NumPy, float32.

    products_t: [D, M, K] aviation gasoline, motor gasoline, diesel delivered a month
    stock_t: [D, M] aviation gasoline at the month's end if it was consumed as recalled; April 1944 is the record's
    bombs_t: [D, M, F] tons dropped on oil; missing: [D, M, F] aircraft; believed: [D, M] national share believed, mean
    worked: [D, M] share of all output at full working that was made, mean
    elsewhere_t: [D, M, F] tons ordered on oil that fell on other targets; raids: [D, M, F] in strength
    most_day_t, most_targets: [D, F] most tons on oil, and raids in strength, of one day
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
    count = kept_whole(jax.vmap(_counter(system), in_axes=(1, 1, 1, 1, 1, 1, 0)), "months", system)
    common = _Common(begin, fly)

    def run(choice: Choice, flown: Flown, pairing: Pairing) -> ArmRun:
        given = (choice, pairing.chance, flown, pairing.parameters, pairing.key)
        made = fly(*given, _day(choice.first_day), _day(system.n_days), common.until(choice, pairing, given))
        return ArmRun(*(np.asarray(a, np.float32) for a in count(*made.kept, pairing.parameters)))

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


def _counter(system: TargetSystem):
    """From one draw's days to months."""

    def count(share, bombs_t, missing, believed, elsewhere_t, raids, p):
        made, window = account(share, system, p), system.window
        return (made.products_t, first_stock(made), monthly(bombs_t, window), monthly(missing, window),
                monthly_mean(believed[:, None], window)[:, 0], made.worked, monthly(elsewhere_t, window),
                monthly(raids, window), jnp.max(bombs_t, axis=0), jnp.max(raids, axis=0))  # fmt: skip

    return count


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
