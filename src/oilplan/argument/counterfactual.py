"""What else might have been, flown anew: C16 (the eleven out), C43 (city tonnage moved to oil), C49 (a larger November).

Every arm is set against history's own orders in the same worlds (`oilplan.argument.fair_war`), and stocks are walked by the
one account (`oilplan.argument.fuel`). Axes: D draws of the war, N of the record (each draw of the war several times over),
T days, G arms.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from ..clock import day_of
from ..directives.plan import AS_ORDERED, ForPhase, GivenUp, Phase, Plan
from .fair_war import WAR_TABLES, War, delivered, of_forces, tiled, unknowns_of, war
from .finding import AnswerPart, Case, Finding, MissingFact, decides, graded_part, readings_of
from .fuel import SURVEY, WHICH, burnt, days_until_under, in_stock, need_by_day, walked
from .grade import arms, between_arms, grade_of, probability, shown
from .ledger import Ledger, in_english
from .opportunity import NIGHT_REPORTS, TONS_BY_NIGHT, city_tons, city_tons_on_open_nights

STARTS = {
    "1 November 1944": ("1944-11-01", "1944-10"),
    "1 December 1944": ("1944-12-01", "1944-11"),
    "1 January 1945": ("1945-01-01", "1944-12"),
}
"""When the eleven are put out: day, and the month whose stock stands then. The letter was written for the third; the first
two ask the same while there was still output to take."""
AS_WRITTEN = "1 January 1945"
FLOWN_FROM = "1944-10-01"
STOCK_BY_MONTH = MissingFact("aviation fuel in stock month by month, autumn 1944", SURVEY, WHICH)


@decides("C16", needs=(*WAR_TABLES, "output"), work=SURVEY, sooner=28, hardly=7)
def speed_the_end(case: Case) -> Finding:
    """Days by which aviation fuel falls under a month's need sooner if the eleven stand still from one of three days."""
    ledger, bounds = case.ledger, case.bounds
    floor = burnt(ledger, "1944-12")
    eleven = tuple(r["plant_id"] for r in ledger.find("plants", "the eleven plants of set A", eleven_set_A=1))
    made = war(ledger)
    fuel = aviation_without(made, eleven, [day_of(day) for day, _ in STARTS.values()])
    sooner = {
        name: days_sooner(ledger, fuel[:, [0, k]], day_of(day), month, floor)
        for k, (name, (day, month)) in enumerate(STARTS.items(), start=1)
    }
    rules = {name: arms(d >= bounds["sooner"], d < bounds["hardly"]) for name, d in sooner.items()}
    return Finding(
        f"with the eleven dead from {AS_WRITTEN} German aviation fuel falls under {shown(floor)} t, a month's use, "
        f"{shown(sooner[AS_WRITTEN])} days sooner than under history's orders; from 1 November 1944 it "
        f"would have been {shown(sooner['1 November 1944'])} days",
        f"Days by which aviation fuel falls under a month's use sooner, eleven out from {AS_WRITTEN}",
        "days",
        "the floor is what was burnt in December 1944; the accounts of the stock are at even odds, and where the "
        "reserve was spent by November there was no floor left to reach",
        sooner[AS_WRITTEN],
        rules[AS_WRITTEN],
        detail="When the war would have ended stays a judgement.",
        readings=readings_of(
            {f"out from {name}": rule for name, rule in rules.items()},
            {f"out from {name}": f"{shown(d)} days sooner" for name, d in sooner.items()},
            made.draws.n,
        ),
        draws=made.draws,
        needs=(STOCK_BY_MONTH,),
        unknowns=unknowns_of(made),
    )


def aviation_without(made: War, plants: tuple[str, ...], from_days: list[int]) -> np.ndarray:
    """[D, 1 + K, T] aviation gasoline a day under history's orders: as it comes, and with some plants still from each of K
    days on."""
    came, days = made.fly(AS_ORDERED, day_of(FLOWN_FROM)), np.arange(made.system.n_days)
    out = np.isin(made.system.plant_ids, plants)
    still = [out[None, :] & (days[:, None] >= d) for d in (made.system.n_days, *from_days)]
    return np.stack([delivered(made, came, s)["aviation"] for s in still], axis=1)


def days_sooner(ledger: Ledger, made_t: np.ndarray, start: int, month: str, floor: np.ndarray) -> np.ndarray:
    """[N] days by which the floor is reached sooner. made_t: [D, 2, T] as it was and with the plants still from ``start``."""
    held, need = in_stock(ledger, month), need_by_day(ledger, start, made_t.shape[2] - start)
    was, out = (days_until_under(walked(held, tiled(made_t[:, k, start:]), need)[0], floor) for k in (0, 1))
    return was - out


