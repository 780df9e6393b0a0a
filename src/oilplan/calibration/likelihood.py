"""The figures of a fit read off few days: what makes a gradient cheap.

A month's figure is a sum over days, and between two raids the share a plant works is smooth in time. So each quiet
stretch is read on a few whole days (`oilplan.model.fast`) instead of on all of them; dated figures are read on
their own day. The raids themselves are walked as in `oilplan.model.engines`. A test holds the result to the daily sums.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from ..clock import month_of_day
from ..flight.fly import fly_schedule
from ..flight.schedule import Schedule, density_of_raids
from ..model.accounts import DAYS_IN_APRIL, Delivered, aviation_t_per_day, deliver, monthly
from ..model.engines import Slots, read_states, slots, states_after_raids
from ..model.fast import day_reads
from ..model.law import DEFAULT_LAW, Law, aviation_share, uncoupled
from ..model.parameters import Parameters, at_plants
from ..model.rail import REICH
from ..model.rail import cars_log as cars_by_law
from ..model.target import TargetSystem
from . import bindings as kinds


class Readings(NamedTuple):
    """Where the figures are read; NumPy, static. Axes: N reads, F figures, K rail rows of the country.

    slot, plant, day: [N] last slot of the plant's raids (0: none yet), plant, day number
    rail_log: [N] logarithm of the rail index there
    everything: [F, N] tons of all products (or share of a plant) that a share of 1 stands for
    aviation: [F, N] days of the plant's aviation gasoline
    cars_day, cars_region: [F] day and rail region of a figure of cars loaded; -1 for others
    in_tons: [F] True for a figure in tons, which follows the scale of capacity; False for a share
    other: [F, K] days of benzol and other small plants by row of `other_rail_log` and `other_month`
    """

    slot: np.ndarray
    plant: np.ndarray
    day: np.ndarray
    rail_log: np.ndarray
    everything: np.ndarray
    aviation: np.ndarray
    cars_day: np.ndarray
    cars_region: np.ndarray
    in_tons: np.ndarray
    other: np.ndarray
    other_rail_log: np.ndarray
    other_month: np.ndarray


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
    reich_log = np.round(system.rail.recorded_log[:n_days, REICH], 7)
    by_month = np.stack([np.array(month_of_day())[:n_days], reich_log], axis=1)
    rows, row_of_day = np.unique(by_month, axis=0, return_inverse=True)
    other = np.stack([np.bincount(row_of_day, _other_days(item, n_days), len(rows)) for item in items])
    return Readings(
        layout.last[day, plant],
        plant,
        day,
        np.log(system.rail_index[day, plant]),
        everything,
        aviation,
        np.array([item.at if item.kind == kinds.CARS_LOADED else -1 for item in items]),
        np.array([item.until if item.kind == kinds.CARS_LOADED else 0 for item in items]),
        np.array([item.kind != kinds.PLANT_SHARE for item in items]),
        other,
        rows[:, 1],
        rows[:, 0].astype(int),
    )


def read_figures(density_t: Array, p: Parameters, layout: Slots, at: Readings, system: TargetSystem, law: Law) -> Array:
    """[F] model's value of every figure: tons, or share for a plant's share.

    density_t: [R] tons inside the fence of every raid; p: one draw; layout, at: of the same problem
    """
    after = states_after_raids(density_t, layout, p, law, system.rail.recorded_log[: layout.last.shape[0], REICH])
    share = read_states(after, lambda table: table[:, at.slot, at.plant], at.day, at_plants(p, at.plant), law)
    monthly_mix = jnp.exp(p.aviation_mix_log)
    mix = monthly_mix[np.array(month_of_day())[at.day]]
    rail = jnp.exp(p.rail_exponent * jnp.asarray(at.rail_log, share.dtype))
    other = jnp.exp(p.rail_exponent * jnp.asarray(at.other_rail_log, share.dtype)) * monthly_mix[at.other_month]
    gasoline = aviation_share(share, p) * rail * mix * aviation_t_per_day(system, p)[at.plant]
    scale = jnp.where(jnp.asarray(at.in_tons), p.capacity_scale, 1.0)
    made = (
        scale * (jnp.asarray(at.everything, share.dtype) @ (share * rail))
        + jnp.asarray(at.aviation, share.dtype) @ gasoline
    )
    made = made + p.other_aviation_t_per_month / DAYS_IN_APRIL * (jnp.asarray(at.other, share.dtype) @ other)
    return jnp.where(at.cars_day >= 0, jnp.exp(_cars_log(system, p)[at.cars_day, at.cars_region]), made)


def _cars_log(system: TargetSystem, p: Parameters) -> Array:
    return cars_by_law(jnp.asarray(system.rail.transport_t), system.rail.silesia_lost, p)


def _of_figure(f: int, item: kinds.Binding, system: TargetSystem, layout: Slots):
    standing = range(system.n_plants)
    if item.kind == kinds.CARS_LOADED:
        return
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
                yield _Read(
                    k, read.day, f, 0.0 if tons is None else tons[k] * read.days, read.days if tons is None else 0.0
                )


def _other_days(item: kinds.Binding, n_days: int) -> np.ndarray:
    """[T] days on which the other sources' gasoline counts in a figure."""
    day = np.arange(n_days)
    if item.kind == kinds.DAILY_AVIATION:
        return (day == item.at).astype(float)
    if item.kind == kinds.MONTHLY_AVIATION:
        return (np.array(month_of_day())[:n_days] == item.at).astype(float)
    return np.zeros(n_days)


# What the model says about each figure of the record, and how likely the figure then is.

DEGREES_OF_FREEDOM = 6.0
"""Student's t instead of a normal error: a recalled figure may be plainly wrong."""


