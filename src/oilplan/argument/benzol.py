"""Harris on benzol and substitutes: C01 to C03 and C05, and the narrator's answer to them, C09."""

from __future__ import annotations

import re

from oilplan.argument.benzol_raids import first_benzol_raids
from oilplan.argument.finding import CONTRADICTED, SUPPORTED, UNDETERMINED, Finding, Part
from oilplan.argument.interval import Interval, accounts, figure, judge, read, shown
from oilplan.argument.ledger import Ledger
from oilplan.argument.registry import Case, decides
from oilplan.units import MONTHS_PER_YEAR

SPRING_LIST_ROW = "oil_usstaf_plan_targets_1944-03-05"
LISTED_ROW = "1944-09_germany_major_benzol_plants_output"
FUEL_T_PER_GENERATOR_YEAR = (2.0, 3.0)
"""Petrol that one generator vehicle saves in a year; an assumption for want of a datum [record: substitutes,
producer_gas_fuel_equivalent]."""
IMMOBILE = re.compile(r"immobil|could not move", re.IGNORECASE)
"""Words that record formations immobile for want of fuel."""


def winter_benzol(ledger: Ledger) -> Interval:
    """Benzol output of December 1944, between those of January 1945 and of the third quarter of 1944, tons a month."""
    rows = ("1944-12_benzol_levine1992", "1945-01_benzol_levine1992", "1944-Q3_benzol_webster1961iii")
    return accounts(ledger, *(("output", row) for row in rows))


def autumn_benzol(ledger: Ledger) -> Interval:
    """All benzol made, tons a month: the history's figure for the third quarter, down to that of April 1944."""
    return accounts(ledger, ("output", "1944-Q3_benzol_webster1961iii"), ("output", "1944-04_benzol"))


@decides("C01", needs=("output", "target_systems"), grown=10, not_grown=3)
def list_grew(case: Case) -> Finding:
    """Benzol, absent from the spring plan, as a share of supply in November and December 1944."""
    ledger = case.ledger
    plan = ledger.one("target_systems", SPRING_LIST_ROW)
    supply = accounts(ledger, *(("output", f"1944-{m}_total_supply_incl_imports") for m in ("12", "11")))
    share = winter_benzol(ledger).over(supply).times(100)
    outcome = judge(share, lambda x: x >= case.bounds["grown"], lambda x: x <= case.bounds["not_grown"])
    return Finding(
        outcome,
        f"Benzol, which the spring plan did not list, gave about {share.value:.0f} percent of the fuel of that "
        f"winter: {_GREW[outcome]}.",
        "Benzol as a share of German supply, November-December 1944",
        "percent",
        f"{share.low:.0f} to {share.high:.0f} percent; the plan of 5 March named {plan['unit']}, no benzol; other "
        "new sources are not counted, for the record has no dated list of them",
        *share,
        needs=("the target lists of the Joint Oil Targets Committee, by date",) if outcome == UNDETERMINED else (),
    )


_GREW = {
    SUPPORTED: "so the list had grown as Harris said",
    CONTRADICTED: "too little to bear him out, by benzol alone",
    UNDETERMINED: "Harris had a case, but its size depends on which figure for benzol one takes",
}


@decides("C02", needs=("raids", "raid_losses", "target_systems", "estimates"), undecidable=True)
def afterthought(case: Case) -> Finding:
    """The first list known to hold benzol, and the first raid on it in strength, after 12 May 1944."""
    ledger = case.ledger
    first = first_benzol_raids(ledger)
    (start, end), earliest = first.span, first.tabulated[1]
    listed = ledger.one("estimates", LISTED_ROW)
    plan = ledger.one("target_systems", SPRING_LIST_ROW)
    return Finding(
        UNDETERMINED,
        f"It looks like one: the spring plan had no benzol, the first Allied paper known to count it is of "
        f"{listed['period']}, and the first raid in strength came {shown(first.days)} days after the first on oil: "
        f"between {start} and {end}; the earliest {'is a doubtful row, ' if earliest.weak else 'is '}{earliest.text}. The "
        "lists between are not in the record.",
        "Days from 12 May 1944 to the first raid on benzol in strength",
        "days",
        f"no list before September 1944 with benzol is known, but none between {plan['period']} and September was seen",
        *first.days,
        parts=tuple(part for _, part in first),
        needs=("the oil target lists of June to August 1944",),
    )


@decides("C03", needs=("estimates", "claims_evidence", "output"), tiny=2)
def dozens_unlisted(case: Case) -> Finding:
    """Benzol made beyond what the Allies gave the plants they counted in September 1944; plants are nowhere counted."""
    ledger = case.ledger
    all_made, counted = autumn_benzol(ledger), read(ledger, "estimates", LISTED_ROW)
    beyond = _share_beyond(counted, all_made)
    known = read(ledger, "claims_evidence", "1944-11_ruhr_benzol_major_plants")
    outcome = CONTRADICTED if beyond.high < case.bounds["tiny"] else UNDETERMINED
    return Finding(
        outcome,
        f"Whether plants were missed is unknown: the Allied estimate for twenty major plants falls {shown(beyond)} "
        "percent short of the benzol made, by the account one takes, and a gap in tons is no plant missed. Nobody in "
        "this record counts them all."
        if outcome == UNDETERMINED
        else f"Not of any weight: the Allied estimate for twenty major plants falls only {shown(beyond)} percent short "
        "of all the benzol made, so what they did not know of made next to none.",
        "Benzol made beyond the Allied estimate for twenty major plants, September 1944",
        "percent of benzol",
        f"{shown(beyond)} percent short; lesser plants may have been listed too, and the estimate may have been low. The "
        f"rule wants a count of plants, and the record has only Allied ones (in November {known.value:.0f} major ones "
        "in the Ruhr)",
        *beyond,
        needs=("a German list of all benzol plants with capacities, and the Allied list of December 1944",)
        if outcome == UNDETERMINED
        else (),
    )


