"""Is the record plausible? Each rule is one function; its docstring is its help text."""

from __future__ import annotations

from oilplan.record.plausibility import figures, marks
from oilplan.record.plausibility.marks import RowFinding, Rule
from oilplan.record.record import Record

RULES: tuple[Rule, ...] = (
    marks.memory_is_not_a_look_up,
    marks.recalled_says_so,
    marks.derived_is_not_a_fact,
    marks.nothing_has_no_confidence,
    marks.missing_has_no_figure,
    marks.fact_stands_once,
    marks.averages_show_their_range,
    marks.conflict_is_announced,
    figures.low_value_high,
    figures.products_fit_the_capacity,
    figures.distances_follow_from_the_position,
    figures.eleven_are_eleven,
    figures.groups_carry_no_raids,
    figures.target_keeps_its_plant,
    figures.bombs_add_up,
    figures.aircraft_could_carry_it,
    figures.date_in_the_war_or_suspect,
    figures.suspicion_lowers_confidence,
    figures.moved_date_is_not_digitised,
    figures.effort_parts_fit_the_whole,
    figures.only_oil_is_cleaned,
    figures.bomb_tons_say_which,
    figures.months_add_up_to_the_year,
    figures.percent_is_at_most_a_hundred,
    figures.series_has_its_unit,
    figures.figure_is_present_or_qualitative,
    figures.flow_is_not_a_stock_report,
    figures.parts_are_below_the_supply,
    marks.claim_is_anchored,
    marks.claim_can_be_lost,
    marks.directives_in_order,
    marks.interval_has_two_ends,
    marks.corrections_still_hold,
)
"""Every rule, in the order ``oilplan record check`` runs them."""


def check(record: Record) -> list[tuple[str, RowFinding]]:
    """Run every rule over a record. Returns (rule name, finding) pairs, empty where all is plausible."""
    return [(rule.__name__, finding) for rule in RULES for finding in rule(record)]


__all__ = ["RULES", "RowFinding", "Rule", "check"]
