"""The campaign in Numba: loops over draws, days and plants, compiled, on every core."""

import math

import numba
import numpy as np

from oilplan.calibration.model import SCALARS
from oilplan.directives.forces import FORCES

from .plain_laws import CREW_GROWTH_WIDTH_D, LEUNA_T_PER_YEAR, SMALLEST_T_PER_YEAR, TINY

(
    HIT_VISUAL,
    HIT_INSTRUMENT,
    HIT_BOMBER_COMMAND,
    HEAVY_BOMBS,
    KILL_DISRUPTION,
    KILL_STRUCTURE,
    CAP,
    SIZE_EXPONENT,
    PROTECTION,
    MEND,
    GANG,
    WEAR,
    SERIAL,
    GROWTH,
    HALF_DAY,
    RAIL_EXPONENT,
    REPAIR_RAIL,
) = (
    SCALARS.index(name)
    for name in (
        "hit_visual",
        "hit_instrument",
        "hit_bomber_command",
        "heavy_bombs",
        "kill_disruption",
        "kill_structure",
        "backlog_cap",
        "size_exponent",
        "protection",
        "repair_disruption_per_d",
        "gang_backlog_per_d",
        "wear",
        "serial_exponent",
        "crew_growth",
        "crew_half_day",
        "rail_exponent",
        "repair_rail",
    )
)


def prepare(problem):
    """A function ``fly(p, z=None)`` for many: [D, M] tons. p: dict of [D]; z: [D, R] luck, else drawn inside."""
    s, raids = problem.system, problem.schedule
    by_day = np.argsort(raids.day, kind="stable")
    starts = np.searchsorted(raids.day[by_day], np.arange(problem.n_days + 1))
    size = np.maximum(s.capacity_t_per_year, SMALLEST_T_PER_YEAR) / LEUNA_T_PER_YEAR
    facts = (
        by_day,
        starts,
        raids.plant,
        raids.bombs_t * raids.factor,
        raids.visual,
        raids.log_sd,
        raids.force == FORCES.index("bomber_command"),
        size,
        s.all_products_t_per_day.astype(float),
        s.overrun_day.astype(np.int64),
        np.ascontiguousarray(s.rail_index),
        problem.cars,
        problem.month_of_day,
        problem.n_months,
    )

    def fly(p: dict, z=None) -> np.ndarray:
        table = np.ascontiguousarray(np.stack([p[name] for name in SCALARS], axis=1))
        drawn = z is None
        return _fly(table, np.zeros((1, 1)) if drawn else z, drawn, *facts)

    return fly


@numba.njit(parallel=True, fastmath=True)
def _fly(
    table,
    z,
    drawn,
    by_day,
    starts,
    plant,
    bombs_t,
    visual,
    log_sd,
    bomber_command,
    size,
    tons_per_day,
    overrun_day,
    rail_index,
    cars,
    month_of_day,
    n_months,
):
    n_days, n_plants = rail_index.shape
    out = np.zeros((table.shape[0], n_months))
    for d in numba.prange(table.shape[0]):
        p = table[d]
        disruption, backlog, inflicted = np.zeros(n_plants), np.zeros(n_plants), np.zeros(n_plants)
        scale = size ** p[SIZE_EXPONENT]
        for day in range(n_days):
            crews = 1.0 / (1.0 + math.exp(-(day - p[HALF_DAY]) / CREW_GROWTH_WIDTH_D))
            for i in range(starts[day], starts[day + 1]):
                r = by_day[i]
                luck = np.random.standard_normal() if drawn else z[d, r]
                k = plant[r]
                inside = (
                    p[HIT_BOMBER_COMMAND] * p[HEAVY_BOMBS]
                    if bomber_command[r]
                    else (p[HIT_VISUAL] * visual[r] + p[HIT_INSTRUMENT] * (1.0 - visual[r]))
                )
                tons = bombs_t[r] * math.exp(log_sd[r] * luck - 0.5 * log_sd[r] ** 2) * inside / scale[k]
                tons /= 1.0 + p[PROTECTION] * crews
                disruption[k] = 1.0 - (1.0 - disruption[k]) * math.exp(-p[KILL_DISRUPTION] * tons)
                backlog[k] = p[CAP] - (p[CAP] - backlog[k]) * math.exp(-p[KILL_STRUCTURE] * tons / p[CAP])
                inflicted[k] += p[KILL_STRUCTURE] * tons
            work_d = (1.0 + p[GROWTH] * crews) * cars[day] ** p[REPAIR_RAIL]
            out[d, month_of_day[day]] += _a_day(
                day, work_d, p, disruption, backlog, inflicted, tons_per_day, overrun_day, rail_index
            )
    return out


@numba.njit(fastmath=True)
def _a_day(day, work_d, p, disruption, backlog, inflicted, tons_per_day, overrun_day, rail_index):
    """Tons delivered on a day, then the day's mending."""
    made, mending = 0.0, math.exp(-p[MEND])
    for k in range(len(backlog)):
        if day >= overrun_day[k]:
            continue
        rail = 1.0 if rail_index[day, k] == 1.0 else rail_index[day, k] ** p[RAIL_EXPONENT]
        made += tons_per_day[k] * rail * (1.0 - disruption[k]) / (1.0 + (backlog[k] + TINY) ** p[SERIAL])
        disruption[k] *= mending
        if backlog[k] > 0.0:
            backlog[k] *= math.exp(-p[GANG] / (1.0 + p[WEAR] * inflicted[k]) * work_d)
    return made
