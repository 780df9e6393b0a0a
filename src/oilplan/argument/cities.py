"""The cities: Harris's own figures (C37-C39), what city attack cost (C40), and which system was most vital (C11)."""

from __future__ import annotations

import re

import numpy as np

from .finding import AnswerPart, Case, Finding, MissingFact, decides, graded_part, readings_of
from .grade import JUDGEMENT, arms, between_arms, grade_of, pooled, probability, shown
from .ledger import N_DRAWS, NUMBER_WORDS, Ledger, Missing, claims_of, in_english, period_of, value_of, words_of

EVIDENCE = "claims_evidence"
RATE_ROW = "1944-11-01_harris_city_rate"
DESPATCH = "Harris, Despatch on War Operations, appendix C, acres destroyed by town; AIR 14, Blue Books"
BRITISH_SURVEY = "British Bombing Survey Unit, The Strategic Air War against Germany"
COUNTED_MONTHS = ("1944-09", "1944-10")
CAMPAIGN_MONTHS, TO_THE_END = 18, 24
"""The 18 months over which Harris counted to 1 November 1944 [record: claims_evidence,
harris_cities_virtually_destroyed_of_60], and with the six after them to the end of the war."""


@decides("C11", needs=(EVIDENCE, "target_systems"), work=BRITISH_SURVEY)
def most_vital(case: Case) -> Finding:
    """Oil denied per ton of bombs is recorded; what other systems lost per ton is not in like measure: a judgement."""
    denied = case.ledger.read(EVIDENCE, "1944_spaatz_oil_denied_per_ton_of_bombs")
    gap = case.ledger.one("target_systems", "city_area_offensive_bbsu_loss_by_area_attack_1943-1945")
    return Finding(
        f"every ton of bombs on oil denied {shown(denied)} tons of it, as Spaatz reckoned in 1944; what a ton did to cities, "
        "rail or aircraft works is on no record in like measure, and the witnesses disagree",
        "Oil denied per ton of bombs, as reckoned in 1944",
        "tons per ton",
        f"loss by area attack is {gap['status']} in the table of target systems; which loss hurt most is a question of value",
        denied,
        grade=JUDGEMENT,
        needs=(MissingFact("loss of fighting power per ton of bombs by target system", BRITISH_SURVEY),),
    )


PLAN_ROWS = ("1944-11-01_harris_destroy_twelve_cities", "1944_harris_hit_list_sixty_three")
"""Statements of which either shows that a list was kept: the cities still to be destroyed, by name, and the list itself."""


@decides("C37", needs=(EVIDENCE, "target_systems"), work=DESPATCH)
def sixty_cities(case: Case) -> Finding:
    """Whether works that were read attest the list, and not the totals alone."""
    ledger = case.ledger
    done = np.full(N_DRAWS, ledger.one(EVIDENCE, "1944-11-01_harris_cities_virtually_destroyed_of_60")["value"])
    plan = ledger.one("target_systems", "city_area_offensive_harris_plan_cities_1944-11-01")["value"]
    rows = [(ledger.place(key), ledger.fact(key)) for key in PLAN_ROWS if ledger.place(key)]
    attested = ledger.any_stands(rows)  # type: ignore[arg-type]
    return Finding(
        f"Harris counted {shown(done)} of {plan:.0f} cities as virtually destroyed, and {len(rows) or 'no'} "
        f"work{'s' * (len(rows) != 1)} attest{'s' * (len(rows) == 1)} a list with the names of those still to come",
        "Cities of the list that Harris counted as virtually destroyed",
        "cities",
        "other texts speak of 63 and of 50 cities; the list itself, name by name, was not found",
        done,
        arms(attested, np.zeros(len(attested), bool)),
        parts=tuple(AnswerPart(in_english(period_of(r)), words_of(r), r["source"]) for _, r in rows),
        needs=(MissingFact("the list of sixty cities", DESPATCH),),
    )


