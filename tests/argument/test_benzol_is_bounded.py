"""C02, C03, C05 and C09: the first raid as an interval, an estimate that is no list, an assumption that is no measure."""

import pytest

LINZ = "benzol_linz_1944-10-16_15af"
ESTIMATE = ("estimates", "1944-09_germany_major_benzol_plants_output", "value")


def test_c02_bounds_the_first_raid_and_marks_the_doubtful_row(verdict_on):
    v = verdict_on("C02")
    assert (v.low, v.value, v.high) == (157, 181, 202)
    assert "Linz" in v.answer and "doubtful" in v.answer
    assert [part.weak for part in v.parts] == [True, False, False]
    assert ("raids", LINZ) in v.recalled_rows and len(v.record_rows) == 5


def test_c02_follows_tabulation_and_history(verdict_on):
    without = verdict_on("C02", without=[("raids", LINZ)])
    assert without.low == 174 and "Linz" not in without.answer
    later = [("raid_losses", f"1944-11-30_bomber_command_{p}") for p in ("osterfeld", "bottrop-welheim_benzol")]
    assert verdict_on("C02", without=later).high == 213


@pytest.mark.parametrize("tons", [1000.0, 10000.0, 35000.0])
def test_an_estimate_for_some_plants_neither_misses_plants_nor_refutes_the_list(verdict_on, tons):
    missed, located = (verdict_on(c, values={ESTIMATE: tons}) for c in ("C03", "C09"))
    assert missed.verdict == located.verdict == "undetermined"
    assert "was missed" not in missed.answer and "no plant missed" in missed.answer
    assert "list itself is not in the record" in located.answer


def test_c05_gives_a_range_and_calls_it_an_assumption(verdict_on):
    v = verdict_on("C05")
    assert v.value is None and v.low == pytest.approx(11.96, abs=0.01) and v.high == pytest.approx(74.77, abs=0.01)
    assert "12 to 75 percent" in v.answer and "assumption" in v.answer
    assert ("substitutes", "producer_gas_fuel_equivalent") in v.recalled_rows


def test_c05_is_contradicted_by_formations_recorded_immobile(verdict_on, record):
    row = dict(record.rows("claims_evidence")["1944-12-28_harris_no_faith_in_mew"], row_id="X", claim_ids="C05")
    told = {"X": row | {"quote": "two divisions were immobile for want of petrol"}}
    assert verdict_on("C05", added={"claims_evidence": told}).verdict == "contradicted"
    assert verdict_on("C05", added={"claims_evidence": {"X": row}}).verdict == "undetermined"
