"""What a sampler hands over, and the figures made of it."""

from typing import NamedTuple

import numpy as np

from oilplan.calibration.model import Unknowns

CHAINS = 2


class Sampled(NamedTuple):
    """Chains of one sampler with the seconds they took; axes: C chains, N kept draws.

    draws: Unknowns [C, N, ...]; diverging, steps: [C, N] divergences and leapfrog steps; warmup: draws thrown away, of
    each chain; compiling_s: tracing, compiling, starting processes; sampling_s: warm-up and kept draws; drawing_s: kept
    draws only. All are seconds by the wall, with the chains as they ran.
    """

    draws: Unknowns
    diverging: np.ndarray
    steps: np.ndarray
    warmup: int
    compiling_s: float
    sampling_s: float
    drawing_s: float
    note: str


def row(sampled: Sampled, gradient_s: float) -> dict:
    """The figures of one sampler: least bulk effective sample over all unknowns, by the second; greatest R-hat."""
    from arviz_stats.base import array_stats

    stacked = np.concatenate([np.asarray(a, np.float64).reshape(*a.shape[:2], -1) for a in sampled.draws], axis=-1)
    least = float(np.min(array_stats.ess(stacked, chain_axis=0, draw_axis=1, method="bulk")))
    whole_s = sampled.compiling_s + sampled.sampling_s
    chains, draws, unknowns = stacked.shape
    return {
        "chains": chains,
        "warmup": sampled.warmup,
        "draws": draws,
        "unknowns": unknowns,
        "compiling_s": round(sampled.compiling_s, 2),
        "sampling_s": round(sampled.sampling_s, 2),
        "drawing_s": round(sampled.drawing_s, 2),
        "steps_a_draw": round(float(np.mean(sampled.steps)), 1),
        "gradient_ms": round(1e3 * gradient_s, 3),
        "least_ess": round(least, 1),
        "ess_per_s_of_drawing": short(least / sampled.drawing_s),
        "ess_per_s_of_sampling": short(least / sampled.sampling_s),
        "ess_per_s_of_everything": short(least / whole_s),
        "greatest_r_hat": round(float(np.max(array_stats.rhat(stacked, chain_axis=0, draw_axis=1))), 3),
        "divergences": int(np.sum(sampled.diverging)),
        "note": sampled.note,
    }


def short(value: float) -> float:
    """Three figures: more are not known."""
    return float(f"{value:.3g}")
