"""What is believed of every plant on the morning of a day, in the way of the Ministry of Economic Warfare: a raid is credited by
its tons, a plant is given a period of repair, photographs correct both.

Axes: D draws, P plants.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from ..model.target import TargetSystem
from ..observation.photographs import Report
from ..record import Record
from ..units import DAYS_PER_MONTH, MONTHS_PER_YEAR

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


TRUST_IN_PHOTOGRAPHS = 0.8
"""Weight of a report against what was believed; judgement."""
CREDIT_PER_T = 0.06
"""Believed loss per ton inside the fence of a plant of Leuna's size: 430 tons at 27 percent were seen to stop Leuna on
12 and 28 May 1944 [record: plant_output]."""


class Method(NamedTuple):
    """How beliefs are formed. repair_d: days in which a believed loss falls to 1/e; trust: weight of a report, 0 to 1
    perfect: 1 where the truth is known (a comparison, not a method of 1944). Arrays [ ].
    """

    repair_d: Array
    trust: Array
    perfect: Array


def repair_period_d(record: Record, system: TargetSystem) -> float:
    """Days of repair that the estimates of May and June 1944 imply: output lost over capacity, median of the plants.

    R.E.8 put the output lost to single raids at 25,000 to 200,000 t [record: repair_effort,
    re8_estimated_output_lost]. A
    loss that falls exponentially with period ``tau`` from a full stop costs ``tau`` of output. The estimates name
    sites as
    `zeitz` and `ruhland`; they are matched to the plant whose id contains the name. Raises ValueError when none
    matches.
    """
    months = []
    for row in record.rows("repair_effort").values():
        if row["quantity"] != "re8_estimated_output_lost":
            continue
        at = [i for i, name in enumerate(system.plant_ids) if row["plant_id"] in name]
        if at:
            months.append(row["value"] / (system.capacity_t_per_year[at[0]] / MONTHS_PER_YEAR))
    if not months:
        raise ValueError("repair_effort has no estimate of output lost for a plant of this system")
    return float(np.median(months)) * DAYS_PER_MONTH


def photographic(record: Record, system: TargetSystem) -> Method:
    """The method of 1944."""
    return Method(jnp.float32(repair_period_d(record, system)), jnp.float32(TRUST_IN_PHOTOGRAPHS), jnp.float32(0.0))


def perfect(record: Record, system: TargetSystem) -> Method:
    """The truth every morning: what no one had."""
    return photographic(record, system)._replace(perfect=jnp.float32(1.0))


def revise(belief: Belief, credited_t: Array, report: Report, truth: Array, weight: Array, method: Method) -> Belief:
    """The belief of the next morning.

        share' = 1 - (1 - share * exp(-credit * tons)) * exp(-1 / repair_d),  then  share' += trust * (report - share')

    credited_t: [D, P] tons inside the fence, at Leuna's size, that planners credit to today's own raids
    report: photographs interpreted today; truth: [D, P] read only where ``method.perfect`` is 1
    weight: [P] share of national output of each plant at full working, adding to 1
    """
    hit = belief.share * jnp.exp(-CREDIT_PER_T * credited_t)
    repaired = 1.0 - (1.0 - hit) * jnp.exp(-1.0 / method.repair_d)
    reported = repaired + method.trust * report.arrived * (report.share - repaired)
    share = jnp.where(method.perfect > 0, truth, reported)
    national = share @ weight
    month_mean = belief.month_mean + (national - belief.month_mean) / DAYS_PER_MONTH
    return Belief(
        share=share,
        report_age_d=jnp.where(report.arrived > 0, 0.0, belief.report_age_d + 1.0),
        since_raid_d=jnp.where(credited_t > 0, 1.0, belief.since_raid_d + 1.0),
        national=national,
        month_mean=month_mean,
        lowest=jnp.minimum(belief.lowest, month_mean),
    )
