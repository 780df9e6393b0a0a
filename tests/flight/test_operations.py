"""One machine flies every arm: whole raids, paired luck, no free lunch, and a base that is history's orders."""

from __future__ import annotations

from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from oilplan.calibration.model import pair
from oilplan.clock import N_DAYS
from oilplan.directives.forces import Forces
from oilplan.directives.plan import BySighting, ForPhase, Phase, Plan
from oilplan.directives.policy import history_order
from oilplan.flight.arm_run import runner
from oilplan.flight.campaign import OnRailways, Parts, campaign
from oilplan.flight.recorded_operations import STRONG_T
from oilplan.intelligence import believed_whole
from oilplan.studies.arms import Arm, choice
from oilplan.studies.compare import NO_FAIR_BASE, compare
from oilplan.studies.outcomes import beyond_record, effort_of

from .conftest import DRAWS as FEW

DRAWS, FIRST_DAY = 40, 183
TOLERANCE = 0.01
"""Of what is made: by so much may the mean of forty paired draws favour fewer tons, by the days on which raids then fall."""


@pytest.fixture(scope="module")
def many(world):
    from oilplan.calibration.posterior import load_posterior

    pairing = pair(
        world.record,
        world.system,
        world.flown,
        draws=DRAWS,
        seed=5,
        posterior=load_posterior(world.system, world.flown),
    )
    run = runner(world.system, pairing)

    def fly(plan: Plan):
        chosen = choice(Arm(plan.name, plan), world.record, world.system, np.asarray(pairing.flown.bombs_t), FIRST_DAY)
        return run(chosen, pairing.flown)

    return fly


def share_of(base: Phase, share: float, name: str = "some") -> Plan:
    return Plan(
        name=name,
        about="",
        phases=(base.model_copy(update={"oil_share": BySighting(visual=share, instruments=share)}),),
    )


@pytest.mark.parametrize(
    "base",
    [Phase(fly="as_ordered"), Phase(targets=("eleven", "all")), Phase(raid_t=0.0, out_below=-1.0)],
    ids=["history", "a list", "all in turn"],
)
def test_fewer_tons_under_the_same_rules_never_deny_more(many, base):
    made, tons = [], []
    for share in (0.0, 0.25, 0.5, 1.0):
        run = many(share_of(base, share))
        made.append(run.products_t[:, 6:12, 0].sum(axis=1).mean())
        tons.append(run.bombs_t[:, 6:12].sum(axis=(1, 2)).mean())
    assert tons == sorted(tons) and tons[0] == 0.0
    for fewer, more in pairwise(made):
        assert more <= fewer * (1 + TOLERANCE), (made, tons)
    assert made[-1] < 0.9 * made[0]


def test_an_arm_that_orders_what_history_ordered_is_history(many):
    one = many(Plan(name="one", about="", phases=(Phase(fly="as_ordered"),)))
    two = many(
        Plan(
            name="two",
            about="",
            phases=(
                Phase(
                    force={
                        "eighth_af": ForPhase(fly="as_ordered"),
                        "fifteenth_af": ForPhase(fly="as_recorded"),
                        "bomber_command": ForPhase(fly="as_ordered"),
                    }
                ),
            ),
        )
    )
    np.testing.assert_array_equal(one.products_t, two.products_t)
    np.testing.assert_array_equal(one.bombs_t, two.bombs_t)


def test_no_raid_is_smaller_or_larger_than_a_force_flew(world, fly):
    raids = world.pairing.facts.raids
    for size in (30.0, 9000.0):
        plan = Plan(name="size", about="", phases=(Phase(raid_t=size, out_below=-1.0, rest_d=0.0),))
        chosen = choice(Arm("size", plan), world.record, world.system, world.flown_t, FIRST_DAY)
        made = fly("size", chosen=chosen)
        tons, number = made.bombs_t[FIRST_DAY:], made.raids[FIRST_DAY:]
        each = np.divide(tons, number, out=np.zeros_like(tons), where=number > 0)
        flown = number > 0
        assert flown.sum() > 100
        assert (each >= raids.smallest_t[:, None] * 0.999)[flown].all() and (each <= raids.largest_t[:, None] * 1.001)[
            flown
        ].all()
        assert (tons[~flown] < STRONG_T.max()).all(), "what is no raid in strength is a nuisance raid"
        assert any("asked for" in reason for reason in beyond_record(_effort(tons, number), plan, raids))


