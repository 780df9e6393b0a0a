"""The statistics of a claim: from draws of what was measured, and the two arms of its rule, to a probability and a grade.

A rule has two arms, for and against, and a stated middle. A draw on the middle counts as even odds, for the rule itself
says there that it cannot tell; so no outcome is lost, and neither arm is widened. Axes: D draws.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from ..digits import step_of

WELL, LEANS, OPEN, LEANS_AGAINST, AGAINST = (
    "well_supported",
    "leans_supported",
    "open_measured",
    "leans_against",
    "contradicted",
)
MIXED, JUDGEMENT, NO_DATA, FAILED = "mixed", "judgement", "no_data", "failed"
GRADES = (WELL, LEANS, OPEN, LEANS_AGAINST, AGAINST, MIXED, JUDGEMENT, NO_DATA, FAILED)
SURE, LIKELY = 0.95, 0.75
"""The least probability of a claim that is well supported, and of one that leans; one minus them for the other side."""
WORDS = {
    WELL: "well supported",
    LEANS: "leans supported",
    OPEN: "open, measured",
    LEANS_AGAINST: "leans against",
    AGAINST: "contradicted",
    MIXED: "mixed",
    JUDGEMENT: "a judgement",
    NO_DATA: "no data",
    FAILED: "failed",
}
LEADS = {
    WELL: "Yes",
    LEANS: "Probably",
    OPEN: "Open",
    LEANS_AGAINST: "Probably not",
    AGAINST: "No",
    MIXED: "In part",
    JUDGEMENT: "A judgement",
    NO_DATA: "Not known",
    FAILED: "No verdict",
}
"""The word that a sentence begins with, so that it cannot say another thing than its grade."""
OLD_WORDS = {WELL: "supported", AGAINST: "contradicted", FAILED: "failed"}
"""The three words of the first version: what is not wholly on one side is "undetermined" in them."""
BINS = 8
"""Equal parts of an unknown's draws in which the worth of knowing it is counted."""


class Arms(NamedTuple):
    """A rule put to draws: True where an arm holds. supports, contradicts: [D], never both True."""

    supports: np.ndarray
    contradicts: np.ndarray

    @property
    def credit(self) -> np.ndarray:
        """[D] 1 on the arm for, 0 on the arm against, one half between."""
        return np.where(self.supports, 1.0, np.where(self.contradicts, 0.0, 0.5))


def arms(supports, contradicts) -> Arms:
    """Both arms as arrays of one length. Raises ValueError for a draw on which both hold: the rule is not one."""
    yes, no = np.broadcast_arrays(np.atleast_1d(supports).astype(bool), np.atleast_1d(contradicts).astype(bool))
    if (yes & no).any():
        raise ValueError("a draw on which both arms of the rule hold")
    return Arms(yes, no)


def pooled(*parts: Arms) -> Arms:
    """Several readings of one rule at even odds: their draws one after the other."""
    n = max(len(part.supports) for part in parts)
    return Arms(*(np.concatenate([np.resize(getattr(p, arm), n) for p in parts]) for arm in Arms._fields))


def probability(rule: Arms, known_draws: int | None = None) -> float:
    """Probability that the claim holds: the mean credit.

    known_draws: draws of the model behind it, where there are few; half a draw is then added on either side, so that no
    run of so many draws ends in certainty
    """
    p = float(rule.credit.mean())
    return p if known_draws is None else (p * known_draws + 0.5) / (known_draws + 1.0)


def grade_of(p: float) -> str:
    """The grade that a probability earns."""
    if p >= SURE:
        return WELL
    if p >= LIKELY:
        return LEANS
    if p > 1 - LIKELY:
        return OPEN
    return LEANS_AGAINST if p > 1 - SURE else AGAINST


WORLDS = 100
"""A grade is near its edge within the standard error that a probability at its bound has over so many possible wars."""


def near_edge(p: float | None) -> str:
    """The other grade where a probability is near the bound of its own; else empty."""
    if p is None:
        return ""
    bounds = [b for b in (1 - SURE, 1 - LIKELY, LIKELY, SURE) if abs(p - b) <= (b * (1 - b) / WORLDS) ** 0.5]
    bound = min(bounds, key=lambda b: abs(p - b), default=None)
    both = [] if bound is None else [grade_of(bound - 1e-9), grade_of(bound + 1e-9)]
    return next((grade for grade in both if grade != grade_of(p)), "")


