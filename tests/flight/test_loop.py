"""The one loop: its twin, its blindness, its accounts."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from oilplan.calibration.model import pair
from oilplan.clock import N_DAYS
from oilplan.directives.forces import FORCE_OF
from oilplan.directives.plan import BUILT_IN, Budget, Bursts, Phase, Plan
from oilplan.flight.campaign import Parts, stretch
from oilplan.flight.fly import fly_schedule
from oilplan.flight.schedule import counted_once, operation_of, slots_of_draws
from oilplan.model.oil import OVERRUN, overrun_days
from oilplan.studies.arms import Arm, choice

from .conftest import DRAWS, SEED, everything

PATTERNS = ("as_ordered", "concentrated_bursts", "spread_thin")
"""History's orders, in three ways of carrying them out."""
PLANNED = [name for name in BUILT_IN if name not in (*PATTERNS, "as_flown", "tedder")]


def test_as_flown_equals_the_closed_form_in_every_draw(world, fly):
    made = fly("as_flown").share
    drawn = world.drawn
    layout = slots_of_draws(drawn.day, world.flown.plant, world.system.n_plants, N_DAYS)
    standing = np.arange(N_DAYS)[:, None] < world.system.overrun_day
    for d in range(DRAWS):
        p, one = (jax.tree.map(lambda a, d=d: a[d], tree) for tree in (drawn.parameters, layout))
        made_once = fly_schedule(drawn.raid_z[d], p, one, world.flown._replace(day=drawn.day[d]), world.system)
        np.testing.assert_allclose(made[:, d] * standing, np.asarray(made_once) * standing, atol=2e-3)


@pytest.mark.parametrize("name", ["portal", "harris", "even_split"])
def test_nothing_flown_after_a_day_is_foreseen_on_it(world, fly, name):
    last = 150
    later = world.pairing.raid_day.min(axis=0) > last
    assert later.sum() > 100
    changed = world.flown._replace(visual=np.where(later, 0.0, world.flown.visual))
    changed = changed._replace(bombs_t=np.where(later, 3.0 * changed.bombs_t, changed.bombs_t))
    changed = changed.where(~later | (np.arange(later.size) % 2 == 0))
    other = pair(world.record, world.system, changed, draws=DRAWS, seed=SEED)
    here, there = fly(name), fly(name, pairing=other)
    for field in ("believed", "national", "bombs_t"):
        np.testing.assert_array_equal(
            getattr(here, field)[: last + 1], getattr(there, field)[: last + 1], err_msg=field
        )
    assert not np.array_equal(here.bombs_t[last + 1 :], there.bombs_t[last + 1 :])


@pytest.mark.parametrize("name", PLANNED)
def test_raids_never_exceed_a_forces_tons_reach_or_days(world, fly, name):
    """Whole raids are flown from tons saved up, so what a month and a raid allow bounds them, not the day's pace."""
    made, facts = fly(name), world.pairing.facts
    planned = np.asarray(world.choice(name).policy.as_ordered[0])[FORCE_OF] == 0
    flown = made.bombs_t[:, :, planned]
    assert flown.sum() > 0
    so_far = flown.sum(axis=3).cumsum(axis=0) - made.tons_t[:, :, planned].cumsum(axis=0)
    small = world.pairing.facts.raids.nuisance_t[planned] * N_DAYS
    assert (so_far <= facts.raids.largest_t[planned] + small).all(), "an account is overdrawn by no more than a raid"
    assert not (flown * (made.reach[:, None, planned] == 0)).any()
    assert not (flown.sum(axis=3) * (made.tons_t[:, :, planned] == 0)).any()


def test_what_was_flown_before_the_offensive_is_not_ordered_again(world, fly):
    """The Eighth opened on 12 May 1944; until then history's orders are the raids as flown, and after it they are not."""
    made, opened = fly("as_ordered").bombs_t, world.system.window.day_of("1944-05-12")
    np.testing.assert_array_equal(made[:opened], np.broadcast_to(world.flown_t[:opened, None], made[:opened].shape))
    assert not np.array_equal(made[opened], np.broadcast_to(world.flown_t[opened], made[opened].shape))


def test_no_months_tons_are_exceeded(world):
    tons = np.asarray(world.pairing.chance.tons_t)
    facts = world.pairing.facts
    by_month = np.stack([tons[facts.month == m].sum(axis=0) for m in range(facts.month.max() + 1)])
    assert (by_month <= facts.month_t[:, None] * (1 + 1e-5)).all()
    assert (by_month.mean(axis=1)[5:12] > 0.6 * facts.month_t[5:12]).all(), "a month's tons are mostly flown"


