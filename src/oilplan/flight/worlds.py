"""Everything that is drawn once and shared by all arms: parameters, luck, weather, photographs, losses.

Axes: D draws, T days, P plants, R raids, G forces, F operations.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.scipy.stats import norm

from oilplan.directives.forces import FORCES
from oilplan.flight.schedule import operation_of

from ..directives.forces import N_OPERATIONS
from ..model.parameters import Parameters
from ..model.target import TargetSystem
from ..record import Record
from .campaign import Chance, Flown
from .executable import kept_whole
from .force_facts import ForceFacts, daily_tons, force_facts
from .operations import LEVELS, LIST_D, OperationsNoise
from .recorded_operations import Operations, draw_operations
from .schedule import AIM_LOG_SD, Schedule, counted_once, density_of_raids
from .weather_and_reach import N_SERIES, draw_weather

LUCK, ERROR, CLEAR, WEATHER, MISSING, FORETOLD, OPERATIONS = range(7)
"""Purposes of noise: a draw's noise depends on seed, purpose and draw, never on how many draws or arms there are."""


class Draws(NamedTuple):
    """The unknowns of every draw. parameters: [D]; raid_z: [D, R] luck of each raid as flown; day: [D, R] its day."""

    parameters: Parameters
    raid_z: Array
    day: np.ndarray


class Pairing(NamedTuple):
    """What every arm is run with. parameters: [D]; chance, flown: see `oilplan.flight.campaign`; facts: of the forces
    raid_day: [D, R] day drawn for each raid as flown; key: for directives that draw lots
    """

    parameters: Parameters
    chance: Chance
    flown: Flown
    facts: ForceFacts
    raid_day: np.ndarray
    key: Array


def worlds(record: Record, system: TargetSystem, flown: Schedule) -> Callable[..., Pairing]:
    """Function of drawn unknowns, a seed and a fit of operations (the shipped one unless given) to what every arm is run
    with; compiled once for each number of draws.

    flown: raids as flown

    Where a raid was flown, any arm that attacks the same plant on that day has the luck of that raid.
    """
    facts = force_facts(record, system, flown)
    prepare = kept_whole(_prepare(facts, flown, system), "pair", facts, flown, system)
    bombs_t = jnp.asarray(flown_tons(flown, system), jnp.float32)

    def of(drawn: Draws, seed: int, operations_fit: Operations | None = None) -> Pairing:
        draws = drawn.day.shape[0]
        parameters = jax.tree.map(lambda a: jnp.asarray(a, jnp.float32), drawn.parameters)
        noise = [
            _per_draw(seed, purpose, draws, system.n_days, width)
            for purpose, width in ((WEATHER, N_SERIES), (CLEAR, system.n_plants), (FORETOLD, 2 * N_OPERATIONS))
        ]
        operations = jax.tree.map(jnp.asarray, draw_operations(facts.raids, draws, seed, operations_fit))
        raid_z = jnp.asarray(drawn.raid_z, jnp.float32)
        tons_t, visual, foretold, clear, density_t = prepare(*noise, operations.forecast, raid_z, parameters, drawn.day)
        chance = Chance(
            luck=jnp.asarray(_luck(seed, flown, drawn, system)),
            error=jnp.asarray(_per_draw(seed, ERROR, draws, system.n_days, system.n_plants)),
            clear=clear,
            tons_t=tons_t,
            visual=visual,
            missing=jnp.asarray(_per_draw(seed, MISSING, draws, 1, N_OPERATIONS)[0]),
            foretold=foretold,
            noise=operations_noise(seed, draws, system.n_days, system.n_plants),
            operations=operations,
        )
        return Pairing(parameters, chance, Flown(density_t, bombs_t), facts, drawn.day, jax.random.key(seed))

    return of


