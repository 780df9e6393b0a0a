"""Where the fuel went: the loss of aviation gasoline shared among its causes, draw by draw.

The recorded raids are flown with every set of the causes at work and the others away. What a set costs is the output of a
war with none of them less the output with that set. A cause's share is its Shapley value: what it adds to a set, averaged over
all orders in which the causes could have been let loose. The shares of a draw add up to its loss exactly, whatever the causes
do to each other; they are a fair division of a joint result, not what would have been saved without that cause.
Axes: D draws, F forces, P plants, M months, R raids, C causes, S sets of causes.
"""

from __future__ import annotations

from collections.abc import Callable
from math import factorial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from ..calibration.model import draw
from ..directives.forces import FORCES
from ..flight.executable import kept_whole
from ..flight.fly import fly_schedule
from ..flight.schedule import Schedule, slots_of_draws
from ..model.accounts import deliver, monthly
from ..model.oil import GIVEN_UP, OVERRUN, overrun_days
from ..model.target import AVIATION_GASOLINE, TargetSystem
from ..record import Record
from . import manifest, rests_on
from .outcomes import QUANTILES, whole_tons
from .replay import AVIATION, CHUNK, check_draws, chunk_of, oil_war, recorded_months

RAIL, GROUND, LUCK = "rail_and_coal", "ground_taken", "luck"
CAUSES = (*FORCES, RAIL, GROUND, LUCK)
"""Bit i of the number of a set says whether cause i is in it."""
N_SETS = 2 ** len(CAUSES)
MEANING = {
    "bomber_command": "the force's raids on oil, with the works given up after them",
    "eighth_af": "the same",
    "fifteenth_af": "the same",
    RAIL: "fewer cars placed than in April 1944, whatever the reason: bombs on railways and canals, ground lost, weather",
    GROUND: "works overrun; coal and cars lost with the ground are under rail and coal",
    LUCK: "how far raids did better or worse than such raids do on average, with the doubt about their tons; may be negative",
}
PERIODS = (("1944-05", "1944-09"), ("1944-10", "1945-03"))
DRAWS = 200


class Ends(NamedTuple):
    """Why a plant makes nothing any more. Past the last day where it does not happen.

    ground_day: [P] day on which it is overrun; given_up_day: [P] day on which it is given up as not worth repairing
    given_up_by: [F, P] True for a force that dropped bombs on it until that day
    """

    ground_day: np.ndarray
    given_up_day: np.ndarray
    given_up_by: np.ndarray


class LossShares(NamedTuple):
    """A study's numbers, ready for JSON (`summary`), and what it was made from (`manifest`)."""

    summary: dict
    manifest: dict


