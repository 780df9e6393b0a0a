"""The estimates of 1944, as recorded and as the method of the planners has them."""

from __future__ import annotations

import numpy as np

from oilplan.clock import N_MONTHS
from oilplan.intelligence import recorded_estimates, scored, synthetic_in_june


def test_recorded_estimates_are_the_records(world):
    left = {e.month: e.left for e in recorded_estimates(world.record)}
    assert left == {"1944-05": 0.75, "1944-06": 0.6, "1944-09": 0.23, "1944-10": 0.3, "1944-11": 0.3}


def test_synthetic_oil_in_june_is_scored_against_the_survey(world):
    s = synthetic_in_june(world.record)
    assert s["recorded_cut_percent"] == round(100 * (1 - 107 / 316), 1)
    assert s["error_points"] == round(50 - s["recorded_cut_percent"], 1)


def test_reproduced_means_inside_the_belief(world):
    estimates = recorded_estimates(world.record)
    narrow = np.full((9, N_MONTHS), 0.6) + np.linspace(-0.02, 0.02, 9)[:, None]
    rows = {row["month"]: row for row in scored(estimates, narrow, narrow - 0.1)}
    assert rows["1944-06"]["reproduced"] and not rows["1944-09"]["reproduced"]
    assert rows["1944-06"]["error_points"] == 10.0
