"""What the parameters of a result rest on, in one line: the same words wherever a result is told."""

from __future__ import annotations

import platform
import shlex
from datetime import UTC, datetime
from importlib.metadata import version

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


# What a run was made from, so that it can be made again.

LIBRARIES = ("jax", "jaxlib", "numpy", "xarray", "zarr", "pydantic")


def manifest(record: Record, *, command: list[str], seed: int | dict[str, int], **made_with) -> dict:
    """Command, record hash and what a user's folder changed, versions, seed and the moment of the run.

    command: the words of the command line; seed: one for all, or that of each part by its name
    made_with: further JSON-ready facts (directive, draws, laws, calibrated)
    """
    return {
        "command": shlex.join(command),
        "seed": seed,
        **made_with,
        "record_hash": record.hash,
        "record_overlay": record.overlay,
        "versions": {"oilplan": __version__, "python": platform.python_version(),
                     **{name: version(name) for name in LIBRARIES}},
        "machine": f"{platform.system()} {platform.machine()}",
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
    }  # fmt: skip
