"""A comparison as a labelled dataset: every draw of every arm, opened anywhere that reads Zarr."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..clock import MONTHS
from ..directives.forces import NAMES
from ..model.target import PRODUCTS
from .compare import Comparison
from .labelled_zarr import Labelled, labels, write_labelled
from .outcomes import MEANINGS, UNITS

AXES = {
    "products_t": (("arm", "draw", "month", "product"), "t a month"),
    "stock_t": (("arm", "draw", "month"), "t of aviation gasoline at the month's end"),
    "bombs_t": (("arm", "draw", "month", "operation"), "t a month on oil"),
    "missing": (("arm", "draw", "month", "operation"), "aircraft a month"),
    "elsewhere_t": (("arm", "draw", "month", "operation"), "t a month ordered on oil that fell on other targets"),
    "raids": (("arm", "draw", "month", "operation"), "raids in strength a month"),
    "used_t": (("arm", "draw", "month"), "t of aviation gasoline used a month, use answering to stock"),
    "believed": (("arm", "draw", "month"), "share of national output believed, mean of the month"),
    "worked": (("arm", "draw", "month"), "share of national output worked, mean of the month"),
}


def arrays(made: Comparison) -> dict[str, Labelled]:
    """Every draw of a comparison by name, arm "no raids" included, labels of the axes among them."""
    names = list(made.runs)
    data = {
        name: Labelled(axes, np.stack([getattr(made.runs[a], name) for a in names]), {"units": unit})
        for name, (axes, unit) in AXES.items()
    }
    for outcome, unit in UNITS.items():
        rows = [made.values[a][outcome] if a in made.values else np.full(made.summary["draws"], np.nan) for a in names]
        data[outcome] = Labelled(("arm", "draw"), np.stack(rows), {"units": unit, "meaning": MEANINGS[outcome]})
    coords = {"arm": names, "month": MONTHS, "product": PRODUCTS, "operation": NAMES}
    return data | {axis: labels(axis, along) for axis, along in coords.items()}


def write_dataset(made: Comparison, folder: Path) -> None:
    """Write every draw as Zarr in ``folder`` (``xarray.open_dataset(folder, engine="zarr", consolidated=False)``)."""
    told = {key: made.summary[key] for key in ("base", "from", "seed", "basis", "record_hash")}
    write_labelled(arrays(made), {"title": "oilplan comparison", **told}, folder)


def bands(made: Comparison) -> dict[str, dict[str, dict[str, list[float]]]]:
    """By series, arm and quantile: monthly numbers for the figures of a report."""
    out: dict = {}
    for series, pick in (
        ("aviation_gasoline", lambda r: r.products_t[:, :, 0]),
        ("stock", lambda r: r.stock_t),
        ("motor_fuel", lambda r: r.products_t[:, :, 1:].sum(axis=2)),
    ):
        for name, run in made.runs.items():
            low, median, high = np.quantile(pick(run), (0.05, 0.5, 0.95), axis=0)
            out.setdefault(series, {})[name] = {"p05": low.tolist(), "median": median.tolist(), "p95": high.tolist()}
    return out
