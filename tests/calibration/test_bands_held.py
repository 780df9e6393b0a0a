"""Months and figures left out of a fit by weighting its draws anew, against a model whose answer is known."""

import numpy as np
import pytest
from scipy.stats import norm

from oilplan.calibration.model import PRIORS, Unknowns, size_identified
from oilplan.calibration.proof import NO_PARETO_K, _weights, expected_held, one_figure_left_out


def test_a_figure_left_out_has_the_density_that_a_fit_without_it_gives_it():
    """Normal figures with a flat prior on their mean: without one of n, the mean is known to 1 / sqrt(n - 1)."""
    y = np.random.default_rng(1).normal(size=20)
    mean = np.random.default_rng(2).normal(y.mean(), y.size**-0.5, 20_000)
    got = one_figure_left_out(norm.logpdf(y[None, :], mean[:, None]))
    others = (y.sum() - y) / (y.size - 1)
    exact = norm.logpdf(y, others, (1 + 1 / (y.size - 1)) ** 0.5).sum()
    fitted = norm.logpdf(y, y.mean(), (1 + 1 / y.size) ** 0.5).sum()
    assert got.elpd == pytest.approx(exact, abs=0.05) and abs(exact - fitted) > 0.2
    assert (got.figures, got.untrusted) == (20, 0)


def test_weights_that_cannot_be_smoothed_are_never_trusted():
    """Draws of one density have no tail to fit a Pareto to; they weigh the same all the same."""
    weights, k = _weights(np.zeros(200))
    assert np.ptp(weights) == pytest.approx(0.0, abs=1e-9) and (k == NO_PARETO_K or k < 0.7)


def unknowns(z: np.ndarray) -> Unknowns:
    scalar = np.zeros((z.size, len(PRIORS)))
    scalar[:, [p.name for p in PRIORS].index("raid_size_exponent")] = z
    return Unknowns(scalar, *(np.zeros((z.size, 1)),) * 4, np.zeros(z.size))


def test_a_fit_that_learnt_nothing_of_raid_size_says_so_and_one_that_did_says_which():
    z = np.random.default_rng(3).standard_normal(20_000)
    nothing, none, some = (size_identified(unknowns(x)) for x in (z, 0.1 * z, 3.0 + 0.3 * z))
    assert nothing["bayes_factor_of_any_size"] == pytest.approx(1.0, abs=0.1)
    assert nothing["posterior_sd"] == pytest.approx(nothing["prior_sd"], rel=0.05)
    assert none["bayes_factor_of_any_size"] == pytest.approx(10.0, rel=0.1)
    assert some["bayes_factor_of_any_size"] < 1e-3 and some["median"] == pytest.approx(0.9, abs=0.02)


@pytest.mark.parametrize("prior_sd", [0.3, 1.0, 2.0])
def test_a_right_model_holds_more_than_nine_in_ten_of_the_figures_it_has_seen(prior_sd):
    """Truths drawn from the prior, a figure of error 1 on each, and the 90 percent band of a new one: counted."""
    rng = np.random.default_rng(5)
    truth = prior_sd * rng.standard_normal(200_000)
    figure = truth + rng.standard_normal(truth.size)
    share = prior_sd**2 / (prior_sd**2 + 1.0)
    inside = np.abs(figure - share * figure) <= norm.ppf(0.95) * np.sqrt(1.0 + share)
    assert expected_held(np.sqrt(share), 1.0) == pytest.approx(inside.mean(), abs=0.002) and inside.mean() > 0.905
