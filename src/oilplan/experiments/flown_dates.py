"""Raid days drawn from their doubt, and the slots of the closed form for every draw.

Axes: D draws, R raids, E slots of a plant, P plants, T days.
"""

from __future__ import annotations

import numpy as np

from ..directives.schedule import Schedule
from ..system.closed import Slots


def draw_days(z: np.ndarray, schedule: Schedule, n_days: int) -> np.ndarray:
    """[D, R] day number of every raid in every draw.

    z: [D, R] standard normal; schedule: raids with ``day_sd`` in days; n_days: T

    ``round(day + day_sd * z)``, kept within 0..T-1. A raid whose date is not doubted keeps its day in every draw.
    """
    return np.clip(np.rint(schedule.day + schedule.day_sd * z), 0, n_days - 1).astype(np.int32)


def slots_of_draws(day: np.ndarray, plant: np.ndarray, n_plants: int, n_days: int) -> Slots:
    """`Slots` with a leading axis [D]: every raid has a slot of its own, in the order of its draw's days.

    day: [D, R]; plant: [R] plant index of every raid

    Two raids of one plant on one day take two slots with no time between them, which is the same as one slot with
    the sum (damage laws are exact in the density; a test holds this to `oilplan.system.closed.slots`).
    """
    n_draws, n_raids = day.shape
    by_plant = np.argsort(plant * n_days + day, axis=1, kind="stable")
    first = np.searchsorted(np.sort(plant), np.arange(n_plants))
    rank = np.empty_like(day)
    np.put_along_axis(rank, by_plant, np.arange(n_raids, dtype=day.dtype)[None, :], axis=1)
    slot = rank - first[plant].astype(day.dtype)
    draw = np.arange(n_draws)[:, None]
    n_slots = int(np.bincount(plant, minlength=n_plants).max()) if n_raids else 1
    slot_day = np.full((n_draws, n_slots, n_plants), n_days, dtype=np.int32)
    slot_day[draw, slot, plant] = day
    flown = np.bincount((draw * n_days + day).ravel() * n_plants + np.tile(plant, n_draws), minlength=n_draws * n_days * n_plants)
    last = np.cumsum(flown.astype(np.int32).reshape(n_draws, n_days, n_plants), axis=1, dtype=np.int32)
    return Slots(slot, np.broadcast_to(plant, day.shape), slot_day, last)
