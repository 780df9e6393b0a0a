"""The four kinds of operation that can carry bombs to oil: the F axis of forces, orders and losses."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .schedule import FORCES, Schedule


class Operation(NamedTuple):
    """force: one of `FORCES`; night: whether it is flown in darkness; base: column of `plants` with its distances."""

    force: str
    night: bool
    base: str


OPERATIONS = (
    Operation("bomber_command", True, "dist_bc_lincoln_km"),
    Operation("bomber_command", False, "dist_bc_lincoln_km"),
    Operation("eighth_af", False, "dist_8af_norfolk_km"),
    Operation("fifteenth_af", False, "dist_foggia_km"),
)
NAMES = ("bomber_command_night", "bomber_command_day", "eighth_af", "fifteenth_af")
N_OPERATIONS = len(OPERATIONS)
FORCE_OF = np.array([FORCES.index(op.force) for op in OPERATIONS])
"""[F] index in `FORCES` of every operation."""
BOMBER_COMMAND = np.array([op.force == "bomber_command" for op in OPERATIONS])


def of_force(force: str) -> np.ndarray:
    """[F] True for the operations of a force. Raises ValueError for a force that is not in `FORCES`."""
    if force not in FORCES:
        raise ValueError(f"force {force!r} is not known; expected one of {', '.join(FORCES)}")
    return np.array([op.force == force for op in OPERATIONS])


def operation_of(schedule: Schedule) -> np.ndarray:
    """[R] index in `OPERATIONS` of every raid. American raids recorded at night count as the force's only operation."""
    by_force = {force: [i for i, op in enumerate(OPERATIONS) if op.force == force] for force in FORCES}
    index = np.zeros(schedule.n_raids, dtype=int)
    for force, places in by_force.items():
        flown = schedule.force == FORCES.index(force)
        index[flown] = [places[0] if night or len(places) == 1 else places[1] for night in schedule.night[flown]]
    return index
