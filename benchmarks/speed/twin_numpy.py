"""The campaign in NumPy, vectorised over draws: arrays [D, P], one day after another."""

import numpy as np

from .plain_laws import CREW_GROWTH_WIDTH_D, LEUNA_T_PER_YEAR, SMALLEST_T_PER_YEAR, TINY
from .plain_raids import raids_by_day


def prepare(problem):
    """A function ``fly(p, z=None, rng=None)`` for many: [D, M] tons. p: dict of [D]; z: [D, R] luck, else drawn by rng."""
    system, calendar = problem.system, raids_by_day(problem)
    cars = problem.cars
    size = np.maximum(system.capacity_t_per_year, SMALLEST_T_PER_YEAR) / LEUNA_T_PER_YEAR

    def fly(p: dict, z=None, rng=None) -> np.ndarray:
        n_draws = len(p["wear"])
        p = {name: value[:, None] for name, value in p.items()}
        disruption, backlog, inflicted = (np.zeros((n_draws, system.n_plants)) for _ in range(3))
        months, scale = np.zeros((n_draws, problem.n_months)), size ** p["size_exponent"]
        for day, raids in enumerate(calendar):
            crews = 1.0 / (1.0 + np.exp(-(day - p["crew_half_day"]) / CREW_GROWTH_WIDTH_D))
            for raid in raids:
                luck = rng.standard_normal(n_draws) if z is None else z[:, raid.number]
                _hit(raid, luck, disruption, backlog, inflicted, crews, scale, p)
            share = (1.0 - disruption) / (1.0 + (backlog + TINY) ** p["serial_exponent"])
            rail = system.rail_index[day] ** p["rail_exponent"]
            standing = np.where(day < system.overrun_day, system.all_products_t_per_day, 0.0)
            months[:, problem.month_of_day[day]] += (share * rail) @ standing
            _mend(disruption, backlog, inflicted, (1.0 + p["crew_growth"] * crews) * cars[day] ** p["repair_rail"], p)
        return months

    return fly


def _hit(raid, luck, disruption, backlog, inflicted, crews, scale, p):
    k = raid.plant
    if raid.bomber_command:
        inside = p["hit_bomber_command"] * p["heavy_bombs"]
    else:
        inside = p["hit_visual"] * raid.visual + p["hit_instrument"] * (1.0 - raid.visual)
    walls = 1.0 + p["protection"] * crews
    tons = raid.bombs_t * np.exp(raid.log_sd * luck - 0.5 * raid.log_sd**2) * (inside / walls)[:, 0] / scale[:, k]
    structure, cap = p["kill_structure"][:, 0] * tons, p["backlog_cap"][:, 0]
    disruption[:, k] = 1.0 - (1.0 - disruption[:, k]) * np.exp(-p["kill_disruption"][:, 0] * tons)
    backlog[:, k] = cap - (cap - backlog[:, k]) * np.exp(-structure / cap)
    inflicted[:, k] += structure


def _mend(disruption, backlog, inflicted, work_d, p):
    disruption *= np.exp(-p["repair_disruption_per_d"])
    backlog *= np.exp(-p["gang_backlog_per_d"] / (1.0 + p["wear"] * inflicted) * work_d)
