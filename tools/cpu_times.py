"""Processor seconds of every test, its processes included: `python -m pytest -p tools.cpu_times tests/web`.

The wall clock of a test says little where machines are shared. Compare runs with one process (no ``-n``).
"""

from __future__ import annotations

import os
from collections import Counter

import pytest

SHOWN = 40
_SECONDS: Counter[str] = Counter()


def _now() -> float:
    return sum(os.times()[:4])


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item):
    """Count what a test takes with the fixtures that it is the first to ask for."""
    began = _now()
    yield
    _SECONDS[item.nodeid] = _now() - began


def pytest_terminal_summary(terminalreporter):
    """The tests that take most, then the files."""
    files: Counter[str] = Counter()
    for name, seconds in _SECONDS.items():
        files[name.split("::")[0]] += seconds
    terminalreporter.section("processor seconds")
    for name, seconds in [*_SECONDS.most_common(SHOWN), ("all", sum(_SECONDS.values())), *files.most_common()]:
        terminalreporter.write_line(f"{seconds:8.2f} {name}")
