"""Raids as plain rows for the twins that fly one campaign at a time."""

from typing import NamedTuple

from oilplan.directives.forces import FORCES


class Raid(NamedTuple):
    """number: row in the schedule; bombs_t: with the mean of its doubt; visual: share sighted visually."""

    number: int
    day: int
    plant: int
    bombs_t: float
    visual: float
    log_sd: float
    bomber_command: bool


def raids_by_day(problem) -> list[list[Raid]]:
    """The raids of every day of the campaign."""
    s = problem.schedule
    calendar: list[list[Raid]] = [[] for _ in range(problem.n_days)]
    columns = (
        s.day.tolist(),
        s.plant.tolist(),
        (s.bombs_t * s.factor).tolist(),
        s.visual.tolist(),
        s.log_sd.tolist(),
        (s.force == FORCES.index("bomber_command")).tolist(),
    )
    for number, row in enumerate(zip(*columns, strict=True)):
        calendar[row[0]].append(Raid(number, *row))
    return calendar
