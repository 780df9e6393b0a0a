"""Twenty visitors move sliders at once; prints how long they waited, as JSON.

    python -m benchmarks.web_load sliders [--users 20] [--moves 12] [--pause 5.0]

Starts `oilplan serve` on a free loopback port, waits until its engine is ready, and kills it at the end. Every visitor
makes ``moves`` moves. A move is what the page does when a slider is dragged and let go: two previews of 50 draws while
it moves, then the settled view of 200 draws, then a pause. Visitors choose at random, each from a key of their own, so
that few ask the same. The wait of a move is from the first request to the settled answer.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

DIRECTIVES = ("as_ordered", "portal", "bufton", "benzol_early", "even_split")
MONTHS = ("1944-05", "1944-06", "1944-07", "1944-08", "1944-09", "1944-10", "1944-11", "1944-12", "1945-01")
PREVIEW_DRAWS, DRAWS = 50, 200
START_S, ANSWER_S = 240.0, 120.0
TARGET_S = 0.5
"""Median wait that twenty visitors at once are promised."""


def main() -> None:
    """Run the visitors against a server of our own and print the result."""
    asked = _arguments()
    base = f"http://127.0.0.1:{free_port()}"
    with tempfile.TemporaryFile() as log:
        command = [sys.executable, "-m", "oilplan.cli.main", "serve", "--port", base.rsplit(":", 1)[1]]
        server = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            until_ready(base, server)
            print(json.dumps(load(base, asked.users, asked.moves, asked.pause, server.pid), indent=1))
        finally:
            server.kill()
            server.wait(20)


def load(base: str, users: int, moves: int, pause_s: float, pid: int | None = None) -> dict:
    """Let ``users`` visitors make ``moves`` moves each, ``pause_s`` apart on average; returns seconds waited, errors, and the
    time of the processor that the server, process ``pid``, took for a request where it is known."""
    waits, answers, errors = [], [], []
    threads = [
        threading.Thread(target=_visit, args=(base, user, moves, pause_s, waits, answers, errors))
        for user in range(users)
    ]
    before, began = cpu_s(pid) if pid else 0.0, time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {
        "users": users,
        "moves": moves * users,
        "requests": len(answers) + len(errors),
        "errors": len(errors),
        "first_errors": errors[:3],
        "pause_s": pause_s,
        "took_s": round(time.monotonic() - began, 1),
        "answer_s": spread(answers),
        "move_until_settled_s": spread(waits),
        "cpu_ms_per_request": round(1000 * (cpu_s(pid) - before) / max(len(answers) + len(errors), 1), 1)
        if pid
        else None,
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, load {os.getloadavg()[0]:.1f} at the end",
        "limits": {"answer_median_s": TARGET_S, "errors": 0},
        "held": bool(answers) and not errors and statistics.median(answers) < TARGET_S,
    }


def _visit(base: str, user: int, moves: int, pause_s: float, waits: list, answers: list, errors: list) -> None:
    chance = random.Random(user)
    time.sleep(chance.uniform(0, pause_s))
    for _ in range(moves):
        choice = "&".join(
            [f"from={chance.choice(MONTHS)}"]
            + [f"{f}={chance.choice(DIRECTIVES)}&{f}_share={chance.randrange(0, 101, 10)}" for f in ("e8", "f15")]
            + ["bc=portal"]
        )
        began = time.monotonic()
        share = chance.randrange(20, 101, 10)
        for step, draws in ((20, PREVIEW_DRAWS), (10, PREVIEW_DRAWS), (0, DRAWS)):
            _ask(f"{base}/api/arm?{choice}&bc_share={share - step}&draws={draws}", answers, errors)
        waits.append(time.monotonic() - began)
        time.sleep(chance.uniform(0.5, 1.5) * pause_s)


def _ask(url: str, answers: list, errors: list) -> None:
    began = time.monotonic()
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_S) as answer:
            stated = json.load(answer)
            if answer.status != 200 or "figures" not in stated:
                errors.append(f"{answer.status}: {str(stated)[:100]}")
                return
    except (OSError, urllib.error.URLError, ValueError) as error:
        errors.append(str(error)[:100])
        return
    answers.append(time.monotonic() - began)


def cpu_s(pid: int) -> float:
    """Seconds of the processor that a process has used, from Linux's /proc."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def spread(values: list[float]) -> dict:
    if len(values) < 2:
        return {}
    cuts = statistics.quantiles(values, n=20)
    return {"median": round(statistics.median(values), 3), "p95": round(cuts[18], 3), "max": round(max(values), 3)}


def until_ready(base: str, server: subprocess.Popen) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{base}/healthz", timeout=5) as answer:
                if json.load(answer)["engine"] == "ready":
                    return
        except OSError:
            pass
        time.sleep(0.5)
    raise SystemExit(f"the server was not ready within {START_S:.0f} s (exit status {server.poll()})")


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def _arguments() -> argparse.Namespace:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--users", type=int, default=20)
    words.add_argument("--moves", type=int, default=12, help="moves of each visitor")
    words.add_argument("--pause", type=float, default=5.0, help="seconds between moves, on average")
    return words.parse_args()