QUARTER = ("1944-10-01", "1945-01-01")
FORTNIGHT = slice(day_of("1945-01-01"), day_of("1945-01-15"))
MOVED = (0.0, 0.1, 0.2, 0.4, 1.0)
"""Parts of its city tonnage that Bomber Command turns to synthetic plants, flown one by one; straight lines between them."""
ALL_NIGHTS = "every night on which the war flown anew finds a plant open"
COUNTED_NIGHTS = "the nights that a committee after the war counted"


@decides("C43", needs=(*WAR_TABLES, "claims_evidence"), work=NIGHT_REPORTS, aviation=5, synthetic=10, little=20)
def as_wholehearted(case: Case) -> Finding:
    """Bomber Command's city tonnage of the nights that oil was open dropped on synthetic plants, October to December 1944.

    The part of the city tonnage that is moved is that of the nights counted as possible; the other reading moves all of it,
    and leaves it to the sky of the war flown anew which nights serve.
    """
    ledger, bounds = case.ledger, case.bounds
    tons = city_tons_on_open_nights(ledger)
    part = np.clip(tons / city_tons(ledger), 0.0, 1.0)
    made = war(ledger)
    before, after = left_in_january(made)
    left = {
        COUNTED_NIGHTS: {kind: at_part(x, part) for kind, x in after.items()},
        ALL_NIGHTS: {kind: tiled(x[-1]) for kind, x in after.items()},
    }
    base = {kind: tiled(x) for kind, x in before.items()}
    cut = {k: 100 * (1 - x["synthetic"] / base["synthetic"]) for k, x in left.items()}
    down = {k: (x["aviation"] < bounds["aviation"]) & (x["synthetic"] < bounds["synthetic"]) for k, x in left.items()}
    rules = {k: arms(down[k], ~down[k] & (cut[k] < bounds["little"])) for k in left}
    counted = left[COUNTED_NIGHTS]
    return Finding(
        f"{shown(tons)} long tons moved from cities to oil on the nights on which it could be attacked would have cut the synthetic output of early "
        f"January 1945 by {shown(cut[COUNTED_NIGHTS])} percent, to {shown(counted['synthetic'])} percent of capacity, and aviation "
        f"gasoline to {shown(counted['aviation'], '{:.1f}')} percent",
        "Cut of synthetic output in the first fortnight of January 1945, city bombs of open nights moved to oil",
        "percent",
        "flown anew beside history's own orders; the model keeps Bomber Command's aim as good at any distance, which favours deep "
        "targets",
        cut[COUNTED_NIGHTS],
        rules[COUNTED_NIGHTS],
        readings=readings_of(rules, {k: f"cut by {shown(c)} percent" for k, c in cut.items()}, made.draws.n),
        parts=tuple(
            AnswerPart(f"{kind}, {name}", f"{shown(x, '{:.1f}')} percent of capacity")
            for kind in base
            for name, x in (("under history's orders", base[kind]), *((k, v[kind]) for k, v in left.items()))
        ),
        draws=made.draws,
        needs=(MissingFact(TONS_BY_NIGHT, NIGHT_REPORTS),),
        unknowns=unknowns_of(made) | {"part of the city tonnage moved to oil": part},
    )


def moving(part: float) -> Plan:
    """Bomber Command's oil tons and part of its city tons on synthetic plants in the quarter; the others as ordered."""
    theirs = ForPhase(fly="as_planned", targets=("synthetic",), takes=GivenUp(cities=part, transport=0.0, other=0.0))
    first, end = (date.fromisoformat(day) for day in QUARTER)
    quarter = Phase(first_date=first, fly="as_ordered", force={"bomber_command": theirs})
    return Plan(name="moved", about="City bombs on oil.", phases=(quarter, Phase(first_date=end, fly="as_ordered")))


def left_in_january(made: War) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """`percent_left` under history's orders, [D], and with each of `MOVED` of the city tonnage on oil, [G, D]."""
    came = [percent_left(made, plan) for plan in (AS_ORDERED, *map(moving, MOVED))]
    return came[0], {kind: np.stack([c[kind] for c in came[1:]]) for kind in came[0]}


