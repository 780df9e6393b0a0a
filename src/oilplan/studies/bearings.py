"""Ball bearings, 1943-44: a target system of two works and one product, flown by the same engine, as flown and pressed.

One plant group stands for Schweinfurt, one for the rest. The record has how far output fell after each raid and how
soon it was back, so a raid is stated by the backlog it left; it has no tons, sighting or fences for these works. Output is
in days of German output, the pipeline in days of supply. Axes: D draws, T days of the system's window, M months.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from ..calibration.priors import median_parameters
from ..clock import Window
from ..errors import OilplanError
from ..model.accounts import Account, account, monthly_mean
from ..model.law import RIVAL_LAWS
from ..model.raid_walk import run_closed, slots
from ..model.rail import unhindered
from ..model.target import Store, TargetSystem, freely
from ..record import WEAK_MEANING, Record, is_weak
from ..units import DAYS_PER_MONTH
from .compare import check_draws
from .outcomes import QUANTILES, interval

WINDOW = Window.between("1943-08-01", "1944-09-30")
"""To the end of September 1944, when output was back above its level before the raids [record: target_systems]."""
AS_FLOWN, PRESSED = "bearings_as_flown", "bearings_1943"
RAIDS_AS_FLOWN = ("1943-08-17", "1943-10-14", "1944-02-24")
"""Attacks on Schweinfurt: two of 1943, then four months' pause until February 1944 [record: target_systems,
gap_between_raids]."""
PRESSED_FROM, PRESSED_TO, PRESSED_EVERY_D = "1943-08-17", "1944-02-24", 30
"""Speer's counterfactual: concentrated attack kept up [record: target_systems, speer_counterfactual_cripple]."""
STOCK_MONTHS = [6.0, 12.0]
"""In the pipeline; the record's 9 is the middle of this range [record: target_systems, stocks_in_pipeline]."""
DRAWN_ON = (
    "schweinfurt_share_of_german_output",
    "output_fall_after_raid",
    "recovery_time",
    "stocks_in_pipeline",
    "swedish_direct_exports_share_of_german_supply",
    "raid_losses_eighth_af",
)
"""Metrics of `target_systems` that the model is drawn from."""
REPAIRED = 0.05
"""Loss of output that counts as back to normal."""


class BearingUnknowns(NamedTuple):
    """[D] drawn between the record's conflicting figures. schweinfurt: share of output; fall: of Schweinfurt's output
    after a raid; recovery_months: until output was normal; stock_months: of supply in the pipeline; sweden: share of supply.
    """

    schweinfurt: np.ndarray
    fall: np.ndarray
    recovery_months: np.ndarray
    stock_months: np.ndarray
    sweden: np.ndarray


def draw_unknowns(record: Record, draws: int, seed: int) -> BearingUnknowns:
    """Uniform between the lowest and highest figure of the record; pipeline stock over its printed range 6 to 12.

    Every fall is read as of Schweinfurt's output: Speer's 67 percent of the whole would be more than Schweinfurt made.
    Raises KeyError where the record lacks a metric.
    """
    of: dict[str, list[float]] = {}
    for row in record.rows("target_systems").values():
        if row["system"] == "ball_bearings" and row["value"] is not None:
            of.setdefault(row["quantity"], []).append(row["value"])
    rng = np.random.default_rng(seed)

    def between(values: list[float], scale: float = 1.0) -> np.ndarray:
        return rng.uniform(min(values), max(values), draws) * scale

    return BearingUnknowns(
        schweinfurt=between(of["schweinfurt_share_of_german_output"], 0.01),
        fall=between(of["output_fall_after_raid"], 0.01),
        recovery_months=between(of["recovery_time"]),
        stock_months=between(STOCK_MONTHS),
        sweden=np.full(draws, of["swedish_direct_exports_share_of_german_supply"][0] / 100.0),
    )


