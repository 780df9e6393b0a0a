"""A replay as a labelled dataset: every draw, opened anywhere that reads Zarr."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr

from ..clock import FIRST_DATE, MONTHS, N_DAYS
from ..system.output import PRODUCTS
from ..system.stocks import FIRST_DAY
from .recorded import SERIES
from .replay import Replay

ZARR_FORMAT = 2
"""Version 3 has no settled form for text labels yet."""


def dataset(flown: Replay, basis: str) -> xr.Dataset:
    """Every draw of a replay with named axes and units; basis: what the parameters rest on, kept as an attribute."""
    dates = np.datetime64(FIRST_DATE) + np.arange(N_DAYS)
    names = ("output_t", "products_t", "share", "aviation_gasoline_t_per_day", "stock_aviation_gasoline_t", "raid_day")
    axes = (("draw", "month", "series"), ("draw", "month", "product"), ("draw", "month", "plant"), ("draw", "date"),
            ("draw", "stock_date"), ("draw", "raid"))  # fmt: skip
    values = (flown.output_t, flown.products_t, flown.share, flown.aviation_t_per_day, flown.stock.stock_t, flown.day)
    units = ("t a month", "t a month", "share of capacity", "t a day", "t at the end of the day",
             "days since 1944-04-01")  # fmt: skip
    data = {n: (a, np.asarray(v), {"units": u}) for n, a, v, u in zip(names, axes, values, units, strict=True)}
    scalars = {n: np.asarray(v) for n, v in flown.parameters._asdict().items() if np.ndim(v) == 1}
    data["parameters"] = (("draw", "parameter"), np.stack(list(scalars.values()), axis=1), {"units": "see Parameters"})
    data["aviation_log_split"] = (("draw", "plant"), np.asarray(flown.parameters.aviation_log_split), {"units": "1"})
    coords = {"month": list(MONTHS), "series": list(SERIES), "product": list(PRODUCTS), "date": dates,
              "stock_date": dates[FIRST_DAY:], "plant": list(flown.system.plant_ids),
              "raid": list(flown.schedule.raid_ids), "parameter": list(scalars)}  # fmt: skip
    return xr.Dataset(data, coords, {"title": "oilplan replay", "calibrated": flown.calibrated, "basis": basis})


def write_dataset(flown: Replay, basis: str, folder: Path) -> None:
    """Write the dataset as Zarr in ``folder`` (``xarray.open_dataset(folder, engine="zarr", consolidated=False)``)."""
    dataset(flown, basis).to_zarr(folder, mode="w", consolidated=False, zarr_format=ZARR_FORMAT)
