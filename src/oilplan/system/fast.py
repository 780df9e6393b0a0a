"""The fast kernel: months of output of many draws when the raids are known beforehand.

Work is done only where a raid falls (the laws have closed forms between raids) and on the few days that stand for a
quiet stretch (`oilplan.system.fast_layout`). Draws are the last, contiguous axis: every operation is a long vector.
The laws are `damage_saturating` and `repair_exponential`. A backlog is kept as its logarithm ``v``, which falls in a
straight line between raids; to base two because ``exp(s * log(x))`` is compiled to a general power at twice the time of
``exp2(s * log2(x))``.
"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from .fast_layout import FastLayout
from .parameters import Parameters
from .repair import effort_per_day

_NOTHING = 1e-12
"""Backlog below which a plant is whole: keeps logarithms finite."""
_LN2 = math.log(2.0)
_RUN = 20
"""Days summed one after another before the runs are summed: a sum in two short levels."""


def fly_months(density_t: Array, p: Parameters, layout: FastLayout) -> Array:
    """Tons of every month for a block of draws.

    density_t: [E, D] tons inside the fence at Leuna's size for the raids of ``layout.order``
    p: draws, each field [D]; layout: from `fast_layout`

    Returns [M, D] metric tons. It differs from the sum over days of `run_closed` by the rule that reads a stretch on a
    few days (under half a percent of a whole month's output; tested) and by single precision.
    """
    clock = _clock(layout.n_days, p)
    mend = _mend(int(max(layout.node_gap_d.max(initial=0), layout.gap_d.max(initial=0))), p)
    v, disruption, rate = _after_raids(density_t, clock, mend, p, layout)
    raid = layout.node_raid
    effort = clock[layout.node_day] - clock[layout.day[raid]]
    backlog = jnp.exp2(p.serial_exponent * (v[raid] - rate[raid] * effort))
    worked = (1.0 - disruption[raid] * mend[layout.node_gap_d]) / (1.0 + backlog)
    rail = jnp.exp(p.rail_exponent * jnp.asarray(layout.rail_log, density_t.dtype)[:, None])
    return _dot(layout.weight, worked * rail[layout.node_rail]) + _dot(layout.whole, rail)


def _dot(weight: np.ndarray, values: Array) -> Array:
    return jnp.asarray(weight, values.dtype) @ values


def _clock(n_days: int, p: Parameters) -> Array:
    """[T or a few more, D] days of effort worked before each day."""
    runs = -(-n_days // _RUN)
    effort = effort_per_day(jnp.arange(runs * _RUN, dtype=p.crew_growth.dtype)[:, None], p).reshape(runs, _RUN, -1)
    within = [jnp.zeros_like(effort[:, 0])]
    for k in range(_RUN):
        within.append(within[-1] + effort[:, k])
    before = [jnp.zeros_like(effort[0, 0])]
    for k in range(runs - 1):
        before.append(before[-1] + within[-1][k])
    return (jnp.stack(within[:-1], axis=1) + jnp.stack(before)[:, None]).reshape(runs * _RUN, -1)


def _mend(longest_d: int, p: Parameters) -> Array:
    """[gap, D] share of a disruption left after 0, 1, 2 ... days."""
    return jnp.exp(-jnp.arange(longest_d + 1, dtype=p.crew_growth.dtype)[:, None] * p.mend_disruption_per_d)


def _after_raids(density_t, clock, mend, p, layout):
    """[E, D] v, disruption and fall of v per day of effort just after every raid."""
    effort = clock[layout.day] - clock[layout.day - layout.gap_d]
    structure = p.kill_structure * density_t
    spared, left = jnp.exp(-p.kill_disruption * density_t), jnp.exp(-structure / p.backlog_cap)
    stays = jnp.asarray(~layout.first, density_t.dtype)
    pace, cap = p.gang_backlog_per_d / _LN2, p.backlog_cap

    def raid(carry, inputs):
        v, rate, disruption, inflicted = carry
        effort, structure, spared, left, mended, stays = inputs
        backlog = cap - (cap - stays * jnp.exp2(v - rate * effort)) * left
        v = jnp.log2(jnp.maximum(backlog, _NOTHING))
        disruption = 1.0 - (1.0 - stays * disruption * mended) * spared
        inflicted = stays * inflicted + structure
        rate = pace / (1.0 + p.wear * inflicted)
        return (v, rate, disruption, inflicted), (v, disruption, rate)

    start = (jnp.zeros_like(p.crew_growth),) * 4
    _, after = jax.lax.scan(raid, start, (effort, structure, spared, left, mend[layout.gap_d], stays))
    return after
