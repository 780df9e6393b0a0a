"""A command in odd surroundings: full disks, closed streams, narrow code pages, no home, names that are not text."""

import json
import os
import subprocess
import sys

import pytest

from oilplan.cache import CACHE_VARIABLE
from oilplan.cli import main

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="devices and names of Linux")
ODD = os.fsdecode(b"odd\xff")


def oilplan(*words, shell="", **settings):
    """One command in a shell. settings: of the environment, None to take one away"""
    env = {k: v for k, v in {**os.environ, **settings}.items() if v is not None}
    command = [sys.executable, "-m", "oilplan.cli.main", *words]
    if shell:
        command = ["sh", "-c", f'"$@" {shell}', "sh", *command]
    return subprocess.run(command, capture_output=True, env=env, timeout=120)


def said(done) -> str:
    """The one line on stderr, which is no traceback and no fault of ours."""
    (line,) = done.stderr.decode().splitlines()
    assert "internal fault" not in line
    return line


@pytest.mark.parametrize(
    "words", [["--help"], ["record", "show", "plants", "--format", "csv"], ["verdicts", "C33"]], ids=str
)
def test_a_full_disk_behind_the_output_is_one_sentence(words):
    done = oilplan(*words, shell="> /dev/full")
    assert done.returncode == 2 and said(done) == "oilplan: the output cannot be used: No space left on device."


@pytest.mark.parametrize("shell", [">&-", "2>&-", "2>/dev/full"])
def test_a_stream_that_is_closed_or_full_harms_nobody(shell):
    assert oilplan("verdicts", "C33", shell=shell).returncode == 0
    assert oilplan("verdicts", "C99", shell=shell).returncode == 2


@pytest.fixture(scope="module")
def whole():
    """A verdict where every character can be shown."""
    return json.loads(oilplan("verdicts", "C33", "--json", PYTHONIOENCODING="utf-8").stdout.decode("utf-8"))


@pytest.mark.parametrize("page", ["ascii", "cp1252", "latin-1"])
def test_what_a_code_page_cannot_show_is_spelled_out(page, whole):
    stated = oilplan("verdicts", "C33", PYTHONIOENCODING=page)
    assert stated.returncode == 0 and ("\\u201c" if page != "cp1252" else "\u201c") in stated.stdout.decode(page)
    narrow = oilplan("verdicts", "C33", "--json", PYTHONIOENCODING=page).stdout.decode(page)
    assert json.loads(narrow) == whole


def test_the_old_c_locale_serves():
    done = oilplan("verdicts", "C33", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", PYTHONIOENCODING=None)
    assert done.returncode == 0 and done.stdout.isascii()


@pytest.mark.parametrize("home", [None, "/nonexistent/home", ""])
def test_no_home_is_needed(home):
    settings = {"HOME": home, CACHE_VARIABLE: None, "XDG_CACHE_HOME": None}
    done = oilplan("record", "show", "plants", "--format", "csv", **settings)
    assert done.returncode == 0 and b"Traceback" not in done.stderr


def test_a_result_may_have_a_name_that_is_not_text(tmp_path):
    for force in ([], ["--force"]):
        done = oilplan("verdicts", "C47", "--out", str(tmp_path / ODD), *force)
        assert done.returncode == 0 and b"odd\\udcff/index.html" in done.stderr
    assert "odd\\xff" in json.loads((tmp_path / ODD / "manifest.json").read_text())["command"]
    done = oilplan("run", "--draws", "6", "--out", str(tmp_path / "run" / ODD))
    assert done.returncode == 0 and "odd\\xff" in (tmp_path / "run" / ODD / "report.html").read_text()


def test_a_word_that_is_not_text_is_answered():
    done = oilplan("verdicts", ODD)
    assert done.returncode == 2 and "no claim" in said(done)


def test_a_page_may_have_a_name_that_is_not_text(tmp_path):
    page = tmp_path / f"{ODD}.txt"
    page.write_text("The matter was closed.1 It stayed so. 1 Letter Portal to Harris, 12th Nov. 1944, App. 9. ")
    for more in ([], ["--json"], ["--out", str(tmp_path / "out")]):
        done = oilplan("read", str(page), *more)
        assert done.returncode == 0, done.stderr
    assert "odd\\xff" in (tmp_path / "out" / "reading.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "words",
    [
        ["run", "--draws", "3"],
        ["verdicts", "C47"],
        ["calibrate"],
        ["compare", "portal"],
        ["sensitivity"],
        ["validate"],
        ["optimize"],
        ["sweep", "GRID"],
    ],
    ids=str,
)
def test_a_place_that_cannot_be_written_is_said_before_the_work(words, tmp_path, monkeypatch, capsys):
    """Were the work begun, these would take minutes."""
    (tmp_path / "grid.toml").write_text('directives = ["portal"]\ndraws = 100000\n')
    words = [str(tmp_path / "grid.toml") if word == "GRID" else word for word in words]
    for name in (
        "studies.calibrate.calibrate",
        "studies.run.run_directive",
        "studies.compare.compare",
        "studies.sensitivity.sensitivity",
        "studies.validate.validate",
        "studies.optimize.optimize",
        "argument.verdict.verdicts",
        "studies.sweep.chunks.fly_all",
    ):
        monkeypatch.setattr(f"oilplan.{name}", lambda *_, **__: pytest.fail("the work was begun"))
    assert main.run([*words, "--out", "/proc/nowhere/x"]) == 2
    assert "cannot write beside /proc/nowhere/x" in capsys.readouterr().err


def test_a_folder_that_is_gone_is_said(tmp_path):
    (tmp_path / "gone").mkdir()
    done = subprocess.run(
        f"cd {tmp_path}/gone && rmdir ../gone && exec {sys.executable} -m oilplan.cli.main verdicts C47 --out x",
        shell=True,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 2 and "the folder that you are in is gone" in done.stderr.decode()


def test_too_little_memory_is_said(monkeypatch, capsys):
    def hungry():
        raise MemoryError

    monkeypatch.setattr(main, "help_text", hungry)
    assert main.run(["--help"]) == 2
    assert "there is not enough memory; ask for less at once" in capsys.readouterr().err
