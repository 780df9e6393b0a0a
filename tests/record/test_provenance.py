"""One table says what error a provenance carries, and the fit and the sensitivity study read it."""

import pytest

from oilplan.calibration import bindings
from oilplan.record import provenance
from oilplan.record.provenance import figure_sd, origin_of, relative_error
from oilplan.studies import sensitivity_model


def row(**cells):
    return {"status": "looked_up", "confidence": "high", "source_keys": "a", "quantity": "benzol"} | cells


def test_a_figure_is_the_surer_the_better_it_is_known():
    order = [
        relative_error("looked_up", "high"),
        relative_error("digitised", "high"),
        relative_error("recalled", "medium"),
        relative_error("recalled", "low"),
    ]
    assert order == [0.04, 0.07, 0.10, 0.15]


@pytest.mark.parametrize("status", ["derived", "missing"])
def test_a_row_that_is_no_independent_figure_has_no_error(status):
    assert relative_error(status, "high") is None
    assert figure_sd(100.0, row(status=status)) is None


def test_every_status_and_confidence_has_an_answer(embedded):
    for table in embedded.tables:
        for cells in embedded.rows(table).values():
            error = provenance.error_of(cells)
            assert (error is None) == (cells["status"] in ("derived", "missing"))
            assert error is None or 0.0 < error <= 0.15


def test_printed_bounds_and_a_floor_widen_a_figure():
    plain = figure_sd(100.0, row())
    assert plain == pytest.approx(4.0)
    assert figure_sd(100.0, row(low=90.0, high=110.0)) == pytest.approx((16 + (10 / 1.645) ** 2) ** 0.5)
    assert figure_sd(100.0, row(), floor=3.0) == pytest.approx(5.0)
    assert figure_sd(100.0, row(low=120.0)) == pytest.approx(plain), "a bound on the wrong side is none"


def test_rows_of_one_work_and_quantity_err_together():
    january, february = row(period="1945-01", source_keys="b;a"), row(period="1945-02", source_keys="a;b")
    assert origin_of(january) == origin_of(february)
    assert origin_of(january) != origin_of(row(quantity="diesel", source_keys="a;b"))
    assert origin_of(january) != origin_of(row())


def test_the_fit_and_the_sensitivity_study_ask_the_same_table():
    assert bindings.relative_error is relative_error
    assert sensitivity_model.relative_error is relative_error
