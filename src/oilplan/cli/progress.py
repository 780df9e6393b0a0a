"""A progress bar on stderr for work that takes more than a second."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE_S, LINE_EVERY_S = 1.0, 5.0


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A function of (done, of) that shows a bar once a second has passed, or a line every few seconds off a terminal.

    what: one word for the work. The bar goes away at the end.
    """
    began = time.monotonic()
    bar: list = []
    lines = [began]

    def report(done: int, of: int) -> None:
        if not bar and (done >= of or time.monotonic() - began < PATIENCE_S):
            return
        if not sys.stderr.isatty():
            if time.monotonic() - lines[-1] >= LINE_EVERY_S:
                lines.append(time.monotonic())
                print(f"{what}: {done} of {of}", file=sys.stderr, flush=True)
            return
        if not bar:
            bar.append(_start(what, of))
        shown, task = bar[0]
        shown.update(task, completed=done)

    try:
        yield report
    finally:
        if bar:
            bar[0][0].stop()


def _start(what: str, of: int):
    from rich.console import Console
    from rich.progress import Progress

    shown = Progress(console=Console(stderr=True), transient=True)
    shown.start()
    return shown, shown.add_task(what, total=of)


# A progress bar per chain on stderr, with step size and divergences.


@contextmanager
def chain_progress(chains: int) -> Iterator[Callable]:
    """A function of `oilplan.calibration.chain.Progress` that shows a bar per chain; silent off a terminal.

    chains: how many bars. Safe to call from several threads.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("step {task.fields[step]:.3f}, {task.fields[bad]} diverged"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        tasks = [shown.add_task(f"chain {c + 1}", total=1, step=0.0, bad=0) for c in range(chains)]

        def report(p) -> None:
            shown.update(tasks[p.chain], completed=p.done, total=p.total, step=p.step_size, bad=p.divergences)

        yield report
