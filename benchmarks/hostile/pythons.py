"""The same commands under several Pythons: are the numbers equal to the byte?"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

COMMANDS = {
    "summary.json": ["run", "--draws", "50"],
    "compare.json": ["compare", "portal", "harris", "--draws", "20"],
    "verdicts.json": ["verdicts", "C14", "C23", "C33"],
}
"""By the file that holds the numbers."""
VERSIONS = "import sys, jax, numpy; print('.'.join(map(str, sys.version_info[:3])), jax.__version__, numpy.__version__)"


def main(asked: argparse.Namespace) -> int:
    """Run every command under every Python of ``--pythons``, each with a cache of its own. Returns the exit status."""
    made = [_of(python) for python in asked.pythons.split(",") if python] or [_of(sys.executable)]
    (asked.out / "pythons.json").write_text(json.dumps(made, indent=1))
    print(json.dumps(made, indent=1))
    return int(any(len({one["sha256"][file] for one in made}) > 1 for file in COMMANDS))


def _of(python: str) -> dict:
    version, jax, numpy = subprocess.check_output([python, "-c", VERSIONS], text=True).split()
    digests = {}
    with tempfile.TemporaryDirectory(prefix="oilplan-pythons-") as folder:
        for file, words in COMMANDS.items():
            out = Path(folder) / words[0]
            command = [python, "-m", "oilplan.cli.main", *words, "--out", str(out)]
            env = {**os.environ, "OILPLAN_CACHE": f"{folder}/cache"}
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)
            digests[file] = hashlib.sha256((out / file).read_bytes()).hexdigest()
    return {"python": version, "jax": jax, "numpy": numpy, "sha256": digests}
