"""Oil's share of each force's bombs: C22, C23, C47, C48; and the cut-off footnote rebuilt, C50."""

from __future__ import annotations

import numpy as np

from ..units import T_PER_LONG_TON, T_PER_SHORT_TON
from .finding import AnswerPart, Case, Finding, MissingFact, decides, graded_part, readings_of
from .grade import arms, between_arms, grade_of, pooled, probability, shown
from .ledger import Ledger, Missing, in_english

FORCES = {"bomber_command": "Bomber Command", "eighth_af": "Eighth Air Force", "fifteenth_af": "Fifteenth Air Force"}
MONTHS = ("1944-10", "1944-11", "1944-12")
EVIDENCE = "claims_evidence"
QUARTER_OIL = "1944-10..1944-12_bomber_command_oil_tons_aimed"
"""Bomber Command's tons on oil in the quarter; December is what October and November leave of it."""
ABOUT = "what 'about 23,000 tons' was before it was rounded"
QUARTER_ROUNDED_LONG_TONS = 500
"""The history prints "about 23,000 tons": half of the last figure that it gives."""
SECOND_ACCOUNT = "_davis1993"
"""Ends the rows of November's oil tons and shares by Davis, beside those of the footnote in Webster and Frankland."""
INTERNAL_CHECK = "the history's sentence tested by its own footnote, with another history's November beside it"
LAST_SPLIT = "1944-12-16"
"""The day after which C22 might be true though false before."""
RETURNS = "statistical summaries of the Eighth and Fifteenth Air Forces and Bomber Command's monthly returns, AIR 14"


def in_t(row: dict) -> float:
    """Metric tons in one ton of a row's unit."""
    return T_PER_SHORT_TON if row["unit"].startswith("short") else T_PER_LONG_TON


def oil_t(ledger: Ledger, month: str, force: str) -> np.ndarray:
    """[D] metric tons a force aimed at oil in a month of October to December 1944.

    Printed figures in long tons for October and November, in November by either history; in December the American
    figures in short tons and, for Bomber Command, the quarter's total less the two months.
    """
    if month == "1944-12" and force == "bomber_command":
        about = ledger.one("forces", QUARTER_OIL)["value"]
        spread = QUARTER_ROUNDED_LONG_TONS
        quarter = ledger.between(ABOUT, about - spread, about + spread) * T_PER_LONG_TON
        return np.maximum(0.0, quarter - oil_t(ledger, "1944-10", force) - oil_t(ledger, "1944-11", force))
    row_id = f"{month}_{force}_oil_tonnage"
    rows = [ledger.one(EVIDENCE, row_id + end) for end in (("", SECOND_ACCOUNT) if month == "1944-11" else ("",))]
    tons = [ledger.figure(EVIDENCE, r) * in_t(r) for r in rows]
    which = f"which history gives {FORCES[force]}'s tons on oil in {month} rightly"
    return ledger.either(which, tons, which.replace(month, in_english(month)))


def raid_tons_t(ledger: Ledger, force: str, start: str, end: str, plants: frozenset[str]) -> np.ndarray:
    """[D] metric tons of the raids of a force on some plants, start <= date <= end; zero where there was none."""
    rows = [
        r
        for r in ledger.rows("raids")
        if r["force"] == force and r["date"] and start <= r["date"] <= end and r["plant_id"] in plants
    ]
    each = [ledger.figure("raids", r) for r in ledger.use("raids", rows)]
    return np.sum(each, axis=0) * T_PER_SHORT_TON if each else np.zeros(1)


def eleven_targets(ledger: Ledger) -> frozenset[str]:
    """Ids under which the tabulation lists raids on the eleven plants of the record's set A."""
    eleven = ledger.find("plants", "the eleven plants of set A", eleven_set_A=1)
    return frozenset(r["plant_id"] for r in eleven) | {"blechhammer_unspecified"}


