"""Rivers of the map: straight lines through towns that stand on them, drawn by hand from memory; schematic."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..clock import month_index
from ..flight.daily import DayByDay
from ..studies.outcomes import interval
from .choices import DOES, FORCE_NAMES, REPAIRERS, MapChoice
from .engine import SEED

RIVERS: dict[str, tuple[tuple[float, float], ...]] = {
    "Rhine": (
        (47.56, 7.59),
        (48.58, 7.80),
        (49.01, 8.30),
        (49.48, 8.45),
        (50.00, 8.27),
        (50.36, 7.60),
        (50.94, 6.96),
        (51.23, 6.76),
        (51.66, 6.60),
        (51.84, 6.24),
        (51.96, 5.90),
        (51.91, 4.48),
    ),
    "Elbe": (
        (50.21, 15.83),
        (50.35, 14.47),
        (50.78, 14.21),
        (51.05, 13.74),
        (51.56, 13.00),
        (51.87, 12.65),
        (52.13, 11.64),
        (52.54, 11.97),
        (53.00, 11.75),
        (53.38, 10.55),
        (53.55, 9.97),
        (53.87, 8.70),
    ),
    "Oder": (
        (49.83, 18.28),
        (50.67, 17.92),
        (51.11, 17.03),
        (51.66, 16.09),
        (52.35, 14.55),
        (53.06, 14.28),
        (53.43, 14.57),
    ),
    "Danube": (
        (48.40, 9.99),
        (49.02, 12.10),
        (48.57, 13.46),
        (48.31, 14.29),
        (48.21, 16.37),
        (48.15, 17.11),
        (47.76, 18.13),
        (47.79, 18.96),
        (47.50, 19.05),
        (46.35, 18.70),
        (45.25, 19.85),
        (44.82, 20.46),
        (44.63, 22.66),
        (43.99, 22.88),
        (43.85, 25.97),
        (44.10, 27.27),
        (45.27, 27.97),
        (45.18, 28.80),
    ),
    "Vistula": ((50.06, 19.94), (50.68, 21.75), (52.23, 21.01), (53.01, 18.60), (54.35, 18.95)),
    "Weser": ((51.42, 9.65), (52.10, 9.36), (52.64, 9.21), (53.08, 8.80), (53.55, 8.57)),
}
"""(latitude, longitude) of each town in order downstream, to about 0.05 degrees."""


# What a choice in the map room comes to: a sentence, three numbers, and the command that makes them again.

QUANTILES = (0.05, 0.5, 0.95)


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
        f"From {choice.from_month} on {told(choice)}: {_less(middle)} aviation gasoline than under history's orders "
        f"(90 percent of draws: {_range(least, most)})."
    )


def _less(percent_less: float) -> str:
    return f"{abs(percent_less):.0f} percent {'less' if percent_less >= 0 else 'more'}"


def _range(least: float, most: float) -> str:
    """The ends of an interval of percent less; both words only where the ends differ in them."""
    if least >= 0 or most < 0:
        low, high = sorted((abs(least), abs(most)))
        return f"{low:.0f} to {high:.0f}"
    return f"{_less(least)} to {_less(most)}"


def told(choice: MapChoice) -> str:
    """Who does what, in words."""
    parts = []
    for f, directive, share in zip(FORCE_NAMES, choice.directives, choice.shares, strict=True):
        if directive != "as_ordered":
            some = "" if share == 100 else f" with {share} percent of those tons"
            parts.append(f"{f.name} {DOES[directive]}{some}")
    if choice.repairers != "as_ordered":
        parts.append(f"repair crews go to {REPAIRERS[choice.repairers]}")
    return "; ".join(parts)


def command(choice: MapChoice) -> str:
    """The command that makes the same comparison."""
    words = "" if choice.intelligence == "photographs" else ":perfect"
    words += "" if choice.repairers == "as_ordered" else f":repairers={choice.repairers}"
    arms = f"my_directive.toml{words}"
    return f"oilplan compare {arms} --from {choice.from_month}-01 --draws {choice.draws} --seed {SEED}"
