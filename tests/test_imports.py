"""Imports point upward: every package imports only from those above it in the house."""

import ast
from pathlib import Path

import oilplan

SOURCE = Path(oilplan.__file__).parent
FLOORS = (
    ("__init__", "errors", "units", "digits", "clock", "cache", "exchange", "ro_crate", "results_folder"),
    ("record",),
    ("model",),
    ("observation",),
    ("intelligence",),
    ("directives",),
    ("flight",),
    ("calibration",),
    ("studies",),
    ("systems",),
    ("argument",),
    ("report",),
    ("web", "cli", "api"),
)
"""From the roof down; a floor imports from itself and from those above it. ``evidence`` stands beside them."""
ABOVE = {name: {n for f in FLOORS[: k + 1] for n in f} for k, floor in enumerate(FLOORS) for name in floor}
ABOVE["evidence"] = ABOVE["record"] | {"evidence"}
ABOVE["web"] = ABOVE["web"] - {"cli", "api"} | {"evidence"}
ABOVE["cli"] = ABOVE["cli"] - {"api"} | {"evidence"}
ABOVE["api"] = ABOVE["api"] - {"web", "cli"} | {"evidence"}
ABOVE["__init__"] = {"__init__", "api"}
"""The package names what `api` holds, for type checkers and at first use; nothing of ours takes it from there."""
MODULES = sorted(SOURCE.rglob("*.py"))


def floor_of(path: Path) -> str:
    """First word of a module's place in the package."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[tuple[str, int]]:
    """(floor, line) of everything of ours that a module imports, wherever in the file it does."""
    found = set()
    package = ("oilplan", *path.relative_to(SOURCE).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = (*base, *(node.module.split(".") if node.module else ()))
            names = [(*module, alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [tuple(alias.name.split(".")) for alias in node.names]
        else:
            continue
        found |= {(_floor(name), node.lineno) for name in names if name[0] == "oilplan"}
    return found


def _floor(name: tuple[str, ...]) -> str:
    first = name[1] if len(name) > 1 else "__init__"
    return first if (SOURCE / first).is_dir() or (SOURCE / f"{first}.py").is_file() else "__init__"


def test_imports_point_upward():
    wrong = []
    for path in MODULES:
        here = floor_of(path)
        assert here in ABOVE, f"{here} has no place in the house; give it one in FLOORS"
        away = sorted((line, floor) for floor, line in imported(path) if floor not in ABOVE[here])
        wrong += [f"{path.relative_to(SOURCE)}:{line} imports from {floor}" for line, floor in away]
    assert not wrong, "\n".join(wrong)


def test_nothing_of_ours_comes_by_way_of_the_public_face():
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "oilplan" and not node.level:
                packages = {a.name for a in node.names if not (SOURCE / a.name).is_dir()}
                assert packages <= {"__version__"}, f"{path.relative_to(SOURCE)}:{node.lineno}"


def test_the_walk_sees_relative_absolute_and_late_imports(tmp_path, monkeypatch):
    monkeypatch.setattr("test_imports.SOURCE", tmp_path)
    for name in ("record", "report", "cli"):
        (tmp_path / name).mkdir()
    module = tmp_path / "record" / "bad.py"
    module.write_text("from ..report import a\nimport oilplan.cli.run\ndef f():\n    from oilplan import report\n")
    assert imported(module) == {("report", 1), ("cli", 2), ("report", 4)}


def test_numbers_of_the_past_are_made_without_chance_from_outside():
    """No module draws from a global generator."""
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        assert "np.random.seed" not in text and "np.random.rand(" not in text and "random.seed(" not in text, path
