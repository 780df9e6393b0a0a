"""One application with a real engine for the whole session, and a server of its own for the browser."""

import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

import pytest
from fastapi.testclient import TestClient

from oilplan.record import load_record
from oilplan.web.app import create_app
from oilplan.web.argument import Judging

START_S = 240.0
FEW_CLAIMS = ("C01", "C14", "C23")
"""Claims on the record alone: weighed in well under a second."""


@pytest.fixture(scope="session")
def app():
    made = create_app()
    made.state.judging = Judging(load_record(), only=FEW_CLAIMS)
    return made


@pytest.fixture(scope="session")
def web(app):
    """A client whose engine starts with the first test that needs it: a process must not end while it is compiled."""
    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture(scope="session")
def ready(app, web):
    """A client whose engine is ready."""
    app.state.engine.start()
    assert app.state.engine.wait(START_S), app.state.engine.status
    return web


@pytest.fixture(scope="session")
def lab(app, ready):
    return app.state.engine.lab


@pytest.fixture(scope="session")
def free_port():
    """A port on which nothing listens."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@pytest.fixture(scope="session")
def address(free_port):
    """The address of `oilplan serve` on loopback, with an engine that is ready; it ends with the session."""
    base = f"http://127.0.0.1:{free_port}"
    with tempfile.TemporaryFile() as log:
        command = [sys.executable, "-m", "oilplan.cli.main", "serve", "--port", base.rsplit(":", 1)[1]]
        server = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=pathlib.Path.home())
        try:
            _until_ready(base, server)
            yield base
        finally:
            server.kill()
            server.wait(20)


def _until_ready(base: str, server: subprocess.Popen) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{base}/healthz", timeout=5) as answer:
                if b'"ready"' in answer.read():
                    return
        except OSError:
            pass
        time.sleep(0.5)
    pytest.fail(f"the server was not ready (exit status {server.poll()})")
