"""Repairs and facts reach the floors on hand-marked passages; clean passages are left alone."""

import pytest
from benchmarks.read_quality import read_quality
from benchmarks.read_quality.marked import REPAIRS, parse, read_passages
from benchmarks.read_quality.score import score

from oilplan.evidence import read_text


@pytest.fixture(scope="module")
def result():
    return read_quality()


@pytest.mark.parametrize("name", ["tuned", "kept"])
def test_floors_are_met(result, name):
    assert result[name]["repairs"]["precision"] >= 0.98 and result[name]["repairs"]["recall"] >= 0.9
    assert result[name]["facts"]["precision"] >= 0.95 and result[name]["facts"]["recall"] >= 0.9


@pytest.mark.parametrize("name", ["tuned", "kept"])
def test_every_set_has_forty_passages_and_every_class(result, name):
    assert result[name]["passages"] >= 40
    assert set(REPAIRS.values()) <= set(result[name]["kinds"])


def test_nothing_is_repaired_in_clean_passages():
    from pathlib import Path

    import benchmarks.read_quality as quality

    folder = Path(quality.__file__).parent
    clean = [
        p
        for n in quality.SETS
        for p in read_passages(folder / f"{n}.txt")
        if {"clean", "plain"} & set(p.name.split("_"))
    ]
    assert len(clean) >= 10
    clean = [p for p in clean if "markers" not in p.name]
    assert [(p.name, read_text("x", p.raw).repairs) for p in clean if read_text("x", p.raw).repairs] == []


def test_the_score_counts_what_is_wrong_and_what_is_missed():
    passage = parse("x", "The <N:leuna|Leuna> works. <D:1944-05|May 1944>, at Brux.")
    tally = score([passage], read_text)["facts"]
    assert (tally["right"], tally["wrong"], tally["missed"]) == (2, 1, 0)
    blind = score([passage], lambda name, raw: read_text(name, ""))["facts"]
    assert (blind["right"], blind["missed"]) == (0, 2)
