"""The door: lists the verbs without importing them, and never shows a traceback."""

import os
import subprocess
import sys

import pytest

from oilplan import __version__
from oilplan.cli import main
from oilplan.errors import FindingsError, OilplanError

HEAVY = {"jax", "numpy", "polars", "pydantic", "rich", "typer", "scipy", "xarray", "fastapi", "plotly"}


def door(*words: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "oilplan.cli.main", *words],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=60,
    )


def test_help_lists_every_verb_and_imports_nothing_heavy():
    code = f"import sys; from oilplan.cli.main import run; run(['--help']); print({HEAVY} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "set()"
    for verb, command in main.COMMANDS.items():
        assert f"  {verb} " in done.stdout and command.help in done.stdout
    assert max(map(len, main.help_text().splitlines())) <= 80


@pytest.mark.parametrize("verb", main.COMMANDS)
def test_help_of_a_verb_imports_no_array_library(verb):
    heavy = HEAVY - {"typer", "pydantic", "rich"}
    show = f"run(['{verb}', '--help']); print({heavy} & set(sys.modules))"
    code = f"import sys; from oilplan.cli.main import run; {show}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "Usage: oilplan" in done.stdout
    assert done.stdout.splitlines()[-1] == "set()"
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_help_of_compare_names_every_built_in_directive(capsys):
    from oilplan.directives.plan import BUILT_IN

    assert main.run(["compare", "--help"]) == 0
    words = capsys.readouterr().out.replace(",", " ").split()
    assert set(BUILT_IN) <= set(words), set(BUILT_IN) - set(words)


def test_version(capsys):
    assert main.run(["--version"]) == 0
    assert capsys.readouterr().out == f"oilplan {__version__}\n"


def test_an_unknown_verb_names_the_nearest(capsys):
    assert main.run(["recrod"]) == 2
    assert "did you mean 'record'?" in capsys.readouterr().err


def test_a_wrong_option_exits_2(capsys):
    assert main.run(["record", "list", "--nonsense"]) == 2
    assert "--nonsense" in capsys.readouterr().err


@pytest.fixture
def verb_that_raises(monkeypatch):
    """Register a verb whose command raises the given exception."""

    def register(error: BaseException) -> None:
        import types

        def command() -> None:
            raise error

        module = types.ModuleType("oilplan_test_verb")
        module.command = command
        monkeypatch.setitem(sys.modules, "oilplan_test_verb", module)
        monkeypatch.setitem(main.COMMANDS, "fail", main.Command("oilplan_test_verb", "command", "fails"))

    return register


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (OilplanError("plants.csv:2 is wrong."), 2, "oilplan: plants.csv:2 is wrong.\n"),
        (FindingsError("3 rows are wrong."), 1, "oilplan: 3 rows are wrong.\n"),
        (KeyboardInterrupt(), 130, "oilplan: stopped.\n"),
        (BrokenPipeError(32, "Broken pipe"), 1, ""),
    ],
)
def test_an_error_is_one_sentence_with_its_exit_status(capsys, verb_that_raises, error, status, says):
    verb_that_raises(error)
    assert main.run(["fail"]) == status
    captured = capsys.readouterr()
    assert says in captured.err and "Traceback" not in captured.err


def test_a_fault_of_ours_asks_to_be_reported_and_exits_70(capsys, verb_that_raises, monkeypatch):
    monkeypatch.delenv("OILPLAN_DEBUG", raising=False)
    verb_that_raises(ZeroDivisionError("division by zero"))
    assert main.run(["fail"]) == 70
    err = capsys.readouterr().err
    assert "ZeroDivisionError: division by zero" in err and "report" in err and err.count("\n") == 1


def test_debug_shows_the_traceback(verb_that_raises, monkeypatch):
    monkeypatch.setenv("OILPLAN_DEBUG", "1")
    verb_that_raises(ZeroDivisionError("division by zero"))
    with pytest.raises(ZeroDivisionError):
        main.run(["fail"])


def test_a_closed_pipe_is_quiet():
    done = subprocess.run(
        f"{sys.executable} -m oilplan.cli.main record show raids --format json | head -1",
        shell=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == "[\n" and done.stderr == ""


def test_the_door_runs_as_a_module():
    assert door("--version").stdout == f"oilplan {__version__}\n"


def test_a_message_does_not_carry_all_that_came():
    """A number of 5,000 digits or a page of words fills no screen; a path of any length is whole."""
    long, page, path = (str(OilplanError(text)) for text in ("came " + "9" * 5000, "word " * 9000, "/a" * 199))
    assert long == f"came {'9' * 100}... (5,000 characters)"
    assert len(page) < 10_100 and page.endswith("... (45,000 characters)")
    assert path == "/a" * 199


def test_a_directive_whose_words_turn_text_about_is_refused(tmp_path, capsys):
    (tmp_path / "a.toml").write_text('name = "a"\nabout = "\u202eabc"\n[[phases]]\n', encoding="utf-8")
    assert main.run(["compare", str(tmp_path / "a.toml"), "--draws", "2"]) == 2
    assert "text without control characters" in capsys.readouterr().err
