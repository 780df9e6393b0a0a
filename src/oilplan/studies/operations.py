"""The operations machine against the record: fitted on May to September 1944, tested on October to March 1945.

Axes: D draws, M months, F operations, P plants, C classes of target, B bins of raid size, S statistics.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from ..calibration.bindings import MONTHLY_AVIATION, bindings
from ..calibration.likelihood import monthly
from ..calibration.model import pair
from ..clock import MONTHS, day_of
from ..flight.arm_run import runner
from ..flight.as_flown import as_flown
from ..flight.campaign import Day, Parts, campaign
from ..flight.executable import kept_whole
from ..flight.force_facts import ForceFacts, force_facts
from ..flight.operations import OperationsParameters
from ..flight.recorded_operations import FITTED_MONTHS, KEPT, Operations, draw_prior, load_operations
from ..flight.worlds import Pairing
from ..model.oil import AVIATION, oil_system
from ..model.target import TargetSystem
from ..record import Record
from .arms import arm, choice

STOOD_STILL = 0.1
"""Share of capacity under which a plant that is raided counts as standing still."""
SIZE_EDGES_T = np.exp(np.linspace(np.log(30.0), np.log(3000.0), 49))
FIRST_DAY = day_of("1944-05-01")
TESTED_MONTHS = MONTHS[6:12]
SIMULATED, BATCH = 9600, 200
"""Prior draws flown for the fit, of which the `KEPT` nearest the record are kept, and how many at once."""
BAND = (0.05, 0.95)
COVERAGE_BAR = (0.80, 0.98)


class Statistics(NamedTuple):
    """What the machine and the record are compared by. NumPy, by month.

    raids: [D, M, F, P] in strength; tons: [D, M, F, P]; still: [D, M, F] raids in strength on plants that stood still
    sizes: [D, M, F, B] raids in strength by size
    """

    raids: np.ndarray
    tons: np.ndarray
    still: np.ndarray
    sizes: np.ndarray

    def of(self, months: tuple[str, ...]) -> Statistics:
        """The months named alone."""
        at = [MONTHS.index(m) for m in months]
        return Statistics(*(a[:, at] for a in self))


def _watched(day: Day):
    """Raids of a day: tons and raids by operation and plant, those on plants that stood still, and sizes."""
    return day.bombs_t, jnp.broadcast_to(day.raids, day.bombs_t.shape), day.before < STOOD_STILL


def statistics_of(record: Record, system: TargetSystem, facts) -> Callable[[str, Pairing], Statistics]:
    """Function of an arm's name and a pairing: its raids from 1 May 1944, month by month; compiled once for all."""
    fly = campaign(system, facts, Parts(), _watched)
    edges = jnp.asarray(np.log(SIZE_EDGES_T), jnp.float32)

    def count(choice, chance, flown, p, key):
        tons, strong, still = fly(choice, chance, flown, p, key)
        bins = jnp.searchsorted(edges, jnp.log(jnp.maximum(tons / jnp.maximum(strong, 1.0), 1.0)))
        sizes = jnp.stack([jnp.sum(strong * (bins == b), axis=3) for b in range(len(SIZE_EDGES_T) + 1)], axis=3)
        by_month = [strong, tons, jnp.sum(strong * still[:, :, None], axis=3), sizes]
        return [
            jnp.moveaxis(monthly(a.reshape(a.shape[0], -1), system.window).reshape(-1, *a.shape[1:]), 1, 0)
            for a in by_month
        ]

    compiled = kept_whole(count, "operations", system, facts)

    def run(name: str, pairing: Pairing) -> Statistics:
        chosen = choice(arm(name), record, system, np.asarray(pairing.flown.bombs_t), FIRST_DAY)
        made = compiled(chosen, pairing.chance, pairing.flown, pairing.parameters, pairing.key)
        return Statistics(*(np.asarray(a) for a in made))

    return run


def summary(s: Statistics) -> np.ndarray:
    """[D, S] what the fit looks at: by operation, raids, tons, share on plants that stood still, and how raids are spread.

    Spread is the sum of squared shares of raids by plant. Operations with hardly a raid in those months weigh little.
    """
    raids, tons = s.raids.sum(axis=1), s.tons.sum(axis=(1, 3))
    number = raids.sum(axis=2)
    share = raids / np.maximum(number, 1.0)[:, :, None]
    still = (s.still.sum(axis=1) + 1.0) / (number + 2.0)
    parts = [np.log(number + 1.0), np.log(tons + 300.0), still, np.sum(share**2, axis=2)]
    return np.concatenate(parts, axis=1)


