"""Works that stand on one site: bombs on one fall on the other too, but were dropped once.

Axes: R raids, P plants.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from ..system.target import TargetSystem
from .schedule import Schedule

ONE_SITE = (("luetzkendorf", "luetzkendorf_ft"),)
"""Pairs of plants on one site: Lützkendorf's hydrogenation and Fischer-Tropsch works [raids_notes; record: plants]."""


def neighbours(system: TargetSystem) -> np.ndarray:
    """[P] index of the plant that stands on a plant's site; a plant that stands alone is its own neighbour."""
    out = np.arange(system.n_plants)
    for site in ONE_SITE:
        if set(site) <= set(system.plant_ids):
            one, other = (system.position(plant) for plant in site)
            out[one], out[other] = other, one
    return out


def counted_once(schedule: Schedule, system: TargetSystem) -> np.ndarray:
    """[R] share of a row's tons that counts: half where a raid has a row, with all its tons, for both works."""
    shared = neighbours(system)[schedule.plant] != schedule.plant
    raids = list(zip(schedule.raid_ids, schedule.force.tolist(), strict=True))
    rows_of = Counter(raid for raid, on_site in zip(raids, shared, strict=True) if on_site)
    return np.array([1.0 / rows_of.get(raid, 1) for raid in raids])


def fallen(tons, neighbour: np.ndarray):
    """[..., P] what falls on every plant, with what falls on its neighbour. tons: [..., P], counted once"""
    return tons + tons[..., neighbour] * (neighbour != np.arange(neighbour.size))