def bearings_system(u: BearingUnknowns) -> TargetSystem:
    """The system of one draw: Schweinfurt and all other works, and the pipeline that supply goes through.

    u: of one draw, which may be traced. Supply is German output and Swedish deliveries; the pipeline gains what is made and
    loses what is needed of German output, so that it stands still while nothing is hit. Nothing rations it.
    """
    works: Any = jnp.stack([u.schweinfurt, 1.0 - u.schweinfurt])
    n_days = WINDOW.n_days
    return TargetSystem(
        plant_ids=("schweinfurt", "other_works"),
        names=("Schweinfurt", "All other works"),
        regions=("", ""),
        processes=("bearings", "bearings"),
        capacity_t_per_year=np.full(2, np.nan),
        output_t_per_day=works[:, None],
        all_products_t_per_day=works,
        synthetic=np.zeros(2, bool),
        aviation_free=np.zeros(2, bool),
        other_aviation_t_per_day=0.0,
        overrun_day=np.full(2, float(n_days)),
        rail_index=np.ones((n_days, 2)),
        rail_region=np.zeros(2, int),
        rail=unhindered(n_days),
        latitude=np.array([50.05, np.nan]),
        longitude=np.array([10.23, np.nan]),
        sites=("schweinfurt", "other_works"),
        window=WINDOW,
        products=("ball_bearings",),
        last_product="",
        stores=(Store(PIPELINE, ("ball_bearings",), 0, _pipeline_d(u), np.ones(n_days), freely),),
    )


PIPELINE = "pipeline"


def _pipeline_d(u: BearingUnknowns):
    """Days of German output that the pipeline can replace: its days of supply over Germany's share of supply."""
    return u.stock_months * DAYS_PER_MONTH / (1.0 - u.sweden)


def raid_days(name: str) -> np.ndarray:
    """Day numbers of an arm's raids on Schweinfurt."""
    if name == AS_FLOWN:
        return np.array([WINDOW.day_of(d) for d in RAIDS_AS_FLOWN])
    return np.arange(WINDOW.day_of(PRESSED_FROM), WINDOW.day_of(PRESSED_TO) + 1, PRESSED_EVERY_D)


LAW = RIVAL_LAWS["linear damage, exponential repair"]


def flown(name: str, u: BearingUnknowns) -> Account:
    """The account of an arm in every draw, leading axis [D]. u: [D]

    A raid leaves the backlog that gives the recorded fall, ``fall / (1 - fall)``; it is worked off exponentially so
    that output is normal after the recorded time. Dispersal, ordered in October 1943, is inside that recovery: the record
    does not tell the two apart.
    """
    days = raid_days(name)
    layout = slots(days, np.zeros(days.size, int), 2, WINDOW.n_days)

    def one(u: BearingUnknowns) -> Account:
        system = bearings_system(u)
        none, one_link = jnp.float32(0.0), jnp.float32(1.0)
        backlog: Any = u.fall / (1.0 - u.fall)
        pace = jnp.log(backlog / (REPAIRED / (1 - REPAIRED))) / (u.recovery_months * DAYS_PER_MONTH)
        p = median_parameters(system)._replace(
            kill_disruption=none,
            serial_exponent=one_link,
            crew_growth=none,
            wear=none,
            kill_structure=backlog,
            gang_backlog_per_d=pace,
        )
        return account(run_closed(jnp.ones(days.size), layout, p, LAW), system, p)

    return jax.tree.map(np.asarray, jax.jit(jax.vmap(one))(jax.tree.map(lambda a: jnp.asarray(a, jnp.float32), u)))


# Arms against ball bearings beside each other: output, stock, and what it cost. Axes: D draws, T days, M months.

ABOUT = {
    AS_FLOWN: "Schweinfurt on 17 August and 14 October 1943 and 24 February 1944.",
    PRESSED: "Schweinfurt every thirty days from 17 August 1943 to 24 February 1944, each raid as heavy as those flown.",
}
UNITS = {
    "output_lost": "months of German output",
    "shortfall": "months of supply, after Swedish deliveries",
    "stock_left": "months of supply, in the pipeline at its lowest",
    "months_to_standstill": "months from the first raid (14 = not by September 1944)",
    "bombers_missing": "aircraft, at the rate of the two raids of 1943",
}
UNDETERMINED = {
    "effect_on_essential_production": "needs monthly consumption of bearings by use and how far designs were changed;"
    " the survey found no effect, 80 percent of airframe bearings were dispensed with, and neither is given by month",
    "tons_needed": "needs tons, sighting and area of the bearing works raid by raid",
}