def fit_operations(
    record: Record, *, seed: int = 1944, posterior=None, progress: Callable[[int, int], None] = lambda done, of: None
) -> Operations:
    """Rejection: of `SIMULATED` prior draws of the operations, history's orders flown with each, those nearest the record.

    Distance is in units of each statistic's spread over the draws. Only raids of `FITTED_MONTHS` are looked at.
    """
    system = oil_system(record)
    flown = as_flown(record, system)
    facts = force_facts(record, system, flown)
    prior = draw_prior(facts.raids.raids, facts.raids.relative_output, SIMULATED, seed)
    run = statistics_of(record, system, facts)
    made: list[tuple[OperationsParameters, np.ndarray]] = []
    for first in range(0, SIMULATED, BATCH):
        rows = OperationsParameters(*(a[first : first + BATCH] for a in prior))
        pairing = pair(
            record, system, flown, draws=BATCH, seed=seed + first, posterior=posterior, operations=Operations(rows, {})
        )
        if first == 0:
            seen = summary(recorded(facts, run("as_flown", pairing)).of(FITTED_MONTHS)).mean(axis=0)
        q = OperationsParameters(*(np.asarray(a) for a in pairing.chance.operations))
        made.append((q, summary(run("as_ordered", pairing).of(FITTED_MONTHS))))
        progress(first + BATCH, SIMULATED)
    params = OperationsParameters(*(np.concatenate(a) for a in zip(*(m[0] for m in made), strict=True)))
    found = np.concatenate([m[1] for m in made])
    far = np.sum(((found - seen) / np.maximum(found.std(axis=0), 1e-6)) ** 2, axis=1)
    nearest = np.argsort(far, kind="stable")[:KEPT]
    manifest = {
        "record_hash": record.hash,
        "seed": seed,
        "simulated": SIMULATED,
        "kept": KEPT,
        "months": list(FITTED_MONTHS),
        "calibrated": posterior is not None,
    }
    return Operations(OperationsParameters(*(a[nearest] for a in params)), manifest)


def recorded(facts: ForceFacts, replayed: Statistics) -> Statistics:
    """The record's own raids, one by one; what stood still is the model's, with the raids as flown."""
    raids = facts.raids.raids
    strong = raids.where(raids.strong)
    month = facts.month[strong.day]
    number, tons = np.zeros_like(replayed.raids[:1]), np.zeros_like(replayed.tons[:1])
    sizes = np.zeros_like(replayed.sizes[:1])
    np.add.at(number[0], (month, strong.operation, strong.plant), 1.0)
    np.add.at(tons[0], (facts.month[raids.day], raids.operation, raids.plant), raids.tons)
    np.add.at(sizes[0], (month, strong.operation, np.searchsorted(SIZE_EDGES_T, strong.tons)), 1.0)
    draws = replayed.still.shape[0]
    number, tons, sizes = (np.repeat(a, draws, axis=0) for a in (number, tons, sizes))
    return Statistics(number, tons, replayed.still, sizes)


def tested(record: Record, *, draws: int = 200, seed: int = 2024, posterior=None) -> dict:
    """What the machine foretells of October 1944 to March 1945, with history's orders, beside the record. JSON-ready.

    coverage90: share of the rows whose figure lies in the 90 percent band; rows: quantity, force, period, recorded, band
    """
    system = oil_system(record)
    flown = as_flown(record, system)
    pairing = pair(record, system, flown, draws=draws, seed=seed, posterior=posterior)
    run = statistics_of(record, system, pairing.facts)
    foretold = run("as_ordered", pairing).of(TESTED_MONTHS)
    seen = recorded(pairing.facts, run("as_flown", pairing)).of(TESTED_MONTHS)
    classes = [f"{process} {region}" for process, region in zip(system.processes, system.regions, strict=True)]
    rows = [
        _row(q, force, when, f, float(np.mean(s)))
        for (q, force, when, f), (*_, s) in zip(_rows(foretold, classes), _rows(seen, classes), strict=True)
    ]
    inside = [row["inside"] for row in rows]
    fitted = load_operations()
    return {
        "coverage90": round(float(np.mean(inside)), 3),
        "bar": list(COVERAGE_BAR),
        "rows": rows,
        "fitted_on": [FITTED_MONTHS[0], FITTED_MONTHS[-1]],
        "fit": None if fitted is None else fitted.manifest,
    }


FORCE_OPERATIONS = {"bomber_command": (0, 1), "eighth_af": (2,), "fifteenth_af": (3,)}


