"""Nitrogen and methanol of Leuna and Oppau: the record's figures, and a model that can miss them."""

from __future__ import annotations

import numpy as np
import pytest

from oilplan.model.joint import WORKS, as_json, joint_months, joint_parts, joint_percent
from oilplan.model.rail import REICH


def months(record, system, level):
    share = np.ones((50, system.window.n_months, system.n_plants))
    for name in WORKS:
        share[:, 1:, system.position(name)] = level
    percent = joint_percent(joint_parts(record, 50, 1), system, share, as_recorded(system, 50))
    return as_json(joint_months(record, system.window, percent))


def as_recorded(system, draws):
    """[D, M] all cars of the record reach delivery."""
    by_day, month = np.exp(system.rail.recorded_log[:, REICH]), system.window.month_of_day
    return np.tile([by_day[month == m].mean() for m in range(system.window.n_months)], (draws, 1))


def test_the_record_says_what_was_left_of_nitrogen_and_methanol(record, system):
    made = months(record, system, 0.0)
    december = next(m for m in made["nitrogen"] if m["month"] == "1944-12")
    assert sorted(december["recorded_t"].values()) == [19000.0, 20000.0]
    assert sorted(december["recorded"].values()) == [pytest.approx(23.8, abs=0.1), pytest.approx(26.7, abs=0.1)]
    august = next(m for m in made["methanol"] if m["month"] == "1944-08")
    assert list(august["recorded"].values()) == [25.0]


def test_two_works_standing_still_take_half_to_sixty_percent_of_nitrogen_and_forty_of_methanol(record, system):
    rail = np.exp(system.rail.recorded_log[:, 0])[system.window.month_of_day == 2].mean()
    still, whole = months(record, system, 0.0), months(record, system, 1.0)
    for product, least, most in (("nitrogen", 0.5, 0.6), ("methanol", 0.4, 0.4)):
        stopped, full = still[product][2], whole[product][2]
        assert full["median"] == pytest.approx(100 * rail, abs=2.0)
        gone = 1 - stopped["median"] / full["median"]
        assert least - 1e-3 <= gone <= most + 1e-3
        assert still[product][0]["median"] == 100.0, "April is the month that all are set against"


def test_a_record_without_the_figures_shows_nothing(record, system):
    class Without:
        def rows(self, name):
            return {k: r for k, r in record.rows(name).items() if "nitrogen" not in r.get("quantity", "")}

    made = months(Without(), system, 0.5)
    assert "nitrogen" not in made


def test_the_tons_before_the_raids_are_between_what_two_works_print(record):
    parts = joint_parts(record, 200, 1)
    assert 75_000 <= parts.nitrogen_t.min() < 76_000
    assert 79_000 < parts.nitrogen_t.max() <= 80_000


def test_railways_that_carry_half_halve_what_both_works_and_all_others_make(record, system):
    share = np.ones((5, system.window.n_months, system.n_plants))
    cars = np.ones((5, system.window.n_months))
    cars[:, 4] = 0.5
    made = joint_percent(joint_parts(record, 5, 1), system, share, cars)
    for product in ("nitrogen", "methanol"):
        np.testing.assert_allclose(made[product][:, 4], 50.0)
        np.testing.assert_allclose(made[product][:, 5], 100.0)
