"""The campaign flown again, once for every draw of what is not known."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from ..calibration.effect import density
from ..calibration.likelihood import DEFAULT_LAWS, monthly
from ..calibration.priors import draw_prior
from ..clock import N_DAYS
from ..directives.raid_noise import DAY, LUCK, raid_noise
from ..directives.schedule import Schedule
from ..errors import OilplanError
from ..record import Record
from ..system.closed import Slots, run_closed
from ..system.delivery import Delivered, deliver
from ..system.parameters import Laws, Parameters
from ..system.repair import repair_pooled
from ..system.run import run
from ..system.stocks import (
    UNRATIONED_PER_MONTH,
    Supply,
    aviation_start_t,
    aviation_stock,
    motor_need_t,
    motor_start_t,
    use_as_flown_t,
)
from ..system.target import TargetSystem
from .executable import kept_whole
from .flown_dates import draw_days, slots_of_draws
from .motor_fuel import motor_met
from .recorded import AVIATION, AVIATION_HYDROGENATION, HYDROGENATION, SERIES, SYNTHETIC

CHUNK = 25
"""Draws run together: their days stay in a core's cache. A last, partly filled chunk is padded: one compilation."""
AHEAD = 2
"""Chunks in the air while the next one is prepared."""
MAX_DRAWS = 100_000


class Replay(NamedTuple):
    """What came of every draw. Axes: D draws, M months, S series (order of `SERIES`), P plants, T days, R raids.

    output_t: [D, M, S] metric tons a month; products_t: [D, M, K] aviation gasoline, motor gasoline, diesel
    share: [D, M, P] mean share of capacity worked; aviation_t_per_day: [D, T]
    stock: aviation gasoline from 1 May 1944, `Supply` of [D, T - 30]
    motor_met: [D, M] share of the need of motor gasoline and diesel that was met under rationing; nan in April
    day: [D, R] the day each raid was drawn on; parameters: [D]; system, schedule: what was flown against what
    calibrated: False when the parameters are priors only
    """

    output_t: np.ndarray
    products_t: np.ndarray
    share: np.ndarray
    aviation_t_per_day: np.ndarray
    stock: Supply
    motor_met: np.ndarray
    day: np.ndarray
    parameters: Parameters
    system: TargetSystem
    schedule: Schedule
    calibrated: bool


class Draws(NamedTuple):
    """The unknowns of every draw. parameters: [D]; raid_z: [D, R] luck of each raid; day: [D, R]."""

    parameters: Parameters
    raid_z: Array
    day: np.ndarray


def replay(
    record: Record, system: TargetSystem, schedule: Schedule, *, draws: int, seed: int, posterior=None,
    laws: Laws = DEFAULT_LAWS, progress: Callable[[int, int], None] = lambda done, of: None,
) -> Replay:  # fmt: skip
    """Fly ``schedule`` against ``system`` in ``draws`` draws of parameters, luck of raids and doubted dates.

    draws: number of draws D, 1 to 100,000; seed: the same seed gives the same draws
    posterior: None draws from the priors; else parameters and luck are resampled from it
    laws: damage and repair; progress: called with draws done and D

    Each raid falls on a day drawn from its doubt. Consumption of aviation gasoline is the recalled one as far as the
    stock goes. Flown in 32 bits, which move a month's output by less than a millionth of April's.

    Raises OilplanError for a number of draws out of range or a posterior of another schedule.
    """
    if not 1 <= draws <= MAX_DRAWS:
        raise OilplanError(f"--draws {draws} is out of range; expected a whole number from 1 to {MAX_DRAWS:,}.")
    drawn = draw(system, schedule, draws=draws, seed=seed, posterior=posterior)
    fixed = (system, schedule, laws, use_as_flown_t(record), aviation_start_t(record), motor_start_t(record))
    fly = kept_whole(_of_many(*fixed), "replay", fixed)
    flying, parts = [], []
    for first in range(0, draws, CHUNK):
        z, parameters, day = _chunk((drawn.raid_z, drawn.parameters, drawn.day), first)
        flying.append(fly(z, parameters, day, slots_of_draws(day, schedule.plant, system.n_plants, N_DAYS)))
        if len(flying) > AHEAD:
            parts.append(jax.tree.map(np.asarray, flying.pop(0)))
        progress(min(first + CHUNK, draws), draws)
    parts += [jax.tree.map(np.asarray, part) for part in flying]
    made = jax.tree.map(lambda *a: np.concatenate(a)[:draws], *parts)
    return Replay(*made, drawn.day, jax.tree.map(np.asarray, drawn.parameters),
                  system, schedule, posterior is not None)  # fmt: skip


