"""C43: had city tonnage been dropped on oil instead, on days when oil could be attacked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oilplan.clock import day_of
from oilplan.experiments.claims.counterfactuals import (
    SURE,
    delivered,
    drawn_between,
)
from oilplan.experiments.claims.finding import CONTRADICTED, SUPPORTED, UNDETERMINED, Finding, Part
from oilplan.experiments.claims.interval import read
from oilplan.experiments.claims.laboratory import MODEL_TABLES, Laboratory, band, laboratory, strongest
from oilplan.experiments.claims.opportunity import days_of_attack, feasible_share
from oilplan.experiments.claims.registry import Case, decides
from oilplan.experiments.claims.schedules import added, joined
from oilplan.units import t_from_long

if TYPE_CHECKING:
    import numpy as np

QUARTER = ("1944-10-01", "1944-12-31")
PLANTS_A_DAY = 3
FORTNIGHT = slice(day_of("1945-01-01"), day_of("1945-01-15"))


@decides(
    "C43",
    needs=(*MODEL_TABLES, "force_monthly", "claims_evidence", "totals_known"),
    changed_by_row=False,
    aviation=5,
    synthetic=10,
    little=20,
)
def as_wholehearted(case: Case) -> Finding:
    """Bomber Command's city tonnage of the quarter on days open to oil, dropped on synthetic plants instead."""
    import numpy as np

    open_days, cities_t = feasible_share(case.ledger, *QUARTER), city_tons_t(case)
    lab = laboratory(case.ledger)
    moved_t = drawn_between(open_days, lab.draws.n, lab.draws.key) / 100 * cities_t
    raids = _moved_raids(
        lab, sorted(day_of(d) for d in days_of_attack(case.ledger, *QUARTER, ("bomber_command", "eighth_af")))
    )
    flown = lab.problem.schedule
    scales = np.ones((lab.draws.n, 2, flown.n_raids + raids.n_raids))
    scales[:, 0, flown.n_raids :] = 0.0
    scales[:, 1, flown.n_raids :] = moved_t[:, None]
    left = percent_left(lab, delivered(lab, joined(flown, raids), scales))
    both = (left["aviation"][:, 1] < case.bounds["aviation"]) & (left["synthetic"][:, 1] < case.bounds["synthetic"])
    change = 100 * (1 - left["synthetic"][:, 1] / left["synthetic"][:, 0])
    down, little = float(both.mean()), float((change < case.bounds["little"]).mean())
    outcome = SUPPORTED if down >= SURE else CONTRADICTED if little >= SURE else UNDETERMINED
    held = {k: [band(v[:, g]) for g in range(2)] for k, v in left.items()}
    return Finding(
        outcome,
        f"City bombs moved to oil would have cut January's synthetic output by about {band(change)[0]:.0f} percent; "
        f"that they would have all but ended it happens in {down:.0%} of draws.",
        "Cut of synthetic output in the first fortnight of January 1945, city tonnage moved to oil",
        "percent",
        f"aviation under 5 and synthetic under 10 percent in {down:.0%} of draws; a change under 20 percent in "
        f"{little:.0%}; the share of days open to oil is drawn over all that the record allows (C41)",
        *band(change),
        parts=(
            *(
                Part(f"{k}, {name}", "{:.1f} percent of capacity ({:.1f} to {:.1f})".format(*b[g]))
                for k, b in held.items()
                for g, name in enumerate(("as it was", "moved"))
            ),
            Part("moved tonnage", "{:,.0f} t ({:,.0f} to {:,.0f})".format(*band(moved_t)), "metric, in three months"),
        ),
        draws=lab.draws,
        would_change=strongest(lab, change, {"share of days open to oil": moved_t}),
    )


def percent_left(lab: Laboratory, made: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """[D, G] aviation gasoline and synthetic output of the first fortnight of January 1945, percent of capacity."""
    system = lab.problem.system
    full = {
        "aviation": float(system.output_t_per_day[:, 0].sum()),
        "synthetic": float(system.all_products_t_per_day[system.synthetic].sum()),
    }
    return {k: 100 * v[:, :, FORTNIGHT].mean(axis=2) / full[k] for k, v in made.items()}


def city_tons_t(case: Case) -> float:
    """Bomber Command's tons on cities in October to December 1944, metric."""
    share = read(case.ledger, "force_monthly", "1944-10..1944-12_bomber_command_share_cities").value / 100
    months = [
        read(case.ledger, "claims_evidence", f"1944-{m}_bomber_command_total_bomb_tonnage").value for m in (10, 11)
    ]
    december = read(case.ledger, "totals_known", "bc_month_1944_12").value
    return share * float(t_from_long(sum(months) + december))


def _moved_raids(lab: Laboratory, days: list[int]):
    """One metric ton spread over the days of attack: three synthetic plants a day in turn, by capacity over all."""
    system = lab.problem.system
    plants = [k for k in range(system.n_plants) if system.synthetic[k] and system.capacity_t_per_year[k] > 0]
    rows = [
        (plants[(PLANTS_A_DAY * n + k) % len(plants)], day) for n, day in enumerate(days) for k in range(PLANTS_A_DAY)
    ]
    size = [float(system.capacity_t_per_year[plant]) for plant, _ in rows]
    return added([p for p, _ in rows], [d for _, d in rows], [s / sum(size) for s in size], "bomber_command", 0.0)
