"""The verbs that fly: `oilplan run`, `attribute`, `compare`, `sweep` and `optimize`."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from oilplan.cli import system as of_system
from oilplan.cli.verb import (
    ForceOption,
    RecordOption,
    SeedOption,
    Shown,
    SystemOption,
    prints,
    progress_bar,
    words,
    writes,
)
from oilplan.errors import OilplanError

FORCE, FROM, DRAWS, SEED = "bomber_command", "1944-10-01", 500, 1944
Arms = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="ARM...",
        help="DIRECTIVE[:perfect][:repairers=PRIORITY]; DIRECTIVE is as_ordered, as_flown, portal, portal_bomber_command,"
        " bufton, harris, tedder, even_split, half_and_stop, concentrated_bursts, spread_thin, benzol_early,"
        " or a TOML file. With --system: arms of that system, all of them where none is named."
        " Or one sweep: the folder or URL that `oilplan sweep` wrote.",
    ),
]


def run(
    directive: Annotated[str, typer.Option(help="Who bombs what; as_flown is what was done.")] = "as_flown",
    draws: Annotated[int, typer.Option(help="Draws of what is not known, 1 to 100,000.")] = 500,
    seed: SeedOption = SEED,
    out: Annotated[Path | None, writes("report.html, summary.json, campaign, manifest.json")] = None,
    force: ForceOption = False,
    prior: Annotated[bool, typer.Option("--prior", help="Draw from the priors, even where a fit is at hand.")] = False,
    as_json: Annotated[bool, prints("summary.json instead of the table")] = False,
    record: RecordOption = None,
    system: SystemOption = None,
) -> None:
    """Replay the campaign of April 1944 to April 1945 and set it month by month beside the record.

    Prints recorded and modelled output of aviation gasoline and synthetic oil. With --out also writes a report that
    opens offline. The work is done by `oilplan.studies.run.run_directive` and
    `oilplan.report.run_page.write_run`.
    """
    shown = Shown(out, force, as_json)
    own, record = of_system.opened(system, record)
    if own is not None:
        return of_system.run(own, "as_given" if directive == "as_flown" else directive, draws, seed, prior, shown)
    from oilplan.report.run_page import table_text
    from oilplan.studies.run import run_directive

    asked: dict[str, Any] = {"directive": directive, "draws": draws, "seed": seed, "prior": prior}
    made = shown.made("run", run_directive, record, **asked)
    shown.result(made, table_text, _write_run, ", the data")


def _write_run(*made, **how) -> None:
    from oilplan.report.run_page import write_run

    write_run(*made, **how)


def attribute(
    draws: Annotated[int, typer.Option(help="Draws of what is not known, 1 to 100,000.")] = 200,
    seed: SeedOption = SEED,
    out: Annotated[Path | None, writes("report.html, attribution.json, manifest.json")] = None,
    force: ForceOption = False,
    as_json: Annotated[bool, prints("attribution.json instead of the table")] = False,
    record: RecordOption = None,
) -> None:
    """Where the fuel went: oil raids by force, rail and coal, ground taken, luck.

    Shapley values of the recorded raids, May to September 1944 and October 1944 to March 1945, with 90 percent intervals;
    what each cause cost alone, and what would have been saved without it. The work is done by
    `oilplan.studies.attribution.attribute` and `oilplan.report.attribution_page.write_attribution`.
    """
    from oilplan.report.attribution_page import attribution_text, write_attribution
    from oilplan.studies.attribution import attribute

    shown = Shown(out, force, as_json)
    shown.result(
        shown.made("attribute", attribute, record, draws=draws, seed=seed), attribution_text, write_attribution, ""
    )


def compare(
    arms: Arms = None,
    from_date: Annotated[
        str,
        typer.Option(
            "--from", metavar="DATE", help="Until then all fly as flown; from it on, by the operations machine."
        ),
    ] = FROM,
    base: Annotated[str | None, typer.Option(help="Arm to compare with (default: as_ordered).")] = None,
    draws: Annotated[int, typer.Option(help="Paired draws of what is not known, 1 to 4,000.")] = DRAWS,
    seed: SeedOption = SEED,
    out: Annotated[Path | None, writes("report.html, compare.json, arms, manifest.json")] = None,
    force: ForceOption = False,
    as_json: Annotated[bool, prints("compare.json instead of the table")] = False,
    record: RecordOption = None,
    law: Annotated[
        str | None, typer.Option(help="Of a sweep: the rival law to read (default: the model's own).")
    ] = None,
    system: SystemOption = None,
) -> None:
    """Compare directives with the same weather and the same luck: fuel denied, its price, and what was left undone.

    :perfect lets the planners know the truth; :repairers=as_ordered|aviation_first|easiest_first|optimal lets the
    other side choose too. A stopped comparison goes on where it stopped. The work is done by
    `oilplan.studies.compare.compare` and `oilplan.report.compare_page.write_comparison`.
    """
    shown = Shown(out, force, as_json)
    own, record = of_system.opened(system, record)
    if own is not None:
        of_system.refuse({"--from": from_date != FROM, "--law": law is not None})
        return of_system.compare(own, arms or [], base, draws, seed, shown)
    if not arms:
        raise OilplanError("no arm to compare; name at least one directive, such as portal.")
    if _is_place(arms):
        if (from_date, draws, seed, out) != (FROM, DRAWS, SEED, None):
            raise OilplanError("--from, --draws, --seed and --out do not go with a sweep: it was flown with its own.")
        return _read_sweep(arms[0], record, law, base, shown)
    if law is not None:
        raise OilplanError("--law goes with a sweep only: oilplan compare PATH.zarr --law NAME.")
    _compare(arms, record, shown, {"base": base, "from_date": from_date, "draws": draws, "seed": seed})


def _compare(arms: list[str], record: Path | None, shown: Shown, asked: dict[str, Any]) -> None:
    from oilplan.report.compare_page import compare_text, write_comparison
    from oilplan.studies.compare import compare

    made = shown.made("compare", compare, record, arms, **asked)
    of_system.warn(made.twins)
    if made.summary["base_is_a_replay"]:
        print(f"Warning: {made.summary['base_is_a_replay']}", file=sys.stderr)
    shown.result(made, compare_text, write_comparison)


def _read_sweep(place: str, record: Path | None, law: str | None, base: str | None, shown: Shown) -> None:
    from oilplan.record import load_record
    from oilplan.report.compare_page import compare_text
    from oilplan.studies.sweep.run import read_sweep, sweep_summary, twins

    known, made = load_record(record), read_sweep(place)
    summary = sweep_summary(made, known, law, base)
    of_system.warn(twins(made, summary["law"]), "outcomes")
    shown.show(summary, compare_text)


def _is_place(arms: list[str]) -> bool:
    """Whether the one argument is a folder or URL, not a directive."""
    return len(arms) == 1 and ("://" in arms[0] or arms[0].rstrip("/").endswith(".zarr") or Path(arms[0]).is_dir())


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
    seed: Annotated[int, typer.Option(help="The same seed gives the same numbers, with any number of workers.")] = SEED,
    force: Annotated[bool, typer.Option("--force", help="Begin again in the place of an earlier sweep.")] = False,
    record: RecordOption = None,
    as_json: Annotated[bool, prints("the numbers of every law as JSON")] = False,
    system: SystemOption = None,
) -> None:
    """Fly every directive of a grid under every law, in blocks of draws, on as many workers as there are.

    A stopped sweep goes on where it stopped: the same command again flies what is missing. `oilplan compare
    DIR_OR_URL` reads the result. The work is done by `oilplan.studies.sweep.run.sweep`.
    """
    shown = Shown(None if out is None else Path(out), force, as_json)
    own, record = of_system.opened(system, record)
    if own is not None:
        of_system.refuse({"--scheduler": scheduler is not None, "--workers": workers is not None})
        return of_system.sweep(own, grid, seed, shown)
    place = out or str(Path("out") / f"{grid.stem}.zarr")
    _fly_grid(grid, record, place, as_json, seed=seed, force=force, scheduler=scheduler, workers=workers)


def _fly_grid(grid: Path, record: Path | None, place: str, as_json: bool, **how) -> None:
    """Fly what is missing of a sweep and print it; one that is stopped from the keyboard says what it has kept."""
    from oilplan.record import load_record
    from oilplan.report.compare_page import sweep_text
    from oilplan.report.page import as_json as to_json
    from oilplan.studies.sweep.chunks import dask_is_there
    from oilplan.studies.sweep.run import kept_of, read_grid, read_sweep, sweep, sweep_summary

    asked, known = read_grid(grid), load_record(record)
    if how["workers"] is None and how["scheduler"] is None and not dask_is_there():
        print(
            "dask is not installed, so this process flies alone (pip install 'oilplan[cluster]' uses every core).",
            file=sys.stderr,
        )
    given: dict[str, Any] = {"folder": record, "command": words("sweep"), "begun": _say_kept}
    try:
        with progress_bar("flying") as progress:
            flown = sweep(asked, known, place, **given, **how, progress=progress).place
    except KeyboardInterrupt:
        print(f"{kept_of(place)}; the same command goes on with the rest.", file=sys.stderr)
        raise
    reading = read_sweep(flown)
    by_law = {law: sweep_summary(reading, known, law) for law in reading.laws}
    print(to_json({"laws": by_law}) if as_json else sweep_text(by_law))
    print(f"Sweep: {place} (oilplan compare {place})", file=sys.stderr)


def _say_kept(swept) -> None:
    if swept.kept:
        print(f"Kept {swept.kept} of {swept.chunks} chunks from before.", file=sys.stderr)


def optimize(
    force: Annotated[
        str, typer.Option(help="The force that chooses: bomber_command, eighth_af or fifteenth_af.")
    ] = FORCE,
    from_date: Annotated[str, typer.Option("--from", metavar="DATE", help="Until then all fly as flown.")] = FROM,
    draws: Annotated[int, typer.Option(help="Draws on which all is judged, each with a bound of its own.")] = 60,
    seed: SeedOption = SEED,
    out: Annotated[Path | None, writes("optimize.json, best_found.toml, manifest.json")] = None,
    force_replace: Annotated[bool, typer.Option("--replace", help="Replace an earlier result in DIR.")] = False,
    as_json: Annotated[bool, prints("optimize.json instead of the table")] = False,
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
    from oilplan.report.optimum_page import optimize_text
    from oilplan.studies.optimize import optimize, write_optimum

    asked: dict[str, Any] = {"force": force, "from_date": from_date, "draws": draws, "seed": seed}
    made = shown.made("optimize", optimize, record, **asked, doing="searching")
    shown.show(made.summary, optimize_text)
    if out is not None:
        write_optimum(made, out, force=force_replace)
        print(f"Written: {out}", file=sys.stderr)
