"""From a visitor's choice to an arm of the engine."""

from __future__ import annotations

import jax.numpy as jnp

from ..campaign import Choice
from ..clock import MONTHS, N_DAYS, month_index, month_start_day
from ..directives.plan import ForceName, ForPhase
from ..directives.repairers import priority
from ..experiments.daily import DayByDay, monthly_policy
from ..experiments.paired import AIM_SD
from ..intelligence import estimate
from ..observation.photographs import camera
from .choices import FORCE_NAMES, MapChoice, for_phase
from .engine import Laboratory


def as_history(lab: Laboratory) -> Choice:
    """The raids as flown, to the end."""
    forces = {f.force: for_phase("as_flown", 100, f.force) for f in FORCE_NAMES}
    return arm(lab, [forces], month=0, first_day=N_DAYS)


def of_choice(lab: Laboratory, choice: MapChoice) -> Choice:
    """The arm of a map room's choice."""
    said = zip(FORCE_NAMES, choice.directives, choice.shares, strict=True)
    forces = {f.force: for_phase(directive, share, f.force) for f, directive, share in said}
    month = month_index(choice.from_month)
    return arm(lab, [forces], month, month_start_day(MONTHS[month]), choice.intelligence, choice.repairers)


def arm(
    lab: Laboratory,
    months: list[dict[ForceName, ForPhase]],
    month: int,
    first_day: int,
    intelligence: str = "photographs",
    repairers: str = "as_ordered",
) -> Choice:
    """An arm whose forces do as ``months`` say from a month on. first_day: history before it."""
    method = estimate.perfect if intelligence == "perfect" else estimate.photographic
    return Choice(
        policy=monthly_policy(months, month, lab.record, lab.system, lab.flown_t),
        method=method(lab.record, lab.system),
        camera=camera(),
        repair=priority(repairers),
        first_day=jnp.float32(first_day),
        aim_log_sd=jnp.float32(AIM_SD),
    )


def run_choice(lab: Laboratory, choice: MapChoice) -> DayByDay:
    """Fly a choice; history itself where nothing differs from it."""
    if choice.is_as_flown:
        return lab.history[choice.draws]
    return lab.run(of_choice(lab, choice), lab.pairings[choice.draws], 0)
