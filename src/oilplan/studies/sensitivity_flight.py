"""The raids as flown, flown again with what is not known moved: the model of the sensitivity study."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from ..calibration.priors import AVIATION_MIX_STEP_SD, AVIATION_SPLIT_SD, REPAIR_PACE_SD
from ..flight.fly import fly_schedule
from ..flight.schedule import Schedule
from ..model.accounts import Account, Delivered, account, deliver, monthly
from ..model.engines import slots
from ..model.oil import AVIATION, AVIATION_STOCK, FISCHER_TROPSCH, HYDROGENATION
from ..model.parameters import Parameters
from ..model.rail import changed_log
from ..model.target import Store, TargetSystem
from ..record import Record
from .sensitivity_inputs import CARS, STOCK, Errors, errors_of, moves

Traced = Any
"""A JAX array in a place where the fixed facts of a run hold a NumPy array: here they too are moved."""
BATCH = 32
"""Runs compiled together."""
CHUNK = 1024
"""Runs between two reports of progress."""


def model(
    record: Record,
    system: TargetSystem,
    schedule: Schedule,
    *,
    seed: int,
    posterior=None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Callable[[np.ndarray], np.ndarray]:
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
    layout = slots(schedule.day, schedule.plant, system.n_plants, system.n_days)
    use_error = errors.use[system.window.month_of_day]

    def one(m: Traced) -> Array:
        keys = jax.random.split(jax.random.key(seed), 6)
        of_plants, of_months = (jax.random.fold_in(keys[0], n) for n in (1, 2))
        steps = AVIATION_MIX_STEP_SD * _lot(of_months, m.yields, system.window.n_months)
        p = Parameters(
            **m.scalars,
            aviation_log_split=AVIATION_SPLIT_SD * _lot(keys[0], m.yields, system.n_plants),
            repair_pace_log=REPAIR_PACE_SD * _lot(of_plants, m.yields, system.n_plants),
            aviation_mix_log=jnp.cumsum(steps.at[0].set(0.0)),
        )
        moved = _moved_system(m, keys[4:], system, errors)
        moved = moved._replace(stores=(_moved_store(m, system.store(AVIATION_STOCK), use_error),))
        flown = (_luck(m, keys[1:4], schedule, errors), p, layout, _moved_raids(m, schedule), moved)
        spared = changed_log(jnp.zeros(system.n_days), moved.rail, p)
        railways_whole = deliver(fly_schedule(*flown, cars_log=spared), moved, p, spared)
        return _outcomes(account(fly_schedule(*flown), moved, p), railways_whole, system)

    return jax.jit(lambda batch: jax.lax.map(one, batch, batch_size=BATCH))


def _lot(key: Array, lot: Array, size: int) -> Array:
    """Standard normal draws named by a lot; ``key`` serves all lots."""
    return jax.random.normal(jax.random.fold_in(key, lot), (size,))


def _luck(m: Traced, keys: Array, schedule: Schedule, errors: Errors) -> Array:
    """[R] luck of each raid, from the lot of its own kind. m: one run of `Moves`, here as below."""
    stands, flagged, recalled = (
        _lot(k, lot, schedule.n_raids) for k, lot in zip(keys, (m.luck, m.doubted, m.calendar), strict=True)
    )
    return jnp.where(schedule.recorded, jnp.where(errors.flagged, flagged, stands), recalled)


def _moved_raids(m: Traced, schedule: Schedule) -> Schedule:
    visual: Traced = jnp.where(schedule.visual_known, schedule.visual, jnp.clip(schedule.visual + m.sighting, 0.0, 1.0))
    return schedule._replace(bombs_t=schedule.bombs_t * jnp.where(schedule.recorded, 1.0, m.strength), visual=visual)


def _moved_system(m: Traced, keys: Array, system: TargetSystem, errors: Errors) -> TargetSystem:
    """Capacities, days of overrun and freight cars moved; April's totals of each process and of aviation gasoline held."""
    factor = jnp.exp(
        errors.recalled_capacity * _lot(keys[0], m.recalled_capacity, system.n_plants)
        + errors.read_capacity * _lot(keys[1], m.read_capacity, system.n_plants)
    )
    every: Traced
    aviation: Traced
    every, aviation = system.all_products_t_per_day, system.output_t_per_day[:, AVIATION]
    for process in (HYDROGENATION, FISCHER_TROPSCH):
        every = _held(every, factor, np.array(system.processes) == process)
    aviation = _held(aviation, factor, system.aviation_free)
    output: Traced = jnp.asarray(system.output_t_per_day).at[:, AVIATION].set(aviation)
    cars = system.rail.recorded_log
    moved: Traced = jnp.where(cars < 0.0, jnp.minimum(cars + CARS * m.cars, 0.0), 0.0)
    return system._replace(
        capacity_t_per_year=system.capacity_t_per_year * factor,
        all_products_t_per_day=every,
        output_t_per_day=output,
        overrun_day=system.overrun_day + m.overrun * errors.overrun_d,
        rail=system.rail._replace(recorded_log=moved),
    )


def _moved_store(m: Traced, store: Store, use_error: np.ndarray) -> Store:
    """The stock at the start and what was used of it moved; a figure of use errs alike on all its days."""
    use: Traced = jnp.asarray(store.need_t, m.stock.dtype) * jnp.exp(
        jnp.asarray(use_error, m.stock.dtype) * m.consumption
    )
    start: Traced = store.start_t * jnp.exp(STOCK * m.stock)
    return store._replace(start_t=start, need_t=use)


def _held(tons: Traced, factor: Traced, chosen: np.ndarray) -> Traced:
    """[P] tons of the chosen plants times ``factor``, scaled back to their sum."""
    moved = jnp.where(chosen, tons * factor, 0.0)
    total = jnp.sum(jnp.where(chosen, tons, 0.0))
    return jnp.where(chosen, moved * total / jnp.maximum(jnp.sum(moved), 1e-9), tons)


def _outcomes(made: Account, railways_whole: Delivered, system: TargetSystem) -> Array:
    """[O] in the order of `oilplan.studies.sensitivity.OUTCOMES`. railways_whole: the same, had no ton fallen on railways"""
    aviation = made.products_t[:, AVIATION]
    synthetic = monthly(made.delivered.synthetic, system.window)
    at = system.window.month_index
    summer = jnp.sum(aviation[at("1944-06") : at("1944-09") + 1])
    months = slice(at("1944-10"), at("1945-03") + 1)
    winter = jnp.sum(aviation[months])
    unbombed = jnp.sum(monthly(railways_whole.products[:, AVIATION], system.window)[months])
    lowest = 1.0 + jnp.argmin(aviation[: at("1944-12") + 1])
    year_end = made.stock_t[AVIATION_STOCK][at("1944-12")]
    lowest, november = lowest.astype(summer.dtype), aviation[at("1944-11")]
    return jnp.stack([summer, winter, lowest, november, synthetic[at("1944-09")], year_end, unbombed - winter])
