"""What would have happened: every study says in the same words what its result rests on and what it was made from."""

from __future__ import annotations

import os
import platform
import shlex
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from .. import __version__
from ..record import Record

PRIOR_ONLY = "prior only: parameters are priors, not fitted to the record"
CALIBRATED = "calibrated: parameters are fitted to the record"
STALE = "calibrated on another record: the record has changed since the fit"


def basis(record_hash: str, fit: dict | None) -> str:
    """Prior only, calibrated, or calibrated on another record.

    record_hash: of the record a result was made from; fit: manifest of the posterior it was drawn from, None for priors
    """
    if fit is None:
        return PRIOR_ONLY
    return CALIBRATED if fit["record_hash"] == record_hash else STALE


def rests_on(record_hash: str, fit: dict | None) -> dict:
    """What a summary says of it: whether the parameters are fitted, `basis`, and the record. Arguments as for `basis`."""
    return {"calibrated": fit is not None, "basis": basis(record_hash, fit), "record_hash": record_hash}


# What a run was made from, so that it can be made again.

LIBRARIES = ("jax", "jaxlib", "numpy", "xarray", "zarr", "pydantic")


def manifest(record: Record, *, command: list[str], seed: int | dict[str, int], **made_with) -> dict:
    """Command, record hash and what a user's folder changed, versions, seed and the moment of the run.

    command: the words of the command line; seed: one for all, or that of each part by its name
    made_with: further JSON-ready facts (directive, draws, laws, calibrated)
    """
    return {
        "command": shlex.join(map(_as_text, command)),
        "seed": seed,
        **made_with,
        "record_hash": record.hash,
        "record_overlay": _as_text(record.overlay),
        "versions": {
            "oilplan": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in LIBRARIES},
        },
        "machine": f"{platform.system()} {platform.machine()}",
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _as_text(value: Any) -> Any:
    """The same with names of files that are not UTF-8 spelled out, so that any file can hold them."""
    if isinstance(value, str):
        return os.fsencode(value).decode("utf-8", "backslashreplace")
    if isinstance(value, dict):
        return {_as_text(key): _as_text(item) for key, item in value.items()}
    return [_as_text(item) for item in value] if isinstance(value, list | tuple) else value
