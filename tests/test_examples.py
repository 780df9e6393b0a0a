"""The notebooks of examples/ run from top to bottom, are kept without output, and start from nothing but oilplan."""

import json
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")

EXAMPLES = Path(__file__).parent.parent / "examples"
NOTEBOOKS = sorted(EXAMPLES.glob("*.ipynb"))


def test_there_are_four():
    assert [p.stem for p in NOTEBOOKS] == [
        "first_counterfactual",
        "from_a_page_to_a_verdict",
        "your_own_directive",
        "your_own_system",
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_every_cell_runs(path, tmp_path, monkeypatch, capsys):
    """Cell by cell in one namespace, as a kernel does; the value of a cell's last line must show itself."""
    monkeypatch.chdir(tmp_path)
    notebook = nbformat.read(path, as_version=4)
    names: dict = {"__name__": "__main__"}
    shown = 0
    for number, cell in enumerate(c for c in notebook.cells if c.cell_type == "code"):
        *before, last = cell.source.rstrip().rsplit("\n", 1)
        exec(compile("\n".join(before), f"{path.name}[{number}]", "exec"), names) if is_value(last) else None
        if is_value(last):
            value = eval(compile(last, f"{path.name}[{number}]", "eval"), names)
            html = value._repr_html_() if hasattr(value, "_repr_html_") else repr(value)
            shown += len(html) > 2
        else:
            exec(compile(cell.source, f"{path.name}[{number}]", "exec"), names)
    assert shown + len(capsys.readouterr().out.splitlines()) >= 3


def is_value(line: str) -> bool:
    try:
        compile(line, "", "eval")
    except SyntaxError:
        return False
    return not line.startswith((" ", ")", "print("))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_it_is_valid_and_holds_no_output(path):
    nbformat.validate(nbformat.read(path, as_version=4))
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert cells[0]["cell_type"] == "markdown" and len(cells) >= 6
    assert not [c for c in cells if c["cell_type"] == "code" and (c["outputs"] or c["execution_count"])]
