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
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from oilplan.cache import CACHE_VARIABLE
from oilplan.evidence import read_files
from oilplan.evidence.accepting import FORMAT
from oilplan.results_folder import listed_files

SURVEY = Path(__file__).parents[2] / "tests" / "record_ussbs" / "messy_rows.csv"
GRID = 'directives = ["as_flown", "harris"]\nfrom = 1944-12-01\ndraws = 16\nblock = 4\n'
PAGE = "The matter was closed.1 It stayed so. 1 Letter Portal to Harris, 12th Nov. 1944, App. 9. "
NOTES = "ten years of work"
NOT_IN_NUMBERS = ("made", "command", "seconds_of_sampling", "manifest_sha256", "files")
"""Of a manifest: what differs from one run to the next."""


NOT_OF_NUMBERS = ("manifest.json", "report.html", "notes.md", "ro-crate-metadata.json")
"""Files of a result that hold the moment of its making, or are the user's."""


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
        p.relative_to(out).as_posix(): _sha(p) for p in out.rglob("*") if p.is_file() and p.name not in NOT_OF_NUMBERS
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
    "run": Kind(lambda f: ["run", "--draws", "3", "--out", str(f / "out"), "--force"], result_is_whole, numbers),
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
    "edition": Kind(lambda f: ["edition", "--out", str(f / "out"), "--force"], result_is_whole, numbers),
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


ROUNDS = {
    "run": 50,
    "verdicts": 45,
    "compare": 30,
    "import": 60,
    "sweep": 28,
    "accept": 60,
    "edition": 12,
    "calibrate": 15,
}
"""Kills of the long form."""
AT_ONCE = 10
"""Kills of a series, after which the command must say what it says undisturbed."""
MOST_TRIES = 3
"""Commands started for a kill: one may end before it is struck."""
FINE = {"calibrate": (0, 1)}
"""A fit so short has not mixed, which is exit status 1."""


class Struck(NamedTuple):
    """What a series of kills came to. kills: that met a running command; faults: what was not as it must be, in words."""

    kills: int
    faults: list[str]


def strike(
    name: str, folder: Path, *, rounds: int, seed: int, fine: tuple[int, ...] = (0,), cache: Path | None = None
) -> Struck:
    """Kill a command again and again, then let it end.

    folder: empty, for its files; rounds: kills that meet the command running; fine: exit statuses of a command that ends
    as it should; cache: that has been filled; None for one of its own, which the first kills meet while it is filled
    """
    kind, chance, faults, kills = KINDS[name], random.Random(f"{name} {seed}"), [], 0
    calm, struck = folder / "calm", folder / "struck"
    for place in (calm, struck):
        prepare(place)
    began = time.monotonic()
    _end(kind, calm, cache or folder / "calm-cache", fine, faults)
    takes_s = time.monotonic() - began
    cache = cache or folder / "cache"
    if faults:
        return Struck(0, faults)
    for n in range(1, MOST_TRIES * rounds + 1):
        if kills == rounds:
            break
        if name == "sweep" and n % 3 == 1:
            shutil.rmtree(struck / "out.zarr", ignore_errors=True)
        began, had_notes = time.monotonic(), _with_notes(struck)
        running = _start(kind, struck, cache)
        try:
            running.wait(chance.uniform(0.0, 1.1) * takes_s)
            takes_s = time.monotonic() - began
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGKILL)
            kills += 1
        running.communicate()
        if not kind.is_whole(struck):
            faults.append(f"{name}, kill {n}: what was left is not whole")
        if had_notes and not (struck / "out" / "notes.md").exists():
            faults.append(f"{name}, kill {n}: the user's notes are gone")
    _end(kind, struck, cache, fine, faults)
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
    _with_notes(place)


def _with_notes(place: Path) -> bool:
    """Put a user's notes into a result that has none. Returns whether there is a result, and so its notes."""
    if not (place / "out").is_dir():
        return False
    if not (place / "out" / "notes.md").exists():
        (place / "out" / "notes.md").write_text(NOTES)
    return True


def main(asked: argparse.Namespace) -> int:
    """Strike every kind until it has its `ROUNDS`, keep what came of it as it goes, and return the exit status."""
    path, until = asked.out / "kills.json", time.monotonic() + 60 * asked.minutes if asked.minutes else float("inf")
    stated = json.loads(path.read_text()) if path.exists() else {}
    for name in [k for k in asked.kinds.split(",") if k] or list(KINDS):
        kept = stated.setdefault(name, {"kills": 0, "faults": [], "seconds": 0})
        with tempfile.TemporaryDirectory(prefix="oilplan-kills-") as folder:
            for struck, took_s in _series(name, Path(folder), ROUNDS[name] - kept["kills"], asked.seed + kept["kills"]):
                kept["kills"] += struck.kills
                kept["faults"] += struck.faults
                kept["seconds"] += round(took_s)
                path.write_text(json.dumps(stated, indent=1))
                if time.monotonic() > until or not struck.kills:
                    break
        print(f"{name:<10}{kept['kills']:>5} kills", *kept["faults"], sep="\n  ", flush=True)
    return int(any(kind["faults"] for kind in stated.values()))


def _series(name: str, folder: Path, rounds: int, seed: int) -> Iterator[tuple[Struck, float]]:
    """Kills of one kind, `AT_ONCE` in a series, with the seconds that they took; all use the cache of the first."""
    for n in range(0, rounds, AT_ONCE):
        began, place = time.monotonic(), folder / str(n)
        place.mkdir()
        cache = folder / "0" / "cache" if n else None
        struck = strike(
            name, place, rounds=min(AT_ONCE, rounds - n), seed=seed + n, fine=FINE.get(name, (0,)), cache=cache
        )
        yield struck, time.monotonic() - began
