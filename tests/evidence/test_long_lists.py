"""A text too long to hold all its findings in memory is read and written as any other."""

import json

import pytest
from tests.evidence.pages import FIRST, SECOND

from oilplan.evidence import judged, read_texts, reading_html, reading_json, reading_tei, review_html
from oilplan.evidence.accepting import Judgement
from oilplan.evidence.exports import json_text
from oilplan.evidence.findings import Document
from oilplan.evidence.limits import LongList, stretches, within

LONG = "".join(
    f"On {1 + i % 28} May 1944 Portal wrote to Harris that “oil is it”. {i % 90 + 10} tons fell on Leu-\nna.\n\n"
    for i in range(2500)
)
TEXTS = [("first", FIRST), ("second", SECOND), ("long", LONG)]


@pytest.mark.slow
def test_findings_kept_in_a_file_give_the_same_results(monkeypatch):
    plain = read_texts(TEXTS)
    monkeypatch.setattr("oilplan.evidence.limits.MANY_CHARACTERS", 10)
    long = read_texts(TEXTS)
    assert isinstance(long.documents[2].dates, LongList) and isinstance(long.proposals, LongList)
    assert isinstance(plain.documents[2].dates, tuple)
    judgement = {plain.proposals[5].id: Judgement("accept", {"unit": "tons"})}
    both = [r._replace(proposals=judged(r.proposals, judgement)) for r in (plain, long)]
    for made in (reading_json, reading_html, review_html, reading_tei):
        assert made(both[0]) == made(both[1])
    assert json.loads("".join(json_text(both[1]))) == json.loads(json.dumps(reading_json(both[0])))


def test_a_long_list_is_a_sequence_with_stretches(tmp_path):
    rows = read_texts([("long", LONG)]).documents[0].dates
    with (tmp_path / "rows").open("w+b") as file:
        kept = LongList(file, rows)
        assert (len(kept), list(kept), kept[1500], kept[-1]) == (len(rows), list(rows), rows[1500], rows[-1])
        assert kept[990:1010] == rows[990:1010]
        for low, high in ((0, 500), (40_000, 90_000), (rows[1000].start, rows[1000].start + 1), (10**9, 10**9 + 1)):
            assert list(within(kept, low, high)) == list(within(rows, low, high))


def test_a_text_without_paragraphs_is_cut_into_bounded_stretches():
    raw = "The plant was hit on that day and stood still.\n" * 40_000
    document = Document("book", raw, raw, (), (), (), (), (), (), ())
    parts = list(stretches(document))
    assert [low for low, _ in parts[1:]] == [high for _, high in parts[:-1]] and parts[-1][1] == len(raw)
    assert max(high - low for low, high in parts) < 700_000
