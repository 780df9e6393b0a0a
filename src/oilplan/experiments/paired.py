"""Everything that is drawn once and shared by all arms: parameters, luck, weather, photographs, losses.

Axes: D draws, T days, P plants, R raids, G forces, F operations.
"""

from __future__ import annotations

from typing import NamedTuple
from zlib import crc32

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.scipy.stats import norm

from ..calibration.effect import density
from ..campaign import Chance, Flown
from ..clock import N_DAYS
from ..directives.doubt import AIM_LOG_SD
from ..directives.forces import ForceFacts, daily_tons, force_facts
from ..directives.operations import N_OPERATIONS, operation_of
from ..directives.schedule import FORCES, Schedule
from ..directives.weather import N_SERIES, draw_weather
from ..record import Record
from ..system.parameters import Parameters
from ..system.target import TargetSystem
from .replay import Draws, draw

LUCK, ERROR, CLEAR, WEATHER, MISSING, RAID = range(6)
"""Purposes of noise: a draw's noise depends on seed, purpose and draw, never on how many draws or arms there are."""


class Pairing(NamedTuple):
    """What every arm is run with. parameters: [D]; chance, flown: see `oilplan.campaign`; facts: of the forces
    raid_day: [D, R] day drawn for each raid as flown; key: for directives that draw lots
    """

    parameters: Parameters
    chance: Chance
    flown: Flown
    facts: ForceFacts
    raid_day: np.ndarray
    key: Array


def pair(record: Record, system: TargetSystem, flown: Schedule, *, draws: int, seed: int, posterior=None) -> Pairing:
    """Draw once for all arms.

    flown: raids as flown; draws, seed, posterior: as in `oilplan.experiments.replay.replay`

    Where a raid was flown, any arm that attacks the same plant on that day has the luck of that raid.
    """
    drawn = _by_raid(draw(system, flown, draws=draws, seed=seed, posterior=posterior), flown, seed, posterior is None)
    facts = force_facts(record, system, flown)
    key = jax.random.key(seed)
    parameters = Parameters(*(jnp.asarray(a, jnp.float32) for a in drawn.parameters))
    chance = _chance(seed, facts, flown, drawn, draws, system.n_plants)
    raids = as_arrays(flown, system, drawn._replace(parameters=parameters))
    return Pairing(parameters, chance, raids, facts, np.asarray(drawn.day), key)


def _by_raid(drawn: Draws, flown: Schedule, seed: int, luck_too: bool) -> Draws:
    """Days (and, without a posterior, luck) drawn for each raid by its name: one more raid changes no other."""
    noise = np.stack([
        np.random.default_rng([seed, RAID, crc32(name.encode()), int(plant)]).standard_normal((2, drawn.day.shape[0]))
        for name, plant in zip(flown.raid_ids, flown.plant, strict=True)
    ], axis=2)  # fmt: skip
    day = np.clip(np.rint(flown.day + flown.day_sd * noise[0]), 0, N_DAYS - 1).astype(np.int32)
    return drawn._replace(day=day, raid_z=jnp.asarray(noise[1], jnp.float32) if luck_too else drawn.raid_z)


def _chance(seed: int, facts: ForceFacts, flown: Schedule, drawn: Draws, draws: int, n_plants: int) -> Chance:
    weather = draw_weather(jnp.asarray(_per_draw(seed, WEATHER, draws, N_DAYS, N_SERIES)), facts.climate)
    luck = _per_draw(seed, LUCK, draws, N_DAYS, n_plants)
    luck[np.asarray(drawn.day), np.arange(draws)[:, None], flown.plant[None, :]] = np.asarray(drawn.raid_z)
    sky = norm.cdf(_per_draw(seed, CLEAR, draws, N_DAYS, n_plants))
    return Chance(
        luck=jnp.asarray(luck),
        error=jnp.asarray(_per_draw(seed, ERROR, draws, N_DAYS, n_plants)),
        clear=(sky < jnp.asarray(facts.climate.cameras, jnp.float32)[:, None, None]).astype(jnp.float32),
        tons_t=daily_tons(facts, weather),
        visual=weather.visual,
        missing=jnp.asarray(_per_draw(seed, MISSING, draws, 1, N_OPERATIONS)[0]),
    )


def _per_draw(seed: int, purpose: int, draws: int, n_days: int, width: int) -> np.ndarray:
    """[T, D, width] standard normal noise; every draw has a generator of its own, named by seed, purpose and draw."""
    noise = np.empty((n_days, draws, width), np.float32)
    for d in range(draws):
        noise[:, d] = np.random.default_rng([seed, purpose, d]).standard_normal((n_days, width), np.float32)
    return noise


def as_arrays(flown: Schedule, system: TargetSystem, drawn: Draws) -> Flown:
    """The raids as flown as fields: density by the day drawn for each raid, tons by the day on record."""
    days, luck = jnp.asarray(drawn.day), jnp.asarray(drawn.raid_z, jnp.float32)

    def one(z, p, day):
        return density(z, flown._replace(day=day), system, p).astype(jnp.float32)

    per_raid = jax.jit(jax.vmap(one))(luck, drawn.parameters, days)
    n_draws = luck.shape[0]
    field = jnp.zeros((N_DAYS, n_draws, len(FORCES), system.n_plants), jnp.float32)
    at = (days, jnp.arange(n_draws)[:, None], jnp.asarray(flown.force)[None, :], jnp.asarray(flown.plant)[None, :])
    return Flown(field.at[at].add(per_raid), jnp.asarray(flown_tons(flown, system.n_plants), jnp.float32))


def flown_tons(flown: Schedule, n_plants: int) -> np.ndarray:
    """[T, F, P] tons dropped as flown; a doubted raid counts with the mean of its doubt."""
    tons = np.zeros((N_DAYS, N_OPERATIONS, n_plants))
    np.add.at(tons, (flown.day, operation_of(flown), flown.plant), flown.bombs_t * flown.factor)
    return tons


AIM_SD = AIM_LOG_SD
"""Luck of a raid that is ordered, not recorded: aim alone, for its tons are not in doubt."""
