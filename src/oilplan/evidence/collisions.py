"""Where the findings contradict or only echo each other: marked for a person, never settled by the reader."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from oilplan.evidence.findings import FoundName


def mark_rival_misprints(raw: str, found: Iterable[FoundName]) -> list[FoundName]:
    """Names, with a collision on every one of two or more different misprints that were mended into one id.

    Two misprints that lead to one name are two guesses: neither confirms the other.
    """
    found = list(found)
    misprints: defaultdict[str, set[str]] = defaultdict(set)
    for name in found:
        if name.id and name.method == "mended":
            misprints[name.id].add(raw[name.start : name.end])
    marked = []
    for name in found:
        prints = misprints[name.id] if name.id and name.method == "mended" else set()
        if len(prints) > 1:
            clash = f"{', '.join(sorted(prints))} all claim {name.id}; one of them may be another name"
            name = name._replace(collision=clash)
        marked.append(name)
    return marked


def combined_confidence(findings: Iterable[tuple[str, float]]) -> float:
    """Confidence from several findings, each given as (basis, confidence).

        1 - product over bases of (1 - the largest confidence with that basis)

    Findings on one basis (letters, a date, a note's number) can make the same mistake, so only the best of them
    counts; findings on different bases are taken as independent, which is as far as this formula can be trusted.
    """
    best: dict[str, float] = {}
    for basis, confidence in findings:
        best[basis] = max(best.get(basis, 0.0), confidence)
    doubt = 1.0
    for confidence in best.values():
        doubt *= 1 - confidence
    return 1 - doubt
