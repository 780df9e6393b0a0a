"""Seconds that JAX spent on tracing, lowering and compiling, by its own account."""

import time

import jax

_SPANS: list[tuple[float, float]] = []
"""Beginning and end of every piece of such work, in seconds of `time.perf_counter`; pieces may lie within others."""


def watch() -> None:
    """Note such work from now on. Once a process."""
    jax.monitoring.register_event_duration_secs_listener(_note)


def compiling_s(began: float, ended: float) -> float:
    """Seconds between two readings of `time.perf_counter` in which some thread traced, lowered or compiled."""
    total, reached = 0.0, began
    for start, end in sorted(_SPANS):
        start, end = max(start, reached), min(end, ended)
        if end > start:
            total, reached = total + end - start, end
    return total


def _note(event: str, duration_s: float, **_) -> None:
    if event.startswith("/jax/core/compile/"):
        now = time.perf_counter()
        _SPANS.append((now - duration_s, now))
