"""Oil's share of each force's bombs: C22, C23, C47, C48; the cut-off footnote rebuilt, C50; and those shares by month beside the
letters and the directives in force."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..clock import MONTHS as CAMPAIGN_MONTHS
from ..record import weak_row
from ..units import T_PER_LONG_TON, T_PER_SHORT_TON
from .finding import AnswerPart, Case, Finding, MissingFact, decides, graded_part, readings_of
from .grade import arms, between_arms, grade_of, pooled, probability, shown
from .ledger import Ledger, Missing, Tables, in_english

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


# The letters in order, the directives in force and oil's share of each force's bombs.

WAR_END = "1945-05-08"
PRINTED = {"long tons": T_PER_LONG_TON, "short tons": T_PER_SHORT_TON, "tons (long)": T_PER_LONG_TON}


class Letter(NamedTuple):
    """One letter: sender, addressee and drafter apart; ``in_force`` are the directives that bound Bomber Command."""

    letter_id: str
    date: str
    sender: str
    to: str
    drafter: str | None
    gist: str
    weak: bool
    status: str
    in_force: tuple[str, ...]


class Directive(NamedTuple):
    """One directive with the days it bound: ``until`` is the day a later one took its place, or the end of the war."""

    directive_id: str
    start: str
    until: str
    title: str
    bound: str
    priorities: str
    weak: bool


class Share(NamedTuple):
    """Oil's share of a force's bombs in a month, percent; ``weak`` where a recalled or digitised figure is in it."""

    month: str
    force: str
    percent: float
    source: str
    weak: bool


class Timeline(NamedTuple):
    """Letters and directives by date, shares by month and force."""

    letters: tuple[Letter, ...]
    directives: tuple[Directive, ...]
    shares: tuple[Share, ...]


def timeline(record: Tables) -> Timeline:
    """The exchange of letters against what was ordered and what was flown, April 1944 to April 1945."""
    directives = tuple(_directive(r, record) for r in _by_date(record, "directives"))
    letters = tuple(_letter(r, directives) for r in _by_date(record, "letters"))
    every = (oil_share(record, m, f) for m in CAMPAIGN_MONTHS for f in FORCES)
    return Timeline(letters, directives, tuple(s for s in every if s is not None))


def _by_date(record: Tables, table: str) -> list[dict]:
    return sorted(record.rows(table).values(), key=lambda r: r["date"])


def _directive(row: dict, record: Tables) -> Directive:
    until = (row["in_force_until_printed"] or "").strip()
    day = until if until[:2] == "19" else _next_of_rank(row, record)
    return Directive(
        row["directive_id"], row["date"], day, row["title"], row["bound"], row["priorities_in_order"], weak_row(row)
    )


def _next_of_rank(row: dict, record: Tables) -> str:
    """The day of the next numbered directive, for a row that does not say when it ended."""
    later = [
        r["date"]
        for r in record.rows("directives").values()
        if r["date"] > row["date"] and ("Directive No." in r["title"] or "Directive for" in r["title"])
    ]
    return WAR_END if "war's end" in (row["in_force_until_printed"] or "") else min(later, default=WAR_END)


def _letter(row: dict, directives: tuple[Directive, ...]) -> Letter:
    day = row["date"][:10]
    bound = tuple(
        d.directive_id
        for d in directives
        if d.start <= day < d.until and ("Bomber Command" in d.bound or "RAF" in d.bound)
    )
    persons = row["from"], row["to"], row["drafted_by"]
    return Letter(row["letter_id"], row["date"], *persons, row["gist"], weak_row(row), row["status"], bound)


def oil_share(record: Tables, month: str, force: str) -> Share | None:
    """Oil's share of a force's bombs in a month; None where the record lacks the oil or the whole.

    Printed shares and tons are taken first. Else the digitised tons on oil stand over the printed total: the
    tabulation's own totals miss many city raids [record: effort_monthly].
    """
    found = record.rows("claims_evidence").get(f"{month}_{force}_oil_share")
    found = found or record.rows("forces").get(f"{month}_{force}_oil_share")
    if found:
        return Share(month, force, found["value"], found["source"], weak_row(found))
    oil = record.rows("effort_monthly").get(f"{month}_{force}_oil")
    whole = _total_t(record, month, force)
    if oil is None or whole is None or not oil["tons_short_cleaned"]:
        return None
    tons, row = whole
    percent = 100 * oil["tons_short_cleaned"] * T_PER_SHORT_TON / tons
    return Share(month, force, percent, f"digitised tons on oil over {row['source']}", True)


def _total_t(record: Tables, month: str, force: str) -> tuple[float, dict] | None:
    year, number = month.split("-")
    places = (
        ("forces", f"{month}_{force}_total_bombs"),
        ("forces", f"{month}_{force}_total_tonnage"),
        ("forces", f"bc_month_{year}_{number}" if force == "bomber_command" else ""),
    )
    for table, row_id in places:
        row = record.rows(table).get(row_id)
        if row is not None and row["value"] and row["unit"] in PRINTED:
            return row["value"] * PRINTED[row["unit"]], row
    return None
