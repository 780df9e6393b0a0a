"""What else might have been: C16 (the eleven out), C43 (city tonnage moved to oil), C49 (a larger November).

Axes: D draws of the model, N of the record (each draw of the model several times over), G scalings, T days.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from oilplan.argument import stock as stocks
from oilplan.argument.finding import AnswerPart, ClaimReading, Finding, MissingFact
from oilplan.argument.grade import arms, between_arms, grade_of, probability, shown
from oilplan.argument.laboratory import MODEL_TABLES, Laboratory, laboratory, run_draws, tiled, unknowns_of
from oilplan.argument.ledger import Ledger
from oilplan.argument.opportunity import NIGHT_REPORTS, attacks, city_tons_on_open_nights
from oilplan.argument.registry import Case, decides
from oilplan.argument.supposed import in_turn, joined
from oilplan.clock import date_of, day_of, days_in_month, month_index
from oilplan.units import t_from_long

if TYPE_CHECKING:
    from oilplan.flight.schedule import Schedule


def delivered(lab: Laboratory, schedule: Schedule, scales: np.ndarray) -> dict[str, np.ndarray]:
    """Tons a day under scaled raids: ``aviation`` (all sources) and ``synthetic``, [D, G, T] each."""
    import jax.numpy as jnp

    from oilplan.model.delivery import deliver

    def measure(share, p):
        made = deliver(share, lab.problem.system, p)
        return jnp.stack([made.products[:, 0], made.synthetic])

    out = run_draws(lab, schedule, np.asarray(scales, float), measure)
    return {"aviation": out[:, :, 0], "synthetic": out[:, :, 1]}


def aviation_without(lab: Laboratory, plants: tuple[str, ...], from_days: list[int]) -> np.ndarray:
    """[D, 1 + K, T] aviation gasoline a day with the raids as flown: as it was, and with some plants still from each of K
    days on."""
    import jax.numpy as jnp

    from oilplan.model.delivery import deliver

    system, days = lab.problem.system, np.arange(lab.problem.n_days)
    still = [
        np.isin(system.plant_ids, plants)[None, :] & (days[:, None] >= d) for d in (lab.problem.n_days, *from_days)
    ]

    def measure(share, p):
        return jnp.stack([deliver(jnp.where(jnp.asarray(s), 0.0, share), system, p).products[:, 0] for s in still])

    return run_draws(lab, lab.problem.schedule, np.ones((1, lab.problem.schedule.n_raids)), measure)[:, 0]


def stock_path(start_t: np.ndarray, made: np.ndarray, need_t_per_day: np.ndarray) -> np.ndarray:
    """[N, T] stock by day from [N] at the start, [N, T] made and [N, T] need a day; it cannot fall below nothing."""
    out, stock = np.empty_like(made), start_t.copy()
    for day in range(made.shape[1]):
        stock = np.maximum(0.0, stock + made[:, day] - need_t_per_day[:, day])
        out[:, day] = stock
    return out


def per_day(month: str, tons: np.ndarray) -> np.ndarray:
    """Tons a day of a month's tons, by the days of that month (YYYY-MM)."""
    return tons / days_in_month()[month_index(month)]


def need_by_day(ledger: Ledger, start_d: int, n_days: int) -> np.ndarray:
    """[N, n_days] aviation fuel burnt a day as recorded; after 1944 as in December."""
    out = []
    for day in range(start_d, start_d + n_days):
        month = min(str(date_of(day))[:7], "1944-12")
        out.append(per_day(month, stocks.burnt(ledger, month)))
    return np.stack(out, axis=1)


def first_below(path: np.ndarray, floor_t: np.ndarray) -> np.ndarray:
    """[N] first day of a path under a floor [N]; its length where it never is."""
    under = path < floor_t[:, None]
    return np.where(under.any(axis=1), under.argmax(axis=1), path.shape[1])


STARTS = {
    "1 November 1944": ("1944-11-01", "1944-10"),
    "1 December 1944": ("1944-12-01", "1944-11"),
    "1 January 1945": ("1945-01-01", "1944-12"),
}
"""When the eleven are put out: day, and the month whose stock stands then. The letter was written for the third; the first
two ask the same while there was still output to take."""
AS_WRITTEN = "1 January 1945"


