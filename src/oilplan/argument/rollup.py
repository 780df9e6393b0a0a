"""C08: the narrator's verdict on Harris follows from those on Harris's own claims."""

from __future__ import annotations

from oilplan.argument.finding import CONTRADICTED, SUPPORTED, UNDETERMINED, Finding, Part
from oilplan.argument.ledger import Missing
from oilplan.argument.registry import Case, decides

HARRIS = ("C01", "C02", "C03", "C04", "C05", "C06", "C07")


@decides("C08", needs=("claims",), follows=HARRIS, changed_by_row=False, refuted=5, upheld=4)
def little_truth(case: Case) -> Finding:
    """Count of contradicted and of supported claims among C01-C07."""
    lacking = [c for c in HARRIS if c not in case.settled]
    if lacking:
        raise Missing("claims", f"verdicts on {', '.join(lacking)}")
    outcomes = {c: case.settled[c].verdict for c in HARRIS}
    used = {key for c in HARRIS for key in case.settled[c].record_rows}
    for table, row_id in sorted(used):
        case.ledger.one(table, row_id)
    refuted, upheld = (sum(o == what for o in outcomes.values()) for what in (CONTRADICTED, SUPPORTED))
    outcome = UNDETERMINED
    if refuted >= case.bounds["refuted"]:
        outcome = SUPPORTED
    elif upheld >= case.bounds["upheld"]:
        outcome = CONTRADICTED
    still = [c for c, o in outcomes.items() if o == UNDETERMINED]
    return Finding(
        outcome,
        f"Of Harris's seven points {refuted} fall, {upheld} hold and {len(still)} cannot be settled: "
        + (
            "the narrator's 'little truth' is more than the record bears."
            if outcome == UNDETERMINED
            else "so the narrator is right."
            if outcome == SUPPORTED
            else "so the narrator is wrong."
        ),
        "Claims C01-C07 contradicted",
        "claims",
        f"{refuted} contradicted (5 would support it), {upheld} supported (4 would contradict it); a narrator's "
        "verdict",
        float(refuted),
        float(refuted),
        float(refuted + len(still)),
        parts=tuple(Part(c, o) for c, o in outcomes.items()),
        would_change=f"verdicts on {', '.join(still)}" if still else "",
    )
