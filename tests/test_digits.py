"""Printed numbers have the digits that their interval bears, and no more."""

import pytest

from oilplan.digits import rounded, spread
from oilplan.report.compare_page import cell, difference
from oilplan.report.run_page import rows_of

FEW_BORNE = {"median": 669.76, "p05": 387.36, "p95": 1049.0}


@pytest.mark.parametrize(
    ("value", "low", "high", "said"),
    [
        (202_043, 167_546, 234_908, ("202,000", "168,000 to 235,000")),
        (544.75, 300, 800, ("540", "300 to 800")),
        (0.012, 0.003, 0.014, ("0.0120", "0.0030 to 0.0140")),
        (38, 11, 62, ("38", "11 to 62")),
        (0, 0, 0, ("0", "")),
        (7.0, None, None, ("7", "")),
    ],
)
def test_an_interval_says_how_many_digits_mean_something(value, low, high, said):
    assert spread(value, low, high) == said


def test_signs_stay_and_a_sentence_without_intervals_is_as_it_was():
    assert rounded("+52,621 (+13,521 to +90,965) t") == "+53,000 (+14,000 to +91,000) t"
    assert rounded("-39,645 (-64,888 to -20,093)") == "-40,000 (-65,000 to -20,000)"
    assert rounded("0 (0 to 0)") == "0" and rounded("8,137 fell in 1944") == "8,137 fell in 1944"


def test_a_comparison_prints_what_its_bands_bear():
    assert cell(FEW_BORNE, "bombs_per_1000_t_denied") == "670 (390 to 1,050)"
    arm = {"name": "portal", "difference": {"bombs_per_1000_t_denied": {"median": 378.79, "p05": 57.43, "p95": 690.82}}}
    assert difference(arm, "bombs_per_1000_t_denied", "as_ordered") == "+380 (+60 to +690)"


def test_a_replay_prints_what_its_band_bears():
    month = {
        **{"series": "oil", "month": "1944-05", "weak": False, "status": "verified", "inside": True},
        **{"recorded_t": 156_000, "recorded_low_t": 156_000, "recorded_high_t": 156_000},
        **{"median_t": 156_465, "p05_t": 144_035, "p95_t": 168_187},
    }
    (row,) = rows_of({"months": [month]}, "oil")
    assert row[1:] == ("156,000", "verified", "156,000", "144,000 - 168,000", "yes")