@decides("C38", needs=(EVIDENCE,), work=DESPATCH, low=2, high=3, too_low=1.5, too_high=3.5)
def average_of_cities(case: Case) -> Finding:
    """Two parts, graded apart: Harris's arithmetic, and cities devastated by a threshold of damage."""
    ledger, bounds = case.ledger, case.bounds
    done = np.full(N_DRAWS, ledger.one(EVIDENCE, "1944-11-01_harris_cities_virtually_destroyed_of_60")["value"])
    stated = ledger.one(EVIDENCE, RATE_ROW)["value"]
    own = done / CAMPAIGN_MONTHS
    rates = {"by Harris's own count": own} | _by_damage(ledger)
    damage = [v for k, v in rates.items() if k != "by Harris's own count"]
    rules = {"Harris's arithmetic": arms((own >= bounds["low"]) & (own <= bounds["high"]), own < bounds["too_low"])}
    if damage:
        rate = ledger.either("at what share of ruins a city counts as devastated", damage)
        outside = [(x < bounds["too_low"]) | (x > bounds["too_high"]) for x in damage]
        inside = (rate >= bounds["low"]) & (rate <= bounds["high"])
        none = np.logical_and.reduce(outside)
        rules["cities devastated, by the survey of ruins after the war"] = arms(inside & ~none, none)
    return Finding(
        f"{shown(done)} cities in {CAMPAIGN_MONTHS} months are {shown(own, '{:.1f}')} a month, as Harris says ({stated:g})"
        + (
            f"; by ruins counted after the war {shown(np.concatenate(damage), '{:.1f}')} a month were devastated"
            if damage
            else ""
        ),
        "Cities a month, by Harris's own count",
        "cities a month",
        "his arithmetic and his word 'devastated' are graded apart; what share of ruins is devastation decides the second",
        own,
        list(rules.values())[-1],
        grade=between_arms(grade_of(probability(rule)) for rule in rules.values()) if len(rules) > 1 else "",
        parts=(
            *(graded_part(name, "", rule) for name, rule in rules.items()),
            *(AnswerPart(name, f"{shown(x, '{:.1f}')} cities a month") for name, x in rates.items()),
        ),
        needs=(
            MissingFact(
                "acres destroyed by city and month", DESPATCH, "at what share of ruins a city counts as devastated"
            ),
        ),
    )


RUINS_ROW = "1945_harris_70_cities"
NUMBERS = re.compile(r"\b(\d+)\b")


def _by_damage(ledger: Ledger) -> dict[str, np.ndarray]:
    """[D] cities a month by two thresholds of ruin: over 60 percent, and about half or more; none without the row."""
    if not ledger.place(RUINS_ROW):
        return {}
    row = ledger.fact(RUINS_ROW)
    _, most, _, half, *_ = (float(n) for n in NUMBERS.findall(row["says"]))
    spread = ledger.figure(EVIDENCE, row | {"value": 1.0})
    return {
        "over 60 percent in ruins": most * spread / TO_THE_END,
        "about half or more in ruins": (most + half) * spread / TO_THE_END,
    }


NAMED_ROW = "1944-09-06_hansen_cities_destroyed_september_october"
OUTRIGHT = "how many of the cities named for September and October were devastated outright"
IN_WORDS = re.compile(rf"\b({'|'.join(NUMBER_WORDS)})\b")


@decides("C39", needs=(EVIDENCE,), work=DESPATCH, exceeded=5, fell=2)
def keep_up_the_average(case: Case) -> Finding:
    """Cities counted for September and October 1944 against twice the average that Harris gave."""
    ledger, bounds = case.ledger, case.bounds
    rate = ledger.one(EVIDENCE, RATE_ROW)["value"]
    counted = cities_counted(ledger)
    stated = ledger.any_stands([(ledger.place(k) or "", ledger.fact(k)) for t, k in ledger.used if k != RATE_ROW])
    return Finding(
        f"{shown(counted)} cities were devastated in September and October 1944, where Harris needed {2 * rate:.0f} to keep "
        "his average",
        "Cities devastated in September and October 1944",
        "cities",
        "counted from what works say of each city, for no acreage by month is in the record",
        counted,
        arms((counted >= bounds["exceeded"]) & stated, (counted <= bounds["fell"]) & stated),
        needs=(MissingFact("acres destroyed by city and month", DESPATCH, OUTRIGHT),),
    )


