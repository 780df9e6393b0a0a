"""Fit the unknowns to the record: several chains, two at a time, each kept as soon as it is done."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import jax
import numpy as np

from ..cache import Cache
from .chain import Chain, Progress, run_chain
from .likelihood import Problem, uncoupled
from .model import Unknowns
from .pilot import pilot
from .sampler import TARGET_ACCEPTANCE, sampler

CHAINS, WARMUP, DRAWS = 4, 200, 1000
PILOT_OF_SEED = 1_000_000
"""Folded into the seed for the pilot: beyond the number of any chain."""
AT_ONCE = 2
"""Chains that run side by side; each uses one core."""


class Fit(NamedTuple):
    """Chains of one fit. draws: Unknowns with leading axes [C, N]; diverging, steps: [C, N]; kept: chains found done;
    names: under which the chains are kept."""

    draws: Unknowns
    diverging: np.ndarray
    steps: np.ndarray
    step_size: tuple[float, ...]
    seconds: float
    kept: int
    names: tuple[str, ...] = ()


def fit(
    problem: Problem, *, seed: int, chains: int = CHAINS, warmup: int = WARMUP, draws: int = DRAWS,
    acceptance: float = TARGET_ACCEPTANCE,
    keep_in: Cache | None = None, stamp: str = "", report: Callable[[Progress], None] = lambda _: None,
) -> Fit:  # fmt: skip
    """Sample the posterior of a problem.

    seed: every chain's key is folded from it; keep_in: where finished chains are kept, so that a killed
    fit starts again with them; stamp: names what is fitted, so that chains of another fit are never reused;
    report: called after every block of every chain, from its thread.

    Returns the chains in order. The same seed and machine give the same draws.
    """
    names = chain_names(stamp, seed=seed, chains=chains, warmup=warmup, draws=draws, acceptance=acceptance)
    done = {c: kept for c in range(chains) if (kept := _load(keep_in, names[c])) is not None}
    todo = [c for c in range(chains) if c not in done]
    found = len(done)
    if todo:
        sample, near = sampler(problem, warmup, acceptance), uncoupled(problem)
        scout = sample if near is problem else sampler(near, warmup, acceptance)
        white = pilot(near, scout, jax.random.fold_in(jax.random.key(seed), PILOT_OF_SEED))

        def one(c: int) -> tuple[int, Chain]:
            key = jax.random.fold_in(jax.random.key(seed), c)
            chain = run_chain(problem, sample, white, key, chain=c, draws=draws, report=report)
            _save(keep_in, names[c], chain)
            return c, chain

        with ThreadPoolExecutor(AT_ONCE) as pool:
            done |= dict(pool.map(one, todo))
    ordered = [done[c] for c in range(chains)]
    return Fit(
        draws=Unknowns(*(np.stack(parts) for parts in zip(*(c.draws for c in ordered), strict=True))),
        diverging=np.stack([c.diverging for c in ordered]), steps=np.stack([c.steps for c in ordered]),
        step_size=tuple(c.step_size for c in ordered), seconds=sum(c.seconds for c in ordered), kept=found,
        names=tuple(names),
    )  # fmt: skip


def chain_names(
    stamp: str, *, seed: int, chains: int, warmup: int, draws: int, acceptance: float
) -> list[str]:
    """The names under which the chains of a fit are kept; arguments as for `fit`."""
    return [f"{stamp}_{acceptance:g}_{seed}_{warmup}_{draws}_{c}" for c in range(chains)]


def _save(cache: Cache | None, name: str, done: Chain) -> None:
    if cache is None:
        return
    whole = io.BytesIO()
    np.savez(whole, **done.draws._asdict(), diverging=done.diverging, steps=done.steps,
             about=json.dumps({"step_size": done.step_size, "seconds": done.seconds}))  # fmt: skip
    cache.put("chains", name, whole.getvalue())


def _load(cache: Cache | None, name: str) -> Chain | None:
    whole = None if cache is None else cache.get("chains", name)
    if whole is None:
        return None
    with np.load(io.BytesIO(whole)) as file:
        about = json.loads(str(file["about"]))
        unknowns = Unknowns(*(file[name] for name in Unknowns._fields))
        return Chain(unknowns, file["diverging"], file["steps"], about["step_size"], about["seconds"])
