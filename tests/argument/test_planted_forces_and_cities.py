"""Planted records lead each claim to every grade that its rule can give: C26 to C53, but for those on the model."""

import pytest
from plants import (
    ATTACKS,
    BC,
    DEEP,
    FIRST,
    HARBURG,
    LIKE,
    NIGHTS,
    NO_OTHERS,
    OPEN_NIGHTS,
    STUTTGART,
    as_printed,
    distant,
    first_attacks,
    in_letter,
    november_oil,
    said,
    says_its_number,
    weak,
)

from oilplan.argument.grade import AGAINST, JUDGEMENT, LEANS, LEANS_AGAINST, MIXED, NO_DATA, OPEN, WELL

NIGHTS_OF_ONE = {"-": [*OPEN_NIGHTS, DEEP], "-by_night": True}
PLANS = ("1944-11-01_harris_destroy_twelve_cities", "1944_harris_hit_list_sixty_three")
BEARINGS = "1944-07_germany_mew_bearing_output_fall_ehlers2009"
MEANT = {("F05", "status"): "looked_up", ("F05", "estimate"): "a very large and early fall"}


def cities(done: float, most: int, half: int) -> dict:
    """Cities that Harris counted as destroyed; those over 60 percent in ruins, and about half."""
    words = f"of 70 cities {most} had more than 60 percent destroyed, {half} about half, 1"
    return {"1944-11-01_harris_cities_virtually_destroyed_of_60": done, ("1945_harris_70_cities", "says"): words}


def cost_of_cities(percent: float, **more: float) -> dict:
    """War production of 1944 that city attack cost, by both surveys."""
    said = {"1944_bbsu_area_loss_1942": f"about {percent} in 1944", "1944_ussbs_city_loss": f"around {percent} percent"}
    return {(row, "says"): words for row, words in said.items()} | more


ON_CITIES, ON_OIL = (f"1944-10..1944-12_{BC}_share_{what}" for what in ("cities", "oil"))


def missing(leuna: float, poelitz: float) -> dict:
    """Aircraft missing on the first attacks on either plant, by every account."""
    return {(row, "missing"): lost for row, lost in zip(ATTACKS, (leuna, leuna, poelitz), strict=True)}


def letters_of_october(n: int) -> list:
    cells = {"bears": "for:C53", "claim_ids": "C53"}
    return [("claims_evidence", LIKE, cells | {"period": f"1944-10-{day}"}) for day in range(10, 10 + n)]


def unsure(passages: dict) -> list:
    return [(table, like, cells | {"confidence": "medium"}) for table, like, cells in passages["+"]]


PAPERS = (
    unsure(said("C51", "papers", "1944-11-06", "for:C51")),
    unsure(said("C51", "answers", "1944-11-05", "against:C51")),
)

