"""A sweep on a scheduler and two workers, each of the three killed again and again: the same bytes as undisturbed."""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from .kills import chunks

GRID = 'directives = ["as_flown", "harris"]\nfrom = 1944-12-01\ndraws = 160\nblock = 4\n'
STRIKES = 10
"""Of each of the three."""
PATIENCE_S = 900.0
WHAT = ("first worker", "second worker", "scheduler")


class Cluster:
    """A scheduler on a port of this machine and two workers without a nurse, each started again when it is killed."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        self.running: dict[str, subprocess.Popen] = {}

    def start(self, what: str) -> None:
        """Start what is not running, the scheduler first."""
        if what == "scheduler":
            port = self.address.rpartition(":")[2]
            words = ["distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"]
        else:
            words = ["distributed.cli.dask_worker", self.address, "--nthreads", "1", "--no-dashboard", "--no-nanny"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.running[what] = subprocess.Popen([sys.executable, "-m", *words], **quiet)

    def strike(self, what: str) -> None:
        """Kill one of the three with SIGKILL; workers of a killed scheduler end too."""
        for name in WHAT if what == "scheduler" else (what,):
            self.running[name].send_signal(signal.SIGKILL)
            self.running[name].wait()

    def start_missing(self) -> None:
        """Start again what does not run."""
        for what in reversed(WHAT):
            if what not in self.running or self.running[what].poll() is not None:
                self.start(what)

    def stop(self) -> None:
        """Kill all that runs."""
        for running in self.running.values():
            running.kill()
            running.wait()


@contextlib.contextmanager
def _cluster() -> Iterator[Cluster]:
    cluster = Cluster()
    try:
        cluster.start_missing()
        yield cluster
    finally:
        cluster.stop()


def _client(folder: Path, place: Path, *more: str) -> subprocess.Popen:
    words = ["-m", "oilplan.cli.main", "sweep", str(folder / "grid.toml"), "--out", str(place), *more]
    return subprocess.Popen([sys.executable, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def _done(place: Path) -> int:
    return sum(1 for p in (place / "done" / "c").glob("*/*") if p.name.isdigit())


def _wait_for_more(place: Path, client: subprocess.Popen, chance: random.Random) -> bool:
    """Until one more chunk is whole and a random moment after it; False when the client ended first."""
    before, until = _done(place), time.monotonic() + PATIENCE_S
    while _done(place) <= before:
        if client.poll() is not None or time.monotonic() > until:
            return False
        time.sleep(0.02)
    time.sleep(chance.uniform(0, 0.3))
    return client.poll() is None


def struck(folder: Path, strikes: int, seed: int) -> dict:
    """Strike each of the three ``strikes`` times while sweeps run, one after another. folder: empty, for their files."""
    chance, faults, kills = random.Random(seed), [], dict.fromkeys(WHAT, 0)
    (folder / "grid.toml").write_text(GRID)
    calm = _client(folder, folder / "calm" / "out.zarr", "--workers", "0")
    if said := calm.communicate()[1] if calm.wait() else "":
        return {"kills": kills, "sweeps": 0, "faults": [said[-300:]]}
    expected, sweeps = chunks(folder / "calm"), 0
    with _cluster() as cluster:
        while min(kills.values()) < strikes and sweeps < 3 * strikes:
            place = folder / f"struck{sweeps}" / "out.zarr"
            faults += _one_sweep(folder, place, cluster, kills, strikes, chance)
            sweeps += 1
            if chunks(place.parent) != expected:
                faults.append(f"sweep {sweeps}: other bytes than undisturbed")
    return {"kills": kills, "sweeps": sweeps, "files": len(expected), "faults": faults}


def _one_sweep(
    folder: Path, place: Path, cluster: Cluster, kills: dict, strikes: int, chance: random.Random
) -> list[str]:
    """Let a sweep come to its end through kills. Returns what its clients said that was not one sentence of ours."""
    faults, until = [], time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        cluster.start_missing()
        client = _client(folder, place, "--scheduler", cluster.address)
        while (left := [what for what in WHAT if kills[what] < strikes]) and _wait_for_more(place, client, chance):
            what = min(left, key=kills.__getitem__)
            cluster.strike(what)
            kills[what] += 1
            cluster.start_missing()
            if what == "scheduler":
                break
        said = client.communicate(timeout=PATIENCE_S)[1]
        if client.returncode == 0:
            return faults
        stated = [line for line in re.split(r"[\r\n]+", said) if "oilplan:" in line]
        if client.returncode != 2 or "Traceback" in said or not stated:
            faults.append(f"exit status {client.returncode}: {said.strip()[-300:]}")
    return [*faults, "the sweep came to no end"]


def main(asked: argparse.Namespace) -> int:
    """Strike, keep what came of it and return the exit status."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="oilplan-cluster-") as folder:
        stated = struck(Path(folder), STRIKES, asked.seed)
    stated["seconds"] = round(time.monotonic() - began)
    (asked.out / "cluster.json").write_text(json.dumps(stated, indent=1))
    print(json.dumps(stated, indent=1))
    return int(bool(stated["faults"]))
