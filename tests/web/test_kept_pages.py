"""Pages that are the same for everybody are made and compressed once; all others are made for whoever asks."""

import asyncio
import gzip
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient

from oilplan.web import engine as kept
from oilplan.web import record_tables
from oilplan.web.app import create_app
from oilplan.web.engine import Kept


@pytest.fixture
def made(monkeypatch):
    """A client of a server whose model is ready, and the addresses of the pages of tables that were rendered."""
    app, rendered, render = create_app(), [], record_tables.page
    app.state.engine = SimpleNamespace(status="ready", start=lambda: None)
    monkeypatch.setattr(record_tables, "page", lambda *a, **v: (rendered.append(v.get("q")), render(*a, **v))[1])
    return SimpleNamespace(web=TestClient(app), rendered=rendered, state=app.state)


def test_a_page_is_made_once_and_is_the_same_with_and_without_compression(made):
    pages = [
        made.web.get("/record/letters?q=oil", headers={"accept-encoding": e}) for e in ("gzip", "identity", "gzip")
    ]
    assert made.rendered == ["oil"] and len({p.text for p in pages}) == 1 and "letters" in pages[0].text
    assert [p.headers.get("content-encoding") for p in pages] == ["gzip", None, "gzip"]
    assert all("content-security-policy" in p.headers for p in pages)
    made.web.get("/record/letters?q=portal")
    made.web.get("/record/letters?q=oil", headers={"host": "another"})
    assert made.rendered == ["oil", "portal", "oil"]


def test_what_is_refused_and_what_changes_is_not_kept(made):
    assert [made.web.get("/record/letters?z=1").status_code for _ in range(2)] == [400, 400]
    assert len({made.web.get("/seminar").text for _ in range(8)}) > 1
    made.state.engine.status = "starting"
    for _ in range(2):
        made.web.get("/record/letters?q=oil")
    assert made.rendered == ["oil", "oil"]


def test_of_many_who_ask_at_once_one_makes_the_page():
    calls = []

    async def slow(scope, receive, send):
        calls.append(scope["path"])
        await asyncio.sleep(0.05)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-encoding", b"gzip")]})
        await send({"type": "http.response.body", "body": gzip.compress(scope["path"].encode() * 400)})

    async def ask(door, path):
        stated = []

        async def send(message):
            stated.append(message.get("body", b""))

        scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}
        await door(scope, None, send)
        return b"".join(stated)

    async def all_at_once(door):
        return await asyncio.gather(*(ask(door, f"/record/{n % 2}") for n in range(20)))

    door = Kept(slow, lambda: True)
    answers = asyncio.run(all_at_once(door))
    assert calls == ["/record/0", "/record/1"] and set(answers) == {b"/record/0" * 400, b"/record/1" * 400}


def test_no_more_is_held_than_the_limit(monkeypatch, made):
    monkeypatch.setattr(kept, "MOST_KEPT_BYTES", 30_000)
    for _ in range(2):
        for word in ("oil", "portal", "harris", "benzol", "leuna", "tedder", "spaatz", "bufton", "city", "rail"):
            made.web.get(f"/record/letters?q={word}")
    assert len(made.rendered) > 10
