"""The rival laws that a sweep can fly."""

from __future__ import annotations

from ...calibration.rivals import DEFAULT, RIVALS
from ...system.repair import repair_pooled

DEFAULT_LAW = DEFAULT
LAWS = {name: laws for name, laws in RIVALS.items() if laws.repair is not repair_pooled}
"""By name. The pooled law takes the mean backlog of all it is given; the campaign gives it all draws at once, so a
draw would depend on its neighbours and the result on the size of a block."""
