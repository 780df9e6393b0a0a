"""`oilplan run`, `attribute` and `compare`: the campaign flown again, what its loss was due to, and directives side by side."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from oilplan.cli import system as of_system
from oilplan.cli.verb import ForceOption, RecordOption, SeedOption, Shown, SystemOption, progress_bar, words

FROM, DRAWS, SEED = "1944-10-01", 500, 1944


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
    shown = Shown(out, force, as_json)
    own, record = of_system.opened(system, record)
    if own is not None:
        return of_system.run(own, "as_given" if directive == "as_flown" else directive, draws, seed, prior, shown)
    from oilplan.record import load_record
    from oilplan.report.run_page import table_text
    from oilplan.studies.run import run_directive

    shown.check_free()
    asked: dict[str, Any] = {
        "directive": directive,
        "draws": draws,
        "seed": seed,
        "prior": prior,
        "command": words("run"),
    }
    with progress_bar("flying") as progress:
        made = run_directive(load_record(record), **asked, progress=progress)
    shown.result(made, table_text, _write_run, ", the data")


def _write_run(*made, **how) -> None:
    from oilplan.report.run_page import write_run

    write_run(*made, **how)


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
    from oilplan.studies.attribution import attribute

    shown = Shown(out, force, as_json)
    shown.check_free()
    with progress_bar("flying") as progress:
        made = attribute(load_record(record), draws=draws, seed=seed, command=words("attribute"), progress=progress)
    shown.result(made, attribution_text, write_attribution, "")


def compare(
    arms: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ARM...",
            help="DIRECTIVE[:perfect][:repairers=PRIORITY]; DIRECTIVE is as_ordered, as_flown, portal, portal_bomber_command,"
            " bufton, harris, tedder, even_split, half_and_stop, concentrated_bursts, spread_thin, benzol_early,"
            " or a TOML file. With --system: arms of that system, all of them where none is named."
            " Or one sweep: the folder or URL that `oilplan sweep` wrote.",
        ),
    ] = None,
    from_date: Annotated[
        str,
        typer.Option(
            "--from", metavar="DATE", help="Until then all fly as flown; from it on, by the operations machine."
        ),
    ] = FROM,
    base: Annotated[str | None, typer.Option(help="Arm to compare with (default: as_ordered).")] = None,
    draws: Annotated[int, typer.Option(help="Paired draws of what is not known, 1 to 4,000.")] = DRAWS,
    seed: SeedOption = SEED,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write report.html, compare.json, arms, manifest.json here.")
    ] = None,
    force: ForceOption = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print compare.json instead of the table.")] = False,
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
    from oilplan.errors import OilplanError
    from oilplan.record import load_record
    from oilplan.report.compare_page import compare_text, write_comparison
    from oilplan.studies.compare import compare

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
        return _sweep(arms[0], load_record(record), law, base, shown)
    if law is not None:
        raise OilplanError("--law goes with a sweep only: oilplan compare PATH.zarr --law NAME.")
    known = load_record(record)
    shown.check_free()
    asked: dict[str, Any] = {
        "base": base,
        "from_date": from_date,
        "draws": draws,
        "seed": seed,
        "command": words("compare"),
    }
    with progress_bar("flying") as progress:
        made = compare(known, arms, **asked, progress=progress)
    of_system.warn(made.twins)
    if made.summary["base_is_a_replay"]:
        print(f"Warning: {made.summary['base_is_a_replay']}", file=sys.stderr)
    shown.result(made, compare_text, write_comparison)


def _sweep(place: str, record, law: str | None, base: str | None, shown: Shown) -> None:
    from oilplan.report.compare_page import compare_text
    from oilplan.studies.sweep.run import read_sweep, sweep_summary, twins

    made = read_sweep(place)
    summary = sweep_summary(made, record, law, base)
    of_system.warn(twins(made, summary["law"]), "outcomes")
    shown.show(summary, compare_text)


def _is_place(arms: list[str]) -> bool:
    """Whether the one argument is a folder or URL, not a directive."""
    return len(arms) == 1 and ("://" in arms[0] or arms[0].rstrip("/").endswith(".zarr") or Path(arms[0]).is_dir())
