"""What a worker must know to fly any chunk of a sweep; small, hashable and picklable."""

from __future__ import annotations

import hashlib
import json
from typing import NamedTuple

import numpy as np

from ...cache import own_code
from ...directives.plan import Plan
from ...record import Record
from ..arms import Arm
from .grid import Grid

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
    arms = json.dumps(grid.told()["directives"], sort_keys=True)
    return Job(place, folder, record.hash, own_code(), arms, tuple(grid.laws), grid.first_day, grid.draws, grid.block,
               seed)  # fmt: skip


def arms_of(text: str) -> list[Arm]:
    """The directives of a job, from their JSON."""
    return arms_of_told(json.loads(text))


def arms_of_told(told: list[dict]) -> list[Arm]:
    """Directives as `oilplan.experiments.sweep.grid.told` wrote them."""
    return [Arm(**{**a, "plan": Plan.model_validate(a["plan"])}) for a in told]


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
