"""What the model says about each figure of the record, and how likely the figure then is."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from ..clock import N_MONTHS, month_of_day
from ..directives.schedule import Schedule
from ..system.closed import Slots, run_closed, slots
from ..system.damage import damage_saturating
from ..system.delivery import DAYS_IN_APRIL, Delivered, deliver
from ..system.parameters import Laws, Parameters
from ..system.repair import repair_exponential, repair_gang_limited, repair_pooled
from ..system.run import run
from ..system.target import TargetSystem
from . import bindings as kinds
from .effect import daily_density, density
from .reading import Readings, read_figures, readings

DEFAULT_LAWS = Laws(damage_saturating, repair_exponential)
DEGREES_OF_FREEDOM = 6.0
"""Student's t instead of a normal error: a recalled figure may be plainly wrong."""


class Problem(NamedTuple):
    """Everything static of a fit: system, raids up to the cut-off, their slots, figures, days read, laws.

    read: None without figures, and for laws that couple the plants, whose every day has to be walked
    """

    system: TargetSystem
    schedule: Schedule
    layout: Slots
    items: tuple[kinds.Binding, ...]
    n_days: int
    laws: Laws
    read: Readings | None


def problem(system: TargetSystem, schedule: Schedule, items, last_day: int, laws: Laws = DEFAULT_LAWS) -> Problem:
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
    read = readings(bound, part, layout) if bound and laws.repair is not repair_pooled else None
    return Problem(part, raids, layout, bound, n_days, laws, read)


def uncoupled(problem: Problem) -> Problem:
    """The problem with each plant's gangs its own: near enough to choose coordinates by, and many times cheaper."""
    if problem.laws.repair is not repair_pooled:
        return problem
    laws = problem.laws._replace(repair=repair_gang_limited)
    return problem._replace(laws=laws, read=readings(problem.items, problem.system, problem.layout))


def campaign(z: Array, p: Parameters, problem: Problem) -> Delivered:
    """Deliveries of the problem's plants, given the luck of every raid. z: [R] standard normal; p: one draw."""
    per_raid = density(z, problem.schedule, problem.system, p)
    if problem.laws.repair is repair_pooled:
        share = run(daily_density(per_raid, problem.schedule, problem.n_days, problem.system.n_plants), p, problem.laws)
    else:
        share = run_closed(per_raid, problem.layout, p, problem.laws)
    return deliver(share, problem.system, p)


def figures(z: Array, p: Parameters, problem: Problem) -> Array:
    """[F] the model's value of every figure of a problem, in their order: tons, or share for a plant's share."""
    if problem.read is not None:
        per_raid = density(z, problem.schedule, problem.system, p)
        return read_figures(per_raid, p, problem.layout, problem.read, problem.system, problem.laws)
    return every_predicted(campaign(z, p, problem), problem)


def every_predicted(made: Delivered, problem: Problem) -> Array:
    """[F] the figures of a problem off the days of a campaign, in their order."""
    named = list(dict.fromkeys(b.kind for b in problem.items))
    values = [predicted(k, kinds.of_kind(problem.items, k), made, problem.system) for k in named]
    place = np.argsort(np.concatenate([[n for n, b in enumerate(problem.items) if b.kind == k] for k in named]))
    return jnp.concatenate(values)[place]


def predicted(kind: str, items: list[kinds.Binding], made: Delivered, system: TargetSystem) -> Array:
    """[N] model's value of the N figures ``items``, all of one kind: tons, or share for a plant's share."""
    at = np.array([b.at for b in items])
    if kind == kinds.PLANT_SHARE:
        plant = np.array([system.position(b.plant_id) for b in items])
        return made.share[at, plant] * made.rail[at, plant]
    if kind == kinds.DAILY_AVIATION:
        return made.products[at, 0]
    if kind == kinds.NIL_AVIATION:
        return jnp.stack([jnp.mean(made.aviation_hydrogenation[b.at : b.until + 1]) for b in items])
    series = {
        kinds.MONTHLY_AVIATION: made.products[:, 0],
        kinds.MONTHLY_HYDROGENATION_AVIATION: made.aviation_hydrogenation,
        kinds.MONTHLY_SYNTHETIC: made.synthetic,
        kinds.MONTHLY_HYDROGENATION: made.hydrogenation,
    }[kind]
    return monthly(series)[at]


def monthly(per_day: Array) -> Array:
    """[M, ...] sums by month of [T, ...] tons a day; months beyond the last day are zero."""
    n_days = per_day.shape[0]
    member = np.eye(N_MONTHS)[np.array(month_of_day())[:n_days]].T
    return jnp.asarray(member, per_day.dtype) @ per_day


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
    }[kind]


def spread(value: Array, error: Array, full: Array | float, discrepancy: Array) -> Array:
    """Scale of the error of a figure around the model: its own error and the model's.

        sqrt(error ** 2 + (discrepancy * lost * value) ** 2),   lost = 1 - value / full

    The model's error lies in the damage, not in the plant: it vanishes for a whole system.
    """
    lost = 1.0 - jnp.clip(value / full, 0.0, 1.0)
    return jnp.sqrt(error**2 + (discrepancy * lost * value) ** 2)
