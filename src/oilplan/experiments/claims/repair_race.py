"""C19: was concentration the threshold? Output against steady tonnage, for the tonnage of 1943 and of summer 1944."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from oilplan.experiments.claims.finding import CONTRADICTED, SUPPORTED, UNDETERMINED, Finding, Part
from oilplan.experiments.claims.laboratory import MODEL_TABLES, Laboratory, band, laboratory, run_draws, strongest
from oilplan.experiments.claims.registry import Case, decides
from oilplan.experiments.claims.schedules import (
    SUMMER_VISUAL,
    hydrogenation_plants,
    steady_raids,
    summer_tons_t,
    without_protection,
    without_repair,
)
from oilplan.experiments.claims.steady import TONS_SHORT, tonnage_curve, tons_to_reach
from oilplan.units import short_from_t, t_from_long, t_from_short

if TYPE_CHECKING:
    import numpy as np

SUCCESS, SURE = 0.25, 0.9
"""Output held under a quarter, as the rule of C20 asks, in nine of ten draws."""
START_D, END_D = 41, 161
COUNTED = slice(71, 161)
EVERY_D = 14
EARLY_YEAR = "1943"


@decides("C19", needs=(*MODEL_TABLES, "effort_monthly", "totals_known"), changed_by_row=False)
def outpace_rebuilding(case: Case) -> Finding:
    """Whole plants under a steady campaign from 12 May 1944, at the oil tonnage of 1943 and of summer 1944."""
    early, summer, lift = _tonnages(case)
    lab = laboratory(case.ledger)
    modelled = left_by_tonnage(lab)
    need = tons_to_reach(modelled, SUCCESS)
    fails, succeeds = float((need > early).mean()), float((need <= summer).mean())
    outcome = _outcome(fails, succeeds)
    middle, low, high = band(need)
    rivals = {"without repair": without_repair, "without protection or dispersal": without_protection}
    bare = {name: band(tons_to_reach(left_by_tonnage(lab, change), SUCCESS)) for name, change in rivals.items()}
    return Finding(
        outcome,
        f"There is a threshold, near {middle:,.0f} short tons a month: the {early:,.0f} a month of 1943 fall short "
        f"of it in {fails:.0%} of draws, the {summer:,.0f} of summer 1944 reach it in {succeeds:.0%}.",
        "Bombs a month that hold synthetic output under a quarter",
        "short tons a month",
        f"threshold {low:,.0f} to {high:,.0f} (90 percent of draws); supported wants failure in 1943 and success in "
        "1944 in 90 percent",
        middle,
        low,
        high,
        parts=(
            *(
                Part(f"threshold {name}", "{:,.0f} short tons ({:,.0f} to {:,.0f})".format(*b))
                for name, b in bare.items()
            ),
            Part(
                "all of Bomber Command's bombs of 1943",
                f"{lift:,.0f} short tons a month, reach it in {float((need <= lift).mean()):.0%} of draws",
                "if aimed as in 1944, which it could not",
                True,
            ),
        ),
        curve=tonnage_curve("Synthetic output under steady bombing, from whole", modelled, "percent of capacity"),
        draws=lab.draws,
        would_change=strongest(lab, need),
    )


def left_by_tonnage(lab: Laboratory, change: Callable = lambda p: p) -> np.ndarray:
    """[D, G] share of hydrogenation output left, June to early September 1944, by steady tonnage from whole plants."""
    import jax.numpy as jnp
    import numpy as np

    plants = hydrogenation_plants(lab)
    raids = steady_raids(lab, plants, START_D, END_D, EVERY_D, "eighth_af", SUMMER_VISUAL)
    full = jnp.asarray(lab.problem.system.all_products_t_per_day[plants])
    scales = t_from_short(np.array(TONS_SHORT, float))[:, None] * np.ones((1, raids.n_raids))

    def left(share, _):
        return jnp.mean(share[COUNTED][:, jnp.asarray(plants)] @ full) / jnp.sum(full)

    return run_draws(lab, raids, scales, left, change)


def _outcome(fails: float, succeeds: float) -> str:
    if min(fails, succeeds) >= SURE:
        return SUPPORTED
    return CONTRADICTED if min(fails, succeeds) <= 1 - SURE else UNDETERMINED


def _tonnages(case: Case) -> tuple[float, float, float]:
    """Short tons a month on oil in 1943 and in summer 1944, and Bomber Command's whole lift of 1943."""
    rows = case.ledger.find(
        "effort_monthly",
        "tons on oil in 1943",
        lambda r: r["month"].startswith(EARLY_YEAR) and r["tons_short_cleaned"],
        target_category="oil",
    )
    year = case.ledger.one("totals_known", "bc_year_1943")
    return (
        sum(r["tons_short_cleaned"] for r in rows) / 12,
        float(short_from_t(summer_tons_t(case))),
        float(short_from_t(t_from_long(year["value"]))) / 12,
    )
