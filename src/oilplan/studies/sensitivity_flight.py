"""The raids as flown, flown again with what is not known moved: the model of the sensitivity study."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from ..calibration.priors import AVIATION_MIX_STEP_SD, AVIATION_SPLIT_SD, REPAIR_PACE_SD
from ..clock import MONTHS, N_DAYS, N_MONTHS, month_end_day, month_of_day
from ..flight.schedule import Schedule, density_of_raids
from ..model.accounts import monthly
from ..model.delivery import Delivered, deliver
from ..model.law import AVIATION, DEFAULT_LAW
from ..model.oil import FISCHER_TROPSCH, HYDROGENATION
from ..model.parameters import Parameters
from ..model.raid_walk import run_closed, slots
from ..model.stocks import FIRST_DAY, UNRATIONED_PER_MONTH, aviation_start_t, aviation_stock, use_as_flown_t
from ..model.target import TargetSystem
from ..record import Record
from .sensitivity_inputs import CARS, STOCK, Errors, errors_of, moves

Traced = Any
"""A JAX array in a place where the fixed facts of a run hold a NumPy array: here they too are moved."""
BATCH = 32
"""Runs compiled together."""
CHUNK = 1024
"""Runs between two reports of progress."""


def model(
    record: Record, system: TargetSystem, schedule: Schedule, *, seed: int, posterior=None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Callable[[np.ndarray], np.ndarray]:  # fmt: skip
    """Function of the shares of a design [n, G] to the outcomes [n, O] of `oilplan.studies.sensitivity.OUTCOMES`.

    seed: of the lots of luck, yields and capacities; posterior: take the scalars' quantiles from its draws
    progress: called with runs done and runs. Days of raids are those of the record, also where they are in doubt.
    """
    fly = _compiled(record, system, schedule, seed)

    def outcomes(shares: np.ndarray) -> np.ndarray:
        moved = moves(shares, posterior)
        n, parts = len(shares), []
        for first in range(0, n, CHUNK):
            rows = np.minimum(np.arange(first, first + CHUNK), n - 1)
            parts.append(np.asarray(fly(jax.tree.map(lambda a, rows=rows: _single(a[rows]), moved))))
            progress(min(first + CHUNK, n), n)
        return np.concatenate(parts)[:n]

    return outcomes


def _single(a: np.ndarray) -> np.ndarray:
    return a.astype(np.float32) if a.dtype == np.float64 else a


def _compiled(record: Record, system: TargetSystem, schedule: Schedule, seed: int):
    errors = errors_of(record, system, schedule)
    layout = slots(schedule.day, schedule.plant, system.n_plants, N_DAYS)
    use_t, start_t = use_as_flown_t(record), aviation_start_t(record)
    use_error = errors.use[np.array(month_of_day())]

    def one(m: Traced) -> Array:
        keys = jax.random.split(jax.random.key(seed), 6)
        of_plants, of_months = (jax.random.fold_in(keys[0], n) for n in (1, 2))
        steps = AVIATION_MIX_STEP_SD * _lot(of_months, m.yields, N_MONTHS)
        p = Parameters(
            **m.scalars,
            aviation_log_split=AVIATION_SPLIT_SD * _lot(keys[0], m.yields, system.n_plants),
            repair_pace_log=REPAIR_PACE_SD * _lot(of_plants, m.yields, system.n_plants),
            aviation_mix_log=jnp.cumsum(steps.at[0].set(0.0)),
        )
        moved = _moved_system(m, keys[4:], system, errors)
        tons = density_of_raids(_luck(m, keys[1:4], schedule, errors), _moved_raids(m, schedule), moved, p)
        made = deliver(run_closed(tons, layout, p, DEFAULT_LAW), moved, p)
        use = jnp.asarray(use_t, tons.dtype) * jnp.exp(jnp.asarray(use_error, tons.dtype) * m.consumption)
        start: Traced = start_t * jnp.exp(STOCK * m.stock)
        stock = aviation_stock(made.products[:, AVIATION], use, start, UNRATIONED_PER_MONTH)
        return _outcomes(made, stock.stock_t)

    return jax.jit(lambda batch: jax.lax.map(one, batch, batch_size=BATCH))


def _lot(key: Array, lot: Array, size: int) -> Array:
    """Standard normal draws named by a lot; ``key`` serves all lots."""
    return jax.random.normal(jax.random.fold_in(key, lot), (size,))


def _luck(m: Traced, keys: Array, schedule: Schedule, errors: Errors) -> Array:
    """[R] luck of each raid, from the lot of its own kind. m: one run of `Moves`, here as below."""
    stands, flagged, recalled = (_lot(k, lot, schedule.n_raids)
                                 for k, lot in zip(keys, (m.luck, m.doubted, m.calendar), strict=True))  # fmt: skip
    return jnp.where(schedule.recorded, jnp.where(errors.flagged, flagged, stands), recalled)


def _moved_raids(m: Traced, schedule: Schedule) -> Schedule:
    visual: Traced = jnp.where(schedule.visual_known, schedule.visual, jnp.clip(schedule.visual + m.sighting, 0.0, 1.0))
    return schedule._replace(
        bombs_t=schedule.bombs_t * jnp.where(schedule.recorded, 1.0, m.strength), visual=visual
    )


def _moved_system(m: Traced, keys: Array, system: TargetSystem, errors: Errors) -> TargetSystem:
    """Capacities, days of overrun and freight cars moved; April's totals of each process and of aviation gasoline held."""
    factor = jnp.exp(errors.recalled_capacity * _lot(keys[0], m.recalled_capacity, system.n_plants)
                     + errors.read_capacity * _lot(keys[1], m.read_capacity, system.n_plants))  # fmt: skip
    every: Traced
    aviation: Traced
    every, aviation = system.all_products_t_per_day, system.output_t_per_day[:, AVIATION]
    for process in (HYDROGENATION, FISCHER_TROPSCH):
        every = _held(every, factor, np.array(system.processes) == process)
    aviation = _held(aviation, factor, system.aviation_free)
    output: Traced = jnp.concatenate([aviation[:, None], jnp.asarray(system.output_t_per_day[:, AVIATION + 1 :])], axis=1)
    cars = system.rail.recorded_log
    moved: Traced = jnp.where(cars < 0.0, jnp.minimum(cars + CARS * m.cars, 0.0), 0.0)
    return system._replace(
        capacity_t_per_year=system.capacity_t_per_year * factor, all_products_t_per_day=every,
        output_t_per_day=output, overrun_day=system.overrun_day + m.overrun * errors.overrun_d, rail=system.rail._replace(recorded_log=moved),
    )  # fmt: skip


def _held(tons: Traced, factor: Traced, chosen: np.ndarray) -> Traced:
    """[P] tons of the chosen plants times ``factor``, scaled back to their sum."""
    moved = jnp.where(chosen, tons * factor, 0.0)
    total = jnp.sum(jnp.where(chosen, tons, 0.0))
    return jnp.where(chosen, moved * total / jnp.maximum(jnp.sum(moved), 1e-9), tons)


def _outcomes(made: Delivered, stock_t: Array) -> Array:
    """[O] in the order of `oilplan.studies.sensitivity.OUTCOMES`."""
    aviation = monthly(made.products[:, AVIATION])
    synthetic = monthly(made.synthetic)
    at = MONTHS.index
    summer = jnp.sum(aviation[at("1944-06") : at("1944-09") + 1])
    winter = jnp.sum(aviation[at("1944-10") : at("1945-03") + 1])
    lowest = 1.0 + jnp.argmin(aviation[: at("1944-12") + 1])
    year_end = stock_t[month_end_day("1944-12") - FIRST_DAY]
    return jnp.stack([summer, winter, lowest.astype(summer.dtype), aviation[at("1944-11")],
                      synthetic[at("1944-09")], year_end])  # fmt: skip
