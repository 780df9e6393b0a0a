"""Raids as arrays: what was flown against the system, with the doubt of each row."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

FORCES = ("bomber_command", "eighth_af", "fifteenth_af")


class Schedule(NamedTuple):
    """Raids of a campaign, sorted by day. Arrays of length R.

    raid_ids: where each raid comes from; day, plant, force: day number, index in the system, index in FORCES
    night: True for night raids; bombs_t: tons dropped, metric
    visual: share of tons sighted visually, 0 to 1; visual_known: False where it is the month's average
    factor: mean of the doubt about the tons (1 for a raid taken as it stands, less for one that may be a copy)
    log_sd: standard deviation of the logarithm of the raid's effect (tons in doubt and luck of aim)
    day_sd: days by which the date may be off; recorded: False for raids known only from a recalled calendar
    """

    raid_ids: tuple[str, ...]
    day: np.ndarray
    plant: np.ndarray
    force: np.ndarray
    night: np.ndarray
    bombs_t: np.ndarray
    visual: np.ndarray
    visual_known: np.ndarray
    factor: np.ndarray
    log_sd: np.ndarray
    day_sd: np.ndarray
    recorded: np.ndarray

    @property
    def n_raids(self) -> int:
        """Number of raids R."""
        return len(self.raid_ids)

    def where(self, keep: np.ndarray) -> Schedule:
        """The raids for which ``keep`` ([R] of bool) is true."""
        ids = tuple(r for r, k in zip(self.raid_ids, keep, strict=True) if k)
        return Schedule(ids, *(a[keep] for a in self[1:]))
