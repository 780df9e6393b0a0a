"""Planted records lead each claim to every grade that its rule can give: no verdict is built in. Here C01 to C25.

A planted record is the embedded one with figures, words or the standing of some rows changed, some taken away or added.
`test_planted_wars.py` holds the claims on the model, and counts the grades of all.
"""

import pytest
from plants import (
    BENZOL,
    ESTIMATE,
    IN_FULL,
    JANUARY,
    REPORTS,
    SUPPLY,
    americans,
    avgas,
    both_texts,
    consumption,
    in_letter,
    said,
    says_its_number,
    sure,
    weak,
)

from oilplan.argument.grade import AGAINST, JUDGEMENT, LEANS, LEANS_AGAINST, NO_DATA, OPEN, WELL

LISTED, ADDED, ALL = "1944-10_benzol_over_fifty_listed", "1945-02_benzol_twenty_more", "1944_benzol_more_than_eighty"
SPRING_PLAN = ("oil_usstaf_plan_targets_1944-03-05", "unit")


def generators(number: float) -> dict:
    """Gas generators built, by both counts; no formation recorded immobile."""
    return {"-like": "C05", **{f"producer_gas_generators_built_{k}": number for k in "ab"}}


NO_JANUARY = {"-": [JANUARY, "1945-01_germany_aviation_gasoline_stock_ehlers2009"]}
OTHERS = ("1944-04_crude_refining", "1944-04_tar_distillation", "1944-04_benzol")


def more_works(n: int) -> dict:
    """Synthetic works of 300,000 t a year beside those of the record."""
    return {"+": [("plants", "boehlen", {"capacity_t_per_year": 300000.0})] * n}


THREE = "1944-11_poelitz_leuna_bruex_share_of_aviation_gasoline_percent_webster1961iii"
OUTSIDE = {"scholven": 9000000.0, "1944-04_crude_refining": 900000.0}
NEED = "1944-07_germany_monthly_requirement_unrestricted_operations"
FLYING_NEED = "1944-05_aviation_gasoline_planned_need_davis1993"
MADE = ("1944-12_hydrogenation_levine1992", "1944-12_aviation_gasoline_synthetic_plants_only_davis1993")


def losses_of_1940(later: str, claimed: float) -> dict:
    """What the first forecast came to, percent of output, and the tons that were claimed of the two million promised."""
    return {("F01", "later_actual"): later, "1940-12_germany_tons_denied_claimed_ehlers2009": claimed}


def british_raid(tons: float) -> dict:
    return {"+": [("raids", "leuna_1944-12-06_bcn", {"total_tons_short": tons})]}


MISSIONS = {"-": ["1944-12-16..1945-01-08_eighth_af_eighth_strategic_missions_davis1993"]}
BY_HISTORY = "1944-12_bruex_production_stopped_by_fifteenth_af"
ONE_RAID = "bruex_1944-12-16_8af"


def raids_of_the_eighth(n: int) -> list:
    """So many raids more like that on Brüx, each aimed by eye."""
    out: list = []
    for raid in (f"n{k}" for k in range(n)):
        seen = {"raid_id": raid, "visual_percent": 100.0}
        out += [("raids", ONE_RAID, {"raid_id": raid}), ("raid_sighting", f"{ONE_RAID}_lines_by_group", seen)]
    return out


