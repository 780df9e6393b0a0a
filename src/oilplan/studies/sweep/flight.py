"""One chunk of a sweep flown: a block of draws, all directives and the two measuring arms, paired.

Axes: A directives, D draws, M months.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import jax
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
from ...model.oil import oil_system
from ...model.target import AVIATION_GASOLINE, MOTOR_FUEL, TargetSystem
from ...record import Record, load_record
from ..arms import choice
from ..compare import FLOWN, ORDERED, SPARED, measuring_arms
from ..outcomes import Effort, Measure, effort_of, joint_left, on_railways, outcomes
from .grid import LAWS
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
        rows = rows_of_block(job.seed, block, job.block, fit.n_draws)
        fit = fit._replace(
            parameters=jax.tree.map(lambda a: a[rows], fit.parameters),
            raid_z=fit.raid_z[rows],
            discrepancy=fit.discrepancy[rows],
        )
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
    return arm_flyer(world.system, facts, Parts(law=LAWS[law]))


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
