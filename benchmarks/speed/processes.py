"""Measurements that want a process of their own, so that memory and threads are theirs alone."""

import json
import subprocess
import sys


def measure(name: str, *words: str) -> dict:
    """The printed JSON of `benchmarks.speed.measure`."""
    command = [sys.executable, "-m", "benchmarks.speed.measure", name, *words]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
