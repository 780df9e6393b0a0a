"""Which numbers garbled note markers stand for, from the run they belong to.

Notes are numbered in order, so a run of markers is read as a hidden chain: the number rises by one from marker to
marker (rarely by two, where the scan lost a marker; rarely it starts again at 1), and each marker is a noisy print of
its number. Two scans of the same marker are two prints of one number.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from oilplan.evidence.gazetteer import read_table
from oilplan.evidence.note_marks import LARGEST_NOTE, SUPERSCRIPTS

STEP_LOST, STEP_RESTART = 0.02, 0.005
"""Shares of steps where the scan lost a marker, or numbering starts again (a new page or chapter). Judgement."""
GLYPH_OTHER = 0.004
"""Chance that a digit prints as one given sign that no table row lists. Judgement."""
DIGIT_LOST = 0.02
SIGN_ADDED = 0.001
"""Chance that a speck or serif adds one given sign. Judgement."""
NUMBERS = np.arange(1, LARGEST_NOTE + 1)
SMALL_FIRST = 1.0
"""Exponent of the prior over the first marker's number, 1/n: pages with low numbers are the commoner."""


class Numbered(NamedTuple):
    """The likeliest number of a marker, its probability under the run, and how the marker alone would read."""

    number: int
    probability: float
    alone: int
    alone_probability: float


def number_run(prints: Sequence[Sequence[str]]) -> list[Numbered]:
    """Numbers for consecutive markers.

    prints: for each marker in text order, its prints in one or more scans (``["+*2", "4*“"]``)

    Returns for each marker the number with the largest posterior probability in the run (forward-backward over
    1..999). Holds for notes numbered in order; a book whose scan lost many markers breaks it, and the probabilities
    then fall. Whether several scans err alike is not known, so their evidence is averaged, not multiplied.
    """
    if not prints:
        return []
    evidence = np.array([np.mean([_log_likelihood(p) for p in scans], axis=0) for scans in prints])
    forward = np.zeros_like(evidence)
    prior = NUMBERS**-SMALL_FIRST
    forward[0] = _normal(np.log(prior) + evidence[0])
    for i in range(1, len(prints)):
        forward[i] = _normal(np.log(_step(np.exp(forward[i - 1])) + 1e-300) + evidence[i])
    backward = np.zeros_like(evidence)
    for i in range(len(prints) - 2, -1, -1):
        backward[i] = _normal(
            np.log(
                _step_back(np.exp(backward[i + 1] + evidence[i + 1] - _top(backward[i + 1] + evidence[i + 1]))) + 1e-300
            )
        )
    posterior = np.exp([_normal(f + b) for f, b in zip(forward, backward, strict=True)])
    alone = np.exp([_normal(np.log(prior) + e) for e in evidence])
    return [
        Numbered(int(NUMBERS[p.argmax()]), float(p.max()), int(NUMBERS[q.argmax()]), float(q.max()))
        for p, q in zip(posterior, alone, strict=True)
    ]


def _step(weights: np.ndarray) -> np.ndarray:
    after = np.full_like(weights, 0.0)
    after[1:] += weights[:-1] * (1 - STEP_LOST - STEP_RESTART)
    after[2:] += weights[:-2] * STEP_LOST
    after[0] += weights.sum() * STEP_RESTART
    return after


def _step_back(weights: np.ndarray) -> np.ndarray:
    before = np.full_like(weights, weights[0] * STEP_RESTART)
    before[:-1] += weights[1:] * (1 - STEP_LOST - STEP_RESTART)
    before[:-2] += weights[2:] * STEP_LOST
    return before


def _top(log_weights: np.ndarray) -> float:
    return float(log_weights.max())


def _normal(log_weights: np.ndarray) -> np.ndarray:
    shifted = log_weights - log_weights.max()
    return shifted - np.log(np.exp(shifted).sum())


@lru_cache(maxsize=4096)
def _log_likelihood(printed: str) -> np.ndarray:
    """Log probability of the signs ``printed`` given each number 1..999: digits kept, changed, lost, signs added."""
    signs = printed.replace(" ", "").translate(SUPERSCRIPTS)
    result = np.empty(LARGEST_NOTE)
    for width in (1, 2, 3):
        which = (10 ** (width - 1) <= NUMBERS) & (10**width > NUMBERS)
        digits = [(NUMBERS[which] // 10 ** (width - 1 - k)) % 10 for k in range(width)]
        result[which] = _aligned(signs, digits)
    return result


def _aligned(signs: str, digits: list[np.ndarray]) -> np.ndarray:
    zero = np.zeros(len(digits[0]))
    table = [[zero - np.inf for _ in range(len(signs) + 1)] for _ in range(len(digits) + 1)]
    table[0][0] = zero
    for i in range(len(digits) + 1):
        for j in range(len(signs) + 1):
            if i and j:
                seen = table[i - 1][j - 1] + _glyphs(signs[j - 1])[digits[i - 1]]
                table[i][j] = np.logaddexp(table[i][j], seen)
            if i:
                table[i][j] = np.logaddexp(table[i][j], table[i - 1][j] + np.log(DIGIT_LOST))
            if j:
                table[i][j] = np.logaddexp(table[i][j], table[i][j - 1] + np.log(SIGN_ADDED))
    return table[-1][-1]


@lru_cache(maxsize=256)
def _glyphs(sign: str) -> np.ndarray:
    """Log probability of printing ``sign`` for each digit 0..9, from `data/raised_digits.csv`."""
    chances = np.full(10, GLYPH_OTHER)
    for row in read_table("raised_digits.csv"):
        if row["sign"] == sign:
            chances[int(row["digit"])] = float(row["chance"])
    if sign.isdigit():
        chances[int(sign)] = 0.7
    return np.log(chances)
