"""The pages of docs/reference, made from the code: commands, Python, directives in TOML, tables of the record."""

from __future__ import annotations

import importlib
import importlib.metadata
import inspect
import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

WIDTH = 100
NARROW = 84
ARGUMENT, FORMULA = re.compile(r"[\w, ]{1,60}: "), re.compile(r"        ?\S")
"""Columns of a page of the reference before a line is cut, and of a docstring in it."""


def write_reference(folder: Path) -> None:
    """Write every page of the reference to ``folder``; a page that has not changed keeps its time."""
    folder.mkdir(exist_ok=True)
    pages = {"commands": commands_page, "python": python_page, "directives": directives_page, "tables": tables_page}
    pages |= {"licences": licences_page, "systems": systems_page}
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
        for below in _below(verb):
            out += ["", f"### oilplan {verb} {' '.join(below)}", "", "```text", _help(verb, *below), "```"]
    return "\n".join(out) + "\n"


def _below(verb: str) -> list[list[str]]:
    """The commands of a verb that has some: ``[["list"], ["import", "ussbs"], ...]``."""
    import typer

    from oilplan.cli.main import COMMANDS

    group = getattr(importlib.import_module(COMMANDS[verb].module), COMMANDS[verb].attribute)
    if not isinstance(group, typer.Typer):
        return []

    def walk(command, words: list[str]) -> list[list[str]]:
        inner = getattr(command, "commands", {})
        return [found for name, c in inner.items() for found in walk(c, [*words, name])] if inner else [words]

    return walk(typer.main.get_command(group), [])


def _help(*words: str) -> str:
    environment = {**os.environ, "COLUMNS": str(WIDTH), "NO_COLOR": "1", "TERM": "dumb"}
    asked = [sys.executable, "-m", "oilplan.cli.main", *words, "--help"]
    done = subprocess.run(asked, capture_output=True, text=True, check=True, env=environment)
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
    lines = [*_signature(name, thing), "", *_wrapped((inspect.getdoc(thing) or "").replace("``", "`"))]
    if inspect.isclass(thing):
        own = [m for m, f in vars(thing).items() if inspect.isfunction(f) and not m.startswith("_") and f.__doc__]
        for method in own:
            first = (inspect.getdoc(vars(thing)[method]) or "").replace("``", "`").splitlines()[0]
            lines += ["", *_signature(f".{method}", vars(thing)[method]), *_wrapped(first, "    ")]
    return lines


def _wrapped(text: str, indent: str = "") -> list[str]:
    """A docstring in narrow lines. A line goes on the one before it unless it begins an argument, a formula or a paragraph."""
    joined: list[str] = []
    for line in text.splitlines():
        starts = not line or not joined or not joined[-1] or FORMULA.match(line) or FORMULA.match(joined[-1])
        if starts or ARGUMENT.match(line) or re.match(r"Returns?\b|Raises\b", line):
            joined.append(line)
        else:
            joined[-1] += " " + line.strip()
    out: list[str] = []
    for line in joined:
        further = indent + " " * (4 if ARGUMENT.match(line) else 0)
        out += textwrap.wrap(line, NARROW, initial_indent=indent, subsequent_indent=further) or [""]
    return out


def _signature(name: str, thing) -> list[str]:
    try:
        signature = inspect.signature(thing)
    except (TypeError, ValueError):
        return [name]
    shown = [str(_plain(p)) for p in signature.parameters.values() if p.name != "self"]
    keyword_only = [i for i, p in enumerate(signature.parameters.values()) if p.kind is p.KEYWORD_ONLY]
    if keyword_only and not any(p.kind is p.VAR_POSITIONAL for p in signature.parameters.values()):
        shown.insert(keyword_only[0] - (len(signature.parameters) - len(shown)), "*")
    return textwrap.wrap(f"{name}({', '.join(shown)})", NARROW, subsequent_indent="    ", break_long_words=False)


def _plain(parameter: inspect.Parameter) -> inspect.Parameter:
    """A parameter without its type, and without the address of a function that is its default."""
    default = parameter.default
    if inspect.isfunction(default):
        default = _Word("...")
    return parameter.replace(annotation=inspect.Parameter.empty, default=default)


