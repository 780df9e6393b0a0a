"""The rounds of a day and plants in whole lanes: quick ways of saying what plain ones say."""

from __future__ import annotations

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from oilplan.directives.policy import Order
from oilplan.flight import lanes
from oilplan.flight.campaign import Parts, campaign
from oilplan.flight.fly import _Common
from oilplan.flight.force_facts import every_day_of, never_changing
from oilplan.flight.operations import LEVELS, _raids

from .conftest import everything

D, F, P, ROUNDS = 60, 4, 7, 5
NEIGHBOURS = np.array([[0, 4, 2, 3, 1, 5, 6]])
MANY = np.array([0, 0, 1, 0, 0, 0, 0])


def one_after_another(claim, size_t, needed_t, account_t, fate, most, lift_t, edges):
    """A day of one operation in plain Python: raids [P], account, tons diverted."""
    claim, raids, gone, day, sent = claim.copy(), np.zeros(P, np.float32), np.float32(0), np.float32(0), 0
    for _ in range(ROUNDS):
        k = int(np.argmax(claim))
        if claim[k] <= 0 or account_t < needed_t or sent >= most:
            break
        site, hit = {k, int(NEIGHBOURS[0, k])}, False
        if day + size_t[k] <= lift_t:
            met = sum((fate[k] + 0.5) / LEVELS >= edge for edge in edges)
            hit = met == 3
            if met in (1, 3):
                account_t, day = account_t - size_t[k], day + size_t[k]
            gone += size_t[k] if met == 1 else 0
            sent += met != 2
        raids[k] += hit
        for other in site - ({k} if hit and MANY[k] else set()):
            claim[other] = 0
    return raids, account_t, gone


def test_rounds_are_raids_flown_one_after_another():
    rng = np.random.default_rng(3)
    claim = (rng.integers(0, 4, (D, F, P)) * (rng.random((D, F, P)) < 0.6)).astype(np.float32)
    size_t, fate = (
        rng.integers(50, 400, (D, F, P)).astype(np.float32),
        rng.integers(0, LEVELS, (D, F, P)).astype(np.uint8),
    )
    needed_t, account_t = (rng.integers(*r, (D, F)).astype(np.float32) for r in ((100, 300), (0, 1500)))
    q = SimpleNamespace(
        **{n: np.full(D, v, np.float32) for n, v in (("recalled", 0.2), ("diverted", 0.3), ("other_oil", 0.5))}
    )
    facts = {
        "most_targets": np.array([1, 2, 3, 5], np.float32),
        "lift_t": np.array([500, 700, 900, 1500], np.float32),
        "rounds": ROUNDS,
    }
    forces = SimpleNamespace(neighbours=NEIGHBOURS, group=MANY)
    given = (jnp.asarray(a) for a in (claim, size_t, needed_t, account_t, fate))
    raids, left_t, gone_t = jax.jit(lambda *a: _raids(*a, q, facts, forces))(*given)
    edges = (0.2, 0.35, 0.5)
    for d, f in np.ndindex(D, F):
        limits = facts["most_targets"][f], facts["lift_t"][f], edges
        expected = one_after_another(claim[d, f], size_t[d, f], needed_t[d, f], account_t[d, f], fate[d, f], *limits)
        for made, right in zip((raids, left_t, gone_t), expected, strict=True):
            np.testing.assert_array_equal(made[d, f], right)
    assert raids.max() > 1, "a node of many works has several raids"
    assert (raids.sum(axis=2) > 1).any() and float(gone_t.max()) > 0


def test_plants_that_are_not_there_make_nothing_and_are_out_of_reach(world):
    n, facts = world.system.n_plants, world.pairing.facts
    plain = every_day_of(facts, world.system) | never_changing(facts, world.system)
    wide = lanes.wide_facts(plain)
    more = slice(n, None)
    assert wide["reach"].shape[-1] % lanes.LANES == 0 and wide["reach"].shape[-1] > n
    assert not wide["reach"][..., more].any() and not wide["output_t"][more].any() and not wide["weight"][more].any()
    assert (wide["neighbours"][:, more] == np.arange(n, wide["reach"].shape[-1])).all(), "each on a site of its own"
    for name, value in plain.items():
        if np.shape(value)[-1:] == (n,):
            np.testing.assert_array_equal(wide[name][..., :n], value, err_msg=name)


@pytest.mark.parametrize("standby", [1.0, [1.0] * P, np.ones((1, 1, 1)), np.ones((2, F, P), np.float32)])
def test_a_directive_of_ones_own_may_say_in_any_shape_what_may_be_attacked(standby):
    order = Order(jnp.ones((2, F, P)), jnp.zeros(3), standby)
    seen = SimpleNamespace(_replace=lambda **_: None, _asdict=dict)
    made = lanes.ordered(lambda *_: order, seen, seen, None, None, P)
    assert made.standby.shape == made.bombs_t.shape == (2, F, lanes.whole_lanes(P))
    assert made.standby[..., :P].all() and not made.standby[..., P:].any()


def test_days_before_an_arm_are_flown_on_from_where_another_took_over(world):
    stretches = []

    def fly(choice, first, beyond, before):
        stretches.append((int(first), int(beyond)))
        assert before == int(first), "from the morning on which it stopped"
        return int(beyond)

    common, start = _Common(lambda choice: 0, fly), world.choice("portal")
    for day in (91, 183, 61, 183, 91):
        chosen = start._replace(first_day=np.float32(day))
        assert common.until(chosen, world.pairing, (chosen,)) == day
    other = start._replace(first_day=np.float32(183), camera=start.camera._replace(delay_d=np.float32(1)))
    common.until(other, world.pairing, (other,))
    assert stretches == [(0, 91), (91, 183), (0, 61), (0, 183)], "other intelligence has a past of its own"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["portal", "as_ordered"])
def test_lanes_change_nothing_of_a_campaign(world, fly, name, monkeypatch):
    wide, p = fly(name, 183), world.pairing
    monkeypatch.setattr(lanes, "LANES", 1)
    plain = campaign(world.system, p.facts, Parts(), everything)(
        world.choice(name, 183), p.chance, p.flown, p.parameters, p.key
    )
    for field in wide._fields:
        a, b = getattr(wide, field), np.asarray(getattr(plain, field))
        assert a.shape == b.shape
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5, err_msg=field)
