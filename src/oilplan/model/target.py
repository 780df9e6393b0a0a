"""The fixed facts of a target system as arrays: what stood where, how much it made, when it was lost."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .rail import RailFacts


class TargetSystem(NamedTuple):
    """Plants and groups of the oil system. Arrays of NumPy; static during a run.

    plant_ids, names, regions, processes: P strings each
    capacity_t_per_year: [P] liquid products a year, for the area of a plant (nameplate for refineries)
    output_t_per_day: [P, K] products at full working: aviation gasoline, motor gasoline, diesel
    all_products_t_per_day: [P] all liquid products at full working
    synthetic: [P] True for hydrogenation and Fischer-Tropsch plants
    other_aviation_t_per_day: aviation gasoline of benzol and other small plants in April 1944
    aviation_free: [P] True where the aviation yield is not looked up and is therefore an unknown
    overrun_day: [P] day number from which the plant is lost to ground forces (past the end if it was not)
    rail_index: [T, P] cars placed in the plant's region relative to April 1944, at most 1
    rail_region: [P] which of the rail indices (`oilplan.model.rail`) the plant hangs on; rail: of the railways themselves
    latitude, longitude: [P] degrees; NaN for groups
    """

    plant_ids: tuple[str, ...]
    names: tuple[str, ...]
    regions: tuple[str, ...]
    processes: tuple[str, ...]
    capacity_t_per_year: np.ndarray
    output_t_per_day: np.ndarray
    all_products_t_per_day: np.ndarray
    synthetic: np.ndarray
    aviation_free: np.ndarray
    other_aviation_t_per_day: float
    overrun_day: np.ndarray
    rail_index: np.ndarray
    rail_region: np.ndarray
    rail: RailFacts
    latitude: np.ndarray
    longitude: np.ndarray

    @property
    def hydrogenation(self) -> np.ndarray:
        """[P] True for hydrogenation plants."""
        return np.array(self.processes) == "hydrogenation"

    @property
    def n_plants(self) -> int:
        """Number of plants and groups P."""
        return len(self.plant_ids)

    def position(self, plant_id: str) -> int:
        """Position of a plant. Raises KeyError for an unknown id."""
        try:
            return self.plant_ids.index(plant_id)
        except ValueError:
            raise KeyError(f"plant {plant_id!r} is not in the system; known: {', '.join(self.plant_ids)}") from None

    def subset(self, keep: np.ndarray) -> TargetSystem:
        """The plants that ``keep`` picks ([P] of bool, or their positions); national facts stay as they are."""
        per_plant: dict[str, Any] = {}
        for name, value in self._asdict().items():
            if isinstance(value, RailFacts):
                continue
            if isinstance(value, tuple):
                per_plant[name] = tuple(np.array(value, dtype=object)[keep].tolist())
            elif isinstance(value, np.ndarray):
                per_plant[name] = value[..., keep] if name == "rail_index" else value[keep]
        return self._replace(**per_plant)