class _Word(str):
    def __repr__(self) -> str:
        return str(self)


def directives_page() -> str:
    """Every key that a directive in TOML may have, from the models that read it, and the example that shows all."""
    from oilplan.directives.plan import Budget, Bursts, BySighting, ForPhase, GivenUp, Phase, Plan

    out = [
        "# Directives in TOML",
        "",
        "A force's own table (`[phases.force.bomber_command]`) takes the keys of *ForPhase* and overrules its phase.",
    ]
    for model in (Plan, Phase, ForPhase, GivenUp, BySighting, Bursts, Budget):
        kinds = model.model_json_schema()["properties"]
        out += ["", f"## {model.__name__}", "", _as_prose(model), "", "| key | takes | left out |", "|---|---|---|"]
        out += [f"| `{n}` | {_takes(kinds[n])} | {_default(n, f)} |" for n, f in model.model_fields.items()]
    example = (Path(__file__).parent.parent / "examples/directives/my_own.toml").read_text(encoding="utf-8")
    return "\n".join([*out, "", "## An example with every key", "", "```toml", example.rstrip(), "```", ""])


def systems_page() -> str:
    """Every key of `system.toml` and every column of a system's tables, from the code that reads them."""
    from oilplan.systems import spec, tables
    from oilplan.systems.folder import PRODUCT_MEANING, shipped
    from oilplan.systems.unknowns import LIMITS, RecordFigures, UnknownKeys

    models = {
        "The whole file": spec.SystemKeys,
        "[window]": spec.WindowKeys,
        "[[products]]": spec.ProductKeys,
        "[[stores]]": spec.StoreKeys,
        "[[forces]] or [[hazards]]": spec.StrikerKeys,
        "[law]": spec.LawKeys,
        "[unknowns.NAME]": UnknownKeys,
        "[unknowns.NAME] record": RecordFigures,
        "[arms.NAME]": spec.ArmKeys,
        "[arms.NAME] change": spec.ChangeKeys,
        "A system in the record's tables": spec.FromRecordKeys,
        "The grid of a sweep": spec.SystemGridKeys,
    }
    out = [
        "# system.toml and its tables",
        "",
        f"A folder that `oilplan new` writes. Shipped as such folders: {', '.join(f'`{n}`' for n in shipped())}. A figure is a number, "
        "or in quotes a sum of unknowns such as `share * (1 - imports)`.",
    ]
    for title, model in models.items():
        about, _, keys = (inspect.getdoc(model) or "").partition("\n\n")
        meaning = _meanings(" ".join(keys.split()))
        out += ["", f"## {title}", "", " ".join(about.split()), "", "| key | holds | left out |", "|---|---|---|"]
        for n, f in model.model_fields.items():
            key = f.alias or n
            out.append(f"| `{key}` | {meaning.get(key, '').replace('|', '/')} | {_default(n, f)} |")
        if model is spec.LawKeys:
            out += ["", f"Rival laws: {'; '.join(f'`{name}`' for name in spec.RIVAL_LAWS)}."]
    out += ["", "## Between what figures must lie", "", "| figure | least | most |", "|---|---|---|"]
    out += [f"| `{name}` | {low:g} | {high:g} |" for name, (low, high) in LIMITS.items()]
    for table, fields in tables.TABLES.items():
        name = f"{table}.csv"
        out += ["", f"## {name}", "", "| column | holds | may be empty |", "|---|---|---|"]
        out += [
            f"| `{f.name}` | {f.meaning}: {tables.EXPECTED[f.kind]} | {'' if f.required else 'yes'} |" for f in fields
        ]
        if name == "plants.csv":
            out.append(f"| a product's id | {PRODUCT_MEANING} | yes |")
    return "\n".join(out) + "\n"


def _meanings(text: str) -> dict[str, str]:
    """{key: meaning} of a docstring's ``key: meaning; other, third: meaning``."""
    found = {}
    for part in text.split("; "):
        names, _, meaning = part.partition(": ")
        found |= dict.fromkeys(names.split(", "), meaning)
    return found


def _as_prose(thing) -> str:
    return " ".join((inspect.getdoc(thing) or "").split())


