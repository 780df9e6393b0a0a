"""The record's pages: every table, picked, downloaded, with its source and its mark beside each row."""

import csv
import io
import re

import pytest

from oilplan.record import is_weak, load_record
from oilplan.record.tables import TABLES
from oilplan.web.record_tables import MOST_COLUMNS

RECORD = load_record()


def rows_of(text: str) -> list[dict]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_contents_name_every_table_with_its_rows(web):
    page = web.get("/record").text
    for name in RECORD.tables:
        assert f'href="/record/{name}"' in page
        assert f">{len(RECORD.rows(name)):,}</td>" in page


@pytest.mark.parametrize("table", RECORD.tables)
def test_every_row_shows_its_source_and_its_mark(web, table):
    page = web.get(f"/record/{table}").text
    for row_id, row in list(RECORD.rows(table).items())[:100]:
        assert f'id="{row_id}"' in page.replace("&#39;", "'"), row_id
        begin = page.index(f'id="{row_id}"')
        piece = page[page.rindex("<tr", 0, begin) : page.index("</tr>", begin)]
        assert all(f"/source/{key}" in piece for key in row["source_keys"].split(";")), row_id
        assert ("<strong>marked</strong>" in piece) == is_weak(row["status"], row["confidence"]), row_id


@pytest.mark.parametrize("table", RECORD.tables)
def test_a_download_holds_every_row_and_column(web, table):
    got = rows_of(web.get(f"/record/{table}/table.csv").text)
    assert [r["row_id"] for r in got] == list(RECORD.rows(table))
    assert list(got[0]) == [c.name for c in RECORD.describe(table)]


def test_words_conditions_and_marks_pick_rows(web):
    got = rows_of(web.get("/record/raids/table.csv?q=leuna&where=force=eighth_af&where=aircraft>=500&known=firm").text)
    wanted = [
        r["row_id"]
        for r in RECORD.rows("raids").values()
        if r["force"] == "eighth_af"
        and (r["aircraft"] or 0) >= 500
        and not is_weak(r["status"], r["confidence"])
        and any("leuna" in str(v).lower() for v in r.values())
    ]
    assert wanted and [r["row_id"] for r in got] == wanted


def test_a_long_table_is_paged_and_pages_do_not_overlap(web):
    first, second = (web.get(f"/record/raids?start={s}").text for s in (0, 100))
    ids = list(RECORD.rows("raids"))
    assert f'id="{ids[99]}"' in first and f'id="{ids[100]}"' not in first
    assert f'id="{ids[100]}"' in second and f'id="{ids[99]}"' not in second


@pytest.mark.parametrize("where", ["capacity", "nonsense=1", "latitude=north"])
def test_a_condition_that_cannot_be_read_is_told_on_the_page(web, where):
    page = web.get("/record/plants", params={"where": where})
    assert page.status_code == 200 and 'role="alert"' in page.text


@pytest.mark.parametrize("table", RECORD.tables)
def test_a_table_shows_the_columns_of_the_command_line_with_their_units(web, table):
    rows = RECORD.rows(table).values()
    wanted = [
        c
        for c in RECORD.describe(table)
        if c.name in (*TABLES[table].shown.narrow, *TABLES[table].shown.wide)
        and any(r[c.name] not in (None, r["row_id"]) for r in rows)
    ]
    head = web.get(f"/record/{table}").text.split('<table class="rows">')[1].split("</thead>")[0]
    names = re.findall(r'<th scope="col"[^>]*>([^<]+?) ?(?:<span class="unit">([^<]*)</span>)?</th>', head)
    own = [c for c in wanted if c.name not in ("source", "via", "status", "confidence")][:MOST_COLUMNS]
    assert names == [
        ("Row", ""),
        *((c.name.replace("_", " "), c.unit if c.unit != c.name else "") for c in own),
        ("Source", ""),
        ("How known", ""),
    ]


def test_the_tons_of_a_raid_are_all_its_tons_and_the_ton_is_named(web):
    row = next(r for r in RECORD.rows("raids").values() if r["ib_tons_short"] and r["he_tons_short"])
    page = web.get(f"/record/raids?where=row_id={row['row_id']}").text
    assert "total tons short" in page and '<span class="unit">short tons</span>' in page
    assert f">{row['total_tons_short']:,.10g}</td>" in page


def test_columns_asked_for_are_shown_in_their_order_and_a_wrong_one_is_refused(web):
    page = web.get("/record/raids?column=aircraft&column=date&column=he_tons_short").text
    head = page.split('<table class="rows">')[1].split("</thead>")[0]
    assert re.findall(r">([a-z][a-z ]+?) ?<", head)[:3] == ["aircraft", "date", "he tons short"]
    wrong = web.get("/record/raids?column=aircrafts")
    assert wrong.status_code == 400 and "aircraft" in wrong.text


def test_an_unknown_table_names_the_nearest(web):
    answer = web.get("/record/plantz")
    assert answer.status_code == 400 and "plants" in answer.text


def test_what_a_visitor_types_is_escaped(web):
    page = web.get("/record/plants", params={"q": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in page
