"""TOML as a user (or the package) wrote it: the file read, and a fault put into words: its key, what came and what is expected."""

from __future__ import annotations

import json
import re
import reprlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from importlib import resources
from pathlib import Path

from pydantic import BaseModel, ValidationError

from ..errors import OilplanError
from ..exchange import plain_bytes
from .plan import Plan

MOST_BYTES = 1_000_000
"""Of a file: a directive of a hundred phases has ten thousand."""
MOST_DOTS = 100
"""Of a line: the reader's work grows with the square of the parts of a key such as a.b.c."""
_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 80


def read_toml(path: Path, what: str, example: str) -> dict:
    """The keys of a TOML file. what: it is to hold, with its article; example: a file that shows the form.

    Raises OilplanError when the file cannot be read, is too large, too deeply nested or not TOML, or holds a number of
    thousands of digits.
    """
    return parsed(text_of(path, what), str(path), example)


def text_of(path: Path, what: str) -> str:
    """The text of a file. Raises OilplanError when it cannot be read, is too large or not UTF-8."""
    try:
        return plain_bytes(path, MOST_BYTES).decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise OilplanError(f"{path}: cannot be read ({error.strerror}); expected {what} in TOML.") from None
    except UnicodeDecodeError:
        raise OilplanError(f"{path}: is not UTF-8 text; expected {what} in TOML.") from None


def parsed(text: str, where: str, example: str) -> dict:
    """The keys of a text in TOML. where: it comes from, for messages. Raises OilplanError as `read_toml`."""
    if dotted := next((n for n, line in enumerate(text.splitlines(), 1) if line.count(".") > MOST_DOTS), None):
        raise OilplanError(f"{where}: line {dotted} has over {MOST_DOTS} dots; see {example} for the form.")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise OilplanError(f"{where}: is not TOML ({error}); see {example} for the form.") from None
    except RecursionError:
        raise OilplanError(f"{where}: is nested too deeply; see {example} for the form.") from None
    except ValueError:
        raise OilplanError(f"{where}: holds a number of too many digits; see {example} for the form.") from None


def shipped(package: str, name: str) -> dict:
    """The keys of a TOML file that one of our packages holds in its folder ``data``."""
    return tomllib.loads((resources.files(f"oilplan.{package}") / "data" / name).read_text("utf-8"))


def key_of(parts: Iterable[int | str]) -> str:
    """A place such as ('phases', 0, 'fly') as a user counts: phases.1.fly."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in parts)


def fault(error: Mapping, key: str, allowed: Iterable[str], expected: Mapping[str, str]) -> str:
    """One of Pydantic's errors in a sentence. allowed: keys that may stand there; expected: what is, by kind of error."""
    if error["type"] == "missing":
        return f"{key}: is missing"
    if error["type"] == "extra_forbidden":
        return f"{key}: is not a key; allowed here: {', '.join(allowed)}"
    message = error["msg"][:1].lower() + error["msg"][1:]
    wanted = expected.get(error["type"], message).format(**error.get("ctx", {}))
    came = error["input"].isoformat() if isinstance(error["input"], date) else _SHORT.repr(error["input"])
    return f"{key}: came {came}; expected {wanted}"


# Read a directive of one's own from a TOML file; every error names the key, what came and what is allowed.

EXPECTED = {
    "greater_than_equal": "a number of at least {ge}",
    "less_than_equal": "a number of at most {le}",
    "greater_than": "a number above {gt}",
    "finite_number": "a finite number",
    "literal_error": "{expected}",
    "float_parsing": "a number",
    "float_type": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "string_type": "text in quotes",
    "tuple_type": "a list",
    "model_type": "a table",
    "dict_type": "a table",
    "date_type": "a date such as 1944-10-01",
    "date_from_datetime_inexact": "a date such as 1944-10-01",
    "date_from_datetime_parsing": "a date such as 1944-10-01",
    "date_parsing": "a date such as 1944-10-01",
    "too_short": "at least one of them",
    "value_error": "{error}",
    "string_pattern_mismatch": "small letters, digits and underscores, a letter first",
}


EXAMPLE = "examples/directives"


def read_plan(path: Path) -> Plan:
    """The directive of a TOML file.

    Raises OilplanError when the file cannot be read, is not TOML, or a key is unknown, missing or out of range: all
    faults at once, each with its line, its key, what came and what is allowed.
    """
    return plan_of_text(text_of(path, "a directive"), str(path))


def plan_of_text(text: str, where: str) -> Plan:
    """A directive from text in TOML. where: it comes from, for messages. Raises OilplanError as `read_plan`."""
    return plan_of(parsed(text, where, EXAMPLE), where, text)


