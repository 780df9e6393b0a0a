"""`oilplan compare`: directives side by side, draw by draw."""

import sys
from pathlib import Path
from typing import Annotated

import typer

BEARING_ARMS = ("bearings_1943", "bearings_as_flown")
FROM, DRAWS, SEED = "1944-10-01", 500, 1944


def command(
    arms: Annotated[
        list[str],
        typer.Argument(
            metavar="ARM...",
            help="DIRECTIVE[:perfect][:repairers=PRIORITY]; DIRECTIVE is as_flown, portal, portal_bomber_command,"
            " bufton, harris, even_split, half_and_stop, concentrated_bursts, spread_thin, benzol_early,"
            " or a TOML file. Of another system: bearings_1943, bearings_as_flown."
            " Or one sweep: the folder or URL that `oilplan sweep` wrote.",
        ),
    ],
    from_date: Annotated[str, typer.Option("--from", metavar="DATE", help="Until then all fly as flown.")] = FROM,
    base: Annotated[str | None, typer.Option(help="Arm to compare with (default: as_flown, else the first).")] = None,
    draws: Annotated[int, typer.Option(help="Paired draws of what is not known, 1 to 4,000.")] = DRAWS,
    seed: Annotated[int, typer.Option(help="The same seed gives the same numbers.")] = SEED,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write report.html, compare.json, arms, manifest.json here.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier result in DIR.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print compare.json instead of the table.")] = False,
    record: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Record folder of your own (default: $OILPLAN_RECORD).")
    ] = None,
    law: Annotated[
        str | None, typer.Option(help="Of a sweep: the rival law to read (default: the model's own).")
    ] = None,
) -> None:
    """Compare directives with the same weather and the same luck: fuel denied, its price, and what was left undone.

    :perfect lets the planners know the truth; :repairers=as_ordered|aviation_first|easiest_first|optimal lets the
    other side choose too. A stopped comparison goes on where it stopped. The work is done by
    `oilplan.experiments.compare.compare` and `oilplan.report.compare_page.write_comparison`.
    """
    from oilplan.cli.progress import progress_bar
    from oilplan.errors import OilplanError
    from oilplan.experiments.compare import compare
    from oilplan.experiments.results_folder import check_free
    from oilplan.record import load_record
    from oilplan.report.as_json import as_json as to_json
    from oilplan.report.compare_page import write_comparison
    from oilplan.report.compare_table import compare_text

    if _is_place(arms):
        if (from_date, draws, seed, out) != (FROM, DRAWS, SEED, None):
            raise OilplanError("--from, --draws, --seed and --out do not go with a sweep: it was flown with its own.")
        _sweep(arms[0], load_record(record), law, base, as_json)
        return
    if law is not None:
        raise OilplanError("--law goes with a sweep only: oilplan compare PATH.zarr --law NAME.")
    if set(arms) <= set(BEARING_ARMS):
        if from_date != FROM:
            raise OilplanError("--from does not go with bearings arms: they differ from their first raid on.")
        _bearings(arms, load_record(record), base, draws, seed, as_json, out, force)
        return
    if out is not None:
        check_free(out, force=force)
    keep_in = None if out is None else out.parent / f".{out.name}.arms"
    with progress_bar("flying") as progress:
        made = compare(load_record(record), arms, base=base, from_date=from_date, draws=draws, seed=seed,
                       keep_in=keep_in, command=["oilplan", "compare", *sys.argv[2:]], progress=progress)  # fmt: skip
    for a, b in made.twins:
        print(f"Warning: {a} and {b} gave the same output in every draw.", file=sys.stderr)
    print(to_json(made.summary) if as_json else compare_text(made.summary))
    if out is not None:
        write_comparison(made, out, force=force)
        print(f"Report: {out / 'report.html'}", file=sys.stderr)


def _bearings(
    arms: list[str], record, base: str | None, draws: int, seed: int, as_json: bool, out: Path | None, force: bool
) -> None:
    from oilplan.experiments.compare_bearings import compare_bearings
    from oilplan.experiments.results_folder import check_free
    from oilplan.report.as_json import as_json as to_json
    from oilplan.report.bearings_page import write_bearings
    from oilplan.report.bearings_table import bearings_text

    if out is not None:
        check_free(out, force=force)
    summary = compare_bearings(record, arms, base=base, draws=draws, seed=seed)
    print(to_json(summary) if as_json else bearings_text(summary))
    if out is not None:
        write_bearings(summary, record, out, force=force, command=["oilplan", "compare", *sys.argv[2:]])
        print(f"Report: {out / 'report.html'}", file=sys.stderr)


def _is_place(arms: list[str]) -> bool:
    """Whether the one argument is a folder or URL, not a directive."""
    return len(arms) == 1 and ("://" in arms[0] or arms[0].rstrip("/").endswith(".zarr") or Path(arms[0]).is_dir())


def _sweep(place: str, record, law: str | None, base: str | None, as_json: bool) -> None:
    from oilplan.experiments.sweep.read import read_sweep, sweep_summary, twins
    from oilplan.report.as_json import as_json as to_json
    from oilplan.report.compare_table import compare_text

    made = read_sweep(place)
    summary = sweep_summary(made, record, law, base)
    for a, b in twins(made, summary["law"]):
        print(f"Warning: {a} and {b} gave the same outcomes in every draw.", file=sys.stderr)
    print(to_json(summary) if as_json else compare_text(summary))