def _takes(kind: dict) -> str:
    """What a key takes, from its JSON schema."""
    if "anyOf" in kind:
        return " or ".join(_takes(k) for k in kind["anyOf"] if k.get("type") != "null")
    if "$ref" in kind:
        return f"a table, *{kind['$ref'].rsplit('/', 1)[-1]}*"
    if "enum" in kind or "const" in kind:
        return ", ".join(f'`"{word}"`' for word in kind.get("enum", [kind.get("const")]))
    if kind["type"] == "number":
        least = None if "exclusiveMinimum" in kind else kind.get("minimum")
        ends = [(least, "from"), (kind.get("exclusiveMinimum"), "above"), (kind.get("maximum"), "to")]
        return " ".join(["a number", *(f"{word} {end:,.10g}" for end, word in ends if end is not None)])
    words = {
        "string": "a date" if kind.get("format") == "date" else "text",
        "array": "a list",
        "boolean": "true or false",
    }
    return words.get(kind["type"], "a table for each force")


def _default(name: str, field) -> str:
    from pydantic import BaseModel

    from oilplan.directives.plan import DEFAULTS

    if field.is_required():
        return "must be given"
    value = field.get_default(call_default_factory=True)
    if value is None and name in DEFAULTS._fields:
        value = getattr(DEFAULTS, name)
        if name == "raid_t":
            return "the force's usual raids"
    if value is None or value == {}:
        return "none"
    if isinstance(value, BaseModel):
        return ", ".join(f"{key} {number:g}" for key, number in value)
    return f"`{json.dumps(value, default=str)}`"


def tables_page() -> str:
    """Every column of every table, as the record describes itself."""
    from oilplan.record import load_record

    record = load_record()
    out = [
        "# Tables of the record",
        "",
        "[How to read the record](../record.md) says how rows are known and what must not be added up.",
    ]
    for name in record.tables:
        out += ["", f"## {name}", "", _cell(record.about(name)), "", f"{len(record.rows(name)):,} rows.", "",
                "| column | meaning | unit | range |", "|---|---|---|---|"]  # fmt: skip
        out += [
            f"| `{c.name}` | {_cell(c.meaning)} | {_cell(c.unit)} | {_cell(c.range)} |" for c in record.describe(name)
        ]
    return "\n".join(out) + "\n"


def licences_page() -> str:
    """Every release that a run needs, with its licence as the release itself states it."""
    out = [
        "# Licences of what oilplan is built on",
        "",
        "The releases of `requirements/run.txt`, each with the licence that it states; oilplan itself is under the MIT licence, its",
        "record under CC BY 4.0. The coast of the maps is Natural Earth, public domain, by way of world-atlas 2.0.2.",
        "",
        "| package | release | licence |",
        "|---|---|---|",
    ]
    return "\n".join([*out, *(f"| {_cell(n)} | {v} | {_cell(licence)} |" for n, v, licence in licences())]) + "\n"


def licences() -> list[tuple[str, str, str]]:
    """(name, locked release, licence) of every package of requirements/run.txt that this machine has."""
    text = (Path(__file__).parent.parent / "requirements/run.txt").read_text(encoding="utf-8")
    locked: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", text, re.M):
        locked.setdefault(name, []).append(version)
    found = []
    for name, versions in locked.items():
        try:
            metadata = importlib.metadata.metadata(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        found.append((name, " or ".join(versions), _licence(metadata)))
    return found


def _licence(metadata) -> str:
    if stated := metadata.get("License-Expression"):
        return stated
    named = [c.rsplit(" :: ", 1)[1] for c in metadata.get_all("Classifier", []) if c.startswith("License :: ")]
    named = [c for c in named if c != "OSI Approved"]
    return ", ".join(named) or (metadata.get("License") or "").strip().split("\n")[0][:60]


def _cell(text) -> str:
    """Text as a cell of a table; what stands between backticks is code and needs no escapes but for the bar."""
    parts = " ".join(str(text or "").split()).replace("|", "\\|").split("`")
    for i in range(0, len(parts), 2):
        parts[i] = parts[i].replace("<", "&lt;").replace("*", "\\*").replace("_", "\\_")
    return "`".join(parts)
