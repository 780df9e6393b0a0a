"""One chunk of a sweep flown (a block of draws, all directives and the measuring arms, paired) and written, and chunks given to workers.

Axes: A directives, D draws, M months.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import zarr

from ...cache import own_code
from ...calibration.model import pairer
from ...calibration.posterior import Posterior, load_posterior
from ...errors import OilplanError
from ...flight.arm_run import ArmRun, arm_flyer
from ...flight.as_flown import as_flown
from ...flight.campaign import Choice, Parts, no_raids
from ...flight.executable import keep_compiled
from ...flight.force_facts import force_facts
from ...flight.schedule import Schedule
from ...flight.worlds import Pairing, flown_tons
from ...model.joint import joint_parts
from ...model.law import RIVAL_LAWS
from ...model.oil import oil_system
from ...model.target import AVIATION_GASOLINE, MOTOR_FUEL, TargetSystem
from ...record import Record, load_record
from ..arms import choice
from ..compare import FLOWN, ORDERED, SPARED, measuring_arms
from ..outcomes import Effort, Measure, effort_of, joint_left, on_railways, outcomes
from .store import DONE, JOINT, VARIABLES, Chunk, Job, arms_of, array_of, block_seed, rows_of_block, store_of, undamaged


class World(NamedTuple):
    """What every chunk shares."""

    record: Record
    system: TargetSystem
    flown: Schedule
    posterior: Posterior | None
    pairs: Callable[..., Pairing]


def fly_chunk(job: Job, chunk: Chunk) -> dict[str, np.ndarray]:
    """Every variable of a chunk by name: outcomes [A, D], months [A, D, M], ``as_flown_*`` [D, M]; the last block of
    a sweep is cut to its draws. Raises OilplanError where the worker has another record or other code than the job.
    """
    world = _world(job.record, job.record_hash, job.code)
    pairing = block_pairing(job, world, chunk.block)
    run = _compiled(job.record, job.record_hash, job.code, job.laws[chunk.law], job.block)
    choices = _choices(job)
    sky = no_raids(pairing.flown, job.first_day)
    replays = {a.name for a in arms_of(job.arms) if a.plan.is_replay}
    runs: dict[str, ArmRun] = {}
    for name in (SPARED, FLOWN, ORDERED, *(n for n in choices if n not in (SPARED, FLOWN, ORDERED))):
        measure = name in (SPARED, FLOWN, ORDERED) or name in replays
        chosen = choices[name]
        if not measure:
            chosen = on_railways(chosen, runs[ORDERED].bombs_t, pairing.facts, np.asarray(pairing.flown.bombs_t))
        runs[name] = run(chosen, sky if name == SPARED else pairing.flown, pairing)
    spared, flown, ordered = (runs.pop(name) for name in (SPARED, FLOWN, ORDERED))
    joint = joint_parts(world.record, job.block, block_seed(job.seed, chunk.block))
    against = Measure(spared, flown, ordered, job.first_day, world.system, pairing.facts, joint)
    n = min(job.block, job.draws - chunk.block * job.block)
    return {
        name: a[tuple(slice(n) if axis == "draw" else slice(None) for axis in VARIABLES[name].axes[1:])]
        for name, a in _variables(runs, choices, against).items()
    }


def block_pairing(job: Job, world: World, block: int) -> Pairing:
    """The weather, luck and parameters of a block; the same for all laws and all directives."""
    fit = world.posterior
    if fit is not None:
        fit = fit.of_rows(rows_of_block(job.seed, block, job.block, fit.n_draws))
    return world.pairs(draws=job.block, seed=block_seed(job.seed, block), posterior=fit)


def _variables(runs: dict[str, ArmRun], choices: dict[str, Choice], against: Measure) -> dict[str, np.ndarray]:
    rows = [outcomes(run, choices[name], against) for name, run in runs.items()]
    made = {outcome: np.stack([row[outcome] for row in rows]) for outcome in rows[0]}
    products_t = np.stack([run.products_t for run in runs.values()])
    made["aviation_gasoline_by_month"] = products_t[..., against.system.product(AVIATION_GASOLINE)]
    made["motor_fuel_by_month"] = products_t[..., against.system.columns(MOTOR_FUEL)].sum(axis=-1)
    left = [joint_left(run, against) for run in runs.values()]
    none = np.full(next(iter(runs.values())).cars.shape, np.nan, np.float32)
    made |= {f"{product}_by_month": np.stack([of.get(product, none) for of in left]) for product in JOINT}
    for name in Effort._fields:
        made[name] = np.stack([getattr(effort_of(run), name) for run in runs.values()])
    made["as_flown_believed"], made["as_flown_worked"] = against.flown.believed, against.flown.worked
    return made


@lru_cache(maxsize=2)
def _world(folder: str | None, record_hash: str, code: str) -> World:
    record = load_record(None if folder is None else Path(folder))
    for what, here, wanted in (("record", record.hash, record_hash), ("code", own_code(), code)):
        if here != wanted:
            raise OilplanError(
                f"a worker has another {what} ({here[:12]}) than the sweep ({wanted[:12]}); install the"
                " same oilplan and give it the same --record everywhere."
            )
    keep_compiled()
    system = oil_system(record)
    flown = as_flown(record, system)
    return World(record, system, flown, load_posterior(system, flown), pairer(record, system, flown))


@lru_cache(maxsize=8)
def _compiled(folder: str | None, record_hash: str, code: str, law: str, draws: int) -> Callable[..., ArmRun]:
    """Compiled at its first call and kept for the life of the worker. ``draws`` keeps one size a compilation."""
    world = _world(folder, record_hash, code)
    facts = force_facts(world.record, world.system, world.flown)
    return arm_flyer(world.system, facts, Parts(law=RIVAL_LAWS[law]))


@lru_cache(maxsize=2)
def _choices(job: Job) -> dict[str, Choice]:
    """The measuring arms and every directive of the job, in numbers."""
    world = _world(job.record, job.record_hash, job.code)
    flown_t = np.asarray(flown_tons(world.flown, world.system), np.float32)
    measures = measuring_arms()
    return {
        a.name: choice(a, world.record, world.system, flown_t, job.first_day) for a in [*measures, *arms_of(job.arms)]
    }


# Write one chunk of a sweep, then its marker; and tell which chunks are whole.


def missing_chunks(group: zarr.Group) -> list[Chunk]:
    """Chunks without a marker, block by block."""
    block, law = np.nonzero(np.asarray(array_of(group, DONE)[:, :]).T == 0)
    return [Chunk(*map(int, at)) for at in zip(law, block, strict=True)]


def computes_the_same(job: Job, group: zarr.Group) -> bool:
    """Whether this code makes the same bits: for every law a chunk that is whole is flown again and compared."""
    done = np.asarray(array_of(group, DONE)[:, :])
    kept = [Chunk(law, int(np.flatnonzero(row)[0])) for law, row in enumerate(done) if row.any()]
    return all(_is_same(fly_chunk(job, chunk), _kept(job, group, chunk)) for chunk in kept)


def _is_same(made: dict[str, np.ndarray], kept: dict[str, np.ndarray]) -> bool:
    return all(np.array_equal(made[name].astype(a.dtype), a, equal_nan=True) for name, a in kept.items())


def _kept(job: Job, group: zarr.Group, chunk: Chunk) -> dict[str, np.ndarray]:
    with undamaged(job.place):
        return {name: np.asarray(array_of(group, name)[_place_of(job, chunk, name)])[0] for name in VARIABLES}


def _place_of(job: Job, chunk: Chunk, name: str) -> tuple[slice, ...]:
    """Where a chunk stands in a variable."""
    first = chunk.block * job.block
    at = {"law": slice(chunk.law, chunk.law + 1), "draw": slice(first, min(first + job.block, job.draws))}
    return tuple(at.get(axis, slice(None)) for axis in VARIABLES[name].axes)


def do_chunk(job: Job, chunk: Chunk) -> Chunk:
    """Fly a chunk and write it, unless it is whole already; flying it again would write the same bytes.

    Every task owns whole Zarr chunks, so that no two workers ever write the same file with different content.
    """
    arrays = _arrays(job)
    if arrays[DONE][chunk.law, chunk.block] == 1:
        return chunk
    made = fly_chunk(job, chunk)
    for name in VARIABLES:
        arrays[name][_place_of(job, chunk, name)] = made[name][None]
    arrays[DONE][chunk.law, chunk.block] = 1
    return chunk


@lru_cache(maxsize=2)
def _arrays(job: Job) -> dict[str, zarr.Array]:
    """Arrays opened once a worker and job: opening reads their description each time."""
    group = zarr.open_group(store_of(job.place), mode="r+", use_consolidated=False)
    return {name: array_of(group, name) for name in (*VARIABLES, DONE)}


# Chunks given to workers: this process, a cluster of its own, or a scheduler that is named. Every worker of a cluster of its own
# loads this module as it starts (a dask preload module). Dask is imported here only, and late: it is an extra.

NEEDS_DASK = (
    "workers of a sweep need dask, which is not installed: pip install 'oilplan[cluster]', or leave --workers and"
    " --scheduler out and this process flies alone."
)
RETRIES = 2
"""Times that a chunk is tried again after an error, such as a place that did not answer."""
LOUD = ("distributed", "distributed.client", "distributed.gc", "tornado.application")
"""Loggers that print a traceback where a sweep says one sentence; each has a level of its own."""
SETUP = "oilplan.studies.sweep.chunks"
POLL_S = 0.05
IN_FLIGHT = 2000
"""Chunks that the scheduler knows of at a time: enough for hundreds of workers, small against its memory."""
CONNECT_S = 10
WORKERS_S = 60
LOST = "the scheduler was lost; finished chunks are kept, run the same command again to go on with the rest."
Progress = Callable[[int, int], None]
"""Called with chunks done in this session and chunks to do in it."""


def dask_setup(worker) -> None:
    """Leave Ctrl-C to the client: a terminal sends it to workers too, which would die of it with a traceback."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def fly_all(job: Job, chunks: list[Chunk], *, scheduler: str | None, workers: int | None, progress: Progress) -> None:
    """Do every chunk. scheduler: its address; workers: processes of a cluster of our own, 0 for none at all, None
    for one a core. Raises OilplanError without dask, without a scheduler, or when a chunk cannot be done."""
    if workers == 0:
        for n, chunk in enumerate(chunks):
            do_chunk(job, chunk)
            progress(n + 1, len(chunks))
        return
    with _client(scheduler, workers or _cores(), len(chunks)) as client:
        _wait_for_all(client, job, chunks, progress)