PLANTED = [
    ("C01", WELL, dict.fromkeys(BENZOL, 90000.0)),
    ("C01", LEANS, dict.fromkeys(BENZOL, 34000.0)),
    ("C01", OPEN, dict.fromkeys(BENZOL, 20000.0)),
    ("C01", LEANS_AGAINST, dict.fromkeys(BENZOL, 9000.0)),
    ("C01", AGAINST, dict.fromkeys(BENZOL, 2000.0)),
    ("C02", LEANS, weak(SPRING_PLAN[0])),
    ("C02", OPEN, {"-": ["1944-09_benzol_attacked_at_once"]}),
    ("C02", AGAINST, {SPRING_PLAN: "plants, three of them benzol"}),
    ("C03", WELL, {ALL: 300.0, ESTIMATE: 10000.0}),
    ("C03", LEANS, {ALL: 300.0, ESTIMATE: 30000.0}),
    ("C03", OPEN, {LISTED: 70.0, ADDED: 0.0}),
    ("C03", LEANS_AGAINST, {LISTED: 80.0, ADDED: 0.0}),
    ("C03", AGAINST, {LISTED: 200.0}),
    ("C04", WELL, {(r, "bears"): "for:C04" for r in REPORTS}),
    ("C04", LEANS, {"-": REPORTS[1:], **weak(REPORTS[0]), (REPORTS[0], "bears"): "for:C04"}),
    ("C04", OPEN, {(REPORTS[0], "bears"): "for:C04"}),
    ("C04", LEANS_AGAINST, {"-": REPORTS[1:], **weak(REPORTS[0])}),
    ("C04", AGAINST, {}),
    ("C04", NO_DATA, {"-": REPORTS}),
    ("C05", WELL, generators(5e7)),
    ("C05", LEANS, generators(5e5)),
    ("C05", OPEN, generators(2.5e5)),
    ("C05", LEANS_AGAINST, generators(1.5e5)),
    ("C05", AGAINST, {}),
    ("C06", WELL, {}),
    ("C06", LEANS, {**NO_JANUARY, **consumption((11, 12), 60000.0)}),
    ("C06", OPEN, {**NO_JANUARY, **consumption((9, 10), 100000.0)}),
    ("C06", LEANS_AGAINST, {**NO_JANUARY, **consumption((11, 12), 150000.0)}),
    ("C06", AGAINST, consumption((11, 12), 200000.0)),
    ("C09", WELL, {LISTED: 200.0}),
    ("C09", LEANS, {}),
    ("C09", OPEN, {LISTED: 40.0, ADDED: 0.0, ESTIMATE: 25000.0}),
    ("C09", LEANS_AGAINST, {LISTED: 20.0, ALL: 900.0, ESTIMATE: 5000.0, ADDED: 0.0}),
    ("C11", JUDGEMENT, {}),
    ("C12", WELL, said("C12", "the oil plan is unsound", "1944-12-12")),
    ("C12", LEANS, {"-like": "C12", **in_letter("similar symptoms")}),
    ("C12", LEANS_AGAINST, {"-like": "C12", **in_letter("I accept that oil has priority")}),
    (
        "C12",
        AGAINST,
        {"-like": "C12", **said("C12", "I accept that oil has priority", "1944-12-12"), ("C01", "quote"): "nothing"},
    ),
    ("C13", WELL, dict.fromkeys(OTHERS, 100.0)),
    ("C13", LEANS, {**more_works(12), **dict.fromkeys(OTHERS, 10.0)}),
    ("C13", OPEN, {**more_works(20), **dict.fromkeys(OTHERS, 10.0)}),
    ("C13", LEANS_AGAINST, more_works(34)),
    ("C13", AGAINST, more_works(60)),
    ("C14", WELL, {**dict.fromkeys(OTHERS, 39000.0), **sure(*OTHERS)}),
    ("C14", LEANS, {SUPPLY: 80000.0, **IN_FULL, **sure(SUPPLY)}),
    ("C14", OPEN, {}),
    ("C14", LEANS_AGAINST, {**OUTSIDE, THREE: 72.0}),
    ("C14", AGAINST, {**OUTSIDE, THREE: 97.0}),
    ("C15", WELL, {NEED: 80000.0, FLYING_NEED: 23400 / 0.7, **IN_FULL, **sure(NEED, FLYING_NEED, *MADE)}),
    ("C15", LEANS, {NEED: 80000.0, **IN_FULL, **sure(NEED, *MADE)}),
    ("C15", OPEN, {NEED: 95000.0, **IN_FULL}),
    ("C15", LEANS_AGAINST, {NEED: 108000.0, **IN_FULL}),
    ("C15", AGAINST, {}),
    ("C17", WELL, {}),
    ("C17", LEANS, losses_of_1940("5", 2000000.0)),
    ("C17", OPEN, losses_of_1940("11", 750000.0)),
    ("C17", LEANS_AGAINST, losses_of_1940("40", 1030000.0)),
    ("C17", AGAINST, losses_of_1940("40", 2000000.0)),
    ("C18", AGAINST, {}),
    ("C20", WELL, {**avgas(9000.0), "1944-12_hydrogenation_levine1992": 30000.0}),
    ("C20", LEANS, {**avgas(26000.0), "1944-12_hydrogenation_levine1992": 30000.0}),
    ("C20", OPEN, {}),
    ("C20", LEANS_AGAINST, {"1944-12_hydrogenation_levine1992": 130000.0}),
    ("C20", AGAINST, {"1944-12_hydrogenation_levine1992": 250000.0}),
    ("C21", NO_DATA, {}),
    ("C21", WELL, both_texts("eleven plants gave seventy percent of all", "eleven plants gave seventy percent of all")),
    ("C21", OPEN, both_texts("eleven plants gave seventy percent", "eleven plants gave seventy of all")),
    (
        "C21",
        AGAINST,
        both_texts("eleven plants gave seventy percent of all", "I have read with interest of your doubts"),
    ),
    ("C22", WELL, {"-force": "americans"}),
    ("C22", LEANS, british_raid(49000.0)),
    ("C22", OPEN, british_raid(30000.0)),
    ("C22", LEANS_AGAINST, british_raid(13500.0)),
    ("C22", AGAINST, {}),
    ("C23", WELL, {}),
    ("C23", LEANS, americans(7200.0)),
    ("C23", OPEN, americans(3300.0)),
    ("C23", LEANS_AGAINST, americans(2800.0)),
    ("C23", AGAINST, americans(500.0)),
    ("C24", WELL, {}),
    ("C24", LEANS, {**MISSIONS, "-visual": "bruex"}),
    ("C24", OPEN, {**MISSIONS, (BY_HISTORY, "plant_id"): "boehlen"}),
    ("C24", LEANS_AGAINST, {**MISSIONS, "-visual": "bruex", **weak(BY_HISTORY), "+": raids_of_the_eighth(8)}),
    ("C24", AGAINST, {**MISSIONS, "-visual": "bruex", (BY_HISTORY, "plant_id"): "boehlen"}),
]


@pytest.mark.parametrize(("claim_id", "grade", "changes"), PLANTED)
def test_a_planted_record_leads_to_its_grade(planted, claim_id, grade, changes):
    v = planted(claim_id, changes)
    assert v.grade == grade, f"{v.grade} p={v.p}: {v.answer} {v.traceback}"
    assert says_its_number(v), f"{v.value} {v.unit} is not in “{v.sentence}”"
