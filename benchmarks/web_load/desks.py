"""Twenty visitors play the seminar and read the record at once; prints how long they waited, and the processor's time, as JSON.

    python -m benchmarks.web_load desks [--users 20] [--steps 12] [--pause 4.0]

Starts `oilplan serve` on a free loopback port, waits until its engine is ready, and kills it at the end. Every visitor plays
a world and a role of its own from a key of its own: a month's orders, then a page of the record, then a pause. The processor's
time is that of the server's process, from Linux's /proc, over all requests.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

from .load import ANSWER_S, TARGET_S, cpu_s, free_port, spread, until_ready

DESKS = {"portal": ("FPEBQTLN",) * 3, "harris": ("FPEBQTLNH",), "spaatz": ("FPEBQTLN",) * 2, "speer": ("FAEO",)}
PAGES = (
    "/record",
    "/record/raids?q=leuna",
    "/search?q=aviation+gasoline",
    "/search?q=leuna&year=1944",
    "/plant/leuna",
    "/plant/poelitz",
    "/source/ehlers2009",
    "/row/output/1944-05_aviation_gasoline",
    "/api/record/output?limit=50",
)
MONTHS = 12


def main() -> None:
    """Run the visitors against a server of our own and print the result."""
    words = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    words.add_argument("--users", type=int, default=20)
    words.add_argument("--steps", type=int, default=MONTHS, help="months that each visitor plays, 12 at most")
    words.add_argument("--pause", type=float, default=4.0, help="seconds between steps, on average")
    asked = words.parse_args()
    base = f"http://127.0.0.1:{free_port()}"
    with tempfile.TemporaryFile() as log:
        command = [sys.executable, "-m", "oilplan.cli.main", "serve", "--port", base.rsplit(":", 1)[1]]
        server = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            until_ready(base, server)
            print(json.dumps(load(base, server.pid, asked.users, asked.steps, asked.pause), indent=1))
        finally:
            server.kill()
            server.wait(20)


def load(base: str, pid: int, users: int, steps: int, pause_s: float) -> dict:
    """Let the visitors play; returns seconds waited by kind of page, errors, and milliseconds of the processor a request."""
    waits: dict[str, list[float]] = {"month": [], "end": [], "record": []}
    errors: list[str] = []
    threads = [
        threading.Thread(target=_visit, args=(base, user, steps, pause_s, waits, errors)) for user in range(users)
    ]
    before, began = cpu_s(pid), time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    number = sum(map(len, waits.values())) + len(errors)
    median = statistics.median([s for kind in waits.values() for s in kind])
    return {
        "users": users,
        "requests": number,
        "errors": len(errors),
        "first_errors": errors[:3],
        "pause_s": pause_s,
        "took_s": round(time.monotonic() - began, 1),
        "median_s": round(median, 3),
        "wait_s": {kind: spread(values) for kind, values in waits.items()},
        "cpu_ms_per_request": round(1000 * (cpu_s(pid) - before) / number, 1),
        "machine": f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end",
        "held": not errors and median < TARGET_S,
    }


def _visit(base: str, user: int, steps: int, pause_s: float, waits: dict[str, list[float]], errors: list[str]) -> None:
    chance = random.Random(user)
    role, moves = chance.choice(list(DESKS)), []
    time.sleep(chance.uniform(0, pause_s))
    for _ in range(steps):
        moves.append("".join(chance.choice(letters) for letters in DESKS[role]))
        kind = "end" if len(moves) == MONTHS else "month"
        _ask(f"{base}/seminar?role={role}&world={user + 1}&moves={'-'.join(moves)}", waits[kind], errors)
        _ask(base + chance.choice(PAGES), waits["record"], errors)
        time.sleep(chance.uniform(0.5, 1.5) * pause_s)


def _ask(url: str, waits: list[float], errors: list[str]) -> None:
    began = time.monotonic()
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_S) as answer:
            if answer.status != 200 or len(answer.read()) < 500:
                errors.append(f"{answer.status} {url}")
                return
    except (OSError, urllib.error.URLError) as error:
        errors.append(f"{error} {url}"[:160])
        return
    waits.append(time.monotonic() - began)
