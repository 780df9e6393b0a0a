"""Where work that need not be done twice is kept between commands."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

CACHE_VARIABLE = "OILPLAN_CACHE"


def cache_folder() -> Path:
    """The folder named by ``OILPLAN_CACHE``, else ``~/.cache/oilplan`` (``$XDG_CACHE_HOME`` is heeded)."""
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "oilplan"


def keep(path: Path, text: str) -> None:
    """Write a file of the cache, whole or not at all; a cache that cannot be written is left alone."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, encoding="utf-8")
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()


def own_code() -> str:
    """`code_hash` of this package: what numbers, compiled functions and finished parts of a sweep hang on."""
    return code_hash(Path(__file__).parent)


def code_hash(folder: Path) -> str:
    """Hex SHA-256 over the Python files of a folder and those below it: what was kept by other code is not used."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\n" + path.read_bytes())
    return digest.hexdigest()