def compare_bearings(record: Record, names: list[str], *, base: str | None = None, draws: int, seed: int) -> dict:
    """The arms beside each other, in the shape of `oilplan.studies.compare`, with output month by month.

    names: of `ABOUT`, each counted once; base: one of them (the attacks as flown if they are among them, else the
    first). Raises OilplanError for a base that is not among the arms, and for draws or a seed out of range.
    """
    check_draws(draws, seed)
    names = list(dict.fromkeys(names))
    base = base or (AS_FLOWN if AS_FLOWN in names else names[0])
    if base not in names:
        raise OilplanError(f"--base '{base}' is not among the arms: {', '.join(names)}.")
    u = draw_unknowns(record, draws, seed)
    runs = {name: flown(name, u) for name in names}
    values = {name: bearing_outcomes(name, record, u, runs[name]) for name in names}
    return {
        "base": base,
        "from": WINDOW.first,
        "draws": draws,
        "arms": [
            {
                "name": name,
                "outcomes": {k: interval(v, UNITS[k]) for k, v in values[name].items()},
                "difference": {k: interval(v - values[base][k]) for k, v in values[name].items()},
            }
            for name in names
        ],
        "output_percent": {name: monthly_percent(runs[name]) for name in names},
        "seed": seed,
        "system": "ball_bearings",
        "basis": "drawn between the record's conflicting figures",
        "about": {name: ABOUT[name] for name in names},
        "undetermined": UNDETERMINED,
        "rests_on_recalled": _rests_on(record),
        "record_hash": record.hash,
    }


def bearing_outcomes(name: str, record: Record, u: BearingUnknowns, made: Account) -> dict[str, np.ndarray]:
    """[D] of every outcome of `UNITS` of an arm. made: of `flown`"""
    lost = 1.0 - np.asarray(made.delivered.products)[:, :, 0]
    of_supply = (1.0 - u.sweden) / DAYS_PER_MONTH
    stock_d = np.asarray(made.supply[PIPELINE].stock_t)
    dry = stock_d <= EMPTY_D
    first = raid_days(name)[0]
    months = np.where(dry.any(axis=1), (dry.argmax(axis=1) - first) / DAYS_PER_MONTH, 14.0)
    return {
        "output_lost": lost.sum(axis=1) / DAYS_PER_MONTH,
        "shortfall": lost.sum(axis=1) * of_supply,
        "stock_left": stock_d[:, -1] * of_supply,
        "months_to_standstill": months,
        "bombers_missing": np.full(lost.shape[0], len(raid_days(name)) * _missing_a_raid(record)),
    }


EMPTY_D = 1e-4
"""Days of supply under which the pipeline is dry."""


def monthly_percent(made: Account) -> dict[str, list]:
    """Months and, by quantile, the mean output of each in percent of that before the raids: [M]. made: of `flown`"""
    share = np.asarray(jax.vmap(lambda a: monthly_mean(a, WINDOW))(jnp.asarray(made.delivered.products)))[:, :, 0]
    low, median, high = np.quantile(100.0 * share, QUANTILES, axis=0).round(2).tolist()
    return {"month": list(WINDOW.months), "p05": low, "median": median, "p95": high}


def _missing_a_raid(record: Record) -> float:
    rows = [r["value"] for r in record.rows("target_systems").values() if r["quantity"] == "raid_losses_eighth_af"]
    return float(np.mean(rows))


def _rests_on(record: Record) -> str:
    rows = [
        r
        for r in record.rows("target_systems").values()
        if r["system"] == "ball_bearings" and r["quantity"] in DRAWN_ON
    ]
    weak = sum(is_weak(r["status"], r["confidence"]) for r in rows)
    return f"{weak} of the {len(rows)} figures drawn on are {WEAK_MEANING}"
