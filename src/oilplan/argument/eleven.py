"""The eleven plants: how few gave most of the oil (C13), and their share of fuel (C14) and of requirements (C15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ..record.names import short_name
from ..units import MONTHS_PER_YEAR
from .finding import AnswerPart, Case, Finding, MissingFact, decides, reading_of, readings_of
from .grade import arms, pooled, probability, shown
from .ledger import Ledger, in_english

SYNTHETIC = ("bergius", "fischer_tropsch")
PILOT_PLANT = "ludwigshafen_oppau"
"""A pilot plant beside a chemical works, its capacity recalled and weak: left out."""
RUHR = ("ruhr", "rhineland")
OTHER_SOURCES = ("crude_refining", "tar_distillation", "benzol")
PLANT_TABLES = "United States Strategic Bombing Survey, Oil Division Final Report, output by plant and month"
AIR_STAFF = "Bufton papers, Churchill Archives Centre, and the Air Staff's papers on oil targets, AIR 20"


def synthetic_plants(ledger: Ledger) -> list[dict]:
    """Hydrogenation and Fischer-Tropsch plants of the record with a capacity."""
    return ledger.find(
        "plants",
        "synthetic plants with their capacity",
        lambda r: r["row_type"] == "plant" and r["process"].startswith(SYNTHETIC) and r["capacity_t_per_year"],
    )


def the_eleven(ledger: Ledger) -> list[dict]:
    """The eleven with Silesia, at whose sites Luetzkendorf is one with two works."""
    named = ledger.find("plants", "the eleven plants of set A", eleven_set_A=1)
    return at_their_sites(named, synthetic_plants(ledger))


def at_their_sites(eleven: list[dict], plants: list[dict]) -> list[dict]:
    """Synthetic plants at the sites of the eleven."""
    sites = {r["site_id"] for r in eleven}
    return [r for r in plants if r["site_id"] in sites]


def capacity(ledger: Ledger, rows: Sequence[dict]) -> np.ndarray:
    """[D] summed capacity, tons a month."""
    return np.sum([ledger.figure("plants", r) for r in rows], axis=0) / MONTHS_PER_YEAR


def needed_for(share: float, amounts: np.ndarray) -> np.ndarray:
    """[D] smallest number of plants that give a share of all: [K, D] amounts."""
    run = np.cumsum(-np.sort(-amounts, axis=0), axis=0)
    return 1.0 + (run < share * run[-1] * (1 - 1e-9)).sum(axis=0)


SPREADS = (20, 40, 80, 160)
"""Works among which tar and benzol are each shared: from the number of major benzol plants to twice the 80 that a history
names as the least of all benzol plants; the record has only their sums."""
MANY_WORKS = "among how many works tar and benzol were spread, 20 to 160"
MOST = 0.7
"""The share that counts as the major proportion: that of the claim's own rule."""


@decides("C13", needs=("plants", "output"), work=PLANT_TABLES, few=15, many=30)
def limited_number(case: Case) -> Finding:
    """Plants that give 70 percent of synthetic capacity, and of all domestic output of April 1944, at even odds."""
    ledger, bounds = case.ledger, case.bounds
    plants = [r for r in synthetic_plants(ledger) if r["plant_id"] != PILOT_PLANT]
    synthetic = np.stack([ledger.figure("plants", r) / MONTHS_PER_YEAR for r in plants])
    of_all = [needed_for(MOST, np.concatenate([synthetic, _small_sources(ledger, works)])) for works in SPREADS]
    measures = {
        "synthetic capacity": needed_for(MOST, synthetic),
        "all domestic oil, April 1944": ledger.either(MANY_WORKS, of_all),
    }
    rules = {name: arms(n <= bounds["few"], n > bounds["many"]) for name, n in measures.items()}
    few, all_oil = (shown(n) for n in measures.values())
    return Finding(
        f"{few} plants held 70 percent of synthetic capacity, and {all_oil} works of every kind gave 70 percent of all "
        "German oil in April 1944",
        "Smallest number of plants that hold 70 percent of synthetic capacity",
        "plants",
        "synthetic capacity and all domestic output at even odds; of tar and benzol the record has the sums alone",
        measures["synthetic capacity"],
        pooled(*rules.values()),
        readings=readings_of(rules, {name: f"{shown(n)} plants" for name, n in measures.items()}),
        needs=(MissingFact("tar and benzol works with their output", PLANT_TABLES, MANY_WORKS),),
    )


def _small_sources(ledger: Ledger, works: int) -> np.ndarray:
    """[K, D] tons a month of refineries (crude refined, by nameplate), and of tar and benzol in equal works each."""
    crude = ledger.read("output", "1944-04_crude_refining")
    refineries = ledger.find(
        "plants",
        "crude refineries of the Reich and Austria",
        lambda r: (
            r["row_type"] == "plant"
            and r["process"] == "crude_refining"
            and r["capacity_t_per_year"]
            and r["region"] != "romania"
        ),
    )
    plates = np.array([r["capacity_t_per_year"] for r in refineries])
    out = [crude * plate / plates.sum() for plate in plates]
    for series in ("tar_distillation", "benzol"):
        out += [ledger.read("output", f"1944-04_{series}") / works] * works
    return np.stack(out)


