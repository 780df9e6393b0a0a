"""Points of an office: shares of claims, none for more than was due, none for a death; the aim counts twice."""

from types import SimpleNamespace

import numpy as np
import pytest

from oilplan.studies.outcomes import AIR, ARMY, CLAIMS, RAILWAYS, TOWNS, Undone, kept, met, points

M = 4


def run(aviation, motor):
    return SimpleNamespace(aviation_t=np.full((1, M), aviation), motor_t=np.full((1, M), motor))


def left(railways, towns, due=100.0):
    return {c: Undone(np.full((1, M), due), np.full((1, M), t)) for c, t in ((RAILWAYS, railways), (TOWNS, towns))}


def test_history_meets_what_was_due_and_denies_nothing_more():
    shares = met(run(10.0, 20.0), run(10.0, 20.0), left(0.0, 0.0), 1)
    assert {c: float(v[0]) for c, v in shares.items()} == {AIR: 0.0, ARMY: 0.0, RAILWAYS: 1.0, TOWNS: 1.0}
    assert points(shares, AIR)[0] == pytest.approx(40.0) and points(shares, TOWNS)[0] == pytest.approx(60.0)


def test_more_than_was_due_earns_nothing_on_cities_least_of_all():
    due = met(run(5.0, 20.0), run(10.0, 20.0), left(0.0, 0.0), 1)
    more = met(run(5.0, 20.0), run(10.0, 20.0), left(-80.0, -900.0), 1)
    assert all(np.array_equal(due[c], more[c]) for c in CLAIMS)


def test_each_claim_is_a_share_between_none_and_all():
    wild = met(run(1e9, 0.0), run(10.0, 20.0), left(1e9, 50.0), 1)
    assert [round(float(wild[c][0]), 6) for c in (AIR, ARMY, RAILWAYS, TOWNS)] == [0.0, 1.0, 0.0, 0.5]
    assert all(0.0 <= float(points(wild, aim)[0]) <= 100.0 for aim in (*CLAIMS, ""))


def test_only_months_from_the_first_that_is_played_count():
    late = run(10.0, 20.0)
    late.aviation_t[0, 0] = 0.0
    assert met(late, run(10.0, 20.0), left(0.0, 0.0), 1)[AIR][0] == 0.0


def test_repairers_are_held_to_fuel_kept_of_both_kinds_alike():
    shares = kept(run(5.0, 20.0), run(10.0, 20.0), 1)
    assert float(shares[AIR][0]) == pytest.approx(0.5) and float(shares[ARMY][0]) == pytest.approx(1.0)
    assert points(shares, "")[0] == pytest.approx(75.0)


def test_no_claim_is_of_lives():
    assert not any(
        word in words for words in CLAIMS.values() for word in ("dead", "death", "killed", "lives", "crew", "people")
    )
