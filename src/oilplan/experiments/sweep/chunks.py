"""Write one chunk of a sweep, then its marker; and tell which chunks are whole."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import zarr

from .flight import fly_chunk
from .job import Chunk, Job
from .place import array_of, store_of
from .variables import DONE, VARIABLES


def missing_chunks(group: zarr.Group) -> list[Chunk]:
    """Chunks without a marker, block by block."""
    block, law = np.nonzero(np.asarray(array_of(group, DONE)[:, :]).T == 0)
    return [Chunk(*map(int, at)) for at in zip(law, block, strict=True)]


def do_chunk(job: Job, chunk: Chunk) -> Chunk:
    """Fly a chunk and write it, unless it is whole already; flying it again would write the same bytes.

    Every task owns whole Zarr chunks, so that no two workers ever write the same file with different content.
    """
    arrays = _arrays(job)
    if arrays[DONE][chunk.law, chunk.block] == 1:
        return chunk
    made = fly_chunk(job, chunk)
    first = chunk.block * job.block
    draws = slice(first, min(first + job.block, job.draws))
    for name, v in VARIABLES.items():
        at = {"law": slice(chunk.law, chunk.law + 1), "draw": draws}
        arrays[name][tuple(at.get(axis, slice(None)) for axis in v.axes)] = made[name][None]
    arrays[DONE][chunk.law, chunk.block] = 1
    return chunk


@lru_cache(maxsize=2)
def _arrays(job: Job) -> dict[str, zarr.Array]:
    """Arrays opened once a worker and job: opening reads their description each time."""
    group = zarr.open_group(store_of(job.place), mode="r+", use_consolidated=False)
    return {name: array_of(group, name) for name in (*VARIABLES, DONE)}
