"""C32: do the same bombs deny more fuel in bursts, or on few plants? Patterns of raids flown anew, under rival laws.

Axes: T days, D draws of the war, P plants.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

import numpy as np

from ..clock import day_of
from ..directives.plan import Budget, Bursts, BySighting, ForPhase, Phase, Plan
from ..units import short_from_t, t_from_short
from .campaign import ORS_REPORTS, makers_of_oil, summer_tons_short
from .fair_war import WAR_TABLES, WHICH_SIZE, Campaign, War, laws_of_size, tiled, under_law, unknowns_of, war
from .finding import AnswerPart, Case, Finding, MissingFact, decides, graded_part
from .grade import Arms, arms, between_arms, grade_of, pooled, probability, shown

ATTACKED = ("1944-05-01", "1944-10-09")
DENIED_UNTIL = "1944-12-08"
"""Raids are flown for five months, and fuel denied is counted for two more."""
MONTHS_FLOWN = 5
BURST = Bursts(days=6.0, every_days=30.0)
"""Days of each month in which a campaign of bursts flies; judgement."""
FEW = 5
REST_ALL_D, REST_FEW_D = 12.0, 4.0
"""Days a plant is left alone: so that of fifteen plants, or of five, each has its turn; judgement."""
BUDGETS = (0.5, 1.0)
"""Parts of the tonnage dropped evenly, so that patterns can be set side by side at the same tons."""
MODELLED = "as modelled"
PLANT_REPORTS = "United States Strategic Bombing Survey, plant reports"


def of_pattern(
    targets: Sequence[str], tons_t: float, raid_t: float, rest_d: float, bursts: Bursts | None = None
) -> Plan:
    """The Eighth on some targets with so many tons in five months, in raids of one size, whatever is believed of them."""
    nothing = BySighting(visual=0.0, instruments=0.0)
    first, last = (date.fromisoformat(day) for day in ATTACKED)
    budget = Budget(tons_t=tons_t, by=last, even=True)
    theirs = ForPhase(targets=tuple(targets), budget=budget, raid_t=raid_t, oil_share=BySighting())
    on = Phase(
        first_date=first, oil_share=nothing, out_below=-1.0, rest_d=rest_d, bursts=bursts, force={"eighth_af": theirs}
    )
    off = Phase(first_date=date.fromordinal(last.toordinal() + 1), oil_share=nothing)
    return Plan(name="pattern", about="Raids of one force in a pattern.", phases=(on, off))


def fly_patterns(made: War, tons_t: float) -> dict[str, Campaign]:
    """The same tons spread evenly (and parts of them), in bursts, and on the largest plants alone."""
    from ..directives.tables import words

    largest = [made.system.plant_ids[k] for k in words(made.record, made.system)["hydrogenation"][:FEW]]
    size_t = usual_raid_t(made)
    plans = {f"even {part}": of_pattern(["hydrogenation"], part * tons_t, size_t, REST_ALL_D) for part in BUDGETS}
    plans["in time"] = of_pattern(["hydrogenation"], tons_t, size_t, BURST.days, BURST)
    plans["on few plants"] = of_pattern(largest, tons_t, size_t, REST_FEW_D)
    return {name: made.fly(plan, day_of(ATTACKED[0])) for name, plan in plans.items()}


def usual_raid_t(made: War) -> float:
    """Tons of a usual raid of the Eighth's on oil."""
    from ..directives.forces import NAMES

    return float(made.pairing.facts.raids.usual_t[NAMES.index("eighth_af")])


def gains(made: War, flown: dict[str, Campaign], share: Callable[[Campaign], np.ndarray]) -> dict[str, np.ndarray]:
    """[D] fuel denied beyond the even campaign of as many tons, percent, by kind of concentration."""
    system = made.system
    weight = system.all_products_t_per_day * np.isin(system.plant_ids, list(makers_of_oil(made)))
    days = slice(day_of(ATTACKED[0]), day_of(DENIED_UNTIL) + 1)
    lost = {k: ((1.0 - share(came)[days]) @ weight).sum(axis=0) for k, came in flown.items()}
    tons = {k: came.bombs_t.sum(axis=(0, 2, 3), dtype=float) for k, came in flown.items()}
    even = [k for k in flown if k.startswith("even")]
    x, y = ([np.zeros(len(tons[even[0]])), *(of[k] for k in even)] for of in (tons, lost))
    alike = {
        k: np.array([np.interp(t, a, b) for t, a, b in zip(tons[k], np.stack(x, 1), np.stack(y, 1), strict=True)])
        for k in flown
        if k not in even
    }
    return {k: 100 * (lost[k] / np.maximum(same, 1e-9) - 1) for k, same in alike.items()}


