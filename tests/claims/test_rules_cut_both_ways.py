"""Planted figures drive each rule to another outcome: no verdict is built in."""

import pytest

EVIDENCE = "claims_evidence"
OIL, ALL = "bomber_command_oil_tonnage", "bomber_command_total_bomb_tonnage"
AVGAS = "aviation_gasoline"


PLANTED = [
    ("C01", "supported", {("output_found", f"{m}_benzol_{s}", "tons_metric"): 60000.0 for m, s in
                          (("1944-12", "levine1992"), ("1945-01", "levine1992"), ("1944-Q3", "webster1961iii"))}),
    ("C03", "contradicted", {("facts_found", "1944-09_germany_major_benzol_plants_output", "value"): 50000.0}),
    ("C05", "contradicted", {("substitutes", f"producer_gas_generators_built_{k}", "value"): 50000.0 for k in "ab"}),
    ("C06", "contradicted", {("stocks_consumption_monthly", f"1944-{m}_{AVGAS}_consumption", "tons_metric"): 200000.0
                             for m in (11, 12)}),
    ("C09", "supported", {("facts_found", "1944-09_germany_major_benzol_plants_output", "value"): 50000.0}),
    ("C13", "supported", {("output_monthly", f"1944-04_{s}", "tons_metric"): 100.0 for s in
                          ("crude_refining", "tar_distillation", "benzol")}),
    ("C17", "contradicted", {("forecasts", "F01", "later_actual"): "40"}),
    ("C20", "contradicted", {("output_found", "1944-12_hydrogenation_levine1992", "tons_metric"): 200000.0}),
    ("C23", "contradicted", {(EVIDENCE, f"1944-11_{OIL}", "value"): 90000.0}),
    ("C30", "contradicted", {(EVIDENCE, "1944-12-28_harris_no_faith_in_mew", "quote"): "I have full faith in M.E.W."}),
    ("C26", "supported", {(EVIDENCE, "1944-12-28_harris_no_faith_in_mew", "quote"): "oil is another panacea"}),
    ("C34", "undetermined", {("target_systems", "ball_bearings_stocks_in_pipeline_1943-10", "value"): 1.0}),
    ("C47", "contradicted", {(EVIDENCE, f"1944-11_{OIL}", "value"): 3000.0}),
    ("C48", "contradicted", {(EVIDENCE, f"1944-11_{OIL}", "value"): 7000.0}),
    ("C48", "undetermined", {(EVIDENCE, f"1944-11_{OIL}", "value"): 12000.0}),
]  # fmt: skip


@pytest.mark.parametrize(("claim_id", "outcome", "values"), PLANTED)
def test_planted_figures_change_the_verdict(verdict_on, claim_id, outcome, values):
    before = verdict_on(claim_id)
    after = verdict_on(claim_id, values=values)
    assert before.verdict != outcome
    assert after.verdict == outcome, after.reason


def test_c22_is_supported_when_only_bomber_command_flew(verdict_on, record):
    gone = [("raids", k) for k, r in record.rows("raids").items() if r["force"] != "bomber_command"]
    assert verdict_on("C22", without=gone).verdict == "supported"


def test_c53_is_supported_by_a_second_documented_letter(verdict_on, changed, record):
    letter = dict(record.rows("letters")["L09"], row_id="X", letter_id="X", date="1944-11-20")
    v = verdict_on("C53", added={"letters": {"X": letter}})
    assert v.verdict == "supported"


def test_a_claim_rests_on_texts_of_its_author_alone(verdict_on, record):
    row = dict(record.rows(EVIDENCE)["1944-12-28_harris_no_faith_in_mew"], about="portal", quote="another panacea")
    v = verdict_on("C26", added={EVIDENCE: {row["row_id"]: row}})
    assert v.verdict == "undetermined"
