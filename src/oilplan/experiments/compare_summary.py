"""The numbers that a comparison tells, made from every arm's outcomes; one form for `compare` and for a sweep.

Axes: D draws, M months.
"""

from __future__ import annotations

import numpy as np

from ..intelligence.scoring import recorded_estimates, scored, synthetic_in_june
from ..record import Record
from .arms import Arm
from .basis import basis
from .cities import cities_spared
from .outcomes import MEANINGS, UNDETERMINED, UNITS, interval

PERFECT = ":perfect"
RECALLED = ("motor gasoline, diesel and most monthly output are recalled figures; tons on other targets than oil are"
            " digitised, of low confidence; weather outside recorded days is drawn")  # fmt: skip


def summary_of(
    record: Record, arms: list[Arm], base_name: str, values: dict[str, dict[str, np.ndarray]], made_of: dict,
    as_flown: tuple[np.ndarray, np.ndarray],
) -> dict:  # fmt: skip
    """JSON-ready numbers of a comparison.

    values: [D] of every outcome by arm; base_name: the arm that each is set against; made_of: draws, seed, from, record
    (hash), posterior (manifest, None where the parameters are priors only); as_flown: [D, M] national share believed and worked
    with the raids as flown
    """
    base = values[base_name]
    return {
        "base": base_name,
        "from": made_of["from"],
        "draws": made_of["draws"],
        "arms": [{"name": a.name, "outcomes": {k: interval(v, UNITS[k]) for k, v in values[a.name].items()},
                  "difference": {k: interval(v - base[k]) for k, v in values[a.name].items()}} for a in arms],
        "seed": made_of["seed"],
        "calibrated": made_of["posterior"] is not None,
        "basis": basis(made_of["record"], made_of["posterior"]),
        "record_hash": made_of["record"],
        "meanings": MEANINGS,
        "about": {a.name: a.plan.about for a in arms},
        "worth_of_perfect_information": _worth(arms, values),
        "cities": {a.name: cities_spared(record, values[a.name]["city_bombs_not_dropped"]) for a in arms},
        "undetermined": UNDETERMINED,
        "rests_on_recalled": RECALLED,
        "estimates_of_1944": {
            "all_oil": scored(recorded_estimates(record), *as_flown),
            "synthetic_june": synthetic_in_june(record),
        },
    }  # fmt: skip


def _worth(arms: list[Arm], values: dict) -> dict[str, dict]:
    """Fuel denied with the truth known less fuel denied with photographs, for arms present both ways."""
    out = {}
    for a in arms:
        other = a.name.replace(PERFECT, "")
        if PERFECT in a.name and other in values:
            out[other] = {k: interval(values[a.name][k] - values[other][k], UNITS[k])
                          for k in ("aviation_gasoline_denied", "motor_fuel_denied")}  # fmt: skip
    return out
