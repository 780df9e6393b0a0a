"""Works on one site: a raid hits all of them, and its bombs are counted once."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from oilplan.directives.forces import Forces
from oilplan.directives.policy import eligible
from oilplan.flight.worlds import flown_tons
from oilplan.intelligence import believed_whole

SITE = ("luetzkendorf", "luetzkendorf_ft")


@pytest.fixture(scope="module")
def works(world):
    return [world.system.position(plant) for plant in SITE]


def test_tons_as_flown_are_those_that_were_printed(world, works):
    """The tons of a raid's rows, flown, add up to what the record has of the raid."""
    printed = {
        r["raid_id"]: r["total_tons_short"] * 0.90718474
        for r in world.record.rows("raids").values()
        if r["plant_id"] == SITE[0] and r["total_tons_short"]
    }
    flown = world.flown
    doubt = {raid: factor for raid, factor in zip(flown.raid_ids, flown.factor, strict=True) if raid in printed}
    alone = flown.where(np.array([raid in doubt for raid in flown.raid_ids]))
    counted = flown_tons(alone, world.system)[:, :, works].sum()
    assert alone.n_raids == 2 * len(doubt) > 10
    assert counted == pytest.approx(sum(printed[raid] * factor for raid, factor in doubt.items()))


def test_an_order_on_either_works_hits_both_and_is_counted_once(fly_one_raid, works):
    made = [fly_one_raid(plant, 500.0, 30) for plant in works]
    for one in made:
        assert one.bombs_t.sum(axis=(0, 2, 3)) == pytest.approx(500.0)
        assert (one.share[30][:, works] < 0.999).all(), "both works are hit"
        assert (one.believed[31][:, works] < 1.0).all(), "and both are credited"
        assert np.delete(one.share[30], works, axis=1).min() == 1.0
    np.testing.assert_allclose(made[0].share, made[1].share)


def test_two_works_on_one_site_are_one_target(world, works):
    belief, policy = believed_whole(2, world.system.n_plants), world.choice("portal").policy
    now = type(policy)(*(a[0] for a in policy))
    f, one = jnp.zeros(4), np.ones((4, world.system.n_plants))
    neighbours = np.arange(world.system.n_plants)[None].copy()
    neighbours[0, works] = works[::-1]
    assert np.array_equal(neighbours, world.system.neighbours), "the record says who shares a site"
    forces = Forces(jnp.int32(100), f, f, one, f, f, f, f, neighbours)
    assert eligible(belief, forces, now)[:, :, works].sum(axis=2) == pytest.approx(1.0), "the first on the list"
    out = belief._replace(share=belief.share.at[:, works[0]].set(0.0))
    assert (np.asarray(eligible(out, forces, now))[:, :, works[1]] == 1.0).all(), "the other where the first is out"


def test_nothing_is_sent_twice_to_one_site_on_a_day(world, works, fly):
    sent = fly("portal").bombs_t[:, :, :, works]
    assert sent.sum() > 0 and not (sent > 0).all(axis=3).any()
