"""`oilplan calibrate`, `validate` and `sensitivity`: what the record says about the unknowns, and which of them matters."""

import json
import os
import sys
import time
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
    chain_progress,
    prints,
    words,
    writes,
)

OUT = Path("out/calibration")
SHIPPED_IN = Path(__file__).resolve().parent.parent / "systems" / "data"


def calibrate(
    until: Annotated[str | None, typer.Option(metavar="YYYY-MM", help="Fit to months up to this one only.")] = None,
    chains: Annotated[int, typer.Option(min=2, max=16, help="Independent chains; two run side by side.")] = 4,
    draws: Annotated[int, typer.Option(min=50, max=20000, help="Draws kept of each chain.")] = 1000,
    warmup: Annotated[int, typer.Option(min=100, max=20000, help="Draws of each chain that only tune it.")] = 200,
    acceptance: Annotated[float, typer.Option(min=0.6, max=0.999, help="Higher: smaller steps, no divergence.")] = 0.75,
    seed: Annotated[int, typer.Option(help="The same seed gives the same draws.")] = 1944,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where posterior, diagnostics and report go.")] = OUT,
    force: ForceOption = False,
    record: RecordOption = None,
    system: SystemOption = None,
) -> None:
    """Fit the unknowns of the model to the record by Hamiltonian Monte Carlo, and say whether the fit may be trusted.

    Writes posterior.zarr (ArviZ's layout; posterior.nc too where h5netcdf is installed), posterior.npz, diagnostics.json,
    manifest.json and report.html into DIR.
    Finished chains are kept in the cache until DIR is written, so a killed run goes on where it was. Exit status 1 when
    an unknown has not mixed. The work is done by `oilplan.studies.calibrate.calibrate`.
    """
    os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
    asked: dict[str, Any] = {"chains": chains, "warmup": warmup, "draws": draws, "acceptance": acceptance, "seed": seed}
    own, record = of_system.opened(system, record)
    if own is not None:
        place = None if out == OUT and own.path.parent != SHIPPED_IN else out
        return of_system.calibrate(own, until, asked, place, force)
    _calibrate(record, out, force, until=until, **asked)


def _calibrate(record: Path | None, out: Path, force: bool, **asked: Any) -> None:
    from oilplan.calibration.fit import as_json, named_draws
    from oilplan.record import load_record
    from oilplan.report.fit_pages import calibration_html
    from oilplan.results_folder import check_free, write_whole
    from oilplan.studies.calibrate import calibrate, forget_chains, write

    check_free(out, force=force)
    with chain_progress(asked["chains"]) as report:
        done = calibrate(load_record(record), **asked, command=words("calibrate"), report=report)
    if done.fitted.kept:
        print(f"{done.fitted.kept} of {asked['chains']} chains were kept from an earlier start.", file=sys.stderr)
    diagnosis = as_json(done.diagnosis)
    html = calibration_html(diagnosis, named_draws(done.fitted, done.problem), done.manifest)
    write_whole(out, lambda folder: write(done, folder, html), force=force)
    forget_chains(done)
    _print_fit(done)
    print(f"Report: {out / 'report.html'}", file=sys.stderr)
    of_system.check_fit(done.diagnosis)


def _print_fit(done) -> None:
    print(f"{'unknown':<28}{'median':>10}{'5%':>10}{'95%':>10}{'R-hat':>8}{'ESS':>7}")
    for r in done.diagnosis.unknowns:
        if "[" not in r.name:
            print(f"{r.name:<28}{r.median:>10.4g}{r.p05:>10.4g}{r.p95:>10.4g}{r.r_hat:>8.4f}{r.ess:>7.0f}")
    rest = [r for r in done.diagnosis.unknowns if "[" in r.name]
    print(
        f"and {len(rest)} yields and raids: R-hat at most {max(r.r_hat for r in rest):.4f}, effective draws at least"
        f" {min(r.ess for r in rest):.0f}; {done.diagnosis.divergences} divergences."
    )


def validate(
    full: Annotated[
        bool, typer.Option("--full", help="Make the proof again, all cut-offs: half an hour or more.")
    ] = False,
    seed: SeedOption = 1944,
    as_json: Annotated[bool, prints("the proof as JSON")] = False,
    out: Annotated[Path | None, writes("proof.json, report.html and manifest.json")] = None,
    force: ForceOption = False,
    record: RecordOption = None,
    system: SystemOption = None,
) -> None:
    """Fit to part of the record and score what the rest says: hindcast, Leuna and other plants left out, rival laws.

    The proof of the embedded record comes with the package and is printed at once; --full makes it again. A record or a
    seed of one's own takes some minutes. The work is done by `oilplan.studies.validate.validate`.
    """
    os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
    shown = Shown(out, force, as_json)
    own, record = of_system.opened(system, record)
    if own is not None:
        of_system.refuse({"--full": full})
        return of_system.validate(own, seed, shown, _teller())
    from oilplan.record import load_record
    from oilplan.report.fit_pages import validation_html, validation_text
    from oilplan.report.page import write_result
    from oilplan.studies import manifest
    from oilplan.studies.validate import kept_proof, validate

    shown.check_free()
    rec = load_record(record)
    kept = None if full else kept_proof(rec, seed)
    if kept is not None:
        print("The proof that came with the package; --full makes it again.", file=sys.stderr)
    proof = validate(rec, seed=seed, full=full, report=_teller()) if kept is None else kept
    about = manifest(rec, command=words("validate"), seed=seed, full=full)
    print(json.dumps(proof, indent=1) if as_json else validation_text(proof))
    if out is not None:
        write_result(out, "proof.json", proof, about, validation_html(proof, about), force=force)
        shown.say_where()


def _teller():
    began = time.monotonic()

    def say(step: str, share: float) -> None:
        print(f"[{100 * share:3.0f}%, {time.monotonic() - began:4.0f} s] {step} ...", file=sys.stderr)

    return say


def sensitivity(
    samples: Annotated[int, typer.Option(help="A power of two; the model flies about 45 times as often.")] = 512,
    posterior: Annotated[
        bool, typer.Option("--posterior", help="Move parameters within their fitted margins, not their priors.")
    ] = False,
    seed: SeedOption = 1944,
    out: Annotated[Path | None, writes("report.html, sensitivity.json, manifest.json")] = None,
    force: ForceOption = False,
    as_json: Annotated[bool, prints("sensitivity.json instead of the table")] = False,
    record: RecordOption = None,
    system: SystemOption = None,
) -> None:
    """Share the variance of the main outcomes among the parameters and the figures of the record they rest on.

    First-order and total Sobol indices for the campaign as flown: aviation gasoline of summer, winter and November
    1944, synthetic oil of September, the lowest month, the stock at the year's end. The work is done by
    `oilplan.studies.sensitivity.sensitivity` and `oilplan.report.fit_pages.write_sensitivity`.
    """
    shown = Shown(out, force, as_json)
    own, record = of_system.opened(system, record)
    if own is not None:
        of_system.refuse({"--posterior": posterior})
        return of_system.sensitivity(own, samples, seed, shown)
    from oilplan.report.fit_pages import sensitivity_text, write_sensitivity
    from oilplan.studies.sensitivity import sensitivity

    asked: dict[str, Any] = {"samples": samples, "seed": seed, "from_posterior": posterior}
    made = shown.made("sensitivity", sensitivity, record, **asked)
    shown.result(made, sensitivity_text, write_sensitivity, "")
