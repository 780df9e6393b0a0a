"""A result folder appears whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from ..errors import OilplanError

MARK = "manifest.json"
"""Every result folder holds it; a folder without it is not ours to replace."""


def check_free(out: Path, *, force: bool, option: str = "--force") -> None:
    """Refuse an ``out`` that stands in the way, before any work is done. option: the word that sets ``force``.

    Raises OilplanError for an existing path without ``force``, and with it for one that holds other things than a
    result (no `MARK` in it), so that no foreign folder is ever replaced.
    """
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    if not force:
        raise OilplanError(f"{out} exists; choose another --out, or add {option} to replace it.")
    if not (out / MARK).is_file():
        raise OilplanError(f"{out} holds no {MARK}, so it is not an earlier result; choose another --out.")


def write_whole(out: Path, fill: Callable[[Path], None], *, force: bool) -> None:
    """Let ``fill`` write into a fresh folder, then move it to ``out`` in one step.

    out: where the folder shall stand; fill: called with the fresh folder; force: replace an earlier result

    A failure on the way leaves ``out`` as it was and no other trace. Raises OilplanError as `check_free`, or where
    the place cannot be written.
    """
    check_free(out, force=force)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as error:
        raise OilplanError(f"cannot write beside {out}: {error.strerror}; choose another --out.") from None
    try:
        fill(fresh)
        fresh.chmod(0o755)
        _move(fresh, out)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _move(fresh: Path, out: Path) -> None:
    if not out.exists():
        os.replace(fresh, out)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}-old-", dir=out.parent))
    os.replace(out, old / "old")
    os.replace(fresh, out)
    shutil.rmtree(old, ignore_errors=True)
