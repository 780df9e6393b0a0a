"""`python -m benchmarks.hostile`: 300 kills over the commands that write, with what they found. Some 40 minutes.

The figures go to `docs/trust.md` by hand. Exit status 1 when anything was not as it must be.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from .kills import KINDS, strike

ROUNDS = {"run": 70, "verdicts": 60, "compare": 40, "import": 60, "sweep": 30, "accept": 60, "calibrate": 15}
"""Kills asked for; one that comes after the end of its command does not count."""
FINE = {"calibrate": (0, 1)}
"""A fit so short has not mixed, which is exit status 1."""


def main(seed: int = 1944) -> int:
    """Strike every kind and print a line for each. Returns the exit status."""
    met, faults = 0, []
    for name in KINDS:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="oilplan-kills-") as folder:
            struck = strike(name, Path(folder), rounds=ROUNDS[name], seed=seed, fine=FINE.get(name, (0,)))
        met += struck.kills
        faults += struck.faults
        print(
            f"{name:<10}{struck.kills:>5} kills  {len(struck.faults):>3} faults  {time.monotonic() - began:6.0f} s",
            flush=True,
        )
    print(f"{'all':<10}{met:>5} kills  {len(faults):>3} faults", *faults, sep="\n  ")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
