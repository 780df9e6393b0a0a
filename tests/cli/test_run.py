"""`oilplan run` from the outside: what it prints, what it writes, what it refuses."""

import json
import subprocess
import sys

import pytest
import xarray as xr

from oilplan.cli import main
from oilplan.clock import MONTHS

DRAWS = "6"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A result of a process of its own, and the process."""
    out = tmp_path_factory.mktemp("results") / "prior"
    words = [sys.executable, "-m", "oilplan.cli.main", "run", "--prior", "--draws", DRAWS, "--out", str(out)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return out, done


@pytest.fixture
def oilplan(capsys):
    """Function of (words): `oilplan run` in this process; returns what it printed."""

    def command(*words: str) -> str:
        status, shown = main.run(["run", *words]), capsys.readouterr()
        assert status == 0, shown.err
        return shown.out

    return command


def test_the_four_results_are_written(written):
    out, done = written
    assert sorted(p.name for p in out.iterdir()) == [
        "campaign",
        "manifest.json",
        "report.html",
        "ro-crate-metadata.json",
        "summary.json",
    ]
    assert f"Report: {out / 'report.html'}" in done.stderr


def test_every_month_of_both_series_is_printed_with_how_it_is_known(written):
    lines = written[1].stdout.splitlines()
    for month in MONTHS:
        assert sum(line.startswith(month) for line in lines) == 2
    november = next(line for line in lines if line.startswith("1944-11"))
    assert "39,000 - 49,000" in november and "mixed*" in november
    assert max(map(len, lines)) <= 100
    assert "prior only" in written[1].stdout and "not recorded" in written[1].stdout


def test_summary_has_the_promised_shape(written):
    summary = json.loads((written[0] / "summary.json").read_text())
    assert summary["calibrated"] is False and set(summary["scores"]) >= {"crps", "coverage90"}
    row = {"month", "series", "recorded_t", "recorded_low_t", "recorded_high_t", "status", "median_t", "p05_t", "p95_t"}
    assert all(row <= set(m) for m in summary["months"])
    assert all(m["p05_t"] <= m["median_t"] <= m["p95_t"] for m in summary["months"])
    empty = [m for m in summary["months"] if m["status"] == "missing"]
    assert empty and all(m["recorded_t"] is None and m["inside"] is None for m in empty)


def test_the_same_seed_gives_the_same_bytes_and_json_is_the_summary(written, oilplan):
    words = ("--prior", "--draws", DRAWS, "--json")
    assert oilplan(*words) == (written[0] / "summary.json").read_text() != oilplan(*words, "--seed", "7")


def test_the_campaign_opens_as_a_labelled_dataset(written):
    data = xr.open_dataset(written[0] / "campaign", engine="zarr", consolidated=False)
    summary = json.loads((written[0] / "summary.json").read_text())
    first = summary["months"][3]
    median = data.output_t.sel(month=first["month"], series=first["series"]).median("draw")
    assert round(float(median)) == pytest.approx(first["median_t"], abs=1)
    assert data.sizes["draw"] == int(DRAWS) and data.attrs["basis"].startswith("prior only")
    assert data.output_t.attrs["units"] == "t a month"
    assert str(data.date.values[0])[:10] == "1944-04-01" and str(data.stock_date.values[0])[:10] == "1944-05-01"
    assert data.raid_day.dtype.kind == "M" and data.raid_day.min() >= data.date[0]
    assert list(data.month.values[:2]) == ["1944-04", "1944-05"] and "leuna" in data.plant.values


def test_the_manifest_says_how_to_make_it_again(written):
    made = json.loads((written[0] / "manifest.json").read_text())
    assert made["command"].startswith("oilplan run --prior --draws 6") and made["seed"] == 1944
    assert len(made["record_hash"]) == 64 and made["record_overlay"] is None and "jax" in made["versions"]


def test_an_existing_folder_is_refused_before_any_work(written, capsys):
    before = (written[0] / "summary.json").stat().st_mtime_ns
    assert main.run(["run", "--out", str(written[0])]) == 2
    assert "add --force to replace it" in capsys.readouterr().err
    assert (written[0] / "summary.json").stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--draws", "0"], "--draws 0 is out of range; expected a whole number from 1 to 100,000"),
        (["--draws", "many"], "Invalid value for '--draws'"),
        (["--seed", "-1"], "--seed -1 is out of range"),
        (["--directive", "as_flow"], "no directive 'as_flow'; known, nearest first: as_flown"),
        (["--record", "/nowhere"], "record folder '/nowhere' is not a folder"),
    ],
)
def test_misuse_is_one_sentence_and_exit_2(capsys, words, says):
    assert main.run(["run", *words]) == 2
    err = capsys.readouterr().err
    assert says in err and "Traceback" not in err


def test_a_record_of_ones_own_shows_in_the_manifest(tmp_path, oilplan):
    mine = tmp_path / "mine"
    mine.mkdir()
    from oilplan.record import load_record

    row = dict(load_record().rows("output")["1945-02_aviation_gasoline"]) | {"value": 2000.0}
    text = ",".join(row) + "\n" + ",".join("" if v is None else f'"{v}"' for v in row.values()) + "\n"
    (mine / "output.csv").write_text(text)
    oilplan("--prior", "--draws", DRAWS, "--record", str(mine), "--out", str(tmp_path / "o"))
    made = json.loads((tmp_path / "o" / "manifest.json").read_text())
    assert made["record_overlay"]["rows_overruled"] == {"output": ["1945-02_aviation_gasoline"]}
    months = json.loads((tmp_path / "o" / "summary.json").read_text())["months"]
    assert next(m for m in months if m["month"] == "1945-02")["recorded_high_t"] == 2000.0
