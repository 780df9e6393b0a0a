"""How many tons a month hold output down, and C07: those that hold aviation fuel under a tenth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oilplan.argument.finding import Curve, Finding, Part
from oilplan.argument.interval import Interval, judge, read
from oilplan.argument.laboratory import MODEL_TABLES, Laboratory, band, laboratory, run_draws
from oilplan.argument.registry import Case, decides
from oilplan.argument.schedules import hydrogenation_plants, joined, steady_raids
from oilplan.argument.strongest import strongest
from oilplan.clock import day_of
from oilplan.units import t_from_short

if TYPE_CHECKING:
    import numpy as np

    from oilplan.flight.schedule import Schedule

TONS_SHORT = (30, 60, 120, 250, 500, 1000, 2000, 4000, 6000, 9000, 13000, 20000, 30000, 45000, 70000)
"""Tonnages tried, short tons a month; a need beyond the first or last is given as the first or last."""
EDGE = 1.001
"""A need within this factor of the first or last tonnage tried was cut there; covers rounding of the logarithms."""
EVERY_D = 14
WINTER_VISUAL = 0.4
"""Share aimed by eye in winter: the Eighth's oil raids of October to March lie between 18 and 66 percent [record:
sighting_monthly]; judgement."""


def held_by(
    lab: Laboratory, raids: Schedule, start_d: int, window: slice, weight: np.ndarray, chain: bool
) -> np.ndarray:
    """[D, G] share of the weighted output of all plants left over a window, by tonnage of a steady campaign.

    The raids flown stand until ``start_d``, the campaign replaces them after. weight: [P] tons a day at full working;
    chain: aviation gasoline, which comes last in the plant. Rail and overrun are left out: this is what bombs do.
    """
    import jax.numpy as jnp
    import numpy as np

    from oilplan.model.law import aviation_share

    flown = lab.problem.schedule
    both = joined(flown, raids)
    tons_t = t_from_short(np.array(TONS_SHORT, float))
    before = (flown.day < start_d).astype(float)
    scales = np.concatenate(
        [
            np.broadcast_to(before, (len(tons_t), len(before))),
            np.broadcast_to(tons_t[:, None], (len(tons_t), raids.n_raids)),
        ],
        axis=1,
    )
    full = jnp.asarray(weight)

    def left(share, p):
        made = aviation_share(share, p) if chain else share
        return jnp.mean(made[window] @ full) / jnp.sum(full)

    return run_draws(lab, both, scales, left)


def tons_to_reach(left: np.ndarray, goal: float) -> np.ndarray:
    """[D] short tons a month at which output falls to ``goal``, by straight lines in the logarithm of the tons."""
    import numpy as np

    grid = np.log(np.array(TONS_SHORT, float))
    falling = np.minimum.accumulate(left, axis=1)
    return np.exp([np.interp(-goal, -row, grid) for row in falling])


def at_floor(need_short: np.ndarray) -> np.ndarray:
    """[D] True where the need lies at or below the least tonnage tried: it says nothing of smaller tonnages."""
    return need_short <= EDGE * TONS_SHORT[0]


def tons_text(short_tons: float) -> str:
    """A need in words that do not claim more than the tonnages tried."""
    if short_tons <= EDGE * TONS_SHORT[0]:
        return f"at most {TONS_SHORT[0]:,}"
    return f"{TONS_SHORT[-1]:,} or more" if short_tons * EDGE >= TONS_SHORT[-1] else f"{short_tons:,.0f}"


def tonnage_curve(title: str, left: np.ndarray, what: str) -> Curve:
    """Share left against tonnage, median and 90 percent of draws."""
    bands = [band(100 * left[:, g]) for g in range(left.shape[1])]
    middle, low, high = (tuple(b[k] for b in bands) for k in range(3))
    return Curve(title, "short tons a month", what, tuple(map(float, TONS_SHORT)), middle, low, high)


@decides("C07", needs=(*MODEL_TABLES, "claims_evidence"), changed_by_row=False, much=15000, little=5000)
def enough_doing(case: Case) -> Finding:
    """Tons a month from all forces, from December 1944, that hold the plants' aviation gasoline under a tenth."""
    staff = read(case.ledger, "claims_evidence", "1944-12-12_harris_tons_needed_to_complete_oil_plan")
    lab = laboratory(case.ledger)
    start, plants = day_of("1944-12-01"), hydrogenation_plants(lab)
    half = [
        steady_raids(lab, plants, start, day_of("1945-03-01"), EVERY_D, f, WINTER_VISUAL)
        for f in ("bomber_command", "eighth_af")
    ]
    both = joined(*(r._replace(bombs_t=r.bombs_t / 2) for r in half))
    window = slice(day_of("1945-01-01"), day_of("1945-03-01"))
    left = held_by(lab, both, start, window, lab.problem.system.output_t_per_day[:, 0], True)
    need = tons_to_reach(left, 0.10)
    measure = Interval(*band(need))
    outcome = judge(measure, lambda x: x >= case.bounds["much"], lambda x: x <= case.bounds["little"])
    capped = float((need * EDGE >= TONS_SHORT[-1]).mean())
    return Finding(
        outcome,
        f"About {measure.value:,.0f} short tons a month, well aimed at the works, would have kept aviation fuel "
        f"under a tenth; anything from {measure.low:,.0f} to {measure.high:,.0f} is possible.",
        "Bombs a month that hold the plants' aviation gasoline under 10 percent of capacity",
        "short tons a month",
        f"{measure.low:,.0f} to {measure.high:,.0f} (90 percent of draws) against 15,000 and 5,000; {capped:.0%} of "
        "draws need more than any tonnage tried. Half Bomber Command, half Eighth, each plant every 14 days, winter "
        "sighting",
        *measure,
        parts=(Part("Harris's staff, for the whole plan", f"{staff.value:,.0f} tons in all"),),
        curve=tonnage_curve("Aviation gasoline left, January-February 1945", left, "percent of plants' capacity"),
        draws=lab.draws,
        would_change=strongest(lab, need),
    )
