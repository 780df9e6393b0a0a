"""`oilplan run`: the campaign flown again, beside what the record says."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from oilplan.cli.system import SystemOption


def command(
    directive: Annotated[str, typer.Option(help="Who bombs what; as_flown is what was done.")] = "as_flown",
    draws: Annotated[int, typer.Option(help="Draws of what is not known, 1 to 100,000.")] = 500,
    seed: Annotated[int, typer.Option(help="The same seed gives the same numbers.")] = 1944,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write report.html, summary.json, campaign, manifest.json here.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier result in DIR.")] = False,
    prior: Annotated[bool, typer.Option("--prior", help="Draw from the priors, even where a fit is at hand.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print summary.json instead of the table.")] = False,
    record: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Record folder of your own (default: $OILPLAN_RECORD).")
    ] = None,
    system: SystemOption = None,
) -> None:
    """Replay the campaign of April 1944 to April 1945 and set it month by month beside the record.

    Prints recorded and modelled output of aviation gasoline and synthetic oil. With --out also writes a report that
    opens offline. The work is done by `oilplan.studies.run.run_directive` and
    `oilplan.report.run_page.write_run`.
    """
    from oilplan.cli import system as of_system

    if (own := of_system.opened(system, record)) is not None:
        arm = "as_given" if directive == "as_flown" else directive
        return of_system.run(own, arm, draws, seed, prior, out, force, as_json)
    from oilplan.cli.progress import progress_bar
    from oilplan.record import load_record
    from oilplan.report.page import as_json as to_json
    from oilplan.report.run_table import table_text
    from oilplan.results_folder import check_free
    from oilplan.studies.run import run_directive

    if out is not None:
        check_free(out, force=force)
    with progress_bar("flying") as progress:
        run = run_directive(
            load_record(record),
            directive=directive,
            draws=draws,
            seed=seed,
            prior=prior,
            command=["oilplan", "run", *sys.argv[2:]],
            progress=progress,
        )
    print(to_json(run.summary) if as_json else table_text(run.summary))
    if out is not None:
        from oilplan.report.run_page import write_run

        write_run(run, out, force=force)
        print(f"Report: {out / 'report.html'}", file=sys.stderr)
    else:
        print("Add --out DIR for the report, the data and the manifest.", file=sys.stderr)
