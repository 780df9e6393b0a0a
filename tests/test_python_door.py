"""`import oilplan`: the whole public face, loaded at first use, and directives given in any form."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest

import oilplan
from oilplan import api
from oilplan.cli import main
from oilplan.clock import MONTHS
from oilplan.errors import OilplanError
from oilplan.record import effort

FEW = 6
"""As many as in tests/flight, so that one program serves both."""
ROOT = Path(__file__).parent.parent


def test_every_name_is_there_documented_and_said_once():
    assert oilplan.__all__ is api.__all__ and oilplan.__all__ == sorted(oilplan.__all__)
    for name in oilplan.__all__:
        assert getattr(oilplan, name).__doc__ and getattr(oilplan, name) is getattr(api, name), name
    assert set(oilplan.__all__) <= set(dir(oilplan)) and (Path(oilplan.__file__).parent / "py.typed").is_file()
    functions = [name for name in oilplan.__all__ if inspect.isfunction(getattr(oilplan, name))]
    assert 10 <= len(functions) <= 16
    texts = [Path(module.__file__).read_text(encoding="utf-8") for module in (oilplan, api)]
    assert sum(text.count('"OptimumResult"') for text in texts) == 1


def test_type_checkers_see_every_name():
    """They take all public names of the module; each of ours is one, defined or imported there under its own name."""
    tree = ast.parse(Path(oilplan.__file__).read_text(encoding="utf-8"))
    stars = [n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.names[0].name == "*"]
    assert stars == ["api"]
    bound = {
        name
        for node in ast.parse(Path(api.__file__).read_text(encoding="utf-8")).body
        for name in (
            [a.asname or a.name for a in node.names]
            if isinstance(node, ast.ImportFrom)
            else [getattr(node, "name", "")]
        )
    }
    assert set(oilplan.__all__) <= bound


def test_importing_loads_nothing_heavy():
    code = "import sys, oilplan; dir(oilplan); print({'jax', 'numpy', 'pydantic', 'xarray'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(AttributeError, match="compare, find, fly, load_record"):
        oilplan.fly_me_to_the_moon  # noqa: B018


def leuna_first(belief, forces, key):
    """All tons on Leuna while it is believed to work, else on the rest alike."""
    plants = oilplan.oil_system(oilplan.load_record()).plant_ids
    leuna = jnp.asarray([name == "leuna" for name in plants])
    live = belief.share[:, plants.index("leuna")][:, None, None] > 0.3
    share = jnp.where(live, leuna, ~leuna / (len(plants) - 1.0))
    return forces.tons_t[:, :, None] * share


def greedy(belief, forces, key):
    """A thousand times what there is, everywhere."""
    return 1000.0 * forces.tons_t[:, :, None] * jnp.ones(belief.share.shape[1])


@pytest.fixture(scope="module")
def made():
    plan = oilplan.Plan(name="benzol_only", about="", phases=(oilplan.Phase(targets=("benzol",)),))
    toml = ROOT / "examples" / "directives" / "harris.toml"
    return oilplan.compare("harris", toml, plan, leuna_first, greedy, draws=FEW)


def test_a_place_is_given_as_a_path_or_as_text(tmp_path):
    page, plan = tmp_path / "page.txt", tmp_path / "plan.toml"
    page.write_text("On 12 May 1944 the Eighth lost 46 aircraft; losses over Leuna were small.")
    plan.write_text((ROOT / "examples/directives/portal.toml").read_text(encoding="utf-8"))
    assert oilplan.read_plan(str(plan)) == oilplan.read_plan(plan)
    assert oilplan.read_files(str(page)) == oilplan.read_files([page])
    assert len(oilplan.find("losses over Leuna", str(tmp_path), index=str(tmp_path / "i")).found) == 1
    with pytest.raises(OilplanError, match="no file to read"):
        oilplan.read_files([])


def test_a_directive_is_a_name_a_file_a_plan_or_a_function(made):
    assert [a["name"] for a in made.summary["arms"]] == [
        "harris",
        "harris (2)",
        "benzol_only",
        "leuna_first",
        "greedy",
        "as_ordered",
    ]
    assert ("harris", "harris (2)") in made.twins
    denied = {name: made.values[name]["aviation_gasoline_denied"] for name in made.values}
    assert not np.array_equal(denied["leuna_first"], denied["as_ordered"])
    assert "All tons on Leuna" in made.summary["about"]["leuna_first"]


def test_a_function_orders_no_more_than_its_forces_have(made):
    """No arm drops more on oil in a month than all that fell on other than the armies' targets."""
    greedy_t, portal_t = (
        oilplan.compare(a, draws=FEW).runs[name].bombs_t.sum(axis=(1, 2))
        for a, name in ((greedy, "greedy"), ("portal", "portal"))
    )
    np.testing.assert_array_equal(greedy_t, made.runs["greedy"].bombs_t.sum(axis=(1, 2)))
    had_t = effort.monthly_tons(oilplan.load_record())[MONTHS.index("1944-10") :].sum()
    assert (greedy_t < had_t).all() and (greedy_t > 0.5 * portal_t).all()


