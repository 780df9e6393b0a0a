"""What is not known, as independent inputs of a sensitivity study, and the raids as flown, flown again with it moved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from scipy.special import ndtri

from ..calibration.model import AVIATION_MIX_STEP_SD, AVIATION_SPLIT_SD, PRIORS, REPAIR_PACE_SD, Prior
from ..clock import MONTHS, day_of
from ..directives.toml_file import shipped
from ..flight.fly import fly_schedule
from ..flight.schedule import AIM_LOG_SD, RECALLED_REAL, Schedule
from ..model.accounts import Account, Delivered, account, deliver, monthly
from ..model.engines import slots
from ..model.oil import AVIATION, AVIATION_STOCK, FISCHER_TROPSCH, HYDROGENATION
from ..model.parameters import Parameters
from ..model.rail import changed_log
from ..model.target import Store, TargetSystem
from ..record import Record, own_rows
from ..record.provenance import error_of, relative_error

READ, JUDGED, RECALLED, DOUBTED, CHANCE = "read", "judgement", "recalled", "doubtful", "chance"
UNVERIFIED = (RECALLED, DOUBTED)
"""Kinds of inputs that a page, once read, would settle."""
SIGHTING_SHIFT = 0.10
"""Standard deviation of the common error of visual shares where a raid's own sighting was not read: monthly shares are
computed from those codes that could be read; ten points is a judgement."""
TAKEN_AS_IT_STANDS_LOG_SD = (0.1**2 + AIM_LOG_SD**2) ** 0.5
CARS, STOCK = relative_error("looked_up", "high"), relative_error("looked_up", "high")
NEAR_ONE = 1e-6
"""Shares are kept this far from 0 and 1, where a normal quantile is infinite."""


class Input(NamedTuple):
    """One input. name: identifier; label: for people; known: read, judgement, recalled, doubtful or chance; moved: by
    what error, and its source.
    """

    name: str
    label: str
    known: str
    moved: str


_ERRORS = {
    "split": AVIATION_SPLIT_SD,
    "aim": AIM_LOG_SD,
    "real": RECALLED_REAL,
    "least": 2 * RECALLED_REAL - 1,
    "points": 100 * SIGHTING_SHIFT,
}
RECORD_INPUTS = tuple(
    Input(row["name"], row["label"], row["known"], row["moved"].format(**_ERRORS))
    for row in shipped("studies", "sensitivity_inputs.toml")["input"]
)


def inputs() -> tuple[Input, ...]:
    """Every input in the order of the design's columns: the scalars of the priors, then those of the record."""
    return (*(Input(p.name, p.label or p.name, known_by(p), _moved(p)) for p in PRIORS), *RECORD_INPUTS)


def known_by(prior: Prior) -> str:
    """How a prior is known, from the words of its source: recalled, else judgement, else read."""
    return next((kind for kind in (RECALLED, JUDGED) if kind in prior.source), READ)


def _moved(p: Prior) -> str:
    spread = f"sd {p.spread:g} days" if p.form == "normal" else f"log sd {p.spread:g}"
    return f"median {p.centre:g}, {spread}: {p.source}"


class Moves(NamedTuple):
    """A batch of n runs as what is moved. scalars: {name: [n]} in their own units

    yields, luck, doubted, calendar, recalled_capacity, read_capacity: [n] seeds, one lot of draws each
    strength: [n] factor on the tons of recalled raids; sighting: [n] shift of visual shares; the rest: [n] standard
    normal (consumption, cars, stock) or -1 to 1 (overrun: from earliest to latest)
    """

    scalars: dict[str, np.ndarray]
    yields: np.ndarray
    luck: np.ndarray
    doubted: np.ndarray
    calendar: np.ndarray
    strength: np.ndarray
    consumption: np.ndarray
    overrun: np.ndarray
    recalled_capacity: np.ndarray
    read_capacity: np.ndarray
    sighting: np.ndarray
    cars: np.ndarray
    stock: np.ndarray


SEEDS = 2**24
"""A share of 0 to 1 names one of so many lots of draws: an input of many dimensions moves as one."""


