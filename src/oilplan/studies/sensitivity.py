"""Sobol indices of any function of independent inputs: Saltelli's design and estimators."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.stats import norm, qmc

from ..errors import OilplanError
from ..record import Record
from . import PRIOR_ONLY, basis, manifest
from .replay import check_draws, oil_war
from .sensitivity_model import CHANCE, UNVERIFIED, Input, inputs, model

RESAMPLES = 100
"""Of the bootstrap."""


class Indices(NamedTuple):
    """Shares of an outcome's variance. All [O, G]; NaN in the row of an outcome that does not vary.

    first: due to an input alone; total: that would go if the input were known and all others not, interactions
    included; first_error, total_error: half-widths of 95 percent intervals, by bootstrap
    """

    first: np.ndarray
    first_error: np.ndarray
    total: np.ndarray
    total_error: np.ndarray


def sobol(
    names: tuple[str, ...], model: Callable[[np.ndarray], np.ndarray], samples: int, seed: int
) -> tuple[Indices, np.ndarray]:
    """First-order and total Sobol indices of every outcome on every input.

    names: G inputs; model: function of [n, G] shares between 0 and 1 (the quantile of each input) to [n, O] outcomes
    samples: N, a power of two; the model is run N * (G + 2) times; seed: the same seed gives the same indices

    Returns the indices and the N outcomes [N, O] of the first matrix of the design, an ordinary sample.
    The estimators are those of Saltelli 2010 and Jansen [doi:10.1016/j.cpc.2009.09.018]; the inputs must be
    independent. Raises OilplanError where N is no power of two or the model is not finite.
    """
    if samples < 2 or samples & (samples - 1):
        raise OilplanError(f"--samples {samples} is no power of two; expected 128, 256, 512, ...")
    outcomes = np.asarray(model(_design(len(names), samples, seed)), dtype=np.float64)
    if not np.isfinite(outcomes).all():
        bad = int((~np.isfinite(outcomes).all(axis=1)).sum())
        raise OilplanError(f"{bad} of {len(outcomes)} runs of the sensitivity design are not finite; none can be used.")
    runs = outcomes.reshape(samples, len(names) + 2, -1)
    drawn = np.random.default_rng(seed + 1).integers(samples, size=(samples, RESAMPLES))
    each = [_of_outcome(runs[:, :, k], drawn) for k in range(runs.shape[2])]
    return Indices(*(np.stack(parts) for parts in zip(*each, strict=True))), runs[:, 0]


def _design(inputs: int, samples: int, seed: int) -> np.ndarray:
    """[N * (G + 2), G]: for each of N points its row of A, A with one column after another from B, and its row of B."""
    a, b = np.split(qmc.Sobol(2 * inputs, rng=seed).random(samples), 2, axis=1)
    mixed = np.where(np.eye(inputs, dtype=bool), b[:, None], a[:, None])
    return np.concatenate([a[:, None], mixed, b[:, None]], axis=1).reshape(-1, inputs)


def _of_outcome(y: np.ndarray, drawn: np.ndarray) -> tuple[np.ndarray, ...]:
    """The four parts of `Indices`, each [G], of one outcome y [N, G + 2]; drawn: rows of each resample [N, R]."""
    if np.ptp(y) == 0.0:
        return tuple(np.full(y.shape[1] - 2, np.nan) for _ in Indices._fields)
    y = (y - y.mean()) / y.std()
    first, total = _estimates(y, np.full((1, len(y)), 1.0 / len(y)))
    counts = np.stack([np.bincount(rows, minlength=len(y)) for rows in drawn.T]) / len(y)
    errors = [norm.ppf(0.975) * s.std(axis=0, ddof=1) for s in _estimates(y, counts)]
    return first[0], errors[0], total[0], errors[1]


def _estimates(y: np.ndarray, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and total indices [R, G] of y [N, G + 2], its rows counted by share [R, N]; 0 where A and B do not vary."""
    a, mixed, b = y[:, :1], y[:, 1:-1], y[:, -1:]
    variance = share @ (a**2 + b**2) / 2 - (share @ (a + b) / 2) ** 2
    known = variance > np.finfo(float).eps
    first, total = share @ (b * (mixed - a)), share @ ((a - mixed) ** 2) / 2
    return tuple(np.divide(s, variance, out=np.zeros_like(s), where=known) for s in (first, total))


# Which unknown, and which number that nobody has verified, matters most to what came of the campaign.

SAMPLES = 512
"""N of the design: the model runs N * (G + 2) times, G about 33."""
MAX_SAMPLES = 16_384


class Outcome(NamedTuple):
    """name: identifier; label: short, for a table; meaning: what it counts; unit."""

    name: str
    label: str
    meaning: str
    unit: str


