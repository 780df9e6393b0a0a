"""The four kinds of operation that can carry bombs to oil: the F axis of forces, orders and losses."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from jax import Array

from ..record.effort import FORCES
from .plan import ForceName

UNSET: Any = None
"""What only directives after history read, where none is followed."""


class Operation(NamedTuple):
    """force: one of `FORCES`; night: whether it is flown in darkness; base: column of `plants` with its distances."""

    force: ForceName
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


class Forces(NamedTuple):
    """What the forces can do today.

    day: day number; tons_t: [D, F] tons that each operation can drop today on all targets, 0 where weather stops it
    visual: [D, F] share sighted visually; reach: [F, P] 1 where a plant can be reached; mix: [F, C] usual use of tons
    month_t: [F] tons of the month; usual: [F] share of days it flies
    dropped_t: [D, F] tons dropped on this target system, or ordered and not yet flown, since the plan's first day
    neighbours: [N, P] index of the other plants on the same site, its own where there are no more
    usual_raid_t: [F] tons of a usual raid; most_day_t: [F] most it dropped on oil
    in a day; later_d: [F] days of operations still expected this month after today
    ordered_t: [F, C] tons that history's orders have wanted on each class of target from the first day to the end of this
    month; flown_t: [D, F, C] tons dropped on each since the first day; waiting_t: [D, F] tons ordered
    and not yet flown; class_of: [P] class of a plant; in_kind: [C, K] 1 for the kind of works of a class; worth: [P] below 1, by gasoline. None where nothing follows history
    group: [P] 1 for a node of many works, raided one after another
    """

    day: Array
    tons_t: Array
    visual: Array
    reach: Array
    mix: Array
    month_t: Array
    usual: Array
    dropped_t: Array
    neighbours: np.ndarray
    usual_raid_t: Array = UNSET
    most_day_t: Array = UNSET
    later_d: Array = UNSET
    ordered_t: Array = UNSET
    flown_t: Array = UNSET
    waiting_t: Array = UNSET
    class_of: np.ndarray = UNSET
    in_kind: np.ndarray = UNSET
    worth: np.ndarray = UNSET
    group: np.ndarray | float = 0.0
