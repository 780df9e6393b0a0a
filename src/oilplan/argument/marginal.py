"""C10: was benzol a target waiting its turn? One more raid on it against one on hydrogenation, month by month."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from oilplan.argument.benzol_raids import FirstRaids, first_benzol_raids
from oilplan.argument.finding import CONTRADICTED, SUPPORTED, UNDETERMINED, Finding, Part
from oilplan.argument.interval import read
from oilplan.argument.laboratory import MODEL_TABLES, Laboratory, band, laboratory, run_draws
from oilplan.argument.ledger import Ledger, Missing
from oilplan.argument.registry import Case, decides
from oilplan.argument.schedules import added, hydrogenation_plants, joined
from oilplan.argument.strongest import strongest
from oilplan.clock import day_of
from oilplan.units import DAYS_PER_YEAR, MONTHS_PER_YEAR

if TYPE_CHECKING:
    import numpy as np

RAID_T = 500.0
RAID_DATES = ("1944-06-15", "1944-08-15", "1944-10-15", "1944-11-15")
"""States tried: the raids flown until the day, then one raid more. The claim's row asks for October; the others are to
find the large plants above and below the rule's bound."""
ASKED = "1944-10-15"
COUNTED_D = 90
"""Fuel denied is counted for 90 days from the raid, no other raid falling in them."""
SURE, MOST = 0.9, 0.5
"""A state counts as one above the bound if most draws are; then nine in ten of these must agree."""
LIST_ROW = "1944-10_oil_committees_top_of_priority_list"
STAND_IN = "dortmund_hoesch"
"""A Fischer-Tropsch row whose place in the arrays is lent to the benzol plant; none of its own figures is kept."""


class State(NamedTuple):
    """One more raid at one date, over D draws.

    day: ISO date; left: [D] large plants' output, share of capacity; ratio, over_mean: [D] fuel denied by a raid on the
    average benzol plant over that by one on the best hydrogenation plant, and over the mean of them
    """

    day: str
    left: np.ndarray
    ratio: np.ndarray
    over_mean: np.ndarray


@decides(
    "C10",
    needs=(*MODEL_TABLES, "claims_evidence", "output", "raid_losses", "estimates"),
    changed_by_row=False,
    small=20,
)
def waiting_its_turn(case: Case) -> Finding:
    """The list of October 1944, and fuel denied by one raid of 500 t while the large plants worked at 20 percent."""
    ranked, first, benzol = ranked_below(case.ledger), first_benzol_raids(case.ledger), average_benzol(case.ledger)
    lab = laboratory(case.ledger)
    states = [_state(lab, day, *benzol) for day in RAID_DATES]
    small = case.bounds["small"] / 100
    outcome = decide(ranked, states, first, small)
    asked = next(s for s in states if s.day == ASKED)
    above = above_bound(states, small)
    doubt = " (a doubtful row)" if first.tabulated[1].weak else ""
    return Finding(
        outcome,
        f"{_SAYS[outcome]}: the list of October 1944 {'put' if ranked else 'did not put'} hydrogenation at its top, and "
        f"a raid of 500 tons on the average benzol plant denied {band(asked.ratio)[0]:.2f} of what the best one on a "
        f"large plant did. Benzol was first bombed between {first.span[0]}{doubt} and {first.span[1]}.",
        "Fuel denied by one more raid: average benzol plant over best hydrogenation plant, October 1944",
        "ratio",
        f"of {len(states)} states {len(above)} have the large plants at {small:.0%} or more in most draws"
        + (f" ({', '.join(s.day for s in above)})" if above else "")
        + f"; supported wants benzol lower there in {SURE:.0%} of draws. Hit shares inside the fence are taken alike for "
        "small and large works, which flatters benzol; one list was seen",
        *band(asked.ratio),
        parts=(*(_state_part(s, small) for s in states), *(part for _, part in first)),
        draws=lab.draws,
        needs=("the order of targets in the oil lists of autumn 1944",) if not ranked else (),
        would_change=strongest(lab, asked.ratio) if ranked else "",
    )


_SAYS = {
    SUPPORTED: "Yes, by the one list seen and this model",
    CONTRADICTED: "No, by this model",
    UNDETERMINED: "Mixed",
}


def ranked_below(ledger: Ledger) -> bool:
    """Whether every plant at the top of the list is a hydrogenation plant, so that benzol stood below.

    Raises Missing where the row names no plant of the record.
    """
    named = set(re.findall(r"[a-z_]+", (ledger.one("claims_evidence", LIST_ROW)["says"] or "").lower()))
    top = ledger.use("plants", (r for r in ledger.rows("plants") if r["plant_id"] in named))
    if not top:
        raise Missing("claims_evidence", f"plants named in the row {LIST_ROW}")
    return all("hydrogenation" in r["process"] for r in top)