def attribute(
    record: Record,
    *,
    draws: int = DRAWS,
    seed: int = 1944,
    command: list[str] | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> LossShares:
    """The loss of aviation gasoline of both `PERIODS` among `CAUSES`, with intervals over draws of the posterior.

    draws: 1 to 100,000; seed: 0 to 4,294,967,295, the same seed the same numbers; command: words kept in the manifest

    Raises OilplanError for draws or seed out of range.
    """
    check_draws(draws, seed)
    war = oil_war(record)
    system, schedule = war.system, war.schedule
    drawn = draw(system, schedule, draws=draws, seed=seed, posterior=war.posterior)
    made_t = output_of_sets(system, schedule, ends_of(record, system, schedule), drawn, progress)
    recorded_t = {m.month: m.value_t for m in recorded_months(record) if m.series == AVIATION}
    about = {"draws": draws, "seed": seed, **rests_on(record.hash, war.fit)}
    stated = manifest(record, command=command or [], seed=seed, draws=draws, posterior=war.fit)
    return LossShares(summary(made_t, system.window.months, recorded_t) | about, stated)


def ends_of(record: Record, system: TargetSystem, schedule: Schedule) -> Ends:
    """Why plants of the record ended. A plant is given up for the raids of every force that had hit it by then."""
    ground, given_up = (overrun_days(record, system.plant_ids, system.window, (kind,)) for kind in (OVERRUN, GIVEN_UP))
    by = np.zeros((len(FORCES), system.n_plants), bool)
    before = schedule.day <= given_up[schedule.plant]
    by[schedule.force[before], schedule.plant[before]] = True
    return Ends(ground, given_up, by)


# Output under every set of causes. Raids and luck change what is worked, rail and ground only what is delivered: 16 flights
# and 4 deliveries of each give all 64 sets.


def output_of_sets(
    system: TargetSystem,
    schedule: Schedule,
    ends: Ends,
    drawn,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> np.ndarray:
    """[D, S, M] tons of aviation gasoline a month under every set of causes, in the order of their numbers.

    drawn: of `oilplan.calibration.model.draw`; a draw has the same parameters, dates and product mix in every set
    """
    fly = kept_whole(_of_many(system, schedule, ends), "attribution", system, schedule, ends)
    draws, parts = drawn.day.shape[0], []
    for first in range(0, draws, CHUNK):
        z, p, day = chunk_of((drawn.raid_z, drawn.parameters, drawn.day), first)
        parts.append(np.asarray(fly(z, p, day, slots_of_draws(day, schedule.plant, system.n_plants, system.n_days))))
        progress(min(first + CHUNK, draws), draws)
    return np.concatenate(parts)[:draws]


def _of_many(system: TargetSystem, schedule: Schedule, ends: Ends) -> Callable:
    """Function of stacked draws to [D, S, M]."""
    in_flight = np.arange(2 ** (len(FORCES) + 1))
    flies = (in_flight[:, None] >> np.arange(len(FORCES)) & 1).astype(bool)
    lucky = (in_flight >> len(FORCES) & 1).astype(bool)
    unhindered = jnp.zeros(system.rail.recorded_log.shape, jnp.float32)
    given_up = np.where((flies[:, :, None] & ends.given_up_by).any(axis=1), ends.given_up_day, system.n_days)

    def one(z, p, day, layout):
        def of_flight(forces, luck, given_up_day):
            lot = jnp.where(luck, z, schedule.log_sd / 2).astype(z.dtype)
            flown = schedule._replace(day=day, factor=schedule.factor * forces[schedule.force])
            share = [fly_schedule(lot, p, layout, flown, system, cars_log=cars) for cars in (unhindered, None)]
            return jnp.stack(
                [
                    _delivered(share[rail], system, ends, given_up_day, p, rail, ground)
                    for ground in (False, True)
                    for rail in (False, True)
                ]
            )

        made = jax.vmap(of_flight)(flies, lucky, given_up)
        by_cause = made.reshape(2, 2 ** len(FORCES), 2, 2, -1)
        return by_cause.transpose(0, 2, 3, 1, 4).reshape(N_SETS, -1)

    return jax.vmap(one)


def _delivered(share: Array, system: TargetSystem, ends: Ends, given_up_day, p, rail: bool, ground: bool) -> Array:
    """[M] tons of aviation gasoline from the shares worked, with or without rail shortage and ground taken.

    share: worked with repair under the same railways
    """
    lost: Any = jnp.minimum(ends.ground_day if ground else system.n_days, given_up_day)
    cars_log = None if rail else jnp.zeros(system.rail.recorded_log.shape, share.dtype)
    made = deliver(share, system._replace(overrun_day=lost), p, cars_log)
    return monthly(made.products[:, system.product(AVIATION_GASOLINE)], system.window)


# The division.


def shapley_weights(n_causes: int) -> np.ndarray:
    """[C, S] weights that turn the loss of every set into every cause's Shapley value; each column but the last sums to zero.

    shapley = sum over sets without the cause: size! (n - size - 1)! / n! * (loss with it - loss without)
    """
    weights = np.zeros((n_causes, 2**n_causes))
    for cause in range(n_causes):
        for s in range(2**n_causes):
            if not s >> cause & 1:
                size = s.bit_count()
                w = factorial(size) * factorial(n_causes - size - 1) / factorial(n_causes)
                weights[cause, s | 1 << cause] += w
                weights[cause, s] -= w
    return weights


def divided(made_t: np.ndarray) -> np.ndarray:
    """[..., C] tons lost to every cause, from [..., S] output under every set; they add up to the loss under all causes."""
    loss_t = made_t[..., :1].astype(np.float64) - made_t
    return loss_t @ shapley_weights(made_t.shape[-1].bit_length() - 1).T


def summary(made_t: np.ndarray, months: tuple[str, ...], recorded_t: dict[str, float]) -> dict:
    """The study as JSON-ready numbers. made_t: [D, S, M]; recorded_t: the record's output by month, where it has one."""
    made_t = made_t.astype(np.float64)
    by_month = divided(made_t.swapaxes(1, 2)).mean(axis=0)
    return {
        "periods": [_period(made_t, months, first, last, recorded_t) for first, last in PERIODS],
        "months": [
            {"month": m, "mean_lost_t": dict(zip(CAUSES, np.round(t).astype(int).tolist(), strict=True))}
            for m, t in zip(months, by_month, strict=True)
        ],
        "causes": MEANING,
        "medians": "medians of shares over draws, scaled to add to one; means of shares add to one as they are",
    }


def _period(made_t: np.ndarray, months: tuple[str, ...], first: str, last: str, recorded_t: dict[str, float]) -> dict:
    here = slice(months.index(first), months.index(last) + 1)
    of_set = made_t[:, :, here].sum(axis=2)
    tons, lost = divided(of_set), of_set[:, 0] - of_set[:, -1]
    shares = tons[lost > 0] / lost[lost > 0, None]
    one = 1 << np.arange(len(CAUSES))
    known = [recorded_t.get(m) for m in months[here]]
    return {
        "from": first,
        "to": last,
        "full_t": whole_tons(of_set[:, 0]),
        "made_t": whole_tons(of_set[:, -1]),
        "recorded_t": None if None in known else round(sum(filter(None, known))),
        "lost_t": whole_tons(lost),
        "shares": _shares(shares),
        "median_sum_before_scaling": round(float(np.median(shares, axis=0).sum()), 4) if len(shares) else None,
        "draws_with_loss": len(shares),
        "tons": _each(tons),
        "lost_alone_t": _each(of_set[:, :1] - of_set[:, one]),
        "saved_without_t": _each(of_set[:, N_SETS - 1 - one] - of_set[:, -1:]),
        "oil_raids": _raids(of_set),
    }


def _raids(of_set: np.ndarray) -> dict:
    """What all oil raids together denied: beside the railways as they were, and had these carried as in April 1944."""
    raids, rail = 2 ** len(FORCES) - 1, 1 << CAUSES.index(RAIL)
    everything = N_SETS - 1
    with_rail = of_set[:, everything & ~raids] - of_set[:, everything]
    without = of_set[:, everything & ~raids & ~rail] - of_set[:, everything & ~rail]
    return {
        "denied_t": whole_tons(with_rail),
        "denied_with_rail_of_april_t": whole_tons(without),
        "hangs_on_rail_t": whole_tons(without - with_rail),
    }


def _each(values: np.ndarray) -> dict[str, dict[str, int]]:
    return {cause: whole_tons(values[:, c]) for c, cause in enumerate(CAUSES)}


def _shares(shares: np.ndarray) -> dict[str, dict[str, float | None]]:
    """Median, ends of the 90 percent interval and mean of every cause's share; nothing where no draw has a loss.

    Medians of parts need not add up to the whole: they are scaled, and what rounding leaves goes to the greatest.
    """
    if not len(shares):
        return {cause: dict.fromkeys(("median", "p05", "p95", "mean")) for cause in CAUSES}
    low, median, high = np.quantile(shares, QUANTILES, axis=0)
    median = adding_to_one(median)
    mean = adding_to_one(shares.mean(axis=0))
    return {
        cause: {
            "median": float(median[c]),
            "p05": round(float(low[c]), 4) + 0.0,
            "p95": round(float(high[c]), 4) + 0.0,
            "mean": float(mean[c]),
        }
        for c, cause in enumerate(CAUSES)
    }


def adding_to_one(shares: np.ndarray) -> np.ndarray:
    """Shares divided by their sum, to four places; what rounding leaves goes to the greatest."""
    rounded = np.round(shares / shares.sum(), 4)
    greatest = int(np.argmax(rounded))
    rounded[greatest] = round(1.0 - np.delete(rounded, greatest).sum(), 4)
    return rounded
