"""The command line from the outside: wall time of whole processes."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPEATS = 5


def timed(words: list[str], **environment: str) -> float:
    """Seconds of one `oilplan` process."""
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "oilplan.cli.main", *words],
        check=True,
        capture_output=True,
        env={**os.environ, **environment},
    )
    return round(time.perf_counter() - began, 3)


def help_s() -> float:
    """`oilplan --help`, best of several."""
    return min(timed(["--help"]) for _ in range(REPEATS))


def import_jax_s() -> float:
    """A process that imports JAX and ends, best of several: what every command that flies cannot do without."""
    laps = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import jax"], check=True)
        laps.append(time.perf_counter() - began)
    return round(min(laps), 3)


def run_cold_and_warm_s() -> tuple[float, float]:
    """`oilplan run` with 500 draws and a report: first with an empty compilation cache, then the best of several."""
    with tempfile.TemporaryDirectory() as folder:
        words = ["run", "--draws", "500", "--out", f"{folder}/out", "--force"]
        cold_s = timed(words, OILPLAN_CACHE=f"{folder}/cache")
        return cold_s, min(timed(words, OILPLAN_CACHE=f"{folder}/cache") for _ in range(REPEATS))


def compare_s() -> float:
    """`oilplan compare portal harris` with 500 draws, compiled before."""
    with tempfile.TemporaryDirectory() as folder:
        words = ["compare", "portal", "harris", "--draws", "500"]
        timed(words, OILPLAN_CACHE=f"{folder}/cache")
        return timed(words, OILPLAN_CACHE=f"{folder}/cache")


def calibrate_s() -> tuple[float, float]:
    """Seconds of a whole fit with its report, and its least bulk effective sample a second over all unknowns."""
    with tempfile.TemporaryDirectory() as folder:
        taken_s = timed(["calibrate", "--out", f"{folder}/fit"], OILPLAN_CACHE=f"{folder}/cache")
        unknowns = json.loads(Path(f"{folder}/fit/diagnostics.json").read_text())["unknowns"]
    return taken_s, round(min(row["ess"] for row in unknowns) / taken_s, 2)
