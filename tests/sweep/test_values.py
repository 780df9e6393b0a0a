"""A sweep's numbers are those of a comparison, and hang on nothing but its grid and seed."""

import json

import numpy as np
import pytest
import xarray as xr

from oilplan.calibration.posterior import load_posterior
from oilplan.cli.main import run
from oilplan.studies import compare as comparing
from oilplan.studies.sweep.run import DEFAULT_LAW, read_grid, read_sweep, sweep, sweep_summary
from oilplan.studies.sweep.store import block_seed, rows_of_block

from .conftest import SEED, check_same, chunk_files, values_of

GANGS = "saturating damage, gang-limited repair"
BLOCK = 6


@pytest.fixture
def compared(record, monkeypatch):
    """Function of (block): the comparison of its draws."""

    def make(block: int, draws: int = BLOCK):
        def rows(system, flown):
            fit = load_posterior(system, flown)
            at = rows_of_block(SEED, block, draws, fit.n_draws)
            cut = type(fit.parameters)(*(a[at] for a in fit.parameters))
            return fit._replace(parameters=cut, raid_z=fit.raid_z[at], discrepancy=fit.discrepancy[at])

        monkeypatch.setattr("oilplan.studies.replay.load_posterior", rows)
        return comparing.compare(
            record, ["as_flown", "harris"], from_date="1944-12-01", draws=draws, seed=block_seed(SEED, block)
        )

    return make


def test_a_block_has_the_values_of_its_comparison(undisturbed, compared):
    made, values = compared(1), values_of(undisturbed)
    for n, name in enumerate(("as_flown", "harris")):
        for outcome, expected in made.values[name].items():
            assert np.array_equal(values[outcome][0, n, BLOCK : 2 * BLOCK], expected, equal_nan=True), outcome
        month = made.runs[name].products_t[..., 0]
        assert np.array_equal(values["aviation_gasoline_by_month"][0, n, BLOCK : 2 * BLOCK], month)


def test_compare_prints_of_a_sweep_what_it_prints_of_its_own(record, compared, tmp_path, capsys):
    from oilplan.report.compare_page import compare_text

    path = tmp_path / "grid.toml"
    path.write_text('directives = ["as_flown", "harris"]\nfrom = 1944-12-01\ndraws = 6\n')
    sweep(read_grid(path), record, str(tmp_path / "a.zarr"), seed=SEED, workers=0)
    expected = compared(0).summary
    assert sweep_summary(read_sweep(str(tmp_path / "a.zarr")), record) == {
        **expected,
        "seed": SEED,
        "law": DEFAULT_LAW.name,
    }
    assert run(["compare", str(tmp_path / "a.zarr")]) == 0
    assert capsys.readouterr().out.strip() == compare_text(expected).strip()
    assert run(["compare", str(tmp_path / "a.zarr"), "--json", "--base", "harris"]) == 0
    stated = json.loads(capsys.readouterr().out)
    assert stated["base"] == "harris" and stated.keys() == expected.keys() | {"law"}


@pytest.mark.parametrize("workers", [pytest.param(1, marks=pytest.mark.slow), 2])
def test_any_number_of_workers_writes_the_same_bytes(workers, grid, record, undisturbed, tmp_path, monkeypatch):
    monkeypatch.setattr("oilplan.studies.sweep.chunks.IN_FLIGHT", 3)  # so that chunks are asked for later too
    place = str(tmp_path / "a.zarr")
    seen = []
    sweep(grid, record, place, seed=SEED, workers=workers, progress=lambda done, of: seen.append((done, of)))
    check_same(place, undisturbed)
    assert chunk_files(place) == chunk_files(undisturbed)
    assert seen == [(n + 1, 6) for n in range(6)]


def test_blocks_share_no_seed_and_no_row_before_all_are_taken():
    seeds = [block_seed(SEED, b) for b in range(20_000)]
    assert len(set(seeds)) == 20_000 and block_seed(SEED + 1, 0) not in seeds
    rows = np.concatenate([rows_of_block(SEED, b, 125, 500) for b in range(5)])
    assert sorted(rows[:500]) == list(range(500)) and np.array_equal(rows[500:], rows[:125])
    assert not np.array_equal(rows[:125], rows_of_block(SEED + 1, 0, 125, 500))


def test_draws_differ_from_block_to_block(undisturbed):
    denied = values_of(undisturbed)["aviation_gasoline_denied"][0, 0]
    assert np.unique(denied).size == denied.size == 34


def test_rival_laws_share_their_draws_and_are_read_by_name(record, tmp_path, capsys):
    (tmp_path / "grid.toml").write_text(
        f'directives = ["as_flown"]\nlaws = ["{GANGS}", "{DEFAULT_LAW.name}"]\nfrom = 1944-12-01\ndraws = 6\n'
    )
    place = str(tmp_path / "a.zarr")
    assert run(["sweep", str(tmp_path / "grid.toml"), "--workers", "0", "--out", place]) == 0
    stated = capsys.readouterr().out
    assert GANGS in stated and DEFAULT_LAW.name in stated and "fitted under the default law" in stated
    values = values_of(place)
    replay = {name: value[:, 0] for name, value in values.items()}
    assert np.array_equal(*replay["aircraft_missing_on_oil"]), "same raids, same losses"
    assert (replay["aviation_gasoline_denied"][0] != replay["aviation_gasoline_denied"][1]).all()
    summary = sweep_summary(read_sweep(place), record)
    assert summary["law"] == DEFAULT_LAW.name
    assert run(["compare", place, "--json", "--law", GANGS]) == 0
    other = json.loads(capsys.readouterr().out)
    assert other["law"] == GANGS and other["arms"] != summary["arms"]
    assert run(["compare", place, "--law", "exact"]) == 2
    assert GANGS in capsys.readouterr().err


def test_the_folder_opens_as_a_labelled_dataset(undisturbed):
    data = xr.open_dataset(undisturbed, engine="zarr", consolidated=False)
    assert data.aviation_gasoline_by_month.sel(directive="harris", month="1945-01", law=DEFAULT_LAW.name).shape == (34,)
    assert all({"units", "meaning"} <= data[name].attrs.keys() for name in data.data_vars if name != "done")
    assert data.attrs["seed"] == SEED and json.loads(data.attrs["manifest"])["versions"]["jax"]
    assert data.sizes == {"law": 1, "directive": 3, "draw": 34, "month": 13, "block": 6, "operation": 4}


def test_what_was_opened_can_be_written_to_netcdf(undisturbed, tmp_path):
    data = xr.open_dataset(undisturbed, engine="zarr", consolidated=False)
    data.to_netcdf(tmp_path / "sweep.nc")
    again = xr.open_dataset(tmp_path / "sweep.nc")
    assert again.attrs == data.attrs
    xr.testing.assert_allclose(again, data)
