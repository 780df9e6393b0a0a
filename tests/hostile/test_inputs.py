"""Hostile inputs of every kind, in short; `python -m benchmarks.hostile inputs` is the long form: a million."""

import os
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="alarms")
FEW, SEED = 60, 1944


@pytest.fixture(scope="module")
def fuzz():
    from benchmarks.hostile import fuzz

    return fuzz


def test_every_kind_of_input_is_read_or_refused_in_a_sentence(fuzz, tmp_path):
    """No traceback, no hang, no nonsense taken; and some of each kind are refused."""
    for kind in fuzz.INPUTS:
        stated = fuzz.run(kind, FEW, SEED, tmp_path)
        assert stated["done"] == FEW and not stated["faults"], (kind, stated["faults"])
        assert stated["refused"] > 0, kind


def test_an_input_is_made_again_from_its_name(fuzz):
    for kind in fuzz.INPUTS:
        made = [fuzz.made(kind, n, SEED) for n in range(5)]
        assert made == [fuzz.made(kind, n, SEED) for n in range(5)] and len(set(made)) > 1, kind


def test_a_run_that_was_stopped_goes_on(fuzz, tmp_path):
    fuzz.run("grid", 7, SEED, tmp_path)
    assert fuzz.run("grid", 20, SEED, tmp_path)["done"] == 20
    whole = fuzz.run("grid", 20, SEED, tmp_path / "other")
    stated = fuzz.run("grid", 20, SEED, tmp_path)
    assert all(stated[key] == whole[key] for key in ("done", "refused", "taken", "bytes", "faults"))


@pytest.mark.parametrize(
    ("feed", "said"),
    [
        (lambda data, folder: 1 / 0, r"ZeroDivisionError: .*test_inputs\.py"),
        (lambda data, folder: _never_ends(), r"over 0 s"),
        (lambda data, folder: _nonsense(), "taken: nan tons"),
        (lambda data, folder: _wordy(), "a refusal of many words"),
    ],
)
def test_what_is_not_as_it_must_be_is_counted(fuzz, monkeypatch, tmp_path, feed, said):
    monkeypatch.setattr(fuzz, "HANG_S", 0.2)
    monkeypatch.setitem(fuzz.INPUTS, "grid", fuzz.INPUTS["grid"]._replace(feed=feed))
    monkeypatch.setattr(fuzz, "_warm", lambda kind, folder: None)
    (fault,) = fuzz.run("grid", 1, SEED, tmp_path)["faults"]
    assert re.match(said, fault["fault"])


def _never_ends():
    while True:
        pass


def _nonsense():
    from benchmarks.hostile.inputs import Nonsense

    raise Nonsense("nan tons")


def _wordy():
    from oilplan.errors import OilplanError

    class Wordy(OilplanError):
        def __str__(self):
            return "x" * 20_000

    raise Wordy


def test_the_figures_of_the_long_form_are_those_that_were_counted():
    """`docs/trust.md` is written by script from the counts beside it."""
    from benchmarks.hostile.figures import PAGE, filled

    page = Path(PAGE).read_text(encoding="utf-8")
    assert filled(page) == page
