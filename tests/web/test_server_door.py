"""Who comes in and how long they may take: foreign names, slow senders and readers, crowds, the way out."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from importlib.resources import files

import pytest
import uvicorn
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from oilplan.cache import CACHE_VARIABLE
from oilplan.cli.main import run
from oilplan.web import door
from oilplan.web.app import create_app
from oilplan.web.door import Door, Patience, heavy, listen
from oilplan.web.limits import HEADERS, Guard

DATA = files("oilplan.record") / "data"


@pytest.fixture(scope="module")
def named():
    """A client of an application that goes by a name; its engine is not started."""
    return TestClient(create_app(names=["oil.example"]), raise_server_exceptions=False)


def test_a_record_of_ones_own_is_served(tmp_path, monkeypatch):
    (tmp_path / "plants.csv").write_bytes((DATA / "plants.csv").read_bytes().replace(b"Leuna-Werke", b"Leuna works"))
    served = []
    monkeypatch.setattr("oilplan.web.choices.fly_bases", lambda engine: None)
    monkeypatch.setattr(door, "listen", lambda host, port: None)
    monkeypatch.setattr(door, "serve", lambda app, listening: served.append(app.state.record))
    assert run(["serve", "--record", str(tmp_path)]) == 0
    assert "Leuna works" in served[0].rows("plants")["leuna"]["name"]


@pytest.mark.parametrize(
    "host", ["oil.example", "OIL.example:8000", "localhost:8000", "127.0.0.1", "[::1]:8000", "10.1.2.3", "localhost."]
)
def test_the_names_of_this_server_are_answered(named, host):
    assert named.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "oil.example.evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "",
        "[::1",
        "a b",
        "<script>",
        "x" * 5000,
    ],
)
def test_another_name_is_refused_for_a_page_elsewhere_may_have_pointed_it_here(named, host):
    stated = named.get("/healthz", headers={"host": host})
    assert stated.status_code == 400 and "does not go by the name" in stated.json()["error"]
    assert {name: stated.headers.get(name) for name in HEADERS} == HEADERS and len(stated.content) < 500


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "null"}, 200),
        ({"origin": "http://oil.example"}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none", "origin": "null"}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "null"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "http://[::1"}, 403),
        ({"origin": "http://localhost@evil.example"}, 403),
    ],
)
def test_a_form_of_another_site_is_not_read(named, headers, status):
    sent = named.post("/read", data={"text": "Leuna."}, headers={"host": "oil.example", **headers})
    assert sent.status_code == status


LOOKS = (
    "/",
    "/api/flown",
    "/api/arm",
    "/api/verdicts",
    "/argument",
    "/argument/claim/C01",
    "/record",
    "/record/plants",
    "/seminar",
    "/seminar/decisions.csv",
    "/report/map",
    "/report/argument",
    "/healthz",
    "/static/page.css",
)


@pytest.mark.parametrize("path", LOOKS)
def test_only_the_form_to_read_takes_anything_but_a_look(named, path):
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert named.request(method, path, headers={"host": "localhost"}).status_code == 405, method


@pytest.mark.parametrize("length", ["9" * 5000, "-1", "1e9", "²"])
def test_a_length_that_is_no_number_is_refused(named, length):
    sent = named.post("/read", content=b"x", headers={"host": "localhost", "content-length": length.encode()})
    assert sent.status_code == 413


@contextmanager
def serving(app):
    """The address of an application behind `Patience`, in a thread."""
    listening = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, http=Patience, ws="none", lifespan="off", log_level="critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield listening.getsockname()
    finally:
        server.should_exit = True
        thread.join(10)


def long_answer(request):
    return PlainTextResponse("x" * 50_000_000)


async def whole_body(request):
    return PlainTextResponse(str(len(await request.body())))


SMALL = Door(
    Guard(
        Starlette(
            routes=[
                Route("/", lambda r: PlainTextResponse("here")),
                Route("/long", long_answer),
                Route("/body", whole_body, methods=["POST"]),
            ]
        )
    )
)


def ask(address, path="/", timeout=10.0) -> bytes:
    with socket.create_connection(address, timeout=timeout) as one:
        one.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        return one.makefile("rb").read()


def half_sent(address, more=b"") -> socket.socket:
    one = socket.create_connection(address, timeout=10)
    one.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + more)
    return one


def is_closed(one) -> bool:
    try:
        return one.recv(1) == b""
    except ConnectionResetError:
        return True


def test_half_sent_requests_keep_nobody_out(monkeypatch):
    monkeypatch.setattr(door, "MOST_UNSPOKEN", 5)
    with serving(SMALL) as address:
        crowd = [half_sent(address) for _ in range(20)]
        assert b"200 OK" in ask(address)
        assert all(is_closed(one) for one in crowd[:15]), "the oldest made room"
        [one.close() for one in crowd]


def test_the_head_of_a_request_must_come_in_time_the_first_and_a_later_one(monkeypatch):
    monkeypatch.setattr(door, "HEADERS_S", 0.3)
    with serving(SMALL) as address:
        first = half_sent(address)
        later = socket.create_connection(address, timeout=10)
        later.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        said = b""
        while b"here" not in said:
            said += later.recv(4096)
        later.sendall(b"GET / HTTP/1.1\r\nHost")
        dripping = half_sent(address)
        for _ in range(20):
            time.sleep(0.05)
            try:
                dripping.sendall(b"x")
            except OSError:
                break
        assert is_closed(first) and is_closed(later) and is_closed(dripping)
        [one.close() for one in (first, later, dripping)]


def test_a_body_must_come_in_time(monkeypatch):
    monkeypatch.setattr(door, "BODY_S", 0.3)
    with serving(SMALL) as address, socket.create_connection(address, timeout=10) as one:
        one.sendall(b"POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx")
        said = one.makefile("rb").read()
        assert b" 408 " in said and b"did not come within" in said


def test_an_answer_that_nobody_takes_is_given_up(monkeypatch):
    monkeypatch.setattr(door, "UNREAD_S", 0.3)
    with serving(SMALL) as address, socket.create_connection(address, timeout=10) as one:
        one.sendall(b"GET /long HTTP/1.1\r\nHost: localhost\r\n\r\n")
        time.sleep(1.0)
        took = 0
        with pytest.raises((ConnectionResetError, EOFError)):
            while True:
                part = one.recv(1_000_000)
                took += len(part)
                if not part:
                    raise EOFError
        assert took < 50_000_000
        assert b"200 OK" in ask(address)


def test_more_requests_than_can_be_answered_are_told_to_come_again(monkeypatch):
    monkeypatch.setattr(door, "MOST_AT_ONCE", 1)
    release = threading.Event()

    def slow(request):
        release.wait(10)
        return PlainTextResponse("done")

    with serving(Door(Starlette(routes=[Route("/", slow)]))) as address:
        first = threading.Thread(target=ask, args=(address,))
        first.start()
        time.sleep(0.3)
        said = ask(address)
        release.set()
        first.join()
        assert b" 503 " in said and b"retry-after: 5" in said and b"Try again" in said
        assert b"200 OK" in ask(address)


def test_views_that_compute_never_keep_a_light_page_waiting(monkeypatch):
    monkeypatch.setattr(door, "MOST_HEAVY", 2)
    release = threading.Event()

    @heavy
    def computes(request):
        release.wait(20)
        return PlainTextResponse("done")

    with serving(
        Starlette(routes=[Route("/", computes), Route("/light", lambda r: PlainTextResponse("light"))])
    ) as address:
        crowd = [threading.Thread(target=ask, args=(address, "/", 30.0)) for _ in range(60)]
        [one.start() for one in crowd]
        time.sleep(0.3)
        assert b"light" in ask(address, "/light")
        release.set()
        [one.join(20) for one in crowd]


def test_a_port_in_use_is_one_sentence(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert run(["serve", "--port", str(taken.getsockname()[1])]) == 2
    assert "Address already in use); choose another with --host or --port." in capsys.readouterr().err


@pytest.mark.parametrize("host", ["nowhere.invalid", "999.1.1.1", "a" * 300])
def test_an_address_that_is_none_is_one_sentence(host, capsys):
    assert run(["serve", "--host", host]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_ends_a_busy_server_at_once(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "oilplan.cli.main", "serve", "--port", str(port)],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, CACHE_VARIABLE: str(tmp_path / "cache")},
    )
    try:
        assert f"http://127.0.0.1:{port}/" in server.stderr.readline()
        end = time.monotonic() + 60
        while b"200 OK" not in _asked(port) and time.monotonic() < end:
            time.sleep(0.1)
        send_broken_form(port)
        waiting = half_sent(("127.0.0.1", port))
        began = time.monotonic()
        server.send_signal(signal.SIGINT)  # while the model is being compiled
        status = server.wait(30)
        said, took = server.stderr.read(), time.monotonic() - began
        waiting.close()
    finally:
        server.kill()
    assert status == 130 and said == "oilplan: stopped.\n"
    assert took < 20, "a bound against hanging; 2 seconds where the machine is free"


def send_broken_form(port: int) -> None:
    """What is wrong with it is for its sender, not for the terminal of the server."""
    head = "Content-Type: multipart/form-data; boundary=B\r\nContent-Length: 8"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as one:
        one.sendall(
            f"POST /read HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{head}\r\n\r\n--\x07[2J\r\n".encode()
        )
        assert b" 400 " in one.makefile("rb").read()


def _asked(port: int) -> bytes:
    try:
        return ask(("127.0.0.1", port), "/healthz")
    except OSError:
        return b""
