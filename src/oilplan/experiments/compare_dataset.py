"""A comparison as a labelled dataset: every draw of every arm, opened anywhere that reads Zarr."""

from __future__ import annotations

import numpy as np
import xarray as xr

from ..clock import MONTHS
from ..directives.operations import NAMES
from ..system.output import PRODUCTS
from .compare import Comparison
from .outcomes import MEANINGS, UNITS

AXES = {
    "products_t": (("arm", "draw", "month", "product"), "t a month"),
    "stock_t": (("arm", "draw", "month"), "t of aviation gasoline at the month's end"),
    "bombs_t": (("arm", "draw", "month", "operation"), "t a month on oil"),
    "missing": (("arm", "draw", "month", "operation"), "aircraft a month"),
    "believed": (("arm", "draw", "month"), "share of national output believed, mean of the month"),
    "worked": (("arm", "draw", "month"), "share of national output worked, mean of the month"),
}


def dataset(made: Comparison) -> xr.Dataset:
    """Every draw of a comparison, arm "no raids" included, with named axes, units and meaning in the attributes."""
    names = list(made.runs)
    data = {name: (axes, np.stack([getattr(made.runs[a], name) for a in names]), {"units": unit})
            for name, (axes, unit) in AXES.items()}  # fmt: skip
    for outcome, unit in UNITS.items():
        rows = [made.values[a][outcome] if a in made.values else np.full(made.summary["draws"], np.nan) for a in names]
        data[outcome] = (("arm", "draw"), np.stack(rows), {"units": unit, "meaning": MEANINGS[outcome]})
    coords = {"arm": names, "month": list(MONTHS), "product": list(PRODUCTS), "operation": list(NAMES)}
    told = {key: made.summary[key] for key in ("base", "from", "seed", "basis", "record_hash")}
    return xr.Dataset(data, coords, {"title": "oilplan comparison", **told})


def bands(made: Comparison) -> dict[str, dict[str, dict[str, list[float]]]]:
    """By series, arm and quantile: monthly numbers for the figures of a report."""
    out: dict = {}
    for series, pick in (("aviation_gasoline", lambda r: r.products_t[:, :, 0]), ("stock", lambda r: r.stock_t),
                         ("motor_fuel", lambda r: r.products_t[:, :, 1:].sum(axis=2))):  # fmt: skip
        for name, run in made.runs.items():
            low, median, high = np.quantile(pick(run), (0.05, 0.5, 0.95), axis=0)
            out.setdefault(series, {})[name] = {"p05": low.tolist(), "median": median.tolist(), "p95": high.tolist()}
    return out
