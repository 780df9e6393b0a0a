"""TOML as a user wrote it: the file read, and a fault put into words: its key, what came and what is expected."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from ..errors import OilplanError


def read_toml(path: Path, what: str, example: str) -> dict:
    """The keys of a TOML file. what: it is to hold, with its article; example: a file that shows the form.

    Raises OilplanError when the file cannot be read or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise OilplanError(f"{path}: cannot be read ({error.strerror}); expected {what} in TOML.") from None
    except UnicodeDecodeError:
        raise OilplanError(f"{path}: is not UTF-8 text; expected {what} in TOML.") from None
    except tomllib.TOMLDecodeError as error:
        raise OilplanError(f"{path}: is not TOML ({error}); see {example} for the form.") from None


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
    came = error["input"].isoformat() if isinstance(error["input"], date) else repr(error["input"])
    return f"{key}: came {came}; expected {wanted}"
