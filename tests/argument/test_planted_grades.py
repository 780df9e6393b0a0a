"""Planted records lead each claim to the grades that its rule allows: no verdict is built in.

A planted record is the embedded one with figures or words of some rows changed, some taken away or added. For every claim the
record is led to every side that its rule declares (`oilplan.argument.registry.ClaimTest.sides`): `test_planted_wars.py`
counts them, and holds the claims on the model.
"""

import pytest

YES, NO = ("well_supported", "leans_supported"), ("contradicted", "leans_against")
OPEN, MIXED, NO_DATA = ("open_measured",), ("mixed",), ("no_data",)
BC = "bomber_command"
NIGHTS = "1944-10..1944-12_bomber_command_nights_oil_possible_not_attacked_biddle2002"
DAYS = "1944-10..1944-12_bomber_command_days_oil_possible_not_attacked_biddle2002"
STUTTGART = "1944-10-19_bomber_command_stuttgart_city_tons_night_webster1961iii"
DUISBURG = "1944-10-14_bomber_command_duisburg_city_tons_night_hansen2008"


def avgas(tons: float) -> dict:
    """Every account of aviation gasoline of October and November 1944, of the plants and of all sources."""
    return {("period", ("1944-10", "1944-11"), "aviation_gasoline"): tons}


def november_oil(tons: float) -> dict:
    share = 100 * tons / 53022
    return {
        f"1944-11_{BC}_oil_tonnage": tons,
        f"1944-11_{BC}_oil_tonnage_davis1993": tons,
        f"1944-11_{BC}_oil_share_davis1993": share,
        f"1944-11_{BC}_oil_share": share,
    }


def americans(tons: float) -> dict:
    return {
        f"{m}_{f}_oil_tonnage{end}": tons
        for m in ("1944-10", "1944-11", "1944-12")
        for f in ("eighth_af", "fifteenth_af")
        for end in (("", "_davis1993") if m == "1944-11" else ("",))
    }


def stocks(tons: float) -> dict:
    return {
        "1944-12_aviation_gasoline_stock_end": tons,
        "1944-04_aviation_gasoline_stock_end": tons,
        "1944-11_okw_stocks_aviation_gasoline_stock_okw_ehlers2009": tons,
    }


def consumption(months, tons: float) -> dict:
    return {f"1944-{m:02d}_aviation_gasoline_consumption": tons for m in months}


JANUARY = "1945-01_luftwaffe_aviation_gasoline_supplies_ehlers2009"
REPORTS = (
    "1945-01-25_jic_oil_mobility",
    "1945-02_shaef_fuel_position",
    "1945-03_shaef_seventh_army",
    "1945-04_jic_lack_of_fuel",
)
IMMOBILE = ("immobil", "fuel_issue", "per_division", "shaef", "jic_lack", "harris", "treibgas")
BENZOL = ("1944-12_benzol_levine1992", "1944-Q3_benzol_webster1961iii")
ESTIMATE = "1944-09_germany_major_benzol_plants_output"
BEARINGS_STOCK = "ball_bearings_stocks_in_pipeline_1943-10"

IN_FULL = {
    "1944-11_western_eastern_synthetic_western_plants_inactive": 11.0,
    "luetzkendorf_ft": 1.0,
    "odertal": 1.0,
    "ruhland_schwarzheide": 1.0,
}
READ_IT = {
    ("1944-12_total_supply_incl_imports", "status"): "looked_up",
    ("1944-12_total_supply_incl_imports", "confidence"): "high",
}
"""All of December's hydrogenation is the eleven's, and they have no other works."""

LIKE = "1944-12-28_harris_no_faith_in_mew"


def said(claim: str, words: str, day: str, bears: str | None = None, about: str = "harris") -> dict:
    """One more passage of an author's on a claim."""
    cells = {"claim_ids": claim, "period": day, "quote": words, "bears": bears, "about": about, "says": None}
    return {"+": [("claims_evidence", LIKE, cells)]}


def both_texts(draft: str, letter: str) -> dict:
    texts = {"text_of_draft": draft, "text_of_letter": letter}
    cells = [{"claim_ids": "C21", "quantity": q, "quote": words, "bears": None} for q, words in texts.items()]
    return {"+": [("claims_evidence", LIKE, c) for c in cells]}


OPEN_NIGHTS = ("1944-11-04_bomber_command_ruhr_weather_of_night_hansen2008", DUISBURG)
DEEP = "1944-10-14_bomber_command_duisburg_brunswick_raids_on_night_14_october_webster1961iii"
FIRST = "1944-12-06_bomber_command_leuna"
ATTACKS = (FIRST, "1944-12-06_bomber_command_leuna_bc_campaign_diary", "1944-12-21_bomber_command_poelitz")