def _effort(tons, number):
    from oilplan.studies.outcomes import Effort

    return Effort(tons.sum(axis=3).max(axis=0), number.sum(axis=3).max(axis=0), tons.sum(axis=(0, 3)) / 7)


def test_thirty_tons_every_fifth_day_are_saved_up_for_whole_raids(world):
    from oilplan.directives.policy import Order

    plants = list(range(14))

    def drips(belief, forces, policy, key):
        shape = (forces.tons_t.shape[0], 4, world.system.n_plants)
        due = ((forces.day >= FIRST_DAY) & (forces.day % 5 == 0)) * (forces.tons_t[:, :1, None] > 0)
        return Order(
            jnp.zeros(shape).at[:, 0, np.array(plants)].set(1.0) * 30.0 * due * forces.reach[None], jnp.zeros(3)
        )

    p = world.pairing
    fly = campaign(world.system, p.facts, Parts(directive=drips), lambda day: (day.bombs_t, day.raids))
    tons, number = (
        np.asarray(a)[FIRST_DAY:, :, 0]
        for a in fly(world.choice("portal", FIRST_DAY), p.chance, p.flown, p.parameters, p.key)
    )
    assert (number > 0).any(), "whole raids are flown"
    assert (tons[number > 0] >= p.facts.raids.smallest_t[0] * 0.999).all(), "and none of thirty tons"


def test_an_arm_within_the_record_is_not_marked_and_a_great_one_is(world, many):
    raids = world.pairing.facts.raids
    base = Plan(name="base", about="", phases=(Phase(fly="as_ordered"),))
    assert beyond_record(effort_of(many(base)), base, raids) == []
    portal = Plan(name="great", about="", phases=(Phase(targets=("all",)),))
    assert any("in a month" in reason for reason in beyond_record(effort_of(many(portal)), portal, raids))


def test_orders_rest_on_the_forecast_and_damage_on_the_weather_met(world, fly):
    p = world.pairing
    wrong = p.chance._replace(foretold=1.0 - p.chance.visual)
    made = fly("harris", FIRST_DAY, pairing=p._replace(chance=wrong))
    np.testing.assert_array_equal(made.visual, np.asarray(wrong.foretold))
    assert not np.array_equal(made.bombs_t, fly("harris", FIRST_DAY).bombs_t)


def test_the_operations_of_a_draw_do_not_hang_on_how_many_there_are(world):
    few = pair(world.record, world.system, world.flown, draws=2, seed=11)
    for name in ("noise", "foretold"):
        here, there = getattr(world.pairing.chance, name), getattr(few.chance, name)
        jax.tree.map(lambda a, b: np.testing.assert_array_equal(np.asarray(a)[:, :2], np.asarray(b)), here, there)
    jax.tree.map(
        lambda a, b: np.testing.assert_array_equal(np.asarray(a)[:2], np.asarray(b)),
        world.pairing.chance.operations,
        few.chance.operations,
    )


def test_a_replay_as_base_says_why_it_is_not_a_fair_one(world):
    made = compare(world.record, ["as_flown", "tedder"], base="as_flown", draws=FEW, seed=3)
    assert made.summary["base_is_a_replay"] == NO_FAIR_BASE
    assert compare(world.record, ["tedder"], draws=FEW, seed=3).summary["base"] == "as_ordered"


def test_before_the_first_day_no_account_is_opened(fly):
    waiting = fly("portal", FIRST_DAY).waiting_t
    assert not waiting[: FIRST_DAY + 1].any() and waiting[FIRST_DAY + 1 :].any() and len(waiting) == N_DAYS


