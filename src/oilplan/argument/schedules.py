"""C32: the same tonnage spread evenly, in bursts, or on few plants; and the schedules that other claims add."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from oilplan.argument.finding import CONTRADICTED, SUPPORTED, UNDETERMINED, Finding, Part
from oilplan.argument.laboratory import MODEL_TABLES, Laboratory, band, laboratory, run_draws
from oilplan.argument.registry import Case, decides
from oilplan.argument.strongest import strongest
from oilplan.units import short_from_t, t_from_short

if TYPE_CHECKING:
    import numpy as np

    from oilplan.flight.schedule import Schedule

SURE = 0.9
START_D, END_D, COUNTED_D = 41, 191, 251
"""Raids from 12 May to 8 October 1944; fuel denied is counted to 8 December."""
EVERY_D, BURST_D = 3, 30
FEW = 5
FEW_TONS_SHORT = (500, 1000, 2000, 3000)
"""Short tons a month about the threshold of C19, where plants are not yet saturated; judgement."""
AS_MODELLED = "as modelled"
MONTH_D = 30
PLANTS_A_DAY = 3
"""Plants raided in strength on one day or night of a supposed campaign; judgement."""
SUMMER_VISUAL = 0.7
"""Share of tons aimed by eye in an added summer campaign: the Eighth's oil raids of June to August 1944 lie between 59
and 95 percent [record: sighting_monthly]; judgement."""
SUMMER_MONTHS = ("1944-06", "1944-07", "1944-08")


def added(plants: Sequence[int], days: Sequence[int], bombs_t: Sequence[float], force: str, visual: float) -> Schedule:
    """Raids of a supposed campaign: one per plant, day and tonnage given; luck of aim as in the raids flown."""
    import numpy as np

    from oilplan.directives.forces import FORCES
    from oilplan.flight.schedule import AIM_LOG_SD, Schedule

    n = len(plants)
    return Schedule(
        raid_ids=tuple(f"added_{k}" for k in range(n)),
        day=np.array(days, int),
        plant=np.array(plants, int),
        force=np.full(n, FORCES.index(force)),
        night=np.full(n, force == "bomber_command"),
        bombs_t=np.array(bombs_t, float),
        raid_t=np.array(bombs_t, float),
        visual=np.full(n, visual),
        visual_known=np.zeros(n, bool),
        factor=np.ones(n),
        log_sd=np.full(n, AIM_LOG_SD),
        day_sd=np.zeros(n),
        recorded=np.zeros(n, bool),
    )


def in_turn(lab: Laboratory, open_to: Mapping[int, Sequence[int]], force: str) -> Schedule:
    """One metric ton in all, the same on each day: `PLANTS_A_DAY` plants, those least raided so far, by capacity.

    open_to: the plants that may be raided, by day number; a day without plants has no raid
    """
    raided: Counter[int] = Counter()
    rows = []
    for day, plants in sorted((d, p) for d, p in open_to.items() if len(p)):
        chosen = sorted(plants, key=lambda plant: raided[plant])[:PLANTS_A_DAY]
        raided.update(chosen)
        capacity = lab.problem.system.capacity_t_per_year[chosen]
        rows += [(plant, day, part) for plant, part in zip(chosen, capacity / capacity.sum(), strict=True)]
    total = sum(part for *_, part in rows)
    return added([r[0] for r in rows], [r[1] for r in rows], [r[2] / total for r in rows], force, 0.0)


def joined(*parts: Schedule) -> Schedule:
    """Raids of several schedules, one after the other."""
    import numpy as np

    from oilplan.flight.schedule import Schedule

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
    rows = case.ledger.find(
        "target_systems",
        "American tons on synthetic oil, June to August 1944",
        lambda r: r["period"] in SUMMER_MONTHS,
        quantity="us_tons_on_synthetic_oil",
    )
    return t_from_short(sum(r["value"] for r in rows) / len(rows))


def denied_t(
    lab: Laboratory, plants: list[int], aimed_at: list[int], every_d: int, months_t: Sequence[float], change: Callable
) -> np.ndarray:
    """[D, G] tons of all products denied by G tonnages a month on some plants, counted over all ``plants``."""
    import jax.numpy as jnp
    import numpy as np

    full = jnp.asarray(lab.problem.system.all_products_t_per_day[plants])
    raids = steady_raids(lab, aimed_at, START_D, END_D, every_d, "eighth_af", SUMMER_VISUAL)
    scales = np.array(months_t)[:, None] * (END_D - START_D) / MONTH_D / raids.bombs_t.sum()

    def lost(share, _):
        return jnp.sum((1.0 - share[:COUNTED_D, jnp.asarray(plants)]) @ full)

    return run_draws(lab, raids, scales * np.ones((1, raids.n_raids)), lost, change)


def without_repair(p):
    """Parameters with which nothing is mended."""
    return p._replace(
        gang_backlog_per_d=0.0 * p.gang_backlog_per_d, repair_disruption_per_d=0.0 * p.repair_disruption_per_d
    )


def without_protection(p):
    """Parameters without walls, smoke and dispersal inside the fence."""
    return p._replace(protection=0.0 * p.protection)


def unchanged(p):
    """Parameters as they are."""
    return p


def gains(lab: Laboratory, months_t: Sequence[float], change: Callable = unchanged) -> dict[str, np.ndarray]:
    """[D, G] fuel denied beyond the even schedule, percent, by kind of concentration; the same tonnages in each."""
    plants = hydrogenation_plants(lab)
    even = denied_t(lab, plants, plants, EVERY_D, months_t, change)
    arms = {"in time": (plants, BURST_D), "on plants": (plants[:FEW], EVERY_D)}
    return {
        name: 100 * (denied_t(lab, plants, aim, every, months_t, change) / even - 1)
        for name, (aim, every) in arms.items()
    }


def gains_by_repair(lab: Laboratory, months_t: Sequence[float]) -> dict[str, dict[str, np.ndarray]]:
    """`gains` as modelled, under the rival laws of damage and repair, and without repair, by name.

    The rivals have the unknowns that were fitted under the default. The pooled law is left out: its plants are coupled.
    """
    from oilplan.model.law import DEFAULT_LAW, RIVAL_LAWS

    rivals = {n: law for n, law in RIVAL_LAWS.items() if law is not DEFAULT_LAW and not law.coupled}
    return {
        AS_MODELLED: gains(lab, months_t),
        **{n: gains(lab._replace(problem=lab.problem._replace(law=x)), months_t) for n, x in rivals.items()},
        "without repair": gains(lab, months_t, without_repair),
    }


@decides("C32", needs=MODEL_TABLES, changed_by_row=False, more=20)
def concentrated(case: Case) -> Finding:
    """Equal tonnage spread evenly, in monthly bursts, and on the five largest plants; fuel denied of all plants.

    At the tonnage of summer 1944, at half and twice that and at few tons, and with repair by other laws or none.
    """
    lab, summer_t = laboratory(case.ledger), summer_tons_t(case)
    months_t = [summer_t, *(t_from_short(x) for x in FEW_TONS_SHORT), summer_t / 2, 2 * summer_t]
    tons_short = [float(short_from_t(t)) for t in months_t]
    by_repair = gains_by_repair(lab, months_t)
    outcome = of_all(by_repair, case.bounds["more"])
    gain = by_repair[AS_MODELLED]
    time, low, high = band(gain["in time"][:, 0])
    on_plants = band(gain["on plants"][:, 0])
    return Finding(
        outcome,
        f"At the {tons_short[0]:,.0f} short tons a month of summer 1944 monthly bursts deny {_more(time)} fuel than the "
        f"same bombs spread evenly, and the five largest plants alone {_more(on_plants[0])}. "
        + (_where_it_turns(by_repair, tons_short) if outcome == UNDETERMINED else "Other tonnages and laws agree."),
        "Fuel denied by monthly bursts beyond an even schedule of equal tonnage, that of summer 1944",
        "percent",
        f"in time {low:.0f} to {high:.0f}, on plants {on_plants[1]:.0f} to {on_plants[2]:.0f} percent (90 percent of "
        "draws); supported wants both at 20 or more, contradicted both at nought or less, in 90 percent of draws, at "
        "every tonnage and under every law of repair tried. Even means each plant every third day, aimed as well in "
        "small raids as in great ones, which flatters it",
        time,
        low,
        high,
        parts=_by_tonnage(by_repair, tons_short),
        draws=lab.draws,
        would_change=strongest(lab, gain["in time"][:, 0])
        if outcome != UNDETERMINED
        else "the tonnage, and how fast a plant is repaired",
    )


def of_all(by_repair: dict[str, dict[str, np.ndarray]], more: float) -> str:
    """The outcome on which every tonnage and every law of repair agree."""
    outcomes = {
        _outcome([kind[:, g] for kind in gain.values()], more)
        for gain in by_repair.values()
        for g in range(gain["in time"].shape[1])
    }
    return outcomes.pop() if len(outcomes) == 1 else UNDETERMINED


def _where_it_turns(by_repair: dict[str, dict[str, np.ndarray]], tons_short: Sequence[float]) -> str:
    """The tonnage and kind at which the laws of repair differ most, in one sentence."""
    import numpy as np

    spread = {}
    for kind in ("in time", "on plants"):
        medians = np.array([np.median(gain[kind], axis=0) for gain in by_repair.values()])
        for g, tons in enumerate(tons_short):
            spread[kind, tons] = float(medians[:, g].min()), float(medians[:, g].max())
    (kind, tons), (least, most) = max(spread.items(), key=lambda item: item[1][1] - item[1][0])
    return f"But at {tons:,.0f} tons, concentration {kind} denies from {_more(least)} to {_more(most)}, by the law of repair."


def _by_tonnage(by_repair: dict[str, dict[str, np.ndarray]], tons_short: Sequence[float]) -> tuple[Part, ...]:
    """A line for each law and kind: the gain at every tonnage."""
    order = sorted(range(len(tons_short)), key=lambda g: tons_short[g])
    return tuple(
        Part(
            f"{name}, {kind}",
            "; ".join("{:,.0f}: {:+.0f} ({:+.0f} to {:+.0f})".format(tons_short[g], *band(v[:, g])) for g in order),
            "percent, by short tons a month",
        )
        for name, gain in by_repair.items()
        for kind, v in gain.items()
    )


def _more(percent: float) -> str:
    return f"{abs(percent):.0f} percent {'more' if percent > 0 else 'less'}"


def _outcome(kinds: list[np.ndarray], more: float) -> str:
    if all((g >= more).mean() >= SURE for g in kinds):
        return SUPPORTED
    if all((g <= 0).mean() >= SURE for g in kinds):
        return CONTRADICTED
    return UNDETERMINED