def british_share(ledger: Ledger, start: str, end: str, plants: frozenset[str]) -> np.ndarray:
    """[D] Bomber Command's share of the tons on some plants over a period, percent."""
    british = raid_tons_t(ledger, "bomber_command", start, end, plants)
    every = british + sum(raid_tons_t(ledger, f, start, end, plants) for f in ("eighth_af", "fifteenth_af"))
    if not np.all(every > 0):
        raise Missing("raids", f"any raid on the eleven plants from {start} to {end}")
    return 100 * british / every


@decides("C22", needs=("raids", "plants", EVIDENCE, "forces"), work=RETURNS, alone=75, not_alone=50)
def going_it_alone(case: Case) -> Finding:
    """Bomber Command's share of the tons on the eleven, October to December, and after 16 December apart."""
    ledger, eleven = case.ledger, eleven_targets(case.ledger)
    shares = {
        "on the eleven, October-December": british_share(ledger, "1944-10-01", "1944-12-31", eleven),
        "on the eleven, 16-31 December": british_share(ledger, LAST_SPLIT, "1944-12-31", eleven),
    }
    rules = {k: arms(s >= case.bounds["alone"], s < case.bounds["not_alone"]) for k, s in shares.items()}
    oil = {f: sum(oil_t(ledger, m, f) for m in MONTHS) for f in FORCES}
    of_all = 100 * oil["bomber_command"] / sum(oil.values())
    share, late = (shown(s) for s in shares.values())
    return Finding(
        f"Bomber Command dropped {share} percent of the bombs on the eleven plants from October to December 1944, and "
        f"{shown(of_all)} percent of those on all oil",
        "Bomber Command's share of tons on the eleven plants, October-December 1944",
        "percent",
        f"the Americans dropped the rest; from 16 December {late} percent, by the tabulation as digitised",
        shares["on the eleven, October-December"],
        rules["on the eleven, October-December"],
        readings=readings_of(rules, {k: f"{shown(s)} percent" for k, s in shares.items()}),
        parts=(AnswerPart("all oil targets, October-December", f"{shown(of_all)} percent", "printed totals"),),
    )


@decides("C23", needs=(EVIDENCE, "forces"), work=RETURNS, heavily=50, hardly=30)
def americans_in_the_fight(case: Case) -> Finding:
    """The American share of oil tonnage in each month; the smallest month decides."""
    shares = {}
    for month in MONTHS:
        oil = {f: oil_t(case.ledger, month, f) for f in FORCES}
        shares[month] = 100 * (1 - oil["bomber_command"] / sum(oil.values()))
    least = np.stack(list(shares.values())).min(axis=0)
    return Finding(
        f"the Americans dropped {shown(least)} percent of the bombs on oil in their lowest month of October to December "
        "1944",
        "Lowest monthly share of the Eighth and Fifteenth in oil tonnage, October-December 1944",
        "percent",
        "in December Bomber Command's tons are the quarter's, 'about 23,000', less two months",
        least,
        arms(least >= case.bounds["heavily"], least < case.bounds["hardly"]),
        parts=tuple(AnswerPart(in_english(m), f"{shown(s)} percent") for m, s in shares.items()),
    )


@decides("C47", needs=(EVIDENCE,), work=RETURNS, greater=2, not_greater=1.2)
def greater_proportion(case: Case) -> Finding:
    """November's oil share of Bomber Command's tons over October's; November's also by the share that Davis gives."""
    ledger, share = case.ledger, {}
    for month in MONTHS[:2]:
        oil = ledger.read(EVIDENCE, f"{month}_bomber_command_oil_tonnage")
        share[month] = 100 * oil / ledger.read(EVIDENCE, f"{month}_bomber_command_total_bomb_tonnage")
    davis = ledger.read(EVIDENCE, f"1944-11_bomber_command_oil_share{SECOND_ACCOUNT}")
    share["1944-11"] = ledger.either(
        "which history gives Bomber Command's oil share in 1944-11 rightly", [share["1944-11"], davis]
    )
    ratio = share["1944-11"] / share["1944-10"]
    return Finding(
        f"oil took {shown(share['1944-10'], '{:.1f}')} percent of Bomber Command's bombs in October 1944 and "
        f"{shown(share['1944-11'], '{:.1f}')} percent in November, {shown(ratio, '{:.1f}')} times the proportion",
        "November's oil share of Bomber Command's tons over October's",
        "times",
        INTERNAL_CHECK,
        ratio,
        arms(ratio >= case.bounds["greater"], ratio <= case.bounds["not_greater"]),
        parts=tuple(AnswerPart(in_english(m), f"{shown(s, '{:.1f}')} percent") for m, s in share.items()),
    )


