"""Who feeds whom: power to works, gas to a synthesis. A plant works no more than its scarcest input allows.

Axes: T days, P plants.
"""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array


class Link(NamedTuple):
    """One plant feeds another. giver, taker: ids of plants; product: what is passed on
    share: 0 to 1, of the taker's work that stops when the giver stands still; what is left comes from elsewhere
    """

    giver: str
    taker: str
    product: str
    share: float


def in_order(plant_ids: tuple[str, ...], links: tuple[Link, ...]) -> tuple[str, ...]:
    """The plants, givers before takers. Raises ValueError for plants that feed each other in a circle, naming them."""
    before: dict[str, set[str]] = {name: set() for name in plant_ids}
    for link in links:
        before[link.taker].add(link.giver)
    try:
        return tuple(TopologicalSorter(before).static_order())
    except CycleError as error:
        raise ValueError(" -> ".join(reversed(error.args[1]))) from None


def fed(share: Array, plant_ids: tuple[str, ...], links: tuple[Link, ...]) -> Array:
    """[T, P] share of capacity worked once every plant has the inputs that reach it.

        worked = min(own, min over products of (1 - sum over givers of link.share * (1 - worked of the giver)))

    share: [T, P] that each plant could work with all it needs, 0 to 1; plant_ids: P names

    Leontief's rule: inputs do not stand in for each other, and a half-broken plant needs half of each. Nothing is
    stored between plants, so a shortage is felt on its day. Plants that none feeds keep their share.
    """
    if not links:
        return share
    at = {name: k for k, name in enumerate(plant_ids)}
    worked = {name: share[:, k] for name, k in at.items()}
    for name in in_order(plant_ids, links):
        missing: dict[str, Array] = {}
        for link in links:
            if link.taker == name:
                lost = link.share * (1.0 - worked[link.giver])
                missing[link.product] = missing[link.product] + lost if link.product in missing else lost
        for lost in missing.values():
            worked[name] = jnp.minimum(worked[name], 1.0 - lost)
    return jnp.stack([worked[name] for name in plant_ids], axis=1)
