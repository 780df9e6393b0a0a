"""Plants in whole lanes: plants that are not there fill the last axis up to a multiple of eight.

Compiled loops take the last axis eight numbers at a time and what is left over one by one: 31 plants cost twice as much as 32.
The added plants make nothing, no operation reaches them, and they are cut off before a watch or a directive sees them; one that is
marked ``in_lanes`` takes them as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..directives.policy import Order, Policy
from ..model.parameters import Parameters
from .operations import OperationsNoise

LANES = 8
OF_FACTS = dict.fromkeys(
    ("standing", "reach", "missing_per_t", "missing_log_sd", "raids", "capacity", "output_t", "weight"), 0
) | {"class_of": 0, "group": 0, "worth": 0, "usual_size": 1, "relative_output": 1}
"""Facts by plant, and what they are of a plant that is not there: no divisor is 0."""
SEEN = (
    *("share", "report_age_d", "since_raid_d", "reach", "neighbours", "class_of", "worth", "group"),
    *("bombs_t", "missing_per_t", "raids", "before", "held"),
)
"""Fields by plant of a belief, of forces and of a day."""


def whole_lanes(n_plants: int) -> int:
    """Plants with those that are not there."""
    return n_plants + -n_plants % LANES


def widen(a, fill: float = 0, axis: int = -1):
    """[..., P] of plants, NumPy or JAX, with ``fill`` for those that are not there."""
    more = [(0, 0)] * a.ndim
    more[axis] = (0, -a.shape[axis] % LANES)
    return (np if isinstance(a, np.ndarray) else jnp).pad(a, more, constant_values=fill)


def wide_facts(facts: dict) -> dict:
    """Facts of `oilplan.flight.force_facts`; a plant that is not there stands on a site of its own."""
    made = facts | {name: widen(np.asarray(facts[name]), fill) for name, fill in OF_FACTS.items() if name in facts}
    if "neighbours" in facts:
        before = facts["neighbours"]
        made["neighbours"] = np.tile(np.arange(whole_lanes(before.shape[1])), (len(before), 1))
        made["neighbours"][:, : before.shape[1]] = before
        made["in_class"] = widen(facts["in_class"], axis=0)
    return made


def wide_noise(noise: OperationsNoise) -> OperationsNoise:
    """The noise of a day."""
    return OperationsNoise(*(a if name == "nuisance" else widen(a) for name, a in noise._asdict().items()))


def wide_pace(p: Parameters, n_plants: int) -> Parameters:
    """Parameters as columns: of those that the loop reads only the pace of repair is by plant, where it is."""
    return p._replace(repair_pace_log=widen(p.repair_pace_log)) if p.repair_pace_log.shape[1] == n_plants else p


def wide_policy(policy: Any, directive: Callable) -> Any:
    """The numbers of a directive, where it takes plants in lanes."""
    if not _in_lanes(directive):
        return policy
    both: Policy = policy._replace(listed=widen(policy.listed), outranks=widen(widen(policy.outranks), axis=-2))
    return both


def ordered(directive: Callable, belief, forces, policy, key, n_plants: int) -> Order:
    """The order of a directive that is given the plants it takes."""
    if _in_lanes(directive):
        return directive(belief, forces, policy, key)
    order = directive(narrowed(belief, n_plants), narrowed(forces, n_plants), policy, key)
    standby = order.standby
    if standby is not None:
        standby = widen(jnp.broadcast_to(jnp.asarray(standby, jnp.float32), order.bombs_t.shape))
    return order._replace(bombs_t=widen(order.bombs_t), standby=standby)


def _in_lanes(directive: Callable) -> bool:
    return getattr(directive, "in_lanes", False)


def narrowed(seen, n_plants: int):
    """A belief, forces or a day, which holds both, of the plants that are there."""

    def cut(name: str, value):
        if name == "state":
            return jax.tree.map(lambda a: a[..., :n_plants], value)
        if hasattr(value, "_fields"):
            return narrowed(value, n_plants)
        return value[..., :n_plants] if name in SEEN and np.ndim(value) else value

    return seen._replace(**{name: cut(name, value) for name, value in seen._asdict().items()})