@decides("C09", needs=("estimates", "output"), all_but=95)
def located_virtually_every(case: Case) -> Finding:
    """The Allied estimate for the major plants over all benzol: at least so much was listed, so it cannot contradict."""
    made = autumn_benzol(case.ledger)
    beyond = _share_beyond(read(case.ledger, "estimates", LISTED_ROW), made)
    major = Interval(100 - beyond.value, 100 - beyond.high, 100 - beyond.low)
    outcome = SUPPORTED if major.low >= case.bounds["all_but"] else UNDETERMINED
    return Finding(
        outcome,
        f"The Allied estimate for twenty major plants is {shown(major)} percent of all benzol, by the account one "
        "takes; the list itself is not in the record, so 'virtually every' is neither shown nor refuted."
        if outcome == UNDETERMINED
        else f"Yes: twenty major plants alone were given {shown(major)} percent of all benzol.",
        "Allied estimate for twenty major plants over all benzol, autumn 1944",
        "percent of benzol",
        f"{shown(major)} percent of {shown(made, '{:,.0f}')} tons made a month, by one work or another; an estimate of "
        "September for the major plants alone, so a floor for what was known and not the list of 1 December",
        *major,
        needs=("the oil target list of 1 December 1944 and a German list of benzol plants",)
        if outcome == UNDETERMINED
        else (),
    )


def _share_beyond(counted: Interval, made: Interval) -> Interval:
    """Percent of what was made beyond what the plants counted were given, 0 to 100."""
    beyond = [
        100 * max(0.0, 1 - a / b)
        for a, b in ((counted.value, made.value), (counted.high, made.low), (counted.low, made.high))
    ]
    return Interval(*beyond)


@decides("C05", needs=("substitutes", "output", "claims_evidence"), covers=50, too_little=20)
def substitutes_suffice(case: Case) -> Finding:
    """Fuel that generator vehicles could save, as a bound only, and whether formations are recorded immobile."""
    ledger = case.ledger
    rows = ledger.find("substitutes", "counts of gas generators built", quantity="generators_built")
    counts = [figure("substitutes", r).value for r in rows]
    ledger.one("substitutes", "producer_gas_fuel_equivalent")
    need = read(ledger, "output", "1944-04_motor_gasoline") + read(ledger, "output", "1944-04_diesel")
    least, most = (
        n * f / MONTHS_PER_YEAR for n, f in zip((min(counts), max(counts)), FUEL_T_PER_GENERATOR_YEAR, strict=True)
    )
    cover = Interval(least, least, most).over(need).times(100)
    immobile = _recorded_immobile(ledger)
    outcome = judge(cover, lambda x: x >= case.bounds["covers"], lambda x: x < case.bounds["too_little"])
    if immobile:
        outcome = CONTRADICTED
    low, high = FUEL_T_PER_GENERATOR_YEAR
    return Finding(
        outcome,
        f"No: “{immobile[0]['quote']}” ({immobile[0]['source']})."
        if immobile
        else f"Anything from {cover.low:.0f} to {cover.high:.0f} percent of motor fuel, on the assumption of {low:g} to "
        f"{high:g} tons of petrol saved by a gas generator in a year; and generators drove lorries at home, not tanks.",
        "Motor fuel that generator vehicles could replace, of output in April 1944: a bound, not a measure",
        "percent",
        f"{min(counts):,.0f} or {max(counts):,.0f} generators (sources conflict) at {low:g} to {high:g} tons a year (an "
        "assumption); alcohol, steam and compressed gas have no tonnage in the record; military and civil fleets "
        f"cannot be separated; {len(immobile) or 'no'} rows record formations immobile for want of motor fuel",
        low=cover.low,
        high=cover.high,
        needs=(
            "fuel allocations of the Wehrmacht and of civil transport by month, 1944-45",
            "reports of formations immobile for want of motor fuel",
        )
        if outcome == UNDETERMINED
        else (),
        parts=tuple(Part("generators built", f"{n:,.0f}", r["source"]) for n, r in zip(counts, rows, strict=True)),
    )


def _recorded_immobile(ledger: Ledger) -> list[dict]:
    """Rows gathered for the claim whose words record formations immobile."""
    rows = (r for r in ledger.rows("claims_evidence") if "C05" in (r["claim_ids"] or "").split(";"))
    return ledger.use("claims_evidence", (r for r in rows if IMMOBILE.search(r["quote"] or "")))
