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
from ..system.repair import repair_gang_limited, repair_pooled
from ..system.run import run
from ..system.target import TargetSystem
from . import bindings as kinds
from .effect import daily_density, density

DEFAULT_LAWS = Laws(damage_saturating, repair_gang_limited)
DEGREES_OF_FREEDOM = 6.0
"""Student's t instead of a normal error: a recalled figure may be plainly wrong."""


class Problem(NamedTuple):
    """Everything static of a fit: system, raids up to the cut-off, their slots, figures, laws."""

    system: TargetSystem
    schedule: Schedule
    layout: Slots
    items: tuple[kinds.Binding, ...]
    n_days: int
    laws: Laws


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
    return Problem(part, raids, layout, tuple(kinds.until_day(list(items), last_day)), n_days, laws)


def campaign(z: Array, p: Parameters, problem: Problem) -> Delivered:
    """Deliveries of the problem's plants, given the luck of every raid. z: [R] standard normal; p: one draw."""
    per_raid = density(z, problem.schedule, problem.system, p)
    if problem.laws.repair is repair_pooled:
        share = run(daily_density(per_raid, problem.schedule, problem.n_days, problem.system.n_plants), p, problem.laws)
    else:
        share = run_closed(per_raid, problem.layout, p, problem.laws)
    return deliver(share, problem.system, p)


def predicted(kind: str, at: np.ndarray, until: np.ndarray, made: Delivered, system: TargetSystem) -> Array:
    """Model's value of the figures of one kind. at, until: [N]. Returns [N] tons, or share for Leuna."""
    if kind == kinds.LEUNA_SHARE:
        leuna = system.index("leuna")
        return made.share[at, leuna] * made.rail[at, leuna]
    if kind == kinds.DAILY_AVIATION:
        return made.products[at, 0]
    if kind == kinds.NIL_AVIATION:
        return jnp.stack([jnp.mean(made.aviation_hydrogenation[a : b + 1]) for a, b in zip(at, until, strict=True)])
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
        kinds.LEUNA_SHARE: 1.0,
    }[kind]


def spread(value: Array, error: Array, full: Array, discrepancy: Array) -> Array:
    """Scale of the error of a figure around the model: its own error and the model's.

        sqrt(error ** 2 + (discrepancy * lost * value) ** 2),   lost = 1 - value / full

    The model's error lies in the damage, not in the plant: it vanishes for a whole system.
    """
    lost = 1.0 - jnp.clip(value / full, 0.0, 1.0)
    return jnp.sqrt(error**2 + (discrepancy * lost * value) ** 2)
