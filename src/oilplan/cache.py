"""Where work that need not be done twice is kept between commands.

Some of it is machine code, so what is read back must be what this user's own commands wrote: the folder is closed to
others, and every entry carries a keyed hash over its kind, its name and its bytes. The key is a file that its owner
alone can read. An entry that is damaged, from elsewhere or of an older version is not opened; it is made again.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import re
import secrets
import stat
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from .errors import OilplanError

CACHE_VARIABLE = "OILPLAN_CACHE"
SIZE_VARIABLE = "OILPLAN_CACHE_MB"
MOST_MB = 1000
"""Size of the cache where ``OILPLAN_CACHE_MB`` does not say another; 0 keeps nothing."""
FILLED_AFTER_EVICTION = 0.8
"""Share of the size that is left when the entries longest unused are deleted to make room."""
UNUSED_DAYS = 90
"""Entries unused for as long are deleted."""
PART_HOURS = 1
"""A part of a file that is older was left by a command that was killed."""
BETWEEN_LOOKS_MB = 50
"""Bytes written by one command before it looks at the size again."""

KINDS = ("record", "compiled", "jax", "arms", "chains", "documents")
HEAD = b"oilplan kept 1\n"
KEY_FILE, KEY_BYTES, TAG_BYTES = "key", 32, 32
DAY_S, HOUR_S, MB = 86_400, 3_600, 1_000_000
OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH
OURS = re.compile(r"[0-9a-f]{64}\.kept")
PART = re.compile(r"(\.key|[0-9a-f]{64})\.[0-9a-f]{16}\.part")
OF_OLD_VERSIONS = {
    "record": re.compile(r"[0-9a-f]{64}\.json"),
    "arms": re.compile(r"[0-9a-f]{32}\.npz"),
    "xla": re.compile(r"jit_.*-[0-9a-f]{64}-(cache|atime)"),
    "xla/whole": re.compile(r"[0-9a-f]{64}\.pickle"),
}


class Cache:
    """A folder of entries that only this user can have written. Errors of the file system mean: not kept."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder, self._most = folder, most_bytes
        self._key = _key(folder)
        self._unseen = BETWEEN_LOOKS_MB * MB  # so that the first entry looks at what is there

    def get(self, kind: str, name: str) -> bytes | None:
        """The bytes kept under a name, or None where there are none that can be trusted."""
        path = self._path(kind, name)
        try:
            whole = _read_own(path)
        except OSError:
            return None
        tag, data = whole[len(HEAD) : len(HEAD) + TAG_BYTES], whole[len(HEAD) + TAG_BYTES :]
        if not whole.startswith(HEAD) or not hmac.compare_digest(tag, self._tag(kind, name, data)):
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return data

    def put(self, kind: str, name: str, data: bytes) -> None:
        """Keep bytes under a name, whole or not at all."""
        path = self._path(kind, name)
        try:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            _write_whole(path, HEAD + self._tag(kind, name, data) + data)
        except OSError:
            return
        self._unseen += len(data)
        if self._unseen >= BETWEEN_LOOKS_MB * MB:
            self._unseen = 0
            _evict(self._folder, self._most)

    def drop(self, kind: str, name: str) -> None:
        """Delete what is kept under a name."""
        _unlink(self._path(kind, name))

    def folder(self, name: str) -> Path:
        """A folder for files that a verb updates in place, closed to others; they are neither signed nor deleted."""
        made = self._folder / name
        made.mkdir(mode=0o700, exist_ok=True)
        return made

    @property
    def most_bytes(self) -> int:
        """The size that the cache may have."""
        return self._most

    def _path(self, kind: str, name: str) -> Path:
        return self._folder / kind / f"{hashlib.sha256(f'{kind}/{name}'.encode()).hexdigest()}.kept"

    def _tag(self, kind: str, name: str, data: bytes) -> bytes:
        made = hmac.new(self._key, f"{kind}/{name}/".encode(), hashlib.sha256)
        made.update(data)
        return made.digest()


def open_cache() -> Cache | None:
    """The cache of this user, made where there is none yet; None where there can be none.

    It is the folder named by ``OILPLAN_CACHE``, else ``oilplan`` in ``$XDG_CACHE_HOME`` or ``~/.cache``. One that other
    users could write is not opened, and a sentence on stderr says so, once. Raises OilplanError for a size that is no
    whole number.
    """
    size = os.environ.get(SIZE_VARIABLE) or str(MOST_MB)
    if not (size.isascii() and size.isdigit() and len(size) < 10):
        raise OilplanError(f"{SIZE_VARIABLE}={size[:20]}: expected a whole number of megabytes, such as {MOST_MB}.")
    folder = cache_folder()
    return None if folder is None or int(size) == 0 else _opened(folder, int(size) * MB)