@decides("C16", needs=(*MODEL_TABLES, stocks.STOCKS, "output"), work=stocks.SURVEY, sooner=28, hardly=7)
def speed_the_end(case: Case) -> Finding:
    """Days by which aviation fuel falls under a month's need sooner if the eleven stand still from one of three days."""
    ledger, bounds = case.ledger, case.bounds
    floor = stocks.burnt(ledger, "1944-12")
    lab = laboratory(ledger)
    eleven = tuple(r["plant_id"] for r in ledger.find("plants", "the eleven plants of set A", eleven_set_A=1))
    made = aviation_without(lab, eleven, [day_of(day) for day, _ in STARTS.values()])
    sooner = {
        name: _days_sooner(ledger, made[:, [0, k]], day_of(day), month, floor)
        for k, (name, (day, month)) in enumerate(STARTS.items(), start=1)
    }
    rules = {name: arms(d >= bounds["sooner"], d < bounds["hardly"]) for name, d in sooner.items()}
    p = {name: probability(rule, lab.draws.n) for name, rule in rules.items()}
    return Finding(
        f"with the eleven dead from {AS_WRITTEN} German aviation fuel falls under {shown(floor)} t, a month's use, "
        f"{shown(sooner[AS_WRITTEN])} days sooner, and from 1 November 1944 {shown(sooner['1 November 1944'])} days sooner",
        f"Days by which aviation fuel falls under a month's use sooner, eleven out from {AS_WRITTEN}",
        "days",
        "the floor is what was burnt in December 1944; a draw follows one account of the stock throughout, and where the "
        "reserve was spent by November there was no floor left to reach",
        sooner[AS_WRITTEN],
        rules[AS_WRITTEN],
        detail="When the war would have ended stays a judgement.",
        readings=tuple(
            ClaimReading(f"out from {name}", f"{shown(sooner[name])} days sooner", grade_of(x), x)
            for name, x in p.items()
        ),
        draws=lab.draws,
        needs=(MissingFact("aviation fuel in stock month by month, autumn 1944", stocks.SURVEY, stocks.WHICH),),
        unknowns=unknowns_of(lab),
    )


def _days_sooner(ledger: Ledger, made: np.ndarray, start: int, month: str, floor: np.ndarray) -> np.ndarray:
    """[N] days by which the floor is reached sooner. made: [D, 2, T] as it was and with the plants still from ``start``."""
    held, need = stocks.stock(ledger, month), need_by_day(ledger, start, made.shape[2] - start)
    was, out = (first_below(stock_path(held, tiled(made[:, k, start:]), need), floor) for k in (0, 1))
    return (was - out).astype(float)


QUARTER = ("1944-10-01", "1944-12-31")
FORTNIGHT = slice(day_of("1945-01-01"), day_of("1945-01-15"))


@decides(
    "C43", needs=(*MODEL_TABLES, "forces", "claims_evidence"), work=NIGHT_REPORTS, aviation=5, synthetic=10, little=20
)
def as_wholehearted(case: Case) -> Finding:
    """City tonnage of the nights that oil was open dropped on synthetic plants instead, in turn, over the quarter's days of
    attack on oil."""
    ledger, bounds = case.ledger, case.bounds
    tons = t_from_long(city_tons_on_open_nights(ledger))
    lab = laboratory(ledger)
    left = {k: tiled(v) for k, v in percent_left(lab, moved(lab, ledger, tons[: lab.draws.n])).items()}
    tons = tiled(tons[: lab.draws.n])
    cut = 100 * (1 - left["synthetic"][:, 1] / left["synthetic"][:, 0])
    down = (left["aviation"][:, 1] < bounds["aviation"]) & (left["synthetic"][:, 1] < bounds["synthetic"])
    return Finding(
        f"{shown(tons)} t moved from cities to oil on the nights that it was open would have cut the synthetic output of early "
        f"January 1945 by {shown(cut)} percent, to {shown(left['synthetic'][:, 1])} percent of capacity",
        "Cut of synthetic output in the first fortnight of January 1945, city bombs of open nights moved to oil",
        "percent",
        "the bombs fall on synthetic plants in turn on days that any force attacked oil; the model keeps Bomber Command's aim "
        "as good at any distance, which favours deep targets",
        cut,
        arms(down, ~down & (cut < bounds["little"])),
        parts=tuple(
            AnswerPart(f"{kind}, {name}", f"{shown(v[:, g], '{:.1f}')} percent of capacity")
            for kind, v in left.items()
            for g, name in enumerate(("as it was", "moved"))
        ),
        draws=lab.draws,
        needs=(MissingFact("tons by target and night with the weather, October-December 1944", NIGHT_REPORTS),),
        unknowns=unknowns_of(lab) | {"tons moved from cities": tons},
    )