def test_what_a_function_returns_is_checked():
    def wrong(belief, forces, key):
        return forces.tons_t

    with pytest.raises(oilplan.OilplanError, match=r"directive wrong returned no tons of the shape \(6, 4, \d+\)"):
        oilplan.compare(wrong, draws=FEW)
    with pytest.raises(oilplan.OilplanError, match="expected a name, a TOML file"):
        oilplan.compare(7, draws=FEW)


def test_a_comparison_shows_itself_and_opens_as_xarray(made, tmp_path):
    data = made.to_xarray()
    assert data["aviation_gasoline_denied"].sizes == {"arm": 6 + 1, "draw": FEW}
    assert data["products_t"].attrs["units"] == "t a month" and data.attrs["base"] == "as_ordered"
    np.testing.assert_array_equal(data["stock_t"].sel(arm="harris"), made.runs["harris"].stock_t)
    data.to_netcdf(tmp_path / "made.nc")
    assert made._repr_html_().startswith("<div><svg") and "benzol_only" in str(made)
    with pytest.raises(oilplan.OilplanError, match="expected one of aviation_gasoline, motor_fuel, stock"):
        made.plot("cheese")


def test_one_directive_flies_as_in_a_comparison_and_may_be_text(made):
    text = (ROOT / "examples" / "directives" / "harris.toml").read_text(encoding="utf-8")
    alone = oilplan.fly(text, draws=FEW)
    assert list(alone.values) == ["harris", "as_ordered"]
    for outcome, denied in alone.values["harris"].items():
        np.testing.assert_array_equal(denied, made.values["harris"][outcome])
    with pytest.raises(oilplan.OilplanError, match=r"the directive given as text: (?s:.*)phases: is missing"):
        oilplan.fly("name = 'x'\nphase = 1\n", draws=FEW)


def test_a_result_opens_in_netcdf_elsewhere_with_units_and_sources(made, tmp_path):
    h5netcdf = pytest.importorskip("h5netcdf")
    flown = oilplan.run(draws=FEW)
    for result, name in ((made, "aviation_gasoline_denied"), (flown, "recorded_t")):
        result.to_xarray().to_netcdf(tmp_path / f"{name}.nc", engine="h5netcdf")
        with h5netcdf.File(tmp_path / f"{name}.nc") as file:
            assert file.variables[name].attrs["units"].startswith("t")
            assert result.manifest["record_hash"] in file.attrs["sources"]
            for variable in file.variables.values():
                numbers = variable.dtype != str and variable.dtype.kind == "f"
                assert not numbers or "units" in variable.attrs, variable.name
    rows = flown.to_xarray()["recorded_rows"].sel(month="1944-05", series="aviation_gasoline").item().split(";")
    assert set(rows) <= set(oilplan.load_record().rows("output"))


