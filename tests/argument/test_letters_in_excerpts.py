"""Claims about letters read what the record quotes from them, and say that it is excerpts."""

import pytest

HARRIS = {f"C0{n}" for n in range(1, 8)}
BUFTON = {"C12", "C13", "C14", "C16", "C18", "C19"}
LIKE = "1944-12-28_harris_no_faith_in_mew"


@pytest.fixture
def bare(record):
    """Every row gathered for the textual claims taken away, so that what a test plants stands alone."""
    claims = {"C12", "C26", "C30", "C31", "C51", "C52"}
    rows = record.rows("claims_evidence")
    gone = [k for k, r in rows.items() if claims & (set((r["claim_ids"] or "").split(";")) | sided(r))]
    return [("claims_evidence", k) for k in gone]


def sided(row) -> set[str]:
    return {part.split(":")[1] for part in (row.get("bears") or "").split(";") if ":" in part}


@pytest.fixture
def planted(verdict_on, record, bare):
    """Verdict on a claim on nothing but passages of its author, of some day: (words, day, author, bears)."""

    def on(claim_id: str, *passages, **changes):
        like = record.rows("claims_evidence")[LIKE] | {"claim_ids": claim_id, "says": None, "bears": None}
        rows = {}
        for n, (words, period, author, *bears) in enumerate(passages):
            rows[f"X{n}"] = like | {"row_id": f"X{n}", "about": author, "period": period, "quote": words}
            if bears:
                rows[f"X{n}"]["bears"] = bears[0]
        return verdict_on(claim_id, added={"claims_evidence": rows}, without=bare, **changes)

    return on


@pytest.mark.parametrize(
    ("claim_id", "letter", "quoted"), [("C12", "L12", HARRIS), ("C51", "L12", HARRIS), ("C52", "L13", BUFTON)]
)
def test_the_excerpts_of_the_letter_and_its_row_are_listed(verdict_on, claim_id, letter, quoted):
    v = verdict_on(claim_id)
    assert {row for table, row in v.record_rows if table == "claims"} == quoted
    assert ("letters", letter) in v.record_rows


def test_a_letter_without_a_deciding_word_gives_no_data_and_names_where_it_lies(verdict_on):
    v = verdict_on("C52")
    assert v.grade == "no_data" and v.p is None and v.sentence.startswith("Not known: ")
    assert "Bufton papers" in v.needs[0].work


@pytest.mark.parametrize(
    ("claim_id", "quoted", "words", "grade"),
    [
        ("C12", "C07", "the oil plan is unsound", "well_supported"),
        ("C12", "C07", "I accept that oil has priority", "contradicted"),
        ("C52", "C14", "his final paragraph gives most concern", "well_supported"),
        ("C52", "C07", "my final paragraph", "no_data"),
        ("C12", "C14", "the oil plan is unsound", "no_data"),
    ],
)
def test_only_words_of_that_letter_decide(verdict_on, bare, claim_id, quoted, words, grade):
    values = {("claims", quoted, "quote"): words, ("claims", "C01", "quote"): "nothing to the point"}
    assert verdict_on(claim_id, values=values, without=bare).grade == grade


@pytest.mark.parametrize(
    ("claim_id", "author", "words", "admitted", "too_late", "grade"),
    [
        ("C12", "harris", "the oil plan is unsound", "1944-12-12", "1945-01-18", "well_supported"),
        ("C51", "harris", "this letter answers them", "1944-11", "1944-12", "contradicted"),
        ("C52", "bufton", "his final paragraph", "1944-12-15", "1944-12-23", "well_supported"),
        ("C26", "harris", "oil is another panacea", "1945-01-18", "1947", "well_supported"),
        ("C31", "harris", "I support the oil plan", "1943/1945", "1943/1946", "contradicted"),
    ],
)
def test_words_count_only_on_the_days_that_the_rule_admits(planted, claim_id, author, words, admitted, too_late, grade):
    quiet = {("claims", "C01", "quote"): "nothing to the point"}
    assert planted(claim_id, (words, admitted, author), values=quiet).grade == grade
    assert planted(claim_id, (words, too_late, author), values=quiet).grade in ("no_data", "judgement")


@pytest.mark.parametrize(
    ("words", "grade"),
    [
        ("oil is not a panacea", "contradicted"),
        ("no panacea, this oil plan", "contradicted"),
        ("ball-bearings were the last panacea", "no_data"),
        ("the new panacea is oil", "well_supported"),
    ],
)
def test_c26_tells_oil_from_other_panaceas_and_a_denial_from_the_charge(planted, words, grade):
    assert planted("C26", (words, "1944-12-01", "harris")).grade == grade


def test_one_use_of_the_word_settles_c26_and_words_on_both_sides_make_c31_mixed(planted):
    both = planted(
        "C26", ("oil is another panacea", "1944-12-01", "harris"), ("oil is no panacea", "1944-12-02", "harris")
    )
    assert both.grade == "well_supported" and len(both.evidence_for) == len(both.evidence_against) == 1
    passages = (
        ("no faith in selective bombing", "1945-01-18", "harris"),
        ("I support the oil plan", "1944-11-06", "harris"),
    )
    v = planted("C31", *passages)
    assert v.grade == "mixed" and {p.grade for p in v.parts if p.grade} == {"well_supported", "contradicted"}


def test_what_a_row_bears_goes_before_any_pattern(planted):
    assert planted("C26", ("these words say nothing", "1944-12-01", "harris", "for:C26")).grade == "well_supported"
    assert planted("C26", ("oil is another panacea", "1944-12-01", "harris", "on:C26")).grade == "no_data"


def test_a_passage_of_lower_standing_makes_less_sure(record, verdict_on, bare):
    like = record.rows("claims_evidence")[LIKE] | {"row_id": "X", "claim_ids": "C30", "bears": "for:C30"}
    p = {
        sure: verdict_on("C30", added={"claims_evidence": {"X": like | {"confidence": sure}}}, without=bare).p
        for sure in ("high", "medium")
    }
    assert 0.5 < p["medium"] < p["high"] < 1.0


def test_words_written_after_the_claim_are_said_to_be_later(planted):
    later = planted("C30", ("I have no faith in M.E.W.", "1944-12-28", "harris"))
    assert "written after 22 December 1944" in later.sentence
    assert "written after" not in planted("C26", ("oil is another panacea", "1944-12-01", "harris")).answer


def test_a_claim_rests_on_texts_of_its_author_alone(planted):
    assert planted("C26", ("oil is another panacea", "1944-12-01", "portal")).grade == "no_data"
