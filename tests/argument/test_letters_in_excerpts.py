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


@pytest.fixture
def planted(verdict_on, record):
    """Verdict on a claim with one more passage of its author, of some day."""

    def on(claim_id: str, author: str, period: str, words: str):
        like = record.rows("claims_evidence")["1944-12-28_harris_no_faith_in_mew"]
        row = dict(like, row_id="X", claim_ids=claim_id, about=author, period=period, quote=words)
        return verdict_on(claim_id, added={"claims_evidence": {"X": row}})

    return on


@pytest.mark.parametrize(
    ("claim_id", "author", "words", "admitted", "too_late", "outcome"),
    [
        ("C12", "harris", "the oil plan is unsound", "1944-12-12", "1945-01-18", "supported"),
        ("C51", "harris", "this letter answers them", "1944-11", "1944-12", "contradicted"),
        ("C52", "bufton", "his final paragraph", "1944-12-15", "1944-12-23", "supported"),
        ("C26", "harris", "oil is another panacea", "1945-01-18", "1947", "supported"),
        ("C31", "harris", "I support the oil plan", "1943..1945", "1943..1946", "contradicted"),
    ],
)
def test_words_count_only_on_the_days_that_the_rule_admits(
    planted, claim_id, author, words, admitted, too_late, outcome
):
    assert planted(claim_id, author, admitted, words).verdict == outcome
    assert planted(claim_id, author, too_late, words).verdict == "undetermined"


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("oil is not a panacea", "contradicted"),
        ("no panacea, this oil plan", "contradicted"),
        ("ball-bearings were the last panacea", "undetermined"),
        ("the new panacea is oil", "supported"),
    ],
)
def test_c26_tells_oil_from_other_panaceas_and_a_denial_from_the_charge(planted, words, outcome):
    assert planted("C26", "harris", "1944-12-01", words).verdict == outcome


def test_papers_received_do_not_show_that_the_letter_leaves_them_unanswered(planted):
    received = "papers were distributed to Bomber Command"
    assert planted("C51", "harris", "1944-10-01", received).verdict == "undetermined"


def test_words_written_after_the_claim_are_said_to_be_later(planted, verdict_on):
    v = verdict_on("C30")
    assert v.verdict == "supported" and "written after 1944-12-22" in v.answer
    assert "written after" not in planted("C26", "harris", "1944-12-01", "oil is another panacea").answer
