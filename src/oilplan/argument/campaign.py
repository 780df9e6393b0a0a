"""Supposed campaigns, flown anew: tons that hold output down (C07, C25), and the threshold (C19).

Each is a set of arms of the fair war (`oilplan.argument.fair_war`). Axes: D draws of the war, G arms, P plants.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..clock import day_of
from ..directives.plan import Plan
from ..units import DAYS_PER_MONTH, MONTHS_PER_YEAR, T_PER_LONG_TON, T_PER_SHORT_TON, short_from_t
from .fair_war import WAR_TABLES, WHICH_SIZE, Campaign, War, laws_of_size, of_forces, tiled, unknowns_of, war, worked
from .finding import AnswerCurve, AnswerPart, Case, ClaimReading, Finding, MissingFact, curve_of, decides, readings_of
from .grade import arms, pooled, shown
from .ledger import Ledger, Missing, quantity_of
from .opportunity import NIGHT_REPORTS

ORS_REPORTS = "reports of the Operational Research Section, Bomber Command, AIR 14, and R.E. 8, HO 196"


class Tried(NamedTuple):
    """Efforts tried. tons_short: [G, D] short tons a month that fell; left: [G, D] share of output left; in order of effort."""

    tons_short: np.ndarray
    left: np.ndarray


def tried(
    made: War, plans: Sequence[Plan], span: tuple[str, str], left: Callable[[Campaign], np.ndarray], **how: Any
) -> Tried:
    """Plans of growing effort flown from the first date of a span to its last: tons a month, and what each leaves.

    left: from what an arm came to, to [D] the share of output left; how: as in `War.fly`
    """
    first, last = map(day_of, span)
    tons, shares = [], []
    for plan in plans:
        came = made.fly(plan, first, **how)
        dropped_t = came.bombs_t[first : last + 1].sum(axis=(0, 2, 3), dtype=float)
        tons.append(short_from_t(dropped_t) * DAYS_PER_MONTH / (last + 1 - first))
        shares.append(left(came))
    return Tried(np.stack(tons), np.stack(shares))


def tons_to_reach(t: Tried, goal: float) -> np.ndarray:
    """[D] short tons a month at which output falls to ``goal``, by straight lines between the efforts tried; the most
    tried where it never does."""
    falling = np.minimum.accumulate(t.left, axis=0)
    return np.array([np.interp(-goal, -f, x) for f, x in zip(falling.T, t.tons_short.T, strict=True)])


def reached(t: Tried, goal: float) -> np.ndarray:
    """[D] True where some effort tried takes output down to ``goal``."""
    return t.left.min(axis=0) <= goal


def tonnage_curve(title: str, t: Tried, what: str) -> AnswerCurve:
    """Share left against the tons that fell (median of the worlds), median and 90 percent of draws."""
    x = (float(round(float(np.median(row)))) for row in t.tons_short)
    return curve_of(title, "short tons a month", what, x, (100 * row for row in t.left))


HELD = 0.10
EFFORTS = (0.0, 0.1, 0.2, 0.4, 0.7, 1.0)
"""Parts of its bombs that a force turns to oil, flown one by one; straight lines are drawn between them."""
MORE_THAN_NOVEMBER = "how much more than November's bombs would have held output down, up to twice as many"
FROM_DECEMBER, COUNTED = ("1944-12-01", "1945-02-28"), ("1945-01-01", "1945-02-28")
"""Days of attack after the letter of 12 December, and those in which output is counted."""


def november_on_oil_short(ledger: Ledger) -> np.ndarray:
    """[N] short tons of all forces on oil in November 1944: by the footnote's cells, or by another history's total."""
    forces = ("bomber_command", "eighth_af", "fifteenth_af")
    cells = np.sum([ledger.read("claims_evidence", f"1944-11_{f}_oil_tonnage") for f in forces], axis=0)
    total = ledger.read("forces", "1944-11_all_forces_oil_tonnage")
    return ledger.either(
        "which history gives November's tons on oil rightly", [cells * T_PER_LONG_TON / T_PER_SHORT_TON, total]
    )


def of_april(ledger: Ledger, month: str) -> np.ndarray:
    """[N] aviation gasoline of the synthetic plants in a month of 1944, share of April's."""
    row = "aviation_gasoline_synthetic_plants_only"
    return ledger.read("output", f"{month}_{row}_davis1993") / ledger.read("output", f"1944-04_{row}")


