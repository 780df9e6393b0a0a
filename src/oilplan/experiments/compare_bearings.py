"""Arms against ball bearings beside each other: output, stock, and what it cost. Axes: D draws, T days, M months."""

from __future__ import annotations

import numpy as np

from ..calibration.priors import median_parameters
from ..clock import date_of, day_of
from ..errors import OilplanError
from ..record import WEAK_MEANING, Record, is_weak
from ..system.oil import oil_system
from .bearings import (
    AS_FLOWN,
    DAYS_PER_MONTH,
    DRAWN_ON,
    FIRST_DATE,
    N_DAYS,
    PRESSED,
    Unknowns,
    draw_unknowns,
    output_share,
    raid_days,
)
from .compare import check_draws
from .outcomes import QUANTILES, interval

ABOUT = {
    AS_FLOWN: "Schweinfurt on 17 August and 14 October 1943 and 24 February 1944.",
    PRESSED: "Schweinfurt every thirty days from 17 August 1943 to 24 February 1944, each raid as heavy as those flown.",
}
UNITS = {
    "output_lost": "months of German output",
    "shortfall": "months of supply, after Swedish deliveries",
    "stock_left": "months of supply, in the pipeline at its lowest",
    "months_to_standstill": "months from the first raid (14 = not by September 1944)",
    "bombers_missing": "aircraft, at the rate of the two raids of 1943",
}
UNDETERMINED = {
    "effect_on_essential_production": "needs monthly consumption of bearings by use and how far designs were changed;"
    " the survey found no effect, 80 percent of airframe bearings were dispensed with, and neither is given by month",
    "tons_needed": "needs tons, sighting and area of the bearing works raid by raid",
}  # fmt: skip


def compare_bearings(record: Record, names: list[str], *, base: str | None = None, draws: int, seed: int) -> dict:
    """The arms beside each other, in the shape of `oilplan.experiments.compare`, with output month by month.

    names: of `ABOUT`, each counted once; base: one of them (the attacks as flown if they are among them, else the
    first). Raises OilplanError for a base that is not among the arms, and for draws or a seed out of range.
    """
    check_draws(draws, seed)
    names = list(dict.fromkeys(names))
    base = base or (AS_FLOWN if AS_FLOWN in names else names[0])
    if base not in names:
        raise OilplanError(f"--base '{base}' is not among the arms: {', '.join(names)}.")
    u = draw_unknowns(record, draws, seed)
    p = median_parameters(oil_system(record))
    shares = {name: output_share(name, u, p) for name in names}
    values = {name: bearing_outcomes(name, record, u, shares[name]) for name in names}
    return {
        "base": base, "from": FIRST_DATE, "draws": draws,
        "arms": [{"name": name, "outcomes": {k: interval(v, UNITS[k]) for k, v in values[name].items()},
                  "difference": {k: interval(v - values[base][k]) for k, v in values[name].items()}} for name in names],
        "output_percent": {name: monthly_percent(shares[name]) for name in names},
        "seed": seed, "system": "ball_bearings", "basis": "drawn between the record's conflicting figures",
        "about": {name: ABOUT[name] for name in names}, "undetermined": UNDETERMINED,
        "rests_on_recalled": _rests_on(record), "record_hash": record.hash,
    }  # fmt: skip


def bearing_outcomes(name: str, record: Record, u: Unknowns, share: np.ndarray) -> dict[str, np.ndarray]:
    """[D] of every outcome of `UNITS` of an arm. share: [D, T] of `output_share`"""
    lost = 1.0 - share
    shortfall = lost * (1.0 - u.sweden[:, None])
    used = np.cumsum(shortfall, axis=1) / DAYS_PER_MONTH
    dry = used >= u.stock_months[:, None]
    first = raid_days(name)[0]
    months = np.where(dry.any(axis=1), (dry.argmax(axis=1) - first) / DAYS_PER_MONTH, 14.0)
    return {
        "output_lost": lost.sum(axis=1) / DAYS_PER_MONTH,
        "shortfall": used[:, -1],
        "stock_left": np.maximum(u.stock_months - used[:, -1], 0.0),
        "months_to_standstill": months,
        "bombers_missing": np.full(lost.shape[0], len(raid_days(name)) * _missing_a_raid(record)),
    }


def monthly_percent(share: np.ndarray) -> dict[str, list]:
    """Months and, by quantile, the mean output of each in percent of that before the raids: [M].

    share: [D, T] of `output_share`
    """
    start = day_of(FIRST_DATE)
    of_day = np.array([date_of(start + day).isoformat()[:7] for day in range(N_DAYS)])
    months = np.unique(of_day)
    made = np.stack([100.0 * share[:, of_day == month].mean(axis=1) for month in months], axis=1)
    low, median, high = np.quantile(made, QUANTILES, axis=0).round(2).tolist()
    return {"month": months.tolist(), "p05": low, "median": median, "p95": high}


def _missing_a_raid(record: Record) -> float:
    rows = [r["value"] for r in record.rows("target_systems").values() if r["metric"] == "raid_losses_eighth_af"]
    return float(np.mean(rows))


def _rests_on(record: Record) -> str:
    rows = [r for r in record.rows("target_systems").values()
            if r["system"] == "ball_bearings" and r["metric"] in DRAWN_ON]  # fmt: skip
    weak = sum(is_weak(r["status"], r["confidence"]) for r in rows)
    return f"{weak} of the {len(rows)} figures drawn on are {WEAK_MEANING}"
