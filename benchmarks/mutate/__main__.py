"""Try every fault of `mutations.toml` in copies of the project and list those that no test caught.

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
from importlib.util import cache_from_source
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
COPIED = ("src", "tests", "benchmarks", "tools", "docs", "examples", "pyproject.toml", "README.md", "CHANGELOG.md")
LONGEST_S = 1200
QUICK = ("--hypothesis-profile", "first_fault")
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


class Copies:
    """The project in folders of their own, as many as are tested at once, and a cache of what their tests compile."""

    def __init__(self, folder: Path, workers: int) -> None:
        self._cache = folder / "cache"
        self._cache.mkdir(mode=0o700)
        self._free: SimpleQueue[Path] = SimpleQueue()
        for n in range(workers):
            for name in COPIED:
                of = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
                (folder / str(n)).mkdir(exist_ok=True)
                of(ROOT / name, folder / str(n) / name)
            self._free.put(folder / str(n))

    def caught(self, mutation: Mutation) -> tuple[bool, float, str]:
        """Whether its tests fail with the fault, the seconds they took, and the last line they printed."""
        started = time.monotonic()
        with self._one() as copy, changed(copy / mutation.file, mutation.old, mutation.new):
            code, last = tested(copy, mutation.tests, self._cache)
        return code == FAILED, time.monotonic() - started, last

    def sound(self, tests: tuple[str, ...]) -> tuple[int, str]:
        """Exit code and last line of tests without a fault; what they compile serves those with one."""
        with self._one() as copy:
            return tested(copy, tests, self._cache)

    @contextlib.contextmanager
    def _one(self) -> Iterator[Path]:
        copy = self._free.get()
        try:
            yield copy
        finally:
            self._free.put(copy)


@contextlib.contextmanager
def changed(path: Path, old: str, new: str) -> Iterator[None]:
    """A file with a fault in it, which Python reads anew, and without it afterwards."""
    text = path.read_text(encoding="utf-8")
    compiled = Path(cache_from_source(str(path)))
    path.write_text(text.replace(old, new), encoding="utf-8")
    compiled.unlink(missing_ok=True)
    try:
        yield
    finally:
        path.write_text(text, encoding="utf-8")
        compiled.unlink(missing_ok=True)


def together(groups: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The tests to run without a fault: all that are named by file or name at once, those picked by words apart."""
    picked = [tests for tests in groups if any(word.startswith("-") for word in tests)]
    named = {word for tests in groups if tests not in picked for word in tests}
    return [*([tuple(sorted(named))] if named else []), *dict.fromkeys(picked)]


def tested(copy: Path, tests: tuple[str, ...], cache: Path) -> tuple[int, str]:
    """Exit code and last line of pytest, stopping at the first failure."""
    words = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *QUICK, *tests]
    env = {**os.environ, "PYTHONPATH": str(copy / "src"), "OILPLAN_TESTS_CACHE": str(cache)}
    try:
        done = subprocess.run(words, cwd=copy, env=env, capture_output=True, text=True, timeout=LONGEST_S)
    except subprocess.TimeoutExpired:
        return FAILED, f"stopped after {LONGEST_S} s"
    return done.returncode, (f"{done.stderr}\n{done.stdout}".strip().splitlines() or ["nothing printed"])[-1]


def main() -> int:
    """Try them and print a line for each."""
    given = argparse.ArgumentParser(prog="python -m benchmarks.mutate")
    given.add_argument("--only", default="", help="faults whose name or file holds this word")
    given.add_argument("--workers", type=int, default=2, help="copies tested at once")
    asked = given.parse_args()
    chosen, survivors = mutations(asked.only), []
    with tempfile.TemporaryDirectory(prefix="mutated-") as folder, ThreadPoolExecutor(asked.workers) as pool:
        copies = Copies(Path(folder), asked.workers)
        groups = together([m.tests for m in chosen])
        for tests, (code, last) in zip(groups, pool.map(copies.sound, groups), strict=True):
            if code:
                print(f"{' '.join(tests)} does not pass without a fault: {last}")
                return 1
        for m, (found, took_s, last) in zip(chosen, pool.map(copies.caught, chosen), strict=True):
            print(
                f"{'caught  ' if found else 'SURVIVED'} {took_s:5.0f} s  {m.name}" + ("" if found else f"  [{last}]"),
                flush=True,
            )
            survivors += [] if found else [m.name]
    print(f"{len(chosen) - len(survivors)} of {len(chosen)} faults caught")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
