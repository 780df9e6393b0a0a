"""Arrays with named axes, written with Zarr itself in the form that xarray reads.

xarray looks for every array library that is installed before it writes, which takes longer than flying the draws.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import zarr

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