DECEMBER = "1944-12"
WEST = "share of December's hydrogenation that the western plants made, ten of eleven of them standing idle"
EAST_FT = "how far the Fischer-Tropsch works among the eleven worked in December 1944"
SPIRIT = "share of the eleven's output that was aviation and motor spirit, the rest being diesel and other oils"
LEAST_SPIRIT = 0.6
"""The least part of hydrogenation that was aviation and motor spirit: that of the fuel recorded by kind for November 1944
is nearly all of the first and over half of the second [record: output_found]; judgement."""
THREE_PLANTS = "1944-11_poelitz_leuna_bruex_share_of_aviation_gasoline_percent_webster1961iii"
IDLE = "1944-11_western_eastern_synthetic_western_plants_inactive"
OF_PLANTS = 11.0


class Made(NamedTuple):
    """[D] what the eleven made in December 1944, tons: of all products, and of aviation and motor spirit."""

    every: np.ndarray
    spirit: np.ndarray


def made_in_december(ledger: Ledger) -> Made:
    """December's hydrogenation less what the west may still have made, with the eleven's own Fischer-Tropsch works.

    Ten of eleven western plants stood idle in November: the west made at most the eleventh plant's part of it.
    """
    hydrogenation = ledger.read("output", "1944-12_hydrogenation_levine1992")
    idle = ledger.fact(IDLE)["value"]
    eastern_active = ledger.fact("1944-11_western_eastern_synthetic_eastern_plants_active")["value"]
    west = ledger.between(WEST, 0.0, (OF_PLANTS - idle) / (OF_PLANTS - idle + eastern_active))
    fischer = [r for r in the_eleven(ledger) if r["process"].startswith("fischer_tropsch")]
    every = hydrogenation * (1 - west) + capacity(ledger, fischer) * ledger.between(EAST_FT, 0.0, 1.0)
    return Made(every, every * ledger.between(SPIRIT, LEAST_SPIRIT, 1.0))


def of_surviving_spirit(ledger: Ledger) -> np.ndarray:
    """[D] the eleven's share of December's aviation and motor spirit, percent: the words of Portal's letter as printed."""
    aviation = ledger.read("output", "1944-12_aviation_gasoline_webster1961iii")
    motor = ledger.read("output", "1944-12_motor_gasoline")
    return np.minimum(100.0, 100 * made_in_december(ledger).spirit / (aviation + motor))


NEEDS_OUTPUT = MissingFact("the output of each of the eleven in December 1944", PLANT_TABLES, SPIRIT)
NEEDS_LIST = MissingFact("the list of the eleven in the Air Staff's papers", AIR_STAFF)


@decides("C14", needs=("plants", "output", "estimates"), work=PLANT_TABLES, low=65, high=75, too_low=60, too_high=80)
def seventy_percent_of_fuel(case: Case) -> Finding:
    """The eleven plants' share under every denominator of the rule, and under the letter's own."""
    ledger = case.ledger
    shares, own = denominators(ledger), of_surviving_spirit(ledger)
    inside = {k: _within(v, case.bounds, "low", "high") for k, v in shares.items()}
    outside = [~_within(v, case.bounds, "too_low", "too_high") for v in shares.values()]
    worded = arms(inside["c"] | inside["d"], np.logical_and.reduce(outside))
    letter = arms(_within(own, case.bounds, "low", "high"), ~_within(own, case.bounds, "too_low", "too_high"))
    return Finding(
        f"the eleven held {shown(shares['a'])} percent of what could be made of synthetic oil, but made {shown(shares['c'])} percent of all German fuel in December 1944 and {shown(own)} percent of its aviation and motor "
        "spirit",
        "Share of the eleven plants in all German fuel, December 1944",
        "percent",
        "the rule lies between its ends where one of its four denominators alone fits",
        shares["c"],
        worded,
        readings=(
            reading_of(
                "as worded: of Germany's fuel",
                f"{shown(shares['c'])} percent of all fuel; {shown(shares['d'])} of what could be made with the Ruhr out",
                worded,
            ),
            reading_of("as the letter has it: of surviving aviation and motor spirit", f"{shown(own)} percent", letter),
        ),
        parts=(
            *(AnswerPart(f"{k} {DENOMINATORS[k]}", f"{shown(v)} percent") for k, v in shares.items()),
            AnswerPart(
                "eight of them, without Silesia, of synthetic capacity", f"{shown(_without_silesia(ledger))} percent"
            ),
            AnswerPart(
                "the eleven", ", ".join(short_name(r["plant_id"]) for r in the_eleven(ledger)), "no source names them"
            ),
        ),
        needs=(NEEDS_OUTPUT, NEEDS_LIST),
    )


DENOMINATORS = {
    "a": "synthetic capacity",
    "b": "aviation gasoline, November 1944",
    "c": "all liquid fuel, December 1944",
    "d": "all liquid fuel at full working, the Ruhr out",
}


