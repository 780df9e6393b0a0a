"""`oilplan compare`: directives side by side, draw by draw."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from oilplan.cli import system as of_system
from oilplan.cli.options import ForceOption, RecordOption, SeedOption, SystemOption, words
from oilplan.cli.progress import progress_bar

FROM, DRAWS, SEED = "1944-10-01", 500, 1944


class Asked(NamedTuple):
    """The words of one command: what to compare, from when and against what, with how much luck, and where it goes."""

    arms: list[str]
    from_date: str
    base: str | None
    draws: int
    seed: int
    out: Path | None
    force: bool
    as_json: bool


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

    own, record = of_system.opened(system, record)
    if own is not None:
        of_system.refuse({"--from": from_date != FROM, "--law": law is not None})
        return of_system.compare(own, arms or [], base, draws, seed, out, force, as_json)
    if not arms:
        raise OilplanError("no arm to compare; name at least one directive, such as portal.")
    asked = Asked(arms, from_date, base, draws, seed, out, force, as_json)
    if _is_place(arms):
        _sweep(asked, load_record(record), law)
    elif law is not None:
        raise OilplanError("--law goes with a sweep only: oilplan compare PATH.zarr --law NAME.")
    else:
        _directives(asked, load_record(record))


def _directives(asked: Asked, record) -> None:
    from oilplan.report.compare_page import compare_text, write_comparison
    from oilplan.studies.compare import compare

    _check_free(asked)
    with progress_bar("flying") as progress:
        made = compare(
            record,
            asked.arms,
            base=asked.base,
            from_date=asked.from_date,
            draws=asked.draws,
            seed=asked.seed,
            command=_words(),
            progress=progress,
        )
    _warn(made.twins, "output")
    if made.summary["base_is_a_replay"]:
        print(f"Warning: {made.summary['base_is_a_replay']}", file=sys.stderr)
    _show(made.summary, compare_text, asked)
    if asked.out is not None:
        write_comparison(made, asked.out, force=asked.force)
        _say_where(asked.out)


def _sweep(asked: Asked, record, law: str | None) -> None:
    from oilplan.errors import OilplanError
    from oilplan.report.compare_page import compare_text
    from oilplan.studies.sweep.run import read_sweep, sweep_summary, twins

    if (asked.from_date, asked.draws, asked.seed, asked.out) != (FROM, DRAWS, SEED, None):
        raise OilplanError("--from, --draws, --seed and --out do not go with a sweep: it was flown with its own.")
    made = read_sweep(asked.arms[0])
    summary = sweep_summary(made, record, law, asked.base)
    _warn(twins(made, summary["law"]), "outcomes")
    _show(summary, compare_text, asked)


def _is_place(arms: list[str]) -> bool:
    """Whether the one argument is a folder or URL, not a directive."""
    return len(arms) == 1 and ("://" in arms[0] or arms[0].rstrip("/").endswith(".zarr") or Path(arms[0]).is_dir())


def _check_free(asked: Asked) -> None:
    from oilplan.results_folder import check_free

    if asked.out is not None:
        check_free(asked.out, force=asked.force)


def _words() -> list[str]:
    return words("compare")


def _warn(twins: list[tuple[str, str]], same: str) -> None:
    for a, b in twins:
        print(f"Warning: {a} and {b} gave the same {same} in every draw.", file=sys.stderr)


def _show(summary: dict, as_text: Callable[[dict], str], asked: Asked) -> None:
    from oilplan.report.page import as_json

    print(as_json(summary) if asked.as_json else as_text(summary))


def _say_where(out: Path) -> None:
    print(f"Report: {out / 'report.html'}", file=sys.stderr)
