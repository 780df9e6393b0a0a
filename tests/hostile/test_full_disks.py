"""A disk that is full after so many bytes, wherever that falls: one sentence, and what stood there before still stands."""

import contextlib
import shutil
import signal
import sys

import pytest
from benchmarks.hostile.kills import KINDS, prepare

from oilplan.cli.main import run

resource = pytest.importorskip("resource", reason="limits of files are of POSIX")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals of Linux")
SAID = "File too large"
FULL_AFTER = {"run": (0, 20_000), "verdicts": (0, 1_000), "import": (0, 1_000), "accept": (0, 100), "sweep": (300,)}
"""Bytes, less than the largest file of each has."""


@contextlib.contextmanager
def full_after(size: int):
    """No file of this process grows beyond a size."""
    before, heard = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, heard)


@pytest.mark.parametrize("verb", FULL_AFTER)
def test_a_full_disk_is_one_sentence_and_loses_nothing(verb, tmp_path, monkeypatch, capsys):
    kind, place = KINDS[verb], tmp_path / "here"
    prepare(place)
    for size in FULL_AFTER[verb]:
        with full_after(size):
            assert run(kind.words(place)) == 2, size
        said = capsys.readouterr().err.strip()
        assert SAID in said and "Traceback" not in said and "internal fault" not in said, said
        assert kind.is_whole(place), size
        assert not [p for p in place.iterdir() if p.name.startswith(".")], size
    assert run(kind.words(place)) == 0
    stood = kind.said(place)
    if verb != "accept":
        again = ["--force"] * (verb == "sweep")
        with full_after(0):
            assert run([*kind.words(place), *again]) == 2
        if verb != "sweep":
            assert kind.said(place) == stood
    shutil.rmtree(place)


@pytest.mark.parametrize(
    "words",
    [["new", "PLACE", "--like", "oil_1944_45", "--full"], ["record", "export", "--format", "sqlite", "--out", "PLACE"]],
)
def test_a_full_disk_leaves_no_half_folder(words, tmp_path, capsys):
    words = [str(tmp_path / "here") if word == "PLACE" else word for word in words]
    with full_after(3_000):
        assert run(words) == 2
    said = capsys.readouterr().err.strip()
    assert f"{tmp_path / 'here'}: cannot be written" in said and "internal fault" not in said
    assert not list(tmp_path.iterdir())
    assert run(words) == 0