def denominators(ledger: Ledger) -> dict[str, np.ndarray]:
    """[D] the eleven's share under denominators a to d of the claim's row, percent."""
    plants = [r for r in synthetic_plants(ledger) if r["plant_id"] != PILOT_PLANT]
    held, whole = capacity(ledger, the_eleven(ledger)), capacity(ledger, plants)
    ruhr = capacity(ledger, [r for r in plants if r["region"] in RUHR])
    others = np.sum([ledger.read("output", f"1944-04_{s}") for s in OTHER_SOURCES], axis=0)
    supply = ledger.read("output", "1944-12_total_supply_incl_imports")
    three = np.minimum(100.0, ledger.read("output", THREE_PLANTS))
    rest = ledger.between(
        "what the other eight made of the aviation gasoline that Pölitz, Leuna and Brüx did not", 0.0, 1.0
    )
    return {
        "a": 100 * held / whole,
        "b": three + (100 - three) * rest,
        "c": 100 * made_in_december(ledger).every / supply,
        "d": 100 * held / (whole - ruhr + others),
    }


def _without_silesia(ledger: Ledger) -> np.ndarray:
    plants = [r for r in synthetic_plants(ledger) if r["plant_id"] != PILOT_PLANT]
    eight = at_their_sites(ledger.find("plants", "the eight plants of set B", eleven_set_B=1), plants)
    return 100 * capacity(ledger, eight) / capacity(ledger, plants)


def _within(percent: np.ndarray, bounds: Mapping[str, float], low: str, high: str) -> np.ndarray:
    return (percent >= bounds[low]) & (percent <= bounds[high])


NEEDY, WANTED = (
    ("germany", "luftwaffe"),
    ("monthly_requirement_unrestricted_operations", "_gasoline_requirement", "_requirement_december"),
)
"""Whose requirement of fuel, and how the quantity of such a row ends."""
LETTERS_SHARE = "1944-12-22_portal_share_of_eleven_plants"
REQUIREMENT = "a German requirement of December 1944"


@decides(
    "C15",
    needs=("plants", "output", "claims_evidence", "estimates"),
    work=PLANT_TABLES,
    low=65,
    high=75,
    outside_low=55,
    outside_high=85,
)
def seventy_percent_of_requirements(case: Case) -> Finding:
    """What the eleven made in December 1944 of every requirement that the record documents, and of the letter's own base."""
    ledger, bounds = case.ledger, case.bounds
    share, own = of_requirements(ledger), of_surviving_spirit(ledger)
    outside = [~_within(s, bounds, "outside_low", "outside_high") for s in share.values()]
    worded = arms(
        np.logical_or.reduce([_within(s, bounds, "low", "high") for s in share.values()]),
        np.logical_and.reduce(outside),
    )
    letter = arms(_within(own, bounds, "low", "high"), ~_within(own, bounds, "outside_low", "outside_high"))
    most = max(share, key=lambda k: float(np.median(share[k])))
    return Finding(
        f"the eleven met {shown(share[most])} percent of {most}, the most of any requirement on record, and made "
        f"{shown(own)} percent of the aviation and motor spirit of December 1944",
        f"What the eleven made in December 1944, of {most}",
        "percent",
        f"{len(share)} documented requirements"
        + (", none of them of December 1944" if all(in_english(DECEMBER) not in name for name in share) else ""),
        share[most],
        worded,
        readings=(
            reading_of("as the narrator words it: of German requirements", f"{shown(share[most])} percent", worded),
            reading_of("as the letter has it: of surviving aviation and motor spirit", f"{shown(own)} percent", letter),
        ),
        parts=tuple(AnswerPart(name, f"{shown(s)} percent") for name, s in share.items()),
        needs=(MissingFact(REQUIREMENT, PLANT_TABLES), NEEDS_OUTPUT) if probability(worded) > 0.05 else (),
        evidence_against=((("claims_evidence", LETTERS_SHARE),) if ledger.place(LETTERS_SHARE) else ()),
    )


def of_requirements(ledger: Ledger) -> dict[str, np.ndarray]:
    """[D] percent of each requirement in the record, of all products or of aviation gasoline, by its name."""
    made = made_in_december(ledger)
    aviation = ledger.read("output", "1944-12_aviation_gasoline_synthetic_plants_only_davis1993")
    every = ledger.find(
        "claims_evidence",
        "a documented German requirement of fuel",
        lambda r: (
            r["about"] in NEEDY
            and r["quantity"].endswith(WANTED)
            and r["unit"].startswith("t")
            and (r["value"] or 0) > 0
        ),
    )
    out = {}
    for r in every:
        flying = "aviation" in r["quantity"]
        name = f"the requirement of {'aviation' if flying else 'all'} fuel of {in_english(r['period'])}"
        out[name] = 100 * (aviation if flying else made.every) / ledger.figure("claims_evidence", r)
    for row_id in ("1944-05_aviation_gasoline_planned_need_davis1993",):
        out["the planned need of aviation fuel of May 1944"] = 100 * aviation / ledger.read("output", row_id)
    return out
