"""Planted figures drive each rule to another outcome: no verdict is built in."""

import pytest

from oilplan.argument import Ledger
from oilplan.argument.bearings import bearing_facts
from oilplan.studies.bearings import draw_unknowns

EVIDENCE = "claims_evidence"
OIL, ALL = "bomber_command_oil_tonnage", "bomber_command_total_bomb_tonnage"
AVGAS = "aviation_gasoline"
SPEER_ON_BEARINGS = "ball_bearings_speer_counterfactual_cripple_1943"


def november_oil(tons: float):
    """Bomber Command's long tons on oil in November, and their share of the total, in both accounts."""
    share = 100 * tons / 53022
    return {
        (EVIDENCE, f"1944-11_{OIL}", "value"): tons,
        (EVIDENCE, f"1944-11_{OIL}_davis1993", "value"): tons,
        (EVIDENCE, "1944-11_bomber_command_oil_share_davis1993", "value"): share,
    }


PLANTED = [
    ("C01", "supported", {("output", f"{m}_benzol_{s}", "value"): 60000.0 for m, s in
                          (("1944-12", "levine1992"), ("1945-01", "levine1992"), ("1944-Q3", "webster1961iii"))}),
    ("C03", "contradicted", {("estimates", "1944-09_germany_major_benzol_plants_output", "value"): 50000.0}),
    ("C05", "contradicted", {("substitutes", f"producer_gas_generators_built_{k}", "value"): 50000.0 for k in "ab"}),
    ("C06", "contradicted", {("stocks_and_use", f"1944-{m}_{AVGAS}_consumption", "value"): 200000.0
                             for m in (11, 12)}),
    ("C09", "supported", {("estimates", "1944-09_germany_major_benzol_plants_output", "value"): 50000.0}),
    ("C13", "supported", {("output", f"1944-04_{s}", "value"): 100.0 for s in
                          ("crude_refining", "tar_distillation", "benzol")}),
    ("C17", "contradicted", {("forecasts", "F01", "later_actual"): "40"}),
    ("C20", "contradicted", {("output", "1944-12_hydrogenation_levine1992", "value"): 200000.0}),
    ("C23", "contradicted", november_oil(90000.0)),
    ("C30", "contradicted", {(EVIDENCE, "1944-12-28_harris_no_faith_in_mew", "quote"): "I have full faith in M.E.W."}),
    ("C26", "supported", {(EVIDENCE, "1944-12-28_harris_no_faith_in_mew", "quote"): "oil is another panacea"}),
    ("C34", "contradicted", {("target_systems", SPEER_ON_BEARINGS, "value"): 12.0}),
    ("C47", "contradicted", november_oil(3000.0)),
    ("C47", "undetermined", {(EVIDENCE, "1944-11_bomber_command_oil_share_davis1993", "value"): 11.0}),
    ("C48", "contradicted", november_oil(7000.0)),
    ("C48", "undetermined", november_oil(12000.0)),
    ("C48", "undetermined", {(EVIDENCE, f"1944-11_{OIL}_davis1993", "value"): 12000.0}),
]  # fmt: skip


def year_end_stock(tons: float):
    row = f"1944-12_{AVGAS}_stock_end"
    return {("stocks_and_use", row + kind, "value"): tons for kind in ("", "_flow")}


def burnt_in_1945(record, tons: float):
    """Rows of consumption that the record lacks, January to March 1945."""
    like = record.rows("stocks_and_use")[f"1944-12_{AVGAS}_consumption"]
    rows = [dict(like, row_id=f"1945-{m}_{AVGAS}_consumption", value=tons) for m in ("01", "02", "03")]
    return {"stocks_and_use": {r["row_id"]: r for r in rows}}


@pytest.mark.parametrize(("claim_id", "outcome", "values"), PLANTED)
def test_planted_figures_change_the_verdict(verdict_on, claim_id, outcome, values):
    before = verdict_on(claim_id)
    after = verdict_on(claim_id, values=values)
    assert before.verdict != outcome
    assert after.verdict == outcome, after.reason


