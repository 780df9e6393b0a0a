"""Short names of what a fit or a study depends on, so that one made of other things is never taken for it."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from ..cache import code_hash
from .likelihood import DEGREES_OF_FREEDOM, Problem
from .model import DISCREPANCY_LOG_SD, DISCREPANCY_MEDIAN
from .priors import AVIATION_SPLIT_SD, PRIORS


def priors_hash() -> str:
    """Every prior and the law of the errors."""
    stated = [(p.name, p.form, p.centre, p.spread) for p in PRIORS]
    return _short([stated, [AVIATION_SPLIT_SD, DISCREPANCY_MEDIAN, DISCREPANCY_LOG_SD, DEGREES_OF_FREEDOM]])


def figures_hash(target: Problem) -> str:
    """The figures of a problem and the errors that bind them."""
    return _short([(b.kind, b.at, b.until, round(b.error, 6)) for b in target.items])


def stamp_of(record_hash: str, problem: Problem) -> str:
    """All that a chain depends on: the record, the cut-off, the laws and every line of the package."""
    return _short([record_hash, _code(), str(problem.n_days), *(law.__name__ for law in problem.laws)])


@cache
def _code() -> str:
    return code_hash(Path(__file__).parents[1])


def _short(stated: list) -> str:
    return hashlib.sha256(json.dumps(stated).encode()).hexdigest()[:16]
