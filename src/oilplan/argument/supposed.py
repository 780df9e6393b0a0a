"""Supposed campaigns on the model: their raids, and the tons a month at which output falls to a goal.

Axes: D draws, G tonnages, P plants.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from oilplan.argument.finding import AnswerCurve
from oilplan.argument.grade import interval
from oilplan.argument.laboratory import Laboratory, run_draws
from oilplan.clock import day_of
from oilplan.units import t_from_short

if TYPE_CHECKING:
    from oilplan.flight.schedule import Schedule

TONS_SHORT = (30, 60, 120, 250, 500, 1000, 2000, 4000, 6000, 9000, 13000, 20000, 30000, 45000, 70000)
"""Tonnages tried, short tons a month; a need beyond the first or last is given as the first or last."""
EDGE = 1.001
"""A need within this factor of the first or last tonnage tried was cut there; covers rounding of the logarithms."""
EVERY_D = 14
MONTH_D = 30
STRONG_SHORT_TONS = 100.0
PLANTS_A_DAY = 3
"""Plants raided in strength on one day or night of a supposed campaign; judgement."""
WINTER_VISUAL, SUMMER_VISUAL = 0.4, 0.7
"""Share aimed by eye: the Eighth's oil raids of October to March lie between 18 and 66 percent, those of June to August 1944
between 59 and 95 [record: sighting_monthly]; judgement."""


def raid_size_t(lab: Laboratory) -> float:
    """Metric tons of a raid in strength: the median of those flown from June 1944 on with 100 short tons or more."""
    flown = lab.problem.schedule
    strong = (flown.day >= day_of("1944-06-01")) & (flown.raid_t >= t_from_short(STRONG_SHORT_TONS))
    return float(np.median(flown.raid_t[strong]))


def added(
    plants: Sequence[int], days: Sequence[int], bombs_t: Sequence[float], force: str, visual: float, raid_t: float
) -> Schedule:
    """Raids of a supposed campaign: one per plant, day and tonnage given; luck of aim as in the raids flown.

    raid_t: the size of each raid; more tons than that on a plant and day are several raids of that size
    """
    from oilplan.directives.forces import FORCES
    from oilplan.flight.schedule import AIM_LOG_SD, Schedule

    n = len(plants)
    return Schedule(
        raid_ids=tuple(f"added_{k}" for k in range(n)),
        day=np.array(days, int),
        plant=np.array(plants, int),
        force=np.full(n, FORCES.index(force)),
        night=np.full(n, force == "bomber_command"),
        bombs_t=np.array(bombs_t, float),
        raid_t=np.full(n, raid_t),
        visual=np.full(n, visual),
        visual_known=np.zeros(n, bool),
        factor=np.ones(n),
        log_sd=np.full(n, AIM_LOG_SD),
        day_sd=np.zeros(n),
        recorded=np.zeros(n, bool),
    )


def joined(*parts: Schedule) -> Schedule:
    """Raids of several schedules, one after the other."""
    from oilplan.flight.schedule import Schedule

    ids = tuple(i for part in parts for i in part.raid_ids)
    return Schedule(ids, *(np.concatenate(columns) for columns in zip(*(part[1:] for part in parts), strict=True)))


def in_turn(lab: Laboratory, open_to: Mapping[int, Sequence[int]], force: str) -> Schedule:
    """One metric ton in all, the same on each day: `PLANTS_A_DAY` plants, those least raided so far, by capacity.

    open_to: the plants that may be raided, by day number; a day without plants has no raid
    """
    raided: Counter[int] = Counter()
    rows = []
    for day, plants in sorted((d, p) for d, p in open_to.items() if len(p)):
        chosen = sorted(plants, key=lambda plant: raided[plant])[:PLANTS_A_DAY]
        raided.update(chosen)
        capacity = lab.problem.system.capacity_t_per_year[chosen]
        rows += [(plant, day, part) for plant, part in zip(chosen, capacity / capacity.sum(), strict=True)]
    total = sum(part for *_, part in rows)
    return added([r[0] for r in rows], [r[1] for r in rows], [r[2] / total for r in rows], force, 0.0, raid_size_t(lab))


def steady_raids(
    lab: Laboratory, plants: Sequence[int], start_d: int, end_d: int, every_d: int, force: str, visual: float
) -> Schedule:
    """A campaign of one metric ton a month in all: each plant every ``every_d`` days, tons in proportion to capacity, the
    plants' days staggered."""
    share = lab.problem.system.capacity_t_per_year[list(plants)]
    rows = [
        (plant, day, every_d / MONTH_D * part / sum(share))
        for k, (plant, part) in enumerate(zip(plants, share, strict=True))
        for day in range(start_d + k * every_d // len(plants), end_d, every_d)
    ]
    return added([r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows], force, visual, raid_size_t(lab))


def hydrogenation_plants(lab: Laboratory) -> list[int]:
    """Hydrogenation plants with a capacity, the largest first."""
    system = lab.problem.system
    every = [
        k for k, kind in enumerate(system.processes) if kind == "hydrogenation" and system.capacity_t_per_year[k] > 0
    ]
    return sorted(every, key=lambda k: -system.capacity_t_per_year[k])


def held_by(
    lab: Laboratory, raids: Schedule, start_d: int, window: slice, weight: np.ndarray, chain: bool
) -> np.ndarray:
    """[D, G] share of the weighted output of all plants left over a window, by tonnage of a steady campaign.

    The raids flown stand until ``start_d``, the campaign replaces them after. weight: [P] tons a day at full working;
    chain: aviation gasoline, which comes last in the plant. Rail and overrun are left out: this is what bombs do.
    """
    import jax.numpy as jnp

    from oilplan.model.law import aviation_share

    flown, tons_t = lab.problem.schedule, t_from_short(np.array(TONS_SHORT, float))
    before = np.broadcast_to((flown.day < start_d).astype(float), (len(tons_t), flown.n_raids))
    campaign = np.broadcast_to(tons_t[:, None], (len(tons_t), raids.n_raids))
    full = jnp.asarray(weight)

    def left(share, p):
        made = aviation_share(share, p) if chain else share
        return jnp.mean(made[window] @ full) / jnp.sum(full)

    return run_draws(lab, joined(flown, raids), np.concatenate([before, campaign], axis=1), left)


def tons_to_reach(left: np.ndarray, goal: float) -> np.ndarray:
    """[D] short tons a month at which output falls to ``goal``, by straight lines in the logarithm of the tons."""
    grid = np.log(np.array(TONS_SHORT, float))
    falling = np.minimum.accumulate(left, axis=1)
    return np.exp([np.interp(-goal, -row, grid) for row in falling])


def at_floor(need_short: np.ndarray) -> np.ndarray:
    """[D] True where the need lies at or below the least tonnage tried: it says nothing of smaller tonnages."""
    return need_short <= EDGE * TONS_SHORT[0]


def tonnage_curve(title: str, left: np.ndarray, what: str) -> AnswerCurve:
    """Share left against tonnage, median and 90 percent of draws."""
    bands = [interval(100 * left[:, g]) for g in range(left.shape[1])]
    middle, low, high = (tuple(b[k] for b in bands) for k in range(3))
    return AnswerCurve(title, "short tons a month", what, tuple(map(float, TONS_SHORT)), middle, low, high)
