"""A machine whose clock goes back: what was made until now then comes from the future."""

import json
import os
import time
from pathlib import Path

from oilplan.cli.main import run
from oilplan.results_folder import FRESH, _prefix

TEN_YEARS_S = 10 * 365 * 86_400
PAGE = "On 12th May 1944 the Eighth Air Force dropped 300 tons on Leuna."


def to_the_future(*folders: Path) -> None:
    """Every file and folder was last changed ten years from now."""
    when = time.time() + TEN_YEARS_S
    for path in (p for folder in folders for p in (folder, *folder.rglob("*"))):
        os.utime(path, (when, when))


def without_moment(out: Path) -> dict:
    """What a result holds, but for the moment of its making."""
    return {p.name: p.read_bytes() for p in out.iterdir() if p.name in ("verdicts.json", "notes.md")}


def test_a_result_from_the_future_is_written_again(tmp_path, shared_cache):
    """Same numbers, the user's notes stay, and what a killed command left beside it is cleared."""
    out = tmp_path / "out"
    assert run(["verdicts", "C33", "--out", str(out)]) == 0
    (out / "notes.md").write_text("mine")
    (tmp_path / (_prefix(out) + "left1234") / FRESH).mkdir(parents=True)
    before = without_moment(out)
    assert set(before) == {"verdicts.json", "notes.md"}
    to_the_future(tmp_path, Path(shared_cache))
    assert run(["verdicts", "C33", "--out", str(out), "--force"]) == 0
    assert without_moment(out) == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_page_changed_before_it_was_indexed_is_read_again(tmp_path, capsys):
    """The index goes by a difference of times, not by their order."""
    texts, index = tmp_path / "texts", tmp_path / "own.sqlite"
    texts.mkdir()
    (texts / "book.txt").write_text(PAGE)
    find = ("find", "tons on Leuna", "--in", str(texts), "--index", str(index), "--json")
    assert run([*find]) == 0
    to_the_future(tmp_path)
    assert run([*find]) == 0
    capsys.readouterr()
    (texts / "book.txt").write_text(PAGE.replace("300", "450"))
    assert run([*find]) == 0
    figures = json.dumps(json.loads(capsys.readouterr().out)[0]["figures"])
    assert "450" in figures and "300" not in figures
