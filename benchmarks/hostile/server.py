"""`oilplan serve` under strain: memory over 5,000 requests, twenty users, clients that are slow or broken, and the way out."""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.web_load.load import START_S, load

from .inputs import PATHS, QUERIES

REQUESTS, BETWEEN_LOOKS, SETTLED = 5_000, 500, 0.4
"""Requests in all, requests between two looks at the memory, and the share of them after which it must not grow."""
MOST_GROWTH_MB = 40.0
"""Between the settled half and the end: what an allocator may hold back; a leak of 10 kB a request is 30 MB."""
USERS, MOVES_A_MINUTE = 20, 10
HALF_SENT, STOP_S = 300, 2.0
CHEAP = tuple(
    p
    for p in PATHS
    if p not in ("/api/war", "/seminar/decisions.csv", "/seminar", "/report/seminar", "/report/map", "/api/arm")
)
PAGE = "On 12th May 1944 Portal wrote to Harris that “oil is the target system”. <evil-tag> 300 tons fell on Leuna. "
SHARE_READ, SHARE_FLOWN = 0.02, 0.02
"""Requests that send a page to be read, and that have a choice flown."""


class Server:
    """A server on a free port of this machine. base: its address; running: its process."""

    def __init__(self, running: subprocess.Popen, port: int) -> None:
        self.running, self.port, self.base = running, port, f"http://127.0.0.1:{port}"

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict | None = None) -> tuple[int, bytes]:
        """One request on a connection of its own. Returns status and body."""
        one = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            one.request(method, path, body, headers or {})
            answer = one.getresponse()
            return answer.status, answer.read()
        finally:
            one.close()

    def memory_mb(self) -> float:
        """Resident memory now."""
        line = next(
            x for x in Path(f"/proc/{self.running.pid}/status").read_text().splitlines() if x.startswith("VmRSS")
        )
        return int(line.split()[1]) / 1024

    def until_ready(self) -> None:
        """Wait for the engine. Raises SystemExit where it does not come."""
        end = time.monotonic() + 3 * START_S
        while time.monotonic() < end and self.running.poll() is None:
            with contextlib.suppress(OSError):
                if b'"ready"' in self.ask("GET", "/healthz")[1]:
                    return
            time.sleep(0.5)
        raise SystemExit(f"the server was not ready (exit status {self.running.poll()})")


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    """A server that is ready, killed at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryFile() as log:
        command = [sys.executable, "-m", "oilplan.cli.main", "serve", "--port", str(port)]
        running = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            server = Server(running, port)
            server.until_ready()
            yield server
        finally:
            running.kill()
            running.wait(20)


def many_requests(server: Server, seed: int, requests: int = REQUESTS) -> dict:
    """Pages, data, uploads and nonsense, one after another. Returns statuses, faults and the memory as it went."""
    chance, statuses, memory, faults = random.Random(seed), {}, [server.memory_mb()], []
    began = time.monotonic()
    for n in range(1, requests + 1):
        method, path, body, headers = _request(chance)
        try:
            status, stated = server.ask(method, path, body, headers)
        except OSError as error:
            status, stated = 0, str(error).encode()
        statuses[status] = statuses.get(status, 0) + 1
        if status in (0, 500) or status > 503 or (b"<evil-tag" in stated and stated.startswith(b"<!")):
            faults.append(f"{method} {path[:200]}: {status} {stated[:200]!r}")
        if n % BETWEEN_LOOKS == 0:
            memory.append(round(server.memory_mb(), 1))
    settled = memory[int(len(memory) * SETTLED) :]
    grown = settled[-1] - settled[0] if settled else 0.0
    if grown > MOST_GROWTH_MB:
        faults.append(f"memory grew by {grown:.0f} MB")
    return {
        **{"requests": requests, "seconds": round(time.monotonic() - began), "statuses": statuses, "memory_mb": memory},
        **{"grown_after_settling_mb": round(grown, 1), "faults": faults},
    }


def _request(chance: random.Random) -> tuple[str, str, bytes | None, dict]:
    act = chance.random()
    if act < SHARE_READ:
        text = PAGE * chance.randint(1, 20)
        save = chance.choice(("", "json", "html", "review"))
        edge = "XBOUNDARYX"
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'
            for k, v in (("text", text), ("save", save))
        ]
        return (
            "POST",
            "/read",
            ("".join(parts) + f"--{edge}--\r\n").encode(),
            {"content-type": f"multipart/form-data; boundary={edge}"},
        )
    if act < SHARE_READ + SHARE_FLOWN:
        return (
            "GET",
            f"/api/arm?from=1944-{chance.randint(5, 12):02}&bc=portal&bc_share={chance.randrange(0, 101, 10)}&draws=50",
            None,
            {},
        )
    words = [w.replace('"', "%22").replace("<", "%3C").replace(">", "%3E").replace(" ", "%20") for w in QUERIES]
    query = "&".join(chance.sample(words, chance.randint(0, 3)))
    return (
        "GET",
        f"{chance.choice(CHEAP)}?{query.replace(chr(39), '%27').replace('{', '%7B').replace('}', '%7D')}",
        None,
        {},
    )


def broken_clients(server: Server, seed: int) -> dict:
    """Half-sent heads and bodies, nonsense and readers that read nothing, while light pages are asked for."""
    chance, faults, waits, crowd = random.Random(seed), [], [], []
    for n in range(HALF_SENT):
        one = socket.create_connection(("127.0.0.1", server.port), timeout=30)
        with contextlib.suppress(OSError):
            one.sendall(
                chance.choice(
                    (
                        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ",
                        b"POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999\r\n\r\nx",
                        b"GET /record/raids HTTP/1.1\r\nHost: localhost\r\n\r\n",
                        chance.randbytes(60),
                        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
                        b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
                        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                    )
                )
            )
        crowd.append(one)
        if n % 10 == 0:
            began = time.monotonic()
            try:
                status = server.ask("GET", "/healthz")[0]
            except OSError as error:
                status = str(error)
            waits.append(time.monotonic() - began)
            if status != 200:
                faults.append(f"/healthz among {n} broken clients: {status}")
    for one in crowd:
        one.close()
    return {
        "clients": HALF_SENT,
        "slowest_healthz_s": round(max(waits), 2),
        "median_s": round(statistics.median(waits), 3),
        "faults": faults,
    }


def way_out(server: Server) -> dict:
    """Ctrl-C while half a request is open. Returns the seconds it took and the exit status."""
    with socket.create_connection(("127.0.0.1", server.port)) as waiting:
        waiting.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ")
        began = time.monotonic()
        server.running.send_signal(signal.SIGINT)
        status = server.running.wait(60)
    took = time.monotonic() - began
    faults = [] if status == 130 else [f"exit status {status}"]
    return {"seconds": round(took, 2), "status": status, "load": round(os.getloadavg()[0], 1), "faults": faults}


def main(asked: argparse.Namespace) -> int:
    """Put a server through all of it, keep what came of it and return the exit status."""
    minutes = asked.minutes or 10.0
    with serving() as server:
        stated = {"requests": many_requests(server, asked.seed), "broken": broken_clients(server, asked.seed)}
        users = load(server.base, USERS, int(minutes * MOVES_A_MINUTE), 60 / MOVES_A_MINUTE)
        stated["users"] = {**users, "memory_mb": round(server.memory_mb(), 1), "faults": users["first_errors"]}
        stated["way_out"] = way_out(server)
    (asked.out / "server.json").write_text(json.dumps(stated, indent=1))
    print(json.dumps(stated, indent=1))
    return int(any(part["faults"] for part in stated.values()))