def cities_counted(ledger: Ledger) -> np.ndarray:
    """[D] cities of September and October 1944: rows that count them in each month, else those that a work names.

    Raises Missing where there is neither.
    """
    counts = [
        r for r in ledger.rows(EVIDENCE) if "C39" in claims_of(r) and r["unit"] == "cities" and value_of(r) is not None
    ]
    by_month = [[r for r in counts if r["period"] == month] for month in COUNTED_MONTHS]
    if all(by_month):
        ledger.use(EVIDENCE, counts)
        each = [
            ledger.either(f"cities devastated in {m}", [ledger.figure(EVIDENCE, r) for r in rows])
            for m, rows in zip(COUNTED_MONTHS, by_month, strict=True)
        ]
        return np.round(sum(each))
    row = ledger.fact(NAMED_ROW)
    stated = [NUMBER_WORDS[word] for word in IN_WORDS.findall(row["says"] or "")]
    if not stated:
        raise Missing(EVIDENCE, f"a number of cities in the row {NAMED_ROW}")
    return np.round(ledger.between(OUTRIGHT, min(stated), max(stated)))


CITY_LOSS_ROWS = ("1944_bbsu_area_loss_1942", "1944_ussbs_city_loss")
WORTH_OF_FUEL = "what a percent of fuel lost was worth in percent of war production, a hundredth to the whole"
LEAST_WORTH = 0.01
"""The least that a percent of all fuel can have been worth; judgement, two orders of magnitude."""


@decides("C40", needs=("target_systems", "forces", EVIDENCE, "output"), work=BRITISH_SURVEY)
def cities_most_effective(case: Case) -> Finding:
    """What city attack cost in 1944 by either survey, against the fuel that oil attack cost, at a drawn worth."""
    ledger = case.ledger
    tons = ledger.read("forces", "1944-10..1944-12_bomber_command_share_cities")
    oil_tons = ledger.read("forces", "1944-10..1944-12_bomber_command_share_oil")
    rows = [ledger.fact(key) for key in CITY_LOSS_ROWS]
    losses = [ledger.figure(EVIDENCE, r | {"value": _loss_of_1944(r)}) for r in rows]
    cost = ledger.either("whether the British or the American survey has the cost of city attack rightly", losses)
    spring = ledger.read("output", "1944-03_total_supply_incl_imports_levine1992")
    fuel = 100 * (1 - ledger.read("output", "1944-12_total_supply_incl_imports") / spring)
    worth = LEAST_WORTH ** ledger.between(WORTH_OF_FUEL, 1.0, 0.0)
    more = {"ton for ton, as the rule asks": cost / tons > worth * fuel / oil_tons, "in all": cost > worth * fuel}
    rules = {name: arms(x, ~x) for name, x in more.items()}
    return Finding(
        f"city attack cost Germany {shown(cost, '{:.1f}')} percent of its war production in 1944, by the surveys, while it lost "
        f"{shown(fuel)} percent of its fuel from March to December",
        "Loss of war production by city attack, 1944",
        "percent",
        f"cities took {shown(tons)} percent of Bomber Command's bombs that autumn and oil {shown(oil_tons)}; a percent of fuel "
        "is taken as worth anything from a hundredth to the whole of a percent of war production, and the cost is set against the tons",
        cost,
        pooled(*rules.values()),
        readings=readings_of(
            rules,
            {k: f"the chance that city attack cost more is {100 * x.mean():.0f} percent" for k, x in more.items()},
        ),
        needs=(MissingFact("loss of war production by target system, half-yearly", BRITISH_SURVEY, WORTH_OF_FUEL),),
        evidence_against=tuple((ledger.place(key) or EVIDENCE, key) for key in CITY_LOSS_ROWS),
    )


def _loss_of_1944(row: dict) -> float:
    """Percent for 1944 in the words of a survey's row: the number after "about" or "around", else the first."""
    words = row["says"]
    near = re.search(r"(?:about|around)\s+(\d+(?:\.\d+)?)", words)
    return float(near[1] if near else re.search(r"\d+(?:\.\d+)?", words)[0])  # type: ignore[index]
