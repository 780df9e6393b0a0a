"""What a result leans on: an unknown that only runs along with the one that decides is not named."""

from types import SimpleNamespace

import numpy as np
import pytest

from oilplan.argument.strongest import rank_regression, strongest


@pytest.fixture
def drawn():
    rng = np.random.default_rng(5)
    decides, other, noise = rng.standard_normal((3, 400))
    return {"decides": decides, "runs_along": decides + 0.3 * noise, "other": other, "fixed": np.ones(400)}


def test_an_unknown_that_the_result_never_reads_is_not_named(drawn):
    values = -np.exp(drawn["decides"]) + 0.5 * drawn["other"]
    leaning = rank_regression(drawn, values)
    assert set(leaning) == {"decides", "runs_along", "other"}
    assert leaning["decides"] < -0.5 and abs(leaning["runs_along"]) < 0.2 and 0.1 < leaning["other"] < 0.5
    lab = SimpleNamespace(parameters=SimpleNamespace(_asdict=lambda: {k: v for k, v in drawn.items() if k != "other"}))
    assert strongest(lab, values, {"other": drawn["other"]}).startswith("the unknown 'decides': -0.")


def test_a_result_that_never_varies_leans_on_nothing(drawn):
    assert rank_regression(drawn, np.zeros(400)) == {}
