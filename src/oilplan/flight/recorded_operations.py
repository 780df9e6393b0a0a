"""Operations as the record has them: how large raids were, how many a day, on what, and what was owed by month; how they went, before
and after the raids of May to September 1944 are seen: priors with sources, and the fit.

Axes: T days, F operations, P plants, C classes of target, R raids, D draws.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..clock import MONTHS, Window, days_in_month, month_of_day
from ..directives.forces import N_OPERATIONS, NAMES
from ..directives.toml_file import shipped
from ..model.target import TargetSystem
from .operations import OperationsParameters
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


# Priors and fit.

KEPT = 400
"""Draws of the fit that are shipped."""


class OperationsPrior(NamedTuple):
    """name: field of `OperationsParameters`; form: "beta" with a and b, or "lognormal" with median and sd of the log; words: of it
    in a sentence."""

    name: str
    form: str
    first: float
    second: float
    source: str
    words: str


PRIORS = tuple(OperationsPrior(**row) for row in shipped("flight", "operations_priors.toml")["prior"])
SIZE_DRIFT_SD = 0.2
"""Sd of the log of a force's usual raid from one half-year to the next, beyond counting: loads and numbers grew; judgement."""
NUISANCE_SHAPE = 0.5
"""Small raids come in months of many and of none: the rate of another month is this gamma's; judgement."""


def draw_prior(raids: Raids, relative_output: np.ndarray, n: int, seed: int) -> OperationsParameters:
    """[n] draws: shares and days from `PRIORS`, sizes and small raids from the raids of `FITTED_MONTHS`. NumPy.

    relative_output: [P] output of a plant over the mean of the raided ones, 1 for a node of many works
    """
    rng = np.random.default_rng([seed, 77])
    drawn = {
        p.name: rng.beta(p.first, p.second, n)
        if p.form == "beta"
        else p.first * np.exp(p.second * rng.standard_normal(n))
        for p in PRIORS
    }
    month = np.array(month_of_day())[raids.day]
    seen = raids.where(np.isin(np.array(MONTHS)[month], FITTED_MONTHS))
    log_t, log_sd, nuisance = np.zeros((3, n, N_OPERATIONS))
    power, error = _by_plant(seen.where(seen.strong), relative_output)
    for f in range(N_OPERATIONS):
        mine = seen.where(seen.operation == f)
        strong = mine.where(mine.strong)
        log_t[:, f], log_sd[:, f] = _sizes(np.log(strong.tons) - power * np.log(relative_output[strong.plant]), rng, n)
        nuisance[:, f] = _small(mine, rng, n)
    drawn["size_by_plant"] = np.maximum(power + error * rng.standard_normal(n), 0.0)
    return OperationsParameters(log_t, log_sd, nuisance, **drawn)


def _by_plant(strong: Raids, relative_output: np.ndarray) -> tuple[float, float]:
    """Slope of the log of a raid's tons in the log of the plant's output, within each operation, and its standard error."""
    x, y = np.log(relative_output[strong.plant]), np.log(strong.tons)
    for f in range(N_OPERATIONS):
        mine = strong.operation == f
        x[mine], y[mine] = x[mine] - x[mine].mean(), y[mine] - y[mine].mean()
    slope = float(x @ y / (x @ x))
    return slope, float(np.sqrt(np.mean((y - slope * x) ** 2) / (x @ x)))


def _sizes(log_t: np.ndarray, rng, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and sd of log tons: the posterior of a normal with a flat prior, the mean with `SIZE_DRIFT_SD` added."""
    freedom = max(log_t.size - 1, 1)
    sd = np.sqrt(np.sum((log_t - log_t.mean()) ** 2) / rng.chisquare(freedom, n))
    return log_t.mean() + rng.standard_normal(n) * np.sqrt(sd**2 / log_t.size + SIZE_DRIFT_SD**2), sd


def _small(mine: Raids, rng, n: int) -> np.ndarray:
    """Small raids a day: a gamma around the rate of the fitted months, as wide as one month differs from another."""
    days = sum(d for d, m in zip(days_in_month(), MONTHS, strict=True) if m in FITTED_MONTHS)
    rate = (np.sum(~mine.strong) + 0.5) / days
    return rng.gamma(NUISANCE_SHAPE, rate / NUISANCE_SHAPE, n)


def shipped_path() -> Path:
    """Where the fitted operations of the package lie."""
    return Path(str(resources.files("oilplan.flight") / "data" / "operations.json"))


class Operations(NamedTuple):
    """draws: [N] rows of `OperationsParameters`, NumPy; manifest: what they were fitted to."""

    draws: OperationsParameters
    manifest: dict


def save(path: Path, fitted: Operations) -> None:
    """Write the draws of a fit as JSON, three figures each."""
    rows = {
        name: [[float(f"{x:.3g}") for x in np.atleast_1d(row)] for row in value]
        for name, value in fitted.draws._asdict().items()
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps({"manifest": fitted.manifest, "draws": rows}, separators=(",", ":")) + "\n", encoding="utf-8"
    )


@cache
def load_operations(path: Path | None = None) -> Operations | None:
    """The shipped fit, or the one at ``path``; None where there is none."""
    path = path or shipped_path()
    if not path.exists():
        return None
    stated = json.loads(path.read_text(encoding="utf-8"))
    columns = {name: np.array(rows, np.float32) for name, rows in stated["draws"].items()}
    return Operations(
        OperationsParameters(**{k: a if a.shape[1] > 1 else a[:, 0] for k, a in columns.items()}), stated["manifest"]
    )


def draw_operations(facts: RaidFacts, n: int, seed: int, fitted: Operations | None = None) -> OperationsParameters:
    """[n] draws of the fit (the shipped one unless given), else of the prior. A draw is the same however many there are."""
    fitted = fitted or load_operations()
    whole = draw_prior(facts.raids, facts.relative_output, KEPT, seed) if fitted is None else fitted.draws
    kept = whole.recalled.shape[0]
    rows = np.random.default_rng([seed, kept, 3]).permutation(kept)[np.arange(n) % kept]
    return OperationsParameters(*(np.asarray(a, np.float32)[rows] for a in whole))


def machine_facts(facts: RaidFacts) -> dict:
    """The constants that `oilplan.flight.operations.operate` takes, but for the day's lift."""
    names = ("smallest_t", "largest_t", "most_targets", "nuisance_t", "usual_day_t", "relative_output")
    return {name: np.asarray(getattr(facts, name), np.float32) for name in names} | {
        "rounds": int(facts.most_targets.max())
    }
