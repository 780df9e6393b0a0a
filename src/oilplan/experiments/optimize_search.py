"""The best plan found by search: priorities, weight of a raid, thresholds, as a directive that a staff could write."""

from __future__ import annotations

from collections.abc import Callable

import cmaes
import numpy as np

from ..directives.plan import ForceName, ForPhase, Phase, Plan
from ..system.output import AVIATION
from ..system.target import TargetSystem

GENERATIONS, POPULATION = 24, 12
START_SD = 0.5
RAID_T = (100.0, 2000.0)
PILE = (1.0, 8.0)
"""Most tons on one plant a day, as a multiple of a raid."""
OUT_BELOW = (0.0, 0.9)
REST_D = (0.0, 12.0)
KNOBS = 4


def best_plan(
    system: TargetSystem, force: ForceName, denied: Callable[[Plan], float], *, seed: int, generations: int = GENERATIONS,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> tuple[Plan, list[float]]:  # fmt: skip
    """Covariance-matrix adaptation over a plan's numbers and the order of its targets.

    denied: mean tons that a plan denies (higher is better); force: the one that follows it, the others fly as flown

    Returns the best plan and the best value of every generation.
    """
    worth = system.output_t_per_day[:, AVIATION]
    plants = [i for i in np.argsort(-worth, kind="stable") if worth[i] > 0]
    start = np.concatenate([[-0.3, 0.2, -0.3, -1.0], np.linspace(0.5, -0.5, len(plants))])
    search = cmaes.CMA(mean=start, sigma=START_SD, seed=seed, population_size=POPULATION)
    best, history = (-np.inf, plan_at(start, plants, system, force)), []
    for n in range(generations):
        asked = [search.ask() for _ in range(POPULATION)]
        plans = [plan_at(x, plants, system, force) for x in asked]
        values = [denied(plan) for plan in plans]
        search.tell([(x, -v) for x, v in zip(asked, values, strict=True)])
        best = max(best, *zip(values, plans, strict=True), key=lambda pair: pair[0])
        history.append(best[0])
        progress(n + 1, generations)
    return best[1], history


def plan_at(x: np.ndarray, plants: list[int], system: TargetSystem, force: ForceName) -> Plan:
    """The plan at a point of the search: four knobs squeezed into their ranges, then a score for each plant.

    x: [4 + N]; plants: N indices; targets after the scored ones: none
    """
    raid_t = _between(x[0], *RAID_T)
    order = [plants[i] for i in np.argsort(-x[KNOBS:], kind="stable")]
    own = ForPhase(fly="as_planned", targets=tuple(system.plant_ids[i] for i in order), raid_t=raid_t,
                   most_t=round(raid_t * _between(x[1], *PILE), 3))  # fmt: skip
    phase = Phase(fly="as_recorded", force={force: own}, out_below=_between(x[2], *OUT_BELOW),
                  rest_d=_between(x[3], *REST_D))  # fmt: skip
    return Plan(name="best_found", about=f"Found by search for {force}; the others fly as flown.", phases=(phase,))


def _between(x: float, low: float, high: float) -> float:
    return float(round(low + (high - low) / (1.0 + np.exp(-x)), 3))
