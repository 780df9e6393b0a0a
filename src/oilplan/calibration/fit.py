"""Fit the unknowns to the record: several chains, two at a time, each kept as soon as it is done; whether a fit may be trusted; and
what it depends on."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from typing import NamedTuple

import jax
import numpy as np

from ..cache import Cache, own_code
from ..clock import MONTHS, month_end_day
from ..flight.as_flown import as_flown
from ..model.oil import oil_system
from ..record import Record
from .bindings import bindings
from .chain import TARGET_ACCEPTANCE, Chain, Progress, Sampler, Whitening, pilot, run_chain, sampler
from .likelihood import DEGREES_OF_FREEDOM, Problem, each_its_own, problem
from .model import (
    AVIATION_MIX_STEP_SD,
    AVIATION_SPLIT_SD,
    DISCREPANCY_LOG_SD,
    DISCREPANCY_MEDIAN,
    PRIORS,
    REPAIR_PACE_SD,
    Unknowns,
)

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
    problem: Problem,
    *,
    seed: int,
    chains: int = CHAINS,
    warmup: int = WARMUP,
    draws: int = DRAWS,
    acceptance: float = TARGET_ACCEPTANCE,
    keep_in: Cache | None = None,
    stamp: str = "",
    report: Callable[[Progress], None] = lambda _: None,
) -> Fit:
    """Sample the posterior of a problem.

    seed: every chain's key is folded from it; keep_in: where finished chains are kept, so that a killed
    fit starts again with them; stamp: names what is fitted, so that chains of another fit are never reused;
    report: called after every block of every chain, from its thread.

    Returns the chains in order. The same seed and machine give the same draws.
    """
    names = chain_names(stamp, seed=seed, chains=chains, warmup=warmup, draws=draws, acceptance=acceptance)
    done = {c: kept for c in range(chains) if (kept := _load(keep_in, names[c])) is not None}
    found = len(done)
    if todo := [c for c in range(chains) if c not in done]:
        sample, white = _sampler(problem, seed, warmup, acceptance)

        def one(c: int) -> tuple[int, Chain]:
            key = jax.random.fold_in(jax.random.key(seed), c)
            chain = run_chain(problem, sample, white, key, chain=c, draws=draws, report=report)
            _save(keep_in, names[c], chain)
            return c, chain

        with ThreadPoolExecutor(AT_ONCE) as pool:
            done |= dict(pool.map(one, todo))
    return _together([done[c] for c in range(chains)], found, tuple(names))


def _sampler(problem: Problem, seed: int, warmup: int, acceptance: float) -> tuple[Sampler, Whitening]:
    """What all chains share: the compiled sampler, and the coordinates that a pilot chose."""
    sample, near = sampler(problem, warmup, acceptance), each_its_own(problem)
    scout = sample if near is problem else sampler(near, warmup, acceptance)
    return sample, pilot(near, scout, jax.random.fold_in(jax.random.key(seed), PILOT_OF_SEED))


def _together(chains: list[Chain], found: int, names: tuple[str, ...]) -> Fit:
    return Fit(
        draws=Unknowns(*(np.stack(parts) for parts in zip(*(c.draws for c in chains), strict=True))),
        diverging=np.stack([c.diverging for c in chains]),
        steps=np.stack([c.steps for c in chains]),
        step_size=tuple(c.step_size for c in chains),
        seconds=sum(c.seconds for c in chains),
        kept=found,
        names=names,
    )


def chain_names(stamp: str, *, seed: int, chains: int, warmup: int, draws: int, acceptance: float) -> list[str]:
    """The names under which the chains of a fit are kept; arguments as for `fit`."""
    return [f"{stamp}_{acceptance:g}_{seed}_{warmup}_{draws}_{c}" for c in range(chains)]


def _save(cache: Cache | None, name: str, done: Chain) -> None:
    if cache is None:
        return
    whole = io.BytesIO()
    np.savez(
        whole,
        **done.draws._asdict(),
        diverging=done.diverging,
        steps=done.steps,
        about=json.dumps({"step_size": done.step_size, "seconds": done.seconds}),
    )
    cache.put("chains", name, whole.getvalue())


def _load(cache: Cache | None, name: str) -> Chain | None:
    whole = None if cache is None else cache.get("chains", name)
    if whole is None:
        return None
    with np.load(io.BytesIO(whole)) as file:
        about = json.loads(str(file["about"]))
        unknowns = Unknowns(*(file[name] for name in Unknowns._fields))
        return Chain(unknowns, file["diverging"], file["steps"], about["step_size"], about["seconds"])


# Whether a fit may be trusted: rank-normalised R-hat, bulk effective sample size, divergences.

R_HAT_LIMIT = 1.01
ESS_LIMIT = 400.0


class Diagnosed(NamedTuple):
    """One unknown. median, p05, p95 in its own unit; r_hat; ess: bulk effective sample size."""

    name: str
    median: float
    p05: float
    p95: float
    r_hat: float
    ess: float


class Diagnosis(NamedTuple):
    """All unknowns of a fit and its divergences. faults: what keeps it from being trusted, one sentence each."""

    unknowns: tuple[Diagnosed, ...]
    divergences: int
    faults: tuple[str, ...]


def named_draws(fitted: Fit, problem: Problem) -> dict[str, np.ndarray]:
    """[C, N] draws of every unknown in its own unit: parameters, plants' yields, raids' luck, model error."""
    scalar, split, pace, mix, raid_z, discrepancy = (np.asarray(a) for a in fitted.draws)
    out = {prior.name: prior.value(scalar[:, :, i]) for i, prior in enumerate(PRIORS)}
    out["discrepancy"] = DISCREPANCY_MEDIAN * np.exp(DISCREPANCY_LOG_SD * discrepancy)
    for i, plant in enumerate(problem.system.plant_ids):
        out[f"aviation_log_split[{plant}]"] = AVIATION_SPLIT_SD * split[:, :, i]
        out[f"repair_pace_log[{plant}]"] = REPAIR_PACE_SD * pace[:, :, i]
    for m, month in enumerate(MONTHS[1:]):
        out[f"aviation_mix_step[{month}]"] = AVIATION_MIX_STEP_SD * mix[:, :, m]
    plants = [problem.system.plant_ids[p] for p in problem.schedule.plant]
    for i, raid in enumerate(problem.schedule.raid_ids):
        out[f"raid_luck[{raid} on {plants[i]}]"] = raid_z[:, :, i]
    return out


def diagnose(fitted: Fit, problem: Problem) -> Diagnosis:
    """Diagnose every unknown of a fit against R-hat < 1.01, bulk ESS > 400 and no divergence."""
    return diagnose_named(named_draws(fitted, problem), fitted.diverging)


def diagnose_named(named: dict[str, np.ndarray], diverging: np.ndarray) -> Diagnosis:
    """Diagnose unknowns by name. named: [C, N] draws of each; diverging: [C, N]"""
    from arviz_stats.base import array_stats

    stacked = np.stack(list(named.values()), axis=-1)
    r_hat = array_stats.rhat(stacked, chain_axis=0, draw_axis=1)
    ess = array_stats.ess(stacked, chain_axis=0, draw_axis=1, method="bulk")
    p05, median, p95 = np.percentile(stacked.reshape(-1, stacked.shape[-1]), [5, 50, 95], axis=0)
    rows = tuple(
        Diagnosed(name, *(float(a[i]) for a in (median, p05, p95, r_hat, ess))) for i, name in enumerate(named)
    )
    divergences = int(diverging.sum())
    return Diagnosis(rows, divergences, _faults(rows, divergences, diverging.shape))


def _faults(rows: tuple[Diagnosed, ...], divergences: int, shape: tuple[int, int]) -> tuple[str, ...]:
    faults = []
    mixed = [r for r in rows if not r.r_hat < R_HAT_LIMIT]
    if mixed:
        worst = max(mixed, key=lambda r: r.r_hat)
        faults.append(
            f"{len(mixed)} unknowns have not mixed, worst {worst.name} with R-hat {worst.r_hat:.3f} (limit"
            f" {R_HAT_LIMIT}); try --warmup and --draws twice as long."
        )
    thin = [r for r in rows if not r.ess > ESS_LIMIT]
    if thin:
        worst = min(thin, key=lambda r: r.ess)
        faults.append(
            f"{len(thin)} unknowns have too few effective draws, fewest {worst.name} with {worst.ess:.0f}"
            f" (limit {ESS_LIMIT:.0f}); try --draws {2 * shape[1]}."
        )
    if divergences:
        faults.append(f"{divergences} of {shape[0] * shape[1]} draws diverged; try --acceptance 0.98.")
    return tuple(faults)


def as_json(diagnosis: Diagnosis) -> dict:
    """The diagnosis as JSON-ready data."""
    return {
        "r_hat_limit": R_HAT_LIMIT,
        "ess_limit": ESS_LIMIT,
        "divergences": diagnosis.divergences,
        "faults": list(diagnosis.faults),
        "unknowns": [r._asdict() for r in diagnosis.unknowns],
    }


# Short names of what a fit or a study depends on, so that one made of other things is never taken for it; and the saved study
# of recovery, which `tools/recovery_study.py` makes.

CUT_OFF = "1944-09"
"""Last month of the figures that the study simulates: the cut-off of the hindcast."""
SAVED = "recovery.json"


def priors_hash() -> str:
    """Every prior and the law of the errors."""
    stated = [(p.name, p.form, p.centre, p.spread) for p in PRIORS]
    return _short([stated, [AVIATION_SPLIT_SD, DISCREPANCY_MEDIAN, DISCREPANCY_LOG_SD, DEGREES_OF_FREEDOM]])


def figures_hash(target: Problem) -> str:
    """The figures of a problem and the errors that bind them."""
    return _short([(b.kind, b.at, b.until, round(b.error, 6)) for b in target.items])


def stamp_of(record_hash: str, problem: Problem) -> str:
    """All that a chain depends on: the record, the cut-off, the laws and every line of the package."""
    return _short([record_hash, own_code(), str(problem.n_days), problem.law.name])


def _short(stated: list) -> str:
    return hashlib.sha256(json.dumps(stated).encode()).hexdigest()[:16]


def september(record: Record) -> Problem:
    """The problem of the September 1944 cut-off: its raids, and its figures with the errors their provenance gives."""
    system = oil_system(record)
    return problem(system, as_flown(record, system), bindings(record), month_end_day(CUT_OFF))


def saved(record: Record) -> dict | None:
    """The study that came with the package, or None; ``stale`` is True where priors or figures have changed since.

    As the tool's ``study``, with ``wrong_likelihood``: a smaller study, of the first truths, by a fit that believes the errors four
    times too small.
    """
    path = resources.files("oilplan.calibration") / "data" / SAVED
    if not path.is_file():
        return None
    found = json.loads(path.read_text(encoding="utf-8"))
    today = {"priors_hash": priors_hash(), "figures_hash": figures_hash(september(record))}
    return found | {"stale": {name: found["manifest"][name] for name in today} != today}
