"""`oilplan optimize`: the best that could have been done, and a bound on it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from oilplan.cli.system import SystemOption

FORCE, FROM = "bomber_command", "1944-10-01"


def command(
    force: Annotated[
        str, typer.Option(help="The force that chooses: bomber_command, eighth_af or fifteenth_af.")
    ] = FORCE,
    from_date: Annotated[str, typer.Option("--from", metavar="DATE", help="Until then all fly as flown.")] = FROM,
    draws: Annotated[int, typer.Option(help="Draws on which all is judged, each with a bound of its own.")] = 60,
    seed: Annotated[int, typer.Option(help="The same seed gives the same numbers.")] = 1944,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write optimize.json, best_found.toml, manifest.json here.")
    ] = None,
    force_replace: Annotated[bool, typer.Option("--replace", help="Replace an earlier result in DIR.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print optimize.json instead of the table.")] = False,
    record: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Record folder of your own (default: $OILPLAN_RECORD).")
    ] = None,
    system: SystemOption = None,
) -> None:
    """Find the best directive for one force by gradient and by search, with a bound that none can beat.

    The force keeps its tons, reach and weather; the others fly as flown. best_found.toml can be compared with others
    by `oilplan compare`. The work is done by `oilplan.studies.optimize.optimize`.
    """
    from oilplan.cli import system as of_system

    if (own := of_system.opened(system, record)) is not None:
        of_system.refuse({"--from": from_date != FROM})
        by = None if force == FORCE and force not in own.strikers else force
        return of_system.optimize(own, by, draws, seed, out, force_replace, as_json)
    from oilplan.cli.progress import progress_bar
    from oilplan.record import load_record
    from oilplan.report.page import as_json as to_json
    from oilplan.report.run_table import optimize_text
    from oilplan.results_folder import check_free
    from oilplan.studies.optimize import optimize, write_optimum

    if out is not None:
        check_free(out, force=force_replace, option="--replace")
    with progress_bar("searching") as progress:
        made = optimize(
            load_record(record),
            force=force,
            from_date=from_date,
            draws=draws,
            seed=seed,
            command=["oilplan", "optimize", *sys.argv[2:]],
            progress=progress,
        )
    print(to_json(made.summary) if as_json else optimize_text(made.summary))
    if out is not None:
        write_optimum(made, out, force=force_replace)
        print(f"Written: {out}", file=sys.stderr)
