"""`python -m benchmarks.hostile`: what oilplan is put through before it is trusted. The long form of `tests/hostile`.

    python -m benchmarks.hostile inputs [--count 1000000] [--minutes 60] [--kinds text,pdf]
    python -m benchmarks.hostile kills | cluster | server [--minutes 10]
    python -m benchmarks.hostile pythons --pythons python3.11,python3.12,python3.13
    python -m benchmarks.hostile docs

Every part keeps its count in a file of ``--out`` as it goes, and goes on there when it is started again; `docs` writes
the figures of these files into ``docs/trust.md``. Exit status 1 when anything was not as it must be.
"""

from __future__ import annotations

import argparse
import importlib
import signal
import sys
from pathlib import Path

PARTS = ("inputs", "kills", "cluster", "server", "pythons", "docs")


def main() -> int:
    """Run one part and return its exit status."""
    words = argparse.ArgumentParser(prog="python -m benchmarks.hostile", description=__doc__.splitlines()[0])
    words.add_argument("part", choices=PARTS)
    words.add_argument("--out", type=Path, default=Path("out/hostile"), help="folder of what was counted")
    words.add_argument("--seed", type=int, default=1944)
    words.add_argument("--count", type=int, default=1_000_000, help="inputs in all")
    words.add_argument("--minutes", type=float, default=None, help="stop then, and go on there the next time")
    words.add_argument("--kinds", default="", help="of inputs or of kills, with commas; all where empty")
    words.add_argument("--pythons", default="", help="interpreters with oilplan's needs, with commas")
    asked = words.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    module = {"inputs": "fuzz", "docs": "figures"}.get(asked.part, asked.part)
    return importlib.import_module(f"benchmarks.hostile.{module}").main(asked)


if __name__ == "__main__":
    sys.exit(main())
