"""From draws to a probability and a grade: no outcome lost, no grade bought, and what an answer hangs on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oilplan.argument import grade as g

chances = st.floats(0, 1)


@pytest.mark.parametrize(
    ("p", "grade"),
    [
        (1.0, "well_supported"),
        (0.95, "well_supported"),
        (0.949, "leans_supported"),
        (0.75, "leans_supported"),
        (0.749, "open_measured"),
        (0.251, "open_measured"),
        (0.25, "leans_against"),
        (0.051, "leans_against"),
        (0.05, "contradicted"),
        (0.0, "contradicted"),
    ],
)
def test_a_grade_begins_at_its_bound(p, grade):
    assert g.grade_of(p) == grade


@given(chances, chances)
def test_a_likelier_claim_is_never_graded_lower(p, other):
    order = (g.AGAINST, g.LEANS_AGAINST, g.OPEN, g.LEANS, g.WELL)
    low, high = sorted((p, other))
    assert order.index(g.grade_of(low)) <= order.index(g.grade_of(high))


@given(st.lists(st.sampled_from("yn-"), min_size=1, max_size=60))
def test_each_draw_counts_once_and_one_on_neither_arm_for_half(draws):
    yes, no = (np.array([d == letter for d in draws]) for letter in "yn")
    p = g.probability(g.arms(yes, no))
    assert p == pytest.approx((yes.sum() + 0.5 * (~yes & ~no).sum()) / len(draws))


def test_a_rule_whose_arms_both_hold_is_refused():
    with pytest.raises(ValueError, match="both arms"):
        g.arms(np.array([True, False]), np.array([True, True]))


def test_few_draws_of_the_model_end_in_no_certainty():
    sure = g.arms(np.ones(2000, bool), np.zeros(2000, bool))
    assert g.probability(sure) == 1.0 and g.probability(sure, 200) == pytest.approx(200.5 / 201)


def test_readings_are_pooled_at_even_odds():
    yes, no = g.arms(np.ones(10, bool), np.zeros(10, bool)), g.arms(np.zeros(4, bool), np.ones(4, bool))
    assert g.probability(g.pooled(yes, no)) == 0.5


def test_parts_on_different_sides_are_mixed_and_on_one_side_are_not():
    assert g.between_arms([g.WELL, g.LEANS_AGAINST]) == g.MIXED
    assert g.between_arms([g.WELL, g.OPEN]) == g.MIXED
    assert g.between_arms([g.AGAINST, g.LEANS_AGAINST]) == g.between_arms([]) == ""


@given(st.integers(0, 50))
def test_an_unknown_that_decides_has_all_the_worth_there_is_and_one_that_does_not_has_little(seed):
    rng = np.random.default_rng(seed)
    decides = rng.random(400)
    rule = g.arms(decides > 0.5, decides <= 0.5)
    assert 0 <= g.worth(rule, rng.random(400)) < 0.1
    assert g.worth(rule, decides) > 0.4 and g.worth(rule, np.ones(400)) == 0
    assert g.worth(rule, decides) <= g.worth_of_all(g.probability(rule)) + 1e-9


def test_what_halves_a_doubt_has_worth_though_the_likelier_side_stays_the_same():
    """P 0.5 by one account and 0 by the other: learning which moves 0.25 by 0.25, though neither ends above even odds."""
    account, coin = np.repeat([0.0, 1.0], 1000), np.tile([True, False], 1000)
    rule = g.arms((account == 0) & coin, (account == 1) | ~coin)
    assert g.probability(rule) == 0.25 and g.worth(rule, account) == pytest.approx(0.25, abs=0.01)


def test_an_unknown_that_only_runs_along_is_not_what_a_result_leans_on():
    rng = np.random.default_rng(5)
    decides, other, noise = rng.standard_normal((3, 400))
    drawn = {"decides": decides, "runs_along": decides + 0.3 * noise, "other": other, "fixed": np.ones(400)}
    leaning = g.leaning(drawn, -np.exp(decides) + 0.5 * other)
    assert set(leaning) == {"decides", "runs_along", "other"}
    assert leaning["decides"] < -0.5 and abs(leaning["runs_along"]) < 0.2 and 0.1 < leaning["other"] < 0.5
    assert g.leaning(drawn, np.zeros(400)) == {}


def test_an_interval_of_a_count_is_a_count():
    assert g.interval(np.array([0.0, 1.0] * 50)) in {(0.0, 0.0, 1.0), (1.0, 0.0, 1.0)}
    assert g.shown(np.full(9, 4.0)) == "4" and g.shown(np.array([1.0] * 50 + [9.0] * 50)) == "1 (1 to 9)"


@pytest.mark.parametrize(
    ("p", "other"),
    [
        (0.9497, "well_supported"),
        (0.955, "leans_supported"),
        (0.7549, "open_measured"),
        (0.7485, "leans_supported"),
        (0.2506, "leans_against"),
        (0.25, "open_measured"),
        (0.06, "contradicted"),
        (0.5, ""),
        (0.98, ""),
        (1.0, ""),
        (None, ""),
    ],
)
def test_a_grade_near_its_bound_names_the_other(p, other):
    assert g.near_edge(p) == other


def test_an_interval_is_told_without_digits_that_it_does_not_bear():
    wide, narrow = np.linspace(34_000, 58_000, 2001), np.linspace(18, 89, 2001)
    assert g.shown(wide) == "46,000 (35,000 to 57,000)" and g.shown(narrow) == "54 (22 to 85)"
    assert g.shown(np.full(9, -0.2)) == "0" and g.shown(np.array([-9.0, -0.2, 9.0]), "{:+.0f}") == "0 (-9 to +9)"
    assert g.shown(np.full(9, 44_159.0)) == "44,159" and g.shown(wide - 46_000, "{:+,.0f}") == "+0 (-11,000 to +11,000)"
