"""A directive that can be differentiated: tons shared by smooth weights instead of rank and threshold.

Axes: M months, P plants, D draws, F operations, G forces.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from oilplan.directives.forces import ARMY, Forces

from ..clock import month_of_day
from ..intelligence.estimate import Belief
from .policy import Order

SOFTNESS = 0.08
"""Width, in believed share, of the step from a plant that is out to one that is live."""


class Weights(NamedTuple):
    """logit: [M, P] log of a plant's claim on the tons; out_logit: [M] logit of the believed share below which it is
    out mine: [F] 1 for operations that follow the weights; as_recorded: [G] 1 for forces that fly as flown.
    """

    logit: Array
    out_logit: Array
    mine: Array
    as_recorded: Array


def follow_weights(belief: Belief, forces: Forces, policy: Weights, key: Array) -> Order:
    """Share the tons open to oil among plants in reach.

        tons_p = tons * w_p / sum(w),  w_p = reach_p * exp(logit_p) * sigmoid((believed_p - out) / softness)

    All but tactical and V-weapon tons are open to oil. ``key`` stays unused. It has a gradient everywhere; it can
    send a few tons to many plants, which no staff would order.
    """
    del key
    month = jnp.asarray(month_of_day())[forces.day]
    live = jax.nn.sigmoid((belief.share - jax.nn.sigmoid(policy.out_logit[month])) / SOFTNESS)
    claim = jnp.exp(policy.logit[month] - jnp.max(policy.logit[month])) * live
    weight = forces.reach[None] * claim[:, None, :]
    total = jnp.sum(weight, axis=2, keepdims=True)
    tons = forces.tons_t * (1.0 - forces.mix[:, ARMY]) * policy.mine
    shared = tons[:, :, None] * weight / jnp.maximum(total, 1e-9)
    return Order(jnp.where(total > 1e-9, shared, 0.0), policy.as_recorded)