def _rows(s: Statistics, classes: list[str]):
    """(quantity, force, period, [D] values) of everything that is tested. classes: [P] process and region of every plant"""
    period = f"{TESTED_MONTHS[0]}/{TESTED_MONTHS[-1]}"
    for force, ops in FORCE_OPERATIONS.items():
        raids = s.raids[:, :, list(ops)].sum(axis=(2, 3))
        for m, month in enumerate(TESTED_MONTHS):
            yield "raids", force, month, raids[:, m]
        sizes = s.sizes[:, :, list(ops)].sum(axis=(1, 2))
        for level in (0.25, 0.5, 0.75):
            yield f"raid size, {level:.0%} quantile, t", force, period, _quantile(sizes, level)
        still = s.still[:, :, list(ops)].sum(axis=(1, 2))
        yield "share of raids on plants that stood still", force, period, still / np.maximum(raids.sum(axis=1), 1.0)
    tons = s.tons.sum(axis=(1, 2))
    for name in dict.fromkeys(classes):
        yield f"tons on {name}", "all", period, tons[:, [c == name for c in classes]].sum(axis=1)


def _quantile(sizes: np.ndarray, level: float) -> np.ndarray:
    """[D] tons below which a share of the raids lies, from [D, B] raids by size."""
    share = np.cumsum(sizes, axis=1) / np.maximum(sizes.sum(axis=1, keepdims=True), 1.0)
    edges = np.concatenate([SIZE_EDGES_T, SIZE_EDGES_T[-1:]])
    return edges[np.minimum((share < level).sum(axis=1), len(SIZE_EDGES_T) - 1)]


def _row(quantity: str, force: str, period: str, foretold: np.ndarray, recorded: float) -> dict:
    low, median, high = np.quantile(foretold, (BAND[0], 0.5, BAND[1])) * (1 - 1e-6, 1, 1 + 1e-6)
    return {
        "quantity": quantity,
        "force": force,
        "period": period,
        "recorded": round(recorded, 2),
        "median": round(float(median), 2),
        "p05": round(float(low), 2),
        "p95": round(float(high), 2),
        "inside": bool(low <= recorded <= high),
    }


# History's orders against the record of output.

AGREES, AGREES_ABOVE_T, RATIO_BAR = 0.25, 5000.0, (0.85, 1.15)


def agreement(record: Record, *, draws: int = 1500, seed: int = 1944, posterior=None) -> dict:
    """Aviation gasoline with history's orders flown by the machine from May 1944, beside the record and the replay. JSON-ready.

    months: recorded and median tons of each month with a figure; within: no farther apart than a quarter, None where the
    record has less than 5,000 t; october_march_ratio: median over draws of tons with orders over tons with the raids as flown
    """
    system = oil_system(record)
    flown = as_flown(record, system)
    pairing = pair(record, system, flown, draws=draws, seed=seed, posterior=posterior)
    run, flown_t = runner(system, pairing), np.asarray(pairing.flown.bombs_t)
    ordered, replayed = (
        run(choice(arm(name), record, system, flown_t, FIRST_DAY), pairing.flown).products_t[:, :, AVIATION]
        for name in ("as_ordered", "as_flown")
    )
    recorded_t = {MONTHS[b.at]: b.value for b in bindings(record) if b.kind == MONTHLY_AVIATION}
    winter = [MONTHS.index(m) for m in TESTED_MONTHS]
    ratio = ordered[:, winter].sum(axis=1) / replayed[:, winter].sum(axis=1)
    months = [
        _month(m, recorded_t[m], ordered[:, MONTHS.index(m)], replayed[:, MONTHS.index(m)])
        for m in MONTHS[1:]
        if m in recorded_t
    ]
    return {
        "october_march_ratio": round(float(np.median(ratio)), 3),
        "months": months,
        "bar": {"months": AGREES, "october_march_ratio": list(RATIO_BAR)},
    }


def _month(month: str, recorded_t: float, ordered_t: np.ndarray, replayed_t: np.ndarray) -> dict:
    low, median, high = (float(q) for q in np.quantile(ordered_t, (BAND[0], 0.5, BAND[1])))
    within = abs(median / recorded_t - 1.0) <= AGREES if recorded_t > AGREES_ABOVE_T else None
    return {
        "month": month,
        "recorded_t": round(recorded_t),
        "median_t": round(median),
        "p05_t": round(low),
        "p95_t": round(high),
        "replay_median_t": round(float(np.median(replayed_t))),
        "within": within,
    }
