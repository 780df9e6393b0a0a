"""What a sweep may write to, and what it refuses with a sentence."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from oilplan.cli.main import run
from oilplan.errors import OilplanError
from oilplan.results_folder import files_of
from oilplan.studies.sweep import chunks as flying
from oilplan.studies.sweep.run import read_sweep, sweep
from oilplan.studies.sweep.store import IDENTITY, OURS, attribute_of, open_existing

from .conftest import SEED, check_same


@pytest.fixture
def copy(undisturbed, tmp_path) -> str:
    return str(shutil.copytree(undisturbed, tmp_path / "copy.zarr"))


def test_another_seed_is_refused(grid_file, copy, undisturbed, capsys):
    assert run(["sweep", str(grid_file), "--out", copy, "--seed", "7"]) == 2
    assert "sweep of another seed (seed 1944, not 7)" in capsys.readouterr().err
    check_same(copy, undisturbed)


def test_another_grid_is_refused(grid_file, copy, tmp_path, capsys):
    (tmp_path / "other.toml").write_text(grid_file.read_text().replace("34", "35"))
    assert run(["sweep", str(tmp_path / "other.toml"), "--out", copy]) == 2
    assert "another grid;" in capsys.readouterr().err


def say_of(place, **other):
    """Change what a sweep says it was made of."""
    group = open_existing(place, "r+")
    group.update_attributes({IDENTITY: json.dumps(attribute_of(group, IDENTITY) | other)})
    return group


@pytest.mark.parametrize("what", ["record", "posterior"])
def test_what_was_made_of_something_else_is_refused(what, grid, record, copy):
    say_of(copy, **{what: "other"})
    with pytest.raises(OilplanError, match=f"another {what}; choose another --out, or add --force"):
        sweep(grid, record, copy, seed=SEED, workers=0)


def test_other_code_that_computes_the_same_goes_on(grid, record, copy, undisturbed):
    group = say_of(copy, code="other")
    group["done"][0, 2:] = 0
    assert sweep(grid, record, copy, seed=SEED, workers=0).kept == 2
    check_same(copy, undisturbed)
    assert (
        attribute_of(open_existing(copy), IDENTITY)["code"]
        == attribute_of(open_existing(undisturbed), IDENTITY)["code"]
    )


def test_other_code_that_computes_other_numbers_is_refused(grid, record, copy):
    group = say_of(copy, code="other")
    group["bombs_on_oil"][0, 1, 2] += 1e-9 * group["bombs_on_oil"][0, 1, 2]
    group["done"][0, 3] = 0
    with pytest.raises(
        OilplanError, match="by other code, which computes other numbers; choose another --out, or add --f"
    ):
        sweep(grid, record, copy, seed=SEED, workers=0)
    assert attribute_of(open_existing(copy), IDENTITY)["code"] == "other"


def test_every_file_of_a_sweep_is_known_as_its_own(undisturbed):
    assert all(OURS.fullmatch(name) for name in files_of(Path(undisturbed)))


def test_force_begins_again(grid, record, copy, undisturbed):
    say_of(copy, seed=7)["bombs_on_oil"][...] = 0.0
    assert sweep(grid, record, copy, seed=SEED, workers=0, force=True).kept == 0
    check_same(copy, undisturbed)


def test_force_keeps_what_a_user_put_into_a_sweep(grid, record, copy, undisturbed):
    mine = {"notes.md": "mine", "law/c/notes.md": "mine", "done/zarr.json.old": "mine", "my/zarr.json": "mine"}
    for name, text in mine.items():
        Path(copy, name).parent.mkdir(exist_ok=True)
        Path(copy, name).write_text(text)
    assert sweep(grid, record, copy, seed=SEED, workers=0, force=True).kept == 0
    assert {name: Path(copy, name).read_text() for name in mine} == mine
    check_same(copy, undisturbed)


def test_a_zarr_folder_of_somebody_else_is_never_touched(grid, record, copy):
    group = open_existing(copy, "r+")
    group.attrs["title"] = "my own months"
    before = sorted(p for p in Path(copy).rglob("*"))
    for force in (False, True):
        with pytest.raises(OilplanError, match="something else than a sweep"):
            sweep(grid, record, copy, seed=SEED, workers=0, force=force)
    assert sorted(p for p in Path(copy).rglob("*")) == before


def test_a_link_is_not_written_through(grid, record, copy, tmp_path):
    (tmp_path / "link.zarr").symlink_to(copy)
    with pytest.raises(OilplanError, match="is a link"):
        sweep(grid, record, str(tmp_path / "link.zarr"), seed=SEED, workers=0, force=True)


def test_a_sweep_killed_before_it_had_a_name_is_made_again(grid, record, undisturbed, tmp_path):
    (tmp_path / "a.zarr" / "law").mkdir(parents=True)
    (tmp_path / "a.zarr" / f"zarr.{'0' * 32}.partial").write_text("{")
    assert sweep(grid, record, str(tmp_path / "a.zarr"), seed=SEED, workers=0).kept == 0
    check_same(str(tmp_path / "a.zarr"), undisturbed)
    assert not list(tmp_path.rglob("*.partial"))


def test_a_full_disk_is_said_and_keeps_what_was_finished(grid, record, copy, undisturbed, monkeypatch):
    open_existing(copy, "r+")["done"][0, 3:] = 0
    whole = flying.fly_chunk

    def full(job, chunk):
        if chunk.block > 3:
            raise OSError(28, "No space left on device")
        return whole(job, chunk)

    with monkeypatch.context() as patch:
        patch.setattr(flying, "fly_chunk", full)
        with pytest.raises(
            OilplanError, match=r"cannot be written \(No space left on device\); finished chunks are kept"
        ):
            sweep(grid, record, copy, seed=SEED, workers=0)
    assert sweep(grid, record, copy, seed=SEED, workers=0).kept == 4
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


def test_an_unknown_kind_of_url_is_named(grid_file, capsys):
    assert run(["sweep", str(grid_file), "--out", "nowhere://b.zarr", "--workers", "0"]) == 2
    assert "--out nowhere://b.zarr: cannot be opened" in capsys.readouterr().err


def test_without_dask_this_process_flies_alone_and_says_so(grid_file, undisturbed, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert run(["sweep", str(grid_file), "--out", str(tmp_path / "a.zarr")]) == 0
    assert "this process flies alone (pip install 'oilplan[cluster]'" in capsys.readouterr().err
    check_same(str(tmp_path / "a.zarr"), undisturbed)


def test_without_dask_workers_that_were_asked_for_name_the_extra(grid_file, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert run(["sweep", str(grid_file), "--out", str(tmp_path / "a.zarr"), "--workers", "1"]) == 2
    assert "pip install 'oilplan[cluster]'" in capsys.readouterr().err


def test_a_scheduler_that_does_not_answer_is_named(grid_file, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("oilplan.studies.sweep.chunks.CONNECT_S", 1)
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


def described(name: str, **keys):
    """A change of one file's JSON in a sweep's folder."""

    def change(root: Path) -> None:
        stated = json.loads((root / name).read_text())
        stated |= keys
        (root / name).write_text(json.dumps(stated))

    return change


def attributes(**keys):
    def change(root: Path) -> None:
        stated = json.loads((root / "zarr.json").read_text())
        stated["attributes"] |= keys
        (root / "zarr.json").write_text(json.dumps(stated))

    return change


def chunk_of_junk(root: Path) -> None:
    for path in (root / "bombs_on_oil" / "c").rglob("*"):
        if path.is_file():
            path.write_bytes(b"junk")


DAMAGED = {
    "identity is no JSON": attributes(identity="{"),
    "identity is a list": attributes(identity="[]"),
    "identity nests": attributes(identity="[" * 100_000),
    "identity is a number": attributes(identity=5),
    "more days than any machine holds": described("done/zarr.json", shape=[10**12, 10**12]),
    "less than nothing": described("done/zarr.json", shape=[-1, 2]),
    "another kind of number": described("bombs_on_oil/zarr.json", data_type="string"),
    "a codec of its own": described("bombs_on_oil/zarr.json", codecs=[{"name": "pickle"}]),
    "fewer draws": described("bombs_on_oil/zarr.json", shape=[1, 1, 1]),
    "a variable is gone": lambda root: shutil.rmtree(root / "bombs_on_oil"),
    "its markers are gone": lambda root: shutil.rmtree(root / "done"),
    "chunks are junk": chunk_of_junk,
    "chunks are gone": lambda root: shutil.rmtree(root / "bombs_on_oil" / "c"),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_sweep_is_said_in_a_sentence_and_left_alone(damage, grid_file, copy, capsys):
    DAMAGED[damage](Path(copy))
    before = sorted(files_of(Path(copy)))
    for words in (["compare", copy], ["sweep", str(grid_file), "--out", copy, "--workers", "0"]):
        assert run(words) == 2, words
        said = capsys.readouterr().err
        assert "the sweep in it is damaged" in said and "--force to begin again" in said
    assert sorted(files_of(Path(copy))) == before


@pytest.mark.parametrize("text", ["[]", "{", "[" * 100_000, "5", '{"zarr_format": 3, "node_type": "group"}'])
def test_what_describes_no_sweep_is_no_sweep(text, grid_file, copy, capsys):
    (Path(copy) / "zarr.json").write_text(text)
    assert run(["compare", copy]) == 2
    assert "holds no sweep" in capsys.readouterr().err
    assert run(["sweep", str(grid_file), "--out", copy, "--workers", "0"]) == 2
    assert "holds something else than a sweep" in capsys.readouterr().err
