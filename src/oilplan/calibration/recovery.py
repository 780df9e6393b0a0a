"""Short names of what a fit or a study depends on, so that one made of other things is never taken for it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpyro.infer import NUTS
from scipy.stats import chi2

from .. import __version__
from ..cache import code_hash
from ..clock import N_MONTHS, month_end_day
from ..flight.as_flown import as_flown
from ..model.oil import oil_system
from ..record import Record
from .bindings import bindings
from .chain import START_JITTER
from .likelihood import DEGREES_OF_FREEDOM, Problem, problem
from .model import (
    DISCREPANCY_LOG_SD,
    DISCREPANCY_MEDIAN,
    Unknowns,
    log_prior,
    mean_and_scale,
    student_t,
    unknowns_at_zero,
)
from .priors import AVIATION_SPLIT_SD, PRIORS, SCALARS


def priors_hash() -> str:
    """Every prior and the law of the errors."""
    stated = [(p.name, p.form, p.centre, p.spread) for p in PRIORS]
    return _short([stated, [AVIATION_SPLIT_SD, DISCREPANCY_MEDIAN, DISCREPANCY_LOG_SD, DEGREES_OF_FREEDOM]])


def figures_hash(target: Problem) -> str:
    """The figures of a problem and the errors that bind them."""
    return _short([(b.kind, b.at, b.until, round(b.error, 6)) for b in target.items])


def stamp_of(record_hash: str, problem: Problem) -> str:
    """All that a chain depends on: the record, the cut-off, the laws and every line of the package."""
    return _short([record_hash, _code(), str(problem.n_days), problem.law.name])


@cache
def _code() -> str:
    return code_hash(Path(__file__).parents[1])


def _short(stated: list) -> str:
    return hashlib.sha256(json.dumps(stated).encode()).hexdigest()[:16]


# Recovery: truths drawn from the prior, figures simulated from them, and the fit asked to find them again.
#
# Simulation-based calibration. Where prior, likelihood and sampler agree, the truth lies in the 90 percent interval in
# 90 percent of the repetitions, and its rank among the draws is uniform.

CUT_OFF = "1944-09"
"""Last month of the figures simulated: the cut-off of the hindcast."""
REPETITIONS, WARMUP, THIN, KEPT = 50, 400, 15, 39
"""39 draws, every fifteenth of 585, so that a rank takes one of 40 values and a bin of the histogram four of them."""
ACCEPTANCE = 0.8
"""What NUTS is usually asked for. A repetition must be unbiased, not as long as the fit."""
MAX_TREE_DEPTH = 8
"""At most 255 steps a draw, so that no repetition takes minutes."""
BINS, TAIL = 10, 20
"""A twentieth of the ranks lies in each tail outside the 90 percent interval."""
SAVED = "recovery.json"


class Recovered(NamedTuple):
    """One repetition. rank: [Q] of the truth among the draws, 0 to `KEPT`; inside: [Q] truth in the 90 percent
    interval; variance: [Q] of the draws, in units of the prior's; divergences: of the chain; redrawn: truths thrown
    away. Q quantities: scalars, discrepancy, plants' yields, raids' luck, in the order of `Unknowns`.
    """

    rank: np.ndarray
    inside: np.ndarray
    variance: np.ndarray
    divergences: int
    redrawn: int


def september(record: Record) -> Problem:
    """The problem of the September 1944 cut-off: its raids, and its figures with the errors their provenance gives."""
    system = oil_system(record)
    return problem(system, as_flown(record, system), bindings(record), month_end_day(CUT_OFF))


def study(
    record: Record,
    repetitions: int = REPETITIONS,
    seed: int = 1944,
    report: Callable[[int, int], None] = lambda done, of: None,
    *,
    error_factor: float = 1.0,
    warmup: int = WARMUP,
    kept: int = KEPT,
) -> dict:
    """Draw truths, simulate the figures of September 1944's cut-off, refit each with one chain, and count.

    repetitions: 1 or more; seed: the same seed and machine give the same result; report: called with repetitions done
    and of; error_factor: scale of the errors that the fit believes, over the true one (1: the right likelihood)
    warmup: iterations of the chain before; kept: draws after, each the last of fifteen; ``kept + 1`` is a multiple of 20,
    so that the interval between two of the ordered draws holds 90 percent exactly

    Returns {"repetitions", "coverage90", "coverage_error", "coverage_by_parameter", "coverage_of_yields",
    "coverage_of_raid_luck", "learned", "ranks", "ranks_by_parameter", "chi2_p", "divergences", "redrawn",
    "manifest"}, with shares from 0 to 1. ``coverage90`` and ``ranks`` pool the scalars that the figures depend on and
    the discrepancy; ``coverage_error`` is one standard error over repetitions; ``learned`` is the share of the prior
    variance that the figures removed; ``redrawn`` counts truths whose campaign is not finite.
    """
    target = september(record)
    recover = _compiled(target, warmup, kept)
    compiled = jax.jit(lambda u: mean_and_scale(u, target))
    key = jax.random.key(seed)
    done = []
    for n in range(repetitions):
        done.append(_repeat(target, recover, lambda u, _: compiled(u), jax.random.fold_in(key, n), error_factor))
        report(n + 1, repetitions)
    about = {
        "seed": seed,
        "error_factor": error_factor,
        "warmup": warmup,
        "draws": kept * THIN,
        "kept": kept,
        "figures_hash": figures_hash(target),
    }
    return _counted(done, _that_matter(target), target.system.n_plants, kept) | {"manifest": _manifest(record, about)}


def _compiled(target: Problem, warmup: int, kept: int):
    """A whole chain as one compiled function of (figures, error factor, key): compiled once for all repetitions."""

    def recover(value: Array, factor: Array, key: Array):
        def energy(u: dict) -> Array:
            mean, scale = mean_and_scale(Unknowns(**u), target)
            return -(log_prior(Unknowns(**u)) + jnp.sum(student_t(value, mean, factor * scale)))

        kernel = NUTS(
            potential_fn=energy,
            target_accept_prob=ACCEPTANCE,
            max_tree_depth=MAX_TREE_DEPTH,
            dense_mass=[("scalar", "discrepancy")],
        )
        start_key, run_key = jax.random.split(key)
        start = jax.tree.map(lambda a: START_JITTER * a, _standard_normal(start_key, target))
        state = kernel.init(run_key, warmup, init_params=start._asdict(), model_args=(), model_kwargs={})
        state = jax.lax.fori_loop(0, warmup, lambda _, s: kernel.sample(s, (), {}), state)

        def kept_one(state, _):
            def one(s, _):
                s = kernel.sample(s, (), {})
                return s, s.diverging

            state, diverging = jax.lax.scan(one, state, None, length=THIN)
            return state, (state.z, jnp.sum(diverging))

        _, (draws, diverging) = jax.lax.scan(kept_one, state, None, length=kept)
        return Unknowns(**draws), jnp.sum(diverging)

    return jax.jit(recover)


def _standard_normal(key: Array, target: Problem) -> Unknowns:
    """Unknowns from their prior; uses ``key`` up."""
    zero = unknowns_at_zero(target)
    keys = jax.random.split(key, len(zero))
    return Unknowns(*(jax.random.normal(k, a.shape) for k, a in zip(keys, zero, strict=True)))


def simulate(key: Array, target: Problem, measure=mean_and_scale) -> tuple[Unknowns, Array, int]:
    """A truth from the prior and figures measured from it, Student's t as in the likelihood; uses ``key`` up.

    measure: function of (unknowns, problem) to mean and scale of the figures: `mean_and_scale`, or a compiled one

    Returns the truth, the figures [N], and how many truths were thrown away because their campaign is not finite.
    """
    redrawn = 0
    while True:
        truth_key, noise_key = jax.random.split(jax.random.fold_in(key, redrawn))
        truth = _standard_normal(truth_key, target)
        mean, scale = measure(truth, target)
        if bool(jnp.all(jnp.isfinite(mean))):
            return truth, mean + scale * jax.random.t(noise_key, DEGREES_OF_FREEDOM, mean.shape), redrawn
        redrawn += 1


def _repeat(target: Problem, recover, measure, key: Array, error_factor: float) -> Recovered:
    truth_key, chain_key = jax.random.split(key)
    truth, value, redrawn = simulate(truth_key, target, measure)
    draws, divergences = recover(value, jnp.asarray(error_factor), chain_key)
    true, drawn = _flat(truth), _flat(draws)
    rank = (drawn < true).sum(axis=0)
    tail = (len(drawn) + 1) // TAIL
    inside = (rank >= tail) & (rank <= len(drawn) - tail)
    return Recovered(rank, inside, drawn.var(axis=0, ddof=1), int(divergences), redrawn)


def _flat(u: Unknowns) -> np.ndarray:
    """[..., Q] scalars, discrepancy, yields, raids."""
    parts = (u.scalar, u.discrepancy[..., None], u.split, u.pace, u.mix, u.raid)
    return np.concatenate([np.asarray(a) for a in parts], axis=-1)


def _that_matter(target: Problem) -> np.ndarray:
    """[S] True for the scalars that the figures of a problem depend on at all."""
    slope = jax.jacobian(lambda s: mean_and_scale(unknowns_at_zero(target)._replace(scalar=s), target)[0])(
        jnp.zeros(len(PRIORS))
    )
    return np.asarray(jnp.any(slope != 0, axis=0))


def _counted(done: list[Recovered], matter: np.ndarray, n_plants: int, kept: int) -> dict:
    n_scalars = len(matter)
    pooled = np.flatnonzero(np.append(matter, True))
    names = [(*SCALARS, "discrepancy")[i] for i in pooled]
    inside = np.stack([r.inside for r in done]).astype(float)
    counts = np.stack([_histogram(np.asarray(r.rank)[pooled], kept) for r in done])
    each = inside[:, pooled].mean(axis=1)
    by_name = {name: _histogram([r.rank[i] for r in done], kept) for name, i in zip(names, pooled, strict=True)}
    yields = slice(n_scalars + 1, n_scalars + 1 + n_plants)
    raids = slice(n_scalars + 2 * n_plants + N_MONTHS, None)
    variance = np.mean([r.variance for r in done], axis=0)
    return {
        "repetitions": len(done),
        "coverage90": float(each.mean()),
        "coverage_error": float(each.std(ddof=1) / len(done) ** 0.5) if len(done) > 1 else None,
        "coverage_by_parameter": {n: float(inside[:, i].mean()) for n, i in zip(names, pooled, strict=True)},
        "coverage_of_yields": float(inside[:, yields].mean()),
        "coverage_of_raid_luck": float(inside[:, raids].mean()),
        "learned": {n: round(float(1.0 - variance[i]), 3) for n, i in zip(names, pooled, strict=True)},
        "ranks": counts.sum(axis=0).tolist(),
        "ranks_by_parameter": {n: h.tolist() for n, h in by_name.items()},
        "chi2_p": uniform_p(counts),
        "divergences": sum(r.divergences for r in done),
        "redrawn": sum(r.redrawn for r in done),
    }


def _histogram(ranks, kept: int) -> np.ndarray:
    return np.histogram(ranks, bins=BINS, range=(0, kept + 1))[0]


def uniform_p(counts: np.ndarray) -> float:
    """Chance of a rank histogram at least as uneven as this one if ranks are uniform.

    counts: [repetitions, bins] of the ranks of all quantities in each repetition

    Pearson's chi-square of the pooled counts, divided by the design effect where that is above 1: quantities of one
    repetition move together, so they are worth fewer than they are (the first-order correction of Rao and Scott).
    """
    n, bins = counts.shape
    expected = counts.sum() / bins
    statistic = float(((counts.sum(axis=0) - expected) ** 2).sum() / expected)
    if n > 1:
        independent = counts.sum(axis=1).mean() * (1 / bins) * (1 - 1 / bins)
        statistic /= max(float(counts.var(axis=0, ddof=1).mean() / independent), 1.0)
    return float(chi2.sf(statistic, bins - 1))


COVERAGE_LIMITS, P_LIMIT = (0.85, 0.95), 0.01


def calibrated(found: dict) -> bool:
    """Whether a study passes: coverage of 85 to 95 percent, and ranks that a flat histogram gives once in 100 or more.

    Both are needed. Most scalars are little moved by the figures, so their coverage stays near 90 percent even where
    errors are believed four times too small; the ranks then heap at both ends.
    """
    low, high = COVERAGE_LIMITS
    return low <= found["coverage90"] <= high and found["chi2_p"] > P_LIMIT


def _manifest(record: Record, about: dict) -> dict:
    versions = {"oilplan": __version__, **{name: version(name) for name in ("jax", "numpyro", "numpy")}}
    return {
        "cut_off": CUT_OFF,
        **about,
        "priors_hash": priors_hash(),
        "record_hash": record.hash,
        "versions": versions,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def saved(record: Record) -> dict | None:
    """The study that came with the package, or None; ``stale`` is True where priors or figures have changed since.

    As `study`, with ``wrong_likelihood``: a smaller study, of the first truths, by a fit that believes the errors four
    times too small.
    """
    path = resources.files("oilplan.calibration") / "data" / SAVED
    if not path.is_file():
        return None
    found = json.loads(path.read_text(encoding="utf-8"))
    today = {"priors_hash": priors_hash(), "figures_hash": figures_hash(september(record))}
    return found | {"stale": {name: found["manifest"][name] for name in today} != today}
