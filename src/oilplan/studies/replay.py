"""What the record says of each month's output: one interval a month and series, with how it is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from ..calibration import bindings as fit
from ..calibration.model import draw, pair
from ..calibration.posterior import Posterior, load_posterior
from ..clock import MONTHS
from ..errors import OilplanError
from ..flight.as_flown import as_flown
from ..flight.executable import keep_compiled, kept_whole
from ..flight.fly import fly_schedule
from ..flight.recorded_operations import Operations
from ..flight.schedule import Schedule, slots_of_draws
from ..flight.worlds import Draws, Pairing
from ..model.accounts import Delivered, Supply, account, monthly
from ..model.engines import Slots
from ..model.law import DEFAULT_LAW, Law
from ..model.oil import AVIATION_STOCK, MOTOR_STOCK, oil_system
from ..model.parameters import Parameters
from ..model.target import MOTOR_FUEL, TargetSystem
from ..record import Record, is_weak, weak_row

AVIATION, AVIATION_HYDROGENATION = "aviation_gasoline", "aviation_gasoline_hydrogenation"
SYNTHETIC, HYDROGENATION = "synthetic_oil", "hydrogenation_oil"
SERIES = {
    AVIATION: "Aviation gasoline, all sources",
    SYNTHETIC: "Synthetic oil: all products of hydrogenation and Fischer-Tropsch plants",
    AVIATION_HYDROGENATION: "Aviation gasoline of hydrogenation plants only",
    HYDROGENATION: "All products of hydrogenation plants",
}
"""Series with what each counts. The definitions differ: never add or average two of them."""
HEADLINE = (AVIATION, SYNTHETIC)
"""The two series of the table; the other two stand apart below it."""
OF_BINDING = {
    fit.MONTHLY_AVIATION: AVIATION,
    fit.MONTHLY_HYDROGENATION_AVIATION: AVIATION_HYDROGENATION,
    fit.MONTHLY_SYNTHETIC: SYNTHETIC,
    fit.MONTHLY_HYDROGENATION: HYDROGENATION,
}
READ = ("documented", "looked_up")
CONFIDENCES = ("high", "medium-high", "medium", "medium-low", "low", "none")


class RecordedMonth(NamedTuple):
    """One month of one series as the record has it.

    month: YYYY-MM; series: a key of `SERIES`
    value_t: the figure of the series itself, metric tons
    low_t, high_t: the lowest and highest figure of the rows, metric tons
    status: verified (every row was read somewhere), recalled (every row is from memory) or mixed
    confidence: of the best row
    row_ids: the rows of `output` it rests on
    """

    month: str
    series: str
    value_t: float
    low_t: float
    high_t: float
    status: str
    confidence: str
    row_ids: tuple[str, ...]

    @property
    def is_weak(self) -> bool:
        """Whether the figure must be marked wherever it is shown: not all of it was read, or confidence is low."""
        return self.status != "verified" or is_weak("looked_up", self.confidence)


def recorded_months(record: Record) -> list[RecordedMonth]:
    """The recorded output of every month and series, April 1944 to April 1945, in the order of `SERIES`.

    record: the record, with a user's folder or without

    Conflicting rows of one definition become one interval, by the same rule that feeds the fit
    (`oilplan.calibration.bindings`). A month that no row gives is left out, never filled; so is one of which only
    `fit.SYNTHETIC_FUEL` speaks, whose share of its own level the fit takes: no source prints that figure.
    """
    rows = record.rows("output")
    found = [
        _from_rows(MONTHS[b.at], OF_BINDING[b.kind], b.value, b.low, b.high, [rows[k] for k in b.row_ids])
        for b in fit.bindings(record)
        if b.kind in OF_BINDING and any(rows[k]["quantity"] != fit.SYNTHETIC_FUEL for k in b.row_ids)
    ]
    order = list(SERIES)
    return sorted(found, key=lambda m: (order.index(m.series), m.month))


def _from_rows(month: str, series: str, value_t: float, low_t: float, high_t: float, rows: list[dict]) -> RecordedMonth:
    best = min((r["confidence"] for r in rows), key=CONFIDENCES.index)
    keys = tuple(r["row_id"] for r in rows)
    return RecordedMonth(month, series, value_t, low_t, high_t, status_of(rows), best, keys)


def status_of(rows: list[dict]) -> str:
    """How a figure that rests on ``rows`` is known: verified, recalled or mixed (some of it from memory)."""
    kinds = {r["status"] for r in rows}
    if kinds <= set(READ):
        return "verified"
    return "recalled" if kinds == {"recalled"} else "mixed"


# Motor gasoline and diesel: what was delivered, and how much of the need it met. Neither binds the fit.

BAND = (0.05, 0.5, 0.95)
PRODUCTS = ("motor_gasoline", "diesel")
WITH_JET_FUEL = "diesel_with_jet_fuel"
"""How one work counts the diesel of late 1944."""
OF_APRIL = "automotive_fuels_percent_of_april_1944"


def motor_months(record: Record, system: TargetSystem, products_t: np.ndarray, met: np.ndarray) -> list[dict]:
    """One entry a month, JSON-ready: delivered and met with their bands, and what the record has beside them.

    products_t: [D, M, K] delivered; met: [D, M] share of the need that was met under rationing
    """
    made = products_t[:, :, system.columns(MOTOR_FUEL)].sum(axis=2)
    of_april = 100.0 * made / made[:, :1]
    return [
        _month(record, month, made[:, m], of_april[:, m], met[:, m]) for m, month in enumerate(system.window.months)
    ]


def _month(record: Record, month: str, made: np.ndarray, of_april: np.ndarray, met: np.ndarray) -> dict:
    entry = {"month": month, "delivered_t": _band(made), "percent_of_april": _band(of_april)}
    return entry | {"met_percent": None if np.isnan(met).all() else _band(100.0 * met)} | _recorded(record, month)


def _band(values: np.ndarray) -> list[int]:
    """5th percentile, median, 95th."""
    return [round(float(q)) for q in np.quantile(values, BAND)]


def _recorded(record: Record, month: str) -> dict:
    """Recorded tons where the series' own rows have both products, and the percentage of April that another gives."""
    by_name = {k: r for k, r in record.rows("output").items() if r["period"] == month and r["value"] is not None}
    both = [r for r in by_name.values() if r["quantity"] in (*PRODUCTS, WITH_JET_FUEL) and not r["bears_on"]]
    whole = len({r["quantity"] == "motor_gasoline" for r in both}) == 2
    share = [r for r in by_name.values() if r["quantity"] == OF_APRIL]
    used = [*(both if whole else []), *share]
    return {
        "recorded_t": sum(r["value"] for r in both) if whole else None,
        "recorded_percent_of_april": share[0]["value"] if share else None,
        "weak": any(weak_row(r) for r in used),
        "row_ids": sorted(k for k, r in by_name.items() if r in used),
    }


