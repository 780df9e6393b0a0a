"""The fit: repeatable, resumable, diagnosed; the shipped posterior belongs to this record."""

import json
import zipfile

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from oilplan.cache import Cache
from oilplan.calibration.bindings import bindings
from oilplan.calibration.fit import diagnose, fit, priors_hash, stamp_of
from oilplan.calibration.hindcast import Fitted, persistence, score, tonnage_regression, trend
from oilplan.calibration.likelihood import problem
from oilplan.calibration.model import (
    PRIORS,
    Unknowns,
    draw_prior,
    log_likelihood,
    potential,
    student_t,
    to_parameters,
    unknowns_at_zero,
)
from oilplan.calibration.posterior import crps, load_posterior, place, raids_of, save, shipped_path, thin
from oilplan.clock import month_end_day
from oilplan.errors import OilplanError
from oilplan.model.law import RIVAL_LAWS

SMALL = {"warmup": 50, "draws": 50}


@pytest.fixture(scope="module")
def june(record, system, schedule):
    """A small problem: figures and raids up to the end of June 1944."""
    return problem(system, schedule, bindings(record), month_end_day("1944-06"))


@pytest.fixture(scope="module")
def three_chains(june, tmp_path_factory):
    cache = Cache(tmp_path_factory.mktemp("chains"), most_bytes=10**9)
    return cache, fit(june, seed=5, chains=3, keep_in=cache, stamp="x", **SMALL)


def test_unknowns_at_zero_are_the_prior_medians(june):
    p = to_parameters(unknowns_at_zero(june))
    for prior in PRIORS:
        assert float(getattr(p, prior.name)) == pytest.approx(prior.centre, rel=1e-5)


def test_prior_draws_have_the_stated_medians(system):
    drawn = draw_prior(jax.random.key(0), system, 4000)
    for prior in PRIORS:
        whole = 1.0 if prior.form == "normal" else prior.centre
        off = abs(np.median(getattr(drawn, prior.name)) - prior.centre) / whole
        width = prior.spread
        assert off < 5 * 1.25 * width / 4000**0.5  # five standard errors of a median: fails by chance in 1 of 10^5 runs


def test_the_likelihood_prefers_the_truth_to_a_model_without_bombs(june):
    zero = unknowns_at_zero(june)
    harmless = zero._replace(scalar=zero.scalar.at[[p.name for p in PRIORS].index("kill_structure")].set(-6.0))
    of = jax.jit(lambda unknowns: jnp.sum(log_likelihood(unknowns, june)))
    assert float(of(zero)) > float(of(harmless)) + 5


@pytest.mark.slow
def test_the_gradient_of_the_posterior_is_finite_far_from_the_prior(june):
    for size in (0.0, 3.0, -3.0):
        far = jax.tree.map(lambda a, s=size: jnp.full_like(a, s), unknowns_at_zero(june))
        gradient = jax.grad(lambda u: potential(u, june))(far)
        assert all(bool(jnp.all(jnp.isfinite(g))) for g in gradient)


def test_student_t_integrates_to_one():
    x = jnp.linspace(-400.0, 400.0, 400_001)
    assert float(jnp.trapezoid(jnp.exp(student_t(x, 1.0, 2.0)), x)) == pytest.approx(1.0, abs=1e-3)


def test_a_killed_fit_goes_on_with_the_chains_it_kept_and_samples_a_truncated_one_again(june, three_chains):
    cache, whole = three_chains
    cache.drop("chains", whole.names[1])
    path = cache._path("chains", whole.names[0])
    path.write_bytes(path.read_bytes()[:1000])
    again = fit(june, seed=5, chains=3, keep_in=cache, stamp="x", **SMALL)
    assert again.kept == 1
    np.testing.assert_array_equal(again.draws.scalar, whole.draws.scalar)


def test_chains_of_another_fit_are_never_reused(june, three_chains, record, system, schedule):
    cache, _ = three_chains
    july = problem(system, schedule, bindings(record), month_end_day("1944-07"))
    assert stamp_of("a", june) != stamp_of("b", june) and stamp_of("a", june) != stamp_of("a", july)
    assert fit(june, seed=6, chains=1, keep_in=cache, stamp="x", **SMALL).kept == 0