def moves(shares: np.ndarray, posterior=None) -> Moves:
    """What the runs of a design move. shares: [n, G] between 0 and 1 in the order of `inputs`

    posterior: take each scalar's quantile from its draws instead of its prior. The inputs stay independent: what a fit
    says of two parameters together is not used, because Sobol indices of dependent inputs do not add up.
    """
    u = np.clip(shares, NEAR_ONE, 1.0 - NEAR_ONE).T
    scalars = {p.name: _quantile(p, u[i], posterior) for i, p in enumerate(PRIORS)}
    of = dict(zip((i.name for i in RECORD_INPUTS), u[len(PRIORS) :], strict=True))
    lot = {name: (share * SEEDS).astype(np.uint32) for name, share in of.items()}
    lowest = 2.0 * RECALLED_REAL - 1.0
    return Moves(
        scalars,
        lot["aviation_yields"],
        lot["raid_luck"],
        lot["doubted_raids"],
        lot["calendar_raids"],
        strength=(lowest + (1.0 - lowest) * of["calendar_strength"]) / RECALLED_REAL,
        consumption=ndtri(of["consumption"]),
        overrun=2.0 * of["overrun_dates"] - 1.0,
        recalled_capacity=lot["recalled_capacities"],
        read_capacity=lot["read_capacities"],
        sighting=SIGHTING_SHIFT * ndtri(of["monthly_sighting"]),
        cars=ndtri(of["freight_cars"]),
        stock=ndtri(of["april_stock"]),
    )


def _quantile(p: Prior, share: np.ndarray, posterior) -> np.ndarray:
    if posterior is not None:
        return np.quantile(np.asarray(getattr(posterior.parameters, p.name)), share)
    return p.value(ndtri(share))


class Errors(NamedTuple):
    """Errors of the record's rows. use: [M] relative, of a month's consumption; overrun_d: [P] half of the recalled
    interval in days; recalled_capacity, read_capacity: [P] relative; flagged: [R] rows of raids in doubt
    """

    use: np.ndarray
    overrun_d: np.ndarray
    recalled_capacity: np.ndarray
    read_capacity: np.ndarray
    flagged: np.ndarray


def errors_of(record: Record, system: TargetSystem, schedule: Schedule) -> Errors:
    """Errors by provenance, from the one table of `oilplan.record.provenance`."""
    recalled, read = _capacity_errors(record, system)
    flagged = schedule.recorded & ((schedule.log_sd > TAKEN_AS_IT_STANDS_LOG_SD + 1e-9) | (schedule.factor < 1.0))
    return Errors(_use_errors(record), _overrun_half_widths(record, system), recalled, read, flagged)


def _use_errors(record: Record) -> np.ndarray:
    own = own_rows(record.rows("stocks_and_use").values(), "product", "quantity", "period")
    rows = {key[2]: error_of(r) for key, r in own.items() if key[:2] == ("aviation_gasoline", "consumption")}
    last = max((m for m in rows if m in MONTHS and rows[m] is not None), default=None)
    return np.array([rows.get(m) or rows.get(last) or 0.0 for m in MONTHS])


def _overrun_half_widths(record: Record, system: TargetSystem) -> np.ndarray:
    """Half of the interval of the recalled row on which a plant's day rests; 0 where it rests on none."""
    half = np.zeros(system.n_plants)
    for r in record.rows("overrun").values():
        if r["status"] == RECALLED and r["plant_id"] in system.plant_ids:
            plant, first, last = system.position(r["plant_id"]), day_of(r["earliest"]), day_of(r["latest"])
            if (first + last) // 2 == system.overrun_day[plant]:
                half[plant] = (last - first) / 2
    return half


def _capacity_errors(record: Record, system: TargetSystem) -> tuple[np.ndarray, np.ndarray]:
    """[P] relative errors of recalled and of looked-up capacities; groups have none."""
    rows = record.rows("plants")
    recalled, read = np.zeros(system.n_plants), np.zeros(system.n_plants)
    for i, plant in enumerate(system.plant_ids):
        if plant in rows and rows[plant]["row_type"] == "plant":
            weak = rows[plant]["status"] == RECALLED
            (recalled if weak else read)[i] = relative_error(rows[plant]["status"], rows[plant]["confidence"]) or 0.0
    return recalled, read


# The flight.

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
