"""Try every fault of `mutations.toml` in a copy of the project and list those that no test caught.

    python -m benchmarks.mutate [--only WORD] [--workers N]

Exit 1 where a fault survives, where a snippet is not in its file exactly once, or where the tests fail without a fault.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
COPIED = ("src", "tests", "benchmarks", "docs", "examples", "pyproject.toml", "README.md", "CHANGELOG.md")
LONGEST_S = 600
FAILED = 1
"""pytest's exit code where tests ran and some failed; any other code says that they did not run."""


class Mutation(NamedTuple):
    """One fault. old, new: text in ``file`` and what takes its place; tests: pytest arguments that must fail."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


def mutations(word: str = "") -> list[Mutation]:
    """The list, or those of it whose name or file holds a word. Raises ValueError for a snippet that is not there once."""
    listed = tomllib.loads((Path(__file__).parent / "mutations.toml").read_text(encoding="utf-8"))["mutation"]
    found = [Mutation(m["name"], m["file"], m["old"], m["new"], tuple(m["tests"].split())) for m in listed]
    for m in found:
        times = (ROOT / m.file).read_text(encoding="utf-8").count(m.old)
        if times != 1:
            raise ValueError(f"'{m.name}': {m.file} holds its snippet {times} times; expected once")
    return [m for m in found if word in m.name or word in m.file]


def caught(mutation: Mutation) -> tuple[bool, float, str]:
    """Whether its tests fail with the fault, the seconds they took, and the last line they printed."""
    started = time.monotonic()
    with a_copy() as copy:
        path = copy / mutation.file
        path.write_text(path.read_text(encoding="utf-8").replace(mutation.old, mutation.new), encoding="utf-8")
        code, last = tested(copy, mutation.tests)
    return code == FAILED, time.monotonic() - started, last


def sound(tests: tuple[str, ...]) -> tuple[int, str]:
    """Exit code and last line of tests without a fault."""
    with a_copy() as copy:
        return tested(copy, tests)


@contextlib.contextmanager
def a_copy() -> Iterator[Path]:
    """The project in a folder of its own, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="mutated-") as folder:
        for name in COPIED:
            of = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
            of(ROOT / name, Path(folder) / name)
        yield Path(folder)


def tested(copy: Path, tests: tuple[str, ...]) -> tuple[int, str]:
    """Exit code and last line of pytest, stopping at the first failure."""
    words = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    env = {**os.environ, "PYTHONPATH": str(copy / "src")}
    try:
        done = subprocess.run(words, cwd=copy, env=env, capture_output=True, text=True, timeout=LONGEST_S)
    except subprocess.TimeoutExpired:
        return FAILED, f"stopped after {LONGEST_S} s"
    return done.returncode, (done.stdout.strip().splitlines() or ["nothing printed"])[-1]


def main() -> int:
    """Try them and print a line for each."""
    given = argparse.ArgumentParser(prog="python -m benchmarks.mutate")
    given.add_argument("--only", default="", help="faults whose name or file holds this word")
    given.add_argument("--workers", type=int, default=2, help="copies tested at once")
    asked = given.parse_args()
    chosen, survivors = mutations(asked.only), []
    with ThreadPoolExecutor(asked.workers) as pool:
        groups = list(dict.fromkeys(m.tests for m in chosen))
        for tests, (code, last) in zip(groups, pool.map(sound, groups), strict=True):
            if code:
                print(f"{' '.join(tests)} does not pass without a fault: {last}")
                return 1
        for m, (found, took_s, last) in zip(chosen, pool.map(caught, chosen), strict=True):
            print(
                f"{'caught  ' if found else 'SURVIVED'} {took_s:5.0f} s  {m.name}" + ("" if found else f"  [{last}]"),
                flush=True,
            )
            survivors += [] if found else [m.name]
    print(f"{len(chosen) - len(survivors)} of {len(chosen)} faults caught")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
