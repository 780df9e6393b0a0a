"""Records planted for claims: figures and words changed, taken away or added, by the grade that they should lead to."""

import re

from oilplan.argument.verdict import Verdict
from oilplan.digits import step_of

BC = "bomber_command"
NIGHTS = "1944-10..1944-12_bomber_command_nights_oil_possible_not_attacked_biddle2002"
STUTTGART = "1944-10-19_bomber_command_stuttgart_city_tons_night_webster1961iii"
DUISBURG = "1944-10-14_bomber_command_duisburg_city_tons_night_hansen2008"


def avgas(tons: float) -> dict:
    """Every account of aviation gasoline of October and November 1944, of the plants and of all sources."""
    return {("period", ("1944-10", "1944-11"), "aviation_gasoline"): tons}


def november_oil(tons: float) -> dict:
    """Bomber Command's tons on oil in November 1944, and their share of its bombs."""
    share = 100 * tons / 53022
    return {
        f"1944-11_{BC}_oil_tonnage": tons,
        f"1944-11_{BC}_oil_tonnage_davis1993": tons,
        f"1944-11_{BC}_oil_share_davis1993": share,
        f"1944-11_{BC}_oil_share": share,
    }


def americans(tons: float) -> dict:
    """Tons on oil of either American force in every month of the quarter."""
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
BENZOL = ("1944-12_benzol_levine1992", "1944-Q3_benzol_webster1961iii")
ESTIMATE = "1944-09_germany_major_benzol_plants_output"

IN_FULL = {
    "1944-11_western_eastern_synthetic_western_plants_inactive": 11.0,
    "luetzkendorf_ft": 1.0,
    "odertal": 1.0,
    "ruhland_schwarzheide": 1.0,
}
"""All of December's hydrogenation is the eleven's, and they have no other works."""


def sure(*rows: str, status: str = "looked_up", confidence: str = "high") -> dict:
    """Rows as well known as any."""
    return {(row, column): x for row in rows for column, x in (("status", status), ("confidence", confidence))}


def weak(*rows: str) -> dict:
    """Rows as badly known as any that count."""
    return sure(*rows, status="recalled", confidence="low")


SUPPLY = "1944-12_total_supply_incl_imports"

LIKE = "1944-12-28_harris_no_faith_in_mew"


def said(claim: str, words: str, day: str, bears: str | None = None, about: str = "harris") -> dict:
    """One more passage of an author's on a claim."""
    cells = {"claim_ids": claim, "period": day, "quote": words, "bears": bears, "about": about, "says": None}
    return {"+": [("claims_evidence", LIKE, cells)]}


def in_letter(words: str, row: str = "C01") -> dict:
    """Words badly known, in a claim that quotes the letter."""
    return {(row, "quote"): words, **weak(row)}


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


def says_its_number(v: Verdict) -> bool:
    """Whether the number measured stands in the sentence, as a figure or, where it is nothing, as a word."""
    if v.value is None:
        return True
    step = step_of(v.low, v.high)
    said = {f"{v.value:,.0f}", f"{v.value:.1f}", f"{v.value:+.0f}", f"{v.value:g}"} | (
        {"no", "none"} if v.value == 0 else set()
    )
    said |= {"0"} & {form.lstrip("-+") for form in said}
    if step >= 10:
        said.add(f"{round(v.value / step) * step + 0.0:,.0f}")
    return any(re.search(rf"(?<![\d.,]){re.escape(form)}(?!\d|[.,]\d)", v.sentence) for form in said)
