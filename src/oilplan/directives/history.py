"""History's own orders as a directive: each force's recorded tons a month, by class of target, on plants believed live.

Axes: D draws, F operations, P plants, C classes of target.
"""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from jax import Array

from ..intelligence.belief import Belief
from .forces import Forces

OUT_BELOW = 0.1
"""A plant believed to work less than a tenth is passed over. The built-in directives pass over one under a quarter; history raided
many that stood still. Judgement, settled while looking at history's orders beside the record."""
REST_D = 2.0
"""So is one raided in the last two days, as under the built-in directives."""
WORTH = 0.1
"""Between classes as far behind, output decides; within one, it alone; and what output is believed, where none is behind."""
GOOD_DAYS = 0.45
"""Of the days of operations still to come in a month, the share a staff counts on for one class of target: sky, targets and
failures take the others (`oilplan.flight.operations_priors`: closed, recalled, diverted). Judgement, settled while looking at
history's orders beside the record."""
ROUNDED = 0.5
"""A class is attacked while at least half a usual raid is owed to it: tons are rounded to whole raids."""


def history_order(
    belief: Belief, forces: Forces, share: Array, raid_t: Array, going: Array, days: Array
) -> tuple[Array, Array]:
    """What the directives in force had each operation do today: tons by plant [D, F, P] and plants that may be attacked.

    share: [F] of history's tons that are ordered; raid_t: [F] tons of a raid, negative for the usual; going: [ ] whether attacks
    are made today; days: [ ] share of days on which they are

    What is still owed to the kinds of works this month is spread over the days of operations still expected. The class of whose
    tons the least share is flown comes first, and within it the plant of the largest output. Where the works that are wanted
    cannot be attacked, or are believed out, the tons go to others of their kind that are believed to work, the most productive
    first: the lists followed what photographs showed. Of many works some live.
    """
    given_t = forces.ordered_t * share[:, None]
    left = given_t - forces.flown_t
    of_kind = jnp.maximum(left @ forces.in_kind, 0.0)
    of_plant = np.eye(left.shape[2], dtype=np.float32)[:, forces.class_of]
    due = jnp.maximum(left, 0.0) @ of_plant
    due_to_kind = of_kind @ (forces.in_kind.T @ of_plant)
    usual = forces.usual_raid_t[None, :, None]
    least = (
        ROUNDED * jnp.where(raid_t < 0, forces.usual_raid_t, jnp.minimum(raid_t, forces.usual_raid_t))[None, :, None]
    )
    live = (belief.share > OUT_BELOW) & (belief.since_raid_d > REST_D) | (jnp.asarray(forces.group) > 0)
    unflown = due / (given_t[:, forces.class_of] + usual)
    wanted = (due > least) * (unflown + WORTH * forces.worth)
    other = WORTH * forces.worth * belief.share[:, None, :] * (jnp.asarray(forces.group) == 0)
    claim = live[:, None, :] * forces.reach * (due_to_kind > least) * going * (wanted + other)
    still_t = jnp.maximum(jnp.sum(of_kind, axis=2) - forces.waiting_t, 0.0)
    today = still_t / (1.0 + GOOD_DAYS * forces.later_d * days) * (forces.tons_t > 0)
    total = jnp.sum(claim, axis=2)
    share = claim / jnp.maximum(total, 1e-9)[:, :, None]
    return today[:, :, None] * share, claim
