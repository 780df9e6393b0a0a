"""A progress bar per chain on stderr, with step size and divergences."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


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

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"),
               TextColumn("step {task.fields[step]:.3f}, {task.fields[bad]} diverged"), TimeRemainingColumn())  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        tasks = [shown.add_task(f"chain {c + 1}", total=1, step=0.0, bad=0) for c in range(chains)]

        def report(p) -> None:
            shown.update(tasks[p.chain], completed=p.done, total=p.total, step=p.step_size, bad=p.divergences)

        yield report
