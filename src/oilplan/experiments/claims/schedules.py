"""C32: the same tonnage spread evenly, in bursts, or on few plants; and the schedules that other claims add."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from oilplan.experiments.claims.finding import CONTRADICTED, SUPPORTED, UNDETERMINED, Finding, Part
from oilplan.experiments.claims.laboratory import MODEL_TABLES, Laboratory, band, laboratory, run_draws, strongest
from oilplan.experiments.claims.registry import Case, decides

if TYPE_CHECKING:
    import numpy as np

    from oilplan.directives.schedule import Schedule

SURE = 0.9
START_D, END_D, COUNTED_D = 41, 191, 251
"""Raids from 12 May to 8 October 1944; fuel denied is counted to 8 December."""
EVERY_D, BURST_D = 3, 30
FEW = 5
MONTH_D = 30
SUMMER_VISUAL = 0.7
"""Share of tons aimed by eye in an added summer campaign: the Eighth's oil raids of June to August 1944 lie between 59
and 95 percent [record: sighting_monthly]; judgement."""
SUMMER_MONTHS = ("1944-06", "1944-07", "1944-08")


def added(plants: Sequence[int], days: Sequence[int], bombs_t: Sequence[float], force: str, visual: float) -> Schedule:
    """Raids of a supposed campaign: one per plant, day and tonnage given; luck of aim as in the raids flown."""
    import numpy as np

    from oilplan.directives.doubt import AIM_LOG_SD
    from oilplan.directives.schedule import FORCES, Schedule

    n = len(plants)
    return Schedule(
        raid_ids=tuple(f"added_{k}" for k in range(n)),
        day=np.array(days, int),
        plant=np.array(plants, int),
        force=np.full(n, FORCES.index(force)),
        night=np.full(n, force == "bomber_command"),
        bombs_t=np.array(bombs_t, float),
        visual=np.full(n, visual),
        visual_known=np.zeros(n, bool),
        factor=np.ones(n),
        log_sd=np.full(n, AIM_LOG_SD),
        day_sd=np.zeros(n),
        recorded=np.zeros(n, bool),
    )


def joined(*parts: Schedule) -> Schedule:
    """Raids of several schedules, one after the other."""
    import numpy as np

    from oilplan.directives.schedule import Schedule

    ids = tuple(i for part in parts for i in part.raid_ids)
    return Schedule(ids, *(np.concatenate(columns) for columns in zip(*(part[1:] for part in parts), strict=True)))


def steady_raids(
    lab: Laboratory,
    plants: Sequence[int],
    start_d: int,
    end_d: int,
    every_d: int,
    force: str,
    visual: float,
    weight: Sequence[float] | None = None,
) -> Schedule:
    """A campaign of one metric ton a month in all: each plant every ``every_d`` days, tons in proportion to ``weight``
    (capacity if None), the plants' days staggered."""
    share = lab.problem.system.capacity_t_per_year[list(plants)] if weight is None else weight
    rows = [
        (plant, day, every_d / MONTH_D * part / sum(share))
        for k, (plant, part) in enumerate(zip(plants, share, strict=True))
        for day in range(start_d + k * every_d // len(plants), end_d, every_d)
    ]
    return added([r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows], force, visual)


def hydrogenation_plants(lab: Laboratory) -> list[int]:
    """Indices of hydrogenation plants with a capacity, largest first."""
    system = lab.problem.system
    every = [
        k for k, kind in enumerate(system.processes) if kind == "hydrogenation" and system.capacity_t_per_year[k] > 0
    ]
    return sorted(every, key=lambda k: -system.capacity_t_per_year[k])


def summer_tons_t(case: Case) -> float:
    """American tons on synthetic plants a month, mean of June to August 1944, metric."""
    from oilplan.units import t_from_short

    rows = case.ledger.find(
        "target_systems",
        "American tons on synthetic oil, June to August 1944",
        lambda r: r["period"] in SUMMER_MONTHS,
        metric="us_tons_on_synthetic_oil",
    )
    return t_from_short(sum(r["value"] for r in rows) / len(rows))


def denied_t(
    lab: Laboratory, plants: list[int], n_plants: list[int], every_d: int, month_t: float, change
) -> np.ndarray:
    """[D] tons of all products denied by ``month_t`` tons a month on some plants, counted over all ``plants``."""
    import jax.numpy as jnp
    import numpy as np

    full = jnp.asarray(lab.problem.system.all_products_t_per_day[plants])
    raids = steady_raids(lab, n_plants, START_D, END_D, every_d, "eighth_af", SUMMER_VISUAL)
    total_t = month_t * (END_D - START_D) / MONTH_D
    raids = raids._replace(bombs_t=raids.bombs_t * total_t / raids.bombs_t.sum())

    def lost(share, _):
        return jnp.sum((1.0 - share[:COUNTED_D, jnp.asarray(plants)]) @ full)

    return run_draws(lab, raids, np.ones((1, raids.n_raids)), lost, change)[:, 0]


def without_repair(p):
    """Parameters with which nothing is mended."""
    return p._replace(
        gang_backlog_per_d=0.0 * p.gang_backlog_per_d, mend_disruption_per_d=0.0 * p.mend_disruption_per_d
    )


def without_protection(p):
    """Parameters without walls, smoke and dispersal inside the fence."""
    return p._replace(protection=0.0 * p.protection)


def gains(lab: Laboratory, month_t: float, change=lambda p: p) -> dict[str, np.ndarray]:
    """[D] fuel denied beyond the even schedule, percent, by kind of concentration; the same tonnage in each."""
    plants = hydrogenation_plants(lab)
    even = denied_t(lab, plants, plants, EVERY_D, month_t, change)
    arms = {"in time": (plants, BURST_D), "on plants": (plants[:FEW], EVERY_D), "in both": (plants[:FEW], BURST_D)}
    return {
        name: 100 * (denied_t(lab, plants, aim, every, month_t, change) / even - 1)
        for name, (aim, every) in arms.items()
    }


@decides("C32", needs=MODEL_TABLES, changed_by_row=False, more=20)
def concentrated(case: Case) -> Finding:
    """Equal tonnage spread evenly, in monthly bursts, and on the five largest plants; fuel denied of all plants."""
    lab, month_t = laboratory(case.ledger), summer_tons_t(case)
    gain = gains(lab, month_t)
    outcome = _outcome([gain["in time"], gain["on plants"]], case.bounds["more"])
    lines = [
        ("as modelled", gain),
        ("without repair", gains(lab, month_t, without_repair)),
        ("without protection or dispersal", gains(lab, month_t, without_protection)),
    ]
    lines += [(f"{factor:g} times the tonnage", gains(lab, factor * month_t)) for factor in (0.5, 2.0)]
    time, low, high = band(gain["in time"])
    on_plants = band(gain["on plants"])
    return Finding(
        outcome,
        f"{_SAYS[outcome]}: against the same bombs spread evenly, monthly bursts deny {_more(time)} fuel, and the "
        f"five largest plants alone {_more(on_plants[0])}.",
        "Fuel denied by monthly bursts beyond an even schedule of equal tonnage",
        "percent",
        f"in time {low:.0f} to {high:.0f}, on plants {on_plants[1]:.0f} to {on_plants[2]:.0f} percent (90 percent of "
        "draws); supported wants both at 20 or more, contradicted both at nought or less, in 90 percent of draws. "
        "Even means each plant every third day, aimed as well in small raids as in great ones, which flatters it",
        time,
        low,
        high,
        parts=tuple(
            Part(f"{label}, {kind}", "{:+.0f} percent ({:+.0f} to {:+.0f})".format(*band(v)))
            for label, g in lines
            for kind, v in g.items()
        ),
        draws=lab.draws,
        would_change=strongest(lab, gain["in time"]),
    )


_SAYS = {
    SUPPORTED: "Yes, by this model",
    CONTRADICTED: "Not by this model",
    UNDETERMINED: "It depends on which concentration is meant",
}


def _more(percent: float) -> str:
    return f"{abs(percent):.0f} percent {'more' if percent > 0 else 'less'}"


def _outcome(kinds: list[np.ndarray], more: float) -> str:
    if all((g >= more).mean() >= SURE for g in kinds):
        return SUPPORTED
    if all((g <= 0).mean() >= SURE for g in kinds):
        return CONTRADICTED
    return UNDETERMINED
