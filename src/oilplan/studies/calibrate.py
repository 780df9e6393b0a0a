"""A calibration from the record to a folder: fit, diagnose, keep, in the layout of ArviZ too."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from ..cache import open_cache
from ..calibration.bindings import CARS_LOADED, PLANT_SHARE, Binding, bindings
from ..calibration.fit import Diagnosis, Fit, as_json, diagnose, fit, priors_hash, stamp_of
from ..calibration.hindcast import check_cutoff
from ..calibration.likelihood import DEGREES_OF_FREEDOM, Problem, problem
from ..calibration.model import PRIORS, Unknowns, discrepancy_of, mean_and_scale, student_t, to_parameters
from ..calibration.posterior import SHIPPED_DRAWS, raids_of, read_kept, save, shipped_path, thin
from ..clock import month_end_day
from ..errors import OilplanError
from ..flight.as_flown import as_flown
from ..flight.executable import keep_compiled
from ..model.oil import oil_system
from ..record import Record
from . import manifest

if TYPE_CHECKING:
    import xarray


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
    settings: dict[str, Any] = {"chains": chains, "warmup": warmup, "draws": draws, "acceptance": acceptance}
    stamp = stamp_of(record.hash, part)
    fitted = fit(part, seed=seed, **settings, keep_in=open_cache(), stamp=stamp, report=report)
    about = manifest(
        record,
        command=command,
        seed=seed,
        until=until,
        **settings,
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
    fitted, part, about = calibration.fitted, calibration.problem, calibration.manifest
    made = tree(fitted.draws, part, about, {"diverging": fitted.diverging, "n_steps": fitted.steps})
    made.to_zarr(folder / "posterior.zarr", mode="w", consolidated=False, zarr_format=2)
    if find_spec("h5netcdf"):
        made.to_netcdf(folder / "posterior.nc", engine="h5netcdf")
    save(folder / "posterior.npz", thin(fitted.draws, SHIPPED_DRAWS), part, about)
    for name, stated in (("diagnostics", as_json(calibration.diagnosis)), ("manifest", about)):
        (folder / f"{name}.json").write_text(json.dumps(stated, indent=1), encoding="utf-8")
    (folder / "report.html").write_text(html, encoding="utf-8")


# A posterior as a tree in ArviZ's layout: what other people's diagnostics read.

FIGURE = "figure_value"
"""The name of the record's figures in the groups log_likelihood, observed_data and posterior_predictive."""
DIMS = {"aviation_log_split": ["plant"], "repair_pace_log": ["plant"], "aviation_mix_log": ["month"]}
DIMS |= {"raid_luck": ["raid"], FIGURE: ["figure"], "error": ["figure"], "kind": ["figure"], "rows": ["figure"]}
DIMS |= {"units": ["figure"]}
AT_ONCE = 50
"""Draws whose figures are computed side by side."""


def tree(draws: Unknowns, problem: Problem, about: dict[str, Any], stats: dict | None = None) -> xarray.DataTree:
    """The draws of a fit with named variables, and what they say of every figure that the fit saw.

    draws: Unknowns with leading axes [C, N]; problem: what was fitted; about: the fit's manifest; stats: [C, N] of the
    sampler

    Groups: posterior; log_likelihood, posterior_predictive (no figure below zero) and observed_data of ``figure_value``;
    constant_data (each figure's kind, unit, error and rows); sample_stats where given. `arviz_stats.loo` and ``rhat`` work
    on it.
    """
    import arviz_base

    made = arviz_base.from_dict(
        _groups(draws, problem, int(about["seed"])) | ({"sample_stats": stats} if stats else {}),
        coords={
            "plant": list(problem.system.plant_ids),
            "month": list(problem.system.window.months[1:]),
            "raid": [f"{raid} on {plant}" for raid, plant in raids_of(problem)],
            "figure": _labels(problem.items),
        },
        dims=DIMS,
    )
    for prior in PRIORS:
        stated = {"prior": f"{prior.form} {prior.centre:g}, {prior.spread:g}", "source": prior.source}
        made["posterior"][prior.name].attrs |= stated
    sources = "rows of the record, by row id"
    made.attrs = {"title": "oilplan posterior", "manifest": json.dumps(about), "sources": sources}
    return made


