"""What the verbs do with `--system`, and `oilplan new`."""

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from oilplan.cli.verb import Shown, chain_progress, progress_bar, words
from oilplan.errors import FindingsError, OilplanError


def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that does not exist yet.")],
    like: Annotated[
        str | None, typer.Option(metavar="NAME", help="Copy a shipped system instead of the example.")
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="With --like oil_1944_45: tables of the record, for the full model.")
    ] = False,
) -> None:
    """Write a small target system of your own that runs: commented files to change piece by piece.

    Shipped systems (--like): ball_bearings_1943_44, oil_1944_45, town_utilities. `oilplan run --system DIR` runs the folder.
    --full writes a system of the record in the record's own tables, with railways, sighting and two kinds of damage;
    unchanged it is what `oilplan run` flies by default.
    """
    from oilplan.results_folder import check_place, whole_path
    from oilplan.systems import SHIPPED, shipped
    from oilplan.systems.spec import FromRecordKeys, read_spec

    of_record = [n for n in shipped() if isinstance(read_spec(SHIPPED / n), FromRecordKeys)]
    if like is not None and like not in shipped():
        raise OilplanError(f"--like {like[:60]!r} is no shipped system; expected one of {', '.join(shipped())}.")
    if full and like not in of_record:
        raise OilplanError(
            f"--full goes with a system that the record's tables state: --like {' or '.join(of_record)}."
        )
    place = whole_path(folder)
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise OilplanError(f"{folder} exists already; choose a folder that does not, or an empty one.")
    check_place(place)
    try:
        _put(place, like, like in of_record, full)
    except OSError as error:
        raise OilplanError(f"{folder}: cannot be written ({error.strerror or error}); choose another folder.") from None
    written = (p.relative_to(place).as_posix() for p in place.rglob("*") if p.is_file())
    print(f"{folder}: {', '.join(sorted(written))}")
    print(f"Try it: oilplan run --system {folder}; oilplan compare --system {folder}", file=sys.stderr)


def _put(place: Path, like: str | None, of_record: bool, full: bool) -> None:
    """Fill a folder beside the place, then give it the place: the folder is there whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{place.name[:100]}.oilplan-", dir=place.parent) as work:
        fresh = Path(work, "new")
        fresh.mkdir()
        _fill(fresh, like, of_record, full)
        if place.exists():
            place.rmdir()
        os.rename(fresh, place)


def _fill(place: Path, like: str | None, of_record: bool, full: bool) -> None:
    from oilplan.record import load_record
    from oilplan.systems import EXAMPLE, SHIPPED
    from oilplan.systems.oil_tables import write_oil_tables, write_record_tables

    if of_record:
        return write_record_tables(place) if full else write_oil_tables(load_record(None), place)
    for file in (SHIPPED / (like or EXAMPLE)).iterdir():
        if file.suffix in (".toml", ".csv", ".bib"):
            shutil.copyfile(file, place / file.name)


def opened(system: str | None, record: Path | None) -> tuple[Any, Path | None]:
    """The system of ``--system``, None where the full model flies it as it does by default; and the record folder to load."""
    if system is None:
        return None, record
    from oilplan.record import load_record
    from oilplan.record.load import FOLDER_VARIABLE
    from oilplan.systems import open_folder, record_of
    from oilplan.systems.spec import FromRecordKeys

    found = open_folder(system, load_record(record))
    if not isinstance(found, FromRecordKeys):
        return found, record
    own = record_of(system, found, record)
    if own != record and os.environ.get(FOLDER_VARIABLE):
        print(f"{FOLDER_VARIABLE} is not read: the system's tables stand in {own}.", file=sys.stderr)
    return None, own


def refuse(given: dict[str, bool], why: str = "does not go with --system") -> None:
    """Raise OilplanError for options that mean nothing for a folder's system. given: {option: whether it was set}"""
    if odd := [name for name, is_set in given.items() if is_set]:
        raise OilplanError(f"{odd[0]} {why} of plain tables: it is of the full model, which flies the record.")


def fit_of(system: Any, prior: bool) -> Any:
    """The posterior kept in the folder, or None; a stale one is said and left aside."""
    from oilplan.systems.fit import is_stale, kept_fit

    if prior:
        return None
    if is_stale(system):
        print(
            "Note: fit/ was made of an earlier state of the folder and is left aside; calibrate again.", file=sys.stderr
        )
    return kept_fit(system)


def warn(twins: list, same: str = "output") -> None:
    """Name the arms of a comparison that gave the same answer."""
    for a, b in twins:
        print(f"Warning: {a} and {b} gave the same {same} in every draw.", file=sys.stderr)


def run(system: Any, arm: str, draws: int, seed: int, prior: bool, shown: Shown) -> None:
    """`oilplan run --system`."""
    from oilplan.report.system_page import run_text, write_system
    from oilplan.systems.runs import run_system

    shown.check_free()
    made = run_system(system, arm, draws=draws, seed=seed, fit=fit_of(system, prior), command=words("run"))
    shown.result(made, run_text, write_system)


