"""The campaign that every twin flies: the synthetic plants of the record, the raids as flown, draws from the priors."""

from typing import NamedTuple

import jax
import numpy as np

from oilplan.calibration.model import SCALARS, draw_prior
from oilplan.clock import month_of_day
from oilplan.flight.as_flown import as_flown
from oilplan.flight.schedule import Schedule
from oilplan.model.oil import oil_system
from oilplan.model.parameters import Parameters
from oilplan.model.rail import REICH
from oilplan.model.target import TargetSystem
from oilplan.record import load_record

DAYS_OF_A_MONTH = 30
SEED = 1944


class Problem(NamedTuple):
    """What is flown: plants, raids on them, and the month of every day ([T])."""

    system: TargetSystem
    schedule: Schedule
    month_of_day: np.ndarray

    @property
    def n_days(self) -> int:
        return len(self.month_of_day)

    @property
    def n_months(self) -> int:
        return int(self.month_of_day[-1]) + 1

    @property
    def cars(self) -> np.ndarray:
        """[T] cars placed in the Reich relative to April 1944."""
        return np.exp(self.system.rail.recorded_log[: self.n_days, REICH])


def as_flown_problem() -> Problem:
    """All hydrogenation and Fischer-Tropsch plants of the record, 395 days, every raid of the record on them."""
    record = load_record()
    system = oil_system(record)
    schedule = as_flown(record, system)
    position = np.cumsum(system.synthetic) - 1
    raids = schedule.where(system.synthetic[schedule.plant])
    raids = raids._replace(plant=position[raids.plant])
    return Problem(system.subset(system.synthetic), raids, np.array(month_of_day()))


def grown(problem: Problem, *, plants: int, days: int) -> Problem:
    """The same campaign with its plants repeated to ``plants`` and its calendar repeated (or cut) to ``days``."""
    base, raids = problem.system, problem.schedule
    copy = np.arange(plants) % base.n_plants
    system = base.subset(copy)
    day = np.arange(days) % problem.n_days
    system = system._replace(
        rail_index=system.rail_index[day],
        rail=system.rail._replace(recorded_log=system.rail.recorded_log[day]),
        overrun_day=np.where(days > problem.n_days, days, system.overrun_day),
    )
    rows = [
        (r, k, raids.day[r] + lap)
        for lap in range(0, days, problem.n_days)
        for k in range(plants)
        for r in np.flatnonzero(raids.plant == copy[k])
        if raids.day[r] + lap < days
    ]
    pick, plant, on = (np.array(column, dtype=int) for column in zip(*rows, strict=True))
    ids = tuple(raids.raid_ids[r] for r in pick)
    schedule = Schedule(ids, *(a[pick] for a in raids[1:]))._replace(plant=plant, day=on)
    months = problem.month_of_day if days == problem.n_days else np.arange(days) // DAYS_OF_A_MONTH
    return Problem(system, schedule, months)


def draw_parameters(problem: Problem, n_draws: int, seed: int = SEED) -> Parameters:
    """``n_draws`` draws from the priors."""
    return draw_prior(jax.random.key(seed), problem.system, n_draws)


def plain(p: Parameters) -> dict[str, np.ndarray]:
    """The scalar unknowns as NumPy arrays [D] in double precision: what the twins take."""
    return {name: np.asarray(getattr(p, name), dtype=np.float64) for name in SCALARS}
