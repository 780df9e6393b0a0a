"""Scores against what they are by definition."""

import numpy as np
import pytest

from oilplan.calibration.hindcast import ROUNDING_T, inside
from oilplan.calibration.posterior import crps


def test_crps_is_the_definition_over_all_pairs():
    draws = np.random.default_rng(3).normal(10.0, 4.0, 37)
    pairs = np.abs(draws[:, None] - draws[None, :]).mean()
    assert crps(draws, 12.5) == pytest.approx(np.abs(draws - 12.5).mean() - pairs / 2, rel=1e-12)


def test_crps_of_one_draw_is_the_absolute_error():
    assert crps(np.array([7.0]), 10.0) == 3.0


def test_crps_of_a_normal_matches_its_closed_form():
    draws = np.random.default_rng(4).normal(0.0, 1.0, 200_000)
    expected = 2 / np.sqrt(2 * np.pi) - 1 / np.sqrt(np.pi)
    assert crps(draws, 0.0) == pytest.approx(expected, abs=0.004)


def test_a_sharp_wrong_forecast_scores_worse_than_a_wide_one():
    assert crps(np.full(50, 100.0), 0.0) > crps(np.linspace(-100, 100, 50), 0.0)


def test_inside_is_to_the_printed_thousand_and_no_more():
    assert inside(400.0, 900.0, 0.0, 0.0) and inside(1.0, 2.0, 2.0 + ROUNDING_T, 9e9)
    assert not inside(600.0, 900.0, 0.0, 0.0) and not inside(1.0, 2.0, 2.5 + ROUNDING_T, 9e9)
    assert inside(5000.0, 6000.0, 1000.0, 9000.0) and not inside(5000.0, 6000.0, 1000.0, 4000.0)