def compare(system: Any, arms: list[str], base: str | None, draws: int, seed: int, shown: Shown) -> None:
    """`oilplan compare --system`."""
    from oilplan.report.system_page import compare_text, write_system
    from oilplan.systems.runs import compare_systems_arms

    shown.check_free()
    asked: dict[str, Any] = {"base": base, "draws": draws, "seed": seed, "fit": fit_of(system, False)}
    with progress_bar("flying") as progress:
        made = compare_systems_arms(system, arms, **asked, command=words("compare"), progress=progress)
    warn(made.summary["twins"])
    shown.result(made, compare_text, write_system)


def calibrate(system: Any, until: str | None, asked: dict[str, Any], out: Path | None, force: bool) -> None:
    """`oilplan calibrate --system`: into the folder's own fit/ unless --out says elsewhere. asked: chains, draws and seed"""
    from oilplan.report.system_page import calibrate_text
    from oilplan.results_folder import check_free, write_whole
    from oilplan.systems import FIT
    from oilplan.systems.fit import calibrate_system, write_fit

    place, replace = (system.path / FIT, True) if out is None else (out, force)
    check_free(place, force=replace)
    last = None
    if until is not None:
        if until not in system.window.months:
            raise OilplanError(
                f"--until {until[:40]!r} is no month of the window, {system.window.months[0]} to {system.window.months[-1]}."
            )
        last = min(system.window.month_end_day(until), system.window.n_days - 1)
    with chain_progress(asked["chains"]) as report:
        done = calibrate_system(system, until=last, **asked, command=words("calibrate"), report=report)
    write_whole(place, lambda folder: write_fit(done, folder), force=replace)
    print(calibrate_text(done.diagnosis._replace(faults=())))
    print(f"Written: {place}; `oilplan run --system` and `compare` draw from a fit in the folder.", file=sys.stderr)
    check_fit(done.diagnosis)


def check_fit(diagnosis: Any) -> None:
    """Raise FindingsError for a fit whose chains say that it is not to be trusted."""
    if diagnosis.faults:
        raise FindingsError("the fit is not to be trusted: " + " ".join(diagnosis.faults))


def validate(system: Any, seed: int, shown: Shown, say: Any) -> None:
    """`oilplan validate --system`."""
    from oilplan.report.system_page import validate_text
    from oilplan.systems.fit import validate_system

    shown.check_free()
    _show(validate_system(system, seed=seed, say=say), validate_text, system, "validate", seed, shown)


def sensitivity(system: Any, samples: int, seed: int, shown: Shown) -> None:
    """`oilplan sensitivity --system`."""
    from oilplan.report.system_page import sensitivity_text
    from oilplan.systems.search import sensitivity_system

    shown.check_free()
    _show(sensitivity_system(system, samples=samples, seed=seed), sensitivity_text, system, "sensitivity", seed, shown)


def optimize(system: Any, by: str | None, draws: int, seed: int, shown: Shown) -> None:
    """`oilplan optimize --system`."""
    from oilplan.report.system_page import optimize_text
    from oilplan.systems.search import optimize_system, strikes_of

    shown.check_free()
    with progress_bar("searching") as progress:
        made = optimize_system(system, by, draws=draws, seed=seed, fit=fit_of(system, False), progress=progress)
    raids = "\n".join(strikes_of(made, system)) + "\n"
    _show(made, optimize_text, system, "optimize", seed, shown, {"best_found.csv": raids})


def sweep(system: Any, grid: Path, seed: int, shown: Shown) -> None:
    """`oilplan sweep GRID.toml --system`: the grid's arms under each of its laws."""
    from oilplan.report.system_page import sweep_text
    from oilplan.systems.runs import sweep_system
    from oilplan.systems.spec import read_grid_of_system

    asked = read_grid_of_system(grid, system.keys.law.form)
    shown.check_free()
    with progress_bar("flying") as progress:
        made = sweep_system(system, asked.arms, asked.laws, draws=asked.draws, seed=seed, progress=progress)
    _show(made, sweep_text, system, "sweep", seed, shown)


def serve(system: Any, listening: Any, names: list[str]) -> None:
    """`oilplan serve --system`: one page of the system."""
    from oilplan.web.app import create_system_app
    from oilplan.web.door import serve as answer

    answer(create_system_app(system, fit_of(system, False), names), listening)


def _show(
    made: dict, as_text: Any, system: Any, verb: str, seed: int, shown: Shown, more: dict[str, str] | None = None
) -> None:
    """Print what a verb made and write its folder, which has no page. more: further files, text by name"""
    from oilplan.report.page import as_json
    from oilplan.results_folder import write_whole
    from oilplan.studies import manifest

    shown.show(made, as_text)
    if shown.out is None:
        return
    stated = manifest(system.record, command=words(verb), seed=seed, system=system.name, system_hash=system.hash)
    files = {f"{verb}.json": as_json(made) + "\n", "manifest.json": as_json(stated) + "\n", **(more or {})}

    def fill(folder: Path) -> None:
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")

    write_whole(shown.out, fill, force=shown.force)
    print(f"Written: {shown.out}", file=sys.stderr)
