"""Where the fast kernel looks: the raids that matter, and the few days on which each quiet stretch is read.

A month's output of a plant is a sum over days. Between two raids the share worked is smooth in time, so the sum over a
stretch is read off a few whole days with weights that are exact for polynomials (Gauss's rule for a sum, nodes moved to
whole days so that the clock, the rail index and the repair need one table each). Stretches end at raids and months.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from .law import Law, Quiet, State, effort_per_day
from .parameters import Parameters, at_plants
from .rail import REICH
from .target import TargetSystem

NODES = ((3, 3), (16, 4), (10_000, 5))
"""(longest stretch in days, days read): a stretch of up to three days is read whole. Chosen by the error against the
daily sum, which a test bounds at half a percent of a month's output in every draw."""
EVERY_DAY = ((10_000, 10_000),)
"""Read every day: the sum over days itself, at more work."""


class FastLayout(NamedTuple):
    """Static arrays. Axes: E raids that matter (by plant, then day), N days read, K rows of the rail table, M months.

    order: [E] which raid of the schedule; plant: [E] the plant it falls on; first: [E] the plant's first; day, gap_d: [E] day and days since the last
    node_raid: [N] row of the raid before; node_day, node_gap_d: [N] day read and days since that raid
    node_rail: [N] row of `rail_log`; weight: [M, N] tons that a share of 1 on that day stands for in each month
    rail_log: [K] logarithm of a rail index; whole: [M, K] tons of plants not yet raided, by rail row
    cars_log: [T] log of cars placed in the Reich, for the repair
    """

    order: np.ndarray
    plant: np.ndarray
    first: np.ndarray
    day: np.ndarray
    gap_d: np.ndarray
    node_raid: np.ndarray
    node_day: np.ndarray
    node_gap_d: np.ndarray
    node_rail: np.ndarray
    weight: np.ndarray
    rail_log: np.ndarray
    whole: np.ndarray
    cars_log: np.ndarray


def fast_layout(
    day: np.ndarray,
    plant: np.ndarray,
    system: TargetSystem,
    month_of_day: np.ndarray,
    tons_per_day: np.ndarray,
    nodes=NODES,
) -> FastLayout:
    """Lay out the raids of a schedule for `oilplan.model.fast.fly_months`.

    day, plant: [R] day number and plant of every raid; month_of_day: [T] month index of each day, rising
    tons_per_day: [P] what each plant delivers whole; nodes: table of (longest stretch, days read)

    Raids on or after a plant's overrun day change nothing and are left out. Raises ValueError for a day outside.
    """
    n_days = len(month_of_day)
    if len(day) and (np.min(day) < 0 or np.max(day) >= n_days):
        raise ValueError(f"raid days run from {np.min(day)} to {np.max(day)}; expected 0 to {n_days - 1}")
    end = np.minimum(system.overrun_day, n_days).astype(int)
    order = np.lexsort((day, plant))
    order = order[day[order] < end[plant[order]]]
    day_of, plant_of = np.asarray(day)[order], np.asarray(plant)[order]
    first = np.r_[True, plant_of[1:] != plant_of[:-1]] if len(order) else np.zeros(0, bool)
    gap_d = np.where(first, 0, day_of - np.r_[0, day_of[:-1]]) if len(order) else np.zeros(0, int)
    reads = list(_reads(day_of, plant_of, end, month_of_day, nodes))
    rail_log, rail_row = _rail_rows([(r.plant, r.day) for r in reads], system)
    hit = [(r, k) for r, k in zip(reads, rail_row, strict=True) if r.raid >= 0]
    hit.sort(key=lambda pair: pair[0].month)
    weight, whole = (np.zeros((int(month_of_day[-1]) + 1, len(rows))) for rows in (hit, rail_log))
    for n, (r, _) in enumerate(hit):
        weight[r.month, n] = r.days * tons_per_day[r.plant]
    for r, k in zip(reads, rail_row, strict=True):
        if r.raid < 0:
            whole[r.month, k] += r.days * tons_per_day[r.plant]
    raid, at = (np.array([getattr(r, name) for r, _ in hit], dtype=int) for name in ("raid", "day"))
    read = (raid, at, at - day_of[raid], np.array([k for _, k in hit], dtype=int))
    cars_log = system.rail.recorded_log[:n_days, REICH]
    return FastLayout(order, plant_of, first, day_of, gap_d, *read, weight, rail_log, whole, cars_log)


class _Read(NamedTuple):
    raid: int
    plant: int
    day: int
    month: int
    days: float


def _reads(day_of, plant_of, end, month_of_day, nodes):
    """Every day that is read: which raid it follows (-1 for none), and how many days it stands for."""
    for plant, last in enumerate(end):
        mine = np.flatnonzero(plant_of == plant)
        for read in day_reads(day_of[mine], int(last), month_of_day, nodes):
            yield _Read(int(mine[read.raid]) if read.raid >= 0 else -1, plant, read.day, read.month, read.days)


class DayRead(NamedTuple):
    """A day on which a plant is read. raid: which of its raids it follows, -1 for none; days: how many it stands for."""

    raid: int
    day: int
    month: int
    days: float


def day_reads(raid_days: np.ndarray, end: int, month_of_day: np.ndarray, nodes=NODES) -> Iterator[DayRead]:
    """The days on which one plant is read.

    raid_days: [R] rising day numbers of its raids, all before ``end``; end: first day it no longer counts;
    month_of_day: [T] month index of each day, rising
    """
    month_start = np.flatnonzero(np.r_[True, month_of_day[1:] != month_of_day[:-1]])
    cuts = np.unique(np.r_[0, raid_days, month_start[month_start < end], end])
    for begin, stop in pairwise(cuts):
        before = int(np.searchsorted(raid_days, begin, side="right")) - 1
        for offset, days in stretch(int(stop - begin), nodes):
            yield DayRead(before, int(begin) + offset, int(month_of_day[begin]), days)


