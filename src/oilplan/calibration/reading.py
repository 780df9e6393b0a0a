"""The figures of a fit read off few days: what makes a gradient cheap.

A month's figure is a sum over days, and between two raids the share a plant works is smooth in time. So each quiet
stretch is read on a few whole days (`oilplan.system.fast_layout`) instead of on all of them; dated figures are read on
their own day. The raids themselves are walked as in `oilplan.system.closed`. A test holds the result to the daily sums.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from ..clock import month_of_day
from ..system.closed import Slots, states_after_raids
from ..system.delivery import DAYS_IN_APRIL, aviation_t_per_day
from ..system.fast_layout import day_reads
from ..system.output import aviation_share, working_share
from ..system.parameters import Laws, Parameters
from ..system.repair import effort_per_day, mend_disruption
from ..system.target import TargetSystem
from . import bindings as kinds


class Readings(NamedTuple):
    """Where the figures are read; NumPy, static. Axes: N reads, F figures, K rail rows of the country.

    slot, plant, day: [N] last slot of the plant's raids (0: none yet), plant, day number
    rail_log: [N] logarithm of the rail index there
    everything: [F, N] tons of all products (or share of a plant) that a share of 1 stands for
    aviation: [F, N] days of the plant's aviation gasoline
    other: [F, K] days of benzol and other small plants by row of `other_rail_log`
    """

    slot: np.ndarray
    plant: np.ndarray
    day: np.ndarray
    rail_log: np.ndarray
    everything: np.ndarray
    aviation: np.ndarray
    other: np.ndarray
    other_rail_log: np.ndarray


class _Read(NamedTuple):
    plant: int
    day: int
    figure: int
    everything: float
    aviation: float


def readings(items, system: TargetSystem, layout: Slots) -> Readings:
    """Lay out the figures ``items`` (in their order) of a problem's plants."""
    n_days = layout.last.shape[0]
    reads = [r for f, item in enumerate(items) for r in _of_figure(f, item, system, layout)]
    spots = sorted({(r.plant, r.day) for r in reads})
    place = {spot: n for n, spot in enumerate(spots)}
    plant, day = (np.array(column) for column in zip(*spots, strict=True))
    everything, aviation = np.zeros((len(items), len(spots))), np.zeros((len(items), len(spots)))
    for r in reads:
        everything[r.figure, place[r.plant, r.day]] += r.everything
        aviation[r.figure, place[r.plant, r.day]] += r.aviation
    best_rail = np.round(np.log(system.rail_index[:n_days].max(axis=1)), 7)
    rows, row_of_day = np.unique(best_rail, return_inverse=True)
    other = np.stack([np.bincount(row_of_day, _other_days(item, n_days), len(rows)) for item in items])
    return Readings(layout.last[day, plant], plant, day, np.log(system.rail_index[day, plant]), everything, aviation,
                    other, rows)  # fmt: skip


def read_figures(density_t: Array, p: Parameters, layout: Slots, at: Readings, system: TargetSystem, laws: Laws) -> Array:
    """[F] model's value of every figure: tons, or share for a plant's share.

    density_t: [R] tons inside the fence of every raid; p: one draw; layout, at: of the same problem
    """
    n_days = layout.last.shape[0]
    days = jnp.arange(n_days + 1, dtype=density_t.dtype)
    clock = jnp.concatenate([jnp.zeros(1, days.dtype), jnp.cumsum(effort_per_day(days[:-1], p))])
    table = jnp.stack(states_after_raids(density_t, layout, clock, p, laws), axis=-1)
    day0, clock0, disruption, backlog, inflicted = table[at.slot, at.plant].T
    disruption = mend_disruption(disruption, at.day - day0, p)
    share = working_share(disruption, laws.repair(backlog, inflicted, clock[at.day] - clock0, p), p)
    rail = jnp.exp(p.rail_exponent * jnp.asarray(at.rail_log, share.dtype))
    other = jnp.exp(p.rail_exponent * jnp.asarray(at.other_rail_log, share.dtype))
    gasoline = aviation_share(share, p) * rail * aviation_t_per_day(system, p)[at.plant]
    made = jnp.asarray(at.everything, share.dtype) @ (share * rail) + jnp.asarray(at.aviation, share.dtype) @ gasoline
    return made + p.other_aviation_t_per_month / DAYS_IN_APRIL * (jnp.asarray(at.other, share.dtype) @ other)


def _of_figure(f: int, item: kinds.Binding, system: TargetSystem, layout: Slots):
    standing = range(system.n_plants)
    if item.kind == kinds.PLANT_SHARE:
        yield from _on_day(f, item.at, system, {system.position(item.plant_id): 1.0}, 0.0)
    elif item.kind == kinds.DAILY_AVIATION:
        yield from _on_day(f, item.at, system, dict.fromkeys(standing, 0.0), 1.0)
    elif item.kind == kinds.NIL_AVIATION:
        stretch = range(item.at, item.until + 1)
        for day in stretch:
            yield from _on_day(f, day, system, dict.fromkeys(standing, 0.0), 1.0 / len(stretch))
    else:
        yield from _in_month(f, item, system, layout)


def _on_day(f, day, system, everything: dict[int, float], aviation: float):
    for k, weight in everything.items():
        if day < system.overrun_day[k]:
            yield _Read(k, day, f, weight, aviation)


def _in_month(f, item, system, layout):
    n_days = layout.last.shape[0]
    month = np.array(month_of_day())[:n_days]
    counted = {kinds.MONTHLY_SYNTHETIC: system.synthetic, kinds.MONTHLY_HYDROGENATION: system.hydrogenation}
    tons = np.where(counted[item.kind], system.all_products_t_per_day, 0.0) if item.kind in counted else None
    for k, slot_days in enumerate(layout.day.T):
        end = int(min(system.overrun_day[k], n_days))
        for read in day_reads(slot_days[slot_days < end], end, month):
            if read.month == item.at:
                yield _Read(k, read.day, f, 0.0 if tons is None else tons[k] * read.days, read.days if tons is None else 0.0)


def _other_days(item: kinds.Binding, n_days: int) -> np.ndarray:
    """[T] days on which the other sources' gasoline counts in a figure."""
    day = np.arange(n_days)
    if item.kind == kinds.DAILY_AVIATION:
        return (day == item.at).astype(float)
    if item.kind == kinds.MONTHLY_AVIATION:
        return (np.array(month_of_day())[:n_days] == item.at).astype(float)
    return np.zeros(n_days)
