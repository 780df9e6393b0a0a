"""Commands killed at random moments: what must hold after each kill, for the short form in tests and the long form.

A round starts a command, kills it with SIGKILL after a random part of the time it takes undisturbed, and checks at once
that what stands at its place is whole; at the end the command runs to its end and says what it says undisturbed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from oilplan.cache import CACHE_VARIABLE
from oilplan.evidence import read_files
from oilplan.evidence.accepting import FORMAT
from oilplan.results_folder import listed_files

SURVEY = Path(__file__).parents[2] / "tests" / "record_ussbs" / "messy_rows.csv"
GRID = 'directives = ["as_flown", "harris"]\nfrom = 1945-01-01\ndraws = 8\nblock = 2\n'
PAGE = "The matter was closed.1 It stayed so. 1 Letter Portal to Harris, 12th Nov. 1944, App. 9. "
NOTES = "ten years of work"
NOT_IN_NUMBERS = ("made", "command", "seconds_of_sampling", "manifest_sha256", "files")
"""Of a manifest: what differs from one run to the next."""


class Kind(NamedTuple):
    """A command to kill. words: its arguments in a folder; is_whole: whether what it left there is; said: what its end is
    compared by."""

    words: Callable[[Path], list[str]]
    is_whole: Callable[[Path], bool]
    said: Callable[[Path], object]


def result_is_whole(folder: Path) -> bool:
    """Whether no result stands there, or one whose every file is as listed."""
    out = folder / "out"
    listed = listed_files(out) if (out / "manifest.json").exists() else {}
    if listed is None:
        return False
    files = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()} - {"manifest.json", "notes.md"}
    return files == set(listed) and all(_sha(out / name) == digest for name, digest in listed.items())


def numbers(folder: Path) -> object:
    """The files of a result but for the moment of its making."""
    out = folder / "out"
    about = {k: v for k, v in json.loads((out / "manifest.json").read_text()).items() if k not in NOT_IN_NUMBERS}
    data = {
        p.relative_to(out).as_posix(): _sha(p)
        for p in out.rglob("*")
        if p.is_file() and p.name not in ("manifest.json", "report.html", "notes.md")
    }
    return about, data


def draws(folder: Path) -> object:
    """The draws of a fit; the seconds that it took stand beside them."""
    with np.load(folder / "out" / "posterior.npz") as file:
        return {name: hashlib.sha256(file[name].tobytes()).hexdigest() for name in file.files if name != "manifest"}


def sweep_is_whole(folder: Path) -> bool:
    """Whether every chunk that has a marker has all its variables."""
    root = folder / "out.zarr"
    done = {(p.parent.name, p.name) for p in (root / "done" / "c").glob("[0-9]*/[0-9]*") if p.name.isdigit()}
    return all((root / "bombs_on_oil" / "c" / law / "0" / block).is_file() for law, block in done)


def chunks(folder: Path) -> object:
    """Bytes of every chunk."""
    root = folder / "out.zarr"
    return {
        p.relative_to(root).as_posix(): _sha(p) for p in root.rglob("c/**/*") if p.is_file() and p.suffix != ".partial"
    }


def rows_are_whole(folder: Path) -> bool:
    """Whether no row stands twice in the user's record and every line has all its cells."""
    for table in (folder / "own").glob("*.csv"):
        lines = table.read_text(encoding="utf-8").splitlines()
        if len(set(lines)) < len(lines) or not table.read_text(encoding="utf-8").endswith("\n"):
            return False
    return True


def rows(folder: Path) -> object:
    """The tables of the user's record, but for the day of acceptance."""
    return {p.name: len(p.read_text(encoding="utf-8").splitlines()) for p in (folder / "own").glob("*.csv")}


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


KINDS = {
    "run": Kind(lambda f: ["run", "--draws", "4", "--out", str(f / "out"), "--force"], result_is_whole, numbers),
    "verdicts": Kind(
        lambda f: ["verdicts", "C06", "C33", "C47", "--out", str(f / "out"), "--force"], result_is_whole, numbers
    ),
    "compare": Kind(
        lambda f: ["compare", "portal", "harris", "--draws", "2", "--out", str(f / "out"), "--force"],
        result_is_whole,
        numbers,
    ),
    "import": Kind(
        lambda f: ["record", "import", "ussbs", str(SURVEY), "--out", str(f / "out"), "--force"],
        result_is_whole,
        numbers,
    ),
    "sweep": Kind(
        lambda f: ["sweep", str(f / "grid.toml"), "--workers", "0", "--out", str(f / "out.zarr")],
        sweep_is_whole,
        chunks,
    ),
    "accept": Kind(
        lambda f: [
            "read",
            str(f / "page.txt"),
            "--judgements",
            str(f / "judgements.json"),
            "--accept",
            "--record",
            str(f / "own"),
        ],
        rows_are_whole,
        rows,
    ),
    "calibrate": Kind(
        lambda f: [
            "calibrate",
            "--until",
            "1944-06",
            "--chains",
            "2",
            "--warmup",
            "100",
            "--draws",
            "50",
            "--out",
            str(f / "out"),
            "--force",
        ],
        result_is_whole,
        draws,
    ),
}


