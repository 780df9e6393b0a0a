"""Search over all tables: words, facets that narrow, figures that differ side by side, and addresses that are refused."""

import re

import pytest

from oilplan.errors import OilplanError
from oilplan.record import is_weak, load_record
from oilplan.web.entries import conflicts
from oilplan.web.search import FACETS, hits

RECORD = load_record()
NOTHING = dict.fromkeys(FACETS, "")


def test_words_find_rows_of_every_table_that_hold_them_all():
    found = hits(RECORD, "leuna 1944-05", NOTHING)
    assert {"raids", "plant_output"} <= {h.table for h in found}
    assert all("leuna" in h.text and "1944-05" in h.text for h in found)
    missed = [
        row_id
        for table in RECORD.tables
        for row_id, row in RECORD.rows(table).items()
        if {"leuna", "1944-05"} <= {w for w in ("leuna", "1944-05") if any(w in str(v).lower() for v in row.values())}
        and not any(h.row is row for h in found)
    ]
    assert missed == []


@pytest.mark.parametrize(
    ("facet", "value", "holds"),
    [
        ("table", "raids", lambda h: h.table == "raids"),
        ("year", "1945", lambda h: h.year == "1945"),
        ("known", "weak", lambda h: is_weak(h.row["status"], h.row["confidence"])),
        ("known", "recalled", lambda h: h.row["status"] == "recalled"),
        ("source", "ehlers2009", lambda h: "ehlers2009" in h.row["source_keys"].split(";")),
    ],
)
def test_a_facet_narrows_to_rows_that_have_it_and_loses_none(facet, value, holds):
    every, some = hits(RECORD, "leuna", NOTHING), hits(RECORD, "leuna", {**NOTHING, facet: value})
    assert some and some == [h for h in every if holds(h)]


def test_the_number_beside_a_facet_is_what_choosing_it_finds(web):
    page = web.get("/search?q=leuna").text
    for address, number in re.findall(
        r'href="(/search\?[^"]+)"[^>]*><span>[^<]*</span> <span class="mute">([\d,]+)<', page
    ):
        found = web.get(address.replace("&amp;", "&")).text
        assert f"<strong>{number}</strong>" in found, address


@pytest.mark.parametrize("wrong", [{"table": "raidz"}, {"year": "2044"}, {"known": "frim"}, {"source": "ehlers2008"}])
def test_a_facet_that_is_not_there_is_refused_with_the_nearest(wrong):
    with pytest.raises(OilplanError, match="nearest"):
        hits(RECORD, "", {**NOTHING, **wrong})


def test_pages_of_results_do_not_overlap_and_hold_every_row(web):
    found = hits(RECORD, "leuna", NOTHING)
    links = []
    for start in range(0, len(found), 40):
        listed = web.get(f"/search?q=leuna&start={start}").text.split('<ul class="found">')[1].split("</ul>")[0]
        links += re.findall(r'href="/row/([^"]+)"', listed)
    assert links == [f"{h.table}/{h.row['row_id']}" for h in found]


def test_figures_that_differ_are_drawn_together(web):
    page = web.get("/search?q=aviation+gasoline&table=output&year=1944").text
    assert "Figures that differ" in page and page.count("<svg") >= 3
    for conflict in {id(c): c for c in conflicts(RECORD, "output").values()}.values():
        values = {r["value"] for r in conflict.rows if r["value"] is not None}
        assert len(conflict.rows) > 1 and (
            len(values) > 1 or any(r["low"] != conflict.rows[0]["low"] for r in conflict.rows)
        )


def test_a_conflict_holds_the_rows_that_bear_on_one_another():
    every = conflicts(RECORD, "output")
    bearing = [r for r in RECORD.rows("output").values() if r["bears_on"] in RECORD.rows("output")]
    differing = [r for r in bearing if r["value"] != RECORD.rows("output")[r["bears_on"]]["value"]]
    assert differing
    for row in differing:
        assert RECORD.rows("output")[row["bears_on"]] in every[row["row_id"]].rows
