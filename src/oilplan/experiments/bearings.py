"""Ball bearings, 1943-44: the same engine with the record's figures, as flown and pressed.

One plant group stands for Schweinfurt, one for the rest. The record has how far output fell after each raid and how
soon it was back, so a raid is stated by the backlog it left; it has no tons, sighting or fences for these works. Days count
from 1 August 1943; axes: D draws, T days, P = 2 plants.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from ..clock import day_of
from ..record import Record
from ..system.damage import damage_linear
from ..system.parameters import Laws, Parameters
from ..system.repair import repair_exponential
from ..system.run import run

FIRST_DATE, N_DAYS = "1943-08-01", 427
"""To the end of September 1944, when output was back above its level before the raids [record: target_systems]."""
AS_FLOWN, PRESSED = "bearings_as_flown", "bearings_1943"
RAIDS_AS_FLOWN = ("1943-08-17", "1943-10-14", "1944-02-24")
"""Attacks on Schweinfurt: two of 1943, then four months' pause until February 1944 [record: target_systems,
gap_between_raids]."""
PRESSED_FROM, PRESSED_TO, PRESSED_EVERY_D = "1943-08-17", "1944-02-24", 30
"""Speer's counterfactual: concentrated attack kept up [record: target_systems, speer_counterfactual_cripple]."""
STOCK_MONTHS = [6.0, 12.0]
"""In the pipeline; the record's 9 is the middle of this range [record: target_systems, stocks_in_pipeline]."""
DRAWN_ON = ("schweinfurt_share_of_german_output", "output_fall_after_raid", "recovery_time", "stocks_in_pipeline",
            "swedish_direct_exports_share_of_german_supply", "raid_losses_eighth_af")  # fmt: skip
"""Metrics of `target_systems` that the model is drawn from."""
REPAIRED = 0.05
"""Loss of output that counts as back to normal."""
DAYS_PER_MONTH = 30.4


class Unknowns(NamedTuple):
    """[D] drawn between the record's conflicting figures. schweinfurt: share of output; fall: of Schweinfurt's output
    after a raid; recovery_months: until output was normal; stock_months: of supply in the pipeline; sweden: share of supply.
    """

    schweinfurt: np.ndarray
    fall: np.ndarray
    recovery_months: np.ndarray
    stock_months: np.ndarray
    sweden: np.ndarray


def draw_unknowns(record: Record, draws: int, seed: int) -> Unknowns:
    """Uniform between the lowest and highest figure of the record; pipeline stock over its printed range 6 to 12.

    Every fall is read as of Schweinfurt's output: Speer's 67 percent of the whole would be more than Schweinfurt made.
    Raises KeyError where the record lacks a metric.
    """
    of: dict[str, list[float]] = {}
    for row in record.rows("target_systems").values():
        if row["system"] == "ball_bearings" and row["value"] is not None:
            of.setdefault(row["metric"], []).append(row["value"])
    rng = np.random.default_rng(seed)

    def between(values: list[float], scale: float = 1.0) -> np.ndarray:
        return rng.uniform(min(values), max(values), draws) * scale

    return Unknowns(
        schweinfurt=between(of["schweinfurt_share_of_german_output"], 0.01),
        fall=between(of["output_fall_after_raid"], 0.01),
        recovery_months=between(of["recovery_time"]),
        stock_months=between(STOCK_MONTHS),
        sweden=np.full(draws, of["swedish_direct_exports_share_of_german_supply"][0] / 100.0),
    )


def raid_days(name: str) -> np.ndarray:
    """Day numbers of an arm's raids on Schweinfurt."""
    start = day_of(FIRST_DATE)
    if name == AS_FLOWN:
        return np.array([day_of(d) - start for d in RAIDS_AS_FLOWN])
    return np.arange(day_of(PRESSED_FROM) - start, day_of(PRESSED_TO) - start + 1, PRESSED_EVERY_D)


def output_share(name: str, u: Unknowns, p: Parameters) -> np.ndarray:
    """[D, T] share of German bearing output made.

    A raid leaves the backlog that gives the recorded fall, ``fall / (1 - fall)``; it is worked off exponentially so
    that output is normal after the recorded time. Dispersal, ordered in October 1943, is inside that recovery: the record
    does not tell the two apart.
    """
    field = np.zeros((N_DAYS, 2))
    field[raid_days(name), 0] = 1.0
    backlog = u.fall / (1.0 - u.fall)
    pace = np.log(backlog / (REPAIRED / (1 - REPAIRED))) / (u.recovery_months * DAYS_PER_MONTH)
    laws = Laws(damage_linear, repair_exponential)
    none, one_link = jnp.float32(0.0), jnp.float32(1.0)
    base = p._replace(kill_disruption=none, serial_exponent=one_link, crew_growth=none, wear=none)

    def one(backlog, pace):
        own = base._replace(kill_structure=backlog, gang_backlog_per_d=pace)
        return run(jnp.asarray(field, jnp.float32), own, laws)

    share = np.asarray(jax.jit(jax.vmap(one))(jnp.asarray(backlog, jnp.float32), jnp.asarray(pace, jnp.float32)))
    return u.schweinfurt[:, None] * share[:, :, 0] + (1.0 - u.schweinfurt[:, None]) * share[:, :, 1]
