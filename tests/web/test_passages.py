"""Passages of the owner's texts on a claim's page, and accepted into the owner's own record by POST alone."""

import time

import pytest
from chromium import PHONE, barriers, browser, needs_chromium
from fastapi.testclient import TestClient

from oilplan.record import load_record
from oilplan.web.app import create_app
from oilplan.web.argument import Judging, Texts

NOISE = "The committee met in the spring and agreed on nothing of note about the weather over the sea. " * 12
LEUNA = (
    "Only 4 of the 497 bombers sent to Leuna were lost. On 13th November 1944 Bottomley told Harris that effective "
    "damage could be done to Leuna and Pölitz without suffering prohibitive casualties. <script>alert(1)</script>"
)


@pytest.fixture
def own(tmp_path):
    return tmp_path / "mine"


@pytest.fixture
def client(tmp_path, monkeypatch, own):
    monkeypatch.setenv("OILPLAN_CACHE", str(tmp_path / "cache"))
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "b.txt").write_text(
        "\f".join([f"{NOISE}\n\n210\n", f"{LEUNA}\n\n211\n", f"{NOISE}\n\n212\n"])
    )
    made = create_app(texts=Texts(tmp_path / "texts", own))
    made.state.judging = Judging(load_record(), only=("C45",))
    deadline = time.monotonic() + 60
    while made.state.texts.updated is None and not made.state.texts.failed and time.monotonic() < deadline:
        time.sleep(0.02)
    return TestClient(made, raise_server_exceptions=False)


def _form(client, **more):
    texts = client.app.state.texts
    best = texts.search("C45").found[0].passage
    return {"token": texts.token, "file": best.file, "start": best.start, "period": "1944-11", **more}


def test_a_claims_page_leads_to_its_passages_with_page_and_figures(client):
    assert 'data-passages="/claim/C45/passages"' in client.get("/claim/C45").text
    part = client.get("/claim/C45/passages?part=1").text
    assert "b.txt, page 211" in part and "497 bombers" in part and "<html" not in part
    assert "<script>alert" not in part and "&lt;script&gt;" in part


def test_an_accepted_passage_stands_in_the_owners_record(client, own):
    answer = client.post("/claim/C45/passages", data=_form(client, figure="1"))
    assert answer.status_code == 200 and "was added" in answer.text
    rows = [r for r in load_record(own).rows("claims_evidence").values() if "b.txt" in r["source"]]
    assert [(r["claim_ids"], r["value"], r["period"]) for r in rows] == [("C45", 497.0, "1944-11")]
    assert "stood there already" in client.post("/claim/C45/passages", data=_form(client, figure="1")).text


def test_nothing_is_written_by_get_or_with_a_strange_token_or_passage(client, own):
    form = _form(client)
    client.get("/claim/C45/passages", params=form)
    assert client.post("/claim/C45/passages", data=form | {"token": "other"}).status_code == 400
    assert client.post("/claim/C45/passages", data=form | {"start": 7}).status_code == 400
    assert client.post("/claim/C45/passages", data=form | {"period": "<b>"}).status_code == 400
    assert client.post("/claim/C45/passages", data=form, headers={"origin": "http://elsewhere"}).status_code == 403
    assert not own.exists()


def test_a_server_without_texts_or_own_record_says_so(client):
    client.app.state.texts.own_record = None
    assert "Accept as evidence" not in client.get("/claim/C45/passages").text
    assert client.post("/claim/C45/passages", data=_form(client)).status_code == 400
    client.app.state.texts = None
    assert client.get("/claim/C45/passages").status_code == 400
    assert "data-passages" not in client.get("/claim/C45").text


@pytest.mark.browser
@pytest.mark.slow
@needs_chromium
def test_no_passage_is_wider_than_a_phone_however_long_its_words_and_axe_finds_nothing(client, tmp_path):
    whole = client.get("/claim/C45/passages").text.replace("Leuna", "Leuna" + "9876543210" * 20)
    css = f"<style>{client.get('/static/page.css').text}</style>"
    page = tmp_path / "page.html"
    page.write_text(whole.replace("</head>", f"{css}</head>").replace("<details>", "<details open>"))
    with browser(PHONE) as driver:
        driver.get(page.as_uri())
        assert driver.execute_script("return document.documentElement.scrollWidth") <= PHONE[0]
        assert barriers(driver) == []
