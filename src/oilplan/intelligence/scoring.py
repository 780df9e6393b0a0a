"""The estimates that were really made, beside what the method of `oilplan.intelligence.estimate` believes in the same
months.

Axes: D draws, M months.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from ..clock import MONTHS
from ..record import Record, own_rows

OF_ALL_OIL = {"F11": ("1944-05",), "F12": ("1944-06",), "F16": ("1944-09", "1944-10", "1944-11")}
"""Forecasts of the output of all oil as a share of spring 1944: the Ministry of Economic Warfare for May and June, the
Joint Oil Targets Committee for September to November [record: forecasts]. F16 gives 23 and then near 30 percent."""
CUT = "reduction"
SYNTHETIC = "F09"
"""The Ministry's cut of synthetic oil in June 1944, which can be scored against the survey's figures alone."""


class Estimate(NamedTuple):
    """forecast_id, made_by: of the row; month: about which; left: estimated share of spring's output, 0 to 1
    confidence: of the row.
    """

    forecast_id: str
    made_by: str
    month: str
    left: float
    confidence: str


def recorded_estimates(record: Record) -> list[Estimate]:
    """Estimates of all oil, one per month, in order of month. Raises KeyError for a forecast that is not in the
    record."""
    out = []
    for name, months in OF_ALL_OIL.items():
        row = record.rows("forecasts")[name]
        percent = [float(x) for x in re.findall(r"\d+(?:\.\d+)?", row["estimate"])]
        for n, month in enumerate(months):
            value = percent[min(n, len(percent) - 1)] / 100.0
            left = 1.0 - value if CUT in row["quantity"] else value
            out.append(Estimate(name, row["made_by"], month, left, row["confidence"]))
    return out


def scored(estimates: list[Estimate], believed: np.ndarray, worked: np.ndarray) -> list[dict]:
    """Each estimate with the belief and the truth of the model in its month.

    believed, worked: [D, M] share of national output, mean of the month, under the raids as flown

    ``reproduced`` says whether the estimate lies between the 5 and 95 percent points of the belief. The base of the
    committee's percentages is not known exactly, so a miss of a few points is no miss.
    """
    out = []
    for e in estimates:
        m = MONTHS.index(e.month)
        low, median, high = (round(float(q), 3) for q in np.quantile(believed[:, m], (0.05, 0.5, 0.95)))
        truth = float(np.median(worked[:, m]))
        out.append(
            {
                "forecast_id": e.forecast_id,
                "made_by": e.made_by,
                "month": e.month,
                "estimated_left": round(e.left, 3),
                "believed_left": {"median": median, "p05": low, "p95": high},
                "modelled_left": round(truth, 3),
                "error_points": round(100 * (e.left - truth), 1),
                "reproduced": bool(low <= e.left <= high),
                "confidence": e.confidence,
            }
        )
    return out


def synthetic_in_june(record: Record) -> dict:
    """The Ministry's cut of synthetic oil in June 1944 against the survey: 50 estimated, 107,000 left of 316,000 t."""
    row = record.rows("forecasts")[SYNTHETIC]
    output = own_rows(record.rows("output").values(), "quantity", "period")
    june, april = (output["synthetic_plants", month]["value"] for month in ("1944-06", "1944-04"))
    actual = 100.0 * (1.0 - june / april)
    estimate = float(row["estimate"])
    return {
        "forecast_id": SYNTHETIC,
        "made_by": row["made_by"],
        "estimated_cut_percent": estimate,
        "recorded_cut_percent": round(actual, 1),
        "error_points": round(estimate - actual, 1),
        "confidence": row["confidence"],
    }
