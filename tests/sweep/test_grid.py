"""A grid with a fault is refused with a sentence that names the key, what came and what is allowed."""

import pytest

from oilplan.cli.main import run
from oilplan.errors import OilplanError
from oilplan.studies.sweep.run import DEFAULT_LAW, LAWS, read_grid

GOOD = {"directives": '["as_flown", "portal:perfect"]', "draws": "8"}
FAULTS = {
    "no directives": ({"directives": None}, ["directives: is missing"]),
    "none of them": ({"directives": "[]"}, ["directives: came []", "at least one name"]),
    "not a list": ({"directives": '"portal"'}, ["directives: came 'portal'", "a list of names"]),
    "not a name": ({"directives": "[3]"}, ["directives.1: came 3", "text in quotes"]),
    "unknown directive": ({"directives": '["portel"]'}, ["directives: no directive 'portel'", "portal"]),
    "unknown word": ({"directives": '["portal:prefect"]'}, ["directives: arm 'portal:prefect'", "perfect"]),
    "missing file": ({"directives": '["mine.toml"]'}, ["directives: ", "mine.toml: cannot be read"]),
    "twice": ({"directives": '["portal", "portal"]'}, ["directives: came ['portal', 'portal']", "each name once"]),
    "unknown law": ({"laws": '["exact"]'}, ["laws: came ['exact']", DEFAULT_LAW.name]),
    "law of the pool": ({"laws": '["saturating damage, pooled repair"]'}, ["laws: came", "names among"]),
    "no date": ({"from": '"soon"'}, ["from: came 'soon'", "a date such as"]),
    "too early": ({"from": "1943-01-01"}, ["from: came 1943-01-01", "a date such as 1944-10-01, from 1944-04-01 to "]),
    "hour": ({"from": "1944-10-01T06:00:00"}, ["from: came 1944-10-01T06:00:00", "a date such as"]),
    "midnight": ({"from": "1944-10-01T00:00:00Z"}, ["from: came 1944-10-01T00:00:00", "a date such as"]),
    "zero byte": ({"directives": '["a\\u0000.toml"]'}, ["directives: ", "no file has such a name"]),
    "many blocks": ({"draws": "100000000", "block": "1"}, ["block: 100,000,000 draws", "100,000 at most"]),
    "no draws": ({"draws": "0"}, ["draws: came 0", "a number of at least 1"]),
    "too many": ({"draws": "100000001"}, ["draws: came 100000001", "a number of at most 100000000"]),
    "part of a draw": ({"draws": "2.5"}, ["draws: came 2.5", "a whole number"]),
    "great block": ({"block": "4001"}, ["block: came 4001", "a number of at most 4000"]),
    "other key": ({"arms": '["portal"]'}, ["arms: is not a key", "directives, laws, from, draws, block"]),
    "two faults": ({"draws": "-1", "block": "true"}, ["draws: came -1", "block: came True"]),
}


def written(folder, **keys) -> str:
    path = folder / "grid.toml"
    path.write_text("".join(f"{k} = {v}\n" for k, v in {**GOOD, **keys}.items() if v is not None))
    return str(path)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_by_its_key(fault, tmp_path, capsys):
    keys, expected = FAULTS[fault]
    assert run(["sweep", written(tmp_path, **keys), "--out", str(tmp_path / "out.zarr")]) == 2
    stated = capsys.readouterr().err
    assert all(part in stated for part in expected), stated
    assert "Traceback" not in stated and not (tmp_path / "out.zarr").exists()


@pytest.mark.parametrize("content", [b"directives = [", b"\xff", None])
def test_what_is_no_toml_is_refused(content, tmp_path):
    path = tmp_path / "grid.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(OilplanError, match=r"grid\.toml: (is not|cannot be read)"):
        read_grid(path)


def test_what_is_left_out_has_a_default(tmp_path):
    grid = read_grid(type(tmp_path)(written(tmp_path)))
    assert grid.laws == [DEFAULT_LAW.name] and grid.from_date == "1944-10-01" and grid.block == grid.draws == 8
    assert [a.name for a in grid.arms] == ["as_flown", "portal:perfect", "as_ordered"], "the base beside them"


def test_a_directive_file_lies_beside_the_grid(tmp_path):
    (tmp_path / "mine.toml").write_text('name = "my_own"\nabout = "x"\n[[phases]]\n')
    grid = read_grid(type(tmp_path)(written(tmp_path, directives='["mine.toml", "mine.toml:perfect"]')))
    assert [(a.name, a.intelligence) for a in grid.arms[:2]] == [
        ("my_own", "photographs"),
        ("my_own:perfect", "perfect"),
    ]


def test_the_example_is_a_grid():
    from pathlib import Path

    grid = read_grid(Path(__file__).parents[2] / "examples/sweep.toml")
    assert grid.n_blocks == 4 and len(grid.arms) == 6 and set(grid.laws) < set(LAWS)
