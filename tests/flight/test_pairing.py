"""Draws that do not depend on each other, on arms or on later raids."""

from __future__ import annotations

import jax
import numpy as np

from oilplan.calibration.model import pair

from .conftest import DRAWS, SEED


def test_a_draw_is_the_same_however_many_there_are(world):
    few = pair(world.record, world.system, world.flown, draws=2, seed=SEED)
    for field in ("luck", "error", "clear", "tons_t", "visual"):
        many = getattr(world.pairing.chance, field)
        np.testing.assert_array_equal(many[:, :2], getattr(few.chance, field), err_msg=field)
    np.testing.assert_array_equal(world.pairing.chance.missing[:2], few.chance.missing)
    np.testing.assert_array_equal(world.pairing.raid_day[:2], few.raid_day)
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a[:2], b, rtol=1e-6), world.pairing.parameters, few.parameters)


def test_one_more_raid_changes_no_other_draw(world):
    keep = np.ones(world.flown.n_raids, dtype=bool)
    keep[100] = False
    fewer = pair(world.record, world.system, world.flown.where(keep), draws=DRAWS, seed=SEED)
    np.testing.assert_array_equal(world.pairing.raid_day[:, keep], fewer.raid_day)
    jax.tree.map(np.testing.assert_array_equal, world.pairing.parameters, fewer.parameters)
    here, there = np.asarray(world.pairing.chance.luck), np.asarray(fewer.chance.luck)
    changed = np.argwhere(here != there)
    plant, days = world.flown.plant[100], set(world.pairing.raid_day[:, 100])
    assert len(changed) <= DRAWS
    assert all(p == plant and t in days for t, _, p in changed)


def test_another_seed_gives_other_draws(world):
    other = pair(world.record, world.system, world.flown, draws=DRAWS, seed=SEED + 1).chance
    assert not np.array_equal(other.luck, world.pairing.chance.luck)
    assert not np.array_equal(other.tons_t, world.pairing.chance.tons_t)


def test_a_raid_as_flown_lends_its_luck_to_any_arm(world):
    days, luck = np.asarray(world.pairing.raid_day), np.asarray(world.pairing.chance.luck)
    drawn = np.asarray(world.drawn.raid_z)
    place = days * world.system.n_plants + world.flown.plant
    alone = [(d, r) for d in range(DRAWS) for r in range(world.flown.n_raids) if (place[d] == place[d, r]).sum() == 1]
    assert len(alone) > 100
    for d, r in alone:
        assert luck[days[d, r], d, world.flown.plant[r]] == drawn[d, r]


def test_fields_are_finite(world):
    assert all(np.isfinite(a).all() for a in jax.tree.leaves((world.pairing.chance, world.pairing.flown)))
