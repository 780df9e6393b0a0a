"""Raids as arrays: what was flown against the system, with the doubt of each row."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple
from zlib import crc32

import jax.numpy as jnp
import numpy as np
from jax import Array

from ..directives.forces import FORCES, OPERATIONS
from ..model.density import RaidSize, density, hit_share, luck_factor, power_of_size, size_scale
from ..model.engines import Slots
from ..model.parameters import Parameters
from ..model.target import TargetSystem


class Schedule(NamedTuple):
    """Raids of a campaign, sorted by day. Arrays of length R.

    raid_ids: where each raid comes from; day, plant, force: day number, index in the system, index in FORCES
    night: True for night raids; bombs_t: tons dropped, metric
    visual: share of tons sighted visually, 0 to 1; visual_known: False where it is the month's average
    factor: mean of the doubt about the tons (1 for a raid taken as it stands, less for one that may be a copy)
    log_sd: standard deviation of the logarithm of the raid's effect (tons in doubt and luck of aim)
    raid_t: tons of the whole raid of that force on that plant and day, of which the row may be a part
    day_sd: days by which the date may be off; recorded: False for raids known only from a recalled calendar
    """

    raid_ids: tuple[str, ...]
    day: np.ndarray
    plant: np.ndarray
    force: np.ndarray
    night: np.ndarray
    bombs_t: np.ndarray
    raid_t: np.ndarray
    visual: np.ndarray
    visual_known: np.ndarray
    factor: np.ndarray
    log_sd: np.ndarray
    day_sd: np.ndarray
    recorded: np.ndarray

    @property
    def n_raids(self) -> int:
        """Number of raids R."""
        return len(self.raid_ids)

    def where(self, keep: np.ndarray) -> Schedule:
        """The raids for which ``keep`` ([R] of bool) is true."""
        ids = tuple(r for r, k in zip(self.raid_ids, keep, strict=True) if k)
        return Schedule(ids, *(a[keep] for a in self[1:]))


def operation_of(schedule: Schedule) -> np.ndarray:
    """[R] index in `OPERATIONS` of every raid. American raids recorded at night count as the force's only operation."""
    by_force = {force: [i for i, op in enumerate(OPERATIONS) if op.force == force] for force in FORCES}
    index = np.zeros(schedule.n_raids, dtype=int)
    for force, places in by_force.items():
        flown = schedule.force == FORCES.index(force)
        index[flown] = [places[0] if night or len(places) == 1 else places[1] for night in schedule.night[flown]]
    return index


def density_of_raids(
    z: Array, schedule: Schedule, system: TargetSystem, p: Parameters, raid_size: RaidSize = power_of_size
) -> Array:
    """[R] tons inside the fence at Leuna's size of raids whose tons, sighting and doubt are recorded.

    z: [R] luck and doubt of each raid, standard normal; p: one draw. Its mean over z is that of the mean tons.
    """
    bomber_command = jnp.asarray(schedule.force == FORCES.index("bomber_command"))
    return density(
        jnp.asarray(schedule.bombs_t * schedule.factor, z.dtype),
        hit_share(bomber_command, jnp.asarray(schedule.visual), p),
        luck_factor(z, jnp.asarray(schedule.log_sd)),
        size_scale(jnp.asarray(system.capacity_t_per_year), p)[schedule.plant],
        jnp.asarray(schedule.day, z.dtype),
        p,
        raid_size,
        jnp.asarray(schedule.raid_t, z.dtype),
    )


def daily_density(per_raid: Array, schedule: Schedule, n_days: int, n_plants: int) -> Array:
    """[T, P] density of every day and plant from [R] density of every raid."""
    field = jnp.zeros((n_days, n_plants), per_raid.dtype)
    return field.at[schedule.day, schedule.plant].add(per_raid)


# How far each row of the raid tables is believed: the one place that turns quality flags into uncertainty.

AIM_LOG_SD = 0.6
"""Luck of aim from raid to raid. The Eighth's monthly shares inside plant fences run from 12 to 27 percent of tons,
single raids from nothing to half [record: target_systems, us_hits_in_plant_fences; accuracy]; an assumption."""
DUPLICATE_REAL = 0.8
"""Chance that a row flagged duplicate_suspect, already freed of copies, is all real; else it counts half."""
RECALLED_REAL = 0.8
"""Chance that a raid known only from the recalled calendar struck the plant in strength."""
RAW_DATE_SD_D, SNAPPED_DATE_SD_D = 1.5, 0.7
"""Days: the digitisation filled unreadable days with consecutive ones [raids_notes: invented days]."""


class Doubt(NamedTuple):
    """factor: mean multiplier of the tons; log_sd: of the raid's effect; day_sd: days."""

    factor: float
    log_sd: float
    day_sd: float


def doubt_of(quality: str, date_basis: str) -> Doubt:
    """Doubt about a row of `raids` from its flags.

    quality: flags joined by `;` (ok, date_suspect, duplicate_suspect, force_suspect, plant_suspect)
    date_basis: how the date was fixed

    A flagged raid is drawn, not believed: its tons are multiplied by a lognormal whose mean and spread are given
    here. The numbers are judgements about the digitisation; the fit may move each raid within them.
    """
    flags = set(quality.split(";"))
    factor, tons_sd = 1.0, 0.1
    if "duplicate_suspect" in flags:
        factor, tons_sd = DUPLICATE_REAL + (1 - DUPLICATE_REAL) / 2, 0.4
    if "plant_suspect" in flags:
        factor, tons_sd = factor * 0.8, max(tons_sd, 0.5)
    day_sd = 0.0
    if "date_suspect" in flags:
        day_sd = SNAPPED_DATE_SD_D if "agrees_calendar" in date_basis else RAW_DATE_SD_D
    return Doubt(factor, (tons_sd**2 + AIM_LOG_SD**2) ** 0.5, day_sd)


