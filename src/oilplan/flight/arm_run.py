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
from .campaign import Choice, Flown, Parts, headline
from .fly import Watch, flyer
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


def runner(system: TargetSystem, pairing: Pairing, parts: Parts | None = None) -> Callable[[Choice, Flown], ArmRun]:
    """The function that runs an arm with what is shared by all; compiled at its first call, once for all arms."""
    run = arm_flyer(system, pairing.facts, parts)
    return lambda choice, flown: run(choice, flown, pairing)


def arm_flyer(
    system: TargetSystem, facts: ForceFacts, parts: Parts | None = None
) -> Callable[[Choice, Flown, Pairing], ArmRun]:
    """`oilplan.flight.fly.flyer` for what a comparison keeps of an arm."""
    return flyer(system, facts, Watch("months", headline, _counter(system)), parts)


def _counter(system: TargetSystem):
    """From the days of every draw to months."""

    def count(share, bombs_t, missing, believed, elsewhere_t, raids, p):
        made, window = account(share, system, p), system.window
        return ArmRun(
            products_t=made.products_t, stock_t=first_stock(made), bombs_t=monthly(bombs_t, window),
            missing=monthly(missing, window), believed=monthly_mean(believed[:, None], window)[:, 0], worked=made.worked,
            elsewhere_t=monthly(elsewhere_t, window), raids=monthly(raids, window),
            most_day_t=jnp.max(bombs_t, axis=0), most_targets=jnp.max(raids, axis=0),
        )  # fmt: skip

    return lambda kept, p: jax.vmap(count, in_axes=(1, 1, 1, 1, 1, 1, 0))(*kept, p)


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
