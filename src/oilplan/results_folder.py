"""The one place that writes and replaces result folders: each appears whole or not at all.

A result holds a `MARK` that says it is oilplan's and lists every file with its SHA-256. Only what such a list names, and
only as long as its bytes are those listed, is ever replaced; whatever else stands in the folder stays. Links are not
followed. A new result is made in a folder beside the old one and exchanged with it in one step.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from .errors import OilplanError
from .exchange import exchange, locked, plain_bytes, second_name
from .ro_crate import CRATE, write_crate

MARK = "manifest.json"
"""Every result folder holds it; a folder without it, or with another program's, is not ours to replace."""
WRITTEN_BY, US = "written_by", "oilplan"
FILES, OWN_DIGEST = "files", "manifest_sha256"
WORK = ".oilplan-"
"""Stands in the name of the folder in which a result is made, ``.NAME.oilplan-xxxxxxxx``."""
LONGEST_NAME_BYTES = 200
MOST_MARK_BYTES = 100_000_000
"""Of a `MARK`; that of an edition has some hundred thousand."""
FRESH, OLD, FRESH_IS = "new", "old", "new.inode"
ABANDONED_S = 86_400
"""Age at which a work folder is taken for abandoned on systems where locks cannot tell."""
READ_AT_ONCE = 1 << 20


class Earlier(NamedTuple):
    """What stands in a result folder. listed: SHA-256 by path; others: paths that are not ours, folders last."""

    listed: dict[str, str]
    others: list[str]


def check_free(out: Path, *, force: bool, option: str = "--force") -> None:
    """Refuse a place before any work is done. out: where a result shall stand; option: the word that sets ``force``.

    Raises OilplanError for a link, a file, the working folder, a place that cannot be written, a folder with something
    in it without ``force``, and with it for one that is not an earlier result or whose files were changed since.
    """
    out = whole_path(out)
    with _said(out):
        check_place(out)
        if not _is_free(out):
            if not force:
                raise OilplanError(f"{out} exists; choose another --out, or add {option} to replace it.")
            _earlier(out)


