"""The recorded months: one interval a month, how it is known, nothing filled in."""

from collections import Counter

import pytest

from oilplan.record import load_record
from oilplan.studies.replay import SERIES, SYNTHETIC, recorded_months, status_of


@pytest.fixture(scope="module")
def months():
    return recorded_months(load_record())


def of(months, series, month):
    return next(m for m in months if (m.series, m.month) == (series, month))


def test_each_month_of_a_series_stands_once(months):
    assert set(Counter((m.series, m.month) for m in months).values()) == {1}
    assert {m.series for m in months} == set(SERIES)


def test_conflicting_sources_make_an_interval_that_holds_every_figure(months):
    record = load_record()
    rows = record.rows("output") | record.rows("output")
    for m in months:
        figures = [rows[key]["value"] for key in m.row_ids]
        assert m.low_t <= min(figures) and max(figures) <= m.high_t
        assert m.value_t in figures


def test_november_1944_reaches_from_39000_to_49000_t(months):
    november = of(months, "aviation_gasoline", "1944-11")
    assert (november.low_t, november.high_t) == (39000, 49000) and november.is_weak


def test_the_wider_definition_of_synthetic_plants_is_kept_apart(months):
    april = of(months, SYNTHETIC, "1944-04")
    assert april.low_t == april.high_t == 316000
    assert not any("alt" in key for m in months if m.series == SYNTHETIC for key in m.row_ids)


def test_a_month_without_a_row_is_left_out(months):
    assert ("1944-05", SYNTHETIC) not in {(m.month, m.series) for m in months}


@pytest.mark.parametrize(
    ("statuses", "says"),
    [
        (["looked_up", "documented"], "verified"),
        (["recalled", "recalled"], "recalled"),
        (["looked_up", "recalled"], "mixed"),
        (["mixed"], "mixed"),
        (["digitised"], "mixed"),
    ],
)
def test_status_is_that_of_all_rows_together(statuses, says):
    assert status_of([{"status": s} for s in statuses]) == says
