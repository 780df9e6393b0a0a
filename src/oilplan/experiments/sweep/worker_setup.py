"""Loaded by every worker of a sweep's own cluster as it starts (a dask preload module)."""

from __future__ import annotations

import signal


def dask_setup(worker) -> None:
    """Leave Ctrl-C to the client: a terminal sends it to workers too, which would die of it with a traceback."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