def month_on_short(ledger: Ledger, plants: set[str], month: str) -> np.ndarray:
    """[N] short tons of all forces on some plants in a month."""
    raids = [r for r in ledger.rows("raids") if (r["date"] or "").startswith(month) and r["plant_id"] in plants]
    if not raids:
        raise Missing("raids", f"raids on the plants asked for in {month}")
    return np.sum([ledger.figure("raids", r) for r in ledger.use("raids", raids)], axis=0)


def held_by_all_forces(made: War) -> Tried:
    """All forces on the makers of aviation gasoline from 1 December 1944: what January and February still make of it."""
    makers = np.asarray(made.system.output_t_per_day[:, 0]) > 0
    plans = [of_forces(("hydrogenation", "reforming"), effort) for effort in EFFORTS]
    return tried(made, plans, FROM_DECEMBER, lambda came: worked(made, came, makers, COUNTED, aviation=True))


@decides("C07", needs=(*WAR_TABLES, "claims_evidence"), work=ORS_REPORTS, much=15000, little=5000)
def enough_doing(case: Case) -> Finding:
    """Tons a month from all forces that hold the plants' aviation gasoline under a tenth: flown anew, and by November.

    In November 1944 more than some of these arms drop fell on the plants, and output doubled. Where it stayed above a tenth, no
    tonnage that fell then holds it: November's tons on the plants are the least, and the other reading asks for all of
    November's tons on oil and up to as many again. Where no effort flown holds it, the need is the most that could be dropped.
    """
    ledger, bounds = case.ledger, case.bounds
    staff = ledger.read("claims_evidence", "1944-12-12_harris_tons_needed_to_complete_oil_plan")
    fell, share = november_on_oil_short(ledger), of_april(ledger, "1944-11")
    made = war(ledger)
    left = held_by_all_forces(made)
    on_plants = month_on_short(ledger, makers_of_oil(made), "1944-11")
    flown = np.maximum(tiled(tons_to_reach(left, HELD)), np.where(share > HELD, on_plants, 0.0))
    seen = np.where(share > HELD, fell * ledger.between(MORE_THAN_NOVEMBER, 1.0, 2.0), fell)
    needs = {"flown anew, and no less than November's bombs on the plants": flown, "by what November's bombs did": seen}
    rules = {name: arms(n >= bounds["much"], n <= bounds["little"]) for name, n in needs.items()}
    return Finding(
        f"to hold aviation fuel under {100 * HELD:.0f} percent of capacity takes {shown(flown)} short tons of bombs a month, and "
        f"in {100 * (1 - reached(left, HELD).mean()):.0f} of 100 possible wars all that could be flown did not do it; in November "
        f"1944 {shown(fell)} fell on oil, and the plants' output stood at {shown(100 * share)} percent of April's",
        f"Bombs a month that hold the plants' aviation gasoline under {100 * HELD:.0f} percent of capacity, flown anew",
        "short tons a month",
        "two readings at even odds: all forces flown anew from December 1944, and the month in which most fell",
        flown,
        pooled(*rules.values()),
        readings=readings_of(rules, {k: f"{shown(n)} short tons a month" for k, n in needs.items()}),
        parts=(AnswerPart("Harris's staff, for the whole plan", f"{shown(staff)} tons in all"),),
        curve=tonnage_curve("Aviation gasoline left, January-February 1945", left, "percent of plants' capacity"),
        draws=made.draws,
        needs=(MissingFact("where the bombs of November 1944 fell, plant by plant", ORS_REPORTS, MORE_THAN_NOVEMBER),),
        unknowns=unknowns_of(made),
    )


