"""The pages of docs/reference, made from the code: commands, Python, directives in TOML, tables of the record."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from pathlib import Path

WIDTH = 100


def write_reference(folder: Path) -> None:
    """Write every page of the reference to ``folder``; a page that has not changed keeps its time."""
    folder.mkdir(exist_ok=True)
    pages = {"commands": commands_page, "python": python_page, "directives": directives_page, "tables": tables_page}
    for name, make in pages.items():
        path, text = folder / f"{name}.md", make()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def commands_page() -> str:
    """Every verb as its own ``--help`` explains it."""
    from oilplan.cli.main import COMMANDS

    out = [
        "# Commands",
        "",
        "Results go to stdout, messages to stderr. Exit status: 0 fine, 1 faults found, 2 misuse, 70 a fault of ours.",
    ]
    for verb in COMMANDS:
        out += ["", f"## oilplan {verb}", "", "```text", _help(verb), "```"]
    return "\n".join(out) + "\n"


def _help(verb: str) -> str:
    environment = {**os.environ, "COLUMNS": str(WIDTH), "NO_COLOR": "1", "TERM": "dumb"}
    words = [sys.executable, "-m", "oilplan.cli.main", verb, "--help"]
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=environment)
    return "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())


def python_page() -> str:
    """Every name of `oilplan.__all__` with its signature and docstring: functions, then types."""
    import oilplan

    things = {name: getattr(oilplan, name) for name in oilplan.__all__}
    functions = {n: t for n, t in things.items() if inspect.isfunction(t)}
    types = {n: t for n, t in things.items() if n not in functions}
    out = ["# Python", "", "`import oilplan` names all of this and loads it at first use."]
    for title, group in (("Functions", functions), ("Types", types)):
        out += ["", f"## {title}"]
        for name, thing in group.items():
            out += ["", f"### {name}", "", "```text", *_told(name, thing), "```"]
    return "\n".join(out) + "\n"


def _told(name: str, thing) -> list[str]:
    lines = [_signature(name, thing), "", *(inspect.getdoc(thing) or "").splitlines()]
    if inspect.isclass(thing):
        own = [m for m, f in vars(thing).items() if inspect.isfunction(f) and not m.startswith("_") and f.__doc__]
        for method in own:
            first = (inspect.getdoc(vars(thing)[method]) or "").splitlines()[0]
            lines += ["", f".{_signature(method, vars(thing)[method])}", f"    {first}"]
    return lines


def _signature(name: str, thing) -> str:
    try:
        signature = inspect.signature(thing)
    except (TypeError, ValueError):
        return name
    shown = [p.replace(annotation=inspect.Parameter.empty) for p in signature.parameters.values() if p.name != "self"]
    return name + str(signature.replace(parameters=shown, return_annotation=inspect.Signature.empty))


def directives_page() -> str:
    """Every key that a directive in TOML may have, from the models that read it, and the example that shows all."""
    from oilplan.directives.plan import Budget, Bursts, BySighting, ForPhase, GivenUp, Phase, Plan

    out = [
        "# Directives in TOML",
        "",
        "A force's own table (`[phases.force.bomber_command]`) takes the keys of *ForPhase* and overrules its phase.",
    ]
    for model in (Plan, Phase, ForPhase, GivenUp, BySighting, Bursts, Budget):
        out += ["", f"## {model.__name__}", "", _as_prose(model), "", "| key | left out |", "|---|---|"]
        out += [f"| `{name}` | {_default(field)} |" for name, field in model.model_fields.items()]
    example = (Path(__file__).parent.parent / "examples/directives/my_own.toml").read_text(encoding="utf-8")
    return "\n".join([*out, "", "## An example with every key", "", "```toml", example.rstrip(), "```", ""])


def _as_prose(thing) -> str:
    return " ".join((inspect.getdoc(thing) or "").split())


def _default(field) -> str:
    if field.is_required():
        return "must be given"
    value = field.get_default(call_default_factory=True)
    return (
        "as the phase, else the default" if value is None else f"`{value!r}`" if not isinstance(value, dict) else "none"
    )


def tables_page() -> str:
    """Every column of every table, as the record describes itself."""
    from oilplan.record import load_record

    record = load_record()
    out = [
        "# Tables of the record",
        "",
        "How the record is known and what must not be added up stands in the README beside the tables.",
    ]
    for name in record.tables:
        out += ["", f"## {name}", "", _cell(record.about(name)), "", f"{len(record.rows(name)):,} rows.", "",
                "| column | meaning | unit | range |", "|---|---|---|---|"]  # fmt: skip
        out += [
            f"| `{c.name}` | {_cell(c.meaning)} | {_cell(c.unit)} | {_cell(c.range)} |" for c in record.describe(name)
        ]
    return "\n".join(out) + "\n"


def _cell(text) -> str:
    return (
        " ".join(str(text or "").split())
        .replace("|", "\\|")
        .replace("<", "&lt;")
        .replace("*", "\\*")
        .replace("_", "\\_")
    )
