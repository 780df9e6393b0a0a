"""A sweep from its grid to its folder: what is missing is flown, what is there is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import zarr

from ...calibration.posterior import load_posterior
from ...errors import OilplanError
from ...flight.as_flown import as_flown
from ...model.oil import oil_system
from ...record import Record
from ...record.load import overlay_from_environment
from ...results_folder import whole_path
from ..compare import check_draws
from ..manifest import manifest
from .flight import computes_the_same, missing_chunks
from .grid import Grid
from .store import (
    DONE,
    IDENTITY,
    Job,
    array_of,
    check_workers_reach,
    job_of,
    of_code,
    open_existing,
    open_or_make,
    told_of,
)
from .workers import dask_is_there, fly_all


class Swept(NamedTuple):
    """place: folder or URL; chunks: in all; kept: of them, those that an earlier session had finished."""

    place: str
    chunks: int
    kept: int


def sweep(
    grid: Grid,
    record: Record,
    place: str,
    *,
    folder: Path | None = None,
    seed: int = 1944,
    force: bool = False,
    scheduler: str | None = None,
    workers: int | None = None,
    command: list[str] | None = None,
    begun: Callable[[Swept], None] = lambda kept: None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Swept:
    """Fly every missing chunk of a grid and write it to a folder or URL.

    folder: the user's own record folder that ``record`` was read with, None as for `load_record`; seed: 0 to 2**32 - 1; force: begin again
    scheduler: address of a dask scheduler; workers: of a cluster of our own, 0 for this process, None for one a core
    Without dask, and where neither a scheduler nor workers are asked for, this process flies all.
    begun: called once with what is kept; progress: called with chunks done and chunks to do, of this session

    Raises OilplanError for a seed out of range, a place that holds something else, or lost workers and schedulers;
    what was finished stays.
    """
    check_draws(1, seed)
    if workers is not None and (scheduler is not None or workers < 0):
        raise OilplanError(f"--workers {workers}: expected a whole number from 0, and no --scheduler beside it.")
    if workers is None and scheduler is None and not dask_is_there():
        workers = 0
    check_workers_reach(place, workers)
    folder = folder or overlay_from_environment()
    place = place if "://" in place else str(whole_path(Path(place)))
    job = job_of(grid, record, None if folder is None else str(folder.resolve()), place, seed)
    system = oil_system(record)
    posterior = load_posterior(system, as_flown(record, system))
    fit = None if posterior is None else posterior.manifest
    identity = {"grid": grid.told(), "seed": seed, "record": record.hash, "posterior": fit, "code": job.code}
    told = manifest(
        record, command=command or [], seed=seed, draws=grid.draws, since=grid.from_date, code=job.code, posterior=fit
    )
    try:
        return _flown(
            grid,
            job,
            identity,
            told,
            force,
            begun,
            lambda missing: fly_all(job, missing, scheduler=scheduler, workers=workers, progress=progress),
        )
    except OSError as error:
        raise OilplanError(
            f"{place}: cannot be written ({error.strerror or error}); finished chunks are kept, the same"
            " command goes on with the rest."
        ) from None


def _flown(grid: Grid, job: Job, identity: dict, told: dict, force: bool, begun, fly) -> Swept:
    place = job.place
    group = open_or_make(place, grid, identity, told, force=force)
    _check_code(job, group)
    missing = missing_chunks(group)
    made = Swept(place, len(grid.laws) * grid.n_blocks, len(grid.laws) * grid.n_blocks - len(missing))
    begun(made)
    if missing:
        fly(missing)
    if left := missing_chunks(group):
        raise OilplanError(f"{place}: {len(left)} chunks were not written; do all workers reach this place?")
    return made


def _check_code(job: Job, group: zarr.Group) -> None:
    """Raises OilplanError where chunks were flown by other code that computes other numbers than this."""
    if told_of(group, IDENTITY)["code"] == job.code:
        return
    if not computes_the_same(job, group):
        raise OilplanError(
            f"{job.place} holds a sweep by other code, which computes other numbers; choose another --out,"
            " or add --force to begin again."
        )
    of_code(group, job.code)


def kept_of(place: str) -> str:
    """How many chunks of a sweep are whole, as words for a message."""
    group = open_existing(place)
    if group is None or DONE not in group:
        return f"nothing is kept in {place} yet"
    left, chunks = len(missing_chunks(group)), array_of(group, DONE).size
    return f"{chunks - left} of {chunks} chunks are kept in {place}"
