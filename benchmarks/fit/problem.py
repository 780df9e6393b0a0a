"""What is fitted, the same for all: every raid and every figure of the record; and points at which to compare."""

import numpy as np

from oilplan.calibration.bindings import bindings
from oilplan.calibration.likelihood import Problem, problem
from oilplan.calibration.model import Unknowns, unknowns_at_zero
from oilplan.calibration.posterior import shipped_path
from oilplan.clock import N_DAYS
from oilplan.flight.as_flown import as_flown
from oilplan.model.oil import oil_system
from oilplan.record import load_record

SPREAD = 0.7
"""Of the points around the prior medians, in prior standard deviations: wider than the posterior in most directions."""


def record_problem(last_day: int = N_DAYS - 1) -> Problem:
    """The fit to the figures complete by ``last_day``; as it stands, to the whole record."""
    record = load_record()
    system = oil_system(record)
    return problem(system, as_flown(record, system), bindings(record), last_day)


def points(problem: Problem, n: int) -> list[Unknowns]:
    """``n`` points around the prior medians, the same every time, in double precision."""
    rng = np.random.default_rng(1944)
    return [Unknowns(*(SPREAD * rng.standard_normal(a.shape) for a in unknowns_at_zero(problem))) for _ in range(n)]


def shipped_points(n: int) -> list[Unknowns]:
    """``n`` of the draws of the shipped posterior, which is of the whole record, in double precision."""
    with np.load(shipped_path()) as file:
        draws = [np.asarray(file[name], np.float64) for name in Unknowns._fields]
    rows = np.linspace(0, len(draws[0]) - 1, n).astype(int)
    return [Unknowns(*(a[row] for a in draws)) for row in rows]
