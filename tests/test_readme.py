"""The README and the pages of docs say only what works: their commands run, their links lead somewhere."""

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from oilplan import __version__
from oilplan.cli import main

ROOT = Path(__file__).parent.parent
MADE = ("_build", "reference")
"""Folders of docs that are made, not written."""
PAGES = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *(p for p in sorted((ROOT / "docs").rglob("*.md")) if p.relative_to(ROOT / "docs").parts[0] not in MADE),
)
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.M | re.S)


def shell_lines(page: Path) -> list[str]:
    """Commands of the page's shell blocks, without comments."""
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    lines = [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


COMMANDS = [line for page in PAGES for line in shell_lines(page)]
OURS = list(dict.fromkeys(line for line in COMMANDS if line.startswith("oilplan ")))


def test_the_readme_has_commands_to_run():
    assert len(OURS) >= 7 and "make run" in COMMANDS and "make test" in COMMANDS


FILES = {
    name: text
    for page in PAGES
    for name, text in re.findall(r"^```toml\n# file: (\S+)\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)
}
"""Files that a page lets its reader write before a command."""


@pytest.mark.parametrize("line", OURS)
def test_a_command_of_the_pages_runs(line, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    words = shlex.split(line)
    monkeypatch.setattr(sys, "argv", words)
    status, shown = main.run(words[1:]), capsys.readouterr()
    assert status == 0, shown.err
    assert (shown.out + shown.err).strip() and "Traceback" not in shown.err


MAKE_REFERENCE = (ROOT / "docs/make_reference.py").read_text(encoding="utf-8")
"""It names the pages of the reference, which are made when the documents are built."""
WITH_PYTHON = [page for page in PAGES if "```python\n" in page.read_text(encoding="utf-8")]


@pytest.mark.parametrize("page", WITH_PYTHON, ids=lambda p: p.name)
def test_the_python_of_a_page_runs(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)
    exec(compile("\n".join(blocks), str(page), "exec"), {"__name__": "page"})
    assert capsys.readouterr().out.strip()


def test_a_first_counterfactual_in_python_takes_ten_lines():
    (block,) = re.findall(r"^```python\n(.*?)^```", PAGES[0].read_text(encoding="utf-8"), re.M | re.S)
    assert "compare" in block and len([line for line in block.splitlines() if line.strip()]) <= 10


def test_every_verb_that_the_pages_name_exists():
    """The first column of the README's table of verbs, and whatever follows `oilplan` in running text."""
    rows = re.findall(r"^\| (`[a-z].*?) \|", PAGES[0].read_text(encoding="utf-8"), re.M)
    verbs = {v for row in rows for v in re.findall(r"`([a-z]+)", row)}
    for page in PAGES:
        verbs |= set(re.findall(r"`oilplan ([a-z]+)", page.read_text(encoding="utf-8")))
    assert {"compare", "serve", "sensitivity"} <= verbs <= set(main.COMMANDS)


def test_no_other_kind_of_command_slips_by():
    known = ("oilplan ", "make ", ". .venv/bin/activate")
    assert [line for line in COMMANDS if not line.startswith(known)] == []


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
@pytest.mark.parametrize("line", [line for line in dict.fromkeys(COMMANDS) if line.startswith("make ")])
def test_make_knows_its_targets(line):
    done = subprocess.run([*shlex.split(line), "--dry-run"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_within_the_project_lead_to_files(page):
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if "://" not in link and "reference/" not in link:
            assert (page.parent / link).exists(), f"{page.name} links to {link}"
        if "reference/" in link:
            assert f'"{Path(link).stem}": ' in MAKE_REFERENCE, link


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_modules_named_in_a_page_exist(page):
    named = re.findall(r"`([a-z_/]+/[a-z_]+\.(?:py|svg))`", page.read_text(encoding="utf-8"))
    assert len(named) >= 8 or page.name != "model.md"
    assert [name for name in named if not any((base / name).is_file() for base in (ROOT / "src/oilplan", ROOT))] == []


def test_every_verb_has_a_page_that_says_how():
    rows = re.findall(r"^\| (`[a-z].*?) \|(.*)\|", PAGES[0].read_text(encoding="utf-8"), re.M)
    shown = {verb for names, stated in rows for verb in re.findall(r"`([a-z]+)", names) if "([how](" in stated}
    assert shown == set(main.COMMANDS)


def test_the_reference_has_every_verb_name_key_and_column():
    sys.path.insert(0, str(ROOT / "docs"))
    import make_reference as reference

    import oilplan
    from oilplan.directives.plan import ForPhase, Phase

    commands = reference.commands_page()
    assert all(f"## oilplan {verb}\n" in commands for verb in main.COMMANDS)
    assert all(f"### oilplan record {w}\n" in commands for w in ("show", "cite", "export", "version", "import ussbs"))
    assert all(f"### {name}" in reference.python_page() for name in oilplan.__all__)
    assert all(f"| `{key}` |" in reference.directives_page() for key in (*Phase.model_fields, *ForPhase.model_fields))
    tables, record = reference.tables_page(), oilplan.load_record()
    assert all(f"| `{c.name}` |" in tables for name in record.tables for c in record.describe(name))


def test_every_option_of_run_is_explained():
    from oilplan.cli.fly import run as command

    page = (ROOT / "docs/run.md").read_text(encoding="utf-8")
    for name in command.__annotations__.keys() - {"return", "as_json"}:
        assert f"--{name}" in page, name
    assert "--json" in page


def test_every_verb_has_a_how_to_that_shows_it():
    shown = "".join(p.read_text(encoding="utf-8") for p in PAGES if "how-to" in p.parts or p.stem in ("run", "sweep"))
    assert [verb for verb in main.COMMANDS if f"oilplan {verb}" not in shown] == []
    listed = (ROOT / "docs/how-to/index.md").read_text(encoding="utf-8")
    pages = {p.stem for p in (ROOT / "docs/how-to").glob("*.md")} - {"index"}
    assert pages <= set(listed.split())


def test_version_and_licence_agree_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert project["authors"] == [{"name": re.findall(r'- name: "(.*)"', citation)[0]}]
    assert project["version"] == __version__ and f"version: {__version__}" in citation
    assert f"license: {project['license']}" in citation and "MIT License" in (ROOT / "LICENSE").read_text()