def test_a_fit_that_has_not_mixed_says_which_unknown_and_what_to_try(june, three_chains):
    faults = diagnose(three_chains[1], june).faults
    assert any("R-hat" in f and "--draws" in f for f in faults)


def test_a_posterior_survives_its_file(june, three_chains, system, schedule, tmp_path):
    draws = thin(three_chains[1].draws, 40)
    save(tmp_path / "p.npz", draws, june, {"seed": 3, "record_hash": "h"})
    loaded = load_posterior(system, schedule, tmp_path / "p.npz")
    assert loaded is not None and loaded.n_draws == 40 and loaded.manifest["record_hash"] == "h"
    direct = place(draws, raids_of(june), list(june.system.plant_ids), system, schedule, 3, {})
    np.testing.assert_allclose(loaded.parameters.hit_visual, direct.parameters.hit_visual, rtol=2e-3)
    np.testing.assert_allclose(loaded.raid_z, direct.raid_z, atol=5e-3)


HEADER = b"\x93NUMPY\x01\x00\x76\x00" + b"{'descr': '<f2', 'fortran_order': False, 'shape': (%d,), }".ljust(118)


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("scalar", lambda a: a * 1j),
        ("scalar", lambda a: a > 0),
        ("scalar", lambda a: a.astype(str)),
        ("scalar", lambda a: HEADER.replace(b"%d,", b"1000000000000,")[:128]),
        ("scalar", lambda a: HEADER.replace(b"%d,", b"10000000,")[:128] + bytes(20_000_000)),
        ("raids", lambda a: np.repeat(a[:1], len(a), 0)),
        ("manifest", lambda a: np.array('{"seed": 1}')),
        ("manifest", lambda a: np.array('{"seed": true, "record_hash": "h"}')),
        ("manifest", lambda a: np.array('{"seed": 1, "record_hash": []}')),
        ("manifest", lambda a: np.array("[]")),
    ],
    ids=["complex", "truths", "text", "terabytes", "bomb", "twice", "no hash", "true seed", "list", "no table"],
)
def test_an_archive_that_is_no_posterior_is_refused(system, schedule, tmp_path, monkeypatch, name, changed):
    """Also one that unpacks to a thousand times its size, or says that it does."""
    monkeypatch.setattr("oilplan.calibration.posterior.MOST_UNPACKED_BYTES", 10_000_000)
    with np.load(shipped_path()) as file:
        arrays = dict(file)
    odd = changed(arrays.pop(name))
    np.savez(tmp_path / "p.npz", **arrays, **({} if isinstance(odd, bytes) else {name: odd}))
    if isinstance(odd, bytes):
        with zipfile.ZipFile(tmp_path / "p.npz", "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(f"{name}.npy", odd)
    with pytest.raises(OilplanError, match="is no posterior that can be used"):
        load_posterior(system, schedule, tmp_path / "p.npz")


def test_few_draws_are_taken_from_every_chain(system, schedule):
    shipped = load_posterior(system, schedule)
    quarter = shipped.n_draws // 4
    few = shipped.take(40)
    np.testing.assert_array_equal(few.discrepancy[::10], shipped.discrepancy[::quarter][:4])
    assert shipped.take(shipped.n_draws + 3).n_draws == shipped.n_draws + 3


def test_raids_a_fit_has_not_seen_keep_their_prior_luck(june, three_chains, system, schedule):
    placed = place(
        thin(three_chains[1].draws, 100), raids_of(june), list(june.system.plant_ids), system, schedule, 3, {}
    )
    unseen = schedule.day > month_end_day("1944-06")
    z = np.asarray(placed.raid_z)[:, unseen]
    assert abs(z.mean()) < 0.02 and z.std() == pytest.approx(1.0, abs=0.02)


def test_one_raid_less_leaves_the_luck_of_the_others(june, three_chains, system, schedule):
    kept = np.arange(schedule.n_raids) != schedule.n_raids // 2
    ids = tuple(name for name, k in zip(schedule.raid_ids, kept, strict=True) if k)
    fewer = type(schedule)(ids, *(column[kept] for column in schedule[1:]))
    sample, plants = thin(three_chains[1].draws, 20), list(june.system.plant_ids)
    whole, less = (place(sample, raids_of(june), plants, system, s, 3, {}).raid_z for s in (schedule, fewer))
    np.testing.assert_array_equal(whole[:, kept], less)


def test_the_shipped_posterior_is_of_this_record_and_was_diagnosed(record, system, schedule):
    shipped = load_posterior(system, schedule)
    assert shipped is not None and shipped.manifest["record_hash"] == record.hash
    assert shipped.manifest["priors_hash"] == priors_hash()
    assert {"seed", "versions", "chains", "draws", "command"} <= set(shipped.manifest)
    diagnosis = json.loads(shipped_path().with_name("diagnostics.json").read_text())
    parameters = [u for u in diagnosis["unknowns"] if "[" not in u["name"]]
    assert len(parameters) == len(PRIORS) + 1 and diagnosis["divergences"] == 0
    assert max(u["r_hat"] for u in diagnosis["unknowns"]) < diagnosis["r_hat_limit"]
    assert min(u["ess"] for u in diagnosis["unknowns"]) > diagnosis["ess_limit"]


@pytest.mark.slow
def test_a_brief_refit_agrees_with_the_shipped_posterior(record, system, schedule):
    """One short chain; its medians lie within 1.2 posterior standard deviations of the shipped ones, on the prior's own scale."""
    whole = problem(system, schedule, bindings(record), 394)
    brief = fit(whole, seed=77, chains=1, warmup=150, draws=100)
    shipped = load_posterior(system, schedule)
    mine = jax.vmap(to_parameters)(Unknowns(*(jnp.asarray(a[0]) for a in brief.draws)))
    off = {}
    for prior in PRIORS:
        scale = np.log if prior.form == "lognormal" else np.asarray
        ours, theirs = (scale(np.asarray(getattr(p, prior.name))) for p in (mine, shipped.parameters))
        off[prior.name] = abs(np.median(ours) - np.median(theirs)) / theirs.std()
    assert np.isfinite(list(off.values())).all()
    assert max(off.values()) < 1.2, off


def test_crps_of_a_point_forecast_is_its_error_and_a_spread_around_the_truth_scores_better():
    rng = np.random.default_rng(0)
    assert crps(np.full(10, 7.0), 10.0) == pytest.approx(3.0)
    assert crps(rng.normal(10, 1, 4000), 10.0) < crps(rng.normal(10, 5, 4000), 10.0)


def test_naive_forecasts_do_what_their_names_say():
    rng = np.random.default_rng(0)
    falling = 100_000 * 0.7 ** np.arange(6.0)
    assert np.median(persistence(falling, 2, rng)[:, 0]) == pytest.approx(falling[-1], rel=0.05)
    assert np.median(trend(falling, 2, rng)[:, 1]) == pytest.approx(falling[-1] * 0.49, rel=0.05)
    tons = np.array([0.0, 1, 2, 3, 4, 5, 6, 7]) * 1e4
    made = np.exp(12 - 0.3 * tons / 1e4)
    assert np.median(tonnage_regression(made[:6], tons, 2, rng)[:, 1]) == pytest.approx(made[7], rel=0.2)


@pytest.mark.slow
def test_an_average_of_a_law_with_itself_is_that_law_and_with_another_lies_wider(
    record, system, schedule, june, three_chains
):
    """As many draws of each fit are scored together, each flown under its own law."""
    items, one = bindings(record), Fitted(three_chains[1], june)
    alone, twice = (score(fits, system, schedule, items, "1944-06", 5) for fits in ([one], [one, one]))
    assert twice.crps_t == pytest.approx(alone.crps_t, rel=1e-5) and twice.coverage90 == alone.coverage90
    assert [m.median_t for m in twice.months] == pytest.approx([m.median_t for m in alone.months], rel=0.02)
    whole = june._replace(law=RIVAL_LAWS["linear damage, gang-limited repair"])
    other = score([one, Fitted(three_chains[1], whole)], system, schedule, items, "1944-06", 5)
    rival = score([Fitted(three_chains[1], whole)], system, schedule, items, "1944-06", 5)
    for m, a, b in zip(other.months, alone.months, rival.months, strict=True):
        assert min(a.median_t, b.median_t) - 1 <= m.median_t <= max(a.median_t, b.median_t) + 1
        assert m.p05_t <= max(a.p05_t, b.p05_t) + 1 and m.p95_t >= min(a.p95_t, b.p95_t) - 1