def makers_of_oil(made: War) -> set[str]:
    """Ids of the hydrogenation plants."""
    system = made.system
    return {p for p, kind in zip(system.plant_ids, system.processes, strict=True) if kind == "hydrogenation"}


GOAL = 0.15
"""The middle of the rule's 10 to 20 percent."""
WINTER, FEBRUARY_MARCH = ("1945-01-01", "1945-03-31"), ("1945-02-01", "1945-03-31")
OTHER_MONTHS = ("1945-01", "1945-02")
SUFFICED = "1945-01"
"""The month after which the eleven made next to nothing: what fell on them in it sufficed."""
BETWEEN_MONTHS = "the tons that hold the eleven, between November's, which did not, and January's, which did"
FLOWN_ANEW = "flown anew by Bomber Command alone"


def eleven_by_one_force(made: War, eleven: set[str]) -> Tried:
    """Bomber Command alone on the eleven from January 1945: what they still make in February and March."""
    plants = np.isin(made.system.plant_ids, list(eleven))
    plans = [of_forces(("eleven",), effort, "bomber_command") for effort in EFFORTS]
    return tried(made, plans, WINTER, lambda came: worked(made, came, plants, FEBRUARY_MARCH))


@decides("C25", needs=(*WAR_TABLES, "claims_evidence"), work=NIGHT_REPORTS, half=50, all_of=100)
def eleven_by_bomber_command(case: Case) -> Finding:
    """Tons a month that hold the eleven near 15 percent, of Bomber Command's lift: two readings at even odds.

    Flown anew, with the weather, recalls and misses of its own nights; and by what fell on the eleven, between November
    1944, when their output doubled, and January 1945, when it sufficed. November's tons are the least in each. A world in
    which no effort of Bomber Command suffices needs more than its lift.
    """
    ledger, bounds = case.ledger, case.bounds
    eleven = {r["plant_id"] for r in ledger.find("plants", "the eleven plants of set A", eleven_set_A=1)}
    month = winter_lift_short(ledger)
    made = war(ledger)
    left = eleven_by_one_force(made, eleven)
    need = np.maximum(tiled(tons_to_reach(left, GOAL)), month_on_short(ledger, eleven, "1944-11"))
    share = {FLOWN_ANEW: 100 * need / month, "by what fell on them": 100 * fell_on_eleven_short(ledger, eleven) / month}
    rules = {name: arms(s <= bounds["half"], s > bounds["all_of"]) for name, s in share.items()}
    beyond = ~tiled(reached(left, GOAL))
    rules[FLOWN_ANEW] = arms(rules[FLOWN_ANEW].supports & ~beyond, rules[FLOWN_ANEW].contradicts | beyond)
    anew, fell = (shown(s) for s in share.values())
    return Finding(
        f"to hold the eleven near {100 * GOAL:.0f} percent of capacity Bomber Command alone needs {anew} percent of the bombs that it "
        f"could carry in a winter month, by the war flown anew, and {fell} percent by the bombs that did not suffice in November 1944 "
        "and did in January 1945",
        f"Tons to hold the eleven near {100 * GOAL:.0f} percent, of Bomber Command's lift, flown anew",
        "percent of lift",
        "two readings at even odds; what fell on the eleven in November 1944, when output doubled, is the least in each; in "
        f"{100 * beyond.mean():.0f} of 100 possible wars its whole lift did not suffice",
        share[FLOWN_ANEW],
        pooled(*rules.values()),
        readings=readings_of(rules, {k: f"{shown(s)} percent of lift" for k, s in share.items()}),
        parts=(november(ledger, eleven),),
        curve=tonnage_curve("Output of the eleven left, February-March 1945", left, "percent of capacity"),
        draws=made.draws,
        needs=(MissingFact("weather by night over the eleven plants, January-March 1945", NIGHT_REPORTS),),
        unknowns=unknowns_of(made),
    )


