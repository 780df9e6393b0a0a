"""What is believed of every plant on the morning of a day.

Axes: D draws, P plants.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

LONG_AGO_D = 1e4


class Belief(NamedTuple):
    """share: [D, P] believed share of capacity working, 0 to 1; report_age_d: [D, P] days since a report
    since_raid_d: [D, P] days since own bombs were sent; national: [D] believed share of all output
    month_mean: [D] its running mean over about a month; lowest: [D] lowest such mean so far
    """

    share: Array
    report_age_d: Array
    since_raid_d: Array
    national: Array
    month_mean: Array
    lowest: Array


def believed_whole(n_draws: int, n_plants: int) -> Belief:
    """The belief of 1 April 1944: everything works, nothing was attacked."""
    one = jnp.ones((n_draws, n_plants), jnp.float32)
    national = jnp.ones(n_draws, jnp.float32)
    return Belief(one, LONG_AGO_D * one, LONG_AGO_D * one, national, national, national)
