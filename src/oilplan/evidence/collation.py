"""Which documents share text: an index of word runs first, alignment only for pairs that it names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from oilplan.evidence.alignment import align
from oilplan.evidence.findings import Overlap
from oilplan.evidence.limits import Check, go_on

WORD = re.compile(r"[^\W\d_]{2,}")
RUN_WORDS = 5
"""Five words in a row are seldom shared by chance, and one misread word spoils only five runs."""
FEWEST_RUNS = 4
"""Fewer shared runs are a stock phrase or a citation."""
MOST_HOLDERS = 8
"""A run that more documents share is a running head or a printed form, and says nothing about overlap."""
MOST_RUNS, LETTERS_A_WORD = 2_000_000, 6
MULTIPLIER, SPREAD = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)
"""Odd 64-bit numbers with well mixed bits; arithmetic wraps around."""
DIAGONAL_BIN = 400
"""Characters of drift within which shared runs count as one stretch."""


class Pair(NamedTuple):
    """Two documents, by index, that share at least ``runs`` word runs along one stretch."""

    a: int
    b: int
    runs: int


def overlaps(texts: Sequence[tuple[str, str]], check: Check = go_on) -> list[Overlap]:
    """Overlaps among documents given as (file, raw text), each aligned with its differences.

    check: called before each pair is aligned; raises OilplanError when the reading is to stop

    Time grows with the text indexed plus the pairs found, not with the square of the number of documents.
    """
    found = []
    for pair in candidate_pairs([raw for _, raw in texts]):
        check()
        (a, raw_a), (b, raw_b) = texts[pair.a], texts[pair.b]
        overlap = align(a, raw_a, b, raw_b)
        if overlap:
            found.append(overlap)
    return found


def candidate_pairs(raws: Sequence[str]) -> list[Pair]:
    """Pairs of texts that share word runs along one stretch, through an index of runs.

    Of a corpus with over two million runs every second, third... run by its hash is indexed: memory stays bounded,
    and a shared page still has hundreds of runs.
    """
    step = max(1, sum(map(len, raws)) // (LETTERS_A_WORD * MOST_RUNS))
    codes: dict[str, int] = {}
    parts = [_runs(raw, step, codes) for raw in raws]
    hashes = np.concatenate([h for h, _ in parts] or [np.empty(0, np.uint64)])
    documents = np.repeat(np.arange(len(raws)), [len(h) for h, _ in parts])
    starts = np.concatenate([s for _, s in parts] or [np.empty(0, np.int64)])
    order = np.argsort(hashes, kind="stable")
    edges = 1 + np.flatnonzero(np.diff(hashes[order]))
    shared: Counter[tuple[int, int, int]] = Counter()
    for first, last in _groups(edges, len(order)):
        places = [(int(documents[k]), int(starts[k])) for k in order[first:last]]
        for (a, a_start), (b, b_start) in combinations(places, 2):
            if a != b:
                shared[a, b, (a_start - b_start) // DIAGONAL_BIN] += 1
    best: dict[tuple[int, int], int] = {}
    for (a, b, _), runs in shared.items():
        best[a, b] = max(best.get((a, b), 0), runs)
    fewest = FEWEST_RUNS if step == 1 else FEWEST_RUNS - 1
    return [Pair(a, b, runs) for (a, b), runs in sorted(best.items()) if runs >= fewest]


def _groups(edges: np.ndarray, length: int) -> Iterator[tuple[int, int]]:
    """Stretches of equal hashes that two to eight places hold."""
    bounds = np.unique(np.concatenate([[0], edges, [length]]))
    sizes = np.diff(bounds)
    for i in np.flatnonzero((sizes >= 2) & (sizes <= MOST_HOLDERS)):
        yield int(bounds[i]), int(bounds[i + 1])


def _runs(raw: str, step: int, codes: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """Hashes of the runs of five words and the offsets they begin at; ``codes`` gives each word a number for good."""
    words, starts = [], []
    for match in WORD.finditer(raw):
        word = match.group().lower()
        words.append(codes.setdefault(word, len(codes) + 1))
        starts.append(match.start())
    numbers = np.array(words, np.uint64)
    length = len(words) - RUN_WORDS + 1
    if length <= 0:
        return np.empty(0, np.uint64), np.empty(0, np.int64)
    hashes = np.zeros(length, np.uint64)
    for k in range(RUN_WORDS):
        hashes = hashes * MULTIPLIER + (
            numbers[k : k + length] * SPREAD ^ (numbers[k : k + length] * SPREAD >> np.uint64(31))
        )
    kept = np.flatnonzero((hashes >> np.uint64(20)) % np.uint64(step) == 0)
    return hashes[kept], np.array(starts, np.int64)[:length][kept]
