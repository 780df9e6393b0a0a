"""C19: was concentration the threshold? Output against steady tonnage, for the tonnage of 1943 and of summer 1944."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from oilplan.argument.finding import CONTRADICTED, SUPPORTED, UNDETERMINED, Finding, Part
from oilplan.argument.laboratory import MODEL_TABLES, Laboratory, band, laboratory, run_draws
from oilplan.argument.registry import Case, decides
from oilplan.argument.schedules import (
    SUMMER_VISUAL,
    hydrogenation_plants,
    steady_raids,
    summer_tons_t,
    without_protection,
    without_repair,
)
from oilplan.argument.steady import TONS_SHORT, at_floor, tonnage_curve, tons_text, tons_to_reach
from oilplan.argument.strongest import strongest
from oilplan.units import short_from_t, t_from_long, t_from_short

if TYPE_CHECKING:
    import numpy as np

SUCCESS, SURE = 0.25, 0.9
"""Output held under a quarter, as the rule of C20 asks, in nine of ten draws."""
START_D, END_D = 41, 161
COUNTED = slice(71, 161)
EVERY_D = 14
EARLY_YEAR = "1943"
EFFECTIVE_EARLY = "Bomber Command's accuracy by night against a plant, 1940-43, with its tonnage of 1940-42"
"""What of the tonnage of 1940-43 would have been effective against oil; the record has neither."""


@decides("C19", needs=(*MODEL_TABLES, "effort_monthly", "forces"), changed_by_row=False)
def outpace_rebuilding(case: Case) -> Finding:
    """Whole plants under a steady campaign from 12 May 1944, at the tonnage of 1943 and of summer 1944.

    The rule's "1940-43 tonnage" is read in two ways: what fell on oil in 1943, and all that Bomber Command dropped.
    """
    early, summer, lift = _tonnages(case)
    lab = laboratory(case.ledger)
    modelled = left_by_tonnage(lab)
    need = tons_to_reach(modelled, SUCCESS)
    succeeds = float((need <= summer).mean())
    fails, fails_all = (float(falls_short(need, tons).mean()) for tons in (early, lift))
    outcome = of_both_readings(fails, fails_all, succeeds)
    middle, low, high = band(need)
    rivals = {"without repair": without_repair, "without protection or dispersal": without_protection}
    bare = {name: band(tons_to_reach(left_by_tonnage(lab, change), SUCCESS)) for name, change in rivals.items()}
    return Finding(
        outcome,
        f"There is a threshold, near {tons_text(middle)} short tons a month; the {summer:,.0f} of summer 1944 reach it "
        f"in {succeeds:.0%} of draws. The {early:,.0f} a month that fell on oil in 1943 fall short in {fails:.0%}, but "
        f"all that Bomber Command dropped, {lift:,.0f}, in {fails_all:.0%} if aimed as in 1944.",
        "Bombs a month that hold synthetic output under a quarter",
        "short tons a month",
        f"threshold {tons_text(low)} to {tons_text(high)} (90 percent of draws); supported wants failure in 1943 and "
        f"success in 1944 in 90 percent. With 1943's tonnage on oil: {_outcome(fails, succeeds)}; with all of Bomber "
        f"Command's: {_outcome(fails_all, succeeds)}",
        middle,
        low,
        high,
        parts=(
            *(
                Part(f"threshold {name}", "{} short tons ({} to {})".format(*map(tons_text, b)))
                for name, b in bare.items()
            ),
            Part(
                "all of Bomber Command's bombs of 1943",
                f"{lift:,.0f} short tons a month, reach it in {1 - fails_all:.0%} of draws",
                "if aimed as in 1944, which it could not",
                True,
            ),
        ),
        curve=tonnage_curve("Synthetic output under steady bombing, from whole", modelled, "percent of capacity"),
        draws=lab.draws,
        would_change="" if _split(fails, fails_all, succeeds) else strongest(lab, need),
        needs=(EFFECTIVE_EARLY,) if _split(fails, fails_all, succeeds) else (),
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


def falls_short(need: np.ndarray, tons_short: float) -> np.ndarray:
    """[D] True where a tonnage is shown to be less than the need; a need cut at the least tonnage tried shows nothing.

    need: short tons a month, from `tons_to_reach`
    """
    return (need > tons_short) & ~at_floor(need)


def of_both_readings(fails: float, fails_all: float, succeeds: float) -> str:
    """The outcome on which both readings of the tonnage of 1940-43 agree.

    fails, fails_all: share of draws in which the tonnage on oil, and all of it, falls short; succeeds: of summer 1944
    """
    return UNDETERMINED if _split(fails, fails_all, succeeds) else _outcome(fails, succeeds)


def _split(fails: float, fails_all: float, succeeds: float) -> bool:
    return _outcome(fails, succeeds) != _outcome(fails_all, succeeds)


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
    year = case.ledger.one("forces", "bc_year_1943")
    return (
        sum(r["tons_short_cleaned"] for r in rows) / 12,
        float(short_from_t(summer_tons_t(case))),
        float(short_from_t(t_from_long(year["value"]))) / 12,
    )
