"""C04: what the Ministry and its committees reported on German road transport in 1945, once benzol was hit."""

from __future__ import annotations

import re

from oilplan.argument.finding import CONTRADICTED, SUPPORTED, UNDETERMINED, Finding, Part
from oilplan.argument.interval import READ, Interval, read
from oilplan.argument.ledger import Ledger
from oilplan.argument.registry import Case, decides
from oilplan.record import is_weak

WHEN = re.compile(r"1945-0[1-4]|early 1945")
MAKERS = re.compile(r"MEW|Economic Warfare|JIC|Joint Intelligence|CSTC|Combined Strategic")
ROADS = re.compile(r"\bmotor|\broad", re.IGNORECASE)
SUBSTITUTES = re.compile(r"substitut|producer gas|generator|alcohol|steam", re.IGNORECASE)
SUSTAINED = re.compile(r"(?<!not )\b(adequate|sufficient|sustained|maintained)", re.IGNORECASE)
FALLING = re.compile(
    r"\b(immobil|inadequate|insufficient|not (adequate|sufficient|sustained)|mobility [^.]*(fall|declin|fell)"
    r"|(lack|want|shortage) of (fuel|petrol|benzol))",
    re.IGNORECASE,
)


@decides("C04", needs=("output", "forecasts"))
def told_by_mew(case: Case) -> Finding:
    """Reports of January to April 1945 on German road transport, and how far benzol was knocked out."""
    left = benzol_left_percent(case.ledger)
    rows = reports(case.ledger)
    seen = [r for r in rows if r["status"] in READ]
    sustained, falling = [r for r in seen if says_sustained(r)], [r for r in seen if says_falling(r)]
    outcome = UNDETERMINED
    if bool(sustained) != bool(falling):
        outcome = SUPPORTED if sustained else CONTRADICTED
    shown = (sustained + falling + rows)[:1]
    return Finding(
        outcome,
        _answer(outcome, shown, left),
        "Reports of January-April 1945 on German road transport that were read",
        "reports",
        f"{len(rows)} in the record, {len(seen)} of them read: {len(sustained)} find it sustained by substitutes, "
        f"{len(falling)} falling for want of fuel. The forecast begins 'when and if we knock them all out': in January "
        f"1945 {left.value:.0f} percent of the third quarter's benzol was still made",
        float(len(seen)),
        float(len(seen)),
        float(len(rows)),
        parts=(
            Part("benzol made in January 1945", f"{left.value:.0f} percent of the third quarter of 1944"),
            *(
                Part(f"{r['made_by']}, {r['estimate_date_printed']}", r["estimate"], r["estimate_source"], _weak(r))
                for r in rows
            ),
        ),
        needs=("MEW or JIC reports on German motor transport, January-April 1945",) if outcome == UNDETERMINED else (),
    )


def benzol_left_percent(ledger: Ledger) -> Interval:
    """Benzol still made in January 1945, percent of the third quarter of 1944."""
    january, before = (read(ledger, "output", f"{p}_benzol_webster1961iii") for p in ("1945-01", "1944-Q3"))
    return january.over(before).times(100)


def reports(ledger: Ledger) -> list[dict]:
    """Rows of `forecasts` by the Ministry or its committees, of January to April 1945, on road transport."""
    rows = (r for r in ledger.rows("forecasts") if WHEN.search(r["estimate_date"]) and MAKERS.search(r["made_by"]))
    return ledger.use("forecasts", (r for r in rows if ROADS.search(r["quantity"])))


def says_sustained(row: dict) -> bool:
    """Whether a report finds road transport adequately sustained, and by substitutes."""
    return bool(SUSTAINED.search(row["estimate"]) and SUBSTITUTES.search(row["estimate"]))


def says_falling(row: dict) -> bool:
    """Whether a report finds mobility falling for want of fuel."""
    return bool(FALLING.search(row["estimate"]))


def _weak(row: dict) -> bool:
    return is_weak(row["status"], row["confidence"])


def _answer(outcome: str, shown: list[dict], left: Interval) -> str:
    antecedent = f"benzol was not knocked out (in January 1945 {left.value:.0f} percent of it was still made)"
    if not shown:
        return f"Never put to the test: {antecedent}, and no report of 1945 on German road transport is in the record."
    told = f"{shown[0]['made_by']} in {shown[0]['estimate_date']}: “{shown[0]['estimate']}”"
    if outcome == UNDETERMINED:
        return f"Open: such reports as there are ({told}) were not read, are unclear or disagree; and {antecedent}."
    return f"{'So they were told' if outcome == SUPPORTED else 'They were told otherwise'}: {told}; but {antecedent}."
