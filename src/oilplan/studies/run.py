"""What a replay says, as plain numbers: the content of summary.json, from which every table and figure is drawn."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..calibration.hindcast import ROUNDING_T, inside
from ..calibration.posterior import crps, load_posterior
from ..clock import Window
from ..directives.forces import FORCES
from ..errors import OilplanError
from ..flight.as_flown import as_flown
from ..flight.executable import keep_compiled
from ..flight.schedule import counted_once
from ..model.joint import as_json, joint_months, joint_parts, joint_percent, reich_cars
from ..model.oil import AVIATION_STOCK, oil_system, recorded_use
from ..model.resilience import MEANINGS, resilience
from ..model.resilience import as_json as measures_as_json
from ..record import WEAK_MEANING, Record, own_rows, weak_row
from . import manifest, rests_on
from .replay import HEADLINE, SERIES, RecordedMonth, Replay, check_draws, motor_months, recorded_months, replay

BAND = (0.05, 0.5, 0.95)
ANCHOR_MONTH = "1944-04"
"""Every plant is scaled to its output of this month, so it is no test and is left out of the scores."""


def summary(record: Record, flown: Replay, *, directive: str, seed: int, fit: dict | None = None) -> dict:
    """Everything the tables and figures of a run need, as JSON-ready numbers.

    record: the record the run was made from; flown: from `replay`; directive, seed: as given
    fit: manifest of the posterior that the draws come from, or None for priors

    Returns a dict with `months` (one per month and series), `scores`, `stock`, `motor_fuel`, `raids`, `plants` and how
    all of it is known. The same record, directive, draws and seed give the same bytes once dumped.
    """
    known = {(m.series, m.month): m for m in recorded_months(record)}
    months = [
        _month(flown, known.get((series, month)), s, m)
        for s, series in enumerate(SERIES)
        for m, month in enumerate(flown.system.window.months)
    ]
    return {
        "directive": directive,
        "draws": flown.output_t.shape[0],
        "seed": seed,
        **rests_on(record.hash, fit),
        "series": SERIES,
        "weak_means": WEAK_MEANING,
        "months": months,
        "scores": scores(flown, list(known.values())),
        "stock": _stock(record, flown),
        "motor_fuel": motor_months(record, flown.system, flown.products_t, flown.motor_met),
        "raids": _tons(flown),
        "plants": _plants(flown),
        "joint_products": as_json(joint_months(record, flown.system.window, _joint(record, flown, seed))),
        "resilience": resilience_of(flown.products_t[:, :, 0], flown.system.window),
        "resilience_means": MEANINGS,
    }


def _joint(record: Record, flown: Replay, seed: int) -> dict[str, np.ndarray]:
    """[D, M] nitrogen and methanol in percent of April 1944, with cars placed as recorded."""
    parts = joint_parts(record, len(flown.share), seed)
    return joint_percent(parts, flown.system, flown.share, reich_cars(flown.system, flown.parameters))


def resilience_of(made: np.ndarray, window: Window) -> dict:
    """Measures of resilience of a product by month, against its first month a day. made: [D, M]"""
    a_day = made / window.days_in_month
    level = a_day / np.maximum(a_day[:, :1], 1e-9)
    return measures_as_json(resilience(level, window.days_in_month))


def _month(flown: Replay, known: RecordedMonth | None, s: int, m: int) -> dict:
    low, median, high = (round(float(q)) for q in np.quantile(flown.output_t[:, m, s], BAND))
    return {
        "month": flown.system.window.months[m],
        "series": tuple(SERIES)[s],
        "recorded_t": known and known.value_t,
        "recorded_low_t": known and known.low_t,
        "recorded_high_t": known and known.high_t,
        "status": known.status if known else "missing",
        "confidence": known.confidence if known else "none",
        "weak": known is not None and known.is_weak,
        "row_ids": list(known.row_ids) if known else [],
        "median_t": median,
        "p05_t": low,
        "p95_t": high,
        "inside": known and inside(low, high, known.low_t, known.high_t),
    }


def scores(flown: Replay, known: list[RecordedMonth]) -> dict:
    """CRPS [t] and coverage of the 90 percent band over the recorded months of the two headline series.

    Each recorded figure is that of its series; where sources differ, a band that meets their interval covers it. April 1944 is left out: the plants are scaled to it. The band
    is that of modelled output; the errors of the returns themselves are not in it.
    """
    tested = [m for m in known if m.month != ANCHOR_MONTH]
    by_series = {series: _score(flown, [m for m in tested if m.series == series]) for series in SERIES}
    both = _score(flown, [m for m in tested if m.series in HEADLINE])
    return {**both, "unit": "t a month", "without": [ANCHOR_MONTH], "rounding_t": ROUNDING_T, "by_series": by_series}


def _score(flown: Replay, known: list[RecordedMonth]) -> dict:
    draws = [flown.output_t[:, flown.system.window.month_index(m.month), list(SERIES).index(m.series)] for m in known]
    hits = [
        inside(float(np.quantile(x, BAND[0])), float(np.quantile(x, BAND[2])), m.low_t, m.high_t)
        for x, m in zip(draws, known, strict=True)
    ]
    errors = [crps(x, m.value_t) for x, m in zip(draws, known, strict=True)]
    if not known:
        return {"crps": None, "coverage90": None, "months": 0}
    return {
        "crps": round(float(np.mean(errors)), 1),
        "coverage90": round(float(np.mean(hits)), 3),
        "months": len(known),
    }


def _stock(record: Record, flown: Replay) -> list[dict]:
    """Stock of aviation gasoline at each month's end, modelled from May 1944, with what the record has."""
    own = own_rows(record.rows("stocks_and_use").values(), "product", "quantity", "period")
    months = flown.system.window.months
    stood, flow = (
        {month: own.get(("aviation_gasoline", quantity, month)) for month in months}
        for quantity in ("stock_end", "stock_end_flow")
    )
    store = flown.system.store(AVIATION_STOCK)
    out = []
    for month in months:
        entry = {"month": month, **_stood(stood[month] or flow[month]), "use_recalled": month in recorded_use(record)}
        at = flown.system.window.month_end_day(month) - store.first_day
        band = [store.start_t] * 3 if at < 0 else np.quantile(flown.stock.stock_t[:, at], BAND)
        low, median, high = (round(float(q)) for q in band)
        out.append(entry | {"median_t": median, "p05_t": low, "p95_t": high})
    return out


