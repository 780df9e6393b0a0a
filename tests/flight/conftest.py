from __future__ import annotations

from typing import NamedTuple

import jax
import numpy as np
import pytest

from oilplan.calibration.draws import draw, pair
from oilplan.flight.as_flown import as_flown
from oilplan.flight.campaign import Day, Parts, campaign
from oilplan.flight.schedule import Schedule
from oilplan.flight.worlds import Draws, Pairing
from oilplan.model.oil import oil_system
from oilplan.model.target import TargetSystem
from oilplan.record import load_record
from oilplan.studies.arms import arm, choice

DRAWS, SEED = 6, 11


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


def everything(day: Day) -> Everything:
    return Everything(
        day.share, day.bombs_t, day.belief.share, day.belief.national, day.forces.tons_t, day.forces.reach
    )


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
def fly(world, loop):
    """Function of (arm, first day, pairing, choice): every day of the campaign, as NumPy."""

    def run(name: str, first_day: int = 0, pairing: Pairing | None = None, chosen=None) -> Everything:
        p = pairing or world.pairing
        made = loop(chosen or world.choice(name, first_day), p.chance, p.flown, p.parameters, p.key)
        return jax.tree.map(np.asarray, made)

    return run
