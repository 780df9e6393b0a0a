"""Short names of what a fit or a study depends on, so that one made of other things is never taken for it; and the saved study
of recovery, which ``tools/recovery_study.py`` makes."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib import resources
from pathlib import Path

from ..cache import code_hash
from ..clock import month_end_day
from ..flight.as_flown import as_flown
from ..model.oil import oil_system
from ..record import Record
from .bindings import bindings
from .likelihood import DEGREES_OF_FREEDOM, Problem, problem
from .model import DISCREPANCY_LOG_SD, DISCREPANCY_MEDIAN
from .priors import AVIATION_SPLIT_SD, PRIORS

CUT_OFF = "1944-09"
"""Last month of the figures that the study simulates: the cut-off of the hindcast."""
SAVED = "recovery.json"


def priors_hash() -> str:
    """Every prior and the law of the errors."""
    stated = [(p.name, p.form, p.centre, p.spread) for p in PRIORS]
    return _short([stated, [AVIATION_SPLIT_SD, DISCREPANCY_MEDIAN, DISCREPANCY_LOG_SD, DEGREES_OF_FREEDOM]])


def figures_hash(target: Problem) -> str:
    """The figures of a problem and the errors that bind them."""
    return _short([(b.kind, b.at, b.until, round(b.error, 6)) for b in target.items])


def stamp_of(record_hash: str, problem: Problem) -> str:
    """All that a chain depends on: the record, the cut-off, the laws and every line of the package."""
    return _short([record_hash, _code(), str(problem.n_days), problem.law.name])


@cache
def _code() -> str:
    return code_hash(Path(__file__).parents[1])


def _short(stated: list) -> str:
    return hashlib.sha256(json.dumps(stated).encode()).hexdigest()[:16]


def september(record: Record) -> Problem:
    """The problem of the September 1944 cut-off: its raids, and its figures with the errors their provenance gives."""
    system = oil_system(record)
    return problem(system, as_flown(record, system), bindings(record), month_end_day(CUT_OFF))


def saved(record: Record) -> dict | None:
    """The study that came with the package, or None; ``stale`` is True where priors or figures have changed since.

    As the tool's ``study``, with ``wrong_likelihood``: a smaller study, of the first truths, by a fit that believes the errors four
    times too small.
    """
    path = resources.files("oilplan.calibration") / "data" / SAVED
    if not path.is_file():
        return None
    found = json.loads(path.read_text(encoding="utf-8"))
    today = {"priors_hash": priors_hash(), "figures_hash": figures_hash(september(record))}
    return found | {"stale": {name: found["manifest"][name] for name in today} != today}
