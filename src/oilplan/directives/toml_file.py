"""TOML as a user wrote it: the file read, and a fault put into words: its key, what came and what is expected."""

from __future__ import annotations

import reprlib
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ValidationError

from ..errors import OilplanError
from .plan import Plan

MOST_BYTES = 1_000_000
"""Of a file: a directive of a hundred phases has ten thousand."""
_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 80


def read_toml(path: Path, what: str, example: str) -> dict:
    """The keys of a TOML file. what: it is to hold, with its article; example: a file that shows the form.

    Raises OilplanError when the file cannot be read, is too large, too deeply nested or not TOML, or holds a number of
    thousands of digits.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise OilplanError(f"{path}: is larger than {MOST_BYTES:,} bytes; expected {what} in TOML.")
        return parsed_toml(path.read_text(encoding="utf-8"), str(path), example)
    except OSError as error:
        raise OilplanError(f"{path}: cannot be read ({error.strerror}); expected {what} in TOML.") from None
    except UnicodeDecodeError:
        raise OilplanError(f"{path}: is not UTF-8 text; expected {what} in TOML.") from None


def parsed_toml(text: str, where: str, example: str) -> dict:
    """The keys of a text in TOML. where: what messages call it; example: as in `read_toml`. Raises OilplanError as it."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise OilplanError(f"{where}: is not TOML ({error}); see {example} for the form.") from None
    except RecursionError:
        raise OilplanError(f"{where}: is nested too deeply; see {example} for the form.") from None
    except ValueError:
        raise OilplanError(f"{where}: holds a number of too many digits; see {example} for the form.") from None


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


def read_plan(path: Path) -> Plan:
    """The directive of a TOML file.

    Raises OilplanError when the file cannot be read, is not TOML, or a key is unknown, missing or out of range: all
    faults at once, each with its key, what came and what is allowed.
    """
    return plan_of(read_toml(path, "a directive", "examples/directives"), str(path))


def plan_of(data: dict, where: str) -> Plan:
    """A directive from parsed TOML. The list of phases is written ``[[phases]]``. Raises OilplanError as
    `read_plan`."""
    try:
        return Plan.model_validate(data)
    except ValidationError as error:
        faults = dict.fromkeys(_fault(e) for e in _own(error.errors()))
        raise OilplanError("\n  ".join([f"{where}: the directive cannot be used.", *faults])) from None


def _own(errors: list) -> list:
    """Faults of the text itself: a list of phases that came out short because its phases are faulty is none."""
    inner = any(e["loc"][:1] == ("phases",) and len(e["loc"]) > 1 for e in errors)
    return [e for e in errors if not (inner and e["loc"] == ("phases",))]


def _fault(e: Mapping) -> str:
    parts = [part for part in e["loc"] if not (isinstance(part, str) and (set("[-") & set(part)))]
    return fault(e, key_of(parts) or "the directive", _allowed(e["loc"]), EXPECTED)


def _allowed(loc: tuple) -> list[str]:
    """Keys allowed beside the last part of a place such as ('phases', 0, 'force', 'bomber_command', 'x')."""
    from .plan import Budget, Bursts, BySighting, ForPhase, GivenUp, Phase

    inner: dict[str, type[BaseModel]] = {"takes": GivenUp, "oil_share": BySighting, "budget": Budget, "bursts": Bursts}
    names = [part for part in loc[:-1] if isinstance(part, str)]
    model: type[BaseModel] = Plan
    if names:
        model = inner.get(names[-1], ForPhase if "force" in names else Phase)
    return list(model.model_fields)