@functools.cache
def stretch(length_d: int, nodes=NODES) -> tuple[tuple[int, float], ...]:
    """Whole days (offsets) and weights that stand for the sum over ``length_d`` days.

    Exact for polynomials of a degree below the number of days read; the weights add up to ``length_d``.
    """
    n = min(length_d, next(read for longest, read in nodes if length_d <= longest))
    if length_d == n:
        return tuple((offset, 1.0) for offset in range(n))
    gauss = (np.polynomial.legendre.leggauss(n)[0] + 1.0) / 2.0 * length_d - 0.5
    offset = np.round(gauss).astype(int)
    if len(set(offset)) < n:
        offset = np.unique(np.linspace(0, length_d - 1, n).round().astype(int))
    scaled = (2.0 * np.arange(length_d) - (length_d - 1)) / length_d
    powers = np.arange(len(offset))[:, None]
    weight = np.linalg.solve(scaled[offset][None, :] ** powers, (scaled[None, :] ** powers).sum(1))
    return tuple(zip(offset.tolist(), weight.tolist(), strict=True))


def _rail_rows(at: list[tuple[int, int]], system: TargetSystem) -> tuple[np.ndarray, list[int]]:
    """[K] logarithms of the rail indices met, each once, and the row of every (plant, day)."""
    rows: dict[float, int] = {}
    where = [rows.setdefault(round(float(np.log(system.rail_index[day, plant])), 7), len(rows)) for plant, day in at]
    return np.array(list(rows)), where


# The fast kernel: months of output of many draws when the raids are known beforehand.
#
# Work is done only where a raid falls and on the few days that stand for a quiet stretch. Draws are the last, contiguous
# axis: every operation is a long vector. The law is called as by the two engines; its short form (`Law.settled`) makes a
# reading cheap.

_RUN = 20
"""Days summed one after another before the runs are summed: a sum in two short levels."""


def fly_months(density_t: Array, p: Parameters, layout: FastLayout, law: Law) -> Array:
    """Tons of every month for a block of draws.

    density_t: [E, D] tons inside the fence at Leuna's size for the raids of ``layout.order``
    p: draws, each field [D], what plants have of their own [P, D]; layout: from `fast_layout`
    law: any that does not couple the plants

    Returns [M, D] metric tons. It differs from the sum over days of `run_closed` by the rule that reads a stretch on a
    few days (under half a percent of a whole month's output; tested) and by single precision. Raises ValueError for a
    law that couples the plants.
    """
    if law.coupled:
        raise ValueError(f"'{law.name}' couples the plants every day; use oilplan.model.engines.run")
    clock = _clock(layout.cars_log, p)
    longest_d = int(max(layout.node_gap_d.max(initial=0), layout.gap_d.max(initial=0)))
    gaps = jnp.arange(longest_d + 1, dtype=p.crew_growth.dtype)[:, None]
    left = law.quiet(gaps, gaps, p).left
    settled = law.settled(_after_raids(density_t, clock, left, p, layout, law), at_plants(p, layout.plant))
    raid = layout.node_raid
    quiet = Quiet(left[layout.node_gap_d], clock[layout.node_day] - clock[layout.day[raid]])
    worked = law.share_after(jax.tree.map(lambda a: a[raid], settled), quiet, at_plants(p, layout.plant[raid]))
    rail = jnp.exp(p.rail_exponent * jnp.asarray(layout.rail_log, density_t.dtype)[:, None])
    return p.capacity_scale * (_dot(layout.weight, worked * rail[layout.node_rail]) + _dot(layout.whole, rail))


def _dot(weight: np.ndarray, values: Array) -> Array:
    # A graphics card would shorten the numbers of a product unless it is asked not to; a processor does not.
    return jnp.matmul(jnp.asarray(weight, values.dtype), values, precision=jax.lax.Precision.HIGHEST)


def _clock(cars_log: np.ndarray, p: Parameters) -> Array:
    """[T or a few more, D] days of effort worked before each day."""
    runs = -(-len(cars_log) // _RUN)
    cars = np.pad(cars_log, (0, runs * _RUN - len(cars_log)))[:, None]
    day = jnp.arange(runs * _RUN, dtype=p.crew_growth.dtype)[:, None]
    effort = effort_per_day(day, p, cars).reshape(runs, _RUN, -1)
    within = [jnp.zeros_like(effort[:, 0])]
    for k in range(_RUN):
        within.append(within[-1] + effort[:, k])
    before = [jnp.zeros_like(effort[0, 0])]
    for k in range(runs - 1):
        before.append(before[-1] + within[-1][k])
    return (jnp.stack(within[:-1], axis=1) + jnp.stack(before)[:, None]).reshape(runs * _RUN, -1)


def _after_raids(density_t: Array, clock: Array, left: Array, p: Parameters, layout: FastLayout, law: Law) -> State:
    """[E, D] state just after every raid."""
    effort = clock[layout.day] - clock[layout.day - layout.gap_d]
    stays = jnp.asarray(~layout.first, density_t.dtype)

    def raid(state, inputs):
        density, quiet, stays, pace = inputs
        own = p._replace(repair_pace_log=pace)
        before = jax.tree.map(lambda a: stays * a, state)
        state = law.hit(law.rest(before, quiet, own), density, own)
        return state, state

    each = (density_t, Quiet(left[layout.gap_d], effort), stays, p.repair_pace_log[layout.plant])
    _, after = jax.lax.scan(raid, law.whole(p.crew_growth), each)
    return after