def interval(values: np.ndarray) -> tuple[float, float, float]:
    """Median, 5th and 95th percentile of draws: [D]."""
    low, middle, high = np.quantile(np.asarray(values, float), (0.05, 0.5, 0.95), method="inverted_cdf")
    return float(middle), float(low), float(high)


def shown(values: Any, form: str = "{:,.0f}") -> str:
    """Draws as words: ``9 (6 to 17)``, or the number alone where both ends read alike; digits that the interval does not bear
    are zeros: ``44,000 (34,000 to 56,000)``."""
    ends = interval(values)
    step = step_of(*ends[1:])
    middle, low, high = (_unsigned_nothing(form.format(round(x / step) * step if step >= 10 else x)) for x in ends)
    return middle if low == high else f"{middle} ({low} to {high})"


def _unsigned_nothing(text: str) -> str:
    return text if any(digit in text for digit in "123456789") else text.replace("-", "")


def worth(rule: Arms, unknown: np.ndarray) -> float:
    """How far the probability is expected to move on learning one unknown: E|P given the unknown - P|.

    unknown: [D] its draws, joint with those of the rule. What it would seem to move by chance alone, parted as it is, is taken
    off. Zero for one that does not vary.
    """
    credit, unknown = rule.credit, np.resize(unknown, len(rule.supports))
    values = np.unique(unknown)
    if len(values) == 1:
        return 0.0
    if len(values) <= BINS:
        groups = [credit[unknown == value] for value in values]
    else:
        groups = np.array_split(credit[np.argsort(unknown, kind="stable")], BINS)
    share = np.array([len(g) for g in groups]) / len(credit)
    moved = float(np.sum(share * [abs(g.mean() - credit.mean()) for g in groups]))
    chance = MEAN_OF_NORMAL * credit.std() * float(np.sum(share * [len(g) ** -0.5 for g in groups]))
    return max(0.0, moved**2 - chance**2) ** 0.5


MEAN_OF_NORMAL = (2.0 / math.pi) ** 0.5
"""Mean size of a standard normal draw."""


def worth_of_all(p: float) -> float:
    """How far a probability is expected to move when all is learnt: to one as often as it says, else to zero."""
    return 2.0 * p * (1.0 - p)


def leaning(unknowns: Mapping[str, np.ndarray], values: np.ndarray) -> dict[str, float]:
    """Standardised coefficients of a regression of the ranks of a result on the ranks of every unknown.

    Unknowns of a fit lean on one another: one that the result never reads may run along with one that it does. Its
    correlation with the result is then large, its coefficient is not. unknowns: [D] each, those that do not vary are left
    out. Empty where the values do not vary.
    """
    values = np.asarray(values, float)
    sized = {name: np.resize(v, len(values)) for name, v in unknowns.items()}
    varied = {name: v for name, v in sized.items() if np.isfinite(v).all() and np.ptp(v) > 0}
    if not varied or not np.isfinite(values).all() or np.ptp(values) == 0:
        return {}
    *ranks, result = (_standard_ranks(v) for v in (*varied.values(), values))
    coefficients = np.linalg.lstsq(np.array(ranks).T, result, rcond=None)[0]
    return dict(zip(varied, coefficients.tolist(), strict=True))


def _standard_ranks(values: np.ndarray) -> np.ndarray:
    """Ranks with ties at their mean, centred and of unit spread."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2.0)[place]
    return (ranks - ranks.mean()) / ranks.std()


def ends(rule: Arms, unknown: np.ndarray) -> tuple[float, float]:
    """Probability of the claim in the lowest and in the highest fifth of an unknown's draws."""
    order = np.argsort(np.resize(unknown, len(rule.supports)), kind="stable")
    fifth = max(1, len(order) // 5)
    credit = rule.credit[order]
    return float(credit[:fifth].mean()), float(credit[-fifth:].mean())


def between_arms(values: Iterable[str]) -> str:
    """Mixed, for a claim whose parts are graded on different sides; empty where they are not."""
    graded = [v for v in values if v in (WELL, LEANS, OPEN, LEANS_AGAINST, AGAINST)]
    sides = {grade in (WELL, LEANS) for grade in graded if grade != OPEN} | ({None} if OPEN in graded else set())
    return MIXED if len(sides) > 1 else ""
