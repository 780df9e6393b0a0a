"""One run from its name to its results: what `oilplan run` and the page call."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import NamedTuple

from ..calibration.posterior import load_posterior
from ..directives.as_flown import as_flown
from ..errors import OilplanError
from ..record import Record
from ..system.oil import oil_system
from .manifest import manifest
from .replay import Replay, replay
from .replay_cache import keep_compiled
from .results import summary

SCHEDULES = {"as_flown": as_flown}
"""Directives whose raids are known beforehand: functions of (record, system) to a Schedule."""
MAX_SEED = 2**32 - 1


class Run(NamedTuple):
    """A run's numbers (`summary`), every draw (`flown`) and what it was made from (`manifest`)."""

    summary: dict
    flown: Replay
    manifest: dict


def run_directive(
    record: Record, *, directive: str = "as_flown", draws: int = 500, seed: int = 1944, prior: bool = False,
    command: list[str] | None = None, progress: Callable[[int, int], None] = lambda done, of: None,
) -> Run:  # fmt: skip
    """Replay a directive on the oil system of the record.

    directive: a name of `SCHEDULES`; draws: 1 to 100,000; seed: 0 to 4,294,967,295, the same seed the same numbers
    prior: leave the fit aside and draw from the priors; also done where the package holds no fit
    command: words to be kept in the manifest
    progress: called with draws done and draws

    Raises OilplanError for an unknown directive (known ones named, nearest first), draws or seed out of range.
    """
    plan = schedule_named(directive)
    if not 0 <= seed <= MAX_SEED:
        raise OilplanError(f"--seed {seed} is out of range; expected a whole number from 0 to {MAX_SEED:,}.")
    keep_compiled()
    system = oil_system(record)
    schedule = plan(record, system)
    posterior = None if prior else load_posterior(system, schedule)
    fit = None if posterior is None else posterior.manifest
    flown = replay(record, system, schedule, draws=draws, seed=seed, posterior=posterior, progress=progress)
    told = summary(record, flown, directive=directive, seed=seed, fit=fit)
    made_with = {"directive": directive, "draws": draws, "calibrated": flown.calibrated, "posterior": fit}
    return Run(told, flown, manifest(record, command=command or [], seed=seed, **made_with))


def schedule_named(directive: str):
    """The function of a directive. Raises OilplanError naming the known ones, nearest first."""
    if directive in SCHEDULES:
        return SCHEDULES[directive]
    near = difflib.get_close_matches(directive, SCHEDULES, n=len(SCHEDULES), cutoff=0.0)
    known = ", ".join(near)
    raise OilplanError(
        f"no directive '{directive}'; known, nearest first: {known}. `oilplan compare` flies those that decide."
    )
