"""The worth of the missing page: which fact that is not in the record would settle most, over the draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from oilplan.argument.grade import FAILED, JUDGEMENT, NO_DATA, SURE, settled
from oilplan.argument.verdict import Verdict

UNKNOWN_GAIN = 0.5
"""What a fact adds to a claim of which nothing is known: from even odds to certainty."""


class MissingPage(NamedTuple):
    """A fact that the record lacks, and what it is worth.

    fact, work: what it is and where it would stand; claims: those that wait for it
    certainty: expected gain in certainty over these claims, the sum of E[max(p, 1-p)] with the fact less without it
    """

    fact: str
    work: str
    claims: tuple[str, ...]
    certainty: float


def missing_pages(verdicts: Sequence[Verdict]) -> list[MissingPage]:
    """Facts that claims wait for, those of most worth first; a fact that several wait for counts with each.

    A fact is worth what learning its unknown adds in the draws; one that would settle all of a claim, all that is in doubt.
    Facts about one unknown are one page.
    """
    pages: dict[tuple[str, str], tuple[str, dict[str, float]]] = {}
    for v in verdicts:
        for need in v.needs:
            _, claims = pages.setdefault((need.work, need.unknown or need.fact), (need.fact, {}))
            claims[v.claim_id] = max(claims.get(v.claim_id, 0.0), _gain(v, need.unknown))
    found = [
        MissingPage(fact, work, tuple(claims), round(sum(claims.values()), 3))
        for (work, _), (fact, claims) in pages.items()
    ]
    return sorted(found, key=lambda page: (-page.certainty, -len(page.claims), page.fact))


def _gain(v: Verdict, unknown: str) -> float:
    if v.grade in (JUDGEMENT, FAILED):
        return 0.0
    if v.grade == NO_DATA or v.p is None:
        return UNKNOWN_GAIN
    if unknown:
        return next((gain for words, gain in v.worth.items() if words == unknown or words.startswith(unknown)), 0.0)
    return max(0.0, SURE - settled(v.p))
