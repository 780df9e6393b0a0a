"""Every answer carries the headers; what is too long or too large is refused with a sentence."""

import pytest

from oilplan.web.limits import HEADERS, MOST_QUERY_CHARACTERS, MOST_UPLOAD_BYTES

PAGES = (
    "/",
    "/map",
    "/help",
    "/about",
    "/argument",
    "/record",
    "/record/raids",
    "/read",
    "/seminar",
    "/healthz",
    "/static/page.css",
    "/nowhere",
)


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_security_headers(web, path):
    headers = web.get(path).headers
    assert {name: headers.get(name) for name in HEADERS} == HEADERS


def test_the_policy_lets_nothing_in_from_elsewhere_and_no_inline_code(web):
    policy = web.get("/").headers["content-security-policy"]
    assert "unsafe" not in policy and "http" not in policy and "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


def test_pages_hold_no_inline_script_or_style(web):
    for path in ("/", "/map", "/help", "/about", "/argument", "/record/plants", "/read", "/seminar"):
        text = web.get(path).text
        assert "<style" not in text and " style=" not in text and " onclick=" not in text, path
        assert text.count("<script") == text.count("<script src="), path


def test_no_documentation_pages_that_load_from_elsewhere(web):
    assert [web.get(p).status_code for p in ("/docs", "/redoc", "/openapi.json")] == [404, 404, 404]


def test_a_body_over_the_limit_is_refused_whatever_length_it_announces(web):
    body = b"x" * (MOST_UPLOAD_BYTES + 1)
    announced = web.post("/read", content=body)
    chunked = web.post("/read", content=iter([body]), headers={"content-type": "application/x-www-form-urlencoded"})
    assert announced.status_code == chunked.status_code == 413
    assert "At most 2 MB" in announced.text and "At most 2 MB" in chunked.text


def test_a_body_under_the_limit_is_read(web):
    assert web.post("/read", data={"text": "Leuna was attacked on 12 May 1944."}).status_code == 200


def test_an_address_over_the_limit_is_refused(web):
    assert web.get("/?x=" + "y" * MOST_QUERY_CHARACTERS).status_code == 414


def test_no_path_leads_out_of_the_static_folder(web):
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd"):
        assert web.get(path).status_code == 404, path


def test_an_unknown_page_and_a_fault_of_a_user_are_told_in_a_sentence(web):
    lost, wrong = web.get("/nowhere"), web.get("/?bc=nonsense")
    assert lost.status_code == 404 and "There is no page at this address" in lost.text
    assert wrong.status_code == 400 and "bc=nonsense is not known; expected one of as_ordered" in wrong.text
    assert "Traceback" not in lost.text + wrong.text


def test_health_names_version_engine_and_record(web, app):
    stated = web.get("/healthz").json()
    assert stated["status"] == "ok" and stated["engine"] in ("starting", "ready")
    assert stated["record_hash"] == app.state.record.hash
