"""The progress bar: on a terminal, only for work that takes over a second, gone at the end."""

import sys

import pytest

from oilplan.cli import verb


@pytest.fixture
def shown(monkeypatch):
    """Every bar that was started, with its updates; the clock and the terminal are ours."""
    bars, now = [], [0.0]

    class Bar:
        def __init__(self):
            self.updates, self.stopped = [], False

        def update(self, task, completed):
            self.updates.append(completed)

        def stop(self):
            self.stopped = True

    def start(what, of):
        bars.append(Bar())
        return bars[-1], 0

    monkeypatch.setattr(verb, "_start", start)
    monkeypatch.setattr(verb.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    return bars, now


def test_quick_work_shows_no_bar(shown):
    bars, now = shown
    with verb.progress_bar("flying") as report:
        now[0] = 0.9
        report(1, 2)
        now[0] = 5.0
        report(2, 2)
    assert bars == []


def test_slow_work_shows_a_bar_and_takes_it_away(shown):
    bars, now = shown
    with pytest.raises(KeyboardInterrupt), verb.progress_bar("flying") as report:
        now[0] = 1.1
        report(1, 5)
        report(2, 5)
        raise KeyboardInterrupt
    assert bars[0].updates == [1, 2] and bars[0].stopped


def test_no_bar_where_nobody_looks(shown, monkeypatch):
    bars, now = shown
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    with verb.progress_bar("flying") as report:
        now[0] = 3.0
        report(1, 5)
    assert bars == []