def write_whole(out: Path, fill: Callable[[Path], None], *, force: bool, option: str = "--force") -> None:
    """Let ``fill`` write into a fresh folder, list its files in its `MARK`, then put it in the place of ``out``.

    out: where the folder shall stand; fill: called with the fresh folder, may write a `MARK` (a JSON object) of its own
    force: replace an earlier result there; what else stands in it is kept

    A failure on the way, or a kill, leaves ``out`` as it was; what a killed command left beside it is cleared by the
    next. Raises OilplanError as `check_free`, or where the place cannot be written.
    """
    check_free(out, force=force, option=option)
    out = whole_path(out)
    with _said(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        _clear_leftovers(out)
    with _said(out, "cannot write beside"):
        work, lock = _workplace(out)
    try:
        fresh = work / FRESH
        with _said(out):
            fresh.mkdir()
            (work / FRESH_IS).write_text(str(fresh.lstat().st_ino))
            fill(fresh)
            list_files(fresh)
            _put(fresh, out, force, option)
    finally:
        _clear(work, out)
        if lock is not None:
            os.close(lock)


def list_files(folder: Path) -> None:
    """Write, or complete, the `MARK` of a folder: that it is ours, and every file in it with its SHA-256.

    What was made from a record gets a description that repositories read as well (`oilplan.ro_crate`).
    """
    path = folder / MARK
    about: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    listed = {name: _digest(folder / name) for name in sorted(files_of(folder)) if name not in (MARK, CRATE)}
    if "record_hash" in about:
        write_crate(folder, about, listed)
        listed[CRATE] = _digest(folder / CRATE)
    about |= {WRITTEN_BY: US, FILES: listed}
    about[OWN_DIGEST] = _digest_of(about)
    part = path.with_name(f".{MARK}.part")
    part.write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    os.replace(part, path)


def listed_files(folder: Path) -> dict[str, str] | None:
    """SHA-256 by path of the files that the `MARK` of a folder lists; None where it is not an oilplan result."""
    path = folder / MARK
    try:
        if path.is_symlink():
            return None
        about = json.loads(plain_bytes(path, MOST_MARK_BYTES))
        if about.get(WRITTEN_BY) != US or about.pop(OWN_DIGEST) != _digest_of(about):
            return None
        return {str(name): str(digest) for name, digest in about[FILES].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def remove_files(folder: Path, names: Iterable[str]) -> None:
    """Delete files of ours from a folder, and the folders that this leaves empty. names: paths from the folder"""
    for name in names:
        if not (folder / name).is_symlink():
            (folder / name).unlink(missing_ok=True)
    for name in reversed(_folders_of(folder)):
        with contextlib.suppress(OSError):
            (folder / name).rmdir()


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold a folder for this command; another one that wants it waits. folder: one that is there.

    Where the system has no such locks, nothing is held.
    """
    with _said(folder):
        handle = locked(folder, wait=True)
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


def whole_path(out: Path) -> Path:
    """A place from the root of the file system; links are not followed."""
    try:
        return Path(os.path.abspath(out))
    except OSError:
        raise OilplanError("the folder that you are in is gone; go to another, or name --out from the root.") from None


@contextlib.contextmanager
def _said(out: Path, what: str = "") -> Iterator[None]:
    """Errors of the file system in words; nothing was changed then, for what is wrong is found before the exchange."""
    try:
        yield
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise OilplanError(
            f"{what} {out}: {why}; choose another --out."
            if what
            else f"{out}: cannot be written ({why}); nothing was changed there."
        ) from None


def _is_free(out: Path) -> bool:
    return not os.path.lexists(out) or (out.is_dir() and not any(out.iterdir()))


def check_place(out: Path) -> None:
    """Raises OilplanError for a place that is a link, a file, around the working folder, or closed for writing."""
    if out.is_symlink():
        raise OilplanError(f"{out} is a link, which is not written through; name the folder that it leads to.")
    if out.exists() and not out.is_dir():
        raise OilplanError(f"{out} is a file; choose another --out.")
    if not out.name or _is_around_us(out):
        raise OilplanError(f"{out} is the folder that you are in, or one around it; choose another folder.")
    above = next(p for p in out.parents if os.path.lexists(p))
    try:
        trial = tempfile.mkdtemp(prefix=_prefix(out), dir=above)
        with contextlib.suppress(FileNotFoundError):  # another command may take it for a leftover
            os.rmdir(trial)
    except OSError as error:
        raise OilplanError(f"cannot write beside {out}: {above}: {error.strerror}; choose another --out.") from None


def _is_around_us(out: Path) -> bool:
    try:
        here = Path.cwd()
    except OSError:
        return False
    return out.exists() and any(out.samefile(p) for p in (here, *here.parents))


def _earlier(out: Path) -> Earlier:
    """The earlier result in a folder. Raises OilplanError where it is none, or a file that it lists was changed."""
    listed = listed_files(out)
    if listed is None:
        raise OilplanError(
            f"{out} holds no {MARK} of an earlier oilplan result, so nothing in it is replaced; choose another --out."
        )
    others = []
    for name in files_of(out):
        if name == MARK:
            continue
        if name not in listed:
            others.append(name)
        elif not _is_as_listed(out / name, listed[name]):
            raise OilplanError(
                f"{out / name} was changed since oilplan wrote it; move it away, or choose another --out."
            )
    ours = {str(p) for name in listed for p in PurePosixPath(name).parents}
    return Earlier(listed, [*others, *(name for name in _folders_of(out) if name not in ours)])


def files_of(folder: Path) -> Iterator[str]:
    """Everything that is not a folder, links to folders included, by path from the folder."""
    for here, folders, files in os.walk(folder, onerror=_raise):
        for name in [*files, *(f for f in folders if os.path.islink(os.path.join(here, f)))]:
            yield Path(here, name).relative_to(folder).as_posix()


def _folders_of(folder: Path) -> list[str]:
    """Folders inside, outer ones first."""
    found = [Path(here, name) for here, folders, _ in os.walk(folder, onerror=_raise) for name in folders]
    return [path.relative_to(folder).as_posix() for path in found if not path.is_symlink()]


def _raise(error: OSError) -> None:
    raise error


def _is_as_listed(path: Path, digest: str) -> bool:
    return path.is_file() and not path.is_symlink() and _digest(path) == digest


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(READ_AT_ONCE):
            digest.update(part)
    return digest.hexdigest()


def _digest_of(about: dict[str, Any]) -> str:
    """SHA-256 over a manifest without its own: one that was edited is not ours to replace."""
    rest = {key: value for key, value in about.items() if key != OWN_DIGEST}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def _put(fresh: Path, out: Path, force: bool, option: str) -> None:
    """Move the fresh result to its place in one step; with ``force`` what was there takes its own."""
    if _is_free(out):
        try:
            if os.name == "nt" and out.exists():
                out.rmdir()
            os.rename(fresh, out)
            return
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
                raise
    if not force:
        raise OilplanError(f"{out} appeared meanwhile; choose another --out, or add {option} to replace it.")
    check_place(out)
    _carry_over(out, fresh, _earlier(out).others)
    exchange(fresh, out, fresh.with_name(OLD))


def _carry_over(out: Path, fresh: Path, others: list[str]) -> None:
    """Give what is not ours a second name in the fresh result, so that it is never away, not even for a moment."""
    folders = [name for name in others if (out / name).is_dir() and not (out / name).is_symlink()]
    for name in others:
        if os.path.lexists(fresh / name) and not (name in folders and (fresh / name).is_dir()):
            raise OilplanError(
                f"{out / name} is not oilplan's, and the result has a file of that name; move it away, or choose another"
                " --out."
            )
    for name in [*folders, *(n for n in others if n not in folders)]:
        second_name(out / name, fresh / name)
    for name in reversed(folders):
        shutil.copystat(out / name, fresh / name, follow_symlinks=False)
    shutil.copymode(out, fresh)


def _prefix(out: Path) -> str:
    name = out.name
    if len(os.fsencode(name)) > LONGEST_NAME_BYTES:
        name = hashlib.sha256(os.fsencode(name)).hexdigest()[:16]
    return f".{name}{WORK}"


def _workplace(out: Path) -> tuple[Path, int | None]:
    """A fresh folder beside ``out`` and the handle that holds it against `_clear_leftovers` of another command."""
    while True:
        work = Path(tempfile.mkdtemp(prefix=_prefix(out), dir=out.parent))
        try:
            handle = locked(work, wait=True)
        except FileNotFoundError:
            continue
        if handle is None or (work.exists() and os.path.samestat(os.fstat(handle), work.stat())):
            return work, handle
        os.close(handle)


def _clear_leftovers(out: Path) -> None:
    """Clear what killed commands left beside ``out``, and put an earlier result back that one had moved away."""
    pattern = re.compile(re.escape(_prefix(out)) + r"[a-z0-9_]{8}")
    for work in [p for p in out.parent.iterdir() if pattern.fullmatch(p.name)]:
        with contextlib.suppress(OSError):
            found = work.lstat()
            if work.is_symlink() or not work.is_dir() or (hasattr(os, "geteuid") and found.st_uid != os.geteuid()):
                continue
            handle = locked(work, wait=False)
            if handle is None and time.time() - found.st_mtime < ABANDONED_S:
                continue
            if (work / OLD).is_dir() and not os.path.lexists(out):
                os.rename(work / OLD, out)
            _clear(work, out)
            if handle is not None:
                os.close(handle)


def _clear(work: Path, out: Path) -> None:
    """Remove a work folder: a result that was never put in place, or the earlier one without what is not ours."""
    with contextlib.suppress(OSError):
        fresh, noted = work / FRESH, work / FRESH_IS
        if fresh.is_dir():
            if noted.is_file() and noted.read_text() != str(fresh.lstat().st_ino):
                _remove_earlier(fresh, out)
            else:
                shutil.rmtree(fresh)
        if (work / OLD).is_dir():
            _remove_earlier(work / OLD, out)
        if not fresh.exists():
            noted.unlink(missing_ok=True)
        work.rmdir()


def _remove_earlier(old: Path, out: Path) -> None:
    """Delete of an earlier result what it lists and what stands in the new one as well; the rest goes there."""
    listed = listed_files(old)
    if listed is None:
        if not any(old.iterdir()):
            old.rmdir()
        return
    for name in list(files_of(old)):
        path, there = old / name, out / name
        if name == MARK:
            continue
        if (name in listed and _is_as_listed(path, listed[name])) or _is_same(path, there):
            path.unlink()
        elif not os.path.lexists(there):
            there.parent.mkdir(parents=True, exist_ok=True)
            os.rename(path, there)
    for name in reversed(_folders_of(old)):
        with contextlib.suppress(OSError):
            (old / name).rmdir()
    if [p.name for p in old.iterdir()] == [MARK]:
        (old / MARK).unlink()
        old.rmdir()


def _is_same(path: Path, there: Path) -> bool:
    if path.is_symlink() or there.is_symlink():
        return path.is_symlink() and there.is_symlink() and os.readlink(path) == os.readlink(there)
    if not there.exists():
        return False
    return path.samefile(there) or (path.is_file() and there.is_file() and _digest(path) == _digest(there))