def test_c06_hangs_on_what_the_stock_of_1944_could_still_give(verdict_on):
    """A stock that lifts January over half of April's, burnt at once, leaves the six months open; a small one cannot."""
    as_recorded = verdict_on("C06")
    assert as_recorded.verdict == "undetermined" and any("1945" in need for need in as_recorded.needs)
    assert verdict_on("C06", values=year_end_stock(100_000.0)).verdict == "undetermined"
    assert verdict_on("C06", values=year_end_stock(50_000.0)).verdict == "supported"


def test_c06_is_settled_by_consumption_of_1945(verdict_on, record):
    assert verdict_on("C06", added=burnt_in_1945(record, 20_000.0)).verdict == "supported"
    assert verdict_on("C06", added=burnt_in_1945(record, 100_000.0)).verdict == "undetermined"
    assert verdict_on("C06", added=burnt_in_1945(record, 190_000.0)).verdict == "contradicted"


def test_c13_holds_for_any_spread_of_tar_and_benzol(verdict_on):
    """Two million tons of tar are one works or a thousand: the record does not say."""
    v = verdict_on("C13", values={("output", "1944-04_tar_distillation", "value"): 2e6})
    assert v.low == 1 and v.high > 30 and v.verdict == "undetermined"


def test_c14_counts_luetzkendorf_as_one_site(verdict_on):
    """The share of the record's notes, 68 percent, has both its works and no pilot plant."""
    key = ("plants", "luetzkendorf_ft", "capacity_t_per_year")
    assert verdict_on("C14").value == pytest.approx(100 * 3037 / 4466)
    assert verdict_on("C14", values={key: 60_000.0}).value == pytest.approx(100 * 3085 / 4514)


def test_c14_takes_no_bound_for_a_fit(verdict_on):
    """Three plants made three quarters of November's aviation gasoline: a floor, so no 70 percent of the eleven."""
    assert "b (set" not in verdict_on("C14").reason


def test_c14_is_supported_where_all_the_share_of_a_natural_denominator_fits(verdict_on, record):
    """With no crude the eleven make 69 percent of what is left, give or take what is uncertain in their capacity."""
    no_crude = {("output", "1944-04_crude_refining", "value"): 0.0}
    exact = {
        ("plants", key, bound): r["capacity_t_per_year"]
        for key, r in record.rows("plants").items()
        for bound in ("capacity_low", "capacity_high")
    }
    assert verdict_on("C14", values=no_crude).verdict == "undetermined"
    assert verdict_on("C14", values=no_crude | exact).verdict == "supported"


def december_requirement(record, tons: float):
    like = record.rows(EVIDENCE)["1944-07_germany_monthly_requirement_unrestricted_operations"]
    return {EVIDENCE: {"X": dict(like, row_id="X", period="1944-12", value=tons)}}


def test_c15_waits_for_a_requirement_of_december(verdict_on, record):
    as_recorded = verdict_on("C15")
    assert as_recorded.verdict == "undetermined" and "requirement" in as_recorded.needs[0]
    assert verdict_on("C15", added=december_requirement(record, 900_000.0)).verdict == "contradicted"
    ceiling_in_the_band = verdict_on("C15", added=december_requirement(record, 105_000.0))
    assert ceiling_in_the_band.verdict == "undetermined" and 65 < ceiling_in_the_band.value < 75


def aviation_gasoline_of_autumn(record, tons: float):
    """Every account of aviation gasoline of October and November 1944 set to one figure."""
    series = (AVGAS, f"{AVGAS}_alt", f"{AVGAS}_synthetic_plants_only")
    keys = [
        ("output", key)
        for key, r in record.rows("output").items()
        if r["period"] in ("1944-10", "1944-11") and r["quantity"] in series
    ]
    return {(*key, column): tons for key in keys for column in ("value", "low", "high")}


