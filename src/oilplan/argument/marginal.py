"""C10: was benzol a target waiting its turn? One more raid on it against one on hydrogenation, month by month.

Both raids are added to the raids as flown, for the rule asks for the return of a raid in the state that history had reached;
neither side is history's own, so none is favoured. Axes: D draws of the war, R raids, P plants.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..clock import day_of
from ..units import DAYS_PER_YEAR, MONTHS_PER_YEAR
from .benzol import FirstRaids, first_benzol_raids
from .fair_war import WAR_TABLES, War, tiled, unknowns_of, war
from .finding import AnswerPart, Case, Finding, MissingFact, decides
from .grade import Arms, arms, shown
from .ledger import Ledger, Missing, in_english

if TYPE_CHECKING:
    from ..flight.schedule import Schedule

RAID_T = 500.0
RAID_DATES = ("1944-06-15", "1944-08-15", "1944-10-15", "1944-11-15")
"""States tried: the raids flown until the day, then one raid more. The claim's row asks for October; the others are to
find the large plants above and below the rule's bound."""
ASKED = "1944-10-15"
COUNTED_D = 90
"""Fuel denied is counted for 90 days from the raid, no other raid falling in them."""
LIST_ROW = "1944-10_oil_committees_top_of_priority_list"
HIGH_ROW = "1944-11_benzol_high_priority"
STAND_IN = "dortmund_hoesch"
"""A Fischer-Tropsch row whose place in the arrays is lent to the benzol plant; none of its own figures is kept."""
LISTS = "weekly bulletins of the Combined Strategic Targets Committee, Working Committee (Oil), AIR 40"


class RaidState(NamedTuple):
    """One more raid at one date, over D draws.

    day: ISO date; left: [D] large plants' output, share of capacity; ratio, over_mean: [D] fuel denied by a raid on the
    average benzol plant over that by one on the best hydrogenation plant, and over the mean of them
    """

    day: str
    left: np.ndarray
    ratio: np.ndarray
    over_mean: np.ndarray


@decides("C10", needs=(*WAR_TABLES, "claims_evidence", "estimates"), work=LISTS, small=20)
def waiting_its_turn(case: Case) -> Finding:
    """The lists of autumn 1944, and fuel denied by one raid of 500 t while the large plants worked at 20 percent."""
    ledger = case.ledger
    first, benzol = first_benzol_raids(ledger), average_benzol(ledger)
    below = ranked_below(ledger)
    made = war(ledger)
    states = raid_states(made, *benzol)
    asked = next(s for s in states if s.day == ASKED)
    ratio = tiled(asked.ratio)
    start, end = (in_english(day.isoformat()) for day in first.span)
    doubted = ledger.place(HIGH_ROW) is not None
    return Finding(
        f"a raid of {RAID_T:.0f} t on the average benzol plant in October 1944 denied {shown(100 * ratio)} percent of the fuel that "
        f"the same raid on the best large plant did, {'but one history puts' if doubted else 'and no history known puts'} benzol high "
        f"on the list in November; benzol was first bombed between {start} and {end}",
        "Fuel denied by one more raid on the average benzol plant, of that by one on the best hydrogenation plant, October 1944",
        "percent",
        "the list of October put hydrogenation at its top; a history has benzol high in the list in November, while the large "
        "plants worked, and lower again in January. Hit shares inside the fence are taken alike for small and large works, "
        "which flatters benzol",
        100 * ratio,
        decide(below, states, first, case.bounds["small"] / 100),
        parts=(*(_state_part(s) for s in states), *(part for _, part in first)),
        draws=made.draws,
        needs=(MissingFact("the order of targets in the oil lists of autumn 1944", LISTS, WHICH_LIST),),
        unknowns=unknowns_of(made),
    )


WHICH_LIST = "whether October's list or November's stands for the place of benzol"


