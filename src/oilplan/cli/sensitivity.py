"""`oilplan sensitivity`: which unknown, and which unverified number, matters most."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from oilplan.cli.system import SystemOption


def command(
    samples: Annotated[int, typer.Option(help="A power of two; the model flies about 35 times as often.")] = 512,
    posterior: Annotated[
        bool, typer.Option("--posterior", help="Move parameters within their fitted margins, not their priors.")
    ] = False,
    seed: Annotated[int, typer.Option(help="The same seed gives the same numbers.")] = 1944,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write report.html, sensitivity.json, manifest.json here.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier result in DIR.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print sensitivity.json instead of the table.")] = False,
    record: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Record folder of your own (default: $OILPLAN_RECORD).")
    ] = None,
    system: SystemOption = None,
) -> None:
    """Share the variance of the main outcomes among the parameters and the figures of the record they rest on.

    First-order and total Sobol indices for the campaign as flown: aviation gasoline of summer, winter and November
    1944, synthetic oil of September, the lowest month, the stock at the year's end. The work is done by
    `oilplan.studies.sensitivity.sensitivity` and `oilplan.report.sensitivity_page.write_sensitivity`.
    """
    from oilplan.cli import system as of_system

    if (own := of_system.opened(system, record)) is not None:
        of_system.refuse({"--posterior": posterior})
        return of_system.sensitivity(own, samples, seed, out, force, as_json)
    from oilplan.cli.progress import progress_bar
    from oilplan.record import load_record
    from oilplan.report.page import as_json as to_json
    from oilplan.report.sensitivity_page import sensitivity_text, write_sensitivity
    from oilplan.results_folder import check_free
    from oilplan.studies.sensitivity import sensitivity

    if out is not None:
        check_free(out, force=force)
    with progress_bar("flying") as progress:
        made = sensitivity(
            load_record(record),
            samples=samples,
            seed=seed,
            from_posterior=posterior,
            command=["oilplan", "sensitivity", *sys.argv[2:]],
            progress=progress,
        )
    print(to_json(made.summary) if as_json else sensitivity_text(made.summary))
    if out is not None:
        write_sensitivity(made, out, force=force)
        print(f"Report: {out / 'report.html'}", file=sys.stderr)
    else:
        print("Add --out DIR for the report and the manifest.", file=sys.stderr)
