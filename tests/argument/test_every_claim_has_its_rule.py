"""Every claim of the record has a test, and every bound of a test stands in the claim's printed rule."""

import inspect
import re
from collections.abc import Callable
from types import CodeType

import pytest

from oilplan.argument import TESTS
from oilplan.argument.laboratory import MODEL_TABLES
from oilplan.argument.registry import decides, printed_numbers


def test_every_claim_of_the_record_has_one_test(record):
    assert sorted(TESTS) == sorted(row["claim_id"] for row in record.rows("claims").values())
    assert len(TESTS) == 53


@pytest.mark.parametrize("claim_id", sorted(TESTS))
def test_every_bound_is_printed_in_the_rule(record, claim_id):
    claim = next(r for r in record.rows("claims").values() if r["claim_id"] == claim_id)
    assert set(TESTS[claim_id].bounds.values()) <= printed_numbers(claim)


def source_of(function: Callable, seen: set | None = None) -> str:
    """Source of a function and of the functions of the claims that it calls."""
    seen = set() if seen is None else seen
    if function in seen:
        return ""
    seen.add(function)
    named = (function.__globals__.get(name) for name in names_in(function.__code__))
    called = [f for f in named if inspect.isfunction(f) and f.__module__.startswith("oilplan.argument")]
    return inspect.getsource(function) + "".join(source_of(f, seen) for f in called)


def names_in(code: CodeType) -> set[str]:
    inner = (names_in(c) for c in code.co_consts if isinstance(c, CodeType))
    return set(code.co_names).union(*inner)


@pytest.mark.parametrize("claim_id", sorted(TESTS))
def test_every_bound_is_read_by_its_test(claim_id):
    test = TESTS[claim_id]
    assert set(test.bounds) == set(re.findall(r'bounds\["(\w+)"\]', source_of(test.test)))


@pytest.mark.parametrize("claim_id", sorted(TESTS))
def test_a_test_that_can_only_leave_its_claim_open_says_so(claim_id):
    """Of the others each has an arm: `judge`, or an outcome by name."""
    test = TESTS[claim_id]
    has_an_arm = re.search(r"\bjudge\(|(?<!_)\b(SUPPORTED|CONTRADICTED)\b", source_of(test.test))
    assert test.undecidable != bool(has_an_arm)


def test_a_claim_that_no_row_can_decide_says_so(verdict_on, record):
    for claim_id in (c for c, t in TESTS.items() if t.undecidable):
        v = verdict_on(claim_id)
        assert v.verdict == "undetermined" and v.needs and "no row that the tables of today" in v.reason


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
