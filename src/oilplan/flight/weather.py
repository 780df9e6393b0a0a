"""Days on which each operation could fly and sight its target: the record where it flew, a drawn climatology elsewhere.

Axes: T days, D draws, F operations.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.scipy.stats import norm

from oilplan.flight.schedule import operation_of

from ..clock import Window
from ..directives.forces import N_OPERATIONS, OPERATIONS
from ..errors import OilplanError
from ..model.target import TargetSystem
from ..record import Record
from .schedule import Schedule, counted_once

STRONG_RAID_T = 30.0
"""Raids under this are nuisance raids: they do not prove that the force could operate."""
SUMMER = ("1944-04", "1944-05", "1944-06", "1944-07", "1944-08")
OPERABLE = {
    "bomber_command_night": (0.6, 47 / 120),
    "bomber_command_day": (69 / 120, 69 / 120),
    "eighth_af": (0.8, 73 / 122),
    "fifteenth_af": (0.8, 73 / 122),
}
"""Share of days (summer, rest) on which an operation flew. Bomber Command: 69 days and 47 nights of January to April
1945; Eighth: 73 days of September to December 1944 [record: forces, operational_*]. The summer of 1944 (0.6 and
0.8), the autumn of Bomber Command and all of the Fifteenth are judgement: the record counts none."""
OPERABLE_OTHERWISE = {
    "bomber_command_night": (0.58, 0.3),
    "bomber_command_day": (43 / 94, 43 / 94),
    "eighth_af": (0.73, 27 / 76),
    "fifteenth_af": (0.72, 27 / 76),
}
"""The same among days without an oil raid: 69 days less 26 with oil of 120 less 26 [record: forces]; 73 less
46 of
122 less 46, 46 being the Eighth's days with oil [record: raids]; summer likewise. Nights: 22 of 95 in 1945, raised to
0.3 for autumn months with few oil nights."""
DAY_OPERATIONS_FROM = {"bomber_command_day": "1944-08-27"}
"""First day raid of Bomber Command on the Ruhr [record: raid_losses]; before it its days went to France."""
PERSISTENCE = 0.5
"""Correlation of the weather from one day to the next: spells of a day or two; judgement."""
CLEAR_FOR_CAMERAS = (0.8, 73 / 122)
"""Photographic sorties are taken to fly as often as the Eighth, and to see the ground as often as it sighted
visually."""


class Climate(NamedTuple):
    """What the weather is drawn from.

    flown: [T, F] 1 where the record shows a strong raid: the operation could fly; visual_flown: [T, F] the share of its
    tons sighted visually; operable: [T, F] chance on other days; visual: [T, F] chance of visual sighting on them;
    usual: [T, F] share of days an operation flies, as a planner would know it; cameras: [T] chance that a plant is
    seen from the air on a day
    """

    flown: np.ndarray
    visual_flown: np.ndarray
    operable: np.ndarray
    visual: np.ndarray
    usual: np.ndarray
    cameras: np.ndarray


class Weather(NamedTuple):
    """[T, D, F] operable: 1 where an operation can fly; visual: share of it sighted visually, 0 to 1."""

    operable: Array
    visual: Array


def climate(record: Record, system: TargetSystem, flown: Schedule) -> Climate:
    """Climatology of every day; over oil targets the sky is theirs, where the record has it.

    flown: raids as flown. A day's row depends on raids of that day alone, so what is flown later changes nothing.
    Raises KeyError when `sighting_monthly` lacks a month.
    """
    window = system.window
    done, visual_flown = _recorded(flown, counted_once(flown, system), window)
    over_oil = _skies(monthly_visual(record), window)
    over_all = _skies(monthly_visual(record, ("all",)), window)
    month = window.month_of_day
    summer = np.isin(np.array(window.months)[month], SUMMER)
    skies = ["fifteenth_af" if op.force == "fifteenth_af" else "eighth_af" for op in OPERATIONS]
    visual = np.stack([over_oil[sky] for sky in skies], axis=1)[month]
    cameras = over_all["eighth_af"][month] * np.where(summer, *CLEAR_FOR_CAMERAS)
    otherwise, usual = _by_season(OPERABLE_OTHERWISE, summer, window), _by_season(OPERABLE, summer, window)
    return Climate(done, visual_flown, otherwise, visual, usual, cameras)


def _recorded(flown: Schedule, once: np.ndarray, window: Window) -> tuple[np.ndarray, np.ndarray]:
    tons, seen = np.zeros((2, window.n_days, N_OPERATIONS))
    at = (flown.day, operation_of(flown))
    strong = once * (flown.bombs_t > STRONG_RAID_T)
    np.add.at(tons, at, flown.bombs_t * strong)
    np.add.at(seen, at, flown.bombs_t * flown.visual * strong)
    return (tons > 0).astype(float), np.divide(seen, tons, out=np.zeros_like(seen), where=tons > 0)


def monthly_visual(record: Record, targets: tuple[str, ...] = ("oil", "all")) -> dict[tuple[str, str], float]:
    """Share of a force's tons of a month that was sighted visually, by (force, month); the first of ``targets`` that the record has."""
    return {
        (r["force"], r["month"]): r["visual_percent"] / 100
        for name in reversed(targets)
        for r in record.rows("sighting_monthly").values()
        if r["targets"] == name and r["visual_percent"] is not None
    }


def _skies(share: dict[tuple[str, str], float], window: Window) -> dict[str, np.ndarray]:
    """[M] visual share of each American force. Raises OilplanError for a month without one."""
    forces = ("eighth_af", "fifteenth_af")
    for force, month in ((f, m) for f in forces for m in window.months if (f, m) not in share):
        raise OilplanError(
            f"sighting_monthly.csv: the record has no visual_percent of {force} on all targets in {month}; see to the row's"
            " force, month and targets."
        )
    return {force: np.array([share[force, m] for m in window.months]) for force in forces}


def _by_season(table: dict, summer: np.ndarray, window: Window) -> np.ndarray:
    columns = []
    for name, (in_summer, otherwise) in table.items():
        first = window.day_of(DAY_OPERATIONS_FROM.get(name, window.first))
        columns.append(np.where(np.arange(window.n_days) >= first, np.where(summer, in_summer, otherwise), 0.0))
    return np.stack(columns, axis=1)


N_SERIES = N_OPERATIONS + 2
"""Normal series that the weather is made of: one per operation, one sky each for England and Italy."""


@jax.jit
def draw_weather(noise: Array, c: Climate) -> Weather:
    """Weather of every day and draw.

    noise: [T, D, N_SERIES] independent standard normal numbers

    Operability and sighting are thresholds on autoregressive normal series, one per operation; Bomber Command and the
    Eighth share their sky, the Fifteenth has its own.
    """
    series = _persistent(noise)
    fly, sky = series[..., :N_OPERATIONS], series[..., N_OPERATIONS:]
    sky = sky[..., np.array([int(op.force == "fifteenth_af") for op in OPERATIONS])]
    flown = c.flown[:, None] > 0
    operable = jnp.where(flown, 1.0, norm.cdf(fly) < c.operable[:, None])
    visual = jnp.where(flown, c.visual_flown[:, None], norm.cdf(sky) < c.visual[:, None])
    return Weather(operable.astype(jnp.float32), visual.astype(jnp.float32))


def _persistent(noise: Array) -> Array:
    """Stationary AR(1) series with unit variance from [T, ...] white noise."""

    def day(before, new):
        now = PERSISTENCE * before + (1 - PERSISTENCE**2) ** 0.5 * new
        return now, now

    _, series = jax.lax.scan(day, noise[0], noise[1:])
    return jnp.concatenate([noise[:1], series])
