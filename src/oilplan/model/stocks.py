"""From output to stock under rationing: aviation gasoline by itself, motor fuel with its substitutes.

Axes: T days. Stocks stand at the end of the day. Pure JAX but for the two functions that read the record.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from ..clock import MONTHS, N_DAYS, days_in_month, month_end_day, month_of_day
from ..record import Record, own_rows
from ..units import DAYS_PER_YEAR, MONTHS_PER_YEAR
from .law import DIESEL, MOTOR
from .target import TargetSystem

FIRST_DAY = month_end_day("1944-04") + 1
"""1 May 1944: the stock of the evening before is the last that the record prints."""
DAYS_PER_MONTH = DAYS_PER_YEAR / MONTHS_PER_YEAR
UNRATIONED_PER_MONTH = float("inf")
"""Release of a stock that is drawn on freely until it is empty."""


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
    release_per_month: rate at which rationing releases the stock; `UNRATIONED_PER_MONTH` releases all of it

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


def aviation_stock(output_t: Array, need_t: Array, start_t: float, release_per_month: Array | float) -> Supply:
    """Stock of aviation gasoline from 1 May 1944; no substitute relieves it [record: substitutes].

    output_t, need_t: [T] from 1 April 1944; start_t: stock at the end of April; release_per_month: see `ration`.

    Returns Supply over the days from `FIRST_DAY`.
    """
    return ration(output_t[FIRST_DAY:], need_t[FIRST_DAY:], start_t, release_per_month)


def motor_stock(
    output_t: Array, need_t: Array, start_t: float, release_per_month: Array, substitute_share: Array
) -> Supply:
    """Stock of motor gasoline and diesel together from 1 May 1944.

    Producer gas, alcohol and compressed gas take over ``substitute_share`` of the need at once; how fast the change
    went is not in the record. output_t, need_t: [T] from 1 April 1944. Returns Supply from `FIRST_DAY`.
    """
    relieved = need_t[FIRST_DAY:] * (1.0 - substitute_share)
    return ration(output_t[FIRST_DAY:], relieved, start_t, release_per_month)


def aviation_start_t(record: Record) -> float:
    """Stock of aviation gasoline at the end of April 1944, 574,000 t [webster1961iii, p. 228: "by May 1944"]."""
    return record.rows("stocks_and_use")["1944-05_stock_aviation_gasoline_webster1961iii"]["value"]


def motor_start_t(record: Record) -> float:
    """Stock of motor gasoline and diesel at the end of April 1944: all three products less aviation gasoline
    (1,336,000 less 574,000 t) [webster1961iii, p. 228]."""
    found = record.rows("stocks_and_use")
    return found["1944-05_stock_aviation_motor_diesel_webster1961iii"]["value"] - aviation_start_t(record)


def recorded_use(record: Record) -> dict[str, float]:
    """Consumption of aviation gasoline by month [t], April to December 1944, recalled; 1945 is missing."""
    own = own_rows(record.rows("stocks_and_use").values(), "product", "quantity", "period")
    used = {month: own.get(("aviation_gasoline", "consumption", month)) for month in MONTHS}
    return {month: row["value"] for month, row in used.items() if row and row["value"] is not None}


def use_as_flown_t(record: Record) -> np.ndarray:
    """[T] consumption of aviation gasoline a day as recalled; after December 1944 its figure is held as a need.

    A need, not a fact, for 1945: the record has no consumption for it.
    """
    use = recorded_use(record)
    last = use[max(use)]
    monthly = np.array([use.get(month, last) for month in MONTHS])
    return (monthly / np.array(days_in_month()))[month_of_day()]


def motor_need_t(system: TargetSystem) -> np.ndarray:
    """[T] need of motor gasoline and diesel a day: April's full output, held.

    An assumption: consumption of both is missing from the record [record: stocks_and_use]. Stocks had
    grown for months, so the true use of April lay below its output and imports.
    """
    return np.full(N_DAYS, float(system.output_t_per_day[:, [MOTOR, DIESEL]].sum()))
