"""Photographs of plants: taken under a clear sky, interpreted some days later, and misjudged.

Axes: D draws, P plants.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

DELAY_D = 4.0
"""Days from the sortie to the interpreters' third-phase report; judgement."""
ERROR_SD = 0.15
"""Error of the share of capacity read from a photograph. The recorded estimates of national output missed by 6 to 16
points [record: forecasts, June and September 1944]; a single plant is taken to be no better. Judgement."""


class Camera(NamedTuple):
    """How good photographic intelligence is. delay_d: days to interpret; error_sd: share of capacity; arrays [ ]."""

    delay_d: Array
    error_sd: Array


class Desk(NamedTuple):
    """Photographs under interpretation, one a plant. share: [D, P] what will be reported; days_left: [D, P], 0 for
    none."""

    share: Array
    days_left: Array


class Report(NamedTuple):
    """What reached the planners today. arrived: [D, P] 1 or 0; share: [D, P] reported share of capacity, 0 to 1."""

    arrived: Array
    share: Array


def camera() -> Camera:
    """Photographic intelligence as it was: `DELAY_D`, `ERROR_SD`."""
    return Camera(jnp.float32(DELAY_D), jnp.float32(ERROR_SD))


def empty_desk(n_draws: int, n_plants: int) -> Desk:
    """A desk with no photographs."""
    zero = jnp.zeros((n_draws, n_plants), jnp.float32)
    return Desk(zero, zero)


def interpret(desk: Desk, raided: Array) -> tuple[Desk, Report]:
    """A day's work: finished photographs are reported; one taken before today's raid is thrown away.

    raided: [D, P] 1 where bombs fell today.
    """
    arrived = (desk.days_left == 1.0) & (raided == 0)
    days_left = jnp.where(raided > 0, 0.0, jnp.maximum(desk.days_left - 1.0, 0.0))
    return Desk(desk.share, days_left), Report(arrived.astype(jnp.float32), desk.share)


def photograph(desk: Desk, share: Array, clear: Array, error: Array, camera: Camera) -> Desk:
    """Photograph every plant under a clear sky that has no photograph under interpretation.

    share: [D, P] share of capacity worked, the truth; clear: [D, P] 1 where the sky is; error: [D, P] standard normal
    """
    taken = (clear > 0) & (desk.days_left == 0)
    seen = jnp.clip(share + camera.error_sd * error, 0.0, 1.0)
    return Desk(jnp.where(taken, seen, desk.share), jnp.where(taken, camera.delay_d, desk.days_left))