def cache_folder() -> Path | None:
    """Where the cache of this user lies, or would lie; None for a user without a home."""
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        return Path(named).absolute()
    try:
        return (Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "oilplan").absolute()
    except RuntimeError:  # a user without a home
        return None


def keep(path: Path, text: str) -> None:
    """Write a file that a later command may use, whole or not at all; one that cannot be written is left alone."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_whole(path, text.encode("utf-8", "surrogatepass"))


@cache
def _opened(folder: Path, most_bytes: int) -> Cache | None:
    try:
        if not folder.is_dir():
            folder.parent.mkdir(parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
        if why := _why_unsafe(folder.stat()):
            print(
                f"oilplan: the cache {folder} {why}, so nothing in it is used; close it (chmod 700), or name another"
                f" folder in {CACHE_VARIABLE}.",
                file=sys.stderr,
            )
            return None
        return Cache(folder, most_bytes)
    except OSError:
        return None


def _why_unsafe(found: os.stat_result) -> str:
    """Why a folder or file could have been written by another user; empty where it could not."""
    if hasattr(os, "geteuid") and found.st_uid != os.geteuid():
        return "belongs to another user"
    if os.name == "posix" and found.st_mode & OTHERS_MAY_WRITE:
        return f"can be written by other users (mode {stat.S_IMODE(found.st_mode):o})"
    return ""


def _read_own(path: Path) -> bytes:
    """The bytes of a plain file of this user. Raises OSError for anything else; links are not followed."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with open(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or _why_unsafe(found):
            raise PermissionError(f"{path} is not a file of this user alone")
        return file.read()


def _write_whole(path: Path, data: bytes) -> None:
    """Write a file that its owner alone can read, in one step."""
    part = path.with_name(f"{path.stem if path.suffix else '.' + path.name}.{secrets.token_hex(8)}.part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "wb") as file:
            file.write(data)
        os.replace(part, path)
    except BaseException:
        _unlink(part)
        raise


def _key(folder: Path) -> bytes:
    """What entries are signed with: a secret file, and the place where it lies, so that a copied folder is foreign.

    A key that others could have read is replaced, which makes all entries strange. Raises OSError.
    """
    path = folder / KEY_FILE
    with contextlib.suppress(OSError):
        secret = _read_own(path)
        found = path.lstat()
        if len(secret) == KEY_BYTES and (os.name != "posix" or stat.S_IMODE(found.st_mode) == 0o600):
            return hashlib.sha256(secret + str(found.st_ino).encode()).digest()
    if path.is_dir():
        raise IsADirectoryError(str(path))
    secret = secrets.token_bytes(KEY_BYTES)
    _write_whole(path, secret)
    return hashlib.sha256(secret + str(path.lstat().st_ino).encode()).digest()


def _evict(folder: Path, most_bytes: int) -> None:
    """Delete what no command reads any more, and what was longest unused until the rest fits."""
    now = time.time()
    kept: list[tuple[float, int, Path]] = []
    for path, found in (entry for kind in KINDS for entry in _files(folder / kind, OURS)):
        if now - found.st_mtime > UNUSED_DAYS * DAY_S:
            _unlink(path)
        else:
            kept.append((min(found.st_mtime, now), found.st_size, path))
    total = sum(size for _, size, _ in kept)
    room = most_bytes if total <= most_bytes else FILLED_AFTER_EVICTION * most_bytes
    for _, size, path in sorted(kept):
        if total <= room:
            break
        _unlink(path)
        total -= size
    _sweep_litter(folder, now)


def _sweep_litter(folder: Path, now: float) -> None:
    """Delete parts left by killed commands and the entries of older versions."""
    for place in ("", *KINDS):
        for path, found in _files(folder / place, PART):
            if now - found.st_mtime > PART_HOURS * HOUR_S:
                _unlink(path)
    for place, pattern in OF_OLD_VERSIONS.items():
        for path, _ in _files(folder / place, pattern):
            _unlink(path)


def _files(folder: Path, pattern: re.Pattern[str]) -> Iterator[tuple[Path, os.stat_result]]:
    """Plain files of a folder whose whole name fits a pattern; links are not followed."""
    try:
        if folder.is_symlink():
            return
        with os.scandir(folder) as found:
            for entry in found:
                if pattern.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                    with contextlib.suppress(OSError):
                        yield Path(entry.path), entry.stat(follow_symlinks=False)
    except OSError:
        return


def _unlink(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()


def own_code() -> str:
    """`code_hash` of this package: what numbers, compiled functions and finished parts of a sweep hang on."""
    return code_hash(Path(__file__).parent)


def code_hash(folder: Path) -> str:
    """Hex SHA-256 over the Python and TOML files of a folder and those below it: what was kept by other code is not used."""
    digest = hashlib.sha256()
    for path in sorted(p for form in ("*.py", "*.toml") for p in folder.rglob(form)):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\n" + path.read_bytes())
    return digest.hexdigest()
