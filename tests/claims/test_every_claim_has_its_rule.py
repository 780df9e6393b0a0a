"""Every claim of the record has a test, and every bound of a test stands in the claim's printed rule."""

import pytest

from oilplan.experiments.claims import TESTS
from oilplan.experiments.claims.laboratory import MODEL_TABLES
from oilplan.experiments.claims.registry import decides, printed_numbers


def test_every_claim_of_the_record_has_one_test(record):
    assert sorted(TESTS) == sorted(row["claim_id"] for row in record.rows("claims").values())
    assert len(TESTS) == 53


@pytest.mark.parametrize("claim_id", sorted(TESTS))
def test_every_bound_is_printed_in_the_rule(record, claim_id):
    claim = next(r for r in record.rows("claims").values() if r["claim_id"] == claim_id)
    assert set(TESTS[claim_id].bounds.values()) <= printed_numbers(claim)


def test_numbers_are_read_from_digits_and_words():
    claim = {"supported_if": ">=15,000 tons or 2.5", "contradicted_if": "Any two", "undetermined_if": "Otherwise"}
    assert printed_numbers(claim) == {15000.0, 2.5, 2.0}


def test_a_rule_changed_after_its_test_is_not_applied(verdict_on):
    v = verdict_on("C47", values={("claims", "C47", "supported_if"): "November share >= 9 x October share"})
    assert v.verdict == "undetermined" and "greater = 2" in v.reason


def test_claims_on_the_model_need_its_tables(record):
    on_model = {r["claim_id"] for r in record.rows("claims").values() if r["test_from"] == "model"}
    outside = {"C11", "C33", "C34", "C40"}
    assert all(set(MODEL_TABLES) <= set(TESTS[c].needs) for c in on_model - outside)


def test_two_tests_of_one_claim_are_refused():
    with pytest.raises(ValueError, match="two tests of C47"):
        decides("C47", needs=())(lambda case: None)
