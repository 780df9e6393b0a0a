"""`oilplan sweep`: a grid of directives and rival laws on many workers."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from oilplan.cli.system import SystemOption


def command(
    grid: Annotated[Path, typer.Argument(metavar="GRID.toml", help="What to fly; see examples/sweep.toml.")],
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="tcp://HOST:PORT", help="A dask scheduler (default: a cluster on this machine)."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(help="Worker processes on this machine (default: one a core with dask, else 0: this process)."),
    ] = None,
    out: Annotated[
        str | None, typer.Option(metavar="DIR_OR_URL", help="Zarr folder or fsspec URL (default: out/GRID.zarr).")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same numbers, with any number of workers.")] = 1944,
    force: Annotated[bool, typer.Option("--force", help="Begin again in the place of an earlier sweep.")] = False,
    record: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Record folder of your own (default: $OILPLAN_RECORD).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the numbers of every law as JSON.")] = False,
    system: SystemOption = None,
) -> None:
    """Fly every directive of a grid under every law, in blocks of draws, on as many workers as there are.

    A stopped sweep goes on where it stopped: the same command again flies what is missing. `oilplan compare
    DIR_OR_URL` reads the result. The work is done by `oilplan.studies.sweep.run.sweep`.
    """
    from oilplan.cli import system as of_system

    if (own := of_system.opened(system, record)) is not None:
        of_system.refuse({"--scheduler": scheduler is not None, "--workers": workers is not None})
        return of_system.sweep(own, grid, out, seed, force, as_json)
    from oilplan.cli.progress import progress_bar
    from oilplan.record import load_record
    from oilplan.report.page import as_json as to_json
    from oilplan.report.sweep_table import sweep_text
    from oilplan.studies.sweep.grid import read_grid
    from oilplan.studies.sweep.run import kept_of, read_sweep, sweep, sweep_summary
    from oilplan.studies.sweep.workers import dask_is_there

    asked, known = read_grid(grid), load_record(record)
    place = out or str(Path("out") / f"{grid.stem}.zarr")
    if workers is None and scheduler is None and not dask_is_there():
        print(
            "dask is not installed, so this process flies alone (pip install 'oilplan[cluster]' uses every core).",
            file=sys.stderr,
        )
    try:
        with progress_bar("flying") as progress:
            made = sweep(
                asked,
                known,
                place,
                folder=record,
                seed=seed,
                force=force,
                scheduler=scheduler,
                workers=workers,
                command=["oilplan", "sweep", *sys.argv[2:]],
                begun=_tell_kept,
                progress=progress,
            )
    except KeyboardInterrupt:
        print(f"{kept_of(place)}; the same command goes on with the rest.", file=sys.stderr)
        raise
    reading = read_sweep(made.place)
    by_law = {law: sweep_summary(reading, known, law) for law in reading.laws}
    print(to_json({"laws": by_law}) if as_json else sweep_text(by_law))
    print(f"Sweep: {place} (oilplan compare {place})", file=sys.stderr)


def _tell_kept(swept) -> None:
    if swept.kept:
        print(f"Kept {swept.kept} of {swept.chunks} chunks from before.", file=sys.stderr)
