"""Planted records lead each claim to the grades that its rule allows: no verdict is built in.

A planted record is the embedded one with figures or words of some rows changed. For every claim the record is led to one
side, to the other where the rule has it, and to the middle; claims on the model have what the model says put in its place.
"""

import numpy as np
import pytest

from oilplan.argument import campaign, counterfactual, marginal
from oilplan.argument.fair_war import Tried
from oilplan.argument.finding import ModelDraws
from oilplan.argument.ledger import FIGURES
from oilplan.record.tables import TABLES

N_DRAWS = 200
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

PLANTED = [
    ("C01", YES, dict.fromkeys(BENZOL, 90000.0)),
    ("C01", NO, dict.fromkeys(BENZOL, 2000.0)),
    ("C01", OPEN, dict.fromkeys(BENZOL, 20000.0)),
    ("C02", YES, {}),
    ("C02", NO, {("oil_usstaf_plan_targets_1944-03-05", "unit"): "plants, three of them benzol"}),
    ("C02", OPEN, {"-": ["1944-09_benzol_attacked_at_once"]}),
    ("C03", YES, {"1944_benzol_more_than_eighty": 300.0, ESTIMATE: 10000.0}),
    ("C03", NO, {"1944-10_benzol_over_fifty_listed": 200.0}),
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
    ("C11", ("judgement",), {}),
    ("C13", YES, {f"1944-04_{s}": 100.0 for s in ("crude_refining", "tar_distillation", "benzol")}),
    ("C14", YES, {"1944-12_total_supply_incl_imports": 80000.0, **IN_FULL, **READ_IT}),
    ("C14", OPEN, {}),
    ("C15", NO, {}),
    ("C15", YES, {"1944-07_germany_monthly_requirement_unrestricted_operations": 80000.0, **IN_FULL}),
    ("C17", YES, {}),
    ("C17", NO, {("F01", "later_actual"): "40", "1940-12_germany_tons_denied_claimed_ehlers2009": 2000000.0}),
    ("C18", NO, {}),
    ("C20", YES, {**avgas(9000.0), "1944-12_hydrogenation_levine1992": 30000.0}),
    ("C20", NO, {"1944-12_hydrogenation_levine1992": 250000.0}),
    ("C20", OPEN, {}),
    ("C21", NO_DATA, {}),
    ("C22", NO, {}),
    ("C22", YES, {"-force": "americans"}),
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
    ("C27", YES, {NIGHTS: 25.0}),
    ("C27", NO, {NIGHTS: 0.0, "-": ["1944-11-04_bomber_command_ruhr_weather_of_night_hansen2008", DUISBURG]}),
    ("C28", YES, {}),
    ("C29", OPEN, {}),
    ("C30", YES, {}),
    ("C31", MIXED, {}),
    ("C33", YES, stocks(900000.0)),
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
    ("C36", YES, {}),
    ("C37", YES, {}),
    ("C37", OPEN, {"-": ["1944-11-01_harris_destroy_twelve_cities", "1944_harris_hit_list_sixty_three"]}),
    ("C38", MIXED, {}),
    (
        "C38",
        YES,
        {("1945_harris_70_cities", "says"): "of 70 cities 60 had more than 60 percent destroyed, 5 about half, 1"},
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
    (
        "C42",
        NO,
        {"1944-10..1944-12_bomber_command_share_oil": 85.0, "1944-10..1944-12_bomber_command_share_cities": 5.0},
    ),
    ("C45", YES, {}),
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
    ("C47", YES, {}),
    ("C47", NO, november_oil(3000.0)),
    ("C47", OPEN, november_oil(5000.0)),
    ("C48", YES, {}),
    ("C48", NO, november_oil(7000.0)),
    ("C48", OPEN, november_oil(11900.0)),
    ("C50", MIXED, {}),
    ("C51", ("judgement",), {}),
    ("C52", NO_DATA, {}),
    ("C53", NO, {"-like": "C53", "-letters": True}),
]


@pytest.fixture
def planted(verdict_on, record):
    """Verdict on a claim on the record with changes: row id -> figure, (row id, column) -> cell; "-": rows taken away;
    "-like": rows of `claims_evidence` for a claim taken away; "-force", "-visual", "-letters": see below."""

    def place(row_id: str) -> str:
        return next(t for t in TABLES if row_id in record.rows(t))

    def on(claim_id: str, changes: dict):
        values, gone = {}, []
        for key, value in changes.items():
            if key == "-":
                gone += [(place(r), r) for r in value]
            elif key == "-like":
                rows = record.rows("claims_evidence")
                gone += [
                    ("claims_evidence", k) for k, r in rows.items() if value in f"{r['claim_ids']} {r.get('bears')}"
                ]
            elif key == "-force":
                gone += [("raids", k) for k, r in record.rows("raids").items() if r["force"] != BC]
            elif key == "-letters":
                gone += [("letters", k) for k, r in record.rows("letters").items() if "Bottomley" in r["from"]]
            elif key == "-visual":
                sighted = record.rows("raid_sighting")
                values |= {
                    ("raid_sighting", k, "visual_percent"): 100.0 for k, r in sighted.items() if value in r["raid_id"]
                }
            elif key[0] == "period":
                _, months, quantity = key
                rows = {
                    k: r
                    for k, r in record.rows("output").items()
                    if r["period"] in months and r["quantity"].startswith(quantity)
                }
                tons = {k for k, r in rows.items() if r["unit"] == "t" and r["value"] is not None}
                values |= {("output", k, c): value for k in tons for c in ("value", "low", "high")}
            elif isinstance(key, tuple):
                values[place(key[0]), key[0], key[1]] = value
            else:
                table = place(key)
                column = next(c for c in FIGURES if c in record.rows(table)[key])
                values[table, key, column] = value
                values |= {
                    (table, key, c): None
                    for c in ("low", "high", "capacity_low", "capacity_high")
                    if c in record.rows(table)[key]
                }
        return verdict_on(claim_id, values=values, without=gone)

    return on


@pytest.mark.parametrize(("claim_id", "grades", "changes"), PLANTED)
def test_a_planted_record_leads_to_its_grade(planted, claim_id, grades, changes):
    v = planted(claim_id, changes)
    assert v.grade in grades, f"{v.grade} p={v.p}: {v.answer} {v.traceback}"


class NoWar:
    """The war without its worlds: its draws alone; what a test asks of it is put in its place."""

    draws = ModelDraws(N_DRAWS, "put in its place by a test", 0, None)


@pytest.fixture
def without_war(monkeypatch):
    def put(module, **answers):
        monkeypatch.setattr(module, "war", lambda ledger: NoWar())
        monkeypatch.setattr(module, "unknowns_of", lambda made: {})
        for name, answer in answers.items():
            monkeypatch.setattr(module, name, lambda *args, answer=answer, **kwargs: answer)

    return put


TONS = np.array([0.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0, 16000.0, 64000.0])


def falling_at(tons_short: float) -> Tried:
    """Whole below a tonnage and nothing from it on; never less than whole for a tonnage beyond those tried."""
    left = np.where(tons_short > TONS, 1.0, 0.0)
    return Tried(np.tile(TONS[:, None], N_DRAWS), np.tile(left[:, None], N_DRAWS))


NOVEMBER_TONS = {f"1944-11_{f}_oil_tonnage": 100.0 for f in ("bomber_command", "eighth_af", "fifteenth_af")}


@pytest.mark.parametrize(
    ("threshold", "fell", "grades"),
    [(60000, {}, YES), (500, NOVEMBER_TONS | {"1944-11_all_forces_oil_tonnage": 300.0}, NO), (8000, {}, YES + OPEN)],
)
def test_c07_flown_anew_and_by_november(planted, without_war, threshold, fell, grades):
    without_war(
        campaign, held_by_all_forces=falling_at(threshold), makers_of_oil={"leuna"}, month_on_short=np.full(2000, 100.0)
    )
    v = planted("C07", fell)
    assert v.grade in grades, v.answer


LIFT_ROWS = (
    "1944-11_bomber_command_total_bomb_tonnage",
    "1945-01_bomber_command_total_tonnage",
    "1945-02_bomber_command_total_tonnage",
)


@pytest.mark.parametrize(
    ("threshold", "lift", "grades"),
    [(500, None, ("well_supported",)), (500, 100.0, ("contradicted",)), (1e6, None, OPEN), (500, 8000.0, OPEN + YES)],
)
def test_c25_of_the_lift_of_bomber_command(planted, without_war, threshold, lift, grades):
    """A need beyond all that it could drop is more than its lift, whatever the tons: even odds with what fell."""
    without_war(campaign, eleven_by_one_force=falling_at(threshold))
    v = planted("C25", dict.fromkeys(LIFT_ROWS, lift) if lift else {})
    assert v.grade in grades, v.answer


@pytest.mark.parametrize(
    ("threshold", "butt", "grades"), [(2000, 0.2, YES), (2000, 99.99, NO), (70001, 20.0, NO), (2000, 20.0, OPEN + YES)]
)
def test_c19_turns_on_the_aim_of_its_time(planted, without_war, threshold, butt, grades):
    without_war(campaign, held_by_tonnage=falling_at(threshold), american_hits_to_british=np.ones(N_DRAWS))
    v = planted("C19", dict.fromkeys(campaign.BUTT_ROWS, butt))
    assert v.grade in grades, v.answer


@pytest.mark.parametrize(
    ("time", "few", "grade"), [(30.0, 30.0, YES), (-5.0, -30.0, NO), (10.0, 10.0, OPEN), (30.0, -30.0, MIXED)]
)
def test_c32_grades_its_two_parts(planted, without_war, time, few, grade):
    gains = {"in time": np.full(N_DRAWS, time), "on few plants": np.full(N_DRAWS, few)}
    without_war(campaign, gains_by_law={"as modelled": gains, "another law": gains}, usual_raid_t=300.0)
    assert planted("C32", {}).grade in grade


@pytest.mark.parametrize(("fell", "grades"), [(100, YES), (3, NO), (15, OPEN)])
def test_c16_by_the_days_gained(planted, without_war, fell, grades):
    without_war(counterfactual, aviation_without=np.zeros((N_DRAWS, 4, 395)), days_sooner=np.full(2000, float(fell)))
    assert planted("C16", {}).grade in grades


@pytest.mark.parametrize(("left", "grades"), [(1.0, YES), (12.0, NO), (8.0, OPEN)])
def test_c43_by_what_is_left(planted, without_war, left, grades):
    before = {k: np.full(N_DRAWS, 12.0) for k in ("aviation", "synthetic")}
    after = {k: np.full((len(counterfactual.MOVED), N_DRAWS), left) for k in before}
    without_war(counterfactual, left_in_january=(before, after))
    v = planted("C43", {})
    assert v.grade in grades and "at any distance" in v.reason


@pytest.mark.parametrize(
    ("ends", "grades"), [((90e3, 60e3, 1.0), YES), ((1.0, 1.0, 1.0), MIXED + NO), ((90e3, 80e3, 75e3), MIXED)]
)
def test_c49_grades_its_two_parts(planted, without_war, ends, grades):
    without_war(counterfactual, stocks_at_the_end=(np.ones((3, N_DRAWS)), np.tile(ends, (2000, 1))))
    v = planted("C49", {})
    assert v.grade in grades, v.answer
    assert len([p for p in v.parts if p.grade]) == 2


@pytest.mark.parametrize(("ratio", "high", "grades"), [(0.1, False, YES + OPEN), (2.0, True, NO), (0.1, True, OPEN)])
def test_c10_by_list_and_return(planted, without_war, ratio, high, grades):
    states = [
        marginal.RaidState(d, np.full(N_DRAWS, 0.5), np.full(N_DRAWS, ratio), np.full(N_DRAWS, ratio))
        for d in marginal.RAID_DATES
    ]
    without_war(marginal, raid_states=states)
    assert planted("C10", {} if high else {"-": [marginal.HIGH_ROW]}).grade in grades


@pytest.mark.parametrize(("months", "grades"), [(40.0, NO), (0.1, OPEN)])
def test_c34_by_the_stock_that_the_attack_leaves(planted, monkeypatch, months, grades):
    from oilplan.argument import bearings

    lost = np.full((400, 13), 0.05 if months > 1 else 0.6)
    monkeypatch.setattr(bearings, "pressed", lambda ledger: (lost, np.full(400, months)))
    changes = {"ball_bearings_speer_counterfactual_cripple_1943": 13.0} if months > 1 else {}
    assert planted("C34", changes).grade in grades


def output_told(record, leuna, poelitz):
    """Rows of output as percent of capacity: {day: percent} for either plant."""
    like = record.rows("plant_output")["leuna_1944-11-20_percent_of_capacity"]
    told = {(plant, day): x for plant, days in (("leuna", leuna), ("poelitz", poelitz)) for day, x in days.items()}
    rows = [dict(like, row_id=f"{p}_{d}", plant_id=p, period=d, value=x) for (p, d), x in told.items()]
    return {"plant_output": {r["row_id"]: r for r in rows}}


def test_c44_follows_output_where_no_other_force_confounds_it(verdict_on, record):
    """Leuna at 28 percent before 6 December, Pölitz at 40 before 21 December."""
    alone = [
        ("raids", k) for k, r in record.rows("raids").items() if r["plant_id"] == "leuna" and r["force"] == "eighth_af"
    ]
    before = {"1944-12-18": 40.0}
    halved = output_told(
        record, {"1944-12-10": 5.0, "1944-12-21": 14.0}, before | {"1944-12-26": 0.0, "1945-01-05": 10.0}
    )
    assert verdict_on("C44", added=halved, without=alone).grade == "well_supported"
    assert verdict_on("C44", added=halved).grade in OPEN + YES
    whole = output_told(record, {"1944-12-10": 30.0}, before | {"1944-12-26": 40.0})
    assert verdict_on("C44", added=whole, without=alone).grade == "contradicted"


@pytest.mark.parametrize(("counts", "grades"), [((3, 3), YES), ((1, 1), NO), ((2, 2), OPEN)])
def test_c39_follows_a_count_of_both_months(verdict_on, record, counts, grades):
    like = record.rows("claims_evidence")["1944-11-01_harris_cities_virtually_destroyed_of_60"]
    rows = {
        m: dict(like, row_id=m, claim_ids="C39", period=m, unit="cities", value=float(n), about="bomber_command")
        for m, n in zip(("1944-09", "1944-10"), counts, strict=True)
    }
    assert verdict_on("C39", added={"claims_evidence": rows}).grade in grades


@pytest.fixture
def settled(verdict_on):
    one = verdict_on("C47")

    def on(*chances):
        from oilplan.argument import Case, claim_tests, grade
        from oilplan.argument.ledger import Ledger

        found = {f"C0{k}": one._replace(p=p, grade=grade.grade_of(p)) for k, p in enumerate(chances, start=1)}
        test = claim_tests()["C08"]
        f = test.test(Case(Ledger(verdict_on.record), test.bounds, found))
        return f.grade or grade.grade_of(grade.probability(f.rule))

    return on


def test_c08_follows_the_claims_that_it_counts(settled):
    no, yes, half = 0.01, 0.99, 0.5
    assert settled(no, no, no, no, no, no, no) in YES
    assert settled(yes, yes, yes, yes, yes, yes, yes) in NO
    assert settled(yes, yes, no, no, half, half, half) == "mixed"


def test_every_claim_has_planted_records(record):
    modelled = {"C07", "C08", "C10", "C16", "C19", "C25", "C32", "C34", "C43", "C44", "C49"}
    textual = {"C12", "C26"}
    claims = {row["claim_id"] for row in record.rows("claims").values()}
    assert claims == {claim for claim, *_ in PLANTED} | modelled | textual
