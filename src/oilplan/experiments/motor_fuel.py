"""Motor gasoline and diesel: what was delivered, and how much of the need it met. Neither binds the fit."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from jax import Array

from ..calibration.likelihood import monthly
from ..clock import MONTHS
from ..record import Record, is_weak
from ..system.output import DIESEL, MOTOR
from ..system.parameters import Parameters
from ..system.stocks import FIRST_DAY, motor_stock

BAND = (0.05, 0.5, 0.95)
PRODUCTS = ("motor_gasoline", "diesel")
WITH_JET_FUEL = "diesel_with_jet_fuel"
"""How one work counts the diesel of late 1944."""
OF_APRIL = "automotive_fuels_percent_of_april_1944"


def motor_met(products_t: Array, need_t: Array, start_t: Array | float, p: Parameters) -> Array:
    """[M] share of the need of motor gasoline and diesel that was met in each month, nan in April.

    Stocks are rationed, and substitutes take over their share of the need (`oilplan.system.stocks.motor_stock`).
    products_t: [T, K] delivered a day; need_t: [T] a day; start_t: stock of both at the end of April
    """
    made = products_t[:, [MOTOR, DIESEL]].sum(axis=1)
    supply = motor_stock(made, need_t, start_t, p.release_per_month, p.substitute_share)
    short = jnp.concatenate([jnp.zeros(FIRST_DAY, made.dtype), supply.short_t])
    return (1.0 - monthly(short) / monthly(need_t)).at[0].set(jnp.nan)


def motor_months(record: Record, products_t: np.ndarray, met: np.ndarray) -> list[dict]:
    """One entry a month, JSON-ready: delivered and met with their bands, and what the record has beside them.

    products_t: [D, M, K] delivered; met: [D, M] as `motor_met`
    """
    made = products_t[:, :, [MOTOR, DIESEL]].sum(axis=2)
    of_april = 100.0 * made / made[:, :1]
    return [_month(record, month, made[:, m], of_april[:, m], met[:, m]) for m, month in enumerate(MONTHS)]


def _month(record: Record, month: str, made: np.ndarray, of_april: np.ndarray, met: np.ndarray) -> dict:
    told = {"month": month, "delivered_t": _band(made), "percent_of_april": _band(of_april)}
    return told | {"met_percent": None if np.isnan(met).all() else _band(100.0 * met)} | _recorded(record, month)


def _band(values: np.ndarray) -> list[int]:
    """5th percentile, median, 95th."""
    return [round(float(q)) for q in np.quantile(values, BAND)]


def _recorded(record: Record, month: str) -> dict:
    """Recorded tons where one work has both products, and the percentage of April that another gives."""
    by_name = {k: r for table in ("output_monthly", "output_found") for k, r in record.rows(table).items()
               if r["month"] == month and r["tons_metric"] is not None}  # fmt: skip
    both = [r for r in by_name.values() if r["series"] in (*PRODUCTS, WITH_JET_FUEL)]
    whole = len({r["series"] == "motor_gasoline" for r in both}) == 2
    share = [r for r in by_name.values() if r["series"] == OF_APRIL]
    used = [*(both if whole else []), *share]
    return {"recorded_t": sum(r["tons_metric"] for r in both) if whole else None,
            "recorded_percent_of_april": share[0]["tons_metric"] if share else None,
            "weak": any(is_weak(r["status"], r["confidence"]) for r in used),
            "row_ids": sorted(k for k, r in by_name.items() if r in used)}  # fmt: skip
