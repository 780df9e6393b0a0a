"""Fit the record with ours and with both twins, print JSON. Nothing is timed that has not been checked first."""

import argparse
import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

NAMES = ("oilplan", "numpyro", "pymc")
WITHOUT_PYMC = 'PyMC is not installed: pip install -e ".[bench-fit]", in an environment of its own'
BUSY_LOAD = 0.7
"""Waiting processes a core before we start, over which the figures are marked as taken on a busy machine."""


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m benchmarks.fit", description=__doc__)
    words.add_argument("--warmup", type=int, default=200, help="draws of each chain thrown away, 2 or more")
    words.add_argument("--draws", type=int, default=200, help="draws of each chain kept, 4 or more")
    words.add_argument("--seed", type=int, default=1944)
    words.add_argument("--only", choices=NAMES, help="one of them")
    words.add_argument("--out", type=Path, help="file to write the JSON to, beside printing it")
    asked = words.parse_args()
    names = (asked.only,) if asked.only else NAMES
    text = json.dumps(bench(names, asked.warmup, asked.draws, asked.seed), indent=1) + "\n"
    if asked.out:
        asked.out.write_text(text, encoding="utf-8")
    print(text, end="")


def bench(names, warmup: int, draws: int, seed: int) -> dict:
    """Check, then time; every part in a process of its own, one after another."""
    about = _machine()
    absent = {name for name in names if name == "pymc" and find_spec("pymc") is None}
    checks = {name: _run("check", name) for name in names if name not in absent}
    found = {"machine": about, "seed": seed, "checks": checks, "fits": {}}
    for name in names:
        if name in absent:
            found["fits"][name] = None
        elif checks[name].get("agrees", True):
            found["fits"][name] = _run("time", name, "--warmup", warmup, "--draws", draws, "--seed", seed)
    return {**found, "notes": _notes(about, absent, found)}


def _run(part: str, name: str, *words) -> dict:
    print(f"bench: {part} {name} ...", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "benchmarks.fit.measure", part, name, *map(str, words)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1])


def _notes(machine: dict, absent: set, found: dict) -> list[str]:
    """What a reader of the figures must know."""
    lines = [
        "least_ess: least bulk effective sample over all unknowns; a second of drawing leaves warm-up out, of sampling"
        " counts it, of everything counts compiling as well; nothing is extrapolated",
        "twins are held to our daily sums in 64 bits; the check of oilplan is of its fast form against its daily sums",
    ]
    lines += [f"{name} does not agree and was not timed" for name in found["checks"] if name not in found["fits"]]
    if len({part["record"] for kind in ("checks", "fits") for part in found[kind].values() if part}) > 1:
        lines.append("the record changed while this was measured: the rows are not of one problem")
    if absent:
        lines.append(f"pymc: null. {WITHOUT_PYMC}")
    if machine["busy"]:
        lines.append(f"taken on a busy machine (load {machine['load']} on {machine['cpus']} cores)")
    return lines


def _machine() -> dict:
    cpus, load = len(os.sched_getaffinity(0)), round(os.getloadavg()[0], 1)
    versions = {name: version(name) for name in ("jax", "numpyro", "pymc", "pytensor") if find_spec(name)}
    return {
        "cpus": cpus,
        "load": load,
        "busy": load > BUSY_LOAD * cpus,
        "python": platform.python_version(),
        **versions,
    }


if __name__ == "__main__":
    main()
