"""Road transport without petrol: what the Allies were told (C04), and what substitutes could give (C05)."""

from __future__ import annotations

import re

import numpy as np

from ..record import weak_row
from ..units import MONTHS_PER_YEAR
from .finding import AnswerPart, Case, ClaimReading, Finding, MissingFact, decides, unless
from .grade import arms, grade_of, probability, shown
from .ledger import INITIALS, Ledger, claims_of, in_english, sides_of, words_of

REPORTS = "reports of the Joint Intelligence Sub-Committee and of the Ministry, January-April 1945, CAB 81 and FO 837"
ALLOCATIONS = "United States Strategic Bombing Survey, Oil Division Final Report, tables of motor fuel by user"
WHEN = re.compile(r"^1945-0[1-4]|early 1945")
MAKERS = re.compile(
    r"mew\b|m\.e\.w|economic warfare|jic|j\.i\.c|joint intelligence|cstc|combined strategic|shaef", re.IGNORECASE
)
ROADS = re.compile(r"\bmotor|\broad|\bmobil|land forces", re.IGNORECASE)
SUBSTITUTES = re.compile(r"substitut|producer gas|generator|alcohol|steam", re.IGNORECASE)
SUSTAINED = re.compile(r"(?<!not )\b(adequate|sufficient|sustained|maintained)", re.IGNORECASE)
FALLING = re.compile(
    r"\b(immobil|inadequate|insufficient|not (adequate|sufficient|sustained)|mobility [^.]*(fall|declin|fell)"
    r"|shortage[^.]*mobility|(lack|want|shortage) of (fuel|petrol|benzol|oil))",
    re.IGNORECASE,
)
IMMOBILE = re.compile(r"immobil|could not move|stood still|at a standstill", re.IGNORECASE)
"""Words that record formations immobile for want of fuel."""


@decides("C04", needs=("output", "forecasts", "claims_evidence"), work=REPORTS)
def reported_by_mew(case: Case) -> Finding:
    """Reports of January to April 1945 on German road transport, and how far benzol was knocked out."""
    ledger = case.ledger
    january, before = (ledger.read("output", f"{p}_benzol_webster1961iii") for p in ("1945-01", "1944-Q3"))
    left = 100 * january / before
    found = reports(ledger)
    sustained = [(t, r) for t, r in found if says_sustained(r)]
    falling = [(t, r) for t, r in found if says_falling(r)]
    yes, no = ledger.any_stands(sustained), ledger.any_stands(falling)
    rule = arms(yes & ~no, no & ~yes) if sustained or falling else None
    shown_first = (falling + sustained + found)[:1]
    said = (
        f"“{stated(shown_first[0][1])}”"
        if shown_first
        else "no report of 1945 on German road transport is in the record"
    )
    return Finding(
        f"{len(falling) or 'no'} report{'s' * (len(falling) != 1)} of January to April 1945 found German movement falling "
        f"for want of fuel and {len(sustained) or 'none'} found it kept up by substitutes; his case, all benzol knocked out, never "
        f"came: {shown(left)} percent of the summer's was still made in January",
        "Benzol still made in January 1945, of the third quarter of 1944",
        "percent",
        f"{said}; the forecast begins 'when and if we knock them all out', and benzol was not knocked out",
        left,
        rule,
        readings=_as_worded(left, rule),
        parts=tuple(AnswerPart(_maker(r), stated(r), source(r), weak_row(r)) for _, r in found),
        needs=unless(rule, MissingFact("a report on German motor transport, January-April 1945", REPORTS)),
        evidence_for=tuple((t, r["row_id"]) for t, r in sustained),
        evidence_against=tuple((t, r["row_id"]) for t, r in falling),
    )


def _as_worded(left: np.ndarray, rule) -> tuple[ClaimReading, ...]:
    if rule is None:
        return ()
    p = probability(rule)
    return (
        ClaimReading(
            "as worded: once all benzol plants are out", f"never put to the test: {shown(left)} percent was still made"
        ),
        ClaimReading("as meant: that is what we shall be told", "what the reports of 1945 say", grade_of(p), p),
    )


def reports(ledger: Ledger) -> list[tuple[str, dict]]:
    """Rows by the Ministry, its committees or SHAEF, of January to April 1945, on road transport: (table, row)."""
    made = [
        ("forecasts", r)
        for r in ledger.rows("forecasts")
        if WHEN.search(str(r["estimate_date"] or "")) and MAKERS.search(r["made_by"]) and ROADS.search(r["quantity"])
    ]
    gathered = [
        ("claims_evidence", r)
        for r in ledger.rows("claims_evidence")
        if "C04" in claims_of(r) and WHEN.search(r["period"]) and MAKERS.search(r["about"]) and stated(r)
    ]
    return ledger.use_each([*made, *gathered])