def _stood(row: dict | None) -> dict:
    """What the record says of a stock: a row of `stocks_and_use`, or None."""
    if row is None:
        return {"recorded_t": None, "measure": None, "status": "missing", "weak": False, "row_ids": []}
    return {
        "recorded_t": row["value"],
        "measure": row["quantity"],
        "status": row["status"],
        "weak": weak_row(row),
        "row_ids": [row["row_id"]],
    }


def _tons(flown: Replay) -> list[dict]:
    """Tons on the system by month and force as scheduled; `recalled_t` are raids known only from the calendar, whose
    tons are the median of their force."""
    raids = flown.schedule
    month, tons = flown.system.window.month_of_day[raids.day], raids.bombs_t * counted_once(raids, flown.system)
    out = []
    for m, name in enumerate(flown.system.window.months):
        for f, force in enumerate(FORCES):
            here = (month == m) & (raids.force == f)
            doubted = here & raids.recorded & ((raids.factor < 1) | (raids.day_sd > 0))
            out.append(
                {
                    "month": name,
                    "force": force,
                    "raids": len(set(np.array(raids.raid_ids)[here])),
                    "recorded_t": round(float(tons[here & raids.recorded].sum())),
                    "doubted_t": round(float(tons[doubted].sum())),
                    "recalled_t": round(float(tons[here & ~raids.recorded].sum())),
                }
            )
    return out


def _plants(flown: Replay) -> list[dict]:
    """Every plant and group with its position, tons that fell on it and its median share of capacity by month."""
    system, raids = flown.system, flown.schedule
    share = np.median(flown.share, axis=0)
    out = []
    for k, name in enumerate(system.names):
        here = raids.plant == k
        placed = bool(np.isfinite(system.latitude[k]) and np.isfinite(system.longitude[k]))
        out.append(
            {
                "plant_id": system.plant_ids[k],
                "name": name,
                "kind": str(system.processes[k]),
                "latitude": float(system.latitude[k]) if placed else None,
                "longitude": float(system.longitude[k]) if placed else None,
                "capacity_t_per_year": round(float(system.capacity_t_per_year[k])),
                "raids": int(here.sum()),
                "bombs_t": round(float(raids.bombs_t[here].sum())),
                "share_median": [round(float(x), 3) for x in share[:, k]],
            }
        )
    return out


# One run from its name to its results: what `oilplan run` and the page call.

SCHEDULES = {"as_flown": as_flown}
"""Directives whose raids are known beforehand: functions of (record, system) to a Schedule."""


class Run(NamedTuple):
    """A run's numbers (`summary`), every draw (`flown`) and what it was made from (`manifest`)."""

    summary: dict
    flown: Replay
    manifest: dict


def run_directive(
    record: Record,
    *,
    directive: str = "as_flown",
    draws: int = 500,
    seed: int = 1944,
    prior: bool = False,
    command: list[str] | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Run:
    """Replay a directive on the oil system of the record.

    directive: a name of `SCHEDULES`; draws: 1 to 100,000; seed: 0 to 4,294,967,295, the same seed the same numbers
    prior: leave the fit aside and draw from the priors; also done where the package holds no fit
    command: words to be kept in the manifest
    progress: called with draws done and draws

    Raises OilplanError for an unknown directive (known ones named, nearest first), draws or seed out of range.
    """
    plan = schedule_named(directive)
    check_draws(draws, seed)
    keep_compiled()
    system = oil_system(record)
    schedule = plan(record, system)
    posterior = None if prior else load_posterior(system, schedule)
    fit = None if posterior is None else posterior.manifest
    flown = replay(record, system, schedule, draws=draws, seed=seed, posterior=posterior, progress=progress)
    numbers = summary(record, flown, directive=directive, seed=seed, fit=fit)
    made_with = {"directive": directive, "draws": draws, "calibrated": flown.calibrated, "posterior": fit}
    return Run(numbers, flown, manifest(record, command=command or [], seed=seed, **made_with))


def schedule_named(directive: str):
    """The function of a directive. Raises OilplanError naming the known ones, nearest first."""
    if directive in SCHEDULES:
        return SCHEDULES[directive]
    near = difflib.get_close_matches(directive, SCHEDULES, n=len(SCHEDULES), cutoff=0.0)
    known = ", ".join(near)
    raise OilplanError(
        f"no directive '{directive}'; known, nearest first: {known}. `oilplan compare` flies those that decide."
    )
