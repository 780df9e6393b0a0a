"""`oilplan attribute`: the loss of aviation gasoline shared among its causes."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def command(
    draws: Annotated[int, typer.Option(help="Draws of what is not known, 1 to 100,000.")] = 200,
    seed: Annotated[int, typer.Option(help="The same seed gives the same numbers.")] = 1944,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write report.html, attribution.json, manifest.json here.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier result in DIR.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print attribution.json instead of the table.")] = False,
    record: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Record folder of your own (default: $OILPLAN_RECORD).")
    ] = None,
) -> None:
    """Where the fuel went: oil raids by force, rail and coal, ground taken, luck.

    Shapley values of the recorded raids, May to September 1944 and October 1944 to March 1945, with 90 percent intervals;
    what each cause cost alone, and what would have been saved without it. The work is done by
    `oilplan.studies.attribution.attribute` and `oilplan.report.attribution_page.write_attribution`.
    """
    from oilplan.cli.progress import progress_bar
    from oilplan.record import load_record
    from oilplan.report.attribution_page import attribution_text, write_attribution
    from oilplan.report.page import as_json as to_json
    from oilplan.results_folder import check_free
    from oilplan.studies.attribution import attribute

    if out is not None:
        check_free(out, force=force)
    with progress_bar("flying") as progress:
        made = attribute(
            load_record(record),
            draws=draws,
            seed=seed,
            command=["oilplan", "attribute", *sys.argv[2:]],
            progress=progress,
        )
    print(to_json(made.summary) if as_json else attribution_text(made.summary))
    if out is not None:
        write_attribution(made, out, force=force)
        print(f"Report: {out / 'report.html'}", file=sys.stderr)
    else:
        print("Add --out DIR for the report and the manifest.", file=sys.stderr)
