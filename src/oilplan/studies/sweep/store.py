"""The folder of a sweep: its variables, what a worker must know to fly a part of it, and how it is made and opened."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

import numpy as np
import zarr
from zarr.abc.store import Store
from zarr.storage import FsspecStore, LocalStore

from ...cache import own_code
from ...clock import MONTHS
from ...directives.forces import NAMES
from ...directives.plan import Plan
from ...errors import OilplanError
from ...record import Record
from ...results_folder import check_place, files_of, remove_files
from ..arms import Arm
from ..datasets import plain_attributes
from ..outcomes import MEANINGS, UNITS

if TYPE_CHECKING:
    from .run import Grid


class Variable(NamedTuple):
    """axes: names of its dimensions; kind: of number; unit, meaning: for its attributes."""

    axes: tuple[str, ...]
    kind: str
    unit: str
    meaning: str


OF_DRAW = ("law", "directive", "draw")
OF_MONTH = (*OF_DRAW, "month")
OF_FLOWN = ("law", "draw", "month")
OUTCOMES = {name: Variable(OF_DRAW, "float64", unit, MEANINGS[name]) for name, unit in UNITS.items()}
"""Kept in 64 bits: the very numbers that a comparison of the same block makes."""
MONTHLY = {
    "aviation_gasoline_by_month": Variable(OF_MONTH, "float32", "t a month", "aviation gasoline delivered"),
    "motor_fuel_by_month": Variable(OF_MONTH, "float32", "t a month", "motor gasoline and diesel delivered"),
    "nitrogen_by_month": Variable(OF_MONTH, "float32", "percent", "nitrogen left, of April 1944"),
    "methanol_by_month": Variable(OF_MONTH, "float32", "percent", "methanol left, of April 1944"),
    "as_flown_believed": Variable(OF_FLOWN, "float32", "1", "share of national output believed, raids as flown, mean"),
    "as_flown_worked": Variable(OF_FLOWN, "float32", "1", "share of national output worked, raids as flown, mean"),
}
OF_EFFORT = (*OF_DRAW, "operation")
EFFORT = {
    "most_day_t": Variable(OF_EFFORT, "float32", "t", "most tons on oil of one day"),
    "most_targets": Variable(OF_EFFORT, "float32", "1", "most raids in strength on oil of one day"),
    "most_month_t": Variable(OF_EFFORT, "float32", "t", "most tons on oil of one month"),
}
VARIABLES = OUTCOMES | MONTHLY | EFFORT
JOINT = ("nitrogen", "methanol")
MAY_BE_NONE = frozenset((*OUTCOMES, *(f"{product}_by_month" for product in JOINT))) - {"bombs_on_oil"}
"""Variables that some draws have no number of."""
LARGEST = 1e15
DONE = "done"
DONE_MEANING = "1 where the chunk of this law and block of draws is whole; written last"


# What a worker must know to fly any chunk of a sweep; small, hashable and picklable.

ODD = 0x9E3779B1
"""Odd, so that multiplying by it permutes the numbers below 2**32: no two blocks of a sweep share a seed."""
LIMIT = 2**32


class Job(NamedTuple):
    """place: folder or URL that chunks are written to; record: folder of a user's own record, or None
    record_hash, code: what a worker must have to take part; arms: JSON of the directives; the rest as in `Grid`
    """

    place: str
    record: str | None
    record_hash: str
    code: str
    arms: str
    laws: tuple[str, ...]
    first_day: int
    draws: int
    block: int
    seed: int


class Chunk(NamedTuple):
    """One task: number of the law and of the block of draws."""

    law: int
    block: int


def job_of(grid: Grid, record: Record, folder: str | None, place: str, seed: int) -> Job:
    """The job of a grid."""
    arms = json.dumps(grid.stated()["directives"], sort_keys=True)
    return Job(
        place, folder, record.hash, own_code(), arms, tuple(grid.laws), grid.first_day, grid.draws, grid.block, seed
    )


def arms_of(text: str) -> list[Arm]:
    """The directives of a job, from their JSON."""
    return arms_of_stated(json.loads(text))


def arms_of_stated(stated: list[dict]) -> list[Arm]:
    """Directives as `oilplan.studies.sweep.run.stated` wrote them."""
    return [Arm(**{**a, "plan": Plan.model_validate_json(json.dumps(a["plan"]))}) for a in stated]


def block_seed(seed: int, block: int) -> int:
    """The seed of a block, 0 to 2**32 - 1: it depends on the sweep's seed and the block's number only."""
    start = int.from_bytes(hashlib.sha256(f"sweep {seed}".encode()).digest()[:4], "little")
    return (start + block * ODD) % LIMIT


def rows_of_block(seed: int, block: int, size: int, n: int) -> np.ndarray:
    """[size] rows of a posterior of ``n`` draws for a block.

    Blocks take turns in one shuffled order, so that no row is taken twice before every row has been taken once, and
    a short sweep is not confined to the first chains of the fit.
    """
    order = np.random.default_rng([seed, n]).permutation(n)
    return order[(block * size + np.arange(size)) % n]


# Where a sweep is written: a folder, or any URL that fsspec can open.

FILE = "file://"
OF_ONE_PROCESS = "memory://"
TITLE = "oilplan sweep"
"""Title of the group; a place without it is not ours to write to."""
LABELS = ("law", "directive", "month", "operation")
"""Axes whose names stand in the folder."""
PART = r"\.[0-9a-f]{32}\.partial"
"""End of the name under which Zarr writes a file before it moves it to its own; it stays where a writer is killed."""
ARRAYS = "|".join((*LABELS, *VARIABLES, DONE))
OURS = re.compile(rf"(({ARRAYS})/)?zarr(\.json|{PART})|({ARRAYS})/c(/[0-9]+)+({PART})?")
"""Paths of the files that a sweep writes: its description of itself is its list, for there may be millions of chunks."""


def store_of(place: str) -> Store:
    """The store of a folder or URL. A ``file://`` URL is a folder: Zarr's own store writes each file in one step,
    which fsspec's does not. Raises OilplanError for a URL of no known kind."""
    root = folder_of(place)
    if root is not None:
        return LocalStore(root)
    try:
        return FsspecStore.from_url(place)
    except (ImportError, ValueError) as error:
        raise OilplanError(f"--out {place}: cannot be opened ({str(error).splitlines()[0]}).") from None


