"""What a choice in the map room comes to: a sentence, three numbers, and the command that makes them again."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..clock import month_index
from ..flight.arm_run import DayByDay
from ..studies.outcomes import QUANTILES, interval
from .choices import DOES, FORCE_NAMES, REPAIRERS, MapChoice
from .engine import SEED
from .pages import month_words


def numbers(choice: MapChoice, run: DayByDay, flown: DayByDay) -> list[dict[str, Any]]:
    """What the choice changes against history, from its first month on: median and 90 percent of the paired draws."""
    start = month_index(choice.from_month)
    made, was = (r.aviation_t[:, start:].sum(axis=1) for r in (run, flown))
    lost, before = (r.missing[:, start:].sum(axis=(1, 2)) for r in (run, flown))
    tons, then = (r.dropped_t[:, start:].sum(axis=(1, 2)) for r in (run, flown))
    rows = (
        ("Aviation gasoline made", "thousand t", made / 1e3, was / 1e3),
        ("Bombs on oil", "thousand t", tons / 1e3, then / 1e3),
        ("Aircraft missing on oil", "aircraft", lost, before),
    )
    return [
        {"label": label, "unit": unit, "chosen": interval(now), "flown": interval(old), "change": interval(now - old)}
        for label, unit, now, old in rows
    ]


def said(choice: MapChoice, run: DayByDay, flown: DayByDay) -> str:
    """The choice and its effect in one sentence."""
    if choice.is_history:
        return "Nothing differs from history yet: choose what a force does, from a month on."
    start = month_index(choice.from_month)
    ratio = run.aviation_t[:, start:].sum(axis=1) / flown.aviation_t[:, start:].sum(axis=1)
    most, middle, least = 100 * (1 - np.quantile(ratio, QUANTILES))
    return (
        f"From {month_words(choice.from_month)} on {stated(choice)}: {_less(middle)} aviation gasoline than under history's orders "
        f"(in 90 of 100 possible wars: {_range(least, most)})."
    )


def _less(percent_less: float) -> str:
    return f"{abs(percent_less):.0f} percent {'less' if percent_less >= 0 else 'more'}"


def _range(least: float, most: float) -> str:
    """The ends of an interval of percent less; both words only where the ends differ in them."""
    if least >= 0 or most < 0:
        low, high = sorted((abs(least), abs(most)))
        return f"{low:.0f} to {high:.0f}"
    return f"{_less(least)} to {_less(most)}"


def stated(choice: MapChoice) -> str:
    """Who does what, in words."""
    said = zip(FORCE_NAMES, choice.directives, choice.shares, strict=True)
    doers = [(f.name, d, share) for f, d, share in said if d != "as_ordered"]
    if len(doers) == len(FORCE_NAMES) and len({(d, share) for _, d, share in doers}) == 1:
        doers = [("every force", *doers[0][1:])]
    parts = [
        f"{who} {DOES[d]}{'' if share == 100 else f' with {share} percent of those tons'}" for who, d, share in doers
    ]
    if choice.repairers != "as_ordered":
        parts.append(f"repair crews go to {REPAIRERS[choice.repairers]}")
    return "; ".join(parts)


def command(choice: MapChoice) -> str:
    """The command that makes the same comparison."""
    words = "" if choice.intelligence == "photographs" else ":perfect"
    words += "" if choice.repairers == "as_ordered" else f":repairers={choice.repairers}"
    arms = f"my_directive.toml{words}"
    return f"oilplan compare {arms} --from {choice.from_month}-01 --draws {choice.draws} --seed {SEED}"
