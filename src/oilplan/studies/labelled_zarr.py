"""Arrays with named axes, written with Zarr itself in the form that xarray reads.

xarray looks for every array library that is installed before it writes, which takes longer than flying the draws.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import zarr

ZARR_FORMAT: Final = 2
"""Version 3 has no settled form for text labels yet."""
AXES_ATTRIBUTE = "_ARRAY_DIMENSIONS"
"""Where Zarr's second version keeps the names of an array's axes, by xarray's convention."""


class Labelled(NamedTuple):
    """One array with the names of its axes and what its numbers mean."""

    axes: tuple[str, ...]
    values: np.ndarray
    about: dict[str, str]


def labels(axis: str, names: Iterable[str]) -> Labelled:
    """The names along an axis, as an array of text."""
    return Labelled((axis,), np.array(list(names), dtype=np.str_), {})


def write_labelled(arrays: dict[str, Labelled], told: dict[str, Any], folder: Path) -> None:
    """Write arrays by name, with the attributes ``told``, to a new folder.

    It opens with ``xarray.open_dataset(folder, engine="zarr", consolidated=False)``.
    """
    group = zarr.open_group(folder, mode="w", zarr_format=ZARR_FORMAT, attributes=told)
    for name, (axes, values, about) in arrays.items():
        group.create_array(name, data=np.asarray(values), chunks=np.shape(values), fill_value=None,
                           attributes={AXES_ATTRIBUTE: list(axes), **about})  # fmt: skip
