"""Figures of single plants, predicted by a fit that saw none of them."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from ..clock import N_DAYS, day_of, month_end_day, month_start_day
from ..record import Record
from ..units import MONTHS_PER_YEAR
from .bindings import FLOOR, PLANT_SHARE
from .likelihood import DEGREES_OF_FREEDOM, Problem, campaign, spread
from .posterior import Posterior

MEASURES = ("percent_of_capacity", "products_t")


class PlantPoint(NamedTuple):
    """One recorded figure of one plant as a share of its capacity, 0 to 1, over the days first..last."""

    row_id: str
    plant_id: str
    first: int
    last: int
    share: float
    status: str


class Checked(NamedTuple):
    """A plant's figure beside its 90 percent predictive interval (shares 0 to 1)."""

    point: PlantPoint
    p05: float
    median: float
    p95: float
    inside: bool


def plant_points(record: Record, problem: Problem) -> list[PlantPoint]:
    """Dated shares and monthly tons of single plants during the campaign, but for flags and averages over months."""
    out = []
    for r in record.rows("plant_output_monthly").values():
        known = r["value"] is not None and r["measure"] in MEASURES and r["status"] not in ("derived", "missing")
        if not known or r["plant_id"] not in problem.system.plant_ids or r["period_type"] not in ("date", "month"):
            continue
        days = _days(r["date"], r["period_type"])
        if days is None:
            continue
        yearly = problem.system.capacity_t_per_year[problem.system.position(r["plant_id"])]
        share = r["value"] / 100.0 if r["measure"] == "percent_of_capacity" else r["value"] * MONTHS_PER_YEAR / yearly
        out.append(PlantPoint(r["row_id"], r["plant_id"], *days, share, r["status"]))
    return out


def _days(date: str, period_type: str) -> tuple[int, int] | None:
    if period_type == "date" and len(date) == 10:
        days = (day_of(date), day_of(date))
    elif len(date) == 7:
        days = (month_start_day(date), month_end_day(date))
    else:
        return None
    return days if days[0] >= 0 and days[1] < N_DAYS else None


def check_points(posterior: Posterior, points: list[PlantPoint], whole: Problem, key) -> list[Checked]:
    """Draw every point from the posterior, with the error of a dated share; uses ``key`` up."""
    index = [whole.system.position(p.plant_id) for p in points]

    @jax.jit
    def one(p, z, extra, key):
        made = campaign(z, p, whole)
        railed = made.share * made.rail
        mean = jnp.stack([jnp.mean(railed[q.first : q.last + 1, i]) for q, i in zip(points, index, strict=True)])
        noise = jax.random.t(key, DEGREES_OF_FREEDOM, mean.shape, mean.dtype)
        error = jnp.full(mean.shape, FLOOR[PLANT_SHARE])
        return jnp.clip(mean + noise * spread(mean, error, 1.0, extra), 0.0, 1.0)

    keys = jax.random.split(key, posterior.n_draws)
    drawn = jax.lax.map(lambda a: one(*a), (posterior.parameters, posterior.raid_z, posterior.discrepancy, keys),
                        batch_size=25)  # fmt: skip
    p05, median, p95 = np.percentile(np.asarray(drawn), [5, 50, 95], axis=0)
    return [Checked(q, float(a), float(b), float(c), bool(a <= min(q.share, 1.0) <= c))
            for q, a, b, c in zip(points, p05, median, p95, strict=True)]  # fmt: skip
