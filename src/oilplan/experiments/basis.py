"""What the parameters of a result rest on, in one line: the same words wherever a result is told."""

from __future__ import annotations

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
