"""What each force dropped a month, and on what: published totals first, the digitised tabulation for the rest."""

from __future__ import annotations

import numpy as np

from ..clock import CAMPAIGN, Window
from ..errors import OilplanError
from ..units import t_from_long, t_from_short
from . import Record

FORCES = ("bomber_command", "eighth_af", "fifteenth_af")
CLASSES = ("oil", "cities", "transport", "other", "army")
"""What the tons fell on. `army`: tactical targets and V-weapon sites, commitments that no directive here cancels."""
OIL, CITIES, TRANSPORT, OTHER, ARMY = range(len(CLASSES))

CLASS_OF_CATEGORY = {
    "oil": OIL,
    "industrial_area": CITIES,
    "transportation": TRANSPORT,
    "tactical": ARMY,
    "v_weapons": ARMY,
}
LAST_QUARTER = {
    "share_oil": OIL,
    "share_cities": CITIES,
    "share_railways_canals": TRANSPORT,
    "share_army": ARMY,
    "share_naval_other": OTHER,
}
LAST_QUARTER_MONTHS = ("1944-10", "1944-11", "1944-12")


def monthly_tons(record: Record, window: Window = CAMPAIGN) -> np.ndarray:
    """[M, 3] metric tons dropped by each of `FORCES` a month, on all targets.

    Bomber Command: its months in `forces`, long tons. Eighth and Fifteenth: `total_bombs` there, of the heavy bombers of
    the European and Mediterranean theatres, short tons. Raises OilplanError for a month that the record, with a user's rows
    laid over it, lacks.
    """
    said = {
        ("bomber_command" if r["row_id"].startswith("bc_month_") else r["force"], r["period"]): r["value"]
        for r in record.rows("forces").values()
        if r["row_id"].startswith("bc_month_") or (r["quantity"] == "total_bombs" and r["force"] != FORCES[0])
    }
    metric = dict.fromkeys(FORCES, t_from_short) | {"bomber_command": t_from_long}
    return np.array([[metric[f](_known(said, f, m, "all bombs dropped")) for f in FORCES] for m in window.months])


def _known(said: dict[tuple[str, str], float | None], of: str, period: str, what: str) -> float:
    """A figure above nothing. Raises OilplanError where there is none."""
    if not (value := said.get((of, period))):
        raise OilplanError(
            f"forces.csv: the record has no figure above 0 of {what} for {of} in {period}; see to the row's period, force,"
            " quantity and value."
        )
    return value


def mix(record: Record, window: Window = CAMPAIGN) -> np.ndarray:
    """[M, 3, C] share of each force's tons by class of target, adding to 1.

    Digitised lines [record: effort_monthly] shared out, with two corrections: what the tabulation lacks of a
    Bomber Command month is counted as cities (its city raids are the lines that are missing), and the shares that are
    published replace it: October to December 1944 by quarter, oil and cities of 1945 by month. Digitised tons are of
    low confidence.
    """
    totals = monthly_tons(record, window)
    tons = _digitised(record, window)
    bomber = FORCES.index("bomber_command")
    tons[:, bomber, CITIES] += np.maximum(totals[:, bomber] - tons[:, bomber].sum(axis=1), 0.0)
    shares = tons / tons.sum(axis=2, keepdims=True)
    _publish_last_quarter(record, shares[:, bomber], window)
    _publish_1945(record, shares[:, bomber], window)
    odd = np.argwhere(~((shares >= 0.0) & (shares <= 1.0)).all(axis=2))
    if odd.size:
        month, force = window.months[odd[0, 0]], FORCES[odd[0, 1]]
        raise OilplanError(
            f"forces.csv, effort_monthly.csv: the tons of {force} by target in {month} make no shares from 0 to 1; see to"
            " the figures of that month."
        )
    return shares


def _digitised(record: Record, window: Window) -> np.ndarray:
    tons = np.zeros((window.n_months, len(FORCES), len(CLASSES)))
    for r in record.rows("effort_monthly").values():
        if r["month"] in window.months and r["force"] in FORCES and r["tons_short"] is not None:
            cleaned = r["tons_short_cleaned"]
            short = r["tons_short"] if cleaned is None else cleaned
            kind = CLASS_OF_CATEGORY.get(r["target_category"], OTHER)
            tons[window.month_index(r["month"]), FORCES.index(r["force"]), kind] += t_from_short(short)
    return tons


def _of_bomber_command(record: Record) -> dict[tuple[str, str], float | None]:
    """Its figures in `forces` by quantity and period."""
    rows = record.rows("forces").values()
    return {(r["quantity"], r["period"]): r["value"] for r in rows if r["force"] == "bomber_command"}


def _publish_last_quarter(record: Record, shares: np.ndarray, window: Window) -> None:
    months = [m for m in LAST_QUARTER_MONTHS if m in window.months]
    if not months:
        return
    said, quarter = _of_bomber_command(record), "1944-10/1944-12"
    known = [_known(said, quantity, quarter, "Bomber Command's shares") for quantity in LAST_QUARTER]
    for month in months:
        shares[window.month_index(month), list(LAST_QUARTER.values())] = np.array(known) / sum(known)


def _publish_1945(record: Record, shares: np.ndarray, window: Window) -> None:
    rows = _of_bomber_command(record)
    for m, month in enumerate(window.months):
        if ("oil_tonnage", month) not in rows:
            continue
        quantities = ("total_tonnage", "oil_tonnage", "cities_tonnage")
        total, oil, cities = (_known(rows, quantity, month, "Bomber Command's tons") for quantity in quantities)
        oil, cities = oil / total, cities / total
        rest = shares[m, TRANSPORT:] / shares[m, TRANSPORT:].sum()
        shares[m] = np.concatenate([[oil, cities], (1.0 - oil - cities) * rest])
