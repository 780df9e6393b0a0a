"""Days on which each operation could fly, sight its target and reach it: the record where it flew, a drawn climatology elsewhere.

Axes: T days, D draws, F operations, P plants.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.scipy.stats import norm

from oilplan.flight.schedule import operation_of

from ..clock import CAMPAIGN, Window
from ..directives.forces import N_OPERATIONS, OPERATIONS
from ..errors import OilplanError
from ..model.oil import OVERRUN, group_of, overrun_days
from ..model.target import TargetSystem
from ..record import Record
from ..record.distances import distance_km
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


# Which plants each operation can reach on each day: range by day, darkness by night.

BASE_LATITUDE_DEG = 53.0
"""Lincolnshire; darkness is computed there."""
SUN_BELOW_HORIZON_DEG = -12.0
"""Nautical darkness: a bomber stream was not sent over defended country in less."""
SAFE_LEG_KM = 350.0
"""From Lincoln to the Dutch coast and back may be flown in twilight."""
GROUND_SPEED_KM_PER_H = 338.0
"""Lancaster's cruise, 210 mph; recalled."""
DOGLEG = 1.25
"""Flown track over the straight line: feints and routes round flak; judgement."""
LONGEST_NIGHT_KM = 1400.0
"""Tanks: Königsberg, 1,350 km, with a reduced load on 29 August 1944; recalled."""
PROVED_BY_DAY = {
    "bomber_command": (("1944-08-27", "homberg_moers"), ("1944-09-11", "kamen_essener_steinkohle")),
    "eighth_af": (("1944-04-01", "poelitz"),),
    "fifteenth_af": (
        ("1944-04-01", "ploesti_group"),
        ("1944-07-07", "blechhammer_north"),
        ("1944-08-20", "auschwitz_monowitz"),
        ("1945-03-15", "ruhland_schwarzheide"),
    ),
}
"""Day range is taken as the distance of the farthest plant struck so far: Pölitz by the Eighth on 13 and 29 May 1944,
Blechhammer, Monowitz and Ruhland by the Fifteenth, the Ruhr by Bomber Command from 27 August [record: raids,
raid_losses]. Before its first day a force has no day range over Germany."""
SHORT_DAY_H, FARTHEST_ON_SHORT_DAYS = 12.0, {"eighth_af": "boehlen"}
"""Hours between nautical dawn and dusk under which the Eighth, which had to form up and to land by daylight, went no farther than
Böhlen (30 November 1944): Pölitz it "could not reach in the short days" [webster1961iii, p. 233; record: claims_evidence]. Raids
on Brüx of December 1944 that bear its number are the Fifteenth's by history and calendar [verdict C24]."""
MARGIN_KM = 20.0
"""Coordinates are good to a few kilometres [record: plants, coord_basis]."""


def darkness_h(day: int, window: Window = CAMPAIGN) -> float:
    """Hours of nautical darkness at `BASE_LATITUDE_DEG` in the night after a day number.

    Sunrise equation with the declination ``-23.44 * cos(360 / 365.25 * (day of year + 10))`` degrees.
    """
    angle = 2 * np.pi / 365.25 * (window.date_of(day).timetuple().tm_yday + 10)
    declination = np.deg2rad(-23.44 * np.cos(angle))
    latitude = np.deg2rad(BASE_LATITUDE_DEG)
    cosine = (np.sin(np.deg2rad(SUN_BELOW_HORIZON_DEG)) - np.sin(latitude) * np.sin(declination)) / (
        np.cos(latitude) * np.cos(declination)
    )
    return float(24.0 - 24.0 / np.pi * np.arccos(np.clip(cosine, -1.0, 1.0)))


def night_range_km(day: int, window: Window = CAMPAIGN) -> float:
    """Farthest target of a night raid: safe leg + half the darkness at ground speed over the dog-leg, within tanks.

    It puts the Ruhr in reach in June, Leuna from late July and Königsberg at the end of August.
    """
    dark = SAFE_LEG_KM + darkness_h(day, window) / 2 * GROUND_SPEED_KM_PER_H / DOGLEG
    return min(dark, LONGEST_NIGHT_KM)


def reach(record: Record, system: TargetSystem) -> np.ndarray:
    """[T, F, P] whether an operation can reach a plant on a day and the plant is not yet in friendly hands.

    A works that its owners gave up is raided on: the other side did not know. Gelsenberg, closed in September 1944, had 3,500 t from
    October to March [record: raids].
    A group is in reach when its nearest member is. Raises KeyError for a group whose members have no coordinates.
    """
    distance = distances_km(record, system, np.min)
    out = np.zeros((system.n_days, len(OPERATIONS), system.n_plants), dtype=bool)
    for f, operation in enumerate(OPERATIONS):
        limit = _night_limits(system.window) if operation.night else _day_limits(operation.force, distance[f], system)
        out[:, f] = distance[f] <= limit[:, None]
    lost_on = overrun_days(record, system.plant_ids, system.window, (OVERRUN,))
    return out & (np.arange(system.n_days)[:, None] < lost_on)[:, None, :]


def _night_limits(window: Window) -> np.ndarray:
    return np.array([night_range_km(d, window) for d in range(window.n_days)])


def _day_limits(force: str, distance: np.ndarray, system: TargetSystem) -> np.ndarray:
    limit = np.zeros(system.n_days)
    for first, plant in PROVED_BY_DAY[force]:
        days = slice(max(system.window.day_of(first), 0), None)
        limit[days] = np.maximum(limit[days], distance[system.position(plant)] + MARGIN_KM)
    if force in FARTHEST_ON_SHORT_DAYS:
        short = np.array([24.0 - darkness_h(d, system.window) for d in range(system.n_days)]) < SHORT_DAY_H
        farthest = distance[system.position(FARTHEST_ON_SHORT_DAYS[force])] + MARGIN_KM
        limit[short] = np.minimum(limit[short], farthest)
    return limit


def distances_km(record: Record, system: TargetSystem, of_group=np.mean) -> np.ndarray:
    """[F, P] distance of every plant from the base of every operation. of_group: of the distances of a group's members"""
    plants = record.rows("plants")
    members: dict[str, list[dict]] = {}
    for row in plants.values():
        if row["row_type"] == "plant" and row["latitude"] is not None:
            members.setdefault(group_of(row) or "", []).append(row)
    out = np.zeros((len(OPERATIONS), system.n_plants))
    for p, name in enumerate(system.plant_ids):
        rows = members[name] if name in members else [plants[name]]
        for f, operation in enumerate(OPERATIONS):
            out[f, p] = of_group([distance_km(r, operation.base) for r in rows])
    return out
