"""What is shipped: the same bytes wherever it is built, everything that is needed in it, and nothing run as root."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest
import typer

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PARTS = (
    "src",
    "docs",
    "examples",
    "requirements",
    "pyproject.toml",
    "hatch_build.py",
    "README.md",
    "LICENSE",
    ".gitignore",
)
SUPPORTED = ("3.11", "3.12", "3.13")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A wheel and a source archive from each of two copies: other folder, other times of files, other umask."""
    pytest.importorskip("hatchling")
    made = []
    for umask in (0o022, 0o077):
        copy = tmp_path_factory.mktemp(f"copy{umask}") / "oilplan"
        copy.mkdir()
        for name in PARTS:
            path = ROOT / name
            (shutil.copytree if path.is_dir() else shutil.copy)(path, copy / name)
        for path in copy.rglob("*"):
            os.utime(path, (1e9 + umask, 1e9 + umask))
            path.chmod(0o777 & ~umask if path.is_dir() else 0o666 & ~umask)
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
        subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "-d", str(copy.parent / "dist")],
            cwd=copy,
            env=environment,
            umask=umask,
            check=True,
            capture_output=True,
        )
        made.append(sorted((copy.parent / "dist").iterdir()))
    return made


def test_wheel_and_source_are_the_same_bytes_wherever_they_are_built(built):
    first, second = built
    assert [p.suffix for p in first] == [".whl", ".gz"] or [p.suffix for p in first] == [".gz", ".whl"]
    for a, b in zip(first, second, strict=True):
        assert a.name == b.name and a.read_bytes() == b.read_bytes(), a.name


def test_the_wheel_holds_what_it_needs_and_no_tests(built):
    wheel = next(p for p in built[0] if p.suffix == ".whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        about = archive.read(next(n for n in names if n.endswith("METADATA"))).decode()
    tracked = [p for p in (ROOT / "src/oilplan").rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    assert {p.relative_to(ROOT / "src").as_posix() for p in tracked} <= set(names)
    assert "oilplan/py.typed" in names and not [n for n in names if n.startswith(("tests", "docs", "benchmarks"))]
    for version in SUPPORTED:
        assert f"Classifier: Programming Language :: Python :: {version}" in about
    assert "License-Expression: MIT" in about and "Author" in about


def described(home):
    """(metadata as an index reads it, links and pictures of its long description) of a project with this address."""
    from hatchling.metadata.core import ProjectMetadata
    from hatchling.metadata.spec import get_core_metadata_constructors
    from hatchling.plugin.manager import PluginManager
    from markdown_it import MarkdownIt
    from packaging.metadata import Metadata

    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    hook = config["tool"]["hatch"]["metadata"]["hooks"]["custom"]
    hook["home"] = hook["home"] if home is None else home
    made = ProjectMetadata(str(ROOT), PluginManager(), config)
    about = Metadata.from_email(get_core_metadata_constructors()["2.4"](made).encode(), validate=True)
    tokens = [
        t for block in MarkdownIt("gfm-like", {"linkify": False}).parse(about.description) for t in block.children or []
    ]
    return about, [str(t.attrs.get("href") or t.attrs.get("src")) for t in tokens if t.type in ("link_open", "image")]


def test_with_an_address_every_link_and_picture_of_the_index_page_is_absolute_and_leads_to_a_file_of_the_release():
    home = "https://forge.example.org/us/oilplan"
    about, links = described(home)
    assert about.project_urls["Homepage"] == home and {"Documentation", "Changelog", "Issues"} < set(about.project_urls)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(links) == len(re.findall(r"\]\(", readme)) > 30 and about.description_content_type == "text/markdown"
    files = re.compile(re.escape(f"{home}/") + r"(blob|raw)/v" + re.escape(PROJECT["version"]) + "/([^#]+)(#.*)?")
    for link in [*links, about.project_urls["Documentation"], about.project_urls["Changelog"]]:
        found = files.fullmatch(link)
        assert found and (ROOT / found[2]).exists(), link
        assert (found[1] == "raw") == found[2].endswith(".png")


@pytest.mark.parametrize("home", ["", None])
def test_without_an_address_the_index_page_has_no_link_that_leads_nowhere(home):
    about, links = described(home)
    if home == "":
        assert list(about.project_urls) == ["Attack tables of the record"] and links == []
        assert (
            "([how](" not in about.description
            and "(how)" not in about.description
            and "what the grades mean" in about.description
        )
        assert "![" not in about.description and "make run     # sets up" in about.description
    assert all(link.startswith("https://") for link in [*links, *(about.project_urls or {}).values()]), (
        "as pyproject.toml stands"
    )


@pytest.mark.parametrize("home", ["oilplan.example.org", "http://example.org/x", "https://", "https://x.org/a b"])
def test_an_address_that_is_none_is_refused_before_anything_is_built(home):
    with pytest.raises(ValueError, match="expected an address that begins with https://"):
        described(home)


def test_the_container_serves_the_page_from_locked_releases_without_rights():
    from oilplan.cli.web import serve as command

    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    steps = [line for line in text.splitlines() if re.match(r"[A-Z]+ ", line)]
    final = steps[max(n for n, step in enumerate(steps) if step.startswith("FROM")) :]
    user = next(n for n, step in enumerate(final) if step.startswith("USER"))
    assert final[user].split()[1] not in ("root", "0") and not [s for s in final[user:] if s.startswith("RUN")]
    assert "--require-hashes -r requirements/run.txt" in text and "http" not in text
    for copied in re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.M):
        assert all((ROOT / name).exists() for name in copied.split())
    words = json.loads(next(s for s in final if s.startswith("CMD")).removeprefix("CMD "))
    assert json.loads(next(s for s in final if s.startswith("ENTRYPOINT")).removeprefix("ENTRYPOINT ")) == ["oilplan"]
    app = typer.Typer()
    app.command()(command)
    known = {option for p in typer.main.get_command(app).params for option in p.opts}
    assert words[0] == "serve" and {w for w in words if w.startswith("--")} <= known


def test_every_locked_release_has_its_digest_and_every_dependency_is_locked():
    text = (ROOT / "requirements/run.txt").read_text(encoding="utf-8")
    entries = re.findall(r"^([a-z0-9._-]+)==(\S+)((?:.*\\\n\s+--hash=sha256:[0-9a-f]{64})+)", text, re.M)
    assert len(entries) == len(re.findall(r"^[a-z0-9]", text, re.M)) > 50
    locked = {name.replace("_", "-") for name, *_ in entries}
    assert {re.split(r"[\[>=<]", d)[0].lower().replace("_", "-") for d in PROJECT["dependencies"]} <= locked


def test_every_dependency_has_a_licence_that_may_be_listed():
    sys.path.insert(0, str(ROOT / "docs"))
    from make_reference import licences

    found = licences()
    assert len(found) > 40 and all(licence for _, _, licence in found), [n for n, _, licence in found if not licence]
    assert {name: licence for name, _, licence in found}["numpy"].startswith("BSD")
    assert distribution("oilplan").metadata["License-Expression"] == "MIT"
