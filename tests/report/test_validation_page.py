"""The proof's table of text and page: every part of the proof is on both, and what falls outside is said."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from tools.ship_proof import MARKS, proof_markdown

from oilplan.report.fit_pages import said_of_size, validation_html, validation_text
from oilplan.studies import validate as module
from oilplan.studies.validate import kept_path

HELD = {
    "kind": "aviation",
    "month": "1944-10",
    "recorded_low_t": 20000.0,
    "recorded_high_t": 29000.0,
    "low_t": 15000.0,
    "high_t": 26000.0,
    "held": True,
    "pareto_k": 0.4,
    "pit": 0.62,
}
NAIVE = {"persistence": 0.71, "one_plant": 0.52, "mean_of_naive": 0.6, "trend_with_rail": 0.41}
MONTH = {
    "month": "1944-10",
    "recorded_t": 20000.0,
    "status": "looked_up",
    "median_t": 18000.0,
    "p05_t": 9000.0,
    "p95_t": 27000.0,
    "crps_t": 3100.0,
    "inside": True,
}
POINT = {
    "plant": "leuna",
    "first": "1944-07-19",
    "last": "1944-07-19",
    "recorded_share": 0.53,
    "status": "recalled",
    "row_id": "r",
    "informative": True,
    "median": 0.4,
    "p05": 0.1,
    "p95": 0.7,
    "inside": True,
}


def hindcast(cutoff: str, best: float) -> dict:
    return {
        "trained_to": cutoff,
        "months": [MONTH],
        "crps": 3100.0,
        "skill": {**NAIVE, "trend_with_rail": best},
        "baseline_crps": dict.fromkeys(NAIVE, 9000.0),
        "skill_against_best": best,
        "coverage90": 1.0,
        "divergences": 0,
        "log_crps": {"model": 0.21, **dict.fromkeys(NAIVE, 0.5)},
    }


@pytest.fixture
def proof() -> dict:
    points = {
        "points": [POINT, {**POINT, "recorded_share": 0.0, "informative": False, "inside": False}],
        "informative": 1,
        "inside90": 1.0,
        "inside90_of_all": 0.5,
    }
    row = {
        "quantity": "raids",
        "force": "eighth_af",
        "period": "1944-11",
        "recorded": 31.0,
        "median": 25.0,
        "p05": 12.0,
        "p95": 28.0,
        "inside": False,
    }
    ordered = {
        "month": "1944-11",
        "recorded_t": 39000,
        "median_t": 21234,
        "p05_t": 15000,
        "p95_t": 30000,
        "replay_median_t": 31000,
        "within": False,
    }
    return {
        "operations": {
            "coverage90": 0.87,
            "bar": [0.8, 0.98],
            "rows": [row],
            "fitted_on": ["1944-05", "1944-09"],
            "fit": None,
        },
        "as_ordered": {
            "october_march_ratio": 0.93,
            "months": [ordered],
            "bar": {"months": 0.25, "october_march_ratio": [0.85, 1.15]},
        },
        "coverage": {
            "in_sample": 0.9,
            "expected_in_sample": 0.98,
            "leave_one_month_out": 0.8,
            "bar": [0.85, 0.95],
            "months": {"in_sample": [HELD], "leave_one_month_out": [{**HELD, "held": False, "high_t": 19111.0}]},
            "loo": {"elpd": -310.1, "se": 9.0, "figures": 88, "untrusted": 3},
        },
        "raid_size": {
            "prior_sd": 0.3,
            "posterior_sd": 0.25,
            "p05": -0.2,
            "median": 0.05,
            "p95": 0.5,
            "bayes_factor_of_any_size": 1.2,
        },
        "unused_figures": [
            {"name": "Leuna on average", "row_id": "r", "recorded": 9.0, "p05": 6.0, "median": 8.8, "p95": 11.7}
        ],
        "skill": {"1944-07": 0.13, "1944-09": 0.66},
        "skill_rail_given": {"1944-07": 0.21, "1944-09": 0.77},
        "hindcast": hindcast("1944-09", 0.66),
        "cutoffs": {"1944-07": hindcast("1944-07", 0.13)},
        "hindcasts_rail_given": {"1944-07": hindcast("1944-07", 0.21), "1944-09": hindcast("1944-09", 0.77)},
        "all_cutoffs": {"mean_skill_against_best": 0.13, "mean_skill_with_main": 0.4, "coverage90": 1.0, "months": 2},
        "ceilings": {"1944-07": 0.8},
        "leave_one_plant_out": points,
        "leuna": points,
        "recovery": {"missing": "not measured"},
        "laws": [{"name": "a law", "elpd": -9.0, "se": 1.0, "behind": 0.0, "behind_se": 0.0}],
        "best_law": "a law",
        "default_law": "a law",
        "bar": {"skill": 0.65, "coverage90": [0.85, 0.95], "leuna_inside90": 0.8},
    }


def test_the_average_over_laws_is_given_where_it_was_made(proof):
    over = {
        "laws": ["a law", "b", "c"],
        "skill": {"1944-07": 0.18},
        "skill_rail_given": {"1944-07": 0.29},
        "months_inside": {"1944-07": 6},
        "coverage90": 0.93,
        "in_sample": 0.91,
        "leave_one_month_out": 0.86,
    }
    with_it, manifest = (
        {**proof, "over_laws": over},
        {"command": "x", "record_hash": "0" * 64, "seed": 1, "made": "now"},
    )
    for shown in (validation_text, proof_markdown, lambda p: validation_html(p, manifest)):
        assert "over 3 laws" in " ".join(shown(with_it).split()) and "over 3 laws" not in shown(proof)
    assert "1944-07 0.18 (0.29)" in proof_markdown(with_it) and "86 percent with the month left out" in proof_markdown(
        with_it
    )
    assert max(map(len, validation_text(with_it).splitlines())) <= 80


def test_the_table_gives_both_skills_coverage_operations_and_orders(proof):
    shown = validation_text(proof)
    assert "0.13                0.21" in shown and "each month left out: 80%" in shown
    assert "87% of 1 figures inside 90%" in shown and "October-March 0.93 of the raids as flown" in shown
    assert "1 of 1 inside 90%; 1 that say nothing left aside" in " ".join(shown.split())


def test_the_page_gives_every_naive_forecast_and_marks_what_falls_outside(proof):
    page = validation_html(proof, {"command": "oilplan validate", "record_hash": "0" * 64, "seed": 1, "made": "now"})
    for words in (
        *(n.replace("_", " ") for n in NAIVE),
        "19,111",
        "21,234",
        "NOT WITHIN",
        "Leuna on average",
        "says nothing",
        "-310.1",
    ):
        assert words in page, words
    assert page.count("<td>given<td>") == page.count("<td>forecast<td>") == 2
    assert page.count("OUTSIDE") == 4


@pytest.mark.parametrize(
    ("factor", "said"), [(1.2, "does not decide"), (12.0, "for no effect"), (0.1, "against no effect")]
)
def test_what_the_record_says_of_raid_size_follows_the_factor(factor, said):
    assert said in said_of_size({"bayes_factor_of_any_size": factor})


def test_the_tables_of_the_docs_give_skill_by_cut_off_and_what_is_not_within(proof):
    tables = proof_markdown(proof)
    assert "| 1944-07 | 0.13 | 0.21 | 1 of 1 | 0.21 | 0.50 | 0.80 |" in tables
    assert "| 1944-11 | 39,000 | 21,234 | 15,000 to 30,000 | 31,000 | NOT within a quarter |" in tables
    assert "87 percent of 1 figures inside" in tables
    assert (
        "hold 90 percent of the months as fitted (a right model would hold 98 percent of what it has seen) and 80"
        in tables
    )


def test_the_docs_hold_the_tables_of_the_proof_that_is_kept():
    text = (Path(__file__).parents[2] / "docs" / "proof.md").read_text(encoding="utf-8")
    between = text.split(MARKS[0])[1].split(MARKS[1])[0].strip()
    if not kept_path().is_file():
        assert between == "", "figures without a proof that is kept"
        return
    kept = json.loads(kept_path().read_text(encoding="utf-8"))
    assert between == proof_markdown(kept)


def test_a_kept_proof_serves_its_own_record_priors_and_seed_alone(proof, tmp_path, monkeypatch):
    record, other = (SimpleNamespace(hash=letter * 64) for letter in "ab")
    monkeypatch.setattr(module, "kept_path", lambda: tmp_path / "proof.json")
    assert module.kept_proof(record) is None
    (tmp_path / "proof.json").write_text(json.dumps({"made_of": module.made_of(record, module.KEPT_SEED), **proof}))
    assert module.kept_proof(record) == proof
    assert module.kept_proof(other) is None and module.kept_proof(record, seed=7) is None
    monkeypatch.setattr(module, "priors_hash", lambda: "others")
    assert module.kept_proof(record) is None
