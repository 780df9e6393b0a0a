"""What the test of a claim hands back: the answer, its interval, and what it rests on."""

from __future__ import annotations

from typing import NamedTuple

SUPPORTED, CONTRADICTED, UNDETERMINED = "supported", "contradicted", "undetermined"
OUTCOMES = (SUPPORTED, CONTRADICTED, UNDETERMINED)
FAILED = "failed"
"""State of a claim whose test broke: a fault of ours, no verdict. No test returns it."""


class Draws(NamedTuple):
    """Draws of the model that a finding rests on: how many, from what, which key, which fit."""

    n: int
    source: str
    key: int
    fit: str | None


class Curve(NamedTuple):
    """One curve with its band: N points; ``low`` and ``high`` bound 90 percent of the draws or the row's error."""

    title: str
    x_label: str
    y_label: str
    x: tuple[float, ...]
    middle: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


class Part(NamedTuple):
    """One line of the table under an answer: a denominator, a month, a cell; ``weak`` marks a recalled figure."""

    label: str
    text: str
    note: str = ""
    weak: bool = False


class Finding(NamedTuple):
    """The outcome of one test.

    outcome: one of `OUTCOMES`
    answer: the answer in plain language, one or two sentences
    quantity, unit: what was measured, and in what
    value, low, high: the measure and its interval; None where nothing could be measured
    reason: how the rule was applied to the measure
    would_change: what would flip the outcome; empty to have the runner search the rows used
    parts: lines of a table under the answer
    curve: the curve behind the number, if there is one
    draws: draws of the model, if the model was used
    needs: documents or tables that would settle an undetermined claim
    """

    outcome: str
    answer: str
    quantity: str
    unit: str
    reason: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    would_change: str = ""
    parts: tuple[Part, ...] = ()
    curve: Curve | None = None
    draws: Draws | None = None
    needs: tuple[str, ...] = ()