def moved(lab: Laboratory, ledger: Ledger, moved_t: np.ndarray) -> dict[str, np.ndarray]:
    """`delivered` as it was, and with [D] tons more on synthetic plants in turn: [D, 2, T]."""
    days = {r["date"] for r in attacks(ledger, *QUARTER, ("bomber_command", "eighth_af"))}
    system = lab.problem.system
    plants = [k for k in range(system.n_plants) if system.synthetic[k] and system.capacity_t_per_year[k] > 0]
    campaign = in_turn(lab, {day_of(d): plants for d in days}, "bomber_command")
    n_flown, n_more = lab.problem.schedule.n_raids, campaign.n_raids
    scales = np.ones((len(moved_t), 2, n_flown + n_more))
    scales[:, 0, n_flown:] = 0.0
    scales[:, 1, n_flown:] = moved_t[:, None]
    return delivered(lab, joined(lab.problem.schedule, campaign), scales)


def percent_left(lab: Laboratory, made: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """[D, G] aviation gasoline of all sources and synthetic output, early January 1945, percent of capacity.

    Benzol and other small plants, which deliver aviation gasoline too, count in the whole as they do in the part.
    """
    system = lab.problem.system
    full = {
        "aviation": float(system.output_t_per_day[:, 0].sum()) + system.other_aviation_t_per_day,
        "synthetic": float(system.all_products_t_per_day[system.synthetic].sum()),
    }
    return {k: 100 * v[:, :, FORTNIGHT].mean(axis=2) / full[k] for k, v in made.items()}


FACTORS = (1.0, 2.0, 4.0)
OFFENSIVE = (day_of("1944-11-01"), day_of("1944-12-16"))


@decides("C49", needs=(*MODEL_TABLES, stocks.STOCKS, "claims_evidence", "output"), work=stocks.SURVEY)
def over_on_the_right_side(case: Case) -> Finding:
    """Stock on 16 December 1944 if all oil raids from 1 November had been two or four times as heavy: two parts.

    That November was not enough is a fact of the event; whether more would have crossed the floor hangs on the stock.
    """
    ledger = case.ledger
    words = ledger.one("claims_evidence", "1944-11-05_portal_words_dated")
    floor = stocks.burnt(ledger, "1944-12")
    lab = laboratory(ledger)
    ends = stocks_at_the_end(lab, ledger, stocks.stock(ledger, "1944-10"))
    above, crossed = ends[:, 0] >= floor, ends < floor[:, None]
    parts = {
        "November was not enough": arms(above, ~above),
        "a larger November would have been": arms(crossed[:, 0] | crossed[:, -1], ~crossed[:, -1]),
    }
    p = {name: probability(rule, lab.draws.n) for name, rule in parts.items()}
    return Finding(
        f"{shown(ends[:, 0])} t of aviation fuel were in stock on 16 December 1944, where a month's use was {shown(floor)} t, and "
        f"{shown(ends[:, -1])} t would have been with {FACTORS[-1]:.0f} times the bombs on oil",
        "Aviation fuel in stock on 16 December 1944, oil raids as flown",
        "t",
        f"the words are of {words['period']}; a draw follows one account of the stock: where the reserve was spent by November "
        "the floor was crossed as it was, where it was not, no bombs of these weeks could cross it",
        ends[:, 0],
        arms(above & crossed[:, -1], ~above),
        grade=between_arms(map(grade_of, p.values())),
        parts=(
            *(AnswerPart(name, "", grade=grade_of(x), p=x) for name, x in p.items()),
            *(
                AnswerPart(
                    f"{f:.0f} times the bombs", f"{shown(ends[:, g])} t; under the floor in {crossed[:, g].mean():.0%}"
                )
                for g, f in enumerate(FACTORS)
            ),
        ),
        draws=lab.draws,
        needs=(
            MissingFact("aviation fuel in stock at the end of October and November 1944", stocks.SURVEY, stocks.WHICH),
        ),
        unknowns=unknowns_of(lab),
    )


def stocks_at_the_end(lab: Laboratory, ledger: Ledger, stock: np.ndarray) -> np.ndarray:
    """[N, G] aviation stock on 16 December by factor on all oil raids from 1 November; stock: [N] at the start."""
    flown = lab.problem.schedule
    late = (flown.day >= OFFENSIVE[0]) & (flown.day < OFFENSIVE[1])
    scales = np.array([np.where(late, f, 1.0) for f in FACTORS])
    made = delivered(lab, flown, scales)["aviation"][:, :, OFFENSIVE[0] : OFFENSIVE[1]]
    need = need_by_day(ledger, OFFENSIVE[0], made.shape[2])
    return np.stack([stock_path(stock, tiled(made[:, k]), need)[:, -1] for k in range(len(FACTORS))], axis=1)
