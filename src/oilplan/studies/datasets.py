"""A replay and a comparison as arrays with named axes: every draw, written with Zarr itself in the form that xarray reads.

xarray looks for every array library that is installed before it writes, which takes longer than flying the draws.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import zarr

from ..clock import FIRST_DATE, MONTHS
from ..directives.forces import NAMES
from ..model.oil import AVIATION_STOCK
from ..model.target import PRODUCTS
from .compare import Comparison
from .outcomes import MEANINGS, UNITS
from .replay import SERIES, Replay

ZARR_FORMAT: Final = 2
"""Version 3 has no settled form for text labels yet."""
AXES_ATTRIBUTE = "_ARRAY_DIMENSIONS"
"""Where Zarr's second version keeps the names of an array's axes, by xarray's convention."""
LARGEST = 2**31 - 1
"""Whole number that every kind of netCDF file can hold in an attribute."""


class Labelled(NamedTuple):
    """One array with the names of its axes and what its numbers mean."""

    axes: tuple[str, ...]
    values: np.ndarray
    about: dict[str, str]


def labels(axis: str, names: Iterable[str]) -> Labelled:
    """The names along an axis, as an array of text."""
    return Labelled((axis,), np.array(list(names), dtype=np.str_), {})


QUANTILES = Labelled(("quantile",), np.array([0.05, 0.5, 0.95]), {"units": "1"})


def intervals(axes: tuple[str, ...], bands: Any, unit: str, meaning: str) -> Labelled:
    """Intervals of a summary ({p05, median, p95}, in lists of lists along ``axes``) with a last axis of `QUANTILES`."""

    def numbers(of: Any) -> list:
        return [of["p05"], of["median"], of["p95"]] if isinstance(of, dict) else [numbers(each) for each in of]

    return Labelled((*axes, "quantile"), np.array(numbers(bands), float), {"units": unit, "long_name": meaning})


def plain_attributes(about: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes in the forms that Zarr and netCDF share: true and false as 1 and 0, what has parts as JSON."""
    return {name: _plain(value) for name, value in about.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float):
        return value
    if isinstance(value, int):
        return value if abs(value) <= LARGEST else str(value)
    return "" if value is None else json.dumps(value)


def write_labelled(arrays: dict[str, Labelled], about: dict[str, Any], folder: Path) -> None:
    """Write arrays by name, with attributes ``about`` the whole, to a new folder.

    It opens with ``xarray.open_dataset(folder, engine="zarr", consolidated=False)``, and xarray writes what it opened to
    netCDF.
    """
    group = zarr.open_group(folder, mode="w", zarr_format=ZARR_FORMAT, attributes=plain_attributes(about))
    for name, (axes, values, meaning) in arrays.items():
        group.create_array(
            name,
            data=np.asarray(values),
            chunks=np.shape(values),
            fill_value=None,
            attributes={AXES_ATTRIBUTE: list(axes), **meaning},
        )


# A replay and a comparison.

DAYS_SINCE = {"units": f"days since {FIRST_DATE}", "calendar": "proleptic_gregorian"}


def replay_arrays(flown: Replay) -> dict[str, Labelled]:
    """Every array of a replay by name, labels of the axes included; dates are days since 1 April 1944."""
    drawn = flown.parameters._asdict()
    scalars = {name: np.asarray(v) for name, v in drawn.items() if np.ndim(v) == 1}
    days = np.arange(flown.system.n_days)
    return {
        "output_t": Labelled(("draw", "month", "series"), flown.output_t, {"units": "t a month"}),
        "products_t": Labelled(("draw", "month", "product"), flown.products_t, {"units": "t a month"}),
        "share": Labelled(("draw", "month", "plant"), flown.share, {"units": "share of capacity"}),
        "aviation_gasoline_t_per_day": Labelled(("draw", "date"), flown.aviation_t_per_day, {"units": "t a day"}),
        "stock_aviation_gasoline_t": Labelled(
            ("draw", "stock_date"), np.asarray(flown.stock.stock_t), {"units": "t at the end of the day"}
        ),
        "motor_fuel_met": Labelled(("draw", "month"), flown.motor_met, {"units": "share of the need"}),
        "raid_day": Labelled(("draw", "raid"), flown.day, DAYS_SINCE),
        "parameters": Labelled(
            ("draw", "parameter"), np.stack(list(scalars.values()), axis=1), {"units": "see Parameters"}
        ),
        "aviation_log_split": Labelled(("draw", "plant"), drawn["aviation_log_split"], {"units": "1"}),
        "repair_pace_log": Labelled(("draw", "plant"), drawn["repair_pace_log"], {"units": "1"}),
        "aviation_mix_log": Labelled(("draw", "month"), drawn["aviation_mix_log"], {"units": "1"}),
        "month": labels("month", flown.system.window.months),
        "series": labels("series", SERIES),
        "product": labels("product", PRODUCTS),
        "plant": labels("plant", flown.system.plant_ids),
        "raid": labels("raid", flown.schedule.raid_ids),
        "parameter": labels("parameter", scalars),
        "date": Labelled(("date",), days, DAYS_SINCE),
        "stock_date": Labelled(("stock_date",), days[flown.system.store(AVIATION_STOCK).first_day :], DAYS_SINCE),
    }


def recorded(summary: dict[str, Any]) -> dict[str, Labelled]:
    """What the record has beside a replay, by month and series: figure, lowest, highest, how it is known and its rows."""
    rows = {(r["month"], r["series"]): r for r in summary["months"]}
    months, series = list(dict.fromkeys(m for m, _ in rows)), list(summary["series"])
    table = [[rows[m, s] for s in series] for m in months]
    axes, made = ("month", "series"), {}
    for name in ("recorded_t", "recorded_low_t", "recorded_high_t"):
        figures = [[np.nan if r[name] is None else r[name] for r in row] for row in table]
        made[name] = Labelled(axes, np.array(figures), {"units": "t a month", "source": "rows named in recorded_rows"})
    made["recorded_status"] = Labelled(axes, np.array([[r["status"] for r in row] for row in table]), {})
    named = np.array([[";".join(r["row_ids"]) for r in row] for row in table])
    return made | {"recorded_rows": Labelled(axes, named, {"source": "table output of the record, by row id"})}


def write_campaign(flown: Replay, basis: str, folder: Path) -> None:
    """Write a replay as Zarr in ``folder`` (``xarray.open_dataset(folder, engine="zarr", consolidated=False)``).

    basis: what the parameters rest on, kept as an attribute
    """
    attributes = {"title": "oilplan replay", "calibrated": flown.calibrated, "basis": basis}
    write_labelled(replay_arrays(flown), attributes, folder)


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


def comparison_arrays(made: Comparison) -> dict[str, Labelled]:
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


def write_arms(made: Comparison, folder: Path) -> None:
    """Write every draw as Zarr in ``folder`` (``xarray.open_dataset(folder, engine="zarr", consolidated=False)``)."""
    stated = {key: made.summary[key] for key in ("base", "from", "seed", "basis", "record_hash")}
    write_labelled(comparison_arrays(made), {"title": "oilplan comparison", **stated}, folder)


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
