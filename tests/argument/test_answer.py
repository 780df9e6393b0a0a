"""The answer follows from the claims and from arms that fly with one luck; README carries what the program prints."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from tools.ship_verdicts import CLAIMS_PAGE, answer_block, claims_page

from oilplan.argument import answer as module
from oilplan.argument import verdicts
from oilplan.argument.answer import ORDERS, QUESTIONS, answer, answer_json, from_claims
from oilplan.argument.grade import grade_of
from oilplan.argument.shipped import shipped, verdicts_of
from oilplan.cli.main import run

KEYS = {"question", "grade", "p", "sentence", "value", "low", "high", "unit", "claims"}
README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def found(verdict_on, record):
    """Every claim as it would stand with chances that a test sets; the numbers are those of one claim."""
    one = verdict_on("C06")

    def on(**chances):
        ids = {c for q in QUESTIONS for c in q.claims}
        return {c: one._replace(claim_id=c, p=chances.get(c, 0.5), grade=grade_of(chances.get(c, 0.5))) for c in ids}

    return on


def test_the_questions_ask_what_was_argued_and_each_names_claims_of_the_record(record):
    claims = {row["claim_id"] for row in record.rows("claims").values()}
    assert 10 <= len(QUESTIONS) + 1 <= 11 and all(set(q.claims) <= claims and q.shown in q.claims for q in QUESTIONS)
    asked = " ".join(q.text for q in QUESTIONS)
    for word in (
        "panacea",
        "benzol",
        "substitutes",
        "aviation fuel",
        "losses",
        "cities",
        "concentrated",
        "eleven",
        "half",
        "magnetism",
    ):
        assert word in asked, word


@pytest.mark.parametrize(
    ("question", "claims", "grade"),
    [
        (0, {"C06": 0.99, "C05": 0.01}, "contradicted"),
        (0, {"C06": 0.01, "C05": 0.5}, "well_supported"),
        (0, {"C06": 0.99, "C05": 0.99}, "well_supported"),
        (4, {"C45": 0.99}, "contradicted"),
        (8, {"C33": 0.8}, "leans_supported"),
        (1, {"C01": 0.99, "C02": 0.99, "C03": 0.01}, "mixed"),
    ],
)
def test_an_answer_follows_its_claims(found, question, claims, grade):
    line = from_claims(QUESTIONS[question], found(**claims))
    assert line.grade == grade and line.value is not None and line.low <= line.value <= line.high


def test_a_question_whose_claim_has_no_data_has_no_answer(found):
    claims = found()
    claims["C33"] = claims["C33"]._replace(p=None, grade="no_data")
    line = from_claims(QUESTIONS[8], claims)
    assert line.grade == "no_data" and line.p is None and line.value is None


def test_other_orders_are_set_beside_history_draw_by_draw(monkeypatch, record):
    def war(record, arms, *, base, draws):
        spread = np.linspace(-1.0, 3.0, draws)
        values = {
            name: {
                module.DENIED: spread * 1000 * k,
                module.MISSING_AIRCRAFT: spread * k,
                module.DAYS: 0.0 * spread + 9.0 * k,
            }
            for k, name in enumerate(arms)
        }
        assert base == arms[0]
        return values

    monkeypatch.setattr(module, "outcomes_of", war)
    line = module.of_orders(record)
    assert (
        line.question == ORDERS
        and line.p == pytest.approx(0.75, abs=0.01)
        and line.value == pytest.approx(1000, rel=0.05)
    )
    assert (
        "more aircraft missing on oil" in line.sentence
        and "days sooner" in line.sentence
        and "t more aviation fuel denied" in line.sentence
        and "; history's own denied 0 t, with 0 aircraft missing on oil." in line.sentence
    )


def test_the_json_has_the_promised_keys(found, monkeypatch, record):
    monkeypatch.setattr(module, "of_orders", lambda record: from_claims(QUESTIONS[0], found()))
    lines = answer_json(answer(record, list(found().values())))
    assert all(set(line) == KEYS for line in json.loads(json.dumps(lines)))


def test_the_command_prints_the_shipped_answer(capsys, record):
    if shipped(record) is None:
        pytest.skip("the package was not built with this record; make verdicts")
    assert run(["answer", "--json"]) == 0
    lines = json.loads(capsys.readouterr().out)
    assert all(set(line) == KEYS for line in lines) and len(lines) == len(QUESTIONS) + 1
    assert run(["answer"]) == 0
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 80 and all(q.text.split(",")[0][:40] in text for q in QUESTIONS)


def test_what_is_shipped_was_computed_on_this_record_and_this_fit(record):
    assert shipped(record) is not None, "the record, the fit or the claims changed: make verdicts"


def test_a_shipped_verdict_is_what_the_test_of_its_claim_says(record):
    kept = {v["claim_id"]: v for v in shipped(record)["verdicts"]}
    for v in verdicts(record, ["C06", "C14", "C30", "C45", "C50"]):
        assert (kept[v.claim_id]["grade"], kept[v.claim_id]["sentence"]) == (v.grade, v.sentence)


def test_the_readme_and_the_page_of_claims_say_what_the_program_prints(record):
    text = README.read_text(encoding="utf-8")
    block = re.search(
        r"<!-- answer: written by tools/ship_verdicts.py -->\n(.*?)<!-- end of answer -->", text, re.DOTALL
    )
    if block is None:
        pytest.skip("README has no place for the answer yet")
    assert block[1].strip() == answer_block(answer(record)).strip()
    page = (README.parent / CLAIMS_PAGE).read_text(encoding="utf-8")
    assert page == claims_page(verdicts_of(record)), "run `python tools/ship_verdicts.py --pages`"
    linked = re.findall(rf"\({CLAIMS_PAGE}#(c\d+)\)", block[1])
    assert len(set(linked)) > 15 and all(f"\n## {c.upper()}\n" in page for c in linked)