def _groups(draws: Unknowns, problem: Problem, seed: int) -> dict[str, dict[str, np.ndarray]]:
    """The groups of the tree that the draws and the figures give."""
    items, (log_likelihood, predicted) = problem.items, _of_figures(draws, problem, seed)
    return {
        "posterior": _named(draws),
        "log_likelihood": {FIGURE: log_likelihood},
        "posterior_predictive": {FIGURE: predicted},
        "observed_data": {FIGURE: np.array([b.value for b in items])},
        "constant_data": {
            "error": np.array([b.error for b in items]),
            "kind": np.array([b.kind for b in items]),
            "units": np.array([_unit(b) for b in items]),
            "rows": np.array([";".join(b.row_ids) for b in items]),
        },
    }


def shipped_tree(record: Record, path: Path | None = None) -> xarray.DataTree:
    """The shipped posterior (or the one at ``path``) as a `tree`: thinned draws, chain by chain.

    Raises OilplanError where its raids or plants are not those of ``record``.
    """
    path = path or shipped_path()
    flat, raids, plants, about = read_kept(path)
    system = oil_system(record)
    fitted = problem(system, as_flown(record, system), bindings(record), system.n_days - 1)
    if about["until"] is not None or raids != raids_of(fitted) or plants != list(fitted.system.plant_ids):
        raise OilplanError(
            f"{path.name} was fitted to other raids or plants than this record's; make it again with `oilplan calibrate`."
        )
    chains = about["chains"] if len(flat[0]) % about["chains"] == 0 else 1
    return tree(Unknowns(*(a.reshape(chains, -1, *a.shape[1:]) for a in flat)), fitted, about)


def _named(draws: Unknowns) -> dict[str, np.ndarray]:
    """[C, N, ...] draws of every unknown in its own unit; April's mix is 1 by definition and left out."""
    whole = Unknowns(*(np.asarray(part) for part in draws))
    named = {name: np.asarray(value) for name, value in to_parameters(whole)._asdict().items()}
    named["aviation_mix_log"] = named["aviation_mix_log"][..., 1:]
    return named | {"discrepancy": np.asarray(discrepancy_of(whole)), "raid_luck": np.asarray(whole.raid)}


def _of_figures(draws: Unknowns, problem: Problem, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """[C, N, F] log likelihood of the record's figures and figures drawn anew."""
    value = jnp.asarray([b.value for b in problem.items])

    def one(given: tuple[Unknowns, jax.Array]) -> tuple[jax.Array, jax.Array]:
        u, key = given
        mean, scale = mean_and_scale(u, problem)
        noise = jax.random.t(key, DEGREES_OF_FREEDOM, mean.shape, mean.dtype)
        return student_t(value.astype(mean.dtype), mean, scale), jnp.maximum(mean + scale * noise, 0.0)

    chains, n = draws.scalar.shape[:2]
    flat = Unknowns(*(jnp.asarray(a).reshape(chains * n, *a.shape[2:]) for a in draws))
    keys = jax.random.split(jax.random.key(seed), chains * n)
    made = jax.jit(lambda given: jax.lax.map(one, given, batch_size=AT_ONCE))((flat, keys))
    log_likelihood, predicted = (np.asarray(a).reshape(chains, n, -1) for a in made)
    return log_likelihood, predicted


def _unit(item: Binding) -> str:
    if item.kind == PLANT_SHARE:
        return "share of capacity"
    return "share of normal loadings" if item.kind == CARS_LOADED else "t"


def _labels(items: tuple[Binding, ...]) -> list[str]:
    """A name for each figure: its kind and the first row it rests on, numbered where that repeats."""
    found: dict[str, int] = {}
    names = []
    for item in items:
        name = f"{item.kind}: {item.row_ids[0]}"
        found[name] = found.get(name, 0) + 1
        names.append(name if found[name] == 1 else f"{name} ({found[name]})")
    return names