def dask_is_there() -> bool:
    """Whether chunks can be given to other processes."""
    try:
        return importlib.util.find_spec("distributed") is not None
    except ValueError:  # a module that somebody shut off
        return False


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _client(scheduler: str | None, workers: int, most: int) -> Iterator:
    """A client of the scheduler at an address, or of a cluster of our own that ends with it."""
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise OilplanError(NEEDS_DASK) from None
    for name in LOUD:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    cluster = None
    if scheduler is None:
        cluster = LocalCluster(
            n_workers=min(workers, most),
            threads_per_worker=1,
            processes=True,
            memory_limit=0,
            dashboard_address="127.0.0.1:0",
            host="127.0.0.1",
            preload=[SETUP],
            silence_logs=logging.CRITICAL,
        )
    try:
        client = Client(cluster or scheduler, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise OilplanError(f"--scheduler {scheduler}: no scheduler answers there ({_first_line(error)}).") from None
    try:
        yield client
    finally:
        with suppress(Exception):
            client.close(timeout=CONNECT_S if client.status == "running" else 0)
        if cluster is not None:
            cluster.close(timeout=CONNECT_S)


def _wait_for_all(client, job: Job, chunks: list[Chunk], progress: Progress) -> None:
    from distributed import as_completed

    try:
        client.wait_for_workers(1, timeout=WORKERS_S)
    except TimeoutError:
        raise OilplanError(
            "the scheduler has no workers; start some with `dask worker ADDRESS --nthreads 1`."
        ) from None
    todo = iter(chunks)
    ask = partial(client.submit, partial(do_chunk, job), pure=False, retries=RETRIES)
    asked = as_completed([ask(chunk) for chunk in islice(todo, IN_FLIGHT)], loop=client.loop)
    try:
        _watch(client, asked, lambda: asked.update([ask(chunk) for chunk in islice(todo, 1)]), len(chunks), progress)
    except KeyboardInterrupt:
        client.cancel(list(asked.futures))
        raise


def _watch(client, asked, ask_next: Callable[[], None], most: int, progress: Progress) -> None:
    """Until ``most`` chunks are done. It asks again and again, for a plain wait would not see the scheduler die."""
    done = 0
    while done < most:
        for future in asked.next_batch(block=False):
            _check(future)
            ask_next()
            done += 1
            progress(done, most)
        if client.status != "running":
            raise OilplanError(LOST)
        time.sleep(POLL_S)


def _check(future) -> None:
    """Raises OilplanError for a chunk that was not done."""
    from distributed import KilledWorker

    if future.status == "finished":
        return
    if future.status != "error":
        raise OilplanError(LOST)
    error = future.exception()
    if isinstance(error, OilplanError):
        raise error
    if isinstance(error, KilledWorker):
        raise OilplanError(
            "workers died again and again over one chunk, perhaps for want of memory; finished chunks are"
            " kept, run it again with fewer --workers or a smaller block."
        )
    raise OilplanError(f"a chunk could not be done ({_first_line(error)}); finished chunks are kept, run it again.")


def _first_line(error: BaseException) -> str:
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0]}" if text else type(error).__name__
