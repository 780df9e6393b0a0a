"""The pages load nothing, run nothing of a scan's text, and the command speaks in sentences."""

import json
import re
import subprocess
import sys

import pytest

from oilplan.evidence import judged, read_texts, reading_html, review_html
from oilplan.evidence.accepting import Judgement

HOSTILE = (
    "The works at Leuna </script><script>alert(1)</script> <img src=x onerror=alert(2)> made 70 percent of "
    "\"><b onclick=x> all petrol. Portal wrote to Harris on 5 November 1944. 'javascript:alert(3)' & so on."
)


@pytest.fixture(scope="module")
def hostile():
    return read_texts([("<b>x</b>.txt", HOSTILE)])


@pytest.mark.parametrize("page", [reading_html, review_html])
def test_text_from_a_scan_is_escaped(hostile, page):
    html = page(hostile)
    assert "<script>alert" not in html and "<img" not in html and "<b onclick" not in html and "<b>x" not in html
    assert html.count("<script") == (1 if page is review_html else 0)


@pytest.mark.parametrize("page", [reading_html, review_html])
def test_pages_load_nothing_from_outside(pages, page):
    html = page(pages)
    assert "default-src 'none'" in html
    assert not re.search(r"""(?:src|href)=["'](?!#)""", html) and "url(" not in html and "@import" not in html


def test_the_reading_page_holds_the_raw_text_whole(pages):
    import html as entities

    page = reading_html(pages)
    raw_cells = re.findall(r'<div class="raw"><span class="at">[^<]*</span>(.*?)</div>', page, re.DOTALL)
    shown = "".join(entities.unescape(re.sub(r"<[^>]+>", "", cell)) for cell in raw_cells)
    assert shown == "".join(d.raw for d in pages.documents)


def test_variants_stand_side_by_side(pages):
    page = reading_html(pages)
    assert "weight.+*7" in page.split('id="variants"')[1] and "weight.4*“" in page.split('id="variants"')[1]


def test_the_review_sheet_shows_judgements_made_before(pages):
    key = pages.proposals[0].id
    again = pages._replace(proposals=judged(pages.proposals, {key: Judgement("reject", {"marks_note": "by hand"})}))
    assert f'name="{key}" value="reject" checked' in review_html(again)
    assert 'value="by hand"' in review_html(again)


def _oilplan(*words: object) -> subprocess.CompletedProcess:
    code = "import sys; from oilplan.cli.main import run; sys.exit(run(sys.argv[1:]))"
    return subprocess.run([sys.executable, "-c", code, *map(str, words)], capture_output=True, text=True, check=False)


def test_the_command_reads_writes_and_accepts(tmp_path):
    page = tmp_path / "page.txt"
    page.write_text("The matter was closed.1 It stayed so. 1 Letter Portal to Harris, 12th Nov. 1944, App. 9.")
    out, mine = tmp_path / "out", tmp_path / "mine"
    done = _oilplan("read", page, "--json", "--out", out)
    assert done.returncode == 0, done.stderr
    (letter,) = [p for p in json.loads(done.stdout)["proposals"] if p["table"] == "letters"]
    assert {p.name for p in out.iterdir()} == {"reading.json", "reading.html", "review.html", "reading.tei.xml"}
    saved = {"format": "oilplan judgements 1", "judgements": {letter["id"]: {"judgement": "accept", "cells": {}}}}
    (out / "judgements.json").write_text(json.dumps(saved))
    done = _oilplan("read", page, "--out", out, "--accept", "--record", mine)
    assert json.loads(done.stdout)["added"] == {"letters": [letter["id"]]}
    assert (mine / "letters.csv").is_file()


def test_bad_files_end_the_command_in_a_sentence(tmp_path):
    page = tmp_path / "page.bin"
    page.write_bytes(b"\x00\x01\x02" * 50)
    done = _oilplan("read", page)
    assert done.returncode == 2 and done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1 and "binary" in done.stderr
    assert _oilplan("read", tmp_path / "none").returncode == 2
    assert _oilplan("read", page, "--accept").returncode == 2