RECALLED = Doubt(RECALLED_REAL, (0.8**2 + AIM_LOG_SD**2) ** 0.5, 0.0)
"""A raid of the recalled calendar that is not in the tabulation: tons unknown, drawn around its force's median."""
ATTESTED = Doubt(1.0, RECALLED.log_sd, 0.0)
"""A lost raid that a work which was read mentions: it happened, its tons are unknown."""
ATTESTED_TONS = Doubt(1.0, (0.4**2 + AIM_LOG_SD**2) ** 0.5, 0.0)
"""The same where the bombers sent that day are counted: only their split among the lost raids is unknown."""


# Chance that belongs to a raid: named by raid and draw, so that more draws or another raid change none of it.
#
# Axes: D draws, R raids.

DAY, LUCK = range(2)
"""Purposes: the day a doubted raid is drawn on, and its luck of aim. Each has generators of its own."""


def raid_noise(
    seed: int, purpose: int, schedule: Schedule, system: TargetSystem, n_draws: int, wanted: np.ndarray | None = None
) -> np.ndarray:
    """[D, R] independent standard normal numbers, float32.

    purpose: DAY or LUCK; wanted: [R] of bool, False for raids that need none and are given 0
    """
    noise = np.zeros((schedule.n_raids, n_draws), np.float32)
    for r in range(schedule.n_raids) if wanted is None else np.flatnonzero(wanted):
        name = f"{schedule.raid_ids[r]} {FORCES[schedule.force[r]]}".encode()
        plant = system.plant_ids[schedule.plant[r]].encode()
        numbers = np.random.default_rng([seed, purpose, crc32(name), crc32(plant)])
        numbers.standard_normal(dtype=np.float32, out=noise[r])
    return np.ascontiguousarray(noise.T)


# Works that stand on one site: bombs on one fall on the other too, but were dropped once.
#
# Axes: R raids, P plants.


def counted_once(schedule: Schedule, system: TargetSystem) -> np.ndarray:
    """[R] share of a row's tons that counts: half where a raid has a row, with all its tons, for two works of one site."""
    shared = (system.neighbours != np.arange(system.n_plants)).any(axis=0)[schedule.plant]
    raids = list(zip(schedule.raid_ids, schedule.force.tolist(), strict=True))
    rows_of = Counter(raid for raid, on_site in zip(raids, shared, strict=True) if on_site)
    return np.array([1.0 / rows_of.get(raid, 1) for raid in raids])


def fallen(tons, neighbours: np.ndarray):
    """[..., P] what falls on every plant, with what falls on others of its site.

    tons: [..., P], counted once; neighbours: [N, P] of `TargetSystem.neighbours`
    """
    places = np.arange(neighbours.shape[1])
    more = tons
    for other in neighbours:
        for k in np.flatnonzero(other != places).tolist():
            more = more + tons[..., other[k], None] * (places == k)
    return more


# Raid days drawn from their doubt, and the slots of the closed form for every draw.
#
# Axes: D draws, R raids, E slots of a plant, P plants, T days.


def draw_days(z: np.ndarray, schedule: Schedule, n_days: int) -> np.ndarray:
    """[D, R] day number of every raid in every draw.

    z: [D, R] standard normal; schedule: raids with ``day_sd`` in days; n_days: T

    ``round(day + day_sd * z)``, kept within 0..T-1. A raid whose date is not doubted keeps its day in every draw.
    """
    return np.clip(np.rint(schedule.day + schedule.day_sd * z), 0, n_days - 1).astype(np.int32)


def slots_of_draws(day: np.ndarray, plant: np.ndarray, n_plants: int, n_days: int) -> Slots:
    """`Slots` with a leading axis [D]: every raid has a slot of its own, in the order of its draw's days.

    day: [D, R]; plant: [R] plant index of every raid

    Two raids of one plant on one day take two slots with no time between them, which is the same as one slot with
    the sum (damage laws are exact in the density; a test holds this to `oilplan.model.engines.slots`).
    """
    n_draws, n_raids = day.shape
    by_plant = np.argsort(plant * n_days + day, axis=1, kind="stable")
    first = np.searchsorted(np.sort(plant), np.arange(n_plants))
    rank = np.empty_like(day)
    np.put_along_axis(rank, by_plant, np.arange(n_raids, dtype=day.dtype)[None, :], axis=1)
    slot = rank - first[plant].astype(day.dtype)
    draw = np.arange(n_draws)[:, None]
    n_slots = int(np.bincount(plant, minlength=n_plants).max()) if n_raids else 1
    slot_day = np.full((n_draws, n_slots, n_plants), n_days, dtype=np.int32)
    slot_day[draw, slot, plant] = day
    flown = np.bincount(
        (draw * n_days + day).ravel() * n_plants + np.tile(plant, n_draws), minlength=n_draws * n_days * n_plants
    )
    last = np.cumsum(flown.astype(np.int32).reshape(n_draws, n_days, n_plants), axis=1, dtype=np.int32)
    return Slots(slot, np.broadcast_to(plant, day.shape), slot_day, last)
