"""Commands killed at random moments, in short; `python -m benchmarks.hostile` is the long form."""

import os

import pytest
from benchmarks.hostile.kills import strike

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills")
ROUNDS = {"run": 3, "verdicts": 4, "import": 4, "accept": 3, "sweep": 1}


@pytest.mark.parametrize("name", ROUNDS)
def test_a_kill_at_any_moment_leaves_nothing_half_written(name, tmp_path):
    """The user's notes stay, the next run is right, no row is accepted twice, nothing is left beside the result."""
    struck = strike(name, tmp_path, rounds=ROUNDS[name], seed=1944)
    assert not struck.faults
    assert struck.kills > 0
