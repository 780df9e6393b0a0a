"""Standard measures of resilience, for any curve of performance: robustness, rapidity, loss integral, time to 90 percent.

After Bruneau and others 2003, "A framework to quantitatively assess and enhance the seismic resilience of communities",
Earthquake Spectra 19(4), doi:10.1193/1.1623497: the area above the curve is what was lost. Axes: D draws, T steps.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

RECOVERED = 0.9
"""Share of normal that counts as recovered."""
ROUNDING = 1e-5
"""What 32-bit flight leaves of a plant that nothing fell on; a level so near to normal is normal."""
MEANINGS = {
    "robustness": "share of normal at the worst",
    "loss_integral_d": "days of normal output lost in all",
    "time_to_90_d": "days from the first fall below 90 percent to the last day below it",
    "rapidity_per_d": "share of normal regained a day, from the worst until 90 percent (or the last day)",
    "recovered": "whether 90 percent holds again on the last day",
}
UNITS = {"robustness": "", "loss_integral_d": "d", "time_to_90_d": "d", "rapidity_per_d": "a day", "recovered": ""}


class Resilience(NamedTuple):
    """[D] of each measure, as `MEANINGS` says. time_to_90_d counts to the window's end where 90 percent was not reached
    again, and is 0 where it was never left; rapidity_per_d is NaN where nothing was lost."""

    robustness: np.ndarray
    loss_integral_d: np.ndarray
    time_to_90_d: np.ndarray
    rapidity_per_d: np.ndarray
    recovered: np.ndarray


def resilience(level: np.ndarray, step_d: float | np.ndarray = 1.0) -> Resilience:
    """Measures of curves. level: [D, T] share of normal, 0 and up; step_d: days of a step, one or [T]

    More than normal makes up for no loss: the curve is cut at 1.
    """
    level = np.asarray(level, float)
    level = np.where(level > 1.0 - ROUNDING, 1.0, level)
    days = np.broadcast_to(np.asarray(step_d, float), level.shape[1])
    began = np.concatenate([[0.0], np.cumsum(days)[:-1]])
    below = level < RECOVERED
    ever = below.any(axis=1)
    first, worst = below.argmax(axis=1), level.argmin(axis=1)
    last = level.shape[1] - 1 - below[:, ::-1].argmax(axis=1)
    after = np.arange(level.shape[1]) >= worst[:, None]
    back = (level >= RECOVERED) & after
    reached = back.any(axis=1)
    end = np.where(reached, back.argmax(axis=1), level.shape[1] - 1)
    rows = np.arange(len(level))
    lowest, gained, took = level[rows, worst], level[rows, end] - level[rows, worst], began[end] - began[worst]
    pace = np.divide(gained, took, out=np.full(len(level), np.nan), where=took > 0)
    return Resilience(
        lowest,
        ((1.0 - level) * days).sum(axis=1),
        np.where(ever, began[last] + days[last] - began[first], 0.0),
        np.where(ever, pace, np.nan),
        (~ever | ~below[:, -1]).astype(float),
    )


def banded(values: np.ndarray, unit: str = "") -> dict:
    """{median, p05, p95, unit} of the draws that have a value, to six figures; None where no draw has one."""
    known = values[np.isfinite(values)]
    found = (float(f"{q:.6g}") for q in np.quantile(known, (0.05, 0.5, 0.95))) if known.size else (None, None, None)
    low, median, high = found
    return {"median": median, "p05": low, "p95": high, "unit": unit}


def as_json(measured: Resilience) -> dict[str, dict]:
    """Every measure with its band and unit."""
    return {name: banded(values, UNITS[name]) for name, values in measured._asdict().items()}
