"""JSON for other programs: every route is on its page with an address that works, names its parameters and refuses others."""

import time

import pytest
from fastapi.routing import APIRoute

from oilplan import __version__
from oilplan.record import load_record
from oilplan.web.app import ROUTERS
from oilplan.web.fly import Wanted, flown
from oilplan.web.json_api import EXAMPLES, MOST_ROWS, described
from oilplan.web.limits import parameters_of

RECORD = load_record()
EVERY = [r for router in ROUTERS for r in router.routes if isinstance(r, APIRoute)]
ROUTES = described(ROUTERS)
COMPUTED = ("/api/flown", "/api/arm", "/api/war", "/api/compare")


def test_the_page_lists_every_route_of_the_code_with_its_parameters(web):
    page = web.get("/api").text
    paths = {r.path.replace(":path", "") for r in EVERY if r.path.startswith("/api/")}
    assert {r["path"] for r in ROUTES} == paths
    for route in ROUTES:
        assert f"<code>{route['path']}</code>" in page and route["about"]
        assert all(p.name in page and p.meaning for p in route["parameters"]), route["path"]


@pytest.mark.parametrize("path", [r["path"] for r in ROUTES if r["example"] and r["path"] not in COMPUTED])
def test_the_address_to_try_works(web, app, path):
    app.state.judging.start()
    end = time.monotonic() + 60.0
    while path.startswith("/api/claims") and not app.state.judging.done and time.monotonic() < end:
        time.sleep(0.1)
    answer = web.get(EXAMPLES[path])
    assert answer.status_code == 200
    if not path.endswith(".toml") and path != "/api/verdicts":
        assert answer.json()["oilplan"] == __version__ and answer.json()["record"] == RECORD.hash


@pytest.mark.parametrize("path", COMPUTED)
def test_the_address_to_try_works_once_the_model_is_ready(ready, path):
    assert ready.get(EXAMPLES[path]).status_code == 200


def test_no_route_of_the_server_stands_outside_the_routers_that_are_tested_here(web):
    served = {r.path for r in web.app.routes if isinstance(r, APIRoute)}
    assert served - {r.path for r in EVERY} == {"/healthz"}
    assert web.get("/healthz?anything=1").status_code == 400


@pytest.mark.parametrize("route", [r for r in EVERY if "GET" in r.methods], ids=lambda r: r.path)
def test_an_unknown_parameter_is_refused_in_a_sentence_that_names_the_nearest(web, route):
    path = route.path.replace(":path", "")
    for name, value in (
        ("{table}", "raids"),
        ("{row_id}", "x"),
        ("{plant_id}", "leuna"),
        ("{key}", "ehlers2009"),
        ("{form}", "bib"),
        ("{name}", "map"),
    ):
        path = path.replace(name, value)
    path = path.replace("{claim_id}", "C14").replace("{token}", "x")
    known = [p.name for p in parameters_of(route)]
    wrong = f"{known[0]}z" if known else "anything"
    answer = web.get(f"{path}?{wrong}=1")
    assert answer.status_code == 400 and wrong in answer.text
    assert not known or known[0] in answer.text.split("nearest")[1]


def test_rows_are_those_of_the_record_and_pages_of_them_do_not_overlap(web):
    first = web.get("/api/record/raids?limit=7").json()
    second = web.get("/api/record/raids?limit=7&start=7").json()
    rows = list(RECORD.rows("raids").values())
    assert first["rows"] + second["rows"] == rows[:14] and first["found"] == len(rows)
    assert web.get(f"/api/record/raids?limit={MOST_ROWS + 1}").status_code == 400
    one = web.get("/api/record/plants/leuna").json()
    assert one["row"] == RECORD.rows("plants")["leuna"] and one["works"][0]["title"]


def test_what_cannot_be_answered_is_a_sentence_in_json(web):
    for path in ("/api/record/raidz", "/api/claims/C99", "/api/record/plants/leunna", "/api/compare?a=portall"):
        answer = web.get(path)
        assert answer.status_code in (400, 202) and set(answer.json()) <= {"error", "starting"}, path


def test_no_route_that_reads_changes_anything(web):
    """What changes a server's state asks for POST, and refuses GET."""
    posted = [r for r in EVERY if "POST" in r.methods]
    assert {r.path for r in posted} >= {"/seminar/board", "/seminar/board/{token}", "/api/compare", "/fly"}
    before = len(web.app.state.boards._boards)
    for path in ("/seminar/board", "/seminar/board?title=x", "/seminar/board/abc?name=x&moves=PFF"):
        assert web.get(path).status_code in (400, 404, 405)
    assert len(web.app.state.boards._boards) == before


def test_a_comparison_by_name_and_by_text_is_the_same(ready, app):
    by_name = ready.get("/api/compare?a=portal&b=as_ordered&from=1945-01").json()
    text = ready.get("/fly?a=portal").text.split("<textarea")[1].split(">", 1)[1].split("</textarea>")[0]
    by_text = ready.post(
        "/api/compare",
        json={"a": text.replace("&#34;", '"').replace("&#39;", "'"), "b": "as_ordered", "from": "1945-01"},
    ).json()
    assert by_text == by_name
    same = flown(app.state.engine, Wanted("portal", ""), Wanted("portal", ""), "1945-01").data
    assert all(n["difference"] == {"median": 0.0, "p05": 0.0, "p95": 0.0} for n in same["numbers"])
    assert by_name["numbers"][0]["difference"]["median"] < 0 < by_name["numbers"][2]["difference"]["median"]