def plan_of(data: dict, where: str, text: str = "") -> Plan:
    """A directive from parsed TOML. The list of phases is written ``[[phases]]``. text: it was parsed from, so that faults
    name their line. Raises OilplanError as `read_plan`."""
    try:
        return Plan.model_validate(data)
    except ValidationError as error:
        faults = dict.fromkeys(_fault(e, text) for e in _own(error.errors()))
        raise OilplanError("\n  ".join([f"{where}: the directive cannot be used.", *faults])) from None


_TABLE = re.compile(r"\s*(\[{1,2})\s*([\w.\" -]{1,200}?)\s*\]{1,2}\s*(#.*)?$")
_KEY = re.compile(r"\s*([\w-]{1,60})\s*=")


def line_of(text: str, place: Iterable[int | str]) -> int:
    """Number of the line of a text in TOML on which a place such as ('phases', 0, 'raid_t') is set, from 1; of the table
    that should hold it where it is not set."""
    wanted = tuple(place)
    holds = [(len(here), -number) for number, here in _places(text) if here == wanted[: len(here)]]
    return -max(holds)[1] if holds else 1


def _places(text: str) -> Iterator[tuple[int, tuple[int | str, ...]]]:
    """(line, place) of every heading of a table and of every key."""
    at: tuple[int | str, ...] = ()
    number_of: dict[tuple[int | str, ...], int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if table := _TABLE.match(line):
            at = _heading(table[2], table[1] == "[[", number_of)
            yield number, at
        elif key := _KEY.match(line):
            yield number, (*at, key[1])


def _heading(name: str, is_list: bool, number_of: dict[tuple[int | str, ...], int]) -> tuple[int | str, ...]:
    """The place of a table's heading. number_of: of the last table of each list so far, from 0"""
    place: tuple[int | str, ...] = ()
    words = [word.strip().strip('"') for word in name.split(".")]
    for k, word in enumerate(words):
        place = (*place, word)
        if is_list and k == len(words) - 1:
            number_of[place] = number_of.get(place, -1) + 1
        if place in number_of:
            place = (*place, number_of[place])
    return place


def _own(errors: list) -> list:
    """Faults of the text itself: a list of phases that came out short because its phases are faulty is none."""
    inner = any(e["loc"][:1] == ("phases",) and len(e["loc"]) > 1 for e in errors)
    return [e for e in errors if not (inner and e["loc"] == ("phases",))]


def _fault(e: Mapping, text: str) -> str:
    parts = [part for part in e["loc"] if not (isinstance(part, str) and (set("[-") & set(part)))]
    if not parts:
        return f"the directive: expected {EXPECTED.get(e['type'], e['msg']).format(**e.get('ctx', {}))}"
    line = f"line {line_of(text, parts)}, " if text and (len(parts) > 1 or e["type"] != "missing") else ""
    return line + fault(e, key_of(parts), _allowed(e["loc"]), EXPECTED)


def _allowed(loc: tuple) -> list[str]:
    """Keys allowed beside the last part of a place such as ('phases', 0, 'force', 'bomber_command', 'x')."""
    from .plan import Budget, Bursts, BySighting, ForPhase, GivenUp, Phase

    inner: dict[str, type[BaseModel]] = {"takes": GivenUp, "oil_share": BySighting, "budget": Budget, "bursts": Bursts}
    names = [part for part in loc[:-1] if isinstance(part, str)]
    model: type[BaseModel] = Plan
    if names:
        model = inner.get(names[-1], ForPhase if "force" in names else Phase)
    return list(model.model_fields)


# And back: a directive as text that `read_plan` reads as the same directive.


def toml_of(plan: Plan) -> str:
    """A directive in TOML, a key a line; what says nothing is left away."""
    out = [f"name = {_value(plan.name)}", f"about = {_value(plan.about)}"]
    for phase in plan.phases:
        said = phase.model_dump(exclude_defaults=True)
        forces = said.pop("force", {})
        out += ["", "[[phases]]", *_lines(said)]
        for force, own in forces.items():
            out += ["", f"[phases.force.{force}]", *_lines(own)]
    return "\n".join(out) + "\n"


def _lines(values: Mapping) -> list[str]:
    return [f"{name} = {_value(v)}" for name, v in values.items() if v is not None]


def _value(v: object) -> str:
    if isinstance(v, Mapping):
        return "{ " + ", ".join(_lines(v)) + " }"
    if isinstance(v, (list, tuple)):
        return "[" + ", ".join(map(_value, v)) + "]"
    if isinstance(v, bool):
        return str(v).lower()
    return json.dumps(v, ensure_ascii=False) if isinstance(v, str) else str(v)
