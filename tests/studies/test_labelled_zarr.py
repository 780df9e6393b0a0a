"""What is written as Zarr opens in xarray, and what xarray opened it can write to netCDF."""

import numpy as np
import pytest
import xarray as xr

from oilplan.cli.main import run
from oilplan.studies.datasets import Labelled, labels, write_labelled

ABOUT = {"title": "x", "calibrated": True, "seed": 2**32 - 1, "share": 0.5, "fit": None, "laws": ["a"], "of": {"b": 1}}


def copy_through_netcdf(folder, path):
    data = xr.open_dataset(folder, engine="zarr", consolidated=False)
    data.to_netcdf(path)
    again = xr.open_dataset(path)
    assert again.attrs == data.attrs
    xr.testing.assert_allclose(again, data)
    return again


def test_every_kind_of_attribute_goes_through_netcdf(tmp_path):
    arrays = {"output_t": Labelled(("month",), np.array([1.0, 2.0]), {"units": "t"}), "month": labels("month", "ab")}
    write_labelled(arrays, ABOUT, tmp_path / "a")
    again = copy_through_netcdf(tmp_path / "a", tmp_path / "a.nc")
    assert again.attrs == {
        "title": "x",
        "calibrated": 1,
        "seed": "4294967295",
        "share": 0.5,
        "fit": "",
        "laws": '["a"]',
        "of": '{"b": 1}',
    }


@pytest.mark.parametrize(
    ("words", "folder"), [(["run", "--draws", "6"], "campaign"), (["compare", "portal", "--draws", "6"], "arms")]
)
def test_what_a_command_writes_goes_through_netcdf(tmp_path, words, folder):
    assert run([*words, "--out", str(tmp_path / "out")]) == 0
    copy_through_netcdf(tmp_path / "out" / folder, tmp_path / "a.nc")