def test_a_run_shows_itself_and_opens_as_xarray(tmp_path):
    flown = oilplan.run(draws=FEW)
    assert flown.to_xarray()["output_t"].sizes["draw"] == FEW
    assert str(flown.to_xarray()["date"].values[0]).startswith("1944-04-01")
    assert "<svg" in flown._repr_html_() and flown.plot("stock").startswith("<svg")
    flown.plot().save(tmp_path / "a.svg")
    assert (tmp_path / "a.svg").read_text().startswith("<svg")
    flown.save(tmp_path / "out")
    assert (tmp_path / "out" / "manifest.json").is_file()


def test_verdicts_and_the_answer_show_themselves():
    found = oilplan.verdicts("C33", "C45")
    assert found["C45"].claim_id == "C45" and "C33" in str(found) and "<pre " in found._repr_html_()
    with pytest.raises(KeyError, match="C33, C45"):
        found["C01"]
    assert "panacea" in str(oilplan.answer())


def test_an_attribution_shows_itself():
    made = oilplan.attribute(draws=FEW)
    assert "Loss of aviation gasoline by cause" in str(made) and "<svg" in made._repr_html_()
    assert made.plot(0) != made.plot(1) and repr(made) == str(made)
    data = made.to_xarray()
    assert data["share"].dims == ("period", "cause", "quantile") and data["lost_t"].attrs["units"] == "t"
    for cause, band in made.summary["periods"][1]["shares"].items():
        assert data["share"].isel(period=1).sel(cause=cause, quantile=0.5).item() == band["median"]
    assert made.manifest["record_hash"] in data.attrs["sources"]


def test_an_optimum_shows_itself_with_its_bound():
    band = {"p05": -1_000.0, "median": 2_000.0, "p95": 5_000.0}
    summary = {
        "force": "bomber_command",
        "from": "1944-10-01",
        "objective": "denied, t",
        "basis": "prior only",
        "arms": [
            {"name": "as_ordered", "denied": band},
            {"name": "best", "denied": {k: 2 * v for k, v in band.items()}},
        ],
        "bound": {k: 3 * v for k, v in band.items()},
        "bound_is": "the most",
    }
    made = oilplan.OptimumResult(summary, None, {"record_hash": "abc"})
    data = made.to_xarray()
    assert (
        data["denied_t"].sel(arm="best", quantile=0.95).item() == 10_000 and data["bound_t"].sel(quantile=0.5) == 6_000
    )
    assert made.plot().count("<circle") == 3 and "as ordered" in made.plot() and "abc" in data.attrs["sources"]


def test_what_is_opened_says_in_one_line_what_it_is():
    record = oilplan.load_record()
    assert "rows in" in repr(record) and record.hash[:12] in repr(record)
    assert repr(oilplan.oil_system(record)).startswith("<target system: 31 plants, aviation_gasoline")


def test_a_system_of_ones_own_opens_flies_and_shows_itself(tmp_path):
    assert main.run(["new", str(tmp_path / "mine")]) == 0
    own = oilplan.open_system(tmp_path / "mine")
    alone, arms = own.run(draws=FEW), own.compare("nothing", draws=FEW)
    assert "Resilience" in str(alone) and arms._repr_html_().startswith("<div><svg")
    assert list(arms.flown) == ["as_given", "nothing"]
    data = arms.to_xarray()
    np.testing.assert_array_equal(data["delivered"].sel(arm="as_given"), alone.flown["as_given"].products)
    np.testing.assert_allclose(data["share"].sel(arm="nothing"), 1.0, atol=1e-5)
    arms.save(tmp_path / "out")
    assert {"compare.json", "manifest.json", "report.html"} <= {p.name for p in (tmp_path / "out").iterdir()}
    (tmp_path / "mine" / "plants.csv").write_text("plant_id\n")
    with pytest.raises(oilplan.OilplanError, match=r"plants\.csv"):
        oilplan.open_system(tmp_path / "mine")
    with pytest.raises(oilplan.OilplanError, match="the record's own system"):
        oilplan.open_system("oil_1944_45")
