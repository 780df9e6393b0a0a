"""Which documents share text: an index of word runs first, alignment only for pairs that it names."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from oilplan.evidence.alignment import align
from oilplan.evidence.findings import Overlap

WORD = re.compile(r"[^\W\d_]{2,}")
RUN_WORDS = 5
"""Five words in a row are seldom shared by chance, and one misread word spoils only five runs."""
FEWEST_RUNS = 4
"""Fewer shared runs are a stock phrase or a citation."""
MOST_HOLDERS = 8
"""A run that more documents share is a running head or a printed form, and says nothing about overlap."""
DIAGONAL_BIN = 400
"""Characters of drift within which shared runs count as one stretch."""


class Pair(NamedTuple):
    """Two documents, by index, that share at least ``runs`` word runs along one stretch."""

    a: int
    b: int
    runs: int


def overlaps(texts: Sequence[tuple[str, str]]) -> list[Overlap]:
    """Overlaps among documents given as (file, raw text), each aligned with its differences.

    Time grows with the text indexed plus the pairs found, not with the square of the number of documents.
    """
    found = []
    for pair in candidate_pairs([raw for _, raw in texts]):
        (a, raw_a), (b, raw_b) = texts[pair.a], texts[pair.b]
        overlap = align(a, raw_a, b, raw_b)
        if overlap:
            found.append(overlap)
    return found


def candidate_pairs(raws: Sequence[str]) -> list[Pair]:
    """Pairs of texts that share word runs along one stretch, through an inverted index of runs."""
    holders: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, raw in enumerate(raws):
        for run, start in set(_runs(raw)):
            holders[run].append((number, start))
    shared: Counter[tuple[int, int, int]] = Counter()
    for places in holders.values():
        if 2 <= len(places) <= MOST_HOLDERS:
            for i, (a, a_start) in enumerate(places):
                for b, b_start in places[i + 1 :]:
                    if a != b:
                        shared[min(a, b), max(a, b), _bin(a_start - b_start if a < b else b_start - a_start)] += 1
    best: dict[tuple[int, int], int] = {}
    for (a, b, _), runs in shared.items():
        best[a, b] = max(best.get((a, b), 0), runs)
    return [Pair(a, b, runs) for (a, b), runs in sorted(best.items()) if runs >= FEWEST_RUNS]


def _bin(drift: int) -> int:
    return drift // DIAGONAL_BIN


def _runs(raw: str) -> Iterator[tuple[int, int]]:
    words = [(m.group().lower(), m.start()) for m in WORD.finditer(raw)]
    for i in range(len(words) - RUN_WORDS + 1):
        yield hash(tuple(w for w, _ in words[i : i + RUN_WORDS])), words[i][1]