def ranked_below(ledger: Ledger) -> np.ndarray:
    """[D] True where benzol stood below hydrogenation: by October's list, or by November's, at even odds.

    October's row names the plants at the top; benzol was below where they are hydrogenation plants all. Raises Missing
    where it names no plant of the record.
    """
    row = ledger.one("claims_evidence", LIST_ROW)
    named = set(re.findall(r"[a-z_]+", (row["says"] or "").lower()))
    top = ledger.use("plants", (r for r in ledger.rows("plants") if r["plant_id"] in named))
    if not top:
        raise Missing("claims_evidence", f"plants named in the row {LIST_ROW}")
    october = ledger.stands("claims_evidence", row) & all("hydrogenation" in r["process"] for r in top)
    if not ledger.place(HIGH_ROW):
        return october
    high = ledger.fact_stands(HIGH_ROW)
    return ledger.either(WHICH_LIST, [october.astype(float), (~high).astype(float)]) > 0


def decide(below: np.ndarray, states: list[RaidState], first: FirstRaids, small: float) -> Arms:
    """The rule, draw by draw.

    For: below in the list, and a lower return in every state in which the large plants were not small. Against: attacked
    while they worked, and of a higher return, in every state between the first and last day that the first raid may have.
    """
    start, end = (d.isoformat()[:7] for d in first.span)
    lower, tried = np.ones(len(below), bool), np.zeros(len(below), bool)
    higher, attacked = np.ones(len(below), bool), False
    for s in states:
        left, ratio = np.resize(s.left, len(below)), np.resize(s.ratio, len(below))
        working = left >= small
        tried |= working
        lower &= ~working | (ratio < 1)
        if start <= s.day[:7] <= end:
            attacked = True
            higher &= working & (ratio > 1)
    against = higher & attacked
    return arms(below & lower & tried & ~against, against)


def _state_part(state: RaidState) -> AnswerPart:
    return AnswerPart(
        f"raid of {in_english(state.day)}",
        f"large plants at {shown(100 * state.left)} percent; benzol over the best of them {shown(state.ratio, '{:.2f}')}, over "
        f"their mean {shown(state.over_mean, '{:.2f}')}",
        f"benzol lower in {100 * (state.ratio < 1).mean():.0f} of 100 possible wars",
    )


def average_benzol(ledger: Ledger) -> tuple[float, float]:
    """Output (t a day) and capacity (t a year) of the average major benzol plant of the Ruhr, autumn 1944.

    The Ruhr's share of all benzol over its major plants, as if lesser ones there made none.
    """
    made = ledger.fact("1944-Q3_benzol_webster1961iii")["value"]
    ruhr = ledger.fact("1944_ruhr_share_of_benzol")["value"] / 100
    plants = ledger.fact("1944-11_ruhr_benzol_major_plants")["value"]
    t_per_year = made * ruhr / plants * MONTHS_PER_YEAR
    return t_per_year / DAYS_PER_YEAR, t_per_year


def raid_states(made: War, benzol_t_per_day: float, benzol_t_per_year: float) -> list[RaidState]:
    """At each of `RAID_DATES` one more raid on benzol and on each hydrogenation plant, after the raids flown until then.

    A raid touches its own plant alone, so that at one date all of them are tried at once.
    """
    import jax.numpy as jnp

    system, days = made.system, [day_of(date) for date in RAID_DATES]
    stand_in, large = system.position(STAND_IN), hydrogenation_plants(made)
    capacity, output = system.capacity_t_per_year.copy(), system.all_products_t_per_day.copy()
    capacity[stand_in], output[stand_in] = benzol_t_per_year, benzol_t_per_day
    flown, aims = made.schedule, [stand_in, *large]
    extra = added(aims * len(days), np.repeat(days, len(aims)).tolist())
    scales = np.zeros((len(days), 2, flown.n_raids + extra.n_raids))
    for k, day in enumerate(days):
        scales[k, :, : flown.n_raids] = (flown.day < day) & (flown.plant != stand_in)
        scales[k, 1, flown.n_raids + k * len(aims) : flown.n_raids + (k + 1) * len(aims)] = 1.0

    def made_and_left(share):
        fuel = [share[d : d + COUNTED_D].sum(axis=0) * output for d in days]
        return jnp.stack([jnp.stack(fuel), jnp.stack([share[d - 1] for d in days])])

    lent = system._replace(capacity_t_per_year=capacity)
    out = of_raids(made, lent, joined(flown, extra), scales.reshape(-1, scales.shape[2]), made_and_left)
    out = out.reshape(len(out), len(days), 2, 2, len(days), -1)
    states = []
    for k, date in enumerate(RAID_DATES):
        fuel, left = out[:, k, :, 0, k], out[:, k, 0, 1, k][:, large] @ output[large] / output[large].sum()
        denied = fuel[:, 0] - fuel[:, 1]
        benzol, on_large = denied[:, stand_in], denied[:, large]
        states.append(RaidState(date, left, over_best(benzol, on_large), benzol / on_large.mean(axis=1)))
    return states


