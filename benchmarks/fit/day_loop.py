"""The campaign as both twins fly it: one day after another, all plants, every day kept; and the figures in its terms."""

from typing import NamedTuple

import numpy as np
from jax import Array

from oilplan.calibration.likelihood import Problem, every_predicted, full_value
from oilplan.calibration.model import Unknowns, to_parameters
from oilplan.flight.schedule import daily_density, density_of_raids
from oilplan.model.accounts import deliver
from oilplan.model.engines import run
from oilplan.model.rail import REICH


class Figures(NamedTuple):
    """[F] each: value, error and what the figure would read with every plant whole; tons, or share of a plant."""

    value: np.ndarray
    error: np.ndarray
    full: np.ndarray


def figures_of(problem: Problem) -> Figures:
    """What the record says, in the order of the problem's figures."""
    rows = [(item.value, item.error, full_value(item.kind, problem.system)) for item in problem.items]
    return Figures(*np.array(rows).T)


def predicted_figures(u: Unknowns, problem: Problem) -> Array:
    """[F] the model's value of every figure, off the daily deliveries of a campaign flown day by day."""
    p = to_parameters(u)
    per_raid = density_of_raids(u.raid, problem.schedule, problem.system, p)
    by_day = daily_density(per_raid, problem.schedule, problem.n_days, problem.system.n_plants)
    share = run(by_day, p, problem.law, problem.system.rail.recorded_log[: problem.n_days, REICH])
    return every_predicted(deliver(share, problem.system, p), p, problem)
