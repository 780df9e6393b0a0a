"""From the share a plant works to products, months and stocks: the one account."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from jax import Array

from ..clock import N_MONTHS, month_of_day


def monthly(per_day: Array) -> Array:
    """[M, ...] sums by month of [T, ...] tons a day; months beyond the last day are zero."""
    n_days = per_day.shape[0]
    member = np.eye(N_MONTHS)[np.array(month_of_day())[:n_days]].T
    return jnp.asarray(member, per_day.dtype) @ per_day
