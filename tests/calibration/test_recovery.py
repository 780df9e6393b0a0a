"""Recovery: the study simulates from the likelihood it refits, counts rightly, and its saved result is of these priors."""

import json
import warnings
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tools import recovery_study as recovery

from oilplan.calibration import fit as stamps
from oilplan.calibration.model import Unknowns, log_likelihood, mean_and_scale, student_t, unknowns_at_zero
from oilplan.clock import N_MONTHS

DOCS = Path(__file__).parents[2] / "docs" / "recovery"


@pytest.fixture(scope="module")
def target(record):
    return recovery.september(record)


@pytest.fixture(scope="module")
def measure(target):
    """The figures of the target, compiled once."""
    compiled = jax.jit(lambda u: mean_and_scale(u, target))
    return lambda u, _: compiled(u)


@pytest.mark.slow
def test_the_figures_simulated_are_those_of_the_likelihood(target, measure):
    u = Unknowns(*(0.3 * jax.random.normal(jax.random.key(i), a.shape) for i, a in enumerate(unknowns_at_zero(target))))
    mean, scale = measure(u, target)
    value = [b.value for b in target.items]
    np.testing.assert_allclose(
        student_t(jnp.asarray(value, mean.dtype), mean, scale), log_likelihood(u, target), rtol=1e-4
    )


def test_no_figure_after_the_cut_off_is_simulated(target):
    assert max(b.last_day for b in target.items) == target.n_days - 1 == 182


def test_figures_miss_the_truth_as_students_t_does(target, measure):
    """The sd of Student's t with six degrees of freedom is 1.22; 20 x N draws miss it by 0.15 less than once in 1,000."""
    misses = []
    for n in range(20):
        truth, value, _ = recovery.simulate(jax.random.key(n), target, measure)
        mean, scale = measure(truth, target)
        misses.append((value - mean) / scale)
    assert abs(np.std(misses) - 1.5**0.5) < 0.15 and abs(np.mean(misses)) < 0.15


def test_a_truth_that_is_not_finite_is_drawn_again_and_counted(target, measure):
    asked = []

    def first_is_not(u, problem):
        asked.append(u)
        mean, scale = measure(u, problem)
        return (mean * jnp.inf, scale) if len(asked) == 1 else (mean, scale)

    truth, value, redrawn = recovery.simulate(jax.random.key(0), target, first_is_not)
    assert redrawn == 1 and np.isfinite(value).all()
    assert not np.array_equal(truth.scalar, asked[0].scalar)


def ranks(rng, repetitions, quantities, copies=1, skew=1.0):
    draws = rng.uniform(size=(repetitions, quantities)) ** skew
    counts = np.stack([np.histogram(d, bins=recovery.BINS, range=(0, 1))[0] for d in draws])
    return counts * copies


def test_flat_ranks_pass_and_skewed_ranks_are_caught():
    p = [recovery.uniform_p(ranks(np.random.default_rng(seed), 50, 20)) for seed in range(40)]
    assert sum(v < 0.05 for v in p) <= 7 and np.median(p) > 0.2
    assert recovery.uniform_p(ranks(np.random.default_rng(1), 50, 20, skew=1.4)) < 0.001


def test_quantities_that_move_together_are_not_counted_as_many():
    rng = np.random.default_rng(2)
    once = ranks(rng, 50, 20)
    assert recovery.uniform_p(once * 9) == pytest.approx(recovery.uniform_p(once), abs=0.1)


def one(rank, inside):
    q = len(rank)
    return recovery.Recovered(np.array(rank), np.array(inside), np.full(q, 0.25), 1, 0)


def test_counts_pool_what_matters_and_state_their_error():
    """Three scalars of which the second matters to no figure, the discrepancy, one yield, one raid."""
    matter = np.array([True, False, True] + [False] * (len(recovery.SCALARS) - 3))
    pad = [0] * (len(recovery.SCALARS) - 3)
    off = [False] * len(pad)
    own, held = [5] * N_MONTHS, [False] * N_MONTHS  # one plant's own pace and the steps of the product mix
    done = [
        one([0, 9, 59, *pad, 30, 5, *own, 5], [False, False, True, *off, True, True, *held, False]),
        one([59, 9, 59, *pad, 30, 5, *own, 5], [True, False, True, *off, True, True, *held, True]),
    ]
    found = recovery._counted(done, matter, n_plants=1, kept=59)
    assert found["coverage90"] == pytest.approx(5 / 6)
    assert found["coverage_error"] == pytest.approx(1 / 6)
    assert found["coverage_by_parameter"] == {"hit_visual": 0.5, "hit_bomber_command": 1.0, "discrepancy": 1.0}
    assert found["ranks"] == [1, 0, 0, 0, 0, 2, 0, 0, 0, 3] and found["divergences"] == 2
    assert found["coverage_of_yields"] == 1.0 and found["coverage_of_raid_luck"] == 0.5
    assert found["learned"]["discrepancy"] == 0.75


