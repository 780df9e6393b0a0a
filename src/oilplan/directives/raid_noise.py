"""Chance that belongs to a raid: named by raid and draw, so that more draws or another raid change none of it.

Axes: D draws, R raids.
"""

from __future__ import annotations

from zlib import crc32

import numpy as np

from ..system.target import TargetSystem
from .schedule import FORCES, Schedule

DAY, LUCK = range(2)
"""Purposes: the day a doubted raid is drawn on, and its luck of aim. Each has generators of its own."""


def raid_noise(
    seed: int, purpose: int, schedule: Schedule, system: TargetSystem, n_draws: int, wanted: np.ndarray | None = None
) -> np.ndarray:
    """[D, R] independent standard normal numbers, float32.

    purpose: DAY or LUCK; wanted: [R] of bool, False for raids that need none and are given nought
    """
    noise = np.zeros((schedule.n_raids, n_draws), np.float32)
    for r in range(schedule.n_raids) if wanted is None else np.flatnonzero(wanted):
        name = f"{schedule.raid_ids[r]} {FORCES[schedule.force[r]]}".encode()
        plant = system.plant_ids[schedule.plant[r]].encode()
        numbers = np.random.default_rng([seed, purpose, crc32(name), crc32(plant)])
        numbers.standard_normal(dtype=np.float32, out=noise[r])
    return np.ascontiguousarray(noise.T)
