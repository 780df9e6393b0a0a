"""Commands killed at random moments, in short; `python -m benchmarks.hostile kills` is the long form."""

import os
from pathlib import Path

import pytest
from benchmarks.hostile.kills import strike

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills")
ROUNDS = {"run": 2, "verdicts": 3, "import": 3, "accept": 3, "sweep": 1}


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.slow] if n in ("run", "sweep") else []) for n in ROUNDS]
)
def test_a_kill_at_any_moment_leaves_nothing_half_written(name, tmp_path, shared_cache):
    """The user's notes stay, the next run is right, no row is accepted twice, nothing is left beside the result."""
    struck = strike(name, tmp_path, rounds=ROUNDS[name], seed=1944, cache=Path(shared_cache))
    assert not struck.faults
    assert struck.kills > 0