def winter_lift_short(ledger: Ledger) -> np.ndarray:
    """[N] Bomber Command's bombs a month on all targets in winter, short tons: one of three months a draw."""
    november_t = ledger.read("claims_evidence", "1944-11_bomber_command_total_bomb_tonnage")
    others = [ledger.read("forces", f"{m}_bomber_command_total_tonnage") for m in OTHER_MONTHS]
    long_tons = ledger.either("which winter month stands for Bomber Command's lift", [november_t, *others])
    return long_tons * T_PER_LONG_TON / T_PER_SHORT_TON


def fell_on_eleven_short(ledger: Ledger, eleven: set[str]) -> np.ndarray:
    """[N] short tons a month that hold the eleven by what was seen: between the most that did not and what sufficed."""
    too_few, sufficed = (month_on_short(ledger, eleven, m) for m in ("1944-11", SUFFICED))
    return ledger.between(BETWEEN_MONTHS, np.minimum(too_few, sufficed), np.maximum(too_few, sufficed))


def november(ledger: Ledger, eleven: set[str]) -> AnswerPart:
    """What fell on the eleven in November 1944, and what the plants' aviation gasoline did meanwhile."""
    row = "aviation_gasoline_synthetic_plants_only_davis1993"
    before, then = (ledger.read("output", f"1944-{m}_{row}") for m in (10, 11))
    return AnswerPart(
        "November 1944, as it was",
        f"{shown(month_on_short(ledger, eleven, '1944-11'))} short tons on the eleven, aviation gasoline of all synthetic plants "
        f"from {shown(before)} to {shown(then)} t",
    )


SUCCESS = 0.25
"""Output held under a quarter, as the rule of C20 asks."""
SUMMER, SUMMER_COUNTED = ("1944-05-01", "1944-09-08"), ("1944-06-11", "1944-09-08")
"""From before the first raids, of which some are dated in doubt by days."""
SUMMER_EFFORTS = (0.0, 0.02, 0.04, 0.07, 0.15, 0.4)
VISUAL = 0.7
"""Share aimed by eye: the Eighth's oil raids of June to August 1944 lie between 59 and 95 percent [record: sighting_monthly];
judgement."""
EARLY_YEAR = "1943"
SUMMER_MONTHS = ("1944-06", "1944-07", "1944-08")
BUTT_ROWS = (
    "1941-08_bomber_command_germany_butt_within_five_miles_davis1993",
    "1941-08_bomber_command_ruhr_butt_within_five_miles_ruhr_davis1993",
)
WITHIN_MILES, PLANT_MILES = 5.0, 0.5
"""Radius of the count of 1941, and of a plant's fence, miles: the large works covered about a square mile."""
NIGHT_HITS_ROW = "oil_hits_in_plant_raf_night_pathfinder_1944-1945"
AIM_OF_1943 = "how far Bomber Command's aim by night had come by 1943 from that of 1941 to that of 1944"


def summer_tons_short(ledger: Ledger) -> float:
    """American short tons on synthetic plants a month, mean of June to August 1944."""
    rows = ledger.find(
        "target_systems",
        "American tons on synthetic oil, June to August 1944",
        lambda r: r["period"] in SUMMER_MONTHS and quantity_of(r) == "us_tons_on_synthetic_oil",
    )
    return sum(r["value"] for r in rows) / len(rows)


def aim_of_1941(ledger: Ledger) -> np.ndarray:
    """[N] hits of 1941 over hits of 1944 inside a plant's fence, by night.

    One aircraft in five (in fourteen over the Ruhr) came within five miles; where bombs scatter evenly about an aiming
    point, ``1 - exp(-(r / R)**2)`` lie within r, and the fence is small against that.
    """
    near = ledger.either(
        "whether Germany or the Ruhr stands for the aim of 1941", [ledger.stated(row) / 100 for row in BUTT_ROWS]
    )
    scale = WITHIN_MILES**2 / -np.log(1 - np.minimum(near, 0.999))
    hits = 1 - np.exp(-(PLANT_MILES**2) / scale)
    return hits / (ledger.stated(NIGHT_HITS_ROW) / 100)


