"""From output to stock under rationing.

Axes: T days, M months, D draws. Stocks stand at the end of the day.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from ..clock import Window
from ..units import DAYS_PER_MONTH
from .parameters import Parameters
from .target import Store


class Supply(NamedTuple):
    """What a stock did. All [T], metric tons a day (stock: tons).

    stock_t: at the end of the day, >= 0; used_t: consumed that day, >= 0; short_t: need that was not met, >= 0
    """

    stock_t: Array
    used_t: Array
    short_t: Array


def ration(output_t: Array, need_t: Array, start_t: Array | float, release_per_month: Array | float) -> Supply:
    """Use output and a share of the stock, never more than the need.

        used = min(need, output + release * stock),  stock' = stock + output - used
        release = 1 - exp(-release_per_month / days in a month)

    output_t, need_t: [T] tons a day, >= 0; start_t: stock on the evening before the first day
    release_per_month: rate at which rationing releases the stock; infinite: drawn on freely until it is empty

    Mass is kept: ``start + sum(output) = stock + sum(used)``. The rule is an assumption: it gives the recalled
    consumption of June to December 1944 with a release of 0.11 to 0.32 a month [record: stocks_and_use].
    It fails where fuel could not be moved to the units that needed it, or was kept back for one operation.
    """
    release = -jnp.expm1(-jnp.asarray(release_per_month) / DAYS_PER_MONTH)

    def day(stock, inputs):
        output, need = inputs
        used = jnp.minimum(need, output + release * stock)
        left = jnp.maximum(stock + output - used, 0.0)
        return left, Supply(left, used, need - used)

    _, supply = jax.lax.scan(day, jnp.asarray(start_t, output_t.dtype), (output_t, need_t), unroll=8)
    return supply


def stock_history(
    output_t: Array, store: Store, p: Parameters, *, first_day: int | None = None, start_t: Array | float | None = None
) -> Supply:
    """What a store did: the one treatment of stocks, for runs, comparisons, the page and claims alike.

    It begins with ``start_t`` in stock on the eve of ``first_day``; each day's output goes in, the day's need comes out as
    far as the store's use allows (`oilplan.model.target.freely`, `rationed`), and nothing is added that is not in the
    record. A stock is never below zero; what cannot be met is short.

    output_t: [T] tons a day of all its products from the window's first day; p: one draw
    first_day, start_t: of the store unless given, for a question that begins with another recorded stock

    Returns Supply over the days from ``first_day``.
    """
    first = store.first_day if first_day is None else first_day
    release, substitutes = store.use(p)
    need = jnp.asarray(store.need_t, output_t.dtype)[first : output_t.shape[0]] * (1.0 - substitutes)
    return ration(output_t[first:], need, store.start_t if start_t is None else start_t, release)


def at_month_ends(supply: Supply, store: Store, window: Window) -> Array:
    """[M] tons in stock at the end of every month; before the store's first day what it began with."""
    ends = window.month_ends - store.first_day
    return jnp.where(ends < 0, store.start_t, supply.stock_t[np.maximum(ends, 0)])


def first_day_below(stock_t, level_t, first_day: int) -> Array:
    """[...] first day number on which a stock is under a level; the day after the last where it never is.

    stock_t: [..., T] from ``first_day``; level_t: tons, [T] or one number
    """
    under = jnp.asarray(stock_t) < jnp.asarray(level_t)
    return first_day + jnp.where(under.any(axis=-1), under.argmax(axis=-1), under.shape[-1])
