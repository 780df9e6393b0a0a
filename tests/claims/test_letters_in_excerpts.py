"""Claims about letters read what the record quotes from them, and say that it is excerpts."""

import pytest

HARRIS = {f"C0{n}" for n in range(1, 8)}
BUFTON = {"C12", "C13", "C14", "C16", "C18", "C19"}


@pytest.mark.parametrize(
    ("claim_id", "letter", "quoted"), [("C12", "L12", HARRIS), ("C51", "L12", HARRIS), ("C52", "L13", BUFTON)]
)
def test_the_excerpts_of_the_letter_and_its_row_are_listed(verdict_on, claim_id, letter, quoted):
    v = verdict_on(claim_id)
    assert {row for table, row in v.record_rows if table == "claims"} == quoted
    assert ("letters", letter) in v.record_rows
    assert v.verdict == "undetermined" and "only excerpts of" in v.answer and v.needs


@pytest.mark.parametrize(
    ("claim_id", "quoted", "words", "outcome"),
    [
        ("C12", "C07", "the oil plan is unsound", "supported"),
        ("C12", "C07", "I accept that oil has priority", "contradicted"),
        ("C52", "C14", "his final paragraph gives most concern", "supported"),
        ("C52", "C07", "my final paragraph", "undetermined"),
        ("C12", "C14", "the oil plan is unsound", "undetermined"),
    ],
)
def test_only_words_of_that_letter_decide(verdict_on, claim_id, quoted, words, outcome):
    assert verdict_on(claim_id, values={("claims", quoted, "quote"): words}).verdict == outcome


def test_a_summary_of_the_letter_is_shown_and_does_not_decide(verdict_on):
    v = verdict_on("C12", values={("letters", "L12", "gist"): "The oil plan is unsound."})
    assert v.verdict == "undetermined" and "The oil plan is unsound." in [part.text for part in v.parts]


def test_without_a_word_of_the_letter_the_answer_says_so(verdict_on):
    v = verdict_on("C12", without=[("claims", c) for c in HARRIS])
    assert "the record has no word of it" in v.answer
