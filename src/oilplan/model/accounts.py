"""The one account: share worked -> products -> months -> stocks.

`run`, `compare`, the sweep, the map room, the sensitivity study and the claims all read it; what one of them does not ask
for is not computed. Axes: T days, P plants, K products, M months.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from ..clock import Window, month_length_d
from ..units import DAYS_PER_MONTH
from .law import aviation_share, rail_share
from .parameters import Parameters
from .rail import REICH
from .target import Store, TargetSystem, fed

DAYS_IN_APRIL = month_length_d("1944-04")
"""Of the month to which the figures of the oil system are scaled."""


class Delivered(NamedTuple):
    """Tons delivered per day.

    products: [T, K] of the system's products; all sources
    aviation_hydrogenation: [T] aviation gasoline of the plants alone, without benzol and other small plants
    synthetic: [T] all liquid products of hydrogenation and Fischer-Tropsch plants
    hydrogenation: [T] all liquid products of hydrogenation plants
    share: [T, P] share of capacity worked, after overrun
    rail: [T, P] share that coal and rail allow
    """

    products: Array
    aviation_hydrogenation: Array
    synthetic: Array
    hydrogenation: Array
    share: Array
    rail: Array


def aviation_t_per_day(system: TargetSystem, p: Parameters) -> Array:
    """[P] the last product in the chain a day at full working, with the unknown yields drawn and the April total held.

    Plants with a looked-up yield keep it; the others share the rest of April's total, by their prior yields times
    ``exp(aviation_log_split)``.
    """
    prior = jnp.asarray(system.output_t_per_day[:, system.product(system.last_product)])
    free = jnp.asarray(system.aviation_free)
    drawn = jnp.where(free, prior * jnp.exp(p.aviation_log_split), 0.0)
    held = jnp.where(free, 0.0, prior)
    total = jnp.sum(prior) + system.other_aviation_t_per_day
    apart = total - jnp.sum(held) - other_t_per_day(system, p)
    return p.capacity_scale * (held + drawn * apart / jnp.maximum(jnp.sum(drawn), 1e-30))


def other_t_per_day(system: TargetSystem, p: Parameters) -> Array | float:
    """The last product of small plants that are not modelled, a day in April 1944; none where the system has none."""
    return p.other_aviation_t_per_month / DAYS_IN_APRIL if system.other_aviation_t_per_day else 0.0


def aviation_mix(system: TargetSystem, p: Parameters) -> Array:
    """[T] the last product's part in what plants make, relative to the first month, day by day."""
    return jnp.exp(p.aviation_mix_log)[system.window.month_of_day]


def deliver(share: Array, system: TargetSystem, p: Parameters, cars_log: Array | None = None) -> Delivered:
    """Tons delivered from the shares worked.

    share: [T, P] from `run` or `run_closed`; system: fixed facts; p: one draw
    cars_log: [T, 3] log of cars placed by rail region, where it is not the record's (a forecast, another bombing)

    Overrun plants deliver nothing from their day; a plant that others feed works no more than its inputs allow; rail shortage takes the same share of every product of a
    plant; benzol and other small sources have the index of the Reich. It takes no account of stocks of
    intermediate oils between plants, which the record does not have.
    """
    n_days = share.shape[0]
    standing = np.arange(n_days)[:, None] < system.overrun_day[None, :]
    share = fed(jnp.where(standing, share, 0.0), system.plant_ids, system.links)
    by_region = rail_share(system.rail.recorded_log if cars_log is None else cars_log, p)[:n_days]
    rail = by_region[:, system.rail_region]
    railed = share * rail
    last = system.products.index(system.last_product) if system.last_product else len(system.products)
    others = [k for k in range(len(system.products)) if k != last]
    made = p.capacity_scale * (railed @ jnp.asarray(system.output_t_per_day[:, np.array(others, int)], share.dtype))
    aviation = jnp.zeros(n_days, share.dtype)
    if system.last_product:
        mix = aviation_mix(system, p)[:n_days]
        aviation = (aviation_share(share, p) * standing * rail) @ aviation_t_per_day(system, p)
        all_sources = (aviation + other_t_per_day(system, p) * by_region[:, REICH]) * mix
        made = jnp.concatenate([made[:, :last], all_sources[:, None], made[:, last:]], axis=1)
        aviation = aviation * mix
    everything = p.capacity_scale * jnp.asarray(system.all_products_t_per_day, share.dtype)
    synthetic = railed @ jnp.where(system.synthetic, everything, 0.0)
    hydrogenation = railed @ jnp.where(system.hydrogenation, everything, 0.0)
    return Delivered(made, aviation, synthetic, hydrogenation, share, rail)


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
