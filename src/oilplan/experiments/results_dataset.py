"""A replay as a labelled dataset: every draw, opened anywhere that reads Zarr.

Written with Zarr itself, in the form that xarray reads: xarray looks for every array library that is installed before
it writes, which takes longer than flying the draws.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import zarr

from ..clock import FIRST_DATE, MONTHS, N_DAYS
from ..system.output import PRODUCTS
from ..system.stocks import FIRST_DAY
from .recorded import SERIES
from .replay import Replay

ZARR_FORMAT: Final = 2
"""Version 3 has no settled form for text labels yet."""
AXES_ATTRIBUTE = "_ARRAY_DIMENSIONS"
"""Where Zarr's second version keeps the names of an array's axes, by xarray's convention."""
DAYS_SINCE = {"units": f"days since {FIRST_DATE}", "calendar": "proleptic_gregorian"}


class Labelled(NamedTuple):
    """One array with the names of its axes and what its numbers mean."""

    axes: tuple[str, ...]
    values: np.ndarray
    about: dict[str, str]


def arrays(flown: Replay) -> dict[str, Labelled]:
    """Every array of a replay by name, labels of the axes included; dates are days since 1 April 1944."""
    drawn = flown.parameters._asdict()
    scalars = {name: np.asarray(v) for name, v in drawn.items() if np.ndim(v) == 1}
    days = np.arange(N_DAYS)
    return {
        "output_t": Labelled(("draw", "month", "series"), flown.output_t, {"units": "t a month"}),
        "products_t": Labelled(("draw", "month", "product"), flown.products_t, {"units": "t a month"}),
        "share": Labelled(("draw", "month", "plant"), flown.share, {"units": "share of capacity"}),
        "aviation_gasoline_t_per_day": Labelled(("draw", "date"), flown.aviation_t_per_day, {"units": "t a day"}),
        "stock_aviation_gasoline_t": Labelled(("draw", "stock_date"), np.asarray(flown.stock.stock_t), {"units": "t at the end of the day"}),
        "raid_day": Labelled(("draw", "raid"), flown.day, DAYS_SINCE),
        "parameters": Labelled(("draw", "parameter"), np.stack(list(scalars.values()), axis=1), {"units": "see Parameters"}),
        "aviation_log_split": Labelled(("draw", "plant"), drawn["aviation_log_split"], {"units": "1"}),
        "month": _labels("month", MONTHS), "series": _labels("series", SERIES), "product": _labels("product", PRODUCTS),
        "plant": _labels("plant", flown.system.plant_ids), "raid": _labels("raid", flown.schedule.raid_ids),
        "parameter": _labels("parameter", scalars),
        "date": Labelled(("date",), days, DAYS_SINCE), "stock_date": Labelled(("stock_date",), days[FIRST_DAY:], DAYS_SINCE),
    }  # fmt: skip


def _labels(axis: str, names) -> Labelled:
    return Labelled((axis,), np.array(list(names), dtype=np.str_), {})


def write_dataset(flown: Replay, basis: str, folder: Path) -> None:
    """Write a replay as Zarr in ``folder`` (``xarray.open_dataset(folder, engine="zarr", consolidated=False)``).

    basis: what the parameters rest on, kept as an attribute
    """
    told: dict[str, Any] = {"title": "oilplan replay", "calibrated": flown.calibrated, "basis": basis}
    group = zarr.open_group(folder, mode="w", zarr_format=ZARR_FORMAT, attributes=told)
    for name, (axes, values, about) in arrays(flown).items():
        group.create_array(name, data=np.asarray(values), chunks=np.shape(values), fill_value=None,
                           attributes={AXES_ATTRIBUTE: list(axes), **about})  # fmt: skip
