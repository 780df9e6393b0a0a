"""Read a directive of one's own from a TOML file; every error names the key, what came and what is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ValidationError

from ..errors import OilplanError
from .plan import Plan
from .toml_text import fault, key_of, read_toml

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
    "date_from_datetime_parsing": "a date such as 1944-10-01",
    "too_short": "at least one [[phases]] table",
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