@decides("C48", needs=(EVIDENCE, "effort_monthly"), work=RETURNS, low=3.5, high=5.5, too_low=3, too_high=6)
def about_four_times(case: Case) -> Finding:
    """Bomber Command's oil tons in November over October, as printed; the tabulation beside it."""
    ledger, bounds = case.ledger, case.bounds
    ratio = oil_t(ledger, "1944-11", "bomber_command") / oil_t(ledger, "1944-10", "bomber_command")
    tabulated = ledger.read("effort_monthly", "1944-11_bomber_command_oil") / ledger.read(
        "effort_monthly", "1944-10_bomber_command_oil"
    )
    rule = arms(
        (ratio >= bounds["low"]) & (ratio <= bounds["high"]), (ratio < bounds["too_low"]) | (ratio > bounds["too_high"])
    )
    return Finding(
        f"Bomber Command dropped {shown(ratio, '{:.1f}')} times as many tons on oil in November 1944 as in October",
        "Bomber Command's oil tons, November over October 1944",
        "times",
        f"{INTERNAL_CHECK}; 'four times more' may mean four or five times as much, and the rule admits both",
        ratio,
        rule,
        parts=(
            AnswerPart(
                "tabulation as digitised, not used", f"{shown(tabulated, '{:.1f}')} times", "dates in doubt", True
            ),
        ),
    )


def tonnage_cells(ledger: Ledger) -> dict[str, np.ndarray]:
    """[D] difference of each tonnage of the footnote from another source, percent: Davis or the tabulation, a draw each."""
    out = {}
    for month in MONTHS[:2]:
        for force, name in FORCES.items():
            row_id = f"{month}_{force}_oil_tonnage"
            printed = ledger.read(EVIDENCE, row_id) * T_PER_LONG_TON
            others = [ledger.read("effort_monthly", f"{month}_{force}_oil") * T_PER_SHORT_TON]
            if ledger.has(row_id + SECOND_ACCOUNT):
                row = ledger.one(EVIDENCE, row_id + SECOND_ACCOUNT)
                others.append(ledger.figure(EVIDENCE, row) * in_t(row))
            other = ledger.either(
                f"whether the table is held against the tabulation or another history, {row_id}", others
            )
            out[f"{name}, {in_english(month)}"] = 100 * np.abs(other / printed - 1)
    return out


@decides("C50", needs=(EVIDENCE, "effort_monthly"), work=RETURNS, agrees=5, disagrees=15)
def six_cells(case: Case) -> Finding:
    """Six tonnages of the footnote against other sources, cell by cell: each cell is a part, graded by itself.

    The machine reading scrambles the rows of the footnote; they were put in order by arithmetic (oil over total gives the
    printed percentage), so they are not counted as read.
    """
    differences = tonnage_cells(case.ledger)
    bounds = case.bounds
    rules = {k: arms(d <= bounds["agrees"], d > bounds["disagrees"]) for k, d in differences.items()}
    every = np.stack(list(differences.values()))
    middle = np.median(every, axis=0)
    return Finding(
        f"the six tonnages of the table differ from other sources by {shown(middle)} percent at the median",
        "Difference of the footnote's tonnages from other sources, median of six",
        "percent",
        "the rows of the footnote stand in an order set by arithmetic, for the machine reading scrambles them; other "
        "sources are Davis (November) and the digitised tabulation",
        middle,
        pooled(*rules.values()),
        grade=between_arms(grade_of(probability(rule)) for rule in rules.values()),
        parts=tuple(graded_part(k, f"{shown(differences[k])} percent off", rule) for k, rule in rules.items()),
        needs=(
            MissingFact("the table as printed, or the forces' own summaries by target, October-November 1944", RETURNS),
        ),
    )