@pytest.mark.slow
def test_tons_taken_from_railways_reach_the_repair(world):
    """The same raids, beside railways that lose tons to oil, or gain them: more cars, and works that are repaired sooner."""
    p = world.pairing
    fly = campaign(world.system, p.facts, Parts(), lambda day: (day.share, day.held, day.strain, day.bombs_t))
    chosen = world.choice("as_ordered", FIRST_DAY)
    months, draws = world.system.window.n_months, p.parameters.rail_recovery_d.shape[0]
    share = np.zeros((months, 4), np.float32)

    def made(freed_t: float):
        rail = OnRailways(share, np.full((draws, months), freed_t, np.float32))
        return [np.asarray(a) for a in fly(chosen._replace(railways=rail), p.chance, p.flown, p.parameters, p.key)]

    as_placed, fewer, more = (made(t) for t in (0.0, 300.0, -300.0))
    np.testing.assert_array_equal(as_placed[0], as_placed[1])
    assert not as_placed[2].any() and not fewer[2][: FIRST_DAY + 1].any()
    assert (fewer[2][-1] > 0).all() and (more[2][-1] < 0).all()
    standing = world.system.standing[:, None]
    late = slice(FIRST_DAY + 60, None)
    fuel = [(a[0] * standing)[late].sum() for a in (fewer, as_placed, more)]
    assert fuel == sorted(fuel) and fuel[0] < 0.99 * fuel[1] < 0.99 * fuel[2]


def test_an_arm_that_takes_from_railways_is_told_what_hangs_on_them(world):
    made = compare(world.record, ["portal", "portal_bomber_command", "tedder"], draws=FEW, seed=3)
    through = {name: v["aviation_gasoline_denied_through_rail"] for name, v in made.values.items()}
    assert (through["portal"] < 0).all() and (through["tedder"] > 0).all() and not through["as_ordered"].any()


def _three_works(class_of, in_kind, ordered_t) -> Forces:
    """One operation, three works; tons are owed to the first class alone."""
    return Forces(
        day=jnp.int32(200),
        tons_t=jnp.ones((1, 1)) * 900.0,
        visual=jnp.ones((1, 1)),
        reach=jnp.ones((1, 3)),
        mix=jnp.ones((1, 5)),
        month_t=jnp.ones(1),
        usual=jnp.ones(1),
        dropped_t=jnp.zeros((1, 1)),
        neighbours=np.arange(3)[None],
        usual_raid_t=jnp.full(1, 300.0),
        most_day_t=jnp.full(1, 1e4),
        later_d=jnp.zeros(1),
        ordered_t=jnp.array([ordered_t]),
        flown_t=jnp.zeros((1, 1, len(ordered_t))),
        waiting_t=jnp.zeros((1, 1)),
        class_of=np.array(class_of),
        in_kind=np.array(in_kind, np.float32),
        worth=np.array([0.9, 0.5, 0.9], np.float32),
        group=np.zeros(3),
    )


def test_history_turns_to_works_of_the_kind_that_are_believed_to_work():
    """Tons are owed to one works, which is believed out: they go to the other of its kind, and none to another kind."""
    forces = _three_works([0, 1, 2], [[1, 0], [1, 0], [0, 1]], [900.0, 0.0, 0.0])
    usual, going = -jnp.ones(1), jnp.float32(1.0)
    for believed, wanted in ((1.0, 0), (0.05, 1)):
        belief = believed_whole(1, 3)._replace(share=jnp.array([[believed, 0.8, 1.0]]))
        tons, claim = history_order(belief, forces, jnp.ones(1), usual, going, jnp.float32(1.0))
        assert float(tons.sum()) == pytest.approx(900.0)
        assert int(claim[0, 0].argmax()) == wanted and float(claim[0, 0, 2]) == 0.0


def test_within_a_class_the_works_that_is_believed_to_make_more_comes_first():
    """Two works of one class, the larger believed all but out: its turn is the second; believed whole, the first."""
    forces = _three_works([0, 0, 1], [[1, 0], [0, 1]], [900.0, 0.0])
    for believed, first in ((0.15, 1), (1.0, 0)):
        belief = believed_whole(1, 3)._replace(share=jnp.array([[believed, 0.8, 1.0]]))
        _, claim = history_order(belief, forces, jnp.ones(1), -jnp.ones(1), jnp.float32(1.0), jnp.float32(1.0))
        assert int(claim[0, 0].argmax()) == first and float(claim[0, 0, 2]) == 0.0
