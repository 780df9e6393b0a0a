"""The campaign with plain Python objects: a plant that is hit, repaired and asked for its output, day after day."""

import random

from . import plain_laws as laws
from .plain_raids import Raid, raids_by_day


class Plant:
    """A plant with its damage."""

    def __init__(self, capacity_t, tons_per_day, overrun_day):
        self.capacity_t, self.tons_per_day, self.overrun_day = capacity_t, tons_per_day, overrun_day
        self.disruption = self.backlog = self.inflicted = 0.0

    def hit(self, raid: Raid, z: float, p: dict) -> None:
        tons = laws.inside_fence_t(raid, z, self.capacity_t, p)
        self.disruption = 1.0 - (1.0 - self.disruption) * laws.math.exp(-p["kill_disruption"] * tons)
        self.backlog = laws.broken(self.backlog, tons, p)
        self.inflicted += p["kill_structure"] * tons

    def mend(self, work_d: float, p: dict) -> None:
        if self.disruption > 0.0:
            self.disruption *= laws.math.exp(-p["repair_disruption_per_d"])
        if self.backlog > 0.0:
            self.backlog = laws.repaired(self.backlog, self.inflicted, work_d, p)

    def output_t(self, day: int, rail_index: float, p: dict) -> float:
        if day >= self.overrun_day:
            return 0.0
        share = laws.working_share(self.disruption, self.backlog, p)
        return self.tons_per_day * share * rail_index ** p["rail_exponent"]


def plants_of(problem) -> list[Plant]:
    system = problem.system
    columns = (system.capacity_t_per_year, system.all_products_t_per_day, system.overrun_day)
    return [Plant(*map(float, row)) for row in zip(*columns, strict=True)]


def prepare(problem):
    """A function ``fly(p, z=None)`` for one campaign: tons of every month. p: dict of floats; z: luck by raid or drawn."""
    calendar = raids_by_day(problem)
    cars = problem.cars.tolist()
    rail, month = problem.system.rail_index.tolist(), problem.month_of_day.tolist()

    def fly(p: dict, z=None) -> list[float]:
        plants, months = plants_of(problem), [0.0] * problem.n_months
        for day, raids in enumerate(calendar):
            for raid in raids:
                plants[raid.plant].hit(raid, random.gauss(0.0, 1.0) if z is None else z[raid.number], p)
            work_d = laws.effort(day, cars[day], p)
            for k, plant in enumerate(plants):
                months[month[day]] += plant.output_t(day, rail[day][k], p)
                plant.mend(work_d, p)
        return months

    return fly
