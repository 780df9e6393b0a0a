"""Where a sweep is written: a folder, or any URL that fsspec can open."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, cast

import zarr
from zarr.abc.store import Store
from zarr.storage import FsspecStore, LocalStore

from ...errors import OilplanError

FILE = "file://"
OF_ONE_PROCESS = "memory://"
TITLE = "oilplan sweep"
"""Title of the group; a place without it is not ours to write to."""


def store_of(place: str) -> Store:
    """The store of a folder or URL. A ``file://`` URL is a folder: Zarr's own store writes each file in one step,
    which fsspec's does not. Raises OilplanError for a URL of no known kind."""
    if "://" not in place or place.startswith(FILE):
        return LocalStore(Path(place.removeprefix(FILE)))
    try:
        return FsspecStore.from_url(place)
    except (ImportError, ValueError) as error:
        raise OilplanError(f"--out {place}: cannot be opened ({str(error).splitlines()[0]}).") from None


def check_workers_reach(place: str, workers: int | None) -> None:
    """Raises OilplanError for a place that other processes cannot see. workers: 0 flies in this process."""
    if place.startswith(OF_ONE_PROCESS) and workers != 0:
        raise OilplanError(f"--out {place}: memory is not shared between workers; choose a folder, or --workers 0.")


def open_existing(place: str, mode: Literal["r", "r+"] = "r") -> zarr.Group | None:
    """The Zarr group at a place, or None where there is none."""
    if not _may_exist(place):
        return None
    try:
        return zarr.open_group(store_of(place), mode=mode, use_consolidated=False)
    except (FileNotFoundError, zarr.errors.GroupNotFoundError, zarr.errors.ContainsArrayError, ValueError):
        return None


def array_of(group: zarr.Group, name: str) -> zarr.Array:
    """An array of a group by name."""
    return cast(zarr.Array, group[name])


def told_of(group: zarr.Group, key: str) -> Any:
    """An attribute of a group, None where it is not there."""
    return group.attrs.get(key)


def _may_exist(place: str) -> bool:
    return ("://" in place and not place.startswith(FILE)) or Path(place.removeprefix(FILE)).is_dir()


def is_empty(place: str) -> bool:
    """Whether nothing stands at a folder or URL."""
    store = store_of(place)
    if isinstance(store, LocalStore):
        return not store.root.exists() or (store.root.is_dir() and not any(store.root.iterdir()))
    return zarr.core.sync.sync(store.is_empty(""))