class Problem(NamedTuple):
    """Everything static of a fit: system, raids up to the cut-off, their slots, figures, days read, law.

    read: None without figures, and for a law that couples the plants, whose every day has to be walked
    """

    system: TargetSystem
    schedule: Schedule
    layout: Slots
    items: tuple[kinds.Binding, ...]
    n_days: int
    law: Law
    read: Readings | None


def problem(system: TargetSystem, schedule: Schedule, items, last_day: int, law: Law = DEFAULT_LAW) -> Problem:
    """A fit to figures complete by ``last_day``, given the raids flown up to it.

    Only plants whose output is measured (synthetic plants and reforming) enter; groups have no monthly figures.
    """
    keep = system.synthetic | (np.array(system.processes) == "reforming")
    position = np.cumsum(keep) - 1
    inside = keep[schedule.plant] & (schedule.day <= last_day)
    raids = schedule.where(inside)
    raids = raids._replace(plant=position[raids.plant])
    part = system.subset(keep)
    n_days = last_day + 1
    layout = slots(raids.day, raids.plant, part.n_plants, n_days)
    bound = tuple(kinds.until_day(list(items), last_day))
    read = readings(bound, part, layout) if bound and not law.coupled else None
    return Problem(part, raids, layout, bound, n_days, law, read)


def each_its_own(problem: Problem) -> Problem:
    """The problem with each plant's gangs its own: near enough to choose coordinates by, and many times cheaper."""
    if not problem.law.coupled:
        return problem
    return problem._replace(law=uncoupled(problem.law), read=readings(problem.items, problem.system, problem.layout))


def campaign(z: Array, p: Parameters, problem: Problem, cars_log: Array | None = None) -> Delivered:
    """Deliveries of the problem's plants, given the luck of every raid. z: [R] standard normal; p: one draw;
    cars_log: as in `deliver`."""
    share = fly_schedule(z, p, problem.layout, problem.schedule, problem.system, problem.law, cars_log)
    return deliver(share, problem.system, p, cars_log)


def figures(z: Array, p: Parameters, problem: Problem) -> Array:
    """[F] the model's value of every figure of a problem, in their order: tons, or share for a plant's share."""
    if problem.read is not None:
        per_raid = density_of_raids(z, problem.schedule, problem.system, p)
        return read_figures(per_raid, p, problem.layout, problem.read, problem.system, problem.law)
    return every_predicted(campaign(z, p, problem), p, problem)


def every_predicted(made: Delivered, p: Parameters, problem: Problem) -> Array:
    """[F] the figures of a problem off the days of a campaign, in their order."""
    named = list(dict.fromkeys(b.kind for b in problem.items))
    values = [predicted(k, kinds.of_kind(problem.items, k), made, p, problem.system) for k in named]
    place = np.argsort(np.concatenate([[n for n, b in enumerate(problem.items) if b.kind == k] for k in named]))
    return jnp.concatenate(values)[place]


def predicted(kind: str, items: list[kinds.Binding], made: Delivered, p: Parameters, system: TargetSystem) -> Array:
    """[N] model's value of the N figures ``items``, all of one kind: tons, or share for a plant's share."""
    at = np.array([b.at for b in items])
    if kind == kinds.PLANT_SHARE:
        plant = np.array([system.position(b.plant_id) for b in items])
        return made.share[at, plant] * made.rail[at, plant]
    if kind == kinds.DAILY_AVIATION:
        return made.products[at, 0]
    if kind == kinds.CARS_LOADED:
        return jnp.exp(_cars_log(system, p)[at, np.array([b.until for b in items])])
    if kind == kinds.NIL_AVIATION:
        return jnp.stack([jnp.mean(made.aviation_hydrogenation[b.at : b.until + 1]) for b in items])
    series = {
        kinds.MONTHLY_AVIATION: made.products[:, 0],
        kinds.MONTHLY_HYDROGENATION_AVIATION: made.aviation_hydrogenation,
        kinds.MONTHLY_SYNTHETIC: made.synthetic,
        kinds.MONTHLY_HYDROGENATION: made.hydrogenation,
    }[kind]
    return monthly(series, system.window)[at]


def full_value(kind: str, system: TargetSystem) -> float:
    """What a figure of this kind would read with every plant whole: tons, or 1 for Leuna's share."""
    aviation = float(system.output_t_per_day[:, 0].sum())
    every = aviation + system.other_aviation_t_per_day
    return {
        kinds.MONTHLY_AVIATION: DAYS_IN_APRIL * every,
        kinds.DAILY_AVIATION: every,
        kinds.MONTHLY_HYDROGENATION_AVIATION: DAYS_IN_APRIL * aviation,
        kinds.NIL_AVIATION: aviation,
        kinds.MONTHLY_HYDROGENATION: DAYS_IN_APRIL * float(system.all_products_t_per_day[system.hydrogenation].sum()),
        kinds.MONTHLY_SYNTHETIC: DAYS_IN_APRIL * float(system.all_products_t_per_day[system.synthetic].sum()),
        kinds.PLANT_SHARE: 1.0,
        kinds.CARS_LOADED: 1.0,
    }[kind]


def spread(value: Array, error: Array, full: Array | float, discrepancy: Array) -> Array:
    """Scale of the error of a figure around the model: its own error and the model's.

        sqrt(error ** 2 + (discrepancy * lost * value) ** 2),   lost = 1 - value / full

    The model's error lies in the damage, not in the plant: it vanishes for a whole system.
    """
    lost = 1.0 - jnp.clip(value / full, 0.0, 1.0)
    return jnp.sqrt(error**2 + (discrepancy * lost * value) ** 2)
