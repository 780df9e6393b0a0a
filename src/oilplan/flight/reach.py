"""Which plants each operation can reach on each day: range by day, darkness by night."""

from __future__ import annotations

import numpy as np

from ..clock import CAMPAIGN, Window
from ..directives.forces import OPERATIONS
from ..model.oil import OVERRUN, group_of, overrun_days
from ..model.target import TargetSystem
from ..record import Record
from ..record.distances import distance_km

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