@pytest.mark.slow
def test_a_tiny_study_has_its_shapes_and_a_longer_one_begins_the_same(record, target, monkeypatch):
    """Two repetitions; the first of them, run again, has the same ranks. Trees are cut short: no one reads the result."""
    monkeypatch.setattr(recovery, "MAX_TREE_DEPTH", 3)
    compiled = recovery._compiled(target, 10, 19)
    monkeypatch.setattr(recovery, "_compiled", lambda *_: compiled)
    heard = []
    tiny = recovery.study(record, 2, 7, lambda done, of: heard.append((done, of)), warmup=10, kept=19)
    first = recovery.study(record, 1, 7, warmup=10, kept=19)
    both, one_of_them = (np.array(list(f["ranks_by_parameter"].values())) for f in (tiny, first))
    assert (both >= one_of_them).all() and both.sum() == 2 * one_of_them.sum()
    assert heard == [(1, 2), (2, 2)] and compiled._cache_size() == 1
    names = set(tiny["coverage_by_parameter"])
    assert "discrepancy" in names and "kill_structure" in names and "substitute_share" not in names
    assert sum(tiny["ranks"]) == 2 * len(names) and len(tiny["ranks"]) == recovery.BINS
    assert first["coverage_error"] is None and tiny["coverage_error"] >= 0
    assert tiny["manifest"]["priors_hash"] == stamps.priors_hash() and tiny["manifest"]["draws"] == 19 * recovery.THIN


def test_the_saved_study_covers_as_promised_and_caught_the_wrong_likelihood(record):
    found = stamps.saved(record)
    assert found["repetitions"] >= 50 and found["manifest"]["seed"] is not None
    assert recovery.calibrated(found) and 0 < found["coverage_error"] < 0.03
    assert sum(found["ranks"]) == found["repetitions"] * len(found["coverage_by_parameter"])
    assert found["wrong_likelihood"]["error_factor"] == 0.25 and not recovery.calibrated(found["wrong_likelihood"])


@pytest.mark.parametrize(
    ("coverage90", "chi2_p", "passes"), [(0.9, 0.5, True), (0.84, 0.5, False), (0.96, 0.5, False), (0.9, 0.009, False)]
)
def test_a_study_passes_by_coverage_and_ranks_together(coverage90, chi2_p, passes):
    assert recovery.calibrated({"coverage90": coverage90, "chi2_p": chi2_p}) is passes


def test_the_saved_study_of_the_docs_is_that_of_the_package(record):
    found = stamps.saved(record)
    stale = found.pop("stale")
    assert json.loads((DOCS / recovery.SAVED).read_text()) == found
    assert (DOCS / "ranks.svg").read_text().startswith("<svg")
    if stale:
        warnings.warn(
            "priors or figures changed since the recovery study: tools/recovery_study.py makes it anew", stacklevel=1
        )


def test_a_study_of_other_priors_or_other_errors_is_called_stale(record, target, monkeypatch):
    made = stamps.saved(record)["manifest"]
    real, usual = stamps.priors_hash, stamps.priors_hash()
    monkeypatch.setattr(stamps, "priors_hash", lambda: made["priors_hash"] if real() == usual else "other")
    monkeypatch.setattr(stamps, "figures_hash", lambda of: made["figures_hash"] if of is target else "other")
    monkeypatch.setattr(stamps, "september", lambda _: target)
    assert not stamps.saved(record)["stale"]
    wider = target._replace(items=(target.items[0]._replace(error=1e6), *target.items[1:]))
    monkeypatch.setattr(stamps, "september", lambda _: wider)
    assert stamps.saved(record)["stale"]
    monkeypatch.setattr(stamps, "september", lambda _: target)
    monkeypatch.setattr(stamps, "PRIORS", (recovery.PRIORS[0]._replace(spread=0.999), *recovery.PRIORS[1:]))
    assert stamps.saved(record)["stale"]


@pytest.mark.slow
def test_the_full_study_covers_and_catches_errors_taken_four_times_too_small(record):
    """About half an hour. Coverage of 90 percent over 50 repetitions has a standard error of about 1 point."""
    assert recovery.calibrated(recovery.study(record))
    assert not recovery.calibrated(recovery.study(record, 20, error_factor=0.25))
