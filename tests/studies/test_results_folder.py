"""A result folder appears whole or not at all, and never in the place of somebody's things."""

import pytest

from oilplan.cli.main import run
from oilplan.errors import OilplanError
from oilplan.studies.results_folder import MARK, check_free, write_whole


def fill(folder):
    (folder / MARK).write_text("{}")
    (folder / "a").write_text("new")


def test_a_fresh_folder_is_written_whole(tmp_path):
    write_whole(tmp_path / "deep" / "out", fill, force=False)
    assert (tmp_path / "deep" / "out" / "a").read_text() == "new"
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["out"]


def test_an_existing_folder_is_kept_without_force(tmp_path):
    write_whole(tmp_path / "out", fill, force=False)
    (tmp_path / "out" / "a").write_text("old")
    with pytest.raises(OilplanError, match=r"out exists; choose another --out, or add --force"):
        write_whole(tmp_path / "out", fill, force=False)
    assert (tmp_path / "out" / "a").read_text() == "old"


def test_a_verb_whose_force_flies_names_the_word_that_replaces(tmp_path, capsys):
    write_whole(tmp_path / "out", fill, force=False)
    assert run(["optimize", "--out", str(tmp_path / "out")]) == 2
    assert "add --replace to replace it" in capsys.readouterr().err


def test_force_replaces_an_earlier_result(tmp_path):
    write_whole(tmp_path / "out", fill, force=False)
    (tmp_path / "out" / "gone").write_text("old")
    write_whole(tmp_path / "out", fill, force=True)
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["a", MARK]
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_force_does_not_replace_a_folder_that_is_no_result(tmp_path):
    (tmp_path / "thesis.txt").write_text("ten years of work")
    with pytest.raises(OilplanError, match=f"holds no {MARK}"):
        write_whole(tmp_path, fill, force=True)
    assert (tmp_path / "thesis.txt").exists()


def test_a_file_in_the_way_is_kept(tmp_path):
    (tmp_path / "out").write_text("mine")
    for force in (False, True):
        with pytest.raises(OilplanError):
            check_free(tmp_path / "out", force=force)
    assert (tmp_path / "out").read_text() == "mine"


def test_a_failure_leaves_the_earlier_result_and_no_trace(tmp_path):
    write_whole(tmp_path / "out", fill, force=False)

    def broken(folder):
        (folder / "half").write_text("x")
        raise RuntimeError("disk full")

    with pytest.raises(RuntimeError):
        write_whole(tmp_path / "out", broken, force=True)
    assert [p.name for p in tmp_path.iterdir()] == ["out"] and (tmp_path / "out" / "a").read_text() == "new"


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OilplanError, match="cannot write beside"):
        write_whole(tmp_path / "file" / "out", fill, force=False)
