"""What every verb shares: options, the words of its command line, where its result goes, and a progress bar on stderr."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

RecordOption = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Record folder of your own (default: $OILPLAN_RECORD).")
]
SeedOption = Annotated[int, typer.Option(help="The same seed gives the same numbers.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace an earlier result in DIR.")]
SystemOption = Annotated[
    str | None,
    typer.Option(
        "--system",
        metavar="DIR_OR_NAME",
        help="A target system of your own (`oilplan new`), or a shipped one by its name.",
    ),
]


def writes(files: str) -> Any:
    """The option ``--out DIR`` of a verb that writes these files."""
    return typer.Option(metavar="DIR", help=f"Write {files} here.")


def prints(what: str, option: str = "--json") -> Any:
    """The option of a verb that then prints this."""
    return typer.Option(option, help=f"Print {what}.")


PATIENCE_S, LINE_EVERY_S = 1.0, 5.0


def words(verb: str) -> list[str]:
    """The command line, for a manifest."""
    return ["oilplan", verb, *sys.argv[2:]]


class Shown(NamedTuple):
    """Where a verb's result goes. out: folder to write, None for none; force: replace an earlier result there, as the word
    ``option`` asks; as_json: print the summary as JSON, not as a table."""

    out: Path | None
    force: bool
    as_json: bool
    option: str = "--force"

    def check_free(self) -> None:
        """Refuse a folder that stands in the way, before any work is done. Raises OilplanError."""
        from oilplan.results_folder import check_free

        if self.out is not None:
            check_free(self.out, force=self.force, option=self.option)

    def made(
        self, verb: str, make: Callable, record: Path | None, *given: Any, doing: str = "flying", **asked: Any
    ) -> Any:
        """What ``make`` makes of the record: function of (record, *given) and ``asked``, the command line and the progress,
        of which a bar is shown. Raises OilplanError as `check_free`, before any work is done."""
        from oilplan.record import load_record

        self.check_free()
        known = load_record(record)
        with progress_bar(doing) as progress:
            return make(known, *given, **asked, command=words(verb), progress=progress)

    def show(self, summary: dict, as_text: Callable[[dict], str]) -> None:
        """Print a summary."""
        from oilplan.report.page import as_json

        print(as_json(summary) if self.as_json else as_text(summary))

    def result(
        self, made: Any, as_text: Callable[[dict], str], write: Callable[..., None], adds: str | None = None
    ) -> None:
        """Print the summary of what was made and write its folder. write: function of (made, out) and ``force``; adds: what
        ``--out`` would add to report and manifest, for a hint where it is not given."""
        self.show(made.summary, as_text)
        if self.out is not None:
            write(made, self.out, force=self.force)
            self.say_where()
        elif adds is not None:
            print(f"Add --out DIR for the report{adds} and the manifest.", file=sys.stderr)

    def say_where(self) -> None:
        """Name the report, where one was written."""
        if self.out is not None:
            print(f"Report: {self.out / 'report.html'}", file=sys.stderr)


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
