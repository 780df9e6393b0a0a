from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from oilplan.calibration.model import draw, pair
from oilplan.directives.forces import NAMES
from oilplan.directives.policy import Order
from oilplan.flight.as_flown import as_flown
from oilplan.flight.campaign import Day, Parts, campaign
from oilplan.flight.operations import exactly
from oilplan.flight.schedule import Schedule
from oilplan.flight.worlds import Draws, Pairing
from oilplan.model.oil import oil_system
from oilplan.model.target import TargetSystem
from oilplan.record import load_record
from oilplan.studies.arms import arm, choice

DRAWS, SEED = 6, 11
"""Draws of every test that flies arms: a program compiled for so many serves the next test."""


class World(NamedTuple):
    """The oil system, the raids as flown and six paired draws."""

    record: object
    system: TargetSystem
    flown: Schedule
    pairing: Pairing

    @property
    def drawn(self) -> Draws:
        """Parameters, luck and days of every raid as the pairing has them."""
        return draw(self.system, self.flown, draws=DRAWS, seed=SEED)

    @property
    def flown_t(self) -> np.ndarray:
        return np.asarray(self.pairing.flown.bombs_t)

    def choice(self, name: str, first_day: int = 0):
        return choice(arm(name), self.record, self.system, self.flown_t, first_day)


class Everything(NamedTuple):
    share: np.ndarray
    bombs_t: np.ndarray
    believed: np.ndarray
    national: np.ndarray
    tons_t: np.ndarray
    reach: np.ndarray
    raids: np.ndarray
    visual: np.ndarray
    waiting_t: np.ndarray


def everything(day: Day) -> Everything:
    f, b = day.forces, day.belief
    return Everything(day.share, day.bombs_t, b.share, b.national, f.tons_t, f.reach, day.raids, f.visual, f.waiting_t)


class OneRaid(NamedTuple):
    """What `one_raid` is given in the place of a plan. tons_t: [F, P]; day: of the raid"""

    tons_t: np.ndarray
    day: np.ndarray


def one_raid(belief, forces, policy: OneRaid, key) -> Order:
    """A directive of one raid on one day."""
    del belief, key
    each = jnp.broadcast_to(policy.tons_t * (forces.day == policy.day), (forces.tons_t.shape[0], *policy.tons_t.shape))
    return Order(each, jnp.zeros(3))


@pytest.fixture(scope="session")
def world() -> World:
    record = load_record()
    system = oil_system(record)
    flown = as_flown(record, system)
    return World(record, system, flown, pair(record, system, flown, draws=DRAWS, seed=SEED))


@pytest.fixture(scope="session")
def loop(world):
    return campaign(world.system, world.pairing.facts, Parts(), everything)


@pytest.fixture(scope="session")
def fly_one_raid(world):
    """Function of (plant, tons, day): every day of a campaign in which the Eighth flies one raid and no other is flown."""
    loop = campaign(world.system, world.pairing.facts, Parts(directive=one_raid, operations=exactly), everything)

    def run(plant: int, tons: float, day: int) -> Everything:
        p, tons_t = world.pairing, np.zeros((len(NAMES), world.system.n_plants), np.float32)
        tons_t[NAMES.index("eighth_af"), plant] = tons
        chosen = world.choice("portal")._replace(policy=OneRaid(tons_t, np.int32(day)))
        return jax.tree.map(np.asarray, loop(chosen, p.chance, p.flown, p.parameters, p.key))

    return run


@pytest.fixture(scope="session")
def fly(world, loop):
    """Function of (arm, first day, pairing, choice): every day of the campaign, as NumPy."""

    def run(name: str, first_day: int = 0, pairing: Pairing | None = None, chosen=None) -> Everything:
        p = pairing or world.pairing
        made = loop(chosen or world.choice(name, first_day), p.chance, p.flown, p.parameters, p.key)
        return jax.tree.map(np.asarray, made)

    return run