def held_by_tonnage(made: War) -> list[Tried]:
    """The Eighth on hydrogenation from May 1944, every plant's state known: what June to September still make, by each law of
    a raid's size."""
    plants = np.isin(made.system.plant_ids, list(makers_of_oil(made)))
    plans = [of_forces(("hydrogenation",), effort, "eighth_af") for effort in SUMMER_EFFORTS]
    return [
        tried(made, plans, SUMMER, lambda came: worked(made, came, plants, SUMMER_COUNTED), perfect=True, raid_size=law)
        for law in laws_of_size().values()
    ]


def american_hits_to_british(made: War) -> np.ndarray:
    """[D] what a ton of the Eighth's does in summer over what one of Bomber Command's does by night, both of 1944."""
    p = made.parameters
    return np.asarray(
        (VISUAL * p.hit_visual + (1 - VISUAL) * p.hit_instrument) / (p.hit_bomber_command * p.heavy_bombs)
    )


@decides("C19", needs=(*WAR_TABLES, "claims_evidence"), work=ORS_REPORTS)
def outpace_rebuilding(case: Case) -> Finding:
    """Whole plants under a campaign from May 1944, at the effective tonnage of 1940-43 and at that of summer 1944.

    All that Bomber Command dropped in a month of 1943 is taken to go to oil, at an aim between that of 1941 and of 1944. A draw
    follows one of the laws of a raid's size.
    """
    ledger = case.ledger
    lift = ledger.stated("bc_year_1943") / MONTHS_PER_YEAR * T_PER_LONG_TON / T_PER_SHORT_TON
    made = war(ledger)
    first_aim = aim_of_1941(ledger)
    aim = first_aim ** (1 - ledger.between(AIM_OF_1943, 0.0, 1.0)) / tiled(american_hits_to_british(made))
    early, summer = lift * aim, summer_tons_short(ledger)
    left = held_by_tonnage(made)
    need = ledger.either(WHICH_SIZE, [tiled(tons_to_reach(t, SUCCESS)) for t in left])
    holds = ledger.either(WHICH_SIZE, [tiled(reached(t, SUCCESS)) for t in left])
    fails, succeeds = (need > early) | ~holds, (need <= summer) & holds
    return Finding(
        f"to hold synthetic output under {100 * SUCCESS:.0f} percent takes {shown(need)} short tons of the Eighth's bombs a month; in "
        f"summer 1944 {summer:,.0f} fell, while all that Bomber Command dropped in a month of 1943 was worth {shown(early)} of them, at "
        "an aim between that of 1941 and that of 1944",
        "Bombs a month that hold synthetic output under a quarter",
        "short tons a month",
        "the state of every plant is taken as known; at the aim of 1941 a ton did "
        f"{shown(100 * first_aim, '{:.1f}')} percent of what it did in 1944, at which aim a month's bombs of 1943 would have counted as {shown(lift / tiled(american_hits_to_british(made)))} short tons",
        need,
        arms(fails & succeeds, ~(fails & succeeds)),
        readings=(ClaimReading("what fell on oil in 1943", f"{_on_oil_in_1943(ledger):,.0f} short tons a month"),),
        curve=tonnage_curve("Synthetic output, June-September 1944, from whole plants", left[0], "percent of capacity"),
        draws=made.draws,
        needs=(MissingFact("Bomber Command's accuracy by night against a works, 1940-43", ORS_REPORTS, AIM_OF_1943),),
        unknowns=unknowns_of(made),
    )


def _on_oil_in_1943(ledger: Ledger) -> float:
    rows = ledger.find(
        "effort_monthly",
        "tons on oil in 1943",
        lambda r: r["month"].startswith(EARLY_YEAR) and r["tons_short_cleaned"],
        target_category="oil",
    )
    return sum(r["tons_short_cleaned"] for r in rows) / MONTHS_PER_YEAR
