"""What a sweep may write to, and what it refuses with a sentence."""

import shutil
import sys

import pytest

from oilplan.cli.main import run
from oilplan.errors import OilplanError
from oilplan.studies.sweep.read import read_sweep
from oilplan.studies.sweep.run import sweep
from oilplan.studies.sweep.store import open_existing

from .conftest import SEED, check_same


@pytest.fixture
def copy(undisturbed, tmp_path) -> str:
    return str(shutil.copytree(undisturbed, tmp_path / "copy.zarr"))


def test_another_seed_is_refused(grid_file, copy, undisturbed, capsys):
    assert run(["sweep", str(grid_file), "--out", copy, "--seed", "7"]) == 2
    assert "sweep of another seed (seed 1944, not 7)" in capsys.readouterr().err
    check_same(copy, undisturbed)


def test_another_grid_is_refused(grid_file, copy, tmp_path, capsys):
    (tmp_path / "other.toml").write_text(grid_file.read_text().replace("22", "23"))
    assert run(["sweep", str(tmp_path / "other.toml"), "--out", copy]) == 2
    assert "another grid;" in capsys.readouterr().err


@pytest.mark.parametrize("what", ["record", "code", "posterior"])
def test_what_was_made_of_something_else_is_refused(what, grid, record, copy):
    group = open_existing(copy, "r+")
    group.update_attributes({"identity": {**group.attrs["identity"], what: "other"}})
    with pytest.raises(OilplanError, match=f"another {what}; choose another --out, or add --force"):
        sweep(grid, record, copy, seed=SEED, workers=0)


def test_force_begins_again(grid, record, copy, undisturbed):
    group = open_existing(copy, "r+")
    group.update_attributes({"identity": {**group.attrs["identity"], "seed": 7}})
    group["bombs_on_oil"][...] = 0.0
    assert sweep(grid, record, copy, seed=SEED, workers=0, force=True).kept == 0
    check_same(copy, undisturbed)


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_of_something_else_is_never_touched(force, grid, record, tmp_path):
    (tmp_path / "letter.txt").write_text("keep me")
    with pytest.raises(OilplanError, match="something else than a sweep"):
        sweep(grid, record, str(tmp_path), seed=SEED, workers=0, force=force)
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("place", ["memory://sweep/a.zarr", "file://{folder}/a.zarr"])
def test_a_url_serves_as_a_folder(place, grid, record, undisturbed, tmp_path):
    place = place.format(folder=tmp_path)
    assert sweep(grid, record, place, seed=SEED, workers=0).kept == 0
    assert sweep(grid, record, place, seed=SEED, workers=0).kept == 6
    check_same(place, undisturbed)


def test_memory_is_not_offered_to_other_processes(grid, record):
    with pytest.raises(OilplanError, match="not shared between workers"):
        sweep(grid, record, "memory://b.zarr", seed=SEED, workers=2)


def test_an_unknown_kind_of_url_is_told(grid_file, capsys):
    assert run(["sweep", str(grid_file), "--out", "nowhere://b.zarr", "--workers", "0"]) == 2
    assert "--out nowhere://b.zarr: cannot be opened" in capsys.readouterr().err


def test_without_dask_the_extra_is_named(grid_file, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert run(["sweep", str(grid_file), "--out", str(tmp_path / "a.zarr"), "--workers", "1"]) == 2
    assert "pip install oilplan[cluster]" in capsys.readouterr().err


def test_a_scheduler_that_does_not_answer_is_told(grid_file, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("oilplan.studies.sweep.workers.CONNECT_S", 1)
    asked = ["sweep", str(grid_file), "--out", str(tmp_path / "a.zarr"), "--scheduler", "tcp://127.0.0.1:9"]
    assert run(asked) == 2
    assert "--scheduler tcp://127.0.0.1:9: no scheduler answers there" in capsys.readouterr().err
    assert run([*asked, "--workers", "2"]) == 2
    assert "no --scheduler beside it" in capsys.readouterr().err


def test_what_is_no_sweep_or_not_a_whole_one_is_not_read(copy, tmp_path, capsys):
    assert run(["compare", str(tmp_path / "no.zarr")]) == 2
    assert "holds no sweep" in capsys.readouterr().err
    open_existing(copy, "r+")["done"][0, 3] = 0
    with pytest.raises(OilplanError, match="1 chunks are missing"):
        read_sweep(copy)
    assert run(["compare", copy, "--draws", "3"]) == 2 and "do not go with a sweep" in capsys.readouterr().err
