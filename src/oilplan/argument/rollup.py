"""C08: the narrator's verdict on Harris follows from those on Harris's own claims."""

from __future__ import annotations

import numpy as np

from oilplan.argument.finding import AnswerPart, Finding
from oilplan.argument.grade import NO_DATA, WORDS, arms, between_arms
from oilplan.argument.ledger import Missing
from oilplan.argument.registry import Case, decides

HARRIS = ("C01", "C02", "C03", "C04", "C05", "C06", "C07")


@decides("C08", needs=("claims",), work="none: it follows from C01 to C07", follows=HARRIS, refuted=5, upheld=4)
def little_truth(case: Case) -> Finding:
    """How many of C01 to C07 fall and how many hold: each drawn by its own probability."""
    lacking = [c for c in HARRIS if c not in case.settled]
    if lacking:
        raise Missing("claims", f"verdicts on {', '.join(lacking)}")
    settled = {c: case.settled[c] for c in HARRIS}
    for table, row_id in sorted({key for v in settled.values() for key in v.record_rows}):
        case.ledger.one(table, row_id)
    chance = {c: 0.5 if v.p is None else v.p for c, v in settled.items()}
    holds = np.stack([case.ledger.happens(f"whether {c} holds", p) for c, p in chance.items()])
    upheld, refuted = holds.sum(axis=0), (~holds).sum(axis=0)
    known = {c: v for c, v in settled.items() if v.grade != NO_DATA}
    supported = sum(p >= 0.75 for c, p in chance.items() if c in known)
    fallen = sum(p <= 0.25 for c, p in chance.items() if c in known)
    return Finding(
        f"of Harris's seven points {supported} hold or probably hold, {fallen} fall or probably fall and "
        f"{len(HARRIS) - supported - fallen} are open",
        "Claims C01-C07 contradicted",
        "claims",
        "a narrator's verdict; five contradicted would support it, four supported would contradict it",
        refuted.astype(float),
        arms(refuted >= case.bounds["refuted"], upheld >= case.bounds["upheld"]),
        grade=between_arms(v.grade for v in known.values()),
        parts=tuple(AnswerPart(c, WORDS[v.grade], v.sentence, grade=v.grade, p=v.p) for c, v in settled.items()),
    )
