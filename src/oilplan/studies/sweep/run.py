"""A sweep from its grid to its folder, where what is there is kept, and from the folder to what a comparison says of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import zarr
from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, ValidationError, field_validator

from ...clock import FIRST_DATE, LAST_DATE, day_of
from ...directives.toml_file import EXPECTED, fault, key_of, read_toml
from ...errors import OilplanError
from ...flight.as_flown import as_flown
from ...flight.force_facts import force_facts
from ...model.joint import as_json, joint_months
from ...model.law import DEFAULT_LAW, RIVAL_LAWS
from ...model.oil import oil_system
from ...record import Record
from ...record.load import overlay_from_environment
from ...results_folder import whole_path
from .. import manifest
from ..arms import Arm, arm
from ..compare import MAX_DRAWS, base_of, distinct, summary_of, twins_of, with_base
from ..outcomes import Effort, beyond_record
from ..replay import check_draws, oil_war
from ..run import resilience_of
from .chunks import computes_the_same, dask_is_there, fly_all, missing_chunks
from .store import (
    DONE,
    IDENTITY,
    JOINT,
    OUTCOMES,
    TITLE,
    Job,
    arms_of_stated,
    array_of,
    attribute_of,
    check_shape,
    check_workers_reach,
    job_of,
    of_code,
    open_existing,
    open_or_make,
    undamaged,
    values_of,
)

LAWS = {name: law for name, law in RIVAL_LAWS.items() if not law.coupled}
"""By name. The pooled law takes the mean backlog of all it is given; the campaign gives it all draws at once, so a
draw would depend on its neighbours and the result on the size of a block."""


# The grid of a sweep, read from TOML; every error names the key, what came and what is allowed.

MAX_SWEEP_DRAWS = 100_000_000
DEFAULT_BLOCK = 250
"""Draws a chunk: seconds of work, with under a gigabyte of memory in a worker."""
MOST_CHUNKS = 100_000
"""Each is a file of every variable; more are looked through in minutes, and in a memory of gigabytes."""
DATE_EXPECTED = f"a date such as 1944-10-01, from {FIRST_DATE} to {LAST_DATE}"
GRID_EXPECTED = EXPECTED | {
    "too_short": "a list of at least one name",
    "list_type": "a list of names in quotes",
    "int_type": "a whole number",
}


class GridFile(BaseModel):
    """The keys of a grid. draws: of what is not known, in all; block: draws flown together and written as one chunk."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    directives: list[StrictStr] = Field(min_length=1)
    laws: list[StrictStr] = Field(default=[DEFAULT_LAW.name], min_length=1)
    from_date: date = Field(default=date(1944, 10, 1), alias="from", strict=True, ge=FIRST_DATE, le=LAST_DATE)
    draws: StrictInt = Field(ge=1, le=MAX_SWEEP_DRAWS)
    block: StrictInt = Field(default=DEFAULT_BLOCK, ge=1, le=MAX_DRAWS)

    @field_validator("directives", "laws")
    @classmethod
    def _each_once(cls, names: list[str]) -> list[str]:
        if len(set(names)) < len(names):
            raise ValueError("each name once")
        return names

    @field_validator("laws")
    @classmethod
    def _known(cls, names: list[str]) -> list[str]:
        if set(names) - set(LAWS):
            raise ValueError("names among " + "; ".join(f"'{name}'" for name in LAWS))
        return names