ROUNDS = {"run": 70, "verdicts": 60, "compare": 40, "import": 60, "sweep": 30, "accept": 60, "calibrate": 15}
"""Kills asked for in the long form; one that comes after the end of its command does not count."""
FINE = {"calibrate": (0, 1)}
"""A fit so short has not mixed, which is exit status 1."""


class Struck(NamedTuple):
    """What a series of kills came to. kills: that met a running command; faults: what was not as it must be, in words."""

    kills: int
    faults: list[str]


def strike(name: str, folder: Path, *, rounds: int, seed: int, fine: tuple[int, ...] = (0,)) -> Struck:
    """Kill a command again and again, then let it end. folder: empty, for its files and its cache; fine: exit statuses
    of a command that ends as it should."""
    kind, chance, faults, kills = KINDS[name], random.Random(f"{name} {seed}"), [], 0
    calm, struck = folder / "calm", folder / "struck"
    for place in (calm, struck):
        prepare(place)
    _end(kind, calm, folder / "cache", fine, faults)
    began = time.monotonic()
    _end(kind, calm, folder / "cache", fine, faults)
    takes_s = time.monotonic() - began
    _end(kind, struck, folder / "cache", fine, faults)
    if faults:
        return Struck(0, faults)
    for n in range(rounds):
        if name == "sweep" and n % 3 == 0:
            shutil.rmtree(struck / "out.zarr", ignore_errors=True)
        running = _start(kind, struck, folder / "cache")
        try:
            running.wait(chance.uniform(0.0, 1.1) * takes_s)
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGKILL)
            kills += 1
        running.communicate()
        if not kind.is_whole(struck):
            faults.append(f"{name}, kill {n + 1}: what was left is not whole")
        if (struck / "out" / "notes.md").exists() != (struck / "out").exists() and name not in ("sweep", "accept"):
            faults.append(f"{name}, kill {n + 1}: the user's notes are gone")
    _end(kind, struck, folder / "cache", fine, faults)
    if kind.said(struck) != kind.said(calm):
        faults.append(f"{name}: after the kills it says something else than undisturbed")
    if litter := [p.name for p in struck.iterdir() if p.name.startswith(".")]:
        faults.append(f"{name}: {', '.join(litter)} was left")
    return Struck(kills, faults)


def prepare(place: Path) -> None:
    """A folder with the files that the commands of `KINDS` read."""
    place.mkdir()
    (place / "grid.toml").write_text(GRID)
    (place / "page.txt").write_text(PAGE)
    found = read_files([place / "page.txt"]).proposals
    judged = {p.id: {"judgement": "accept"} for p in found if p.table == "letters"}
    (place / "judgements.json").write_text(json.dumps({"format": FORMAT, "judgements": judged}))


def _start(kind: Kind, place: Path, cache: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "oilplan.cli.main", *kind.words(place)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, CACHE_VARIABLE: str(cache)},
    )


def _end(kind: Kind, place: Path, cache: Path, fine: tuple[int, ...], faults: list[str]) -> None:
    running = _start(kind, place, cache)
    said = running.communicate()[1]
    if running.returncode not in fine:
        faults.append(f"exit status {running.returncode}: {said.strip()[-300:]}")
    if (place / "out").is_dir() and not (place / "out" / "notes.md").exists():
        (place / "out" / "notes.md").write_text(NOTES)


def main(asked: argparse.Namespace) -> int:
    """Strike every kind that was not struck yet and keep what came of it. Returns the exit status."""
    path = asked.out / "kills.json"
    told = json.loads(path.read_text()) if path.exists() else {}
    for name in [k for k in asked.kinds.split(",") if k] or list(KINDS):
        if name not in told:
            began = time.monotonic()
            with tempfile.TemporaryDirectory(prefix="oilplan-kills-") as folder:
                struck = strike(name, Path(folder), rounds=ROUNDS[name], seed=asked.seed, fine=FINE.get(name, (0,)))
            told[name] = {**struck._asdict(), "seconds": round(time.monotonic() - began)}
            path.write_text(json.dumps(told, indent=1))
        print(f"{name:<10}{told[name]['kills']:>5} kills", *told[name]["faults"], sep="\n  ", flush=True)
    return int(any(kind["faults"] for kind in told.values()))
