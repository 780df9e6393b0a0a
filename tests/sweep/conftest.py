from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from oilplan.studies.sweep.run import Grid, read_grid, sweep
from oilplan.studies.sweep.store import DONE, VARIABLES, open_existing

SEED = 1944
CHUNKS = 6
GRID = 'directives = ["as_flown", "harris"]\nfrom = 1944-12-01\ndraws = 34\nblock = 6\n'
"""Six chunks, the last cut short; a block has the draws of tests/flight, so that one program serves both."""


@pytest.fixture(scope="session")
def grid_file(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("grid") / "grid.toml"
    path.write_text(GRID)
    return path


@pytest.fixture(scope="session")
def grid(grid_file) -> Grid:
    return read_grid(grid_file)


@pytest.fixture(scope="session")
def undisturbed(grid, record, tmp_path_factory) -> str:
    """A sweep that nothing happened to, flown in this process."""
    place = str(tmp_path_factory.mktemp("undisturbed") / "whole.zarr")
    sweep(grid, record, place, seed=SEED, workers=0)
    return place


def values_of(place: str) -> dict[str, np.ndarray]:
    """Every variable of a sweep, its markers included."""
    group = open_existing(place)
    return {name: np.asarray(group[name][...]) for name in (*VARIABLES, DONE)}


def check_same(place: str, other: str) -> None:
    """Both are whole and hold the same bits; no chunk has a marker that says anything but once."""
    a, b = values_of(place), values_of(other)
    assert (a[DONE] == 1).all() and a[DONE].size == CHUNKS
    for name in a:
        assert np.array_equal(a[name], b[name], equal_nan=True), name
    assert np.isfinite(a["aviation_gasoline_denied"]).all()


def chunk_files(place: str) -> dict[str, bytes]:
    """Bytes of every chunk by its path in the folder."""
    root = Path(place)
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file() and p.suffix != ".json"}
