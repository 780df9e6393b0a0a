"""`oilplan run` and `oilplan attribute`: the campaign flown again beside the record, and what its loss of fuel was due to."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from oilplan.cli import system as of_system
from oilplan.cli.options import ForceOption, RecordOption, SeedOption, SystemOption, words
from oilplan.cli.progress import progress_bar


def run(
    directive: Annotated[str, typer.Option(help="Who bombs what; as_flown is what was done.")] = "as_flown",
    draws: Annotated[int, typer.Option(help="Draws of what is not known, 1 to 100,000.")] = 500,
    seed: SeedOption = 1944,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write report.html, summary.json, campaign, manifest.json here.")
    ] = None,
    force: ForceOption = False,
    prior: Annotated[bool, typer.Option("--prior", help="Draw from the priors, even where a fit is at hand.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print summary.json instead of the table.")] = False,
    record: RecordOption = None,
    system: SystemOption = None,
) -> None:
    """Replay the campaign of April 1944 to April 1945 and set it month by month beside the record.

    Prints recorded and modelled output of aviation gasoline and synthetic oil. With --out also writes a report that
    opens offline. The work is done by `oilplan.studies.run.run_directive` and
    `oilplan.report.run_page.write_run`.
    """
    own, record = of_system.opened(system, record)
    if own is not None:
        arm = "as_given" if directive == "as_flown" else directive
        return of_system.run(own, arm, draws, seed, prior, out, force, as_json)
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
            command=words("run"),
            progress=progress,
        )
    print(to_json(run.summary) if as_json else table_text(run.summary))
    if out is not None:
        from oilplan.report.run_page import write_run

        write_run(run, out, force=force)
        print(f"Report: {out / 'report.html'}", file=sys.stderr)
    else:
        print("Add --out DIR for the report, the data and the manifest.", file=sys.stderr)


def attribute(
    draws: Annotated[int, typer.Option(help="Draws of what is not known, 1 to 100,000.")] = 200,
    seed: SeedOption = 1944,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write report.html, attribution.json, manifest.json here.")
    ] = None,
    force: ForceOption = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print attribution.json instead of the table.")] = False,
    record: RecordOption = None,
) -> None:
    """Where the fuel went: oil raids by force, rail and coal, ground taken, luck.

    Shapley values of the recorded raids, May to September 1944 and October 1944 to March 1945, with 90 percent intervals;
    what each cause cost alone, and what would have been saved without it. The work is done by
    `oilplan.studies.attribution.attribute` and `oilplan.report.attribution_page.write_attribution`.
    """
    from oilplan.record import load_record
    from oilplan.report.attribution_page import attribution_text, write_attribution
    from oilplan.report.page import as_json as to_json
    from oilplan.results_folder import check_free
    from oilplan.studies.attribution import attribute

    if out is not None:
        check_free(out, force=force)
    with progress_bar("flying") as progress:
        made = attribute(load_record(record), draws=draws, seed=seed, command=words("attribute"), progress=progress)
    print(to_json(made.summary) if as_json else attribution_text(made.summary))
    if out is not None:
        write_attribution(made, out, force=force)
        print(f"Report: {out / 'report.html'}", file=sys.stderr)
    else:
        print("Add --out DIR for the report and the manifest.", file=sys.stderr)
