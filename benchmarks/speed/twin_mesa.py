"""The campaign in Mesa: plants are agents, a model's step is a day."""

import mesa

from . import plain_laws as laws
from .plain_raids import raids_by_day
from .twin_python import Plant, plants_of


class PlantAgent(mesa.Agent):
    """A plant that delivers and mends when its day comes."""

    def __init__(self, model, number: int, plant: Plant):
        super().__init__(model)
        self.number, self.plant = number, plant

    def step(self) -> None:
        model = self.model
        rail_index = model.rail[model.day][self.number]
        model.months[model.month[model.day]] += self.plant.output_t(model.day, rail_index, model.p)
        self.plant.mend(model.work_d, model.p)


class Campaign(mesa.Model):
    """Raids fall in the morning, then every plant has its day."""

    def __init__(self, problem, calendar, rail, month, p: dict, z):
        super().__init__()
        self.calendar, self.rail, self.month, self.p, self.z = calendar, rail, month, p, z
        self.cars = problem.cars.tolist()
        self.day, self.months = 0, [0.0] * problem.n_months
        self.works = [PlantAgent(self, k, plant) for k, plant in enumerate(plants_of(problem))]

    def step(self) -> None:
        for raid in self.calendar[self.day]:
            z = self.random.gauss(0.0, 1.0) if self.z is None else self.z[raid.number]
            self.works[raid.plant].plant.hit(raid, z, self.p)
        self.work_d = laws.effort(self.day, self.cars[self.day], self.p)
        self.agents.do("step")
        self.day += 1


def prepare(problem):
    """A function ``fly(p, z=None)`` for one campaign: tons of every month."""
    calendar, rail, month = raids_by_day(problem), problem.system.rail_index.tolist(), problem.month_of_day.tolist()

    def fly(p: dict, z=None) -> list[float]:
        model = Campaign(problem, calendar, rail, month, p, z)
        for _ in range(problem.n_days):
            model.step()
        return model.months

    return fly
