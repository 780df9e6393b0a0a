"""The campaign in SimPy: every plant is a process that lives day by day, the raids are another that comes first."""

import random

import simpy

from . import plain_laws as laws
from .plain_raids import raids_by_day
from .twin_python import plants_of


def prepare(problem):
    """A function ``fly(p, z=None)`` for one campaign: tons of every month."""
    calendar, rail, month = raids_by_day(problem), problem.system.rail_index.tolist(), problem.month_of_day.tolist()

    cars = problem.cars.tolist()

    def bombers(env, plants, p, z):
        for raids in calendar:
            for raid in raids:
                plants[raid.plant].hit(raid, random.gauss(0.0, 1.0) if z is None else z[raid.number], p)
            yield env.timeout(1)

    def works(env, number, plant, months, p):
        while True:
            day = env.now
            months[month[day]] += plant.output_t(day, rail[day][number], p)
            plant.mend(laws.effort(day, cars[day], p), p)
            yield env.timeout(1)

    def fly(p: dict, z=None) -> list[float]:
        env, plants, months = simpy.Environment(), plants_of(problem), [0.0] * problem.n_months
        env.process(bombers(env, plants, p, z))
        for number, plant in enumerate(plants):
            env.process(works(env, number, plant, months, p))
        env.run(until=problem.n_days)
        return months

    return fly
