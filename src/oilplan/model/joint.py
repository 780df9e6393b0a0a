"""Nitrogen and methanol: what Leuna and Oppau made from the gas that oil was made from, month by month.

The record has the Reich's output before the raids, what part of it came from these two works, and what was left at the end of
the year. It has no split between the two works and no month in between for nitrogen. Axes: D draws, M months, P plants.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..clock import Window
from ..record import Record, is_weak
from .law import rail_share
from .parameters import Parameters
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
NITROGEN = "nitrogen_synthetic"
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


class JointParts(NamedTuple):
    """What is drawn of joint products, the same for every arm. All [D]. leuna: its part in what the two works made; nitrogen,
    methanol: the part of the two in the Reich's, None where the record lacks it; nitrogen_t: the Reich's, tons a month of
    spring 1944
    """

    leuna: np.ndarray
    nitrogen: np.ndarray | None
    methanol: np.ndarray
    nitrogen_t: np.ndarray


def joint_parts(record: Record, draws: int, seed: int) -> JointParts:
    """Drawn between what the record, or judgement, allows. nitrogen_t is nan where the record has no figure of April 1944."""
    rng = np.random.default_rng([seed, LOT])
    leuna = rng.uniform(*LEUNAS_PART, draws)
    part = _between(
        [r["value"] / 100.0 for r in record.rows("output").values() if r["quantity"] in NITROGEN_PART and r["value"]],
        rng.random(draws),
    )
    before = _between([r["value"] for r in _of(record, NITROGEN) if r["period"] == BEFORE], rng.random(draws))
    tons = np.full(draws, np.nan) if before is None else before
    return JointParts(leuna, part, np.full(draws, METHANOL_PART), tons)


def joint_percent(
    parts: JointParts, system: TargetSystem, share: np.ndarray, cars: np.ndarray
) -> dict[str, np.ndarray]:
    """[D, M] of nitrogen and methanol by name, in percent of the first month; none for a system without the two works.

    share: [D, M, P] mean share of capacity worked, after overrun; cars: [D, M] what the Reich's railways let through, 1 for all

    A works makes its nitrogen and methanol by the share of its plant that works, for both come from its gas; all other works
    are not in the record plant by plant and are held at what the Reich's railways allow, so that the total is an upper one.
    """
    if not set(WORKS) <= set(system.plant_ids):
        return {}
    leuna = parts.leuna[:, None]
    first, second = (share[:, :, system.position(name)] for name in WORKS)
    works = cars * (leuna * first + (1 - leuna) * second)
    out = {}
    for product, part in (("nitrogen", parts.nitrogen), ("methanol", parts.methanol)):
        if part is not None:
            made = part[:, None] * works + (1 - part[:, None]) * cars
            out[product] = (100.0 * made / made[:, :1]).astype(np.float32)
    return out


def reich_cars(system: TargetSystem, p: Parameters) -> np.ndarray:
    """[D, M] what the Reich's railways let through as recorded, mean of the month. p: of every draw"""
    of_draw = p._replace(rail_exponent=p.rail_exponent[:, None])
    by_day, month = np.asarray(rail_share(system.rail.recorded_log[:, REICH], of_draw)), system.window.month_of_day
    return np.stack([by_day[:, month == m].mean(axis=1) for m in range(system.window.n_months)], axis=1)


def joint_months(record: Record, window: Window, percent: dict[str, np.ndarray]) -> list[JointMonth]:
    """Nitrogen and methanol by month beside the record. Months without a recorded figure are modelled all the same.

    percent: of `joint_percent`
    """
    known = {"nitrogen": _nitrogen(record), "methanol": _methanol(record)}
    out = []
    for product, made in percent.items():
        for m, name in enumerate(window.months):
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


def _between(found: list[float], lot: np.ndarray) -> np.ndarray | None:
    """[D] between the least and the greatest of what works say; None where they say nothing."""
    return min(found) + (max(found) - min(found)) * lot if found else None


def _of(record: Record, quantity: str) -> list[dict]:
    return [
        r
        for r in record.rows("output").values()
        if r["quantity"] == quantity and r["value"] is not None and len(r["period"]) == 7
    ]


def _nitrogen(record: Record) -> dict[str, list[tuple[dict, float]]]:
    """Rows of each month with their percent of spring 1944, each against the figure of its own source."""
    rows = _of(record, NITROGEN)
    before = {r["source_keys"]: r["value"] for r in rows if r["period"] == BEFORE and r["value"]}
    out: dict[str, list[tuple[dict, float]]] = {}
    for r in rows:
        if r["source_keys"] in before:
            out.setdefault(r["period"], []).append((r, 100.0 * r["value"] / before[r["source_keys"]]))
    return out


def _methanol(record: Record) -> dict[str, list[tuple[dict, float]]]:
    """August 1944: "a quarter of that previously produced"."""
    return {r["period"]: [(r, r["value"])] for r in _of(record, "methanol_share_left_percent")}
