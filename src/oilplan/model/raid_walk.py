"""The closed form of a campaign with known raid days: work only where a raid falls.

With plants that do not share gangs, the state between two raids has an exact solution, so a plant is carried from
raid to raid (at most a few dozen steps) and its share on any day follows from its last raid. It equals
`oilplan.model.day_scan.run` with the same laws; a test holds them together.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from .law import disrupt, effort_per_day, mend_disruption, repair_pooled, working_share
from .parameters import Laws, Parameters


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


def run_closed(density_t: Array, layout: Slots, p: Parameters, laws: Laws) -> Array:
    """Share of capacity every plant works on every day, from raid to raid.

    density_t: [R] tons inside the fence at Leuna's size; layout: from `slots`; p: one draw.

    Returns [T, P] share 0 to 1 before overrun and rail shortage. Raises ValueError for `repair_pooled`, whose
    plants are coupled every day: use `oilplan.model.day_scan.run`.
    """
    if laws.repair is repair_pooled:
        raise ValueError("repair_pooled couples the plants every day; use oilplan.model.day_scan.run")
    n_days, _ = layout.last.shape
    days = jnp.arange(n_days + 1, dtype=density_t.dtype)
    clock = jnp.concatenate([jnp.zeros(1, days.dtype), jnp.cumsum(effort_per_day(days[:-1], p))])
    after = states_after_raids(density_t, layout, clock, p, laws)
    return _share_by_day(after, layout, days[:-1], clock[:-1], p, laws)


def states_after_raids(density_t, layout, clock, p, laws):
    """[1+E, P] day, effort clock, disruption, backlog and inflicted just after each slot; row 0 is whole."""
    n_slots, n_plants = layout.day.shape
    dropped = jnp.zeros((n_slots, n_plants), density_t.dtype).at[layout.slot, layout.plant].add(density_t)
    zero = jnp.zeros((1, n_plants), density_t.dtype)
    day = jnp.concatenate([zero, jnp.asarray(layout.day, density_t.dtype)])
    worked = jnp.concatenate([zero, clock[layout.day]])
    inflicted = jnp.concatenate([zero, p.kill_structure * jnp.cumsum(dropped, axis=0)])
    hit = disrupt(0.0, dropped, p)
    still_out = mend_disruption(1.0 - hit, jnp.diff(day, axis=0), p)
    p = Parameters(*(jnp.broadcast_to(a, n_plants) for a in p))  # the gradient then sums over plants once, not per slot

    def raid(carry, inputs):
        disruption, backlog = carry
        hit, still_out, density, inflicted, effort = inputs
        disruption = hit + still_out * disruption
        backlog = laws.damage(laws.repair(backlog, inflicted, effort, p), density, p)
        return (disruption, backlog), (disruption, backlog)

    each = (hit, still_out, dropped, inflicted[:-1], jnp.diff(worked, axis=0))
    _, after = jax.lax.scan(raid, (zero[0], zero[0]), each, unroll=2)
    disruption, backlog = (jnp.concatenate([zero, a]) for a in after)
    return day, worked, disruption, backlog, inflicted


def _share_by_day(after, layout, days, clock, p, laws):
    """[T, P] share on every day from the state after the raid before it.

    The states are looked up in a loop over days: fused with the arithmetic, the look-ups keep XLA from vectorising it,
    at three times the time.
    """
    table = jnp.stack(after)
    plant = np.arange(layout.last.shape[1])
    _, before = jax.lax.scan(lambda _, last: (None, table[:, last, plant]), None, layout.last)
    day0, clock0, disruption, backlog, inflicted = jnp.moveaxis(before, 1, 0)
    disruption = mend_disruption(disruption, days[:, None] - day0, p)
    backlog = laws.repair(backlog, inflicted, clock[:, None] - clock0, p)
    return working_share(disruption, backlog, p)