def test_overrun_plants_are_not_attacked(world, fly):
    """Those that armies have; of one that its owners gave up the other side does not know."""
    system, days = world.system, np.arange(N_DAYS)[:, None]
    lost_on = overrun_days(world.record, system.plant_ids, system.window, (OVERRUN,))
    for name in ("portal", "as_ordered"):
        made = fly(name).bombs_t.sum(axis=(1, 2))
        assert (days >= lost_on).any() and not made[days >= lost_on].any()
        assert made[(days >= system.overrun_day) & (days < lost_on)].any()


def test_tons_as_flown_are_the_schedules(world, fly):
    made = fly("as_flown").bombs_t[:, 0]
    expected = np.zeros_like(made)
    flown = world.flown
    np.add.at(
        expected,
        (flown.day, operation_of(flown), flown.plant),
        flown.bombs_t * flown.factor * counted_once(flown, world.system),
    )
    np.testing.assert_allclose(made, expected, rtol=1e-5)


def test_until_the_first_day_all_fly_as_flown(fly):
    first_day = 200
    flown, portal = fly("as_flown"), fly("portal", first_day)
    np.testing.assert_array_equal(flown.share[:first_day], portal.share[:first_day])
    assert not np.array_equal(flown.share[first_day:], portal.share[first_day:])


@pytest.mark.parametrize("how", [{"bursts": Bursts(days=4, every_days=14)}, {"raid_t": 0}], ids=["bursts", "small"])
def test_no_budget_is_overspent_by_more_than_a_raid(world, fly, how):
    phase = Phase(budget=Budget(even=True), out_below=-1.0, rest_d=0, most_t=5000, **how)
    plan = Plan(name="budgeted", about="", phases=(phase,))
    chosen = choice(Arm("budgeted", plan), world.record, world.system, world.flown_t, 0)
    flown = fly("budgeted", chosen=chosen).bombs_t.sum(axis=(0, 3))
    assert (flown <= chosen.policy.budget_t[0] + world.pairing.facts.raids.largest_t).all()
    assert (flown > 0.3 * np.asarray(chosen.policy.budget_t[0])).mean() > 0.9


def test_patterns_of_history_differ_in_concentration_alone(world, fly):
    """The same tons a month on the same works; on few days, or in small raids."""
    usual, bursts, thin = (fly(name).bombs_t for name in PATTERNS)
    ordered = np.arange(N_DAYS) >= world.system.window.day_of("1944-05-12")
    assert not bursts[ordered & (np.arange(N_DAYS) % 14 >= 4)].any()
    assert (thin > 0).sum() > 1.5 * (usual > 0).sum() > 1.5 * (bursts > 0).sum()
    for other in (bursts, thin):
        tons, of_plant = other.sum() / usual.sum(), other.sum(axis=(0, 1, 2)) - usual.sum(axis=(0, 1, 2))
        assert 0.7 < tons < 1.1, "of the same orders"
        assert np.abs(of_plant).sum() < 0.4 * usual.sum()


def test_half_and_stop_rests_while_half_is_out(fly):
    made = fly("half_and_stop")
    per_day = made.bombs_t.sum(axis=(2, 3))
    assert not per_day[made.national <= 0.5].any()
    assert (per_day[made.national > 0.5] > 0).any(axis=0).all() and (made.national <= 0.5).any(axis=0).all()


def test_a_second_directive_compiles_nothing(world, loop, fly):
    fly("portal")
    before = loop._cache_size()
    fly("harris", 120)
    fly("portal:perfect:repairers=optimal", 30)
    assert loop._cache_size() == before


@pytest.fixture(scope="module")
def stretches(world):
    return [jax.jit(part) for part in stretch(world.system, world.pairing.facts, Parts(), everything)]


@pytest.mark.parametrize("name", ["portal", "harris", "as_flown"])
def test_a_campaign_in_two_stretches_is_the_campaign(world, fly, stretches, name):
    begin, advance = stretches
    chosen, p = world.choice(name, 183), world.pairing
    given = (chosen, p.chance, p.flown, p.parameters, p.key)
    before = advance(*given, 0, 183, begin(*given))
    assert not np.asarray(before.kept.share[183:]).any(), "days to come are not flown yet"
    made, whole = advance(*given, 183, N_DAYS, before).kept, fly(name, chosen=chosen)
    for field in whole._fields:
        np.testing.assert_allclose(getattr(made, field), getattr(whole, field), rtol=1e-4, atol=1e-4, err_msg=field)
