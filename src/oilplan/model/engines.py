"""The two engines of one law: the day loop, for any law, and the walk from raid to raid, which works only where a raid falls.

With plants that do not share gangs, the state between two raids has an exact solution, so a plant is carried from
raid to raid (at most a few dozen steps) and its share on any day follows from its last raid. It equals `run`, the day
loop, with the same laws; a test holds them together.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from .law import Law, State, effort_per_day
from .parameters import Parameters

CarsLog = Array | np.ndarray | float


class Slots(NamedTuple):
    """Raids sorted into slots per plant; NumPy, static.

    slot, plant: [R] where each raid goes; raids of one plant on one day share a slot
    day: [E, P] day number of each slot; the number of days for an empty slot
    last: [T, P] number of slots of the plant on or before each day
    """

    slot: np.ndarray
    plant: np.ndarray
    day: np.ndarray
    last: np.ndarray


def slots(day: np.ndarray, plant: np.ndarray, n_plants: int, n_days: int) -> Slots:
    """Sort raids into slots. day, plant: [R] day number and plant index of every raid (0 <= day < n_days)."""
    days_of = [np.unique(day[plant == k]) for k in range(n_plants)]
    n_slots = max((len(d) for d in days_of), default=0) or 1
    slot_day = np.full((n_slots, n_plants), n_days)
    last = np.zeros((n_days, n_plants), dtype=np.int32)
    for k, days in enumerate(days_of):
        slot_day[: len(days), k] = days
        last[:, k] = np.searchsorted(days, np.arange(n_days), side="right")
    slot = np.array([np.searchsorted(days_of[k], d) for d, k in zip(day, plant, strict=True)], dtype=np.int32)
    return Slots(slot, np.asarray(plant), slot_day, last)


def run_closed(density_t: Array, layout: Slots, p: Parameters, law: Law, cars_log: CarsLog = 0.0) -> Array:
    """Share of capacity every plant works on every day, from raid to raid.

    density_t: [R] tons inside the fence at Leuna's size; layout: from `slots`; p: one draw; cars_log: as in `effort_per_day`

    Returns [T, P] share 0 to 1 before overrun and rail shortage. Raises ValueError for a law that couples the plants
    every day: use `oilplan.model.engines.run`.
    """
    if law.coupled:
        raise ValueError(f"'{law.name}' couples the plants every day; use oilplan.model.engines.run")
    after = states_after_raids(density_t, layout, p, law, cars_log)
    return _share_by_day(after, layout, p, law)


class AfterRaids(NamedTuple):
    """Just after each slot; row 0 is a whole plant on the first morning. Axes: 1+E slots, P plants, T days.

    day: [1+E, P]; worked_d: [1+E, P] days of effort worked before it; state: of the law, [1+E, P]; clock_d: [1+T] days
    of effort worked before each day
    """

    day: Array
    worked_d: Array
    state: State
    clock_d: Array


def states_after_raids(density_t: Array, layout: Slots, p: Parameters, law: Law, cars_log: CarsLog = 0.0) -> AfterRaids:
    """Every plant carried from raid to raid; arguments as in `run_closed`."""
    n_slots, n_plants = layout.day.shape
    n_days = layout.last.shape[0]
    clock = effort_clock(n_days, density_t.dtype, p, cars_log)
    dropped = jnp.zeros((n_slots, n_plants), density_t.dtype).at[layout.slot, layout.plant].add(density_t)
    zero = jnp.zeros((1, n_plants), density_t.dtype)
    day = jnp.concatenate([zero, jnp.asarray(layout.day, density_t.dtype)])
    worked = jnp.concatenate([zero, clock[layout.day]])
    quiet = law.quiet(jnp.diff(day, axis=0), jnp.diff(worked, axis=0), p)
    # a parameter for every plant: the gradient then sums over plants once, not once for every slot
    p = jax.tree.map(lambda a: jnp.broadcast_to(a, n_plants) if a.ndim == 0 else a, p)

    def raid(state, inputs):
        quiet, density = inputs
        state = law.hit(law.rest(state, quiet, p), density, p)
        return state, state

    start = law.whole(zero[0])
    _, after = jax.lax.scan(raid, start, (quiet, dropped), unroll=2)
    state = jax.tree.map(lambda first, rest: jnp.concatenate([first[None], rest]), start, after)
    return AfterRaids(day, worked, state, clock)


def effort_clock(n_days: int, dtype, p: Parameters, cars_log: CarsLog = 0.0) -> Array:
    """[1+T] days of repair, at the pace of spring 1944, worked before each day."""
    effort = effort_per_day(jnp.arange(n_days, dtype=dtype), p, cars_log)
    return jnp.concatenate([jnp.zeros(1, dtype), jnp.cumsum(effort)])


def read_states(after: AfterRaids, look: Callable[[Array], Array], day: np.ndarray, p: Parameters, law: Law) -> Array:
    """Share worked on days that are read. look: function of a table [1+E, P] to the row before each reading; day: day
    number of each reading, of the same shape or broadcasting against it.
    """
    day0, worked0, *stores = look(jnp.stack([after.day, after.worked_d, *after.state]))
    clock = after.clock_d[:-1][day]
    quiet = law.quiet(day - day0, clock - worked0, p)
    return law.share(law.rest(law.stores(*stores), quiet, p), p)


def _share_by_day(after: AfterRaids, layout: Slots, p: Parameters, law: Law) -> Array:
    """[T, P] share on every day from the state after the raid before it.

    The states are looked up in a loop over days: fused with the arithmetic, the look-ups keep XLA from vectorising it,
    at three times the time.
    """
    plant = np.arange(layout.last.shape[1])

    def look(table: Array) -> Array:
        _, before = jax.lax.scan(lambda _, last: (None, table[:, last, plant]), None, layout.last)
        return jnp.moveaxis(before, 1, 0)

    return read_states(after, look, np.arange(layout.last.shape[0])[:, None], p, law)


def run(density_t: Array, p: Parameters, law: Law, cars_log: Array | np.ndarray | float = 0.0) -> Array:
    """Share of capacity every plant works on every day.

    density_t: [T, P] tons inside the fence at Leuna's size; p: one draw; law: of damage and repair
    cars_log: as in `effort_per_day`

    Returns [T, P] share 0 to 1 before overrun and rail shortage.
    """
    effort = effort_per_day(jnp.arange(density_t.shape[0], dtype=density_t.dtype), p, cars_log)

    def day(state, inputs):
        return law.day(state, inputs[0], inputs[1], p)

    _, share = jax.lax.scan(day, law.whole(density_t[0]), (density_t, effort), unroll=4)
    return share
