"""A calibration from the record to a folder: fit, diagnose, keep."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from ..cache import open_cache
from ..calibration.bindings import bindings
from ..calibration.fit import Diagnosis, Fit, as_json, diagnose, fit, priors_hash, stamp_of
from ..calibration.hindcast import check_cutoff
from ..calibration.likelihood import Problem, problem
from ..calibration.posterior import SHIPPED_DRAWS, save, thin
from ..calibration.tree import tree
from ..clock import month_end_day
from ..flight.as_flown import as_flown
from ..flight.executable import keep_compiled
from ..model.oil import oil_system
from ..record import Record
from .manifest import manifest


class Calibration(NamedTuple):
    """A finished fit with its diagnosis and manifest."""

    problem: Problem
    fitted: Fit
    diagnosis: Diagnosis
    manifest: dict


def calibrate(
    record: Record,
    *,
    until: str | None,
    seed: int,
    chains: int,
    warmup: int,
    draws: int,
    acceptance: float,
    command: list[str],
    report,
) -> Calibration:
    """Fit the model to the record up to the end of month ``until`` (all of it when None) and diagnose the fit.

    Finished chains are kept in the user's cache until `forget_chains`, so that a killed fit goes on where it was. Raises
    OilplanError for a cut-off outside the record.
    """
    items = bindings(record)
    if until is not None:
        check_cutoff(until, items)
    keep_compiled()
    system = oil_system(record)
    part = problem(system, as_flown(record, system), items, month_end_day(until) if until else system.n_days - 1)
    fitted = fit(
        part,
        seed=seed,
        chains=chains,
        warmup=warmup,
        draws=draws,
        acceptance=acceptance,
        keep_in=open_cache(),
        stamp=stamp_of(record.hash, part),
        report=report,
    )
    about = manifest(
        record,
        command=command,
        seed=seed,
        until=until,
        chains=chains,
        warmup=warmup,
        draws=draws,
        acceptance=acceptance,
        law=part.law.name,
        raids=part.schedule.n_raids,
        figures=len(part.items),
        priors_hash=priors_hash(),
        seconds_of_sampling=round(fitted.seconds, 1),
    )
    return Calibration(part, fitted, diagnose(fitted, part), about)


def forget_chains(calibration: Calibration) -> None:
    """Delete the chains of a calibration from the cache, once it is written."""
    cache = open_cache()
    if cache is not None:
        for name in calibration.fitted.names:
            cache.drop("chains", name)


def write(calibration: Calibration, folder: Path, html: str) -> None:
    """Write a calibration into an empty folder: posterior.zarr (ArviZ's layout), posterior.npz, diagnostics, report.

    Where h5netcdf is installed (``oilplan[netcdf]``) the same tree goes to posterior.nc, in the groups of netCDF.
    """
    fitted = calibration.fitted
    made = tree(
        fitted.draws,
        calibration.problem,
        calibration.manifest,
        {"diverging": fitted.diverging, "n_steps": fitted.steps},
    )
    made.to_zarr(folder / "posterior.zarr", mode="w", consolidated=False, zarr_format=2)
    if find_spec("h5netcdf"):
        made.to_netcdf(folder / "posterior.nc", engine="h5netcdf")
    save(
        folder / "posterior.npz",
        thin(calibration.fitted.draws, SHIPPED_DRAWS),
        calibration.problem,
        calibration.manifest,
    )
    (folder / "diagnostics.json").write_text(json.dumps(as_json(calibration.diagnosis), indent=1), encoding="utf-8")
    (folder / "manifest.json").write_text(json.dumps(calibration.manifest, indent=1), encoding="utf-8")
    (folder / "report.html").write_text(html, encoding="utf-8")
