"""The folder of a sweep: made once, empty, with its labels; opened again by the same sweep only.

The identity is written last. A folder without it was never finished and holds no chunk, so it is made again.
"""

from __future__ import annotations

import numpy as np
import zarr

from ...clock import MONTHS
from ...errors import OilplanError
from .grid import Grid
from .place import TITLE, is_empty, open_existing, store_of, told_of
from .variables import DONE, DONE_MEANING, VARIABLES

IDENTITY = "identity"
WORDS = {"grid": "grid", "seed": "seed", "record": "record", "posterior": "posterior", "code": "code"}


def open_or_make(place: str, grid: Grid, identity: dict, manifest: dict, *, force: bool) -> zarr.Group:
    """The group of a sweep, fresh or as an earlier session left it.

    identity: grid, seed, record, posterior, code: what must be the same to go on; manifest: told to the reader

    Raises OilplanError for a place that holds something else, or without ``force`` a sweep of another identity.
    """
    group = open_existing(place, "r+")
    if group is None or told_of(group, "title") != TITLE:
        if not is_empty(place):
            raise OilplanError(f"{place} holds something else than a sweep; choose another --out.")
    elif not force and told_of(group, IDENTITY):
        _check_same(place, told_of(group, IDENTITY), identity)
        return group
    return _make(place, grid, identity, manifest)


def _check_same(place: str, found: dict, wanted: dict) -> None:
    other = [word for key, word in WORDS.items() if found.get(key) != wanted[key]]
    if other:
        seeds = f" (seed {found.get('seed')}, not {wanted['seed']})" if "seed" in other else ""
        raise OilplanError(f"{place} holds a sweep of another {' and '.join(other)}{seeds}; choose another --out, or add"
                           " --force to begin again.")  # fmt: skip


def _make(place: str, grid: Grid, identity: dict, manifest: dict) -> zarr.Group:
    group = zarr.create_group(store_of(place), overwrite=True, attributes={"title": TITLE})
    sizes = {"law": len(grid.laws), "directive": len(grid.arms), "draw": grid.draws, "month": len(MONTHS),
             "block": grid.n_blocks}  # fmt: skip
    chunks = {"law": 1, "directive": len(grid.arms), "draw": grid.block, "month": len(MONTHS), "block": 1}
    labels = {"law": grid.laws, "directive": [a.name for a in grid.arms], "month": list(MONTHS)}
    for name, names in labels.items():
        array = group.create_array(name, shape=(len(names),), dtype=str, dimension_names=(name,))
        array[:] = np.array(names, dtype=object)
    for name, v in VARIABLES.items():
        group.create_array(name, shape=[sizes[a] for a in v.axes], chunks=tuple(chunks[a] for a in v.axes), dtype=v.kind,
                           fill_value=np.nan, dimension_names=v.axes,
                           attributes={"units": v.unit, "meaning": v.meaning})  # fmt: skip
    group.create_array(DONE, shape=(sizes["law"], sizes["block"]), chunks=(1, 1), dtype="uint8", fill_value=0,
                       dimension_names=("law", "block"), compressors=None,
                       attributes={"meaning": DONE_MEANING})  # fmt: skip
    group.update_attributes({"grid": grid.told(), "seed": identity["seed"], "manifest": manifest, IDENTITY: identity})
    return group