def first_attacks(leuna: str, poelitz: str) -> dict:
    """The first British attacks on either plant on other days."""
    return {(ATTACKS[0], "period"): leuna, (ATTACKS[1], "period"): leuna, (ATTACKS[2], "period"): poelitz}


HARBURG = "1944-11-11_bomber_command_harburg"
NO_OTHERS = "1944-10..1944-11_bomber_command_attacks_outside_ruhr-rhineland"


def distant(day: int) -> tuple:
    return "raid_losses", FIRST, {"plant_id": "boehlen", "place": f"Böhlen {day}", "period": f"1944-11-{day}"}


FOOTNOTE = {
    "1944-10": {BC: 3653.0, "eighth_af": 3979.0, "fifteenth_af": 2245.0},
    "1944-11": {BC: 13030.0, "eighth_af": 14182.0, "fifteenth_af": 3721.0},
}
"""The six tonnages, long tons."""


def as_printed(times: float) -> dict:
    """Every other source of the six tonnages at so many times the footnote's figure, all of them well read."""
    out: dict = {}
    for month, cells in FOOTNOTE.items():
        for force, tons in cells.items():
            row, short = f"{month}_{force}_oil_tonnage", 1.12 * times * tons
            rows = [row, f"{month}_{force}_oil", *([f"{row}_davis1993"] if month == "1944-11" else [])]
            out |= {f"{month}_{force}_oil": short}
            if month == "1944-11":
                out |= {f"{row}_davis1993": times * tons if force == BC else short}
            out |= {(r, column): x for r in rows for column, x in (("status", "looked_up"), ("confidence", "high"))}
    return out


