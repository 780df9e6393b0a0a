"""Which unknown moves a result of the model most, the others held."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from oilplan.argument.laboratory import Laboratory


def strongest(lab: Laboratory, values: np.ndarray, others: Mapping[str, np.ndarray] | None = None) -> str:
    """The unknown whose spread moves a result most, in one phrase.

    values: [D] results of the draws; others: further drawn quantities, [D] each, by name
    """
    drawn = {k: v for k, v in lab.parameters._asdict().items() if getattr(v, "ndim", 0) == 1} | dict(others or {})
    moves = rank_regression(drawn, values)
    if not moves:
        return "none of the unknowns: every draw gives the same result"
    top = max(moves, key=lambda name: abs(moves[name]))
    told = f"{moves[top]:+.2f} ranks of the result for each of its own"
    return f"the unknown '{top}': {told}, the most of {len(moves)} unknowns"


def rank_regression(drawn: Mapping[str, np.ndarray], values: np.ndarray) -> dict[str, float]:
    """Standardised coefficients of a regression of the ranks of the values on the ranks of every drawn quantity.

    Unknowns of a fit lean on one another: one that the result never reads may run along with one that it does. Its
    correlation with the result is then large, its coefficient nought. drawn: [D] each, D well above their number;
    those that do not vary are left out. Empty where the values do not vary.
    """
    import numpy as np
    from scipy.stats import rankdata, zscore

    varied = {name: np.asarray(v) for name, v in drawn.items() if np.ptp(np.asarray(v)) > 0}
    if not varied or np.ptp(values) == 0:
        return {}
    *ranks, result = (zscore(rankdata(v)) for v in (*varied.values(), values))
    coefficients = np.linalg.lstsq(np.array(ranks).T, result, rcond=None)[0]
    return dict(zip(varied, coefficients.tolist(), strict=True))
