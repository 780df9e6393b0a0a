"""`oilplan sweep` and `oilplan optimize`: a grid of directives and laws, and the best that could have been done."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from oilplan.cli import system as of_system
from oilplan.cli.verb import RecordOption, SeedOption, Shown, SystemOption, progress_bar, words

FORCE, FROM = "bomber_command", "1944-10-01"


def sweep(
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
    record: RecordOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the numbers of every law as JSON.")] = False,
    system: SystemOption = None,
) -> None:
    """Fly every directive of a grid under every law, in blocks of draws, on as many workers as there are.

    A stopped sweep goes on where it stopped: the same command again flies what is missing. `oilplan compare
    DIR_OR_URL` reads the result. The work is done by `oilplan.studies.sweep.run.sweep`.
    """
    own, record = of_system.opened(system, record)
    if own is not None:
        of_system.refuse({"--scheduler": scheduler is not None, "--workers": workers is not None})
        return of_system.sweep(own, grid, seed, Shown(None if out is None else Path(out), force, as_json))
    from oilplan.record import load_record
    from oilplan.report.compare_page import sweep_text
    from oilplan.report.page import as_json as to_json
    from oilplan.studies.sweep.grid import read_grid
    from oilplan.studies.sweep.run import read_sweep, sweep_summary
    from oilplan.studies.sweep.workers import dask_is_there

    asked, known = read_grid(grid), load_record(record)
    place = out or str(Path("out") / f"{grid.stem}.zarr")
    if workers is None and scheduler is None and not dask_is_there():
        print(
            "dask is not installed, so this process flies alone (pip install 'oilplan[cluster]' uses every core).",
            file=sys.stderr,
        )
    flown = _fly_grid(asked, known, place, folder=record, seed=seed, force=force, scheduler=scheduler, workers=workers)
    reading = read_sweep(flown)
    by_law = {law: sweep_summary(reading, known, law) for law in reading.laws}
    print(to_json({"laws": by_law}) if as_json else sweep_text(by_law))
    print(f"Sweep: {place} (oilplan compare {place})", file=sys.stderr)


def _fly_grid(asked, known, place: str, **how) -> str:
    """Fly what is missing of a sweep and return where it lies; one that is stopped from the keyboard says what it has kept."""
    from oilplan.studies.sweep.run import kept_of, sweep

    try:
        with progress_bar("flying") as progress:
            return sweep(asked, known, place, command=words("sweep"), begun=_say_kept, progress=progress, **how).place
    except KeyboardInterrupt:
        print(f"{kept_of(place)}; the same command goes on with the rest.", file=sys.stderr)
        raise


def _say_kept(swept) -> None:
    if swept.kept:
        print(f"Kept {swept.kept} of {swept.chunks} chunks from before.", file=sys.stderr)


def optimize(
    force: Annotated[
        str, typer.Option(help="The force that chooses: bomber_command, eighth_af or fifteenth_af.")
    ] = FORCE,
    from_date: Annotated[str, typer.Option("--from", metavar="DATE", help="Until then all fly as flown.")] = FROM,
    draws: Annotated[int, typer.Option(help="Draws on which all is judged, each with a bound of its own.")] = 60,
    seed: SeedOption = 1944,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write optimize.json, best_found.toml, manifest.json here.")
    ] = None,
    force_replace: Annotated[bool, typer.Option("--replace", help="Replace an earlier result in DIR.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print optimize.json instead of the table.")] = False,
    record: RecordOption = None,
    system: SystemOption = None,
) -> None:
    """Find the best directive for one force by gradient and by search, with a bound that none can beat.

    The force keeps its tons, reach and weather; the others fly as flown. best_found.toml can be compared with others
    by `oilplan compare`. The work is done by `oilplan.studies.optimize.optimize`.
    """
    shown = Shown(out, force_replace, as_json, "--replace")
    own, record = of_system.opened(system, record)
    if own is not None:
        of_system.refuse({"--from": from_date != FROM})
        by = None if force == FORCE and force not in own.strikers else force
        return of_system.optimize(own, by, draws, seed, shown)
    from oilplan.record import load_record
    from oilplan.report.run_page import optimize_text
    from oilplan.studies.optimize import optimize, write_optimum

    shown.check_free()
    asked: dict[str, Any] = {
        "force": force,
        "from_date": from_date,
        "draws": draws,
        "seed": seed,
        "command": words("optimize"),
    }
    with progress_bar("searching") as progress:
        made = optimize(load_record(record), **asked, progress=progress)
    shown.show(made.summary, optimize_text)
    if out is not None:
        write_optimum(made, out, force=force_replace)
        print(f"Written: {out}", file=sys.stderr)
