"""Worst-case sums, the rule on an interval, and the row that flips a verdict."""

from hypothesis import given
from hypothesis import strategies as st

from oilplan.argument.flip import OneRowChanged, flipping_row
from oilplan.argument.half import Fuel, met_share, months_until_low
from oilplan.argument.interval import Interval, figure, judge

tons = st.floats(1.0, 1e6)


def between(low: float, span: float) -> Interval:
    return Interval(low + span / 2, low, low + span)


@given(tons, tons, tons, tons)
def test_a_share_stays_between_its_bounds_and_in_0_to_1(a, da, b, db):
    share = between(a, da).share_of_sum_with(between(b, db))
    assert 0 <= share.low <= share.value <= share.high <= 1


@given(tons, tons, tons, tons)
def test_bounds_of_a_difference_hold_every_pair(a, da, b, db):
    gap = between(a, da) - between(b, db)
    assert gap.low <= a - b <= gap.high and gap.low <= a + da - b - db <= gap.high


def test_a_straddling_interval_is_undetermined():
    over, under = (lambda x: x >= 10), (lambda x: x <= 3)
    assert judge(Interval(12, 11, 14), over, under) == "supported"
    assert judge(Interval(2, 1, 3), over, under) == "contradicted"
    assert judge(Interval(12, 9, 14), over, under) == "undetermined"


def test_a_figure_read_in_its_work_has_no_supposed_error_and_a_recalled_one_has():
    row = {"row_id": "x", "value": 100.0, "confidence": "high", "status": "looked_up"}
    assert figure("estimates", row) == (100.0, 100.0, 100.0)
    assert figure("estimates", row | {"status": "recalled", "confidence": "low"}) == (100.0, 75.0, 125.0)


def test_the_nearest_row_is_named(record):
    def again(tables):
        rows = tables.rows("claims_evidence")
        november, october = (rows[f"1944-{m}_bomber_command_oil_tonnage"]["value"] for m in (11, 10))
        return "supported" if november / october >= 3.5 else "undetermined"

    used = tuple(("claims_evidence", f"1944-{m}_bomber_command_oil_tonnage") for m in (10, 11))
    sentence = flipping_row("supported", used, record, again)
    assert "by 2%" in sentence and "oil_tonnage" in sentence and "undetermined" in sentence


def test_one_row_changed_leaves_the_others(record):
    key = "1944-11_bomber_command_oil_tonnage"
    moved = OneRowChanged(record, "claims_evidence", key, 0.5).rows("claims_evidence")
    before = record.rows("claims_evidence")
    assert moved[key]["value"] == before[key]["value"] / 2
    assert all(moved[k] == before[k] for k in before if k != key)


@given(st.floats(1e4, 3e5), st.floats(1e4, 3e5), st.floats(0, 1e6), st.floats(0, 1), st.floats(0, 1))
def test_more_held_out_never_meets_more_need(output, need, stock, out, more):
    fuel, further = Fuel(output, need, stock), min(1.0, out + more)
    assert met_share(fuel, further, 6) <= met_share(fuel, out, 6)
    assert months_until_low(fuel, further) <= months_until_low(fuel, out)


def test_the_stock_lasts_by_hand():
    fuel = Fuel(output=100.0, need=100.0, stock=400.0)
    assert months_until_low(fuel, 0.5) == 6.0
    assert met_share(fuel, 0.5, 10) == 0.9
