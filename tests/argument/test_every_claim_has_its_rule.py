"""Every claim of the record has a test, and every bound of a test stands in the claim's printed rule."""

import ast
import inspect
import re
from collections.abc import Callable
from types import CodeType

import pytest

from oilplan.argument import claim_tests
from oilplan.argument.fair_war import MODEL_TABLES
from oilplan.argument.finding import RULE_COLUMNS, decides, printed_numbers

TESTS = claim_tests()


def test_every_claim_of_the_record_has_one_test(record):
    assert sorted(TESTS) == sorted(row["claim_id"] for row in record.rows("claims").values())
    assert len(TESTS) == 53


@pytest.mark.parametrize("claim_id", sorted(TESTS))
def test_every_bound_is_printed_in_the_rule(record, claim_id):
    claim = next(r for r in record.rows("claims").values() if r["claim_id"] == claim_id)
    assert set(TESTS[claim_id].bounds.values()) <= printed_numbers(claim)


def test_every_rule_has_a_stated_middle(record):
    for claim in record.rows("claims").values():
        assert all(claim[column].strip() for column in RULE_COLUMNS), claim["claim_id"]


def source_of(function: Callable, seen: set | None = None) -> str:
    """Source of a function and of the functions of the argument that it calls."""
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
    source = source_of(test.test)
    read = set(re.findall(r'bounds\["(\w+)"\]', source)) | set(
        re.findall(r'bounds, "(\w+)", "(\w+)"\)', source)
        and {name for pair in re.findall(r'bounds, "(\w+)", "(\w+)"\)', source) for name in pair}
    )
    assert set(test.bounds) <= read


@pytest.mark.parametrize("claim_id", sorted(TESTS))
def test_no_sentence_repeats_a_bound_by_hand(claim_id):
    """A fact names what was measured; a bound of the rule stands in the rule, where it can be changed."""
    fact = said_in_fact(TESTS[claim_id].test)
    spoken = {
        float(n.replace(",", ""))
        for n in re.findall(r"(?<![\w.\[-])\d[\d,]*(?:\.\d+)?(?= percent| plants| days| t\b)", fact)
    }
    bounds = set(TESTS[claim_id].bounds.values())
    assert not spoken & bounds, fact
    assert not any(re.search(rf"\b{word}\b", fact) for word, bound in IN_WORDS.items() if bound in bounds), fact


def said_in_fact(test: Callable) -> str:
    """All that is written out, not measured, in the fact, the quantity and the detail of every Finding that a test makes."""
    return said_in_facts(inspect.getsource(test))


def said_in_facts(source: str) -> str:
    calls = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding"
    ]
    facts = [arg for call in calls for arg in call.args[:2]] + [
        k.value for c in calls for k in c.keywords if k.arg in ("fact", "quantity", "detail")
    ]
    texts = [
        n.value for fact in facts for n in ast.walk(fact) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    ]
    return " ".join(texts)


def test_a_bound_written_out_anywhere_in_a_fact_is_found():
    assert "under 28 days" in said_in_facts("Finding(f'it took {x} days, ' + ('under 28 days' if y else ''), 'days')")
    assert "30 days" in said_in_facts("Finding(f'it took {x}', 'at most 30 days', detail='so it was')")


IN_WORDS = {"a half": 50.0, "half of": 50.0, "a quarter": 25.0, "a tenth": 10.0, "a fifth": 20.0}


def test_every_test_names_the_work_in_which_its_figures_would_stand():
    assert all(len(test.work) > 15 for test in TESTS.values())


def test_a_rule_that_was_changed_is_not_applied(verdict_on):
    v = verdict_on("C47", values={("claims", "C47", "supported_if"): "November share >= 9 x October share"})
    assert v.grade == "no_data" and "greater = 2" in v.reason


def test_claims_on_the_model_need_its_tables(record):
    on_model = {r["claim_id"] for r in record.rows("claims").values() if r["test_from"] == "model"}
    outside = {"C11", "C33", "C34", "C40"}
    assert all(set(MODEL_TABLES) <= set(TESTS[c].needs) for c in on_model - outside)


def test_two_tests_of_one_claim_are_refused():
    with pytest.raises(ValueError, match="two tests of C47"):
        decides("C47", needs=(), work="none")(lambda case: None)
