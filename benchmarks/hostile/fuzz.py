"""Hostile inputs given to oilplan one after another in one process, watched for time and memory, and kept count of.

An input is named by its seed, kind and number and can be made again from them alone. What was counted is kept in a file
for each kind, so that a run that was stopped goes on where it was, and kinds can run in processes of their own.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import json
import logging
import os
import random
import resource
import signal
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from oilplan.cache import own_code
from oilplan.errors import OilplanError

from .inputs import INPUTS, Nonsense

HANG_S = 5.0
"""Seconds of processor time that an input of at most a million characters may take."""
STUCK_S = 300
"""Seconds in compiled code that answers no signal, after which the process gives up with a traceback."""
MOST_RSS_MB = 1_000
LONGEST_SENTENCE = 11_000
BETWEEN_SAVES = 200
PARTS = 50
"""Turns in which the kinds are gone through, so that a run that is stopped early has tried them all."""
EMPTY = {
    "done": 0,
    "refused": 0,
    "taken": 0,
    "bytes": 0,
    "seconds": 0.0,
    "slowest_s": 0.0,
    "slowest": -1,
    "rss_mb": 0.0,
    "faults": [],
}


class Hang(BaseException):
    """An input that took too long; no handler of ours may swallow it."""


def run(kind: str, count: int, seed: int, place: Path, *, until: float = float("inf")) -> dict[str, Any]:
    """Go on with a kind until ``count`` inputs are done or the clock says ``until`` (`time.monotonic`).

    place: folder of what was counted. Returns the count of this kind: inputs done, refused and taken, bytes, seconds,
    the slowest, the greatest memory of the process in MB, and every fault with the number of its input.
    """
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"{kind.replace(' ', '_')}.json"
    stated = json.loads(path.read_text()) if path.exists() else {**EMPTY, "kind": kind, "seed": seed, "faults": []}
    if stated["seed"] != seed:
        raise OilplanError(f"{path} was begun with seed {stated['seed']}; use it, or another folder.")
    if stated["done"] >= count:
        return stated
    stated["code"] = sorted({*stated.get("code", []), own_code()[:12]})
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="oilplan-hostile-", dir=_in_memory()) as folder, _alarm():
        _warm(kind, Path(folder))
        most_mb = max(MOST_RSS_MB, _forget_peak_mb() + MOST_RSS_MB / 2)
        while stated["done"] < count and time.monotonic() < until:
            faulthandler.dump_traceback_later(STUCK_S, exit=True)
            for _ in range(min(BETWEEN_SAVES, count - stated["done"])):
                _one(kind, stated, Path(folder), most_mb)
                if time.monotonic() > until:
                    break
            _save(path, stated)
        faulthandler.cancel_dump_traceback_later()
    _save(path, stated)
    return stated


def made(kind: str, number: int, seed: int) -> bytes:
    """One input, from its name alone."""
    return INPUTS[kind].make(random.Random(f"{seed} {kind} {number}"))


def _warm(kind: str, folder: Path) -> None:
    """What is loaded and compiled once is not the time of the first input."""
    for number in range(3):
        with contextlib.suppress(Exception):
            INPUTS[kind].feed(made(kind, -1 - number, 0), folder)


def _one(kind: str, stated: dict[str, Any], folder: Path, most_mb: float) -> None:
    number = stated["done"]
    data = made(kind, number, stated["seed"])
    stated["done"] += 1
    stated["bytes"] += len(data)
    began = time.process_time()
    if fault := _fault(INPUTS[kind].feed, data, folder, stated):
        stated["faults"].append({"number": number, "bytes": len(data), "fault": fault})
    took = time.process_time() - began
    stated["seconds"] += took
    if took > stated["slowest_s"]:
        stated["slowest_s"], stated["slowest"] = took, number
    rss_mb = _peak_mb()
    if rss_mb > most_mb >= stated["rss_mb"]:
        stated["faults"].append({"number": number, "bytes": len(data), "fault": f"memory {rss_mb:.0f} MB"})
    stated["rss_mb"] = max(rss_mb, stated["rss_mb"])


def _forget_peak_mb() -> float:
    """Let the peak of memory begin anew, where the system lets it: what a process held before is no input's. Returns it."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    return _peak_mb()


def _peak_mb() -> float:
    """The most memory resident since the peak began."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _fault(feed: Callable[[bytes, Path], None], data: bytes, folder: Path, stated: dict[str, Any]) -> str:
    """What was not as it must be, in words; empty where the input was refused in a sentence or taken."""
    signal.setitimer(signal.ITIMER_PROF, HANG_S, 1.0)
    try:
        feed(data, folder)
        stated["taken"] += 1
    except OilplanError as error:
        stated["refused"] += 1
        return "a refusal of many words" if len(str(error)) > LONGEST_SENTENCE else ""
    except Nonsense as error:
        return f"taken: {error}"[:400]
    except Hang:
        return f"over {HANG_S:.0f} s"
    except MemoryError:
        return "no memory"
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:400] + _where(error)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return ""


def _where(error: Exception) -> str:
    at, last = error.__traceback__, ""
    while at is not None:
        last = f" ({os.path.basename(at.tb_frame.f_code.co_filename)}:{at.tb_lineno})"
        at = at.tb_next
    return last


def _in_memory() -> str | None:
    """A file system without a disk behind it, where there is one: every input is a file."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


@contextlib.contextmanager
def _alarm() -> Iterator[None]:
    def ring(*_: object) -> None:
        raise Hang

    before = signal.signal(signal.SIGPROF, ring)
    try:
        yield
    finally:
        signal.signal(signal.SIGPROF, before)


def _save(path: Path, stated: dict[str, Any]) -> None:
    part = path.with_suffix(".part")
    part.write_text(json.dumps(stated, indent=1))
    os.replace(part, path)


def main(asked: argparse.Namespace) -> int:
    """Go on with every kind asked for, a share at a time, so that all have been tried when the clock runs out."""
    kinds = [k for k in asked.kinds.split(",") if k] or list(INPUTS)
    until = time.monotonic() + 60 * asked.minutes if asked.minutes else float("inf")
    faults = 0
    for part in range(1, PARTS + 1):
        for kind in kinds:
            share = INPUTS[kind].million * asked.count // 1_000_000
            stated = run(kind, -(-share * part // PARTS), asked.seed, asked.out / "inputs", until=until)
            print(
                f"{kind:<14}{stated['done']:>8,} of {share:,}: {stated['refused']:,} refused, {stated['taken']:,} taken, "
                f"{len(stated['faults'])} faults, {stated['rss_mb']:.0f} MB",
                flush=True,
            )
            if part == PARTS:
                faults += len(stated["faults"])
    return int(faults > 0)
