"""What is believed of every plant on the morning of a day, in the way of the Ministry of Economic Warfare: a raid is credited by
its tons, a plant is given a period of repair, photographs correct both. Then the estimates that were really made, beside it.

Axes: D draws, P plants, M months.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from .clock import MONTHS
from .model.target import TargetSystem
from .observation import Report
from .record import Record, own_rows
from .units import DAYS_PER_MONTH, MONTHS_PER_YEAR

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

    R.E.8 put the output lost to single raids at 25,000 to 200,000 t [record: repair_effort, re8_estimated_output_lost]. A
    loss that falls exponentially with period ``tau`` from a full stop costs ``tau`` of output. The estimates name sites as
    `zeitz` and `ruhland`; they are matched to the plant whose id contains the name; one without capacity implies
    nothing. Raises ValueError when none is left.
    """
    months = []
    for row in record.rows("repair_effort").values():
        if row["quantity"] != "re8_estimated_output_lost":
            continue
        at = [i for i, name in enumerate(system.plant_ids) if row["plant_id"] in name]
        if at and system.capacity_t_per_year[at[0]] > 0:
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


OF_ALL_OIL = {"F11": ("1944-05",), "F12": ("1944-06",), "F16": ("1944-09", "1944-10", "1944-11")}
"""Forecasts of the output of all oil as a share of spring 1944: the Ministry of Economic Warfare for May and June, the
Joint Oil Targets Committee for September to November [record: forecasts]. F16 gives 23 and then near 30 percent."""
CUT = "reduction"
SYNTHETIC = "F09"
"""The Ministry's cut of synthetic oil in June 1944, which can be scored against the survey's figures alone."""


class Estimate(NamedTuple):
    """forecast_id, made_by: of the row; month: about which; left: estimated share of spring's output, 0 to 1
    confidence: of the row.
    """

    forecast_id: str
    made_by: str
    month: str
    left: float
    confidence: str


def recorded_estimates(record: Record) -> list[Estimate]:
    """Estimates of all oil, one per month, in order of month. Raises KeyError for a forecast that is not in the record."""
    out = []
    for name, months in OF_ALL_OIL.items():
        row = record.rows("forecasts")[name]
        percent = [float(x) for x in re.findall(r"\d+(?:\.\d+)?", row["estimate"])]
        for n, month in enumerate(months):
            value = percent[min(n, len(percent) - 1)] / 100.0
            left = 1.0 - value if CUT in row["quantity"] else value
            out.append(Estimate(name, row["made_by"], month, left, row["confidence"]))
    return out


def scored(estimates: list[Estimate], believed: np.ndarray, worked: np.ndarray) -> list[dict]:
    """Each estimate with the belief and the truth of the model in its month.

    believed, worked: [D, M] share of national output, mean of the month, under the raids as flown

    ``reproduced`` says whether the estimate lies between the 5 and 95 percent points of the belief. The base of the
    committee's percentages is not known exactly, so a miss of a few points is no miss.
    """
    out = []
    for e in estimates:
        m = MONTHS.index(e.month)
        low, median, high = (round(float(q), 3) for q in np.quantile(believed[:, m], (0.05, 0.5, 0.95)))
        truth = float(np.median(worked[:, m]))
        out.append(
            {
                "forecast_id": e.forecast_id,
                "made_by": e.made_by,
                "month": e.month,
                "estimated_left": round(e.left, 3),
                "believed_left": {"median": median, "p05": low, "p95": high},
                "modelled_left": round(truth, 3),
                "error_points": round(100 * (e.left - truth), 1),
                "reproduced": bool(low <= e.left <= high),
                "confidence": e.confidence,
            }
        )
    return out


def synthetic_in_june(record: Record) -> dict:
    """The Ministry's cut of synthetic oil in June 1944 against the survey: 50 estimated, 107,000 left of 316,000 t."""
    row = record.rows("forecasts")[SYNTHETIC]
    output = own_rows(record.rows("output").values(), "quantity", "period")
    june, april = (output["synthetic_plants", month]["value"] for month in ("1944-06", "1944-04"))
    actual = 100.0 * (1.0 - june / april)
    estimate = float(row["estimate"])
    return {
        "forecast_id": SYNTHETIC,
        "made_by": row["made_by"],
        "estimated_cut_percent": estimate,
        "recorded_cut_percent": round(actual, 1),
        "error_points": round(estimate - actual, 1),
        "confidence": row["confidence"],
    }