PLANTED = [
    ("C01", YES, dict.fromkeys(BENZOL, 90000.0)),
    ("C01", NO, dict.fromkeys(BENZOL, 2000.0)),
    ("C01", OPEN, dict.fromkeys(BENZOL, 20000.0)),
    ("C02", YES, {}),
    ("C02", NO, {("oil_usstaf_plan_targets_1944-03-05", "unit"): "plants, three of them benzol"}),
    ("C02", OPEN, {"-": ["1944-09_benzol_attacked_at_once"]}),
    ("C03", YES, {"1944_benzol_more_than_eighty": 300.0, ESTIMATE: 10000.0}),
    ("C03", NO, {"1944-10_benzol_over_fifty_listed": 200.0}),
    ("C03", OPEN, {"1944-10_benzol_over_fifty_listed": 70.0, "1945-02_benzol_twenty_more": 0.0}),
    ("C04", NO, {}),
    ("C04", YES, {(r, "bears"): "for:C04" for r in REPORTS}),
    ("C04", OPEN, {(REPORTS[0], "bears"): "for:C04"}),
    ("C04", NO_DATA, {"-": REPORTS}),
    ("C05", NO, {}),
    ("C05", YES, {"-like": "C05", **{f"producer_gas_generators_built_{k}": 5e7 for k in "ab"}}),
    ("C05", OPEN, {"-like": "C05"}),
    ("C06", YES, {}),
    ("C06", NO, consumption((11, 12), 200000.0)),
    (
        "C06",
        OPEN,
        {"-": [JANUARY, "1945-01_germany_aviation_gasoline_stock_ehlers2009"], **consumption((9, 10), 100000.0)},
    ),
    ("C09", YES, {"1944-10_benzol_over_fifty_listed": 200.0}),
    (
        "C09",
        NO,
        {
            "1944-10_benzol_over_fifty_listed": 20.0,
            "1944_benzol_more_than_eighty": 900.0,
            ESTIMATE: 5000.0,
            "1945-02_benzol_twenty_more": 0.0,
        },
    ),
    ("C09", OPEN, {"1944-10_benzol_over_fifty_listed": 40.0, "1945-02_benzol_twenty_more": 0.0, ESTIMATE: 25000.0}),
    ("C11", ("judgement",), {}),
    ("C12", YES, said("C12", "the oil plan is unsound", "1944-12-12")),
    (
        "C12",
        NO,
        {"-like": "C12", **said("C12", "I accept that oil has priority", "1944-12-12"), ("C01", "quote"): "nothing"},
    ),
    ("C13", YES, {f"1944-04_{s}": 100.0 for s in ("crude_refining", "tar_distillation", "benzol")}),
    ("C13", NO, {"+": [("plants", "boehlen", {"capacity_t_per_year": 300000.0})] * 60}),
    (
        "C13",
        OPEN,
        {
            "+": [("plants", "boehlen", {"capacity_t_per_year": 300000.0})] * 20,
            **{f"1944-04_{s}": 10.0 for s in ("crude_refining", "tar_distillation", "benzol")},
        },
    ),
    ("C14", YES, {"1944-12_total_supply_incl_imports": 80000.0, **IN_FULL, **READ_IT}),
    ("C14", OPEN, {}),
    (
        "C14",
        NO,
        {
            "scholven": 9000000.0,
            "1944-04_crude_refining": 900000.0,
            "1944-11_poelitz_leuna_bruex_share_of_aviation_gasoline_percent_webster1961iii": 97.0,
        },
    ),
    ("C15", NO, {}),
    ("C15", YES, {"1944-07_germany_monthly_requirement_unrestricted_operations": 80000.0, **IN_FULL}),
    ("C15", OPEN, {"1944-07_germany_monthly_requirement_unrestricted_operations": 90000.0, **IN_FULL}),
    ("C17", YES, {}),
    ("C17", NO, {("F01", "later_actual"): "40", "1940-12_germany_tons_denied_claimed_ehlers2009": 2000000.0}),
    ("C17", OPEN, {("F01", "later_actual"): "11", "1940-12_germany_tons_denied_claimed_ehlers2009": 750000.0}),
    ("C18", NO, {}),
    ("C20", YES, {**avgas(9000.0), "1944-12_hydrogenation_levine1992": 30000.0}),
    ("C20", NO, {"1944-12_hydrogenation_levine1992": 250000.0}),
    ("C20", OPEN, {}),
    ("C21", NO_DATA, {}),
    ("C21", YES, both_texts("eleven plants gave seventy percent of all", "eleven plants gave seventy percent of all")),
    (
        "C21",
        NO,
        both_texts("eleven plants gave seventy percent of all", "I have read with much interest of your doubts"),
    ),
    ("C21", OPEN, both_texts("eleven plants gave seventy percent", "eleven plants gave seventy of all")),
    ("C22", NO, {}),
    ("C22", YES, {"-force": "americans"}),
    ("C22", OPEN, {"+": [("raids", "leuna_1944-12-06_bcn", {"total_tons_short": 30000.0})]}),
    ("C23", YES, {}),
    ("C23", NO, americans(500.0)),
    ("C23", OPEN, americans(3300.0)),
    ("C24", YES, {}),
    (
        "C24",
        NO,
        {
            "-": ["1944-12-16..1945-01-08_eighth_af_eighth_strategic_missions_davis1993"],
            "-visual": "bruex",
            ("1944-12_bruex_production_stopped_by_fifteenth_af", "plant_id"): "boehlen",
        },
    ),
    (
        "C24",
        OPEN,
        {
            "-": ["1944-12-16..1945-01-08_eighth_af_eighth_strategic_missions_davis1993"],
            ("1944-12_bruex_production_stopped_by_fifteenth_af", "plant_id"): "boehlen",
        },
    ),
    ("C26", YES, said("C26", "oil is another panacea", "1944-11-06")),
    ("C26", NO, {"-like": "C26", **said("C26", "oil is no panacea", "1944-11-06")}),
    ("C27", YES, {NIGHTS: 25.0}),
    ("C27", OPEN, {NIGHTS: 4.0}),
    ("C27", NO, {NIGHTS: 0.0, "-": ["1944-11-04_bomber_command_ruhr_weather_of_night_hansen2008", DUISBURG]}),
    ("C28", YES, {}),
    ("C28", NO, {NIGHTS: 0.0, "-": [*OPEN_NIGHTS, DEEP], "-by_night": True}),
    ("C28", OPEN, first_attacks("1944-11-10", "1944-11-12")),
    ("C29", OPEN, {}),
    ("C29", YES, {"-": [HARBURG]}),
    ("C29", NO, {NO_OTHERS: 9.0, "+": [distant(n) for n in range(10, 14)]}),
    ("C30", YES, {}),
    ("C30", NO, {"-like": "C30", **said("C30", "I have every faith in the M.E.W.", "1944-12-28")}),
    ("C31", MIXED, {}),
    ("C31", YES, {"-like": "C31", **said("C31", "I have no faith in selective bombing", "1945-01-18")}),
    ("C31", NO, {"-like": "C31", **said("C31", "I support the oil plan", "1945-01-18")}),
    ("C33", YES, stocks(900000.0)),
    ("C33", OPEN, {**stocks(200000.0), "-": ["1944-04_aviation_gasoline_stock_end_flow"]}),
    (
        "C33",
        NO,
        {
            **stocks(0.0),
            "1944-04_aviation_gasoline": 30000.0,
            "-": ["1944-04_aviation_gasoline_stock_end_flow"],
            "1944-12_aviation_gasoline_consumption": 195000.0,
            "1944-02_aviation_gasoline_pilot_training_allotment": 1.0,
        },
    ),
    ("C35", YES, {}),
    ("C35", NO_DATA, {"-like": "C35"}),
    ("C35", NO, {"-like": "C35", ("F05", "status"): "looked_up", ("F05", "estimate"): "a very large and early fall"}),
    ("C36", YES, {}),
    ("C36", NO, first_attacks("1944-10-06", "1944-10-07")),
    ("C37", YES, {}),
    ("C37", OPEN, {"-": ["1944-11-01_harris_destroy_twelve_cities", "1944_harris_hit_list_sixty_three"]}),
    ("C38", MIXED, {}),
    (
        "C38",
        YES,
        {("1945_harris_70_cities", "says"): "of 70 cities 60 had more than 60 percent destroyed, 5 about half, 1"},
    ),
    (
        "C38",
        NO,
        {
            "1944-11-01_harris_cities_virtually_destroyed_of_60": 10.0,
            ("1945_harris_70_cities", "says"): "of 70 cities 10 had more than 60 percent destroyed, 2 about half, 1",
        },
    ),
    (
        "C38",
        OPEN,
        {
            "1944-11-01_harris_cities_virtually_destroyed_of_60": 30.0,
            ("1945_harris_70_cities", "says"): "of 70 cities 42 had more than 60 percent destroyed, 2 about half, 1",
        },
    ),
    ("C39", YES, {}),
    ("C40", NO, {}),
    (
        "C40",
        YES,
        {
            ("1944_bbsu_area_loss_1942", "says"): "about 90 in 1944",
            ("1944_ussbs_city_loss", "says"): "around 95 percent",
            "1944-10..1944-12_bomber_command_share_cities": 14.0,
        },
    ),
    ("C41", OPEN, {}),
    ("C41", YES, {NIGHTS: 40.0, STUTTGART: 5000.0}),
    ("C41", NO, {NIGHTS: 2.0}),
    ("C42", YES, {"1944-10..1944-12_bomber_command_share_cities": 80.0, NIGHTS: 2.0}),
    ("C42", OPEN, {"1944-10..1944-12_bomber_command_share_cities": 35.0}),
    (
        "C42",
        NO,
        {"1944-10..1944-12_bomber_command_share_oil": 85.0, "1944-10..1944-12_bomber_command_share_cities": 5.0},
    ),
    ("C45", YES, {}),
    ("C45", OPEN, {("1944-12-21_bomber_command_poelitz", "missing"): 24.0}),
    (
        "C45",
        NO,
        {
            ("1944-12-06_bomber_command_leuna", "missing"): 60.0,
            ("1944-12-21_bomber_command_poelitz", "missing"): 30.0,
            ("1944-12-06_bomber_command_leuna_bc_campaign_diary", "missing"): 60.0,
        },
    ),
    ("C46", YES, {}),
    ("C46", NO, {"1944-11_bomber_command_oil_share": 4.0}),
    ("C46", OPEN, {"1944-11_bomber_command_oil_share": 12.0}),
    ("C47", YES, {}),
    ("C47", NO, november_oil(3000.0)),
    ("C47", OPEN, november_oil(5000.0)),
    ("C48", YES, {}),
    ("C48", NO, november_oil(7000.0)),
    ("C48", OPEN, november_oil(11900.0)),
    ("C50", MIXED, {}),
    ("C50", YES, as_printed(1.0)),
    ("C50", NO, as_printed(1.5)),
    ("C50", OPEN, as_printed(1.1)),
    ("C51", ("judgement",), {}),
    ("C51", YES, said("C51", "papers on oil reached him", "1944-11-06", "for:C51")),
    ("C51", NO, said("C51", "this letter answers them", "1944-11-06")),
    ("C52", NO_DATA, {}),
    ("C52", YES, said("C52", "his final paragraph gives most concern", "1944-12-15", about="bufton")),
    ("C52", NO, said("C52", "his first paragraph gives most concern", "1944-12-15", about="bufton")),
    ("C53", NO, {"-like": "C53", "-letters": True}),
    ("C53", YES, {}),
    ("C53", OPEN, {"-like": "C53"}),
]


@pytest.mark.parametrize(("claim_id", "grades", "changes"), PLANTED)
def test_a_planted_record_leads_to_its_grade(planted, claim_id, grades, changes):
    v = planted(claim_id, changes)
    assert v.grade in grades, f"{v.grade} p={v.p}: {v.answer} {v.traceback}"