# The campaign flown again, once for every draw of what is not known.

CHUNK = 25
"""Draws run together: their days stay in a core's cache. A last, partly filled chunk is padded: one compilation."""
AHEAD = 2
"""Chunks in the air while the next one is prepared."""
MAX_DRAWS, MAX_SEED = 100_000, 2**32 - 1


class OilWar(NamedTuple):
    """What a study of the oil system begins with: the raids as flown against it, and the posterior, None for priors only."""

    record: Record
    system: TargetSystem
    schedule: Schedule
    posterior: Posterior | None

    @property
    def fit(self) -> dict | None:
        """The manifest of the fit that parameters are drawn from."""
        return None if self.posterior is None else self.posterior.manifest

    def pair(self, draws: int, seed: int, operations: Operations | None = None) -> Pairing:
        """`oilplan.calibration.model.pair` in this war."""
        posterior = self.posterior
        return pair(
            self.record, self.system, self.schedule, draws=draws, seed=seed, posterior=posterior, operations=operations
        )


def oil_war(record: Record, *, prior: bool = False) -> OilWar:
    """The oil system of a record with its raids and the shipped posterior, or none for ``prior``; what is compiled is kept."""
    keep_compiled()
    system = oil_system(record)
    schedule = as_flown(record, system)
    return OilWar(record, system, schedule, None if prior else load_posterior(system, schedule))


class Replay(NamedTuple):
    """What came of every draw. Axes: D draws, M months, S series (order of `SERIES`), P plants, T days, R raids.

    output_t: [D, M, S] metric tons a month; products_t: [D, M, K] tons of each product of the system
    share: [D, M, P] mean share of capacity worked; aviation_t_per_day: [D, T]
    stock: aviation gasoline from 1 May 1944, `Supply` of [D, T - 30]
    motor_met: [D, M] share of the need of motor gasoline and diesel that was met under rationing; nan in April
    day: [D, R] the day each raid was drawn on; parameters: [D]; system, schedule: what was flown against what
    calibrated: False when the parameters are priors only
    """

    output_t: np.ndarray
    products_t: np.ndarray
    share: np.ndarray
    aviation_t_per_day: np.ndarray
    stock: Supply
    motor_met: np.ndarray
    day: np.ndarray
    parameters: Parameters
    system: TargetSystem
    schedule: Schedule
    calibrated: bool


