"""Every rule of `oilplan record check` catches the fault planted for it; the embedded record has none."""

import pytest

from oilplan.record import load_record, plausibility
from oilplan.record.plausibility import RULES, check
from oilplan.record.tables import Correction

LEUNA_RAID = "leuna_1944-07-28_8af"
FAULTS = {
    "memory_is_not_a_look_up": ("output", "1944-01_aviation_gasoline", {"status": "looked_up"}),
    "recalled_says_so": ("plants", "leuna", {"source": "recalled; no page", "status": "looked_up"}),
    "derived_is_not_a_fact": ("stocks_and_use", "1944-05_aviation_gasoline_stock_end_flow", {"status": "recalled"}),
    "nothing_has_no_confidence": ("substitutes", "producer_gas_fuel_equivalent", {"confidence": "low"}),
    "missing_has_no_figure": ("substitutes", "producer_gas_fuel_equivalent", {"value": 800000}),
    "fact_stands_once": ("output", "1944-04_aviation_gasoline", {"row_id": "again", "value": 170000}),
    "averages_show_their_range": ("plants", "leuna", {"note": "midpoint of the two sources"}),
    "conflict_is_announced": ("target_systems", "ball_bearings_raid_losses_eighth_af_1943-10-14", None),
    "low_value_high": ("plants", "gelsenberg", {"capacity_low": 410000}),
    "products_fit_the_capacity": ("plants", "gelsenberg", {"avgas_t_per_year": 450000}),
    "distances_follow_from_the_position": ("plants", "leuna", {"longitude": 13.0}),
    "eleven_are_eleven": ("plants", "leuna", {"eleven_set_A": ""}),
    "groups_carry_no_raids": ("raids", LEUNA_RAID, {"plant_id": "ploesti_group"}),
    "target_keeps_its_plant": ("targets", "leuna", {"plant_key": "boehlen"}),
    "bombs_add_up": ("raids", LEUNA_RAID, {"total_tons_short": 100}),
    "aircraft_could_carry_it": ("raids", LEUNA_RAID, {"aircraft": 20}),
    "date_in_the_war_or_suspect": ("raids", LEUNA_RAID, {"date": "1945-07-28"}),
    "suspicion_lowers_confidence": ("raids", LEUNA_RAID, {"quality": "date_suspect"}),
    "moved_date_is_not_digitised": ("raids", LEUNA_RAID, {"date_basis": "snapped_to_calendar"}),
    "effort_parts_fit_the_whole": ("effort_monthly", "1944-07_eighth_af_oil", {"tons_year_inferred": 99999}),
    "only_oil_is_cleaned": ("effort_monthly", "1943-01_eighth_af_airfields", {"tons_short_cleaned": 13}),
    "bomb_tons_say_which": ("forces", "leuna_tons", {"unit": "tons"}),
    "months_add_up_to_the_year": ("forces", "bc_month_1944_05", {"value": 47252}),
    "percent_is_at_most_a_hundred": ("plant_output", "leuna_1944-07-06_percent_of_capacity", {"value": 750}),
    "series_has_its_unit": ("output", "1944-05-11_aviation_gasoline_daily", {"unit": "t"}),
    "figure_is_present_or_qualitative": ("plant_output", "leuna_1944-07-19_percent_of_capacity", {"value": ""}),
    "flow_is_not_a_stock_report": ("stocks_and_use", "1944-04_aviation_gasoline_stock_end", {"status": "derived"}),
    "parts_are_below_the_supply": ("output", "1944-09_aviation_gasoline", {"value": 1000000, "high": ""}),
    "claim_is_anchored": ("claims", "C13", {"raw_anchor_start": "000:1114"}),
    "claim_can_be_lost": ("claims", "C02", {"contradicted_if": "No benzol plant on any list before Sept 1944"}),
    "directives_in_order": ("directives", "D02", {"date": "1944-06-01"}),
    "interval_has_two_ends": ("letters", "L13", {"date": "1944-12-22"}),
}


def test_the_embedded_record_breaks_no_rule(embedded):
    assert check(embedded) == []


def test_every_rule_has_a_planted_fault_and_a_help_text():
    names = [rule.__name__ for rule in RULES]
    assert sorted(names) == sorted([*FAULTS, "corrections_still_hold"])
    assert all(rule.__doc__ for rule in RULES)


@pytest.mark.parametrize("rule", [name for name in FAULTS if FAULTS[name][2] is not None])
def test_rule_catches_its_fault(overlay, rule):
    table, row_id, changes = FAULTS[rule]
    found = check(load_record(overlay(table, row_id, **changes)))
    assert rule in {name for name, _ in found}
    finding = next(finding for name, finding in found if name == rule)
    assert finding.table == table and finding.says


def test_conflict_is_announced_catches_a_silent_conflict(overlay):
    row = "city_area_offensive_dwellings_destroyed_1939-1945"
    overlay("target_systems", row, note="")
    folder = overlay("target_systems", row, row_id="mine", note="", value=2000000, source_keys="taylor2004")
    assert "conflict_is_announced" in {name for name, _ in check(load_record(folder))}


def test_corrections_still_hold_catches_moved_ground(embedded, monkeypatch):
    moved = Correction("directives", "D01", "rejoin", "", {}, {"source": "Atkinson, another title"})
    monkeypatch.setattr(plausibility, "read_corrections", lambda: (moved,))
    found = list(plausibility.corrections_still_hold(embedded))
    assert [finding.row_id for finding in found] == ["D01"]


def test_a_user_may_overrule_a_corrected_row(overlay):
    folder = overlay("directives", "D01", source="another edition")
    assert "corrections_still_hold" not in {name for name, _ in check(load_record(folder))}
    assert plausibility.RULES[-1] is plausibility.corrections_still_hold
