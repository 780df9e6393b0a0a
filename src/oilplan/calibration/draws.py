"""Draws of what is not known: parameters from the fit or the priors, luck and days of raids as flown."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np

from ..clock import N_DAYS
from ..errors import OilplanError
from ..flight.operations_priors import Operations
from ..flight.schedule import DAY, LUCK, Schedule, draw_days, raid_noise
from ..flight.worlds import Draws, Pairing, worlds
from ..model.target import TargetSystem
from ..record import Record
from .priors import draw_prior


def draw(system: TargetSystem, schedule: Schedule, *, draws: int, seed: int, posterior=None) -> Draws:
    """Parameters, luck and days of every draw; arguments as in `replay`.

    A draw is the same however many there are, and a raid's own day and luck whatever other raids there are.
    """
    z = raid_noise(seed, DAY, schedule, system, draws, schedule.day_sd > 0)
    day = draw_days(z, schedule, N_DAYS)
    if posterior is None:
        luck = raid_noise(seed, LUCK, schedule, system, draws)
        return Draws(draw_prior(jax.random.split(jax.random.key(seed))[0], system, draws), jnp.asarray(luck), day)
    if posterior.raid_z.shape[1] != schedule.n_raids:
        raise OilplanError(
            f"the posterior holds the luck of {posterior.raid_z.shape[1]} raids, the schedule has {schedule.n_raids};"
            " calibrate again with this record (`oilplan calibrate`)."
        )
    pick = _rows(seed, posterior.raid_z.shape[0], draws)
    return Draws(jax.tree.map(lambda a: a[pick], posterior.parameters), posterior.raid_z[pick], day)


def _rows(seed: int, n_kept: int, draws: int) -> np.ndarray:
    """[D] row of a posterior for every draw: all rows in one shuffled order, and again when there are more draws."""
    return np.random.default_rng([seed, n_kept]).permutation(n_kept)[np.arange(draws) % n_kept]


def pair(
    record: Record,
    system: TargetSystem,
    flown: Schedule,
    *,
    draws: int,
    seed: int,
    posterior=None,
    operations: Operations | None = None,
) -> Pairing:
    """Draw once for all arms. flown: raids as flown; draws, seed, posterior: as in `draw`; operations: the shipped fit, if None."""
    return pairer(record, system, flown)(draws=draws, seed=seed, posterior=posterior, operations=operations)


def pairer(record: Record, system: TargetSystem, flown: Schedule) -> Callable[..., Pairing]:
    """`pair` for many seeds and posteriors: compiled once for each number of draws."""
    make = worlds(record, system, flown)

    def of(*, draws: int, seed: int, posterior=None, operations: Operations | None = None) -> Pairing:
        return make(draw(system, flown, draws=draws, seed=seed, posterior=posterior), seed, operations)

    return of