class Grid(NamedTuple):
    """What a sweep flies. arms: the directives with names of their own; laws: names of `LAWS`; from_date: as ISO text;
    first_day: its day number; draws: in all; block: draws a chunk, at most ``draws``
    """

    arms: list[Arm]
    laws: list[str]
    from_date: str
    first_day: int
    draws: int
    block: int

    @property
    def n_blocks(self) -> int:
        """Blocks of draws; the last may be cut short."""
        return -(-self.draws // self.block)

    def stated(self) -> dict:
        """JSON-ready, with every directive spelled out: what two sweeps must share to be one."""
        return {
            "directives": [stated(a) for a in self.arms],
            "laws": self.laws,
            "from": self.from_date,
            "draws": self.draws,
            "block": self.block,
        }


def stated(a: Arm) -> dict:
    """An arm, JSON-ready."""
    return {**a._asdict(), "plan": a.plan.model_dump(mode="json")}


def read_grid(path: Path) -> Grid:
    """The grid of a TOML file. Raises OilplanError when it cannot be read, is not TOML, or a key is unknown, missing
    or out of range: all faults at once, each with its key, what came and what is allowed."""
    data = read_toml(path, "a grid", "examples/sweep.toml")
    try:
        file = GridFile.model_validate(data)
    except ValidationError as error:
        faults = dict.fromkeys(_fault(e) for e in error.errors())
        raise OilplanError("\n  ".join([f"{path}: the grid cannot be used.", *faults])) from None
    return _grid(file, path)


def _grid(file: GridFile, path: Path) -> Grid:
    try:
        arms = with_base(distinct([arm(_beside(name, path)) for name in file.directives]), None)
    except OilplanError as error:
        raise OilplanError(f"{path}: directives: {error}") from None
    made = Grid(
        arms, file.laws, file.from_date.isoformat(), day_of(file.from_date), file.draws, min(file.block, file.draws)
    )
    if (chunks := made.n_blocks * len(made.laws)) > MOST_CHUNKS:
        raise OilplanError(
            f"{path}: block: {made.draws:,} draws in blocks of {made.block:,}, for each law, are {chunks:,} chunks;"
            f" expected {MOST_CHUNKS:,} at most. Make the block larger (up to {MAX_DRAWS:,})."
        )
    return made


def _beside(name: str, path: Path) -> str:
    """A directive's TOML file lies relative to the grid; a built-in name stays as it is."""
    file, *words = name.split(":")
    return ":".join([str(path.parent / file), *words]) if file.endswith(".toml") else name


def _fault(e: Mapping) -> str:
    key = key_of(e["loc"])
    allowed = (field.alias or name for name, field in GridFile.model_fields.items())
    return fault(e, key, allowed, {e["type"]: DATE_EXPECTED} if key == "from" else GRID_EXPECTED)


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
    workers = _workers(place, scheduler, workers)
    folder = folder or overlay_from_environment()
    place = place if "://" in place else str(whole_path(Path(place)))
    job = job_of(grid, record, None if folder is None else str(folder.resolve()), place, seed)
    fly = partial(fly_all, job, scheduler=scheduler, workers=workers, progress=progress)
    fit = oil_war(record).fit
    try:
        return _flown(grid, record, job, fit, command or [], force, begun, fly)
    except OSError as error:
        why = f"{place}: cannot be written ({error.strerror or error})"
        raise OilplanError(f"{why}; finished chunks are kept, the same command goes on with the rest.") from None


def _workers(place: str, scheduler: str | None, workers: int | None) -> int | None:
    """Processes of a cluster of our own, as `fly_all` takes them. Raises OilplanError for what cannot go together."""
    if workers is not None and (scheduler is not None or workers < 0):
        raise OilplanError(f"--workers {workers}: expected a whole number from 0, and no --scheduler beside it.")
    if workers is None and scheduler is None and not dask_is_there():
        workers = 0
    check_workers_reach(place, workers)
    return workers


def _flown(
    grid: Grid, record: Record, job: Job, fit: dict | None, command: list[str], force: bool, begun, fly: Callable
) -> Swept:
    place, made_with = job.place, {"code": job.code, "posterior": fit}
    identity = {"grid": grid.stated(), "seed": job.seed, "record": record.hash, **made_with}
    stated = manifest(record, command=command, seed=job.seed, draws=grid.draws, since=grid.from_date, **made_with)
    group = open_or_make(place, grid, identity, stated, force=force)
    with undamaged(place):
        check_shape(group, grid.stated())
        missing = missing_chunks(group)
    _check_code(job, group)
    made = Swept(place, len(grid.laws) * grid.n_blocks, len(grid.laws) * grid.n_blocks - len(missing))
    begun(made)
    if missing:
        fly(missing)
    if left := missing_chunks(group):
        raise OilplanError(f"{place}: {len(left)} chunks were not written; do all workers reach this place?")
    return made


def _check_code(job: Job, group: zarr.Group) -> None:
    """Raises OilplanError where chunks were flown by other code that computes other numbers than this."""
    if attribute_of(group, IDENTITY)["code"] == job.code:
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


# A sweep's folder read back.


class SweepRead(NamedTuple):
    """place: folder or URL; group: its Zarr group; laws: names; identity: what it was made from."""

    place: str
    group: zarr.Group
    laws: list[str]
    identity: dict


def read_sweep(place: str) -> SweepRead:
    """A finished sweep. Raises OilplanError for a place that holds none, or one whose chunks are not all there."""
    group = open_existing(place)
    if group is None or attribute_of(group, "title") != TITLE or not attribute_of(group, IDENTITY):
        raise OilplanError(f"{place}: holds no sweep; expected a folder that `oilplan sweep` made.")
    with undamaged(place):
        identity = attribute_of(group, IDENTITY)
        check_shape(group, identity["grid"])
        left = len(missing_chunks(group))
    if left:
        raise OilplanError(f"{place}: {left} chunks are missing; run the same `oilplan sweep` again to finish it.")
    return SweepRead(place, group, list(identity["grid"]["laws"]), identity)


def default_law(made: SweepRead) -> str:
    """The law to read where none is named: the engine's own if it was flown, else the first."""
    return DEFAULT_LAW.name if DEFAULT_LAW.name in made.laws else made.laws[0]


def sweep_summary(made: SweepRead, record: Record, law: str | None = None, base: str | None = None) -> dict:
    """The summary of a comparison (`oilplan.studies.compare.summary_of`) from all draws of one law.

    record: the one that the sweep was made with; law: default `default_law`; base: as for `compare`
    Raises OilplanError for a law or base that was not flown, or another record.
    """
    law = law or default_law(made)
    if law not in made.laws:
        raise OilplanError(f"--law '{law}' was not flown; the sweep has: {'; '.join(made.laws)}.")
    if record.hash != made.identity["record"]:
        raise OilplanError(
            f"{made.place}: was made with another record; give the same --record. The draws open with"
            " xarray all the same."
        )
    grid = made.identity["grid"]
    with undamaged(made.place):
        arms = arms_of_stated(grid["directives"])
        made_of = {
            "draws": grid["draws"],
            "seed": made.identity["seed"],
            "from": grid["from"],
            "record": record.hash,
            "posterior": made.identity["posterior"],
        }
        at = made.laws.index(law)
        believed, worked = (values_of(made.group, "as_flown_" + w, at) for w in ("believed", "worked"))
        efforts = [values_of(made.group, name, at) for name in Effort._fields]
        month_t = values_of(made.group, "aviation_gasoline_by_month", at)
        left = {product: values_of(made.group, f"{product}_by_month", at) for product in JOINT}
    values = outcome_values(made, law, [a.name for a in arms])
    system = oil_system(record)
    raids = force_facts(record, system, as_flown(record, system)).raids
    beyond = {a.name: beyond_record(Effort(*(e[n] for e in efforts)), a.plan, raids) for n, a in enumerate(arms)}
    stated = summary_of(record, arms, base_of(base, arms), values, made_of, (believed, worked), beyond)
    resilience = {a.name: resilience_of(month_t[n], system.window) for n, a in enumerate(arms)}
    joint = {
        a.name: {product: of[n] for product, of in left.items() if np.isfinite(of[n]).all()} for n, a in enumerate(arms)
    }
    joint_products = {name: as_json(joint_months(record, system.window, of)) for name, of in joint.items()}
    return stated | {"joint_products": joint_products, "resilience": resilience, "law": law}


def outcome_values(made: SweepRead, law: str, names: list[str]) -> dict[str, dict[str, np.ndarray]]:
    """[D] of every outcome by directive, for one law."""
    at = made.laws.index(law)
    with undamaged(made.place):
        whole = {outcome: values_of(made.group, outcome, at) for outcome in OUTCOMES}
    return {name: {outcome: whole[outcome][n] for outcome in OUTCOMES} for n, name in enumerate(names)}


def twins(made: SweepRead, law: str) -> list[tuple[str, str]]:
    """Pairs of directives with the same outcomes in every draw of a law."""
    names = [d["name"] for d in made.identity["grid"]["directives"]]
    values = outcome_values(made, law, names)
    return twins_of(
        names, lambda a, b: all(np.array_equal(values[a][k], values[b][k], equal_nan=True) for k in values[a])
    )