def replay(
    record: Record,
    system: TargetSystem,
    schedule: Schedule,
    *,
    draws: int,
    seed: int,
    posterior=None,
    law: Law = DEFAULT_LAW,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Replay:
    """Fly ``schedule`` against ``system`` in ``draws`` draws of parameters, luck of raids and doubted dates.

    draws: number of draws D, 1 to 100,000; seed: the same seed gives the same draws
    posterior: None draws from the priors; else parameters and luck are resampled from it
    law: of damage and repair; progress: called with draws done and D

    Each raid falls on a day drawn from its doubt. Consumption of aviation gasoline is the recalled one as far as the
    stock goes. Flown in 32 bits, which move a month's output by less than a millionth of April's.

    Raises OilplanError for draws or a seed out of range or a posterior of another schedule.
    """
    check_draws(draws, seed)
    drawn = draw(system, schedule, draws=draws, seed=seed, posterior=posterior)
    fixed = (system, schedule, law)
    fly = kept_whole(_of_many(*fixed), "replay", fixed)
    made: tuple[Any, Any, Any, Any, Any, Any] = jax.tree.map(
        lambda *a: np.concatenate(a)[:draws], *_in_chunks(fly, drawn, system, schedule, progress)
    )
    of_draws = jax.tree.map(np.asarray, drawn.parameters)
    return Replay(*made, drawn.day, of_draws, system, schedule, calibrated=posterior is not None)


def _in_chunks(fly: Callable, drawn: Draws, system: TargetSystem, schedule: Schedule, progress) -> list[Any]:
    """What ``fly`` makes of every chunk of draws, the last padded; `AHEAD` chunks are in the air while the next is prepared."""
    flying: list[Any] = []
    parts: list[Any] = []
    draws = drawn.day.shape[0]
    for first in range(0, draws, CHUNK):
        z, parameters, day = chunk_of((drawn.raid_z, drawn.parameters, drawn.day), first)
        flying.append(fly(z, parameters, day, slots_of_draws(day, schedule.plant, system.n_plants, system.n_days)))
        if len(flying) > AHEAD:
            parts.append(jax.tree.map(np.asarray, flying.pop(0)))
        progress(min(first + CHUNK, draws), draws)
    return parts + [jax.tree.map(np.asarray, part) for part in flying]


def check_draws(draws: int, seed: int, most: int = MAX_DRAWS) -> None:
    """Raises OilplanError for draws or a seed out of range."""
    for option, value, low, high in (("--seed", seed, 0, MAX_SEED), ("--draws", draws, 1, most)):
        if not low <= value <= high:
            raise OilplanError(f"{option} {value} is out of range; expected a whole number from {low} to {high:,}.")


def chunk_of(tree, first: int):
    """``CHUNK`` draws from ``first`` on; past the end the last draw is repeated."""
    return jax.tree.map(lambda a: np.asarray(a)[np.minimum(np.arange(first, first + CHUNK), a.shape[0] - 1)], tree)


def _of_many(system: TargetSystem, schedule: Schedule, law: Law) -> Callable:
    """Function of stacked draws; its results stand in the order of `Replay`."""

    def one(z: Array, p: Parameters, day, layout: Slots):
        made = account(fly_schedule(z, p, layout, schedule._replace(day=day), system, law), system, p)
        daily = made.delivered.products[:, system.product(AVIATION)]
        months = by_series(made.delivered, system), made.products_t, made.share
        return *months, daily, made.supply[AVIATION_STOCK], made.met[MOTOR_STOCK]

    return jax.vmap(one)


def by_series(made: Delivered, system: TargetSystem) -> Array:
    """[M, S] tons a month of every series of `SERIES`, in its order."""
    series = {
        AVIATION: made.products[:, system.product(AVIATION)],
        SYNTHETIC: made.synthetic,
        AVIATION_HYDROGENATION: made.aviation_hydrogenation,
        HYDROGENATION: made.hydrogenation,
    }
    return jnp.stack([monthly(series[name], system.window) for name in SERIES], axis=1)
