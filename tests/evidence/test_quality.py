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
    assert result[name]["repairs"]["precision"] >= 0.99 and result[name]["repairs"]["recall"] >= 0.9
    assert result[name]["facts"]["precision"] >= 0.97 and result[name]["facts"]["recall"] >= 0.9
    for kind in ("quantity", "date", "name"):
        tally = result[name]["kinds"][kind]
        assert tally["precision"] >= 0.97 and tally["recall"] >= 0.9, kind


@pytest.mark.parametrize("name", ["tuned", "kept"])
def test_every_set_has_forty_passages_and_every_class(result, name):
    assert result[name]["passages"] >= 40
    assert set(REPAIRS.values()) <= set(result[name]["kinds"])


def test_the_sets_hold_150_passages_and_a_third_is_kept_apart(result):
    total = sum(result[name]["passages"] for name in ("tuned", "kept"))
    assert total >= 150 and result["kept"]["passages"] * 3 >= total


@pytest.mark.parametrize("kind", ["british", "german", "table"])
def test_clean_text_of_three_kinds_is_left_as_it_is_and_its_broken_lines_are_read(result, kind):
    clean = result["clean"][kind]
    assert clean["precision"] >= 0.99, clean["faults"]
    assert kind == "table" or (clean["breaks"] > 100 and clean["recall"] >= 0.8)


def test_error_rates_fall_on_pairs_that_a_user_names(tmp_path):
    from benchmarks.read_quality.pairs import error_rates

    scans, truths = tmp_path / "ocr", tmp_path / "truth"
    for folder, text in ((scans, "The con-\nvoy took 1O0 tons."), (truths, "The convoy took 100 tons.")):
        folder.mkdir()
        (folder / "page.txt").write_text(text)
    rates = error_rates(scans, truths)
    assert (rates["pairs"], rates["words"]) == (1, 5)
    assert rates["words_before_error_rate"] == 0.6 and rates["words_after_error_rate"] == 0
    with pytest.raises(SystemExit, match="not a folder"):
        error_rates(tmp_path / "none", truths)


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
