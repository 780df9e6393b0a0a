"""`oilplan compare` of arms against ball bearings: the folder it writes, the page in it, and what it refuses."""

import json
import re
from xml.etree import ElementTree

import pytest

from oilplan.cli.main import run
from oilplan.studies.bearings import AS_FLOWN, PRESSED

WORDS = ["compare", PRESSED, AS_FLOWN, "--draws", "20"]


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    out = tmp_path_factory.mktemp("results") / "bearings"
    assert run([*WORDS, "--out", str(out)]) == 0
    return out


@pytest.fixture(scope="module")
def summary(written):
    return json.loads((written / "compare.json").read_text())


def test_the_folder_holds_the_numbers_the_page_and_what_they_were_made_from(written, summary):
    assert sorted(p.name for p in written.iterdir()) == [
        "compare.json",
        "manifest.json",
        "report.html",
        "ro-crate-metadata.json",
    ]
    made = json.loads((written / "manifest.json").read_text())
    assert made["command"].startswith("oilplan compare") and made["seed"] == summary["seed"] == 1944
    assert made["arms"] == [PRESSED, AS_FLOWN] and made["record_hash"] == summary["record_hash"]


def test_output_by_month_spans_the_raids_and_the_recovery(summary):
    for series in summary["output_percent"].values():
        assert (series["month"][0], series["month"][-1]) == ("1943-08", "1944-09") and len(series["month"]) == 14
        assert all(
            0 <= low <= mid <= high <= 100
            for low, mid, high in zip(series["p05"], series["median"], series["p95"], strict=True)
        )
        assert min(series["median"]) < 90 < series["median"][-1]
    pressed, flown = (summary["output_percent"][name]["median"] for name in (PRESSED, AS_FLOWN))
    assert pressed[0] == flown[0] and pressed[4] < flown[4]


def test_the_page_asks_nobody_for_anything_and_shows_every_outcome(written, summary):
    page = (written / "report.html").read_text()
    assert all(link.startswith("data:") for link in re.findall(r'(?:src|href)="([^"]*)"', page))
    assert "<script" not in page and "default-src 'none'" in page
    for arm in summary["arms"]:
        for v in arm["outcomes"].values():
            assert f"<td>{v['median']:,.1f} ({v['p05']:,.1f} to {v['p95']:,.1f})</td>" in page
    assert summary["rests_on_recalled"].lower() in page.lower()
    assert all(why.replace("'", "&#39;") in page for why in summary["undetermined"].values())


def test_both_widths_of_the_figure_are_drawings_with_all_months(written):
    page = (written / "report.html").read_text()
    drawings = [ElementTree.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", page)]
    assert [d.get("width") for d in drawings] == ["760", "380"]
    years = [t.text for t in drawings[0].iter("{http://www.w3.org/2000/svg}text") if t.text in ("1943", "1944")]
    assert years == ["1943", "1944"]


def test_weak_figures_are_counted(summary):
    weak, of = map(int, re.match(r"(\d+) of the (\d+) figures", summary["rests_on_recalled"]).groups())
    assert 0 < weak < of


def test_an_earlier_folder_is_replaced_only_with_force(written, capsys):
    before = (written / "compare.json").stat().st_mtime_ns
    assert run([*WORDS, "--out", str(written)]) == 2
    refused = capsys.readouterr()
    assert "add --force to replace it" in refused.err and refused.out == ""
    assert (written / "compare.json").stat().st_mtime_ns == before
    assert run([*WORDS, "--out", str(written), "--force"]) == 0
    assert (written / "compare.json").stat().st_mtime_ns > before


def test_the_base_is_the_readers_choice_and_a_date_is_refused(capsys):
    assert run([*WORDS, "--base", PRESSED, "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["base"] == PRESSED and made["arms"][1]["difference"]["output_lost"]["median"] < 0
    assert run([*WORDS, "--base", "portal"]) == 2
    assert "--base 'portal' is not among the arms" in capsys.readouterr().err
    assert run([*WORDS, "--from", "1944-05-01"]) == 2
    assert "--from does not go with bearings arms" in capsys.readouterr().err