def says_sustained(row: dict) -> bool:
    """Whether a report finds road transport adequately sustained, and by substitutes."""
    side = sides_of(row, "C04")
    return side == "for" if side else bool(SUSTAINED.search(stated(row)) and SUBSTITUTES.search(stated(row)))


def says_falling(row: dict) -> bool:
    """Whether a report finds mobility falling for want of fuel."""
    side = sides_of(row, "C04")
    return side == "against" if side else bool(FALLING.search(stated(row))) and not says_sustained(row)


def stated(row: dict) -> str:
    """What a row reports: what it says in our words, else its own."""
    return row.get("estimate") or row.get("says") or words_of(row)


def source(row: dict) -> str:
    """The work a row names."""
    return row.get("estimate_source") or row.get("source") or ""


def _maker(row: dict) -> str:
    maker = INITIALS.sub(lambda found: found[0].upper(), row.get("made_by") or row["about"])
    return f"{maker}, {in_english(row.get('estimate_date') or row['period'])}"


FUEL_T_PER_GENERATOR_YEAR = (2.0, 3.0)
"""Petrol that one generator vehicle saves in a year; an assumption for want of a datum [record: substitutes,
producer_gas_fuel_equivalent]."""
PER_GENERATOR = "petrol saved by a gas generator in a year, 2 to 3 t (an assumption)"
MILITARY = "share of motor fuel that the army and essential traffic needed, one half to all of it"
LEAST_NEED = 0.5
"""The least of the pre-attack motor fuel that military and essential civil traffic can have needed; judgement."""


@decides("C05", needs=("substitutes", "output", "claims_evidence"), work=ALLOCATIONS, covers=50, too_little=20)
def substitutes_suffice(case: Case) -> Finding:
    """Fuel that generator vehicles could save against the need, and whether formations are recorded immobile."""
    ledger, bounds = case.ledger, case.bounds
    built = ledger.find("substitutes", "counts of gas generators built", quantity="generators_built")
    ledger.one("substitutes", "producer_gas_fuel_equivalent")
    counts = ledger.either("how many gas generators were built", [ledger.figure("substitutes", r) for r in built])
    saved = counts * ledger.between(PER_GENERATOR, *FUEL_T_PER_GENERATOR_YEAR) / MONTHS_PER_YEAR
    fuel = ledger.read("output", "1944-04_motor_gasoline") + ledger.read("output", "1944-04_diesel")
    cover = 100 * np.minimum(1.0, saved / (fuel * ledger.between(MILITARY, LEAST_NEED, 1.0)))
    immobile = _recorded_immobile(ledger)
    stuck = ledger.any_stands([("claims_evidence", r) for r in immobile])
    no = stuck | (cover < bounds["too_little"])
    rule = arms((cover >= bounds["covers"]) & ~no, no)
    words = f"“{immobile[0]['quote'] or immobile[0]['says']}” ({immobile[0]['source']})" if immobile else ""
    return Finding(
        f"gas generators could replace {shown(cover)} percent of the motor fuel that army and essential traffic needed"
        + ("; even so, formations are recorded immobile for want of fuel" if immobile else ""),
        "Motor fuel that generator vehicles could replace, of the need in spring 1944",
        "percent",
        (f"recorded immobile: {words}; " if words else "no row records formations immobile for want of motor fuel; ")
        + "generators drove lorries at home, not tanks; alcohol, steam and compressed gas have no tonnage in the record",
        cover,
        rule,
        parts=tuple(AnswerPart("gas generators built", f"{r['value']:,.0f}", r["source"]) for r in built),
        needs=unless(
            immobile,
            MissingFact("motor fuel given to the army and to civil traffic by month, 1944-45", ALLOCATIONS, MILITARY),
        ),
        evidence_against=tuple(("claims_evidence", r["row_id"]) for r in immobile),
    )


def _recorded_immobile(ledger: Ledger) -> list[dict]:
    """Rows gathered for the claim whose words record formations immobile."""
    rows = (r for r in ledger.rows("claims_evidence") if "C05" in claims_of(r) and sides_of(r, "C05") != "for")
    words = ((r, " ".join(filter(None, (r["quote"], r["says"], r["quantity"])))) for r in rows)
    return ledger.use("claims_evidence", (r for r, text in words if IMMOBILE.search(text)))
