"""Make the saved recovery study: docs/recovery and the copy that the package carries. About twenty minutes.

python tools/recovery_study.py
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpyro.infer import NUTS
from scipy.stats import chi2

from oilplan import __version__
from oilplan.calibration.chain import START_JITTER
from oilplan.calibration.fit import CUT_OFF, SAVED, figures_hash, priors_hash, september
from oilplan.calibration.likelihood import DEGREES_OF_FREEDOM, Problem
from oilplan.calibration.model import PRIORS, SCALARS, Unknowns, log_prior, mean_and_scale, student_t, unknowns_at_zero
from oilplan.clock import N_MONTHS
from oilplan.record import Record, load_record
from oilplan.report.svg import BAND, FAINT, GRID, INK, MODEL, WIDE_PX, document, line, text, top_of_scale

ROOT = Path(__file__).parents[1]
DOCS, PACKAGE = ROOT / "docs" / "recovery", ROOT / "src" / "oilplan" / "calibration" / "data"
ERROR_FACTOR, WRONG_REPETITIONS = 0.25, 8
WRONG_KEEPS = ("repetitions", "coverage90", "coverage_error", "ranks", "chi2_p", "divergences")


def main() -> None:
    """Run the study with the right likelihood and with errors believed four times too small, and save both."""
    record = load_record(None)
    found = study(record, report=_say("right likelihood"))
    wrong = study(record, WRONG_REPETITIONS, report=_say("wrong likelihood"), error_factor=ERROR_FACTOR)
    found["wrong_likelihood"] = {"error_factor": ERROR_FACTOR, **{k: wrong[k] for k in WRONG_KEEPS}}
    for folder in (DOCS, PACKAGE):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / SAVED).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (DOCS / "ranks.svg").write_text(ranks_figure(found) + "\n", encoding="utf-8")
    print(f"{DOCS / SAVED}: {100 * found['coverage90']:.1f} percent covered", file=sys.stderr)


def _say(what: str):
    return lambda done, of: print(f"{what}: {done} of {of}", file=sys.stderr)


LEFT, RIGHT, RANKS_TOP, BOTTOM, HEIGHT = 52.0, 12.0, 34.0, 44.0, 260.0
INTERVAL = 0.99


def ranks_figure(found: dict, width: int = WIDE_PX) -> str:
    """Histogram of pooled ranks with the band in which 99 percent of flat histograms' bars lie, as SVG.

    found: from `study`; width: pixels. The band takes ranks as independent; those of one
    repetition are not, so a bar a little outside it is no fault.
    """
    from scipy.stats import binom

    counts = found["ranks"]
    low, high = binom.interval(INTERVAL, sum(counts), 1 / len(counts))
    top = top_of_scale(max(*counts, high))

    def y(count: float) -> float:
        return HEIGHT - BOTTOM - count / top * (HEIGHT - RANKS_TOP - BOTTOM)

    step = (width - LEFT - RIGHT) / len(counts)
    body = [text(8, RANKS_TOP - 16, "truths", fill=FAINT)]
    body.append(
        f'<rect x="{LEFT}" y="{y(high):.1f}" width="{width - LEFT - RIGHT:.1f}" height="{y(low) - y(high):.1f}" '
        f'fill="{BAND}" opacity="0.6"/>'
    )
    for k in range(5):
        body.append(line([(LEFT, y(top * k / 4)), (width - RIGHT, y(top * k / 4))], stroke=GRID, width=1))
        body.append(text(LEFT - 6, y(top * k / 4) + 4, f"{top * k / 4:,.4g}", anchor="end", fill=FAINT))
    for k, count in enumerate(counts):
        x = LEFT + k * step
        body.append(
            f'<rect x="{x + 3:.1f}" y="{y(count):.1f}" width="{step - 6:.1f}" height="{y(0) - y(count):.1f}" '
            f'fill="{MODEL}"><title>{count}</title></rect>'
        )
    body += [line([(LEFT, y(edge)), (width - RIGHT, y(edge))], stroke=BAND, width=1) for edge in (low, high)]
    body.append(
        line(
            [(LEFT, y(sum(counts) / len(counts))), (width - RIGHT, y(sum(counts) / len(counts)))],
            stroke=INK,
            dash="4 3",
        )
    )
    ends = (("start", LEFT, "lowest of the draws"), ("end", width - RIGHT, "highest"))
    body += [text(x, HEIGHT - BOTTOM + 16, words, anchor=anchor, fill=FAINT) for anchor, x, words in ends]
    body.append(text(LEFT, HEIGHT - 8, "dashed: flat; band: 99 percent of bars if flat", fill=FAINT))
    stated = (
        f"Ranks of {sum(counts)} known truths of {found['repetitions']} repetitions among the draws of their refits; "
        f"chi-square p {found['chi2_p']:.2f}."
    )
    return document(width, HEIGHT, "Rank of the truth among the draws", stated, body)


# Recovery: truths drawn from the prior, figures simulated from them, and the fit asked to find them again.
#
# Simulation-based calibration. Where prior, likelihood and sampler agree, the truth lies in the 90 percent interval in
# 90 percent of the repetitions, and its rank among the draws is uniform.

REPETITIONS, WARMUP, THIN, KEPT = 50, 400, 15, 39
"""39 draws, every fifteenth of 585, so that a rank takes one of 40 values and a bin of the histogram four of them."""
ACCEPTANCE = 0.8
"""What NUTS is usually asked for. A repetition must be unbiased, not as long as the fit."""
MAX_TREE_DEPTH = 8
"""At most 255 steps a draw, so that no repetition takes minutes."""
BINS, TAIL = 10, 20
"""A twentieth of the ranks lies in each tail outside the 90 percent interval."""


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


if __name__ == "__main__":
    main()
