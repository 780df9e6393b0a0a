"""What a hindcast could reach if the months before a cut-off had told all that the whole record tells.

The parameters, yields and luck up to the cut-off are those of a fit to the whole record; only the luck of later raids is
drawn anew. So the score is no hindcast but its ceiling: what separates the two was not yet in any figure.
"""

from __future__ import annotations

import numpy as np

from ..clock import month_end_day
from ..directives.schedule import Schedule
from ..system.target import TargetSystem
from .bindings import Binding
from .fit import Fit
from .hindcast import Hindcast, score
from .likelihood import Problem, problem
from .posterior import raids_of


def ceiling(whole: Fit, fitted_to: Problem, system: TargetSystem, schedule: Schedule, items: list[Binding], cutoff: str, *,
            seed: int) -> Hindcast:  # fmt: skip
    """Score the months after a cut-off with the parameters of a fit to everything.

    whole, fitted_to: the fit and its problem, of the whole campaign under the default laws
    """
    part = problem(system, schedule, items, month_end_day(cutoff))
    known = {raid: n for n, raid in enumerate(raids_of(fitted_to))}
    raids = np.array([known[raid] for raid in raids_of(part)])
    plants = np.array([fitted_to.system.position(plant) for plant in part.system.plant_ids])
    draws = whole.draws._replace(raid=whole.draws.raid[..., raids], split=whole.draws.split[..., plants])
    return score(whole._replace(draws=draws), part, system, schedule, items, cutoff, seed, part.laws)
