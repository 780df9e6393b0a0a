"""Which unknown a result of the model leans on most, the others held."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from oilplan.experiments.claims.laboratory import Laboratory


def strongest(lab: Laboratory, values: np.ndarray, others: Mapping[str, np.ndarray] | None = None) -> str:
    """The unknown with the largest partial rank correlation with a result, in one phrase.

    values: [D] results of the draws; others: further drawn quantities, [D] each, by name
    """
    drawn = {k: v for k, v in lab.parameters._asdict().items() if getattr(v, "ndim", 0) == 1} | dict(others or {})
    leaning = partial_rank_correlations(drawn, values)
    if not leaning:
        return "none of the unknowns: every draw gives the same result"
    top = max(leaning, key=lambda name: abs(leaning[name]))
    return f"the unknown '{top}': partial rank correlation {leaning[top]:.2f}, the largest of {len(leaning)} unknowns"


def partial_rank_correlations(drawn: Mapping[str, np.ndarray], values: np.ndarray) -> dict[str, float]:
    """Rank correlation of each drawn quantity with the values, -1 to 1, what the other quantities explain taken out.

    Unknowns of a fit lean on one another: one that the result never reads may run along with one that it does, and
    only the partial correlation tells them apart. drawn: [D] each, D well above their number; those that do not vary
    are left out. Empty where the values do not vary.
    """
    import numpy as np
    from scipy.stats import rankdata

    varied = {name: np.asarray(v) for name, v in drawn.items() if np.ptp(np.asarray(v)) > 0}
    if not varied or np.ptp(values) == 0:
        return {}
    ranks = np.array([rankdata(v) for v in (*varied.values(), values)])
    precision = np.linalg.pinv(np.corrcoef(ranks))
    scale = np.sqrt(np.diag(precision))
    return dict(zip(varied, (-precision[-1] / scale / scale[-1]).tolist(), strict=False))
