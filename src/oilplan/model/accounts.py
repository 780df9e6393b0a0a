"""The one account: share worked -> products -> months -> stocks.

`run`, `compare`, the sweep, the map room, the sensitivity study and the claims all read it; what one of them does not ask
for is not computed. Axes: T days, P plants, K products, M months.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from ..clock import Window
from .delivery import Delivered, deliver
from .parameters import Parameters
from .stocks import Supply, at_month_ends, stock_history
from .target import Store, TargetSystem


class Account(NamedTuple):
    """What came of the shares worked in one draw.

    delivered: by day; products_t: [M, K] tons a month; share: [M, P] mean share of capacity worked, after overrun
    worked: [M] share of all output at full working that was made, mean
    supply: by store of the system, what each day did to it from the store's first day
    stock_t: by store, [M] at the month's end
    met: by store, [M] share of the need that was met; nan before the store's first day
    """

    delivered: Delivered
    products_t: Array
    share: Array
    worked: Array
    supply: dict[str, Supply]
    stock_t: dict[str, Array]
    met: dict[str, Array]


def account(share: Array, system: TargetSystem, p: Parameters, cars_log: Array | None = None) -> Account:
    """The account of one draw. share: [T, P] of capacity that plants can work, before overrun and rail shortage;
    cars_log: as in `deliver`."""
    made = deliver(share, system, p, cars_log)
    window = system.window
    weight = system.all_products_t_per_day / system.all_products_t_per_day.sum()
    supply = {s.name: stock_history(stored_t(made, system, s.products), s, p) for s in system.stores}
    return Account(
        delivered=made,
        products_t=monthly(made.products, window),
        share=monthly_mean(made.share, window),
        worked=monthly_mean((made.share @ jnp.asarray(weight, share.dtype))[:, None], window)[:, 0],
        supply=supply,
        stock_t={s.name: at_month_ends(supply[s.name], s, window) for s in system.stores},
        met={s.name: share_met(supply[s.name], s, window) for s in system.stores},
    )


def stored_t(made: Delivered, system: TargetSystem, products: tuple[str, ...]) -> Array:
    """[T] tons a day of some products together, by their names."""
    columns = system.columns(products)
    return made.products[:, columns[0]] if len(columns) == 1 else made.products[:, np.array(columns)].sum(axis=1)


def share_met(supply: Supply, store: Store, window: Window) -> Array:
    """[M] share of a store's need that was met in each month; nan before its first day."""
    short = jnp.concatenate([jnp.zeros(store.first_day, supply.short_t.dtype), supply.short_t])
    met = 1.0 - monthly(short, window) / monthly(jnp.asarray(store.need_t, short.dtype), window)
    return jnp.where(window.month_ends < store.first_day, jnp.nan, met)


def monthly(per_day: Array, window: Window) -> Array:
    """[M, ...] sums by month of [T, ...] tons a day; months beyond the last day are zero."""
    member = np.eye(window.n_months)[window.month_of_day[: per_day.shape[0]]].T
    return jnp.asarray(member, per_day.dtype) @ per_day


def monthly_mean(per_day: Array, window: Window) -> Array:
    """[M, ...] means by month of [T, ...]."""
    return monthly(per_day, window) / monthly(jnp.ones((per_day.shape[0], 1), per_day.dtype), window)