def percent_left(made: War, plan: Plan) -> dict[str, np.ndarray]:
    """[D] aviation gasoline of all sources and synthetic output, early January 1945, percent of capacity.

    Benzol and other small plants, which deliver aviation gasoline too, count in the whole as they do in the part.
    """
    return of_capacity(made, delivered(made, made.fly(plan, day_of(QUARTER[0]))))


def of_capacity(made: War, fuel: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """[D] `delivered` fuel of early January 1945, percent of what all sources can make."""
    system = made.system
    full = {
        "aviation": float(system.output_t_per_day[:, 0].sum()) + system.other_aviation_t_per_day,
        "synthetic": float(system.all_products_t_per_day[system.synthetic].sum()),
    }
    return {k: 100 * v[:, FORTNIGHT].mean(axis=1) / full[k] for k, v in fuel.items()}


def at_part(left: np.ndarray, part: np.ndarray) -> np.ndarray:
    """[N] what is left where part of the city tonnage was moved. left: [G, D] by `MOVED`; part: [N]."""
    of_draw = tiled(left.T)
    return np.array([np.interp(x, MOVED, row) for x, row in zip(part, of_draw, strict=True)])


OFFENSIVE = (day_of("1944-11-01"), day_of("1944-12-16"))
LARGER = (0.5, 1.0)
"""Parts of all bombs of all forces that go to oil in the arms of a larger November."""


@decides("C49", needs=(*WAR_TABLES, "claims_evidence"), work=SURVEY)
def over_on_the_right_side(case: Case) -> Finding:
    """Stock on 16 December 1944 if from 1 November half of all bombs, or all of them, had gone to oil: two parts.

    That November was not enough is a fact of the event; whether more would have crossed the floor hangs on the stock.
    """
    ledger = case.ledger
    said = ledger.one("claims_evidence", "1944-11-05_portal_words_dated")
    floor = burnt(ledger, "1944-12")
    made = war(ledger)
    times, ends = stocks_at_the_end(made, ledger, in_stock(ledger, "1944-10"))
    above, crossed = ends[:, 0] >= floor, ends < floor[:, None]
    parts = {
        "November was not enough": arms(above, ~above),
        "a larger November would have been": arms(crossed[:, 0] | crossed[:, -1], ~crossed[:, -1]),
    }
    return Finding(
        f"by 16 December 1944 the stock of aviation fuel was {shown(ends[:, 0])} t, where a month's use was {shown(floor)} t, and "
        f"would have been {shown(ends[:, -1])} t had all bombs that could reach oil gone there from 1 November, "
        f"{shown(times[-1], '{:.1f}')} times as many",
        "Aviation fuel in stock on 16 December 1944, under history's orders",
        "t",
        f"the words are of {in_english(said['period'])}; the accounts of the stock are at even odds: where the reserve was spent by "
        "November the floor was crossed as it was, where it was full, no bombs of these weeks could cross it",
        ends[:, 0],
        arms(above & crossed[:, -1], ~above),
        grade=between_arms(grade_of(probability(rule, made.draws.n)) for rule in parts.values()),
        parts=(
            *(graded_part(name, "", rule, made.draws.n) for name, rule in parts.items()),
            *(
                AnswerPart(
                    f"{shown(times[g], '{:.1f}')} times the bombs of history's orders",
                    f"{shown(ends[:, g])} t in stock; the chance that this is under a month's use is {100 * crossed[:, g].mean():.0f} percent",
                )
                for g in range(len(times))
            ),
        ),
        draws=made.draws,
        needs=(STOCK_BY_MONTH,),
        unknowns=unknowns_of(made),
    )


def stocks_at_the_end(made: War, ledger: Ledger, stock: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """[G, D] bombs on oil over those of history's orders, and [N, G] aviation stock on 16 December, by arm: history's orders,
    then `LARGER`. stock: [N] on the eve of 1 November."""
    days = slice(*OFFENSIVE)
    need = need_by_day(ledger, OFFENSIVE[0], OFFENSIVE[1] - OFFENSIVE[0])
    tons, ends = [], []
    for plan in (AS_ORDERED, *(of_forces(("all",), part) for part in LARGER)):
        came = made.fly(plan, OFFENSIVE[0])
        tons.append(came.bombs_t[days].sum(axis=(0, 2, 3), dtype=float))
        fuel = delivered(made, came)["aviation"][:, days]
        ends.append(walked(stock, tiled(fuel), need)[0][:, -1])
    return np.stack(tons) / tons[0], np.stack(ends, axis=1)
