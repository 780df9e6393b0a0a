"""Nitrogen and methanol: what Leuna and Oppau made from the gas that oil was made from, month by month.

The record has the Reich's output before the raids, what part of it came from these two works, and what was left at the end of
the year. It has no split between the two works and no month in between for nitrogen. Axes: D draws, M months, P plants.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..record import Record, is_weak
from .rail import REICH
from .target import TargetSystem

WORKS = ("leuna", "ludwigshafen_oppau")
LEUNAS_PART = (1 / 3, 2 / 3)
"""Of what the two works made together: the record has no split; judgement."""
METHANOL_PART = 0.40
"""Of the two works in the Reich's methanol before the raids: "Sixty percent of the nitrogen production and 40 percent of the
methanol production" [record: output, 1944_leuna_ludwigshafen_oppau_nitrogen_share_of_two_plants_ussbs_summary, words]."""
NITROGEN_PART = ("nitrogen_share_of_two_plants_percent", "nitrogen_share_of_leuna_oppau_percent")
"""Quantities of `output` that give the same part: works differ (60 and 50 percent)."""
BEFORE = "1944-04"
LOT = 82
"""Names the lots of this file beside others of the same seed."""


class JointMonth(NamedTuple):
    """A month of a joint product in percent of its output before the raids: modelled band, and rows of the record.

    product; month; p05, median, p95: percent; recorded: percent by row id; recorded_t: tons a month by row id, where the
    row gives tons; weak: whether any of the rows is weak
    """

    product: str
    month: str
    p05: float
    median: float
    p95: float
    recorded: dict[str, float]
    recorded_t: dict[str, float]
    weak: bool


def joint_months(
    record: Record, system: TargetSystem, share: np.ndarray, rail_exponent: np.ndarray, seed: int
) -> list[JointMonth]:
    """Nitrogen and methanol by month, in percent of spring 1944. Months without a recorded figure are modelled all the same.

    share: [D, M, P] mean share of capacity worked, after overrun; rail_exponent: [D] of delivery to cars placed

    A works makes its nitrogen and methanol by the share of its plant that works, for both come from its gas; all other works
    are not in the record plant by plant and are held at what the Reich's railways allow, so that the total is an upper one. The
    part of the two works and Leuna's part in theirs are drawn between what the record, or judgement, allows. A product of
    which the record lacks a figure is left out.
    """
    if not set(WORKS) <= set(system.plant_ids):
        return []
    rng = np.random.default_rng([seed, LOT])
    draws = len(share)
    leuna = rng.uniform(*LEUNAS_PART, draws)[:, None]
    month = system.window.month_of_day
    cars = np.stack(
        [
            np.exp(np.multiply.outer(rail_exponent, system.rail.recorded_log[month == m, REICH])).mean(axis=1)
            for m in range(system.window.n_months)
        ],
        axis=1,
    )
    first, second = (share[:, :, system.position(name)] for name in WORKS)
    works = cars * (leuna * first + (1 - leuna) * second)
    parts = {"nitrogen": _nitrogen_part(record, rng.random(draws)), "methanol": np.full(draws, METHANOL_PART)}
    known = {"nitrogen": _nitrogen(record), "methanol": _methanol(record)}
    out = []
    for product, part in parts.items():
        if part is None:
            continue
        made = 100.0 * (part[:, None] * works + (1 - part[:, None]) * cars)
        made = 100.0 * made / made[:, :1]
        for m, name in enumerate(system.window.months):
            low, middle, high = np.quantile(made[:, m], (0.05, 0.5, 0.95)).round(1).tolist()
            rows = known[product].get(name, [])
            percent = {r["row_id"]: round(v, 1) for r, v in rows}
            tons = {r["row_id"]: r["value"] for r, _ in rows if r["unit"] == "t"}
            weak = any(is_weak(r["status"], r["confidence"]) for r, _ in rows)
            out.append(JointMonth(product, name, low, middle, high, percent, tons, weak))
    return out


def as_json(months: list[JointMonth]) -> dict[str, Any]:
    """By product, JSON-ready."""
    return {
        product: [m._asdict() for m in months if m.product == product]
        for product in dict.fromkeys(m.product for m in months)
    }


def _nitrogen_part(record: Record, lot: np.ndarray) -> np.ndarray | None:
    found = [
        r["value"] / 100.0
        for r in record.rows("output").values()
        if r["quantity"] in NITROGEN_PART and r["value"] is not None
    ]
    return min(found) + (max(found) - min(found)) * lot if found else None


def _of(record: Record, quantity: str) -> list[dict]:
    return [
        r
        for r in record.rows("output").values()
        if r["quantity"] == quantity and r["value"] is not None and len(r["period"]) == 7
    ]


def _nitrogen(record: Record) -> dict[str, list[tuple[dict, float]]]:
    """Rows of each month with their percent of spring 1944, each against the figure of its own source."""
    rows = _of(record, "nitrogen_synthetic")
    before = {r["source_keys"]: r["value"] for r in rows if r["period"] == BEFORE and r["value"]}
    out: dict[str, list[tuple[dict, float]]] = {}
    for r in rows:
        if r["source_keys"] in before:
            out.setdefault(r["period"], []).append((r, 100.0 * r["value"] / before[r["source_keys"]]))
    return out


def _methanol(record: Record) -> dict[str, list[tuple[dict, float]]]:
    """August 1944: "a quarter of that previously produced"."""
    return {r["period"]: [(r, r["value"])] for r in _of(record, "methanol_share_left_percent")}
