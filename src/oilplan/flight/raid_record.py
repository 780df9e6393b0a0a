"""What the record says of raids as operations: how large, how many a day, on what, and what was owed by month.

Axes: T days, F operations, P plants, C classes of target, R raids.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..clock import MONTHS, Window
from ..directives.forces import N_OPERATIONS, NAMES
from ..model.target import TargetSystem
from .schedule import Schedule, counted_once, operation_of

STRONG_T = np.array([100.0, 100.0, 30.0, 30.0])
"""[F] metric tons under which a raid is a nuisance raid or a stray. Bomber Command's smallest main-force raid on oil sent
52 aircraft, some 190 t [record: raid_losses, 11 December 1944]; its rows under 100 t are Mosquitoes and strays. An
American raid of 30 t is a dozen bombers, one squadron."""
SMALLEST_QUANTILE = 0.05
"""The smallest raid a staff would order is the one that one recorded raid in twenty lay under."""
FITTED_MONTHS = MONTHS[1:6]
"""May to September 1944: what the operations are fitted on."""


class RaidFacts(NamedTuple):
    """Ranges and orders of the record. NumPy.

    smallest_t, largest_t: [F] range of raids a force flew in strength; usual_t: [F] median of them
    most_targets, most_day_t: [F] most targets, and most tons on oil, of one day; most_month_t: [F] of one month
    usual_day_t: [F] tons on oil per day that the force's weather allows, over the months of `FITTED_MONTHS` with oil raids
    nuisance_t: [F] median of the small raids; ordered_t: [T, F, C] tons history had sent to each class by the end of the month
    of a day, all days counted; flown_t: [T + 1, F, C] the same by the morning of a day; class_of: [P]; classes: C names
    in_kind: [C, K] 1 for the kind of works (its process) that a class is of
    number: [T, F, P] raids in strength of each day; raids: all raids; relative_output: [P] output over the mean of single plants, 1 for a group; group: [P] 1 for a node that stands for many works, which can be raided one after another
    """

    smallest_t: np.ndarray
    largest_t: np.ndarray
    usual_t: np.ndarray
    most_targets: np.ndarray
    most_day_t: np.ndarray
    most_month_t: np.ndarray
    usual_day_t: np.ndarray
    nuisance_t: np.ndarray
    ordered_t: np.ndarray
    flown_t: np.ndarray
    class_of: np.ndarray
    classes: tuple[str, ...]
    in_kind: np.ndarray
    number: np.ndarray
    group: np.ndarray
    raids: Raids
    relative_output: np.ndarray


class Raids(NamedTuple):
    """Raids of the record as operations, each site counted once. day, operation, plant: [R]; tons: [R] metric."""

    day: np.ndarray
    operation: np.ndarray
    plant: np.ndarray
    tons: np.ndarray

    @property
    def strong(self) -> np.ndarray:
        """[R] True for raids in strength."""
        return self.tons >= STRONG_T[self.operation]

    def where(self, keep: np.ndarray) -> Raids:
        """The raids that ``keep`` ([R] of bool) picks."""
        return Raids(*(a[keep] for a in self))


AMERICAN = {
    NAMES.index("eighth_af"): NAMES.index("fifteenth_af"),
    NAMES.index("fifteenth_af"): NAMES.index("eighth_af"),
}


def raids_of(flown: Schedule, system: TargetSystem, reach: np.ndarray) -> Raids:
    """Raids as flown with their mean tons. Rows of one raid on two works of a site are one raid, on the first of them.

    reach: [T, F, P]. The tabulation's 8 and 15 were read for one another: a raid of an American force on a plant it could not
    reach that day is the other's, if that could.
    """
    counted = flown.bombs_t * flown.factor * counted_once(flown, system)
    plant = np.minimum(flown.plant, system.neighbours.min(axis=0)[flown.plant])
    keys = list(zip(flown.raid_ids, flown.day.tolist(), operation_of(flown).tolist(), plant.tolist(), strict=True))
    tons: dict[tuple, float] = {}
    for key, t in zip(keys, counted.tolist(), strict=True):
        tons[key] = tons.get(key, 0.0) + t
    day, operation, place = (np.array(a, int) for a in zip(*(key[1:] for key in tons), strict=True))
    other = np.array([AMERICAN.get(f, f) for f in operation.tolist()])
    swapped = ~reach[day, operation, place] & reach[day, other, place]
    return Raids(day, np.where(swapped, other, operation), place, np.array(list(tons.values())))


def raid_facts(raids: Raids, system: TargetSystem, usual: np.ndarray) -> RaidFacts:
    """Ranges, usual sizes and orders of the record's raids. usual: [T, F] share of days an operation flies.

    Raises ValueError for an operation without a raid in strength.
    """
    of = [raids.where(raids.strong & (raids.operation == f)) for f in range(N_OPERATIONS)]
    for name, mine in zip(NAMES, of, strict=True):
        if not mine.tons.size:
            raise ValueError(f"the record has no raid in strength on oil by {name}")
    small = [raids.where(~raids.strong & (raids.operation == f)) for f in range(N_OPERATIONS)]
    classes, class_of = _classes(system)
    flown_t, ordered_t = _ordered(raids, class_of, len(classes), system.window)
    return RaidFacts(
        smallest_t=np.array([np.quantile(mine.tons, SMALLEST_QUANTILE) for mine in of]),
        largest_t=np.array([mine.tons.max() for mine in of]),
        usual_t=np.array([np.median(mine.tons) for mine in of]),
        most_targets=np.array([np.bincount(mine.day).max() for mine in of]),
        most_day_t=np.array([np.bincount(mine.day, mine.tons).max() for mine in of]),
        most_month_t=np.array([np.bincount(system.window.month_of_day[mine.day], mine.tons).max() for mine in of]),
        usual_day_t=np.array([_usual_day_t(mine, usual[:, f], system.window) for f, mine in enumerate(of)]),
        nuisance_t=np.array([np.median(mine.tons) if mine.tons.size else 0.0 for mine in small]),
        ordered_t=ordered_t,
        flown_t=flown_t,
        class_of=class_of,
        classes=classes,
        in_kind=_in_kind(system, class_of),
        number=_number(raids, system),
        group=np.isnan(system.latitude).astype(float),
        raids=raids,
        relative_output=_relative_output(system),
    )


def _classes(system: TargetSystem) -> tuple[tuple[str, ...], np.ndarray]:
    """Classes of target as the lists named them, and [P] the class of each plant: hydrogenation works by name, others by process
    and region.
    """
    of = [
        name if process == "hydrogenation" else f"{process} {region}"
        for name, process, region in zip(system.plant_ids, system.processes, system.regions, strict=True)
    ]
    classes = tuple(dict.fromkeys(of))
    return classes, np.array([classes.index(name) for name in of])


def _in_kind(system: TargetSystem, class_of: np.ndarray) -> np.ndarray:
    """[C, K] 1 for the process of the works of a class."""
    kinds = list(dict.fromkeys(system.processes))
    made = np.zeros((class_of.max() + 1, len(kinds)), np.float32)
    made[class_of, [kinds.index(process) for process in system.processes]] = 1.0
    return made


def _usual_day_t(mine: Raids, usual: np.ndarray, window: Window) -> float:
    """Tons over days of operations of the fitted months in which an operation raided oil; of all months where it raided in none."""
    month, months = window.month_of_day, window.months
    fitted = [m for m in range(len(months)) if months[m] in FITTED_MONTHS and (month[mine.day] == m).any()]
    at = np.isin(month, fitted or range(len(months)))
    return float(mine.tons[at[mine.day]].sum() / usual[at].sum())


def _relative_output(system: TargetSystem) -> np.ndarray:
    """[P] all products of a plant over the geometric mean of single plants; 1 for a group or where none is known."""
    output = system.all_products_t_per_day
    single = ~np.isnan(system.latitude) & (output > 0)
    return np.where(single, output / np.exp(np.log(np.maximum(output, 1.0))[single].mean()), 1.0)


def _number(raids: Raids, system: TargetSystem) -> np.ndarray:
    number = np.zeros((system.n_days, N_OPERATIONS, system.n_plants))
    np.add.at(number, (raids.day, raids.operation, raids.plant), raids.strong)
    return number


def _ordered(raids: Raids, class_of: np.ndarray, n_classes: int, window: Window) -> tuple[np.ndarray, np.ndarray]:
    """[T + 1, F, C] tons flown by each morning, and [T, F, C] by the end of each day's month."""
    daily = np.zeros((window.n_days + 1, N_OPERATIONS, n_classes))
    np.add.at(daily, (raids.day + 1, raids.operation, class_of[raids.plant]), raids.tons)
    flown = daily.cumsum(axis=0)
    ends = window.month_ends[window.month_of_day]
    return flown, flown[ends + 1]
