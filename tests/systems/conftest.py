"""Systems as folders: one record, one example folder of one's own for all tests of a file, and commands run in-process."""

from __future__ import annotations

import shlex

import pytest

from oilplan.cli.main import run


@pytest.fixture
def say(capsys):
    """Run a command line; return its status, what it printed and what it said."""

    def command(words: str) -> tuple[int, str, str]:
        status = run(shlex.split(words))
        out = capsys.readouterr()
        return status, out.out, out.err

    return command


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder as `oilplan new` writes it."""
    place = tmp_path_factory.mktemp("own") / "arland"
    assert run(["new", str(place)]) == 0
    return place
