"""C10: was benzol a target waiting its turn? One more raid on it against one on hydrogenation, October 1944."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oilplan.clock import day_of
from oilplan.experiments.claims.benzol_raids import DELIBERATE_SHORT_TONS, FIRST_OIL_RAID
from oilplan.experiments.claims.finding import CONTRADICTED, SUPPORTED, UNDETERMINED, Finding, Part
from oilplan.experiments.claims.interval import read
from oilplan.experiments.claims.laboratory import MODEL_TABLES, Laboratory, band, laboratory, run_draws, strongest
from oilplan.experiments.claims.registry import Case, decides
from oilplan.experiments.claims.schedules import added, hydrogenation_plants, joined

if TYPE_CHECKING:
    import numpy as np

RAID_T, RAID_DAY = 500.0, day_of("1944-10-15")
COUNTED_D = 90
"""A raid on 15 October; fuel denied is counted for 90 days, no other raid falling in them."""
SURE = 0.9
STAND_IN = "dortmund_hoesch"
"""A Fischer-Tropsch row whose place in the arrays is lent to the benzol plant; none of its own figures is kept."""


@decides("C10", needs=(*MODEL_TABLES, "claims_evidence", "output_found"), changed_by_row=False)
def waiting_its_turn(case: Case) -> Finding:
    """Tons denied per ton of bombs by one raid of 500 t: the average benzol plant against each hydrogenation plant."""
    dates, benzol = _first_raids(case), _average_benzol(case)
    lab = laboratory(case.ledger)
    later = dates["benzol"] > dates["hydrogenation"]
    denied = _denied_per_ton(lab, *benzol)
    plants = [lab.plant_ids[k] for k in hydrogenation_plants(lab)]
    best, mean = denied[:, 1:].max(axis=1), denied[:, 1:].mean(axis=1)
    ratio = denied[:, 0] / best
    lower, higher = float((ratio < 1).mean()), float((ratio > 1).mean())
    outcome = UNDETERMINED
    if later and lower >= SURE:
        outcome = SUPPORTED
    elif not later and higher >= SURE:
        outcome = CONTRADICTED
    each = {"average benzol plant": denied[:, 0], "best hydrogenation plant": best, "mean hydrogenation plant": mean}
    return Finding(
        outcome,
        f"Benzol came later ({dates['benzol']} against {dates['hydrogenation']}), and one more raid of 500 tons on "
        f"it in October denied {band(ratio)[0]:.2f} of what the best raid on a large plant did"
        + (": it could wait." if outcome == SUPPORTED else "; but the draws do not agree which was better."),
        "Fuel denied by one more raid: average benzol plant over best hydrogenation plant, October 1944",
        "ratio",
        f"lower for benzol in {lower:.0%} of draws; attacked {'after' if later else 'before'} hydrogenation; hit "
        "shares inside the fence are taken alike for small and large works, which flatters benzol",
        *band(ratio),
        parts=(
            *(Part(name, "{:.1f} t per ton of bombs ({:.1f} to {:.1f})".format(*band(v))) for name, v in each.items()),
            Part("plants compared", ", ".join(plants)),
        ),
        draws=lab.draws,
        would_change=strongest(lab, ratio),
    )


def _first_raids(case: Case) -> dict[str, str]:
    """Date of the first raid in strength on each class of plant since the offensive began."""
    out = {}
    for kind in ("benzol", "hydrogenation"):
        rows = case.ledger.find(
            "raids",
            f"raids on {kind} in strength",
            lambda r: (
                r["date"] and r["date"] >= FIRST_OIL_RAID.isoformat() and r["total_tons_short"] >= DELIBERATE_SHORT_TONS
            ),
            target_class=kind,
        )
        out[kind] = min(r["date"] for r in rows)
    return out


def _average_benzol(case: Case) -> tuple[float, float]:
    """Output (t a day) and capacity (t a year) of the average major benzol plant of the Ruhr, autumn 1944."""
    made = read(case.ledger, "output_found", "1944-Q3_benzol_webster1961iii").value
    plants = read(case.ledger, "claims_evidence", "1944-11_ruhr_benzol_major_plants").value
    return made / plants / 30, made / plants * 12


def _denied_per_ton(lab: Laboratory, benzol_t_per_day: float, benzol_t_per_year: float) -> np.ndarray:
    """[D, 1 + plants] tons of all products denied per ton of bombs: benzol first, then hydrogenation by capacity."""
    import jax.numpy as jnp
    import numpy as np

    system = lab.problem.system
    stand_in = system.position(STAND_IN)
    capacity, output = system.capacity_t_per_year.copy(), system.all_products_t_per_day.copy()
    capacity[stand_in], output[stand_in] = benzol_t_per_year, benzol_t_per_day
    lent = lab._replace(problem=lab.problem._replace(system=system._replace(capacity_t_per_year=capacity)))
    flown = lab.problem.schedule
    aims = [stand_in, *hydrogenation_plants(lab)]
    raids = joined(flown, added(aims, [RAID_DAY] * len(aims), [RAID_T] * len(aims), "bomber_command", 0.0))
    before = np.where((flown.day < RAID_DAY) & (flown.plant != stand_in), 1.0, 0.0)
    one_each = np.concatenate([np.zeros((1, len(aims))), np.eye(len(aims))])
    scales = np.concatenate([np.tile(before, (len(one_each), 1)), one_each], axis=1)
    full, window = jnp.asarray(output), slice(RAID_DAY, RAID_DAY + COUNTED_D)
    made = run_draws(lent, raids, scales, lambda share, _: jnp.sum(share[window] @ full))
    return (made[:, :1] - made[:, 1:]) / RAID_T
