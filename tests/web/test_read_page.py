"""A page to read: pasted and uploaded text, refused files, and nothing of a visitor's that is opened or run."""

import json

import pytest

from oilplan.web.limits import MOST_CHARACTERS, MOST_FILES

PASSAGE = "On 12 May 1944 the Eighth Air Force attacked Leuna with 224 bom-\nbers. Portal to Harris, 12 November 1944."


def test_a_pasted_passage_shows_repairs_dates_and_names(web):
    page = web.post("/read", data={"text": PASSAGE})
    assert page.status_code == 200
    assert "1944-05-12" in page.text and "leuna" in page.text and "<mark" in page.text


def test_two_scans_parted_by_a_line_are_collated(web):
    one = "The attack on the synthetic oil plants of central Germany began in May 1944 and went on until the spring of 1945."
    two = one.replace("synthetic", "synthctic")
    page = web.post("/read", data={"text": f"{one}\n---\n{two}"}).text
    assert "Variants between the scans" in page and "synthctic" in page


def test_json_and_pages_can_be_saved(web):
    saved = {save: web.post("/read", data={"text": PASSAGE, "save": save}) for save in ("json", "html", "review")}
    assert json.loads(saved["json"].text)["documents"][0]["characters"] == len(PASSAGE)
    assert all("attachment" in answer.headers["content-disposition"] for answer in saved.values())
    assert "<title>Reading" in saved["html"].text


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\x00\x01\x02\x03" * 200, "binary"),
        (b"PK\x03\x04" + b"x" * 100, "compressed archive"),
        (b"%PDF-1.7 broken", "broken PDF"),
        (b"", "empty"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><alto>&b;</alto>', "entities"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(web, data, says):
    answer = web.post("/read", files={"files": ("scan.txt", data)})
    assert answer.status_code == 400 and says in answer.text and "1: scan.txt" in answer.text
    assert "oilplan-read-" not in answer.text and "Traceback" not in answer.text


def test_the_name_of_a_file_only_labels_it(web):
    answer = web.post("/read", files={"files": ("../../etc/<b>passwd", PASSAGE.encode())})
    assert answer.status_code == 200 and "passwd" in answer.text
    assert "root:" not in answer.text and "<b>passwd" not in answer.text and "../.." not in answer.text


def test_a_script_in_a_passage_is_shown_not_run(web):
    page = web.post("/read", data={"text": "<script>alert(1)</script> Leuna, 12 May 1944"}).text
    assert "<script>alert" not in page and "&lt;script&gt;" in page


def test_nothing_too_much_and_too_many_are_refused(web):
    assert "Nothing came" in web.post("/read", data={"text": " "}).text
    assert "Split it" in web.post("/read", data={"text": "a " * (MOST_CHARACTERS // 2 + 1)}).text
    many = [("files", (f"{k}.txt", b"Leuna")) for k in range(MOST_FILES + 1)]
    assert f"at most {MOST_FILES}" in web.post("/read", files=many).text


def test_a_reading_that_takes_too_long_is_stopped_with_a_sentence(ready, monkeypatch):
    monkeypatch.setattr("oilplan.web.reading.READING_S", -1.0)
    answer = ready.post("/read", data={"text": "On 12th May 1944 they dropped 300 tons on Leuna."})
    assert answer.status_code == 400 and "was stopped" in answer.text


def test_a_full_queue_of_readings_is_said(ready, monkeypatch):
    monkeypatch.setattr("oilplan.web.reading.MOST_READINGS_WAITING", 0)
    answer = ready.post("/read", data={"text": "On 12th May 1944 they dropped 300 tons on Leuna."})
    assert answer.status_code == 503 and "waiting already" in answer.text


def test_a_reading_stops_when_whoever_asked_has_left():
    import anyio

    from oilplan.errors import OilplanError
    from oilplan.web import reading

    class Left:
        async def is_disconnected(self):
            return True

    def endless(check):
        import time

        while True:
            check()
            time.sleep(0.01)

    async def asked():
        with pytest.raises(OilplanError, match="has left"):
            await reading._while_there(Left(), endless)

    anyio.run(asked)
