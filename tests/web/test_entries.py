"""Pages of plants, works and rows: what stands on them is the record's, and it can be cited."""

from html import unescape

import pytest

from oilplan.record import is_weak, load_record

RECORD = load_record()


def test_every_plant_and_every_work_has_a_page(web):
    for row in RECORD.rows("plants").values():
        answer = web.get(f"/plant/{row['plant_id']}")
        assert answer.status_code == 200 and row["name"] in unescape(answer.text)
    for key, work in RECORD.sources.items():
        answer = web.get(f"/source/{key}")
        assert answer.status_code == 200 and work.citation in unescape(answer.text)


def test_a_plant_lists_its_raids_and_shows_what_it_delivered(ready):
    text = ready.get("/plant/leuna").text
    raids = [r for r in RECORD.rows("raids").values() if "leuna" in (r["plant_id"] or "").split(";")]
    assert raids and all(f"/row/raids/{r['row_id']}" in text for r in raids)
    assert "<svg" in text and "percent of capacity" in text


def test_a_work_names_every_table_that_rests_on_it_and_its_reference_can_be_saved(web):
    uses = RECORD.rows_by_source()["ehlers2009"]
    text = web.get("/source/ehlers2009").text
    assert all(f'id="t-{table}"' in text for table in {t for t, _ in uses})
    bib, ris = web.get("/source/ehlers2009/bib").text, web.get("/source/ehlers2009/ris").text
    assert bib.startswith("@") and "ehlers2009," in bib and ris.startswith("TY  - ") and ris.endswith("ER  - \n")
    assert web.get("/source/ehlers2009/docx").status_code == 400


def test_a_row_has_an_address_with_its_version_and_its_conflicts_beside_it(web):
    bearing = next(r for r in RECORD.rows("output").values() if r["bears_on"] not in (None, r["row_id"]))
    text = web.get(f"/row/output/{bearing['row_id']}").text
    assert RECORD.hash[:12] in text and f"output/{bearing['row_id']}" in text
    assert f"/row/output/{bearing['bears_on']}" in text
    assert ("<strong>marked</strong>" in text) == is_weak(bearing["status"], bearing["confidence"])


def test_conflicting_figures_stand_side_by_side_in_one_picture(web):
    page = web.get("/row/output/1944-05_aviation_gasoline").text
    assert "Other figures for the same thing" in page and page.count("<svg") == 2
    for value in ("156,000", "120,000"):
        assert f">{value}</text>" in page


def test_a_link_made_from_another_version_of_the_record_says_so(web):
    path = "/row/output/1944-05_aviation_gasoline"
    assert f"{path}?record={RECORD.hash[:12]}" in web.get(path).text
    assert 'role="alert"' not in web.get(f"{path}?record={RECORD.hash[:12]}").text
    assert "may say something else" in web.get(f"{path}?record=0123456789ab").text
    assert web.get(f"{path}?record=nonsense").status_code == 400


def test_a_plant_says_what_it_made_what_was_recorded_of_it_and_which_works_say_so(web):
    page = unescape(web.get("/plant/leuna").text)
    assert "650,000" in page and "240,000" in page and "short tons, all kinds" in page
    for r in RECORD.rows("plant_output").values():
        if r["plant_id"] == "leuna":
            assert f"/row/plant_output/{r['row_id']}" in page
    photographed = [
        r for r in RECORD.rows("raid_accounts").values() if "photograph" in str(r["note"]) and r["plant_id"] == "leuna"
    ]
    section = page.split('id="photographs"')[1].split("</section>")[0]
    assert photographed and all(f"/row/raid_accounts/{r['row_id']}" in section for r in photographed)
    assert "Webster, Charles" in page.split('id="works"')[1]


@pytest.mark.parametrize("table", RECORD.tables)
def test_a_row_of_every_table_has_a_page(web, table):
    row_id = next(iter(RECORD.rows(table)))
    assert web.get(f"/row/{table}/{row_id}").status_code == 200


@pytest.mark.parametrize("path", ["/plant/leunna", "/source/ehlers2008", "/row/plants/leunna", "/row/plantz/leuna"])
def test_what_is_not_there_is_refused_with_the_nearest(web, path):
    answer = web.get(path)
    assert answer.status_code == 400 and any(w in answer.text for w in ("leuna", "ehlers2009", "plants"))
