"""How freight cars loaded answer to bombs on railways and to ground lost: a stated relation with wide priors.

The record has cars placed by month for the Reich, for hard coal of the Ruhr and for brown coal. That is what the past is
taken from; the relation says how it would have differed under other bombing, and what a forecaster would have expected.
Axes: T days; three regions: the Reich, the west (the Ruhr's hard coal), central Germany (brown coal).

    log cars = -(weight * strain + silesia * lost),   strain' = strain * exp(-1 / recovery_d) + effect * tons / 10,000

The relation is an assumption: it has no coal stocks, no canals and no marshalling yards, and cannot tell a ton on a
bridge from a ton on a yard. Its unknowns are fitted to those eighteen figures.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from ..clock import CAMPAIGN, Window, month_length_d
from ..errors import OilplanError
from ..record import Record, own_rows
from ..record.effort import TRANSPORT, mix, monthly_tons
from .parameters import Parameters

REICH, WEST, CENTRAL = 0, 1, 2
N_REGIONS = 3
TONS_OF_REFERENCE = 10_000.0


class RailFacts(NamedTuple):
    """What is known of the railways. NumPy.

    recorded_log: [T, 3] log of cars placed a day relative to April 1944, between the record's months
    transport_t: [T] tons dropped a day on railways and canals of the Reich, all forces
    silesia_lost: [T] 1 from the day on which Upper Silesia was lost
    """

    recorded_log: np.ndarray
    transport_t: np.ndarray
    silesia_lost: np.ndarray


def unhindered(n_days: int) -> RailFacts:
    """Railways, or roads, that carry everything: for systems of which nothing else is recorded."""
    return RailFacts(np.zeros((n_days, N_REGIONS)), np.zeros(n_days), np.zeros(n_days))


def cars_log(transport_t: Array | np.ndarray, silesia_lost: np.ndarray, p: Parameters) -> Array:
    """[T, 3] log of cars loaded that the relation gives. transport_t: [T] tons a day, >= 0; p: one draw."""
    strain = _strain(transport_t, p)
    lost = p.rail_silesia * jnp.asarray(silesia_lost, strain.dtype)
    return -_by_region(strain, p).at[:, REICH].add(lost)


def _strain(tons: Array | np.ndarray, p: Parameters) -> Array:
    """[T] strain each morning from [T] tons a day."""
    added = jnp.asarray(tons, jnp.result_type(p.rail_effect_per_10kt))

    def day(strain, more):
        return strain_after(strain, more, p), strain

    return jax.lax.scan(day, jnp.zeros((), added.dtype), added, unroll=8)[1]


def strain_after(strain: Array, tons: Array, p: Parameters) -> Array:
    """Strain of the railways on the next morning; tons: dropped on them today."""
    return strain * jnp.exp(-1.0 / p.rail_recovery_d) + p.rail_effect_per_10kt * tons / TONS_OF_REFERENCE


def _by_region(strain: Array, p: Parameters) -> Array:
    """[..., 3] what a strain takes from the log of cars loaded in each region."""
    return jnp.stack([strain, p.rail_west * strain, p.rail_central * strain], axis=-1)


def strained_log(recorded_log: Array | np.ndarray, strain: Array, p: Parameters) -> Array:
    """[..., 3] log of cars loaded under a strain beyond the record's (or short of it): none gives the record exactly."""
    return jnp.minimum(jnp.asarray(recorded_log, strain.dtype) - _by_region(strain, p), 0.0)


def changed_log(transport_t: Array | np.ndarray, facts: RailFacts, p: Parameters) -> Array:
    """[T, 3] log of cars loaded had other tons fallen on railways: the record, moved by what the relation moves."""
    return strained_log(facts.recorded_log, _strain(jnp.asarray(transport_t) - facts.transport_t, p), p)


def forecast_log(facts: RailFacts, from_day: int, p: Parameters, shock: Array) -> Array:
    """[T, 3] log of cars loaded as a forecaster of ``from_day`` would draw it, given the bombs that followed.

    Up to ``from_day`` the record; from then on the relation, without what the record says later. As in the record, railways
    never carry more than everything.
    shock: [T] standard normal; adds a random walk of `WALK_SD` a day.
    """
    law = cars_log(facts.transport_t, facts.silesia_lost, p)
    known = jnp.asarray(facts.recorded_log, law.dtype)
    after = np.arange(law.shape[0]) > from_day
    walk = WALK_SD * jnp.cumsum(jnp.where(after, shock, 0.0))
    ahead = jnp.minimum(known[from_day] + law - law[from_day] + walk[:, None], 0.0)
    return jnp.where(after[:, None], ahead, known)


WALK_SD = 0.012
"""Daily step of what the relation does not know: some 15 percent in five months; judgement."""


# What the record has of the railways.