def without_repair(p: Any) -> Any:
    """Parameters with which nothing is repaired."""
    return p._replace(
        gang_backlog_per_d=0.0 * p.gang_backlog_per_d, repair_disruption_per_d=0.0 * p.repair_disruption_per_d
    )


def gains_by_law(made: War, tons_t: float) -> dict[str, dict[str, np.ndarray]]:
    """`gains` as modelled, under the rival laws of damage and repair, and without repair, by name; a draw follows one law of size.

    The very raids meet every law: these arms order by no belief. The rivals have the unknowns that were fitted under the
    default. The pooled law is left out: its plants are coupled.
    """
    from ..model.law import DEFAULT_LAW, RIVAL_LAWS

    flown = fly_patterns(made, tons_t)
    rivals = {n: law for n, law in RIVAL_LAWS.items() if law is not DEFAULT_LAW and not law.coupled}
    of_law = {n: under_law(made, law) for n, law in ({MODELLED: DEFAULT_LAW} | rivals).items()}
    of_law["without repair"] = under_law(made, DEFAULT_LAW, without_repair)
    return {n: gains(made, flown, partial(share, of_size=sizes(made))) for n, share in of_law.items()}


def sizes(made: War) -> np.ndarray:
    """[D] which of `laws_of_size` each draw of the war follows: in turn, so that they stand at even odds."""
    return np.arange(made.draws.n) % len(laws_of_size())


@decides("C32", needs=WAR_TABLES, work=ORS_REPORTS, more=20, less=0)
def concentrated(case: Case) -> Finding:
    """Equal tonnage in raids of one force's size: spread over the month, in six days of it, or on five plants; two parts.

    Each part is graded over the laws of damage and repair and of a raid's size, at even odds. The letter asks for the first: as rapidly as
    possible, and as many plants as possible at the same time. Weather lets a burst drop less than an even campaign; it is
    held against the even campaign of as many tons.
    """
    ledger, made = case.ledger, war(case.ledger)
    month = summer_tons_short(ledger)
    by_law = gains_by_law(made, float(t_from_short(MONTHS_FLOWN * month)))
    kinds = {kind: {law: g[kind] for law, g in by_law.items()} for kind in ("in time", "on few plants")}
    rules: dict[str, Arms] = {
        kind: pooled(*(arms(g >= case.bounds["more"], g <= case.bounds["less"]) for g in of.values()))
        for kind, of in kinds.items()
    }
    gain = {kind: np.concatenate(list(of.values())) for kind, of in kinds.items()}
    time, few = (shown(g, "{:+.0f}") for g in gain.values())
    return Finding(
        f"bombs of summer 1944 dropped in {BURST.days:.0f} days of each month change the fuel denied by {time} percent against as many "
        f"tons spread over it, and dropped on the {FEW} largest plants alone by {few} percent",
        "Fuel denied by raids in bursts beyond the same tons spread evenly",
        "percent",
        f"raids of {short_from_t(usual_raid_t(made)):,.0f} short tons, the Eighth's usual, {month:,.0f} a month, flown anew in every pattern; over "
        f"{len(by_law)} laws of damage and repair and {len(laws_of_size())} of a raid's size, at even odds",
        gain["in time"],
        rules["in time"],
        grade=between_arms(grade_of(probability(rule, made.draws.n)) for rule in rules.values()),
        parts=_parts(kinds, rules, made.draws.n),
        draws=made.draws,
        needs=(MissingFact("output of a works day by day under repeated raids", PLANT_REPORTS),),
        unknowns=unknowns_of(made) | {WHICH_SIZE: tiled(sizes(made)) + 1.0},
    )


def _parts(kinds: dict[str, dict[str, np.ndarray]], rules: dict[str, Arms], draws: int) -> tuple[AnswerPart, ...]:
    """Each kind of concentration with its grade, then its gain under every law."""

    def stated(gain: np.ndarray) -> str:
        return f"{shown(gain, '{:+.0f}')} percent"

    graded = [
        graded_part(f"concentration {k}", stated(np.concatenate(list(of.values()))), rules[k], draws)
        for k, of in kinds.items()
    ]
    return (*graded, *(AnswerPart(f"{k}, {law}", stated(g)) for k, of in kinds.items() for law, g in of.items()))