def of_raids(
    made: War, system: Any, schedule: Schedule, scales: np.ndarray, measure: Callable[[Any], Any]
) -> np.ndarray:
    """[D, G, ...] a measure of the shares worked [T, P], before overrun and rail, for every draw and scaling of the raids.

    schedule: R raids, of which those flown come first and keep their luck; scales: [G, R] multiplies the tons of each
    """
    import jax
    import jax.numpy as jnp

    from ..flight.schedule import density_of_raids
    from ..model.engines import run_closed, slots
    from ..model.law import DEFAULT_LAW
    from ..model.rail import REICH

    layout = slots(schedule.day, schedule.plant, system.n_plants, system.n_days)
    cars = system.rail.recorded_log[:, REICH]
    known = jnp.asarray(made.raid_z)
    fresh = jax.random.normal(jax.random.key(made.draws.key + 1), (len(known), schedule.n_raids - known.shape[1]))
    every = jnp.asarray(scales)

    def one(z, p):
        per_raid = density_of_raids(z, schedule, system, p)
        return jax.vmap(lambda scale: measure(run_closed(per_raid * scale, layout, p, DEFAULT_LAW, cars)))(every)

    z = jnp.concatenate([known, fresh.astype(known.dtype)], axis=1)
    return np.asarray(jax.jit(jax.vmap(one))(z, made.parameters))


def hydrogenation_plants(made: War) -> list[int]:
    """Hydrogenation plants with a capacity, the largest first."""
    system = made.system
    known = (np.array(system.processes) == "hydrogenation") & (system.capacity_t_per_year > 0)
    return sorted(np.flatnonzero(known).tolist(), key=lambda k: -system.capacity_t_per_year[k])


def added(plants: Sequence[int], days: Sequence[int]) -> Schedule:
    """One more raid of Bomber Command's by night on each plant and day given; luck of aim as in the raids flown."""
    from ..directives.forces import FORCES
    from ..flight.schedule import AIM_LOG_SD, Schedule

    n = len(plants)
    return Schedule(
        raid_ids=tuple(f"added_{k}" for k in range(n)),
        day=np.array(days, int),
        plant=np.array(plants, int),
        force=np.full(n, FORCES.index("bomber_command")),
        night=np.ones(n, bool),
        bombs_t=np.full(n, RAID_T),
        raid_t=np.full(n, RAID_T),
        visual=np.zeros(n),
        visual_known=np.zeros(n, bool),
        factor=np.ones(n),
        log_sd=np.full(n, AIM_LOG_SD),
        day_sd=np.zeros(n),
        recorded=np.zeros(n, bool),
    )


def joined(*parts: Schedule) -> Schedule:
    """Raids of several schedules, one after the other."""
    from ..flight.schedule import Schedule

    ids = tuple(i for part in parts for i in part.raid_ids)
    return Schedule(ids, *(np.concatenate(columns) for columns in zip(*(part[1:] for part in parts), strict=True)))


def over_best(benzol: np.ndarray, on_large: np.ndarray) -> np.ndarray:
    """[D] fuel denied on benzol over that on the large plant that is best on the mean of draws: [D], [D, K].

    The best is chosen as a planner must, before the luck of the raid is known.
    """
    return benzol / on_large[:, on_large.mean(axis=0).argmax()]