WESTERN_REGIONS = ("ruhr", "rhineland", "upper_rhine", "alsace", "saar")
BROWN_COAL_REGIONS = ("central", "sudetenland")
"""Works that lie on brown coal: central Germany and the Sudeten mines about Brüx."""
COAL_OF_REGION = {
    REICH: ("reich", "freight_car_placings"),
    WEST: ("ruhr", "hard_coal_car_placings"),
    CENTRAL: ("reich", "brown_coal_car_placings"),
}
"""What stands for the coal and the cars of a region: all freight cars, hard coal of the Ruhr, brown coal of the Reich,
placed in a month [record: railway; mierzejewski1988, tables A.3 and A.4]."""
GOES_ON_WITH = {
    REICH: COAL_OF_REGION[REICH],
    WEST: COAL_OF_REGION[REICH],
    CENTRAL: ("central_germany", "brown_coal_output"),
}
"""What tells how a region went on after the last month of its own figure. Brown coal placed ends in January 1945; in
February the Reich lost Silesia's coal and cars, but central Germany mined nearly as much a day [record: railway;
mierzejewski1988, table A.2]."""
RAIL_BASE_MONTH = "1944-04"
"""Month to which all capacities are scaled: its index is 1."""
ON_THE_REICH_FROM = "1944-09-01"
"""Until then most tons on transport fell on France and Belgium, before and behind the invasion; judgement."""
SILESIAN_WORKS = "blechhammer_north"


def rail_region(region: str) -> int:
    """Which of the rail indices a region's works hang on."""
    if region in WESTERN_REGIONS:
        return WEST
    return CENTRAL if region in BROWN_COAL_REGIONS else REICH


def rail_index(record: Record, window: Window = CAMPAIGN) -> np.ndarray:
    """[T, 3] cars placed a day relative to April 1944, at most 1: the Reich, the Ruhr's hard coal, brown coal.

    Straight lines between the middles of months. After its last month a region goes on in proportion to `GOES_ON_WITH`,
    which is held after February 1945. Raises OilplanError where the record lacks April or has no month after it.
    """
    months = {region: _cars_a_day(record, *of) for region, of in COAL_OF_REGION.items()}
    nearest = {region: _cars_a_day(record, *of) for region, of in GOES_ON_WITH.items()}
    every = np.arange(max(window.n_days, *(_middle(max(cars), window) + 1 for cars in months.values())))
    curves = {region: np.interp(every, *_points(cars, window)) for region, cars in months.items()}
    for region, cars in months.items():
        last = _middle(max(cars), window)
        on = np.interp(every, *_points(nearest[region], window))
        curves[region] = np.where(every > last, curves[region][last] * on / on[last], curves[region])
    return np.minimum(np.stack([curves[region] for region in sorted(curves)], axis=1), 1.0)[: window.n_days]


def _middle(month: str, window: Window) -> int:
    return window.day_of(f"{month}-15")


def _points(cars: dict[str, float], window: Window) -> tuple[list[int], list[float]]:
    return [_middle(month, window) for month in cars], [value / cars[RAIL_BASE_MONTH] for value in cars.values()]


def _cars_a_day(record: Record, area: str, quantity: str) -> dict[str, float]:
    """Cars placed a day by month of the campaign, in order."""
    rows = (r for r in record.rows("railway").values() if (r["area"], r["quantity"]) == (area, quantity))
    found = own_rows((r for r in rows if r["value"] is not None and r["period"] in CAMPAIGN.months), "period")
    cars = {month: found[(month,)]["value"] / month_length_d(month) for month in CAMPAIGN.months if (month,) in found}
    if not cars.get(RAIL_BASE_MONTH) or len(cars) < 2:
        raise OilplanError(
            f"railway: {quantity} of {area} has no figure above 0 for {RAIL_BASE_MONTH} and none after it; the model needs"
            " them to compare with."
        )
    return cars


def rail_facts(record: Record, window: Window = CAMPAIGN) -> RailFacts:
    """The railways of the Reich by day. Raises KeyError where the record lacks a month of effort."""
    transport_t = (mix(record, window)[:, :, TRANSPORT] * monthly_tons(record, window)).sum(axis=1)
    lengths = np.array([month_length_d(month) for month in window.months])
    daily = (transport_t / lengths)[window.month_of_day]
    daily = np.where(np.arange(window.n_days) >= window.day_of(ON_THE_REICH_FROM), daily, 0.0)
    spans = [
        (window.day_of(r["earliest"]), window.day_of(r["latest"]))
        for r in record.rows("overrun").values()
        if r["plant_id"] == SILESIAN_WORKS
    ]
    first, last = min(spans, key=lambda s: s[1] - s[0])
    lost = np.arange(window.n_days) >= (first + last) / 2
    return RailFacts(np.log(rail_index(record, window)), daily, lost.astype(float))


def recorded_cars(record: Record, window: Window = CAMPAIGN) -> list[dict]:
    """Every month of cars placed since bombs fell on the Reich's railways: row, day, region, value against April 1944."""
    out = []
    for region, (area, quantity) in COAL_OF_REGION.items():
        cars = _cars_a_day(record, area, quantity)
        rows = {
            r["period"]: r for r in record.rows("railway").values() if (r["area"], r["quantity"]) == (area, quantity)
        }
        for month, value in cars.items():
            if month >= ON_THE_REICH_FROM[:7]:
                part = min(value / cars[RAIL_BASE_MONTH], 1.0)
                out.append({"row": rows[month], "day": _middle(month, window), "region": region, "value": part})
    return out