OUTCOMES = (
    Outcome("aviation_jun_sep_1944", "summer", "aviation gasoline delivered, June to September 1944", "t"),
    Outcome("aviation_oct_mar", "winter", "aviation gasoline delivered, October 1944 to March 1945", "t"),
    Outcome("lowest_month", "lowest", "month of lowest aviation gasoline, April (1) to December (9) 1944", "month"),
    Outcome("aviation_nov_1944", "Nov 44", "aviation gasoline delivered in November 1944", "t"),
    Outcome("synthetic_sep_1944", "synth", "synthetic oil, all products, September 1944", "t"),
    Outcome("aviation_stock_dec_1944", "stock", "stock of aviation gasoline at the end of 1944, used as recalled", "t"),
    Outcome(
        "railway_bombs_denied",
        "rail",
        "aviation gasoline that bombs on railways denied, October 1944 to March 1945",
        "t",
    ),
)


class Sensitivity(NamedTuple):
    """A study's numbers, ready for JSON (`summary`), and what it was made from (`manifest`)."""

    summary: dict
    manifest: dict


def sensitivity(
    record: Record,
    *,
    samples: int = SAMPLES,
    seed: int = 1944,
    from_posterior: bool = False,
    command: list[str] | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Sensitivity:
    """First-order and total Sobol indices of `OUTCOMES` on every input, for the raids as flown.

    samples: N, a power of two from 2 to 16,384; seed: 0 to 4,294,967,295, the same seed the same indices
    from_posterior: move each parameter within its fitted margin instead of its prior; luck and yields as before
    command: words kept in the manifest; progress: called with runs done and runs

    Raises OilplanError for samples or seed out of range, or a fit asked for where the package holds none.
    """
    _check(samples, seed)
    war = oil_war(record, prior=not from_posterior)
    if from_posterior and war.posterior is None:
        raise OilplanError(
            "--posterior needs a fit, and this package holds none; leave it out, or fit first (`oilplan calibrate`)."
        )
    chosen = inputs()
    fly = model(record, war.system, war.schedule, seed=seed, posterior=war.posterior, progress=progress)
    indices, sample = sobol(tuple(i.name for i in chosen), fly, samples, seed)
    numbers = summary(chosen, indices, sample, samples=samples, seed=seed, rests_on=basis(record.hash, war.fit))
    return Sensitivity(numbers, manifest(record, command=command or [], seed=seed, samples=samples, posterior=war.fit))


def _check(samples: int, seed: int) -> None:
    if not 2 <= samples <= MAX_SAMPLES or samples & (samples - 1):
        raise OilplanError(
            f"--samples {samples} is out of range; expected a power of two from 2 to {MAX_SAMPLES:,},"
            f" such as {SAMPLES}."
        )
    check_draws(1, seed)


def summary(
    chosen: tuple[Input, ...], indices: Indices, sample: np.ndarray, *, samples: int, seed: int, rests_on: str
) -> dict:
    """The study as JSON-ready numbers: outcomes with every input by its total index, and the inputs over all outcomes.

    chosen: G inputs; indices: [O, G]; sample: [N, O] outcomes of the first matrix; an outcome that does not vary has
    nulls and counts for nothing in the mean.
    """
    varies = np.isfinite(indices.total).all(axis=1)
    mean = indices.total[varies].mean(axis=0) if varies.any() else np.zeros(len(chosen))
    order = np.argsort(-mean, kind="stable")
    overall = [{**_about(chosen[g]), "mean_total": round(float(mean[g]), 4)} for g in order]
    return {
        "outcomes": [_outcome(o, chosen, indices, sample[:, k], k) for k, o in enumerate(OUTCOMES)],
        "overall": overall,
        "most_important_unknown": next(r["name"] for r in overall if r["known"] != CHANCE),
        "most_important_unverified": next(r["name"] for r in overall if r["known"] in UNVERIFIED),
        "inputs": [i._asdict() for i in chosen],
        "samples": samples,
        "runs": samples * (len(chosen) + 2),
        "seed": seed,
        "basis": rests_on,
        "calibrated": rests_on != PRIOR_ONLY,
        "rests_on_recalled": "inputs marked recalled come from memory: no page was seen",
    }


def _about(i: Input) -> dict:
    return {"name": i.name, "label": i.label, "known": i.known}


def _outcome(o: Outcome, chosen: tuple[Input, ...], indices: Indices, values: np.ndarray, k: int) -> dict:
    p05, median, p95 = (round(float(v), 1) for v in np.percentile(values, [5, 50, 95]))
    order = np.argsort(-np.nan_to_num(indices.total[k]), kind="stable")
    rows = [{**_about(chosen[g]), **{f: _number(getattr(indices, f)[k, g]) for f in Indices._fields}} for g in order]
    unverified = next((r["name"] for r in rows if r["known"] in UNVERIFIED), None)
    return {
        **o._asdict(),
        "p05": p05,
        "median": median,
        "p95": p95,
        "most_important_unverified": unverified,
        "inputs": rows,
    }


def _number(x: float) -> float | None:
    return round(float(x), 4) if np.isfinite(x) else None