def above_bound(states: list[State], small: float) -> list[State]:
    """The states in which most draws have the large plants at or above the bound."""
    return [s for s in states if (s.left >= small).mean() >= MOST]


def decide(ranked: bool, states: list[State], first: FirstRaids, small: float) -> str:
    """The rule: below in the list, and a lower return while the large plants are not small; or attacked while they
    worked, with a higher return, in every state between the first and the last day that the first raid may have."""
    above = above_bound(states, small)
    lower = bool(above) and all((s.ratio[s.left >= small] < 1).mean() >= SURE for s in above)
    start, end = (d.isoformat()[:7] for d in first.span)
    attacked = [s for s in states if start <= s.day[:7] <= end]
    higher = bool(attacked) and all(((s.ratio > 1) & (s.left >= small)).mean() >= SURE for s in attacked)
    if ranked and lower and not higher:
        return SUPPORTED
    return CONTRADICTED if higher else UNDETERMINED


def _state_part(state: State, small: float) -> Part:
    left, ratio = band(100 * state.left), band(state.ratio)
    text = "large plants at {:.0f} percent ({:.0f} to {:.0f})".format(*left)
    return Part(
        f"raid of {state.day}",
        text
        + "; benzol over best {:.2f} ({:.2f} to {:.2f}), over mean {:.2f}".format(*ratio, band(state.over_mean)[0]),
        f"{small:.0%} or more in {(state.left >= small).mean():.0%} of draws; benzol lower in "
        f"{(state.ratio < 1).mean():.0%} of all",
    )


def average_benzol(ledger: Ledger) -> tuple[float, float]:
    """Output (t a day) and capacity (t a year) of the average major benzol plant of the Ruhr, autumn 1944.

    The Ruhr's share of all benzol over its major plants, as if lesser ones there made none.
    """
    made = read(ledger, "output", "1944-Q3_benzol_webster1961iii").value
    ruhr = read(ledger, "estimates", "1944_ruhr_share_of_benzol").value / 100
    plants = read(ledger, "claims_evidence", "1944-11_ruhr_benzol_major_plants").value
    t_per_year = made * ruhr / plants * MONTHS_PER_YEAR
    return t_per_year / DAYS_PER_YEAR, t_per_year


def _state(lab: Laboratory, date: str, benzol_t_per_day: float, benzol_t_per_year: float) -> State:
    """One more raid on benzol and on each hydrogenation plant, after the raids flown until the date."""
    import jax.numpy as jnp
    import numpy as np

    system, raid_d = lab.problem.system, day_of(date)
    stand_in, large = system.position(STAND_IN), hydrogenation_plants(lab)
    capacity, output = system.capacity_t_per_year.copy(), system.all_products_t_per_day.copy()
    capacity[stand_in], output[stand_in] = benzol_t_per_year, benzol_t_per_day
    lent = lab._replace(problem=lab.problem._replace(system=system._replace(capacity_t_per_year=capacity)))
    flown, aims = lab.problem.schedule, [stand_in, *large]
    raids = joined(flown, added(aims, [raid_d] * len(aims), [RAID_T] * len(aims), "bomber_command", 0.0))
    before = np.where((flown.day < raid_d) & (flown.plant != stand_in), 1.0, 0.0)
    one_each = np.concatenate([np.zeros((1, len(aims))), np.eye(len(aims))])
    scales = np.concatenate([np.tile(before, (len(one_each), 1)), one_each], axis=1)
    full, each = jnp.asarray(output), jnp.asarray(output[large])

    def made_and_left(share, _):
        left = share[raid_d - 1, jnp.asarray(large)] @ each / jnp.sum(each)
        return jnp.stack([jnp.sum(share[raid_d : raid_d + COUNTED_D] @ full), left])

    told = run_draws(lent, raids, scales, made_and_left)
    denied = told[:, :1, 0] - told[:, 1:, 0]
    benzol, on_large = denied[:, 0], denied[:, 1:]
    return State(date, told[:, 0, 1], over_best(benzol, on_large), benzol / on_large.mean(axis=1))


def over_best(benzol: np.ndarray, on_large: np.ndarray) -> np.ndarray:
    """[D] fuel denied on benzol over that on the large plant that is best on the mean of draws: [D], [D, K].

    The best is chosen as a planner must, before the luck of the raid is known.
    """
    return benzol / on_large[:, on_large.mean(axis=0).argmax()]