def _luck(seed: int, flown: Schedule, drawn: Draws, system: TargetSystem) -> np.ndarray:
    """[T, D, P] luck of a raid on a plant on a day: that of the raid as flown where there was one."""
    draws = drawn.day.shape[0]
    luck = _per_draw(seed, LUCK, draws, system.n_days, system.n_plants)
    luck[drawn.day, np.arange(draws)[:, None], flown.plant[None, :]] = np.asarray(drawn.raid_z)
    return luck


def _prepare(facts: ForceFacts, flown: Schedule, system: TargetSystem) -> Callable:
    """From noise [T, D, S], [T, D, P] and [T, D, 2F], share of forecasts that are right [D], luck of the raids [D, R],
    parameters and days [D, R] to tons each operation can drop, shares sighted visually, met and foretold, plants under a
    clear sky, and the density of the raids as flown.
    """
    cameras = np.asarray(facts.climate.cameras, np.float32)[:, None, None]

    def one(z, p, day):
        return density_of_raids(z, flown._replace(day=day), system, p).astype(jnp.float32)

    usual_visual = np.asarray(facts.climate.visual, np.float32)[:, None]

    def prepare(weather_noise, sky_noise, forecast_noise, right, raid_z, p, day):
        weather = draw_weather(weather_noise, facts.climate)
        n_draws = raid_z.shape[0]
        field = jnp.zeros((system.n_days, n_draws, len(FORCES), system.n_plants), jnp.float32)
        at = (day, np.arange(n_draws)[:, None], flown.force[None, :], flown.plant[None, :])
        clear = (norm.cdf(sky_noise) < cameras).astype(jnp.float32)
        known, other = jnp.split(norm.cdf(forecast_noise), 2, axis=2)
        foretold = jnp.where(known < right[:, None], weather.visual, (other < usual_visual).astype(jnp.float32))
        tons_t = daily_tons(facts, weather)
        return tons_t, weather.visual, foretold, clear, field.at[at].add(jax.vmap(one)(raid_z, p, day))

    return prepare


def _per_draw(seed: int, purpose: int, draws: int, n_days: int, width: int) -> np.ndarray:
    """[T, D, width] standard normal noise; every draw has a generator of its own, named by seed, purpose and draw."""
    noise = np.empty((n_days, draws, width), np.float32)
    for d in range(draws):
        noise[:, d] = np.random.default_rng([seed, purpose, d]).standard_normal((n_days, width), np.float32)
    return noise


def operations_noise(seed: int, draws: int, n_days: int, n_plants: int) -> OperationsNoise:
    """Uniform bytes of every draw and day; each draw has a generator of its own. Lists hold for a week."""
    shapes = {
        "size": (n_days, N_OPERATIONS, n_plants),
        "fate": (n_days, N_OPERATIONS, n_plants),
        "closed": (n_days, n_plants),
        "listed": (-(-n_days // LIST_D), n_plants),
        "nuisance": (n_days, N_OPERATIONS),
    }
    drawn = {name: np.empty((shape[0], draws, *shape[1:]), np.uint8) for name, shape in shapes.items()}
    for d in range(draws):
        rng = np.random.default_rng([seed, OPERATIONS, d])
        for name, shape in shapes.items():
            drawn[name][:, d] = rng.integers(0, LEVELS, shape, np.uint8)
    drawn["listed"] = np.repeat(drawn["listed"], LIST_D, axis=0)[:n_days]
    return OperationsNoise(**{name: jnp.asarray(a) for name, a in drawn.items()})


def flown_tons(flown: Schedule, system: TargetSystem) -> np.ndarray:
    """[T, F, P] tons dropped as flown, counted once; a doubted raid counts with the mean of its doubt."""
    tons = np.zeros((system.n_days, N_OPERATIONS, system.n_plants))
    counted_t = flown.bombs_t * flown.factor * counted_once(flown, system)
    np.add.at(tons, (flown.day, operation_of(flown), flown.plant), counted_t)
    return tons


AIM_SD = AIM_LOG_SD
"""Luck of a raid that is ordered, not recorded: aim alone, for its tons are not in doubt."""
