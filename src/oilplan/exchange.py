"""What the file system can do in one step: change two folders' places, give a file a second name, hold a folder; and a
file that is one read whole."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
from pathlib import Path

AT_CWD, RENAME_EXCHANGE = -100, 2
"""Of renameat2(2)."""
CANNOT = (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP)
"""A system, or a kind of file system, that knows no such step."""


def plain_bytes(path: Path, most: int) -> bytes:
    """The bytes of a plain file.

    Raises OSError, with the reason in its ``strerror``, for one that cannot be read or has over ``most`` bytes, for a pipe
    or a device, which may have no end, and for a name that no file can have.
    """
    try:
        mode = path.stat().st_mode
    except ValueError:
        raise OSError(errno.EINVAL, "no file has such a name") from None
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "a folder" if stat.S_ISDIR(mode) else "not a plain file")
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"larger than {most:,} bytes")
    return data


def exchange(fresh: Path, out: Path, old: Path) -> None:
    """Let two folders change places in one step; where the system cannot, what stood at ``out`` goes to ``old``."""
    if sys.platform == "linux":
        import ctypes

        rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
        if rename is not None:
            if rename(AT_CWD, os.fsencode(fresh), AT_CWD, os.fsencode(out), RENAME_EXCHANGE) == 0:
                return
            code = ctypes.get_errno()
            if code not in CANNOT:
                raise OSError(code, os.strerror(code))
    os.rename(out, old)
    try:
        os.rename(fresh, out)
    except OSError:
        os.rename(old, out)
        raise


def second_name(path: Path, to: Path) -> None:
    """Give a file, link or folder a second name, folders above it included; a copy where there are no hard links."""
    to.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink():
        to.symlink_to(os.readlink(path))
    elif path.is_dir():
        to.mkdir(exist_ok=True)
    else:
        try:
            os.link(path, to)
        except OSError:  # a file system without hard links
            if not path.is_file():
                raise
            shutil.copy2(path, to)


def locked(folder: Path, *, wait: bool) -> int | None:
    """A handle that holds a folder; None where the system cannot hold one. Raises BlockingIOError when it is taken."""
    try:
        import fcntl
    except ImportError:
        return None
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        os.close(handle)
        raise
    except OSError:
        os.close(handle)
        return None
    return handle