def check_workers_reach(place: str, workers: int | None) -> None:
    """Raises OilplanError for a place that other processes cannot see. workers: 0 flies in this process."""
    if place.startswith(OF_ONE_PROCESS) and workers != 0:
        raise OilplanError(f"--out {place}: memory is not shared between workers; choose a folder, or --workers 0.")


NO_GROUP = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What Zarr raises for a description that is no group's."""


@contextmanager
def undamaged(place: str) -> Iterator[None]:
    """Say in one sentence that what stands at a place cannot be read: Zarr raises anything for files that are not its own."""
    try:
        yield
    except OilplanError:
        raise
    except Exception as error:
        raise OilplanError(
            f"{place}: the sweep in it is damaged ({type(error).__name__}); choose another --out, or add --force to begin"
            " again."
        ) from None


def check_shape(group: zarr.Group, stated: dict) -> None:
    """Raises ValueError, or what Zarr raises, for a group whose arrays are not those of its grid. stated: as `Grid.stated`"""
    draws, block = stated["draws"], stated["block"]
    if not all(type(n) is int and n > 0 for n in (draws, block)):
        raise ValueError
    labels = {"law": stated["laws"], "directive": [d["name"] for d in stated["directives"]], "month": list(MONTHS)}
    sizes = {axis: len(names) for axis, names in (labels | {"operation": list(NAMES)}).items()} | {"draw": draws}
    for name, v in VARIABLES.items():
        array = array_of(group, name)
        if array.shape != tuple(sizes[axis] for axis in v.axes) or array.dtype != np.dtype(v.kind):
            raise ValueError
    if array_of(group, DONE).shape != (sizes["law"], -(-draws // block)):
        raise ValueError


def values_of(group: zarr.Group, name: str, law: int) -> np.ndarray:
    """A variable under one law, the axis of laws left out. Raises ValueError where a number is absurd or was never written."""
    values = np.asarray(array_of(group, name)[law])
    if (
        np.isinf(values).any()
        or (np.abs(values) > LARGEST).any()
        or (name not in MAY_BE_NONE and np.isnan(values).any())
    ):
        raise ValueError
    return values


def open_existing(place: str, mode: Literal["r", "r+"] = "r") -> zarr.Group | None:
    """The Zarr group at a place, or None where there is none."""
    root = folder_of(place)
    if root is not None and not root.is_dir():
        return None
    try:
        return zarr.open_group(store_of(place), mode=mode, use_consolidated=False)
    except (FileNotFoundError, zarr.errors.GroupNotFoundError, zarr.errors.ContainsArrayError, *NO_GROUP):
        return None


def array_of(group: zarr.Group, name: str) -> zarr.Array:
    """An array of a group by name."""
    return cast(zarr.Array, group[name])


def attribute_of(group: zarr.Group, key: str) -> Any:
    """An attribute of a group, read from its JSON where it has parts; None where it is not there."""
    found = group.attrs.get(key)
    if key not in IN_JSON or found is None:
        return found
    with undamaged(str(group.store)):
        read: Any = json.loads(found) if isinstance(found, str) else found
        return {**read}


def is_empty(place: str) -> bool:
    """Whether nothing stands at a folder or URL but what a sweep left that was killed as it began."""
    root = folder_of(place)
    if root is not None:
        return not root.exists() or (
            root.is_dir() and all(re.fullmatch(f"zarr{PART}", name) for name in files_of(root))
        )
    return zarr.core.sync.sync(store_of(place).is_empty(""))


def folder_of(place: str) -> Path | None:
    """The folder of a place; None for a URL of another kind."""
    return Path(place.removeprefix(FILE)) if "://" not in place or place.startswith(FILE) else None


# The folder of a sweep: made once, empty, with its labels; opened again by the same sweep only.
#
# The identity is written last. A folder without it was never finished and holds no chunk, so it is made again.

IDENTITY = "identity"
IN_JSON = ("grid", "manifest", IDENTITY)
"""Attributes with parts, kept as text so that xarray can write what it opens to netCDF."""
SAME = ("grid", "seed", "record", "posterior")
"""What must be the same for a sweep to go on. Other code is asked what it computes."""


def open_or_make(place: str, grid: Grid, identity: dict, manifest: dict, *, force: bool) -> zarr.Group:
    """The group of a sweep, fresh or as an earlier session left it.

    identity: grid, seed, record, posterior, code: what must be the same to go on, except that the caller says what
    another code means (`identity_of`); manifest: for the reader

    Raises OilplanError for a place that holds something else, or without ``force`` a sweep of another identity.
    """
    root = folder_of(place)
    if root is not None:
        check_place(root)
    group = open_existing(place, "r+")
    if group is None or attribute_of(group, "title") != TITLE:
        if not is_empty(place):
            raise OilplanError(f"{place} holds something else than a sweep; choose another --out.")
    elif not force and attribute_of(group, IDENTITY):
        _check_same(place, attribute_of(group, IDENTITY), identity)
        return group
    return _make(place, grid, identity, manifest)


def _check_same(place: str, found: dict, wanted: dict) -> None:
    other = [word for word in SAME if found.get(word) != wanted[word]]
    if other:
        seeds = f" (seed {found.get('seed')}, not {wanted['seed']})" if "seed" in other else ""
        raise OilplanError(
            f"{place} holds a sweep of another {' and '.join(other)}{seeds}; choose another --out, or add"
            " --force to begin again."
        )


def _clear(place: str) -> None:
    """Delete an earlier sweep of ours, and nothing else that stands in its folder."""
    root = folder_of(place)
    if root is not None and root.is_dir():
        remove_files(root, [name for name in files_of(root) if OURS.fullmatch(name)])


def _make(place: str, grid: Grid, identity: dict, manifest: dict) -> zarr.Group:
    _clear(place)
    group = zarr.create_group(store_of(place), overwrite=folder_of(place) is None, attributes={"title": TITLE})
    whole = {"directive": len(grid.arms), "month": len(MONTHS), "operation": len(NAMES)}
    sizes = whole | {"law": len(grid.laws), "draw": grid.draws, "block": grid.n_blocks}
    chunks = whole | {"law": 1, "draw": grid.block, "block": 1}
    along = (grid.laws, [a.name for a in grid.arms], list(MONTHS), list(NAMES))
    for name, names in zip(LABELS, along, strict=True):
        array = group.create_array(name, shape=(len(names),), dtype=str, dimension_names=(name,))
        array[:] = np.array(names, dtype=object)
    for name, v in VARIABLES.items():
        group.create_array(
            name,
            shape=[sizes[a] for a in v.axes],
            chunks=tuple(chunks[a] for a in v.axes),
            dtype=v.kind,
            fill_value=np.nan,
            dimension_names=v.axes,
            attributes={"units": v.unit, "meaning": v.meaning},
        )
    group.create_array(
        DONE,
        shape=(sizes["law"], sizes["block"]),
        chunks=(1, 1),
        dtype="uint8",
        fill_value=0,
        dimension_names=("law", "block"),
        compressors=None,
        attributes={"meaning": DONE_MEANING},
    )
    about = {"grid": grid.stated(), "seed": identity["seed"], "manifest": manifest, IDENTITY: identity}
    group.update_attributes(plain_attributes(about))
    return group


def of_code(group: zarr.Group, code: str) -> None:
    """Note that a sweep goes on with other code that computes the same."""
    group.update_attributes(plain_attributes({IDENTITY: attribute_of(group, IDENTITY) | {"code": code}}))
