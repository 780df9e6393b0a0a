"""The posterior in ArviZ's layout: other people's diagnostics and readers work on it."""

import json

import arviz_stats
import numpy as np
import pytest
import xarray

from oilplan.calibration.model import PRIORS, Unknowns, log_likelihood
from oilplan.calibration.posterior import load_posterior, shipped_path
from oilplan.errors import OilplanError
from oilplan.flight.as_flown import as_flown
from oilplan.model.oil import oil_system
from oilplan.studies.calibrate import FIGURE, shipped_tree


@pytest.fixture(scope="module")
def made(record):
    return shipped_tree(record)


def test_every_unknown_has_a_name_chains_and_the_source_of_its_prior(made, record):
    about = json.loads(made.attrs["manifest"])
    posterior = made["posterior"]
    assert posterior.sizes["chain"] == about["chains"] and {p.name for p in PRIORS} <= set(posterior.data_vars)
    assert all(posterior[p.name].attrs["source"] == p.source for p in PRIORS)
    system = oil_system(record)
    shipped = load_posterior(system, as_flown(record, system))
    for name in ("hit_visual", "wear"):
        np.testing.assert_allclose(posterior[name].values.ravel(), getattr(shipped.parameters, name), rtol=1e-5)


def test_rank_r_hat_and_loo_work_on_it(made):
    r_hat = arviz_stats.rhat(made)
    assert 0.99 < float(r_hat["hit_visual"]) < 1.05 and bool((r_hat["raid_luck"] < 1.1).all())
    found = arviz_stats.loo(made)
    assert found.n_data_points == made["observed_data"].sizes["figure"] and np.isfinite(found.elpd)


def test_the_log_likelihood_is_that_of_the_fit(made, record):
    from oilplan.calibration.bindings import bindings
    from oilplan.calibration.likelihood import problem

    system = oil_system(record)
    fitted = problem(system, as_flown(record, system), bindings(record), system.n_days - 1)
    with np.load(shipped_path()) as file:
        first = Unknowns(*(file[name][0].astype(np.float32) for name in Unknowns._fields))
    expected = np.asarray(log_likelihood(first, fitted))
    np.testing.assert_allclose(made["log_likelihood"][FIGURE][0, 0], expected, rtol=2e-4, atol=2e-3)


def test_most_figures_lie_within_what_the_fit_predicts_of_them(made):
    low, high = made["posterior_predictive"][FIGURE].quantile((0.01, 0.99), ("chain", "draw"))
    inside = float(((made["observed_data"][FIGURE] >= low) & (made["observed_data"][FIGURE] <= high)).mean())
    assert 0.9 < inside <= 1.0


def test_the_figures_are_rows_of_the_record(made, record):
    known = {row_id for table in record.tables for row_id in record.rows(table)}
    named = [row for cell in made["constant_data"]["rows"].values for row in str(cell).split(";")]
    assert len(named) > 80 and set(named) <= known


def test_netcdf_with_groups_opens_elsewhere(made, tmp_path):
    h5netcdf = pytest.importorskip("h5netcdf")
    made.to_netcdf(tmp_path / "posterior.nc", engine="h5netcdf")
    with h5netcdf.File(tmp_path / "posterior.nc") as file:
        assert {"posterior", "log_likelihood", "posterior_predictive", "observed_data"} <= set(file.groups)
        assert file["posterior"].dimensions["chain"].size == made["posterior"].sizes["chain"]
    back = xarray.open_datatree(tmp_path / "posterior.nc", engine="h5netcdf")
    np.testing.assert_array_equal(back["posterior"]["wear"], made["posterior"]["wear"])


def test_a_posterior_of_other_raids_is_refused(record, tmp_path):
    with np.load(shipped_path()) as file:
        parts = dict(file)
    np.savez(tmp_path / "p.npz", **parts | {"raids": parts["raids"][1:]})
    with pytest.raises(OilplanError, match="make it again with `oilplan calibrate`"):
        shipped_tree(record, tmp_path / "p.npz")
