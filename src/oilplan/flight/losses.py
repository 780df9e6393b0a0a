"""Aircraft missing per ton dropped, by operation, month and target region, with intervals.

Bomber Command: despatched and missing of single raids and groups of raids [record: raid_losses], per sortie, turned
into tons by the load of its oil sorties. Eighth and Fifteenth: monthly losses of heavy bombers over monthly tons
[record: forces]; these count accidents and aircraft written off, so they overstate losses over the target.
Ploesti has its own figure. Rates are of all targets where none of oil is recorded.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from oilplan.directives.forces import FORCES

from ..clock import Window
from ..directives.forces import N_OPERATIONS, OPERATIONS
from ..model.target import TargetSystem
from ..record import Record
from ..record.effort import monthly_tons
from ..units import t_from_long, t_from_short

NEAR_REGIONS = ("ruhr", "rhineland", "northwest")
PERIODS = (("1944-04", "1944-08"), ("1944-09", "1944-12"), ("1945-01", "1945-04"))
"""First and last month: spring and summer 1944 (night fighters at their strongest), autumn, 1945."""
PRIOR_SORTIES = 200.0
"""Sorties' worth of the force's mean that a cell of few sorties is drawn towards; judgement."""
AMERICAN_LOG_SD = 0.25
"""American rates: all targets, with accidents; oil was better defended than most. Judgement."""
OVERDISPERSION_LOG_SD = 0.3
"""Spread of the rate between raids of one cell beyond counting: single nights of June 1944 lost 6 to 28 percent
[record: raid_losses]."""


class MissingRates(NamedTuple):
    """per_t: [M, F, P] aircraft missing per metric ton; log_sd: [M, F, P] sd of its logarithm."""

    per_t: np.ndarray
    log_sd: np.ndarray


def missing_rates(record: Record, system: TargetSystem) -> MissingRates:
    """Missing rates of every month, operation and plant. Raises KeyError when a force has no losses on record."""
    window = system.window
    per_t = np.zeros((window.n_months, N_OPERATIONS, system.n_plants))
    log_sd = np.full_like(per_t, AMERICAN_LOG_SD)
    near = np.isin(system.regions, NEAR_REGIONS)
    for f, operation in enumerate(OPERATIONS):
        if operation.force == "bomber_command":
            per_t[:, f], log_sd[:, f] = _bomber_command(record, operation.night, near, window)
        else:
            per_t[:, f] = _american(record, operation.force, window)[:, None]
    ploesti = np.array(system.regions) == "romania"
    per_t[:, OPERATIONS.index(_operation("fifteenth_af")), ploesti] = _ploesti(record)
    return MissingRates(per_t, log_sd)


def _operation(force: str):
    return next(op for op in OPERATIONS if op.force == force)


def _bomber_command(record: Record, night: bool, near: np.ndarray, window: Window) -> tuple[np.ndarray, np.ndarray]:
    """[M, P] missing per ton and sd of its log, drawn towards the mean of the period, and that towards all raids."""
    raids = [
        r
        for r in record.rows("raid_losses").values()
        if r["force"] == "bomber_command" and r["scope"] == "one raid" and r["sent"] and r["missing"] is not None
    ]
    close = {row["plant_id"]: row["region"] in NEAR_REGIONS for row in record.rows("plants").values()}
    whole = [(r["sent"], r["missing"]) for r in raids if bool(r["night"]) == night]
    load_t = _load_t(record)
    per_t, log_sd = np.zeros((2, window.n_months, near.size))
    for first, last in PERIODS:
        months = [m for m, month in enumerate(window.months) if first <= month <= last]
        inside = [r for r in raids if first <= r["period"][:7] <= last and bool(r["night"]) == night]
        broad = _towards(_ratio(whole), [(r["sent"], r["missing"]) for r in inside])
        for side in (True, False):
            cell = [(r["sent"], r["missing"]) for r in inside if close.get(r["plant_id"], True) == side]
            rate = _towards(broad, cell)
            missing = rate * (sum(s for s, _ in cell) + PRIOR_SORTIES)
            where = np.ix_(np.array(months, int), np.flatnonzero(near == side))
            per_t[where] = rate / load_t
            log_sd[where] = (1.0 / missing + OVERDISPERSION_LOG_SD**2) ** 0.5
    return per_t, log_sd


def _ratio(cell: list[tuple[float, float]]) -> float:
    return sum(m for _, m in cell) / sum(s for s, _ in cell)


def _towards(mean: float, cell: list[tuple[float, float]]) -> float:
    """Rate of a cell with `PRIOR_SORTIES` sorties at the wider mean added."""
    sent, missing = sum(s for s, _ in cell), sum(m for _, m in cell)
    return (missing + mean * PRIOR_SORTIES) / (sent + PRIOR_SORTIES)


def _load_t(record: Record) -> float:
    """Metric tons aimed per sortie despatched to oil, January to April 1945 (12,588 sorties, 46,636 long tons)."""
    rows = {
        r["quantity"]: r
        for r in record.rows("forces").values()
        if r["force"] == "bomber_command" and r["period"] == "1945-01/1945-04"
    }
    tons = sum(
        t_from_long(r["value"])
        for r in record.rows("forces").values()
        if r["force"] == "bomber_command" and r["quantity"] == "oil_tonnage"
    )
    return tons / rows["oil_sorties_despatched"]["value"]


def _american(record: Record, force: str, window: Window) -> np.ndarray:
    """[M] heavy bombers lost per ton; a month without a figure takes the force's mean of the others."""
    lost = {
        r["period"]: r["value"]
        for r in record.rows("forces").values()
        if r["force"] == force and r["quantity"] == "heavy_bombers_lost_combat_and_accident"
    }
    tons = monthly_tons(record, window)[:, FORCES.index(force)]
    rate = np.array([lost.get(m, np.nan) for m in window.months]) / tons
    known = ~np.isnan(rate)
    mean = np.nansum(rate * tons) / tons[known].sum()
    return np.where(known, rate, mean)


def _ploesti(record: Record) -> float:
    """Missing per ton over Ploesti, April to August 1944: all forces' 261 aircraft over 13,469 short tons."""
    rows = [
        r
        for r in record.rows("raid_losses").values()
        if r["place"] == "Ploesti" and r["scope"] == "all raids on the place"
    ]
    return sum(r["missing"] or 0 for r in rows) / t_from_short(sum(r["tons_short"] or 0 for r in rows))
