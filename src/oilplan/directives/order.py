"""An order of the day."""

from __future__ import annotations

from typing import NamedTuple

from jax import Array


class Order(NamedTuple):
    """bombs_t: [D, F, P] tons that each operation is sent to drop on each plant; as_recorded: [G] 1 for a force
    that flies instead exactly the raids it flew on this day."""

    bombs_t: Array
    as_recorded: Array