def draw(system: TargetSystem, schedule: Schedule, *, draws: int, seed: int, posterior=None) -> Draws:
    """Parameters, luck and days of every draw; arguments as in `replay`.

    A draw is the same however many there are, and a raid's own day and luck whatever other raids there are.
    """
    z = raid_noise(seed, DAY, schedule, system, draws, schedule.day_sd > 0)
    day = draw_days(z, schedule, N_DAYS)
    if posterior is None:
        luck = raid_noise(seed, LUCK, schedule, system, draws)
        return Draws(draw_prior(jax.random.split(jax.random.key(seed))[0], system, draws), jnp.asarray(luck), day)
    if posterior.raid_z.shape[1] != schedule.n_raids:
        raise OilplanError(
            f"the posterior holds the luck of {posterior.raid_z.shape[1]} raids, the schedule has {schedule.n_raids};"
            " calibrate again with this record (`oilplan calibrate`)."
        )
    pick = _rows(seed, posterior.raid_z.shape[0], draws)
    return Draws(jax.tree.map(lambda a: a[pick], posterior.parameters), posterior.raid_z[pick], day)


def _rows(seed: int, n_kept: int, draws: int) -> np.ndarray:
    """[D] row of a posterior for every draw: all rows in one shuffled order, and again when there are more draws."""
    return np.random.default_rng([seed, n_kept]).permutation(n_kept)[np.arange(draws) % n_kept]


def _chunk(tree, first: int):
    """``CHUNK`` draws from ``first`` on; past the end the last draw is repeated."""
    return jax.tree.map(lambda a: np.asarray(a)[np.minimum(np.arange(first, first + CHUNK), a.shape[0] - 1)], tree)


def _of_many(
    system: TargetSystem, schedule: Schedule, laws: Laws, use_t: np.ndarray, start_t: float, motor_t: float
) -> Callable:  # fmt: skip
    """Function of stacked draws; its results stand in the order of `Replay`. start_t, motor_t: stocks at April's end."""
    motor_need = motor_need_t(system)

    def one(z: Array, p: Parameters, day: Array, layout: Slots):
        made = fly_once(z, p, day, layout, system, schedule, laws)
        stock = aviation_stock(made.products[:, 0], jnp.asarray(use_t, z.dtype), start_t, UNRATIONED_PER_MONTH)
        met = motor_met(made.products, jnp.asarray(motor_need, z.dtype), motor_t, p)
        return by_series(made), monthly(made.products), monthly_mean(made.share), made.products[:, 0], stock, met

    return jax.vmap(one)


def fly_once(z, p: Parameters, day, layout: Slots, system: TargetSystem, schedule: Schedule, laws: Laws) -> Delivered:
    """Deliveries of one draw. z, day: [R] luck and day of each raid; layout: slots of those days; p: one draw."""
    tons = density(z, schedule._replace(day=day), system, p)
    if laws.repair is repair_pooled:
        field = jnp.zeros((N_DAYS, system.n_plants), tons.dtype).at[day, schedule.plant].add(tons)
        return deliver(run(field, p, laws), system, p)
    return deliver(run_closed(tons, layout, p, laws), system, p)


def by_series(made: Delivered) -> Array:
    """[M, S] tons a month of every series of `SERIES`, in its order."""
    series = {AVIATION: made.products[:, 0], SYNTHETIC: made.synthetic,
              AVIATION_HYDROGENATION: made.aviation_hydrogenation, HYDROGENATION: made.hydrogenation}  # fmt: skip
    return jnp.stack([monthly(series[name]) for name in SERIES], axis=1)


def monthly_mean(per_day: Array) -> Array:
    """[M, ...] means by month of [T, ...]."""
    return monthly(per_day) / monthly(jnp.ones((per_day.shape[0], 1), per_day.dtype))