def test_c20_raises_aviation_gasoline_to_all_synthetic_oil(verdict_on, record):
    """30,000 t are 17 percent of April's aviation gasoline, but stand for 27 percent of its synthetic oil."""
    assert verdict_on("C20", values=aviation_gasoline_of_autumn(record, 30_000.0)).verdict == "undetermined"
    assert verdict_on("C20", values=aviation_gasoline_of_autumn(record, 15_000.0)).verdict == "supported"


def test_c34_needs_both_accounts_of_the_stock_to_agree(verdict_on):
    """A year of patience by Speer's word settles it only while the pipeline holds as much."""
    speer = {("target_systems", SPEER_ON_BEARINGS, "value"): 12.0}
    thin = {("target_systems", "ball_bearings_stocks_in_pipeline_1943-10", "value"): 1.0}
    assert ("target_systems", SPEER_ON_BEARINGS) in verdict_on("C34").recalled_rows
    assert verdict_on("C34", values=speer | thin).verdict == "undetermined"


def test_c34_takes_falls_as_of_schweinfurt_and_no_more_than_seven_plants(record):
    least, most = bearing_facts(Ledger(record))["share of output lost"]
    u = draw_unknowns(record, 2000, 1)
    assert least == pytest.approx(0.34 * 0.42) and least <= (u.fall * u.schweinfurt).min() < least + 0.02
    assert most == 0.8


def test_c23_is_bounded_by_davis_and_by_what_about_leaves_open(verdict_on):
    """So would Davis, had he but 5,000 tons for the Eighth, and a quarter of 25,300 tons, which may be 25,800."""
    assert verdict_on("C23").verdict == "supported"
    eighth = {(EVIDENCE, "1944-11_eighth_af_oil_tonnage_davis1993", "value"): 5_000.0}
    assert verdict_on("C23", values=eighth).verdict == "undetermined"
    quarter = {("forces", "1944-10..1944-12_bomber_command_oil_tons_aimed", "value"): 25_300.0}
    assert verdict_on("C23", values=quarter).verdict == "undetermined"


def test_c48_has_the_literal_reading_too(verdict_on):
    five_times = verdict_on("C48", values=november_oil(5 * 3653.0))
    assert five_times.verdict == "supported" and "five times as much" in five_times.answer


def test_a_history_tested_by_its_own_footnote_says_so(verdict_on):
    assert all("internal check" in verdict_on(claim).reason for claim in ("C47", "C48"))


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


STOCKS = [("stocks_and_use", f"1944-{m}_{AVGAS}_stock_end{k}", "value")
          for m in ("04", "12") for k in ("", "_flow")]  # fmt: skip
BURNT = ("stocks_and_use", f"1944-12_{AVGAS}_consumption", "value")
APRIL_OUTPUT = [("output", f"1944-04_{AVGAS}", c) for c in ("value", "low", "high")]


def test_c33_calls_a_december_that_meets_neither_arm_open(verdict_on):
    v = verdict_on("C33")
    assert v.verdict == "undetermined" and v.answer.endswith(": open.") and "told" not in v.answer
    full = verdict_on("C33", values=dict.fromkeys(STOCKS, 900000.0))
    assert full.verdict == "supported" and "open" not in full.answer
    bare = dict.fromkeys(STOCKS, 0.0) | dict.fromkeys(APRIL_OUTPUT, 50000.0) | {BURNT: 195000.0}
    told = verdict_on("C33", values=bare)
    assert told.verdict == "contradicted" and told.answer.count("half would have told") == 2


def test_c33_takes_the_need_of_december_from_no_less_than_was_burnt(verdict_on):
    met = {burnt: verdict_on("C33", values={BURNT: burnt}).parts[-1].text for burnt in (10000.0, 44000.0, 195000.0)}
    shares = [float(text.split()[0]) for text in met.values()]
    assert shares[0] > shares[1] > shares[2]
