"""`oilplan calibrate`: what the record says about the unknowns."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from oilplan.cli.system import SystemOption

OUT = Path("out/calibration")
SHIPPED_IN = Path(__file__).resolve().parent.parent / "systems" / "data"


def command(
    until: Annotated[str | None, typer.Option(metavar="YYYY-MM", help="Fit to months up to this one only.")] = None,
    chains: Annotated[int, typer.Option(min=2, max=16, help="Independent chains; two run side by side.")] = 4,
    draws: Annotated[int, typer.Option(min=50, max=20000, help="Draws kept of each chain.")] = 1000,
    warmup: Annotated[int, typer.Option(min=100, max=20000, help="Draws of each chain that only tune it.")] = 200,
    acceptance: Annotated[float, typer.Option(min=0.6, max=0.999, help="Higher: smaller steps, no divergence.")] = 0.75,
    seed: Annotated[int, typer.Option(help="The same seed gives the same draws.")] = 1944,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where posterior, diagnostics and report go.")] = OUT,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier result in DIR.")] = False,
    record: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Record folder of your own (default: $OILPLAN_RECORD).")
    ] = None,
    system: SystemOption = None,
) -> None:
    """Fit the unknowns of the model to the record by Hamiltonian Monte Carlo, and say whether the fit may be trusted.

    Writes posterior.zarr (ArviZ's layout; posterior.nc too where h5netcdf is installed), posterior.npz, diagnostics.json,
    manifest.json and report.html into DIR.
    Finished chains are kept in the cache until DIR is written, so a killed run goes on where it was. Exit status 1 when
    an unknown has not mixed. The work is done by `oilplan.studies.calibrate.calibrate`.
    """
    os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
    from oilplan.cli import system as of_system

    if (own := of_system.opened(system, record)) is not None:
        place = None if out == OUT and own.path.parent != SHIPPED_IN else out
        return of_system.calibrate(own, until, chains, warmup, draws, acceptance, seed, place, force)
    from oilplan.calibration.fit import as_json, named_draws
    from oilplan.cli.progress import chain_progress
    from oilplan.errors import FindingsError
    from oilplan.record import load_record
    from oilplan.report.calibration_page import calibration_html
    from oilplan.results_folder import check_free, write_whole
    from oilplan.studies.calibrate import calibrate, forget_chains, write

    check_free(out, force=force)
    with chain_progress(chains) as report:
        done = calibrate(
            load_record(record),
            until=until,
            seed=seed,
            chains=chains,
            warmup=warmup,
            draws=draws,
            acceptance=acceptance,
            command=["oilplan", "calibrate", *sys.argv[2:]],
            report=report,
        )
    if done.fitted.kept:
        print(f"{done.fitted.kept} of {chains} chains were kept from an earlier start.", file=sys.stderr)
    diagnosis = as_json(done.diagnosis)
    html = calibration_html(diagnosis, named_draws(done.fitted, done.problem), done.manifest)
    write_whole(out, lambda folder: write(done, folder, html), force=force)
    forget_chains(done)
    _print(done)
    print(f"Report: {out / 'report.html'}", file=sys.stderr)
    if done.diagnosis.faults:
        raise FindingsError("the fit is not to be trusted: " + " ".join(done.diagnosis.faults))


def _print(done) -> None:
    print(f"{'unknown':<28}{'median':>10}{'5%':>10}{'95%':>10}{'R-hat':>8}{'ESS':>7}")
    for r in done.diagnosis.unknowns:
        if "[" not in r.name:
            print(f"{r.name:<28}{r.median:>10.4g}{r.p05:>10.4g}{r.p95:>10.4g}{r.r_hat:>8.4f}{r.ess:>7.0f}")
    rest = [r for r in done.diagnosis.unknowns if "[" in r.name]
    print(
        f"and {len(rest)} yields and raids: R-hat at most {max(r.r_hat for r in rest):.4f}, effective draws at least"
        f" {min(r.ess for r in rest):.0f}; {done.diagnosis.divergences} divergences."
    )