PLANTED = [
    ("C26", WELL, said("C26", "oil is another panacea", "1944-11-06")),
    ("C26", LEANS, {"-like": "C26", **in_letter("oil is another panacea")}),
    ("C26", LEANS_AGAINST, {"-like": "C26", **in_letter("oil is no panacea")}),
    ("C26", AGAINST, {"-like": "C26", **said("C26", "oil is no panacea", "1944-11-06")}),
    ("C27", WELL, {NIGHTS: 25.0}),
    ("C27", LEANS, {}),
    ("C27", OPEN, {NIGHTS: 4.0}),
    ("C27", LEANS_AGAINST, {NIGHTS: 1.0, "-": OPEN_NIGHTS}),
    ("C27", AGAINST, {NIGHTS: 0.0, "-": OPEN_NIGHTS}),
    ("C28", WELL, {}),
    ("C28", LEANS, {NIGHTS: 16.0, **NIGHTS_OF_ONE}),
    ("C28", OPEN, first_attacks("1944-11-10", "1944-11-12")),
    ("C28", LEANS_AGAINST, {NIGHTS: 1.0, **NIGHTS_OF_ONE, **first_attacks("1944-11-10", "1944-11-12")}),
    ("C28", AGAINST, {NIGHTS: 0.0, **NIGHTS_OF_ONE}),
    ("C29", WELL, {"-": [HARBURG]}),
    ("C29", LEANS, {NIGHTS: 8.0, "-": [*OPEN_NIGHTS, DEEP, HARBURG], "-by_night": True}),
    ("C29", OPEN, {}),
    ("C29", LEANS_AGAINST, {NO_OTHERS: 1.0, "+": [distant(n) for n in range(10, 14)]}),
    ("C29", AGAINST, {NO_OTHERS: 9.0, "+": [distant(n) for n in range(10, 14)]}),
    ("C30", WELL, {}),
    ("C30", LEANS, {"-like": "C30", **in_letter("I have no faith in M.E.W.")}),
    ("C30", LEANS_AGAINST, {"-like": "C30", **in_letter("I have every faith in the M.E.W.")}),
    ("C30", AGAINST, {"-like": "C30", **said("C30", "I have every faith in the M.E.W.", "1944-12-28")}),
    ("C31", MIXED, {}),
    ("C31", WELL, {"-like": "C31", **said("C31", "I have no faith in selective bombing", "1945-01-18")}),
    ("C31", LEANS, {"-like": "C31", **in_letter("I have no faith in selective bombing")}),
    ("C31", LEANS_AGAINST, {"-like": "C31", **in_letter("I support the oil plan")}),
    ("C31", AGAINST, {"-like": "C31", **said("C31", "I support the oil plan", "1945-01-18")}),
    ("C35", WELL, {}),
    ("C35", LEANS, {"-": ["1942-11_schweinfurt_mew_schweinfurt_share_coffey1977"], **MEANT}),
    ("C35", AGAINST, {"-like": "C35", **MEANT}),
    ("C35", NO_DATA, {"-like": "C35"}),
    ("C36", WELL, {}),
    ("C36", LEANS, {("1944-12-21_bomber_command_poelitz", "period"): "1945-01-21", **weak(FIRST, ATTACKS[1])}),
    ("C36", AGAINST, first_attacks("1944-10-06", "1944-10-07")),
    ("C37", WELL, {}),
    ("C37", LEANS, {"-": PLANS[1:], **weak(PLANS[0])}),
    ("C37", OPEN, {"-": PLANS}),
    ("C38", MIXED, {}),
    ("C38", WELL, cities(45.0, 60, 5)),
    ("C38", LEANS, cities(45.0, 47, 3)),
    ("C38", OPEN, cities(30.0, 42, 2)),
    ("C38", LEANS_AGAINST, cities(10.0, 34, 0)),
    ("C38", AGAINST, cities(10.0, 10, 2)),
    ("C40", WELL, cost_of_cities(90, **{ON_CITIES: 14.0})),
    ("C40", LEANS, cost_of_cities(60)),
    ("C40", OPEN, cost_of_cities(15)),
    ("C40", LEANS_AGAINST, {}),
    ("C40", AGAINST, cost_of_cities(0.1)),
    ("C41", WELL, {NIGHTS: 120.0, STUTTGART: 5000.0}),
    ("C41", LEANS, {NIGHTS: 40.0, STUTTGART: 5000.0}),
    ("C41", OPEN, {}),
    ("C41", LEANS_AGAINST, {NIGHTS: 4.0}),
    ("C41", AGAINST, {NIGHTS: 2.0}),
    ("C42", WELL, {ON_CITIES: 80.0, NIGHTS: 2.0}),
    ("C42", LEANS, {ON_CITIES: 62.0}),
    ("C42", OPEN, {ON_CITIES: 35.0}),
    ("C42", LEANS_AGAINST, {ON_OIL: 60.0, ON_CITIES: 5.0}),
    ("C42", AGAINST, {ON_OIL: 85.0, ON_CITIES: 5.0}),
    ("C45", WELL, {}),
    ("C45", LEANS, {(ATTACKS[2], "missing"): 8.0}),
    ("C45", OPEN, {(ATTACKS[2], "missing"): 24.0}),
    ("C45", LEANS_AGAINST, missing(26.0, 30.0)),
    ("C45", AGAINST, missing(60.0, 30.0)),
    ("C46", LEANS, {f"1944-11_{BC}_oil_share": 30.0}),
    ("C46", OPEN, {f"1944-11_{BC}_oil_share": 12.0}),
    ("C46", LEANS_AGAINST, {f"1944-11_{BC}_oil_share": 4.0}),
    ("C47", WELL, {}),
    ("C47", LEANS, november_oil(6700.0)),
    ("C47", OPEN, november_oil(5000.0)),
    ("C47", LEANS_AGAINST, november_oil(3600.0)),
    ("C47", AGAINST, november_oil(3000.0)),
    ("C48", WELL, november_oil(16000.0)),
    ("C48", LEANS, {}),
    ("C48", OPEN, november_oil(11900.0)),
    ("C48", LEANS_AGAINST, november_oil(10500.0)),
    ("C48", AGAINST, november_oil(7000.0)),
    ("C50", MIXED, {}),
    ("C50", LEANS, as_printed(1.0)),
    ("C50", OPEN, as_printed(1.1)),
    ("C50", LEANS_AGAINST, as_printed(1.19)),
    ("C50", AGAINST, as_printed(1.5)),
    ("C51", JUDGEMENT, {}),
    ("C51", WELL, said("C51", "papers on oil reached him", "1944-11-06", "for:C51")),
    ("C51", LEANS, {"+": [*PAPERS[0], *PAPERS[1]]}),
    ("C51", LEANS_AGAINST, {"-like": "C51", **in_letter("this letter answers them")}),
    ("C51", AGAINST, said("C51", "this letter answers them", "1944-11-06")),
    ("C52", NO_DATA, {}),
    ("C52", WELL, said("C52", "his final paragraph gives most concern", "1944-12-15", about="bufton")),
    ("C52", LEANS, in_letter("his final paragraph", "C13")),
    ("C52", LEANS_AGAINST, in_letter("his first paragraph", "C13")),
    ("C52", AGAINST, said("C52", "his first paragraph gives most concern", "1944-12-15", about="bufton")),
    ("C53", WELL, {"+": letters_of_october(4)}),
    ("C53", LEANS, {}),
    ("C53", OPEN, {"-like": "C53"}),
    ("C53", LEANS_AGAINST, {"-like": "C53", "-letters": True, "+": letters_of_october(1)}),
    ("C53", AGAINST, {"-like": "C53", "-letters": True}),
]


@pytest.mark.parametrize(("claim_id", "grade", "changes"), PLANTED)
def test_a_planted_record_leads_to_its_grade(planted, claim_id, grade, changes):
    v = planted(claim_id, changes)
    assert v.grade == grade, f"{v.grade} p={v.p}: {v.answer} {v.traceback}"
    assert says_its_number(v), f"{v.value} {v.unit} is not in “{v.sentence}”"
