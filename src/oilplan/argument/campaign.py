"""Supposed campaigns on the model: tons that hold output down (C07, C25), the threshold (C19), concentration (C32)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from oilplan.argument.finding import AnswerPart, ClaimReading, Finding, MissingFact
from oilplan.argument.grade import Arms, arms, between_arms, grade_of, pooled, probability, shown
from oilplan.argument.laboratory import MODEL_TABLES, Laboratory, laboratory, run_draws, tiled, unknowns_of
from oilplan.argument.ledger import Ledger, Missing, quantity_of
from oilplan.argument.opportunity import NIGHT_REPORTS, attacks, plants_shown_open
from oilplan.argument.registry import Case, decides
from oilplan.argument.supposed import (
    EVERY_D,
    MONTH_D,
    SUMMER_VISUAL,
    TONS_SHORT,
    WINTER_VISUAL,
    added,
    at_floor,
    held_by,
    hydrogenation_plants,
    in_turn,
    joined,
    raid_size_t,
    steady_raids,
    tonnage_curve,
    tons_to_reach,
)
from oilplan.clock import day_of
from oilplan.units import T_PER_LONG_TON, T_PER_SHORT_TON, short_from_t, t_from_short

if TYPE_CHECKING:
    from oilplan.flight.schedule import Schedule

ORS_REPORTS = "reports of the Operational Research Section, Bomber Command, AIR 14, and R.E. 8, HO 196"


HELD = 0.10
MORE_THAN_NOVEMBER = "how much more than November's bombs would have held output down, up to twice as many"


def november_on_oil_short(ledger: Ledger) -> np.ndarray:
    """[D] short tons of all forces on oil in November 1944: by the footnote's cells, or by another history's total."""
    forces = ("bomber_command", "eighth_af", "fifteenth_af")
    cells = np.sum([ledger.read("claims_evidence", f"1944-11_{f}_oil_tonnage") for f in forces], axis=0)
    total = ledger.read("forces", "1944-11_all_forces_oil_tonnage")
    return ledger.either(
        "which history gives November's tons on oil rightly", [cells * T_PER_LONG_TON / T_PER_SHORT_TON, total]
    )


def of_april(ledger: Ledger, month: str) -> np.ndarray:
    """[D] aviation gasoline of the synthetic plants in a month of 1944, share of April's."""
    row = "aviation_gasoline_synthetic_plants_only"
    return ledger.read("output", f"{month}_{row}_davis1993") / ledger.read("output", f"1944-04_{row}")


@decides("C07", needs=(*MODEL_TABLES, "claims_evidence", "forces", "output"), work=ORS_REPORTS, much=15000, little=5000)
def enough_doing(case: Case) -> Finding:
    """Tons a month from all forces that hold the plants' aviation gasoline under a tenth: by the model, and by November.

    In November 1944 more than the model asks for fell on the plants and output doubled. Where it stayed above a tenth, no
    tonnage that fell then holds it: the model is asked for November's tons on the plants at the least, and the other reading
    for all of November's tons on oil and up to as many again.
    """
    ledger, bounds = case.ledger, case.bounds
    staff = ledger.read("claims_evidence", "1944-12-12_harris_tons_needed_to_complete_oil_plan")
    fell, share = november_on_oil_short(ledger), of_april(ledger, "1944-11")
    lab = laboratory(ledger)
    left = _left_by_both(lab)
    on_plants = month_on_short(ledger, {lab.plant_ids[k] for k in hydrogenation_plants(lab)}, "1944-11")
    by_model = np.maximum(tiled(tons_to_reach(left, HELD)), np.where(share > HELD, on_plants, 0.0))
    seen = np.where(share > HELD, fell * ledger.between(MORE_THAN_NOVEMBER, 1.0, 2.0), fell)
    needs = {
        "by the model, and no less than November's bombs on the plants": by_model,
        "by what November's bombs did": seen,
    }
    rules = {name: arms(n >= bounds["much"], n <= bounds["little"]) for name, n in needs.items()}
    return Finding(
        f"to hold aviation fuel under {100 * HELD:.0f} percent of capacity takes {shown(by_model)} short tons a month on the large plants, as the model and "
        f"November have it; {shown(fell)} fell on all oil in November 1944 and it stood at {shown(100 * share)} percent",
        "Bombs a month that hold the plants' aviation gasoline under 10 percent of capacity",
        "short tons a month",
        "the two readings at even odds: a steady campaign on the model, and the month in which most fell",
        np.concatenate(list(needs.values())),
        pooled(*rules.values()),
        readings=tuple(
            ClaimReading(name, f"{shown(needs[name])} short tons a month", grade_of(probability(r)), probability(r))
            for name, r in rules.items()
        ),
        parts=(AnswerPart("Harris's staff, for the whole plan", f"{shown(staff)} tons in all"),),
        curve=tonnage_curve("Aviation gasoline left, January-February 1945", left, "percent of plants' capacity"),
        draws=lab.draws,
        needs=(MissingFact("where the bombs of November 1944 fell, plant by plant", ORS_REPORTS, MORE_THAN_NOVEMBER),),
        unknowns=unknowns_of(lab),
    )


def _left_by_both(lab: Laboratory) -> np.ndarray:
    """[D, G] aviation gasoline left in January-February 1945 under a campaign of both forces from 1 December."""
    start, end, plants = day_of("1944-12-01"), day_of("1945-03-01"), hydrogenation_plants(lab)
    each = [steady_raids(lab, plants, start, end, EVERY_D, f, WINTER_VISUAL) for f in ("bomber_command", "eighth_af")]
    both = joined(*(r._replace(bombs_t=r.bombs_t / 2) for r in each))
    return held_by(lab, both, start, slice(day_of("1945-01-01"), end), lab.problem.system.output_t_per_day[:, 0], True)


GOAL = 0.15
"""The middle of the rule's 10 to 20 percent."""
CAMPAIGN = ("1945-01-01", "1945-03-31")
CAMPAIGN_MONTHS = 3
COUNTED = slice(day_of("1945-02-01"), day_of("1945-04-01"))
OTHER_MONTHS = ("1945-01", "1945-02")
SUFFICED = "1945-01"
"""The month after which the eleven made next to nothing: what fell on them in it sufficed."""


@decides("C25", needs=(*MODEL_TABLES, "claims_evidence", "forces", "output"), work=NIGHT_REPORTS, half=50, all_of=100)
def eleven_by_bomber_command(case: Case) -> Finding:
    """Tons a month that hold the eleven near 15 percent, of Bomber Command's lift: three readings at even odds.

    In any weather; only on the nights and in the regions that it attacked; and by what fell on the eleven, between November
    1944, when their output doubled, and January 1945, when it sufficed. November's tons are the least in each.
    """
    ledger, bounds = case.ledger, case.bounds
    eleven = {r["plant_id"] for r in ledger.find("plants", "the eleven plants of set A", eleven_set_A=1)}
    nights = nights_shown_open(ledger, eleven)
    month, open_lift = winter_lift_short(ledger), lift_of_nights_short(ledger, len(nights))
    lab = laboratory(ledger)
    left = left_of_eleven(lab, eleven, nights)
    too_few = month_on_short(ledger, eleven, "1944-11")
    need = {k: np.maximum(tiled(tons_to_reach(v, GOAL)), too_few) for k, v in left.items()}
    share = {
        "weather apart": 100 * need["any"] / month,
        f"on the {len(nights)} nights that show their regions open": 100 * need["shown"] / open_lift,
        "by what fell on them": 100 * fell_on_eleven_short(ledger, eleven) / month,
    }
    rules = {name: arms(s <= bounds["half"], s > bounds["all_of"]) for name, s in share.items()}
    calm, shown_open, fell = (shown(s) for s in share.values())
    return Finding(
        f"to hold the eleven near {100 * GOAL:.0f} percent of capacity takes {calm} percent of Bomber Command's winter lift in any weather, {shown_open} "
        f"percent of its lift on nights that show them open, and {fell} percent by what did and did not suffice",
        "Tons to hold the eleven near 15 percent, of Bomber Command's lift",
        "percent of lift",
        "three readings at even odds; what fell on the eleven in November 1944, when output doubled, is the least in each",
        np.concatenate(list(share.values())),
        pooled(*rules.values()),
        readings=tuple(
            ClaimReading(name, f"{shown(share[name])} percent", grade_of(probability(r)), probability(r))
            for name, r in rules.items()
        ),
        parts=(november(ledger, eleven),),
        curve=tonnage_curve("Output of the eleven left, February-March 1945", left["any"], "percent of capacity"),
        draws=lab.draws,
        needs=(MissingFact("weather by night over the eleven plants, January-March 1945", NIGHT_REPORTS),),
        unknowns=unknowns_of(lab),
    )


def winter_lift_short(ledger: Ledger) -> np.ndarray:
    """[D] Bomber Command's bombs a month on all targets in winter, short tons: one of three months a draw."""
    november_t = ledger.read("claims_evidence", "1944-11_bomber_command_total_bomb_tonnage")
    others = [ledger.read("forces", f"{m}_bomber_command_total_tonnage") for m in OTHER_MONTHS]
    long_tons = ledger.either("which winter month stands for Bomber Command's lift", [november_t, *others])
    return long_tons * T_PER_LONG_TON / T_PER_SHORT_TON


def lift_of_nights_short(ledger: Ledger, n_nights: int) -> np.ndarray:
    """[D] short tons a month that Bomber Command could lift on so many nights of the campaign."""
    daily = ledger.read("forces", "1945-02_bomber_command_daily_average_bomb_lift")
    return daily * T_PER_LONG_TON / T_PER_SHORT_TON * n_nights / CAMPAIGN_MONTHS


def nights_shown_open(ledger: Ledger, eleven: set[str]) -> dict[str, set[str]]:
    """The plants of the eleven by date: those in the regions that Bomber Command attacked in strength that night.

    Raises Missing where it reached none of them.
    """
    raids = [r for r in attacks(ledger, *CAMPAIGN, ("bomber_command",)) if r["night"]]
    nights = {day: seen & eleven for day, seen in plants_shown_open(ledger, raids).items()}
    if not any(nights.values()):
        raise Missing(
            "raids", "a night of January-March 1945 on which Bomber Command reached the regions of the eleven"
        )
    return {day: seen for day, seen in nights.items() if seen}


def left_of_eleven(lab: Laboratory, eleven: set[str], nights: dict[str, set[str]]) -> dict[str, np.ndarray]:
    """[D, G] share of the eleven's output left, February-March 1945: ``any`` weather, each plant every `EVERY_D` days,
    and ``shown``, raids only on the nights and plants given."""
    system = lab.problem.system
    plants = [k for k, name in enumerate(system.plant_ids) if name in eleven and system.capacity_t_per_year[k] > 0]
    start, end = day_of(CAMPAIGN[0]), day_of(CAMPAIGN[1]) + 1
    open_to = {day_of(d): [k for k in plants if system.plant_ids[k] in seen] for d, seen in nights.items()}
    turns = in_turn(lab, open_to, "bomber_command")
    raids = {
        "any": steady_raids(lab, plants, start, end, EVERY_D, "bomber_command", 0.0),
        "shown": turns._replace(bombs_t=CAMPAIGN_MONTHS * turns.bombs_t),
    }
    weight = np.where(np.isin(np.arange(system.n_plants), plants), system.all_products_t_per_day, 0.0)
    return {name: held_by(lab, r, start, COUNTED, weight, False) for name, r in raids.items()}


def month_on_short(ledger: Ledger, plants: set[str], month: str) -> np.ndarray:
    """[D] short tons of all forces on some plants in a month."""
    raids = [r for r in ledger.rows("raids") if (r["date"] or "").startswith(month) and r["plant_id"] in plants]
    if not raids:
        raise Missing("raids", f"raids on the plants asked for in {month}")
    return np.sum([ledger.figure("raids", r) for r in ledger.use("raids", raids)], axis=0)


BETWEEN_MONTHS = "the tons that hold the eleven, between November's, which did not, and January's, which did"


def fell_on_eleven_short(ledger: Ledger, eleven: set[str]) -> np.ndarray:
    """[D] short tons a month that hold the eleven by what was seen: between the most that did not and what sufficed."""
    too_few, sufficed = (month_on_short(ledger, eleven, m) for m in ("1944-11", SUFFICED))
    return ledger.between(BETWEEN_MONTHS, np.minimum(too_few, sufficed), np.maximum(too_few, sufficed))


def november(ledger: Ledger, eleven: set[str]) -> AnswerPart:
    """What fell on the eleven in November 1944, and what the plants' aviation gasoline did meanwhile."""
    tons = month_on_short(ledger, eleven, "1944-11")
    row = "aviation_gasoline_synthetic_plants_only_davis1993"
    made = [ledger.read("output", f"1944-{m}_{row}") for m in (10, 11)]
    return AnswerPart(
        "November 1944, as it was",
        f"{shown(tons)} short tons on the eleven, aviation gasoline of all synthetic plants from {shown(made[0])} to "
        f"{shown(made[1])} t",
    )


SUCCESS = 0.25
"""Output held under a quarter, as the rule of C20 asks."""
START_D, END_D = day_of("1944-05-12"), day_of("1944-09-09")
SUMMER_COUNTED = slice(day_of("1944-06-11"), END_D)
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


def summer_tons_t(ledger: Ledger) -> float:
    """American tons on synthetic plants a month, mean of June to August 1944, metric."""
    rows = ledger.find(
        "target_systems",
        "American tons on synthetic oil, June to August 1944",
        lambda r: r["period"] in SUMMER_MONTHS and quantity_of(r) == "us_tons_on_synthetic_oil",
    )
    return t_from_short(sum(r["value"] for r in rows) / len(rows))


def aim_of_1941(ledger: Ledger) -> np.ndarray:
    """[D] hits of 1941 over hits of 1944 inside a plant's fence, by night.

    One aircraft in five (in fourteen over the Ruhr) came within five miles; where bombs scatter evenly about an aiming
    point, ``1 - exp(-(r / R)**2)`` lie within r, and the fence is small against that.
    """
    near = ledger.either(
        "whether Germany or the Ruhr stands for the aim of 1941", [ledger.told(row) / 100 for row in BUTT_ROWS]
    )
    scale = WITHIN_MILES**2 / -np.log(1 - np.minimum(near, 0.999))
    hits = 1 - np.exp(-(PLANT_MILES**2) / scale)
    return hits / (ledger.told(NIGHT_HITS_ROW) / 100)


@decides("C19", needs=(*MODEL_TABLES, "effort_monthly", "forces", "claims_evidence"), work=ORS_REPORTS)
def outpace_rebuilding(case: Case) -> Finding:
    """Whole plants under a steady campaign from 12 May 1944, at the effective tonnage of 1940-43 and at that of summer 1944.

    All that Bomber Command dropped in a month of 1943 is taken to go to oil, at an aim between that of 1941 and of 1944.
    """
    ledger = case.ledger
    lift = ledger.told("bc_year_1943") / 12 * T_PER_LONG_TON / T_PER_SHORT_TON
    aim = aim_of_1941(ledger) ** (1 - ledger.between(AIM_OF_1943, 0.0, 1.0))
    early, summer = lift * aim, float(short_from_t(summer_tons_t(ledger)))
    lab = laboratory(ledger)
    modelled = left_by_tonnage(lab)
    need = tiled(tons_to_reach(modelled, SUCCESS))
    fails, succeeds = (need > early) & ~at_floor(need), need <= summer
    return Finding(
        f"synthetic output is held under {100 * SUCCESS:.0f} percent by {shown(need)} short tons a month or more; summer 1944 had {summer:,.0f}, "
        f"and all of Bomber Command's bombs of 1943 were worth {shown(early)} at the aim of their time",
        "Bombs a month that hold synthetic output under a quarter",
        "short tons a month",
        f"aimed as in 1944, the {shown(lift)} short tons a month of 1943 would have been enough; at the aim of 1941 one bomb "
        "in hundreds would have fallen inside a plant",
        need,
        arms(fails & succeeds, ~(fails & succeeds)),
        readings=(
            ClaimReading("what fell on oil in 1943", f"{_on_oil_in_1943(ledger):,.0f} short tons a month: far too few"),
            ClaimReading("all bombs of 1943 at the aim of 1944", f"{shown(lift)}: enough"),
        ),
        curve=tonnage_curve("Synthetic output under steady bombing, from whole", modelled, "percent of capacity"),
        draws=lab.draws,
        needs=(MissingFact("Bomber Command's accuracy by night against a works, 1940-43", ORS_REPORTS, AIM_OF_1943),),
        unknowns=unknowns_of(lab),
    )


def _on_oil_in_1943(ledger: Ledger) -> float:
    rows = ledger.find(
        "effort_monthly",
        "tons on oil in 1943",
        lambda r: r["month"].startswith(EARLY_YEAR) and r["tons_short_cleaned"],
        target_category="oil",
    )
    return sum(r["tons_short_cleaned"] for r in rows) / 12


def left_by_tonnage(lab: Laboratory, change: Callable = lambda p: p) -> np.ndarray:
    """[D, G] share of hydrogenation output left, June to early September 1944, by steady tonnage from whole plants."""
    import jax.numpy as jnp

    plants = hydrogenation_plants(lab)
    raids = steady_raids(lab, plants, START_D, END_D, EVERY_D, "eighth_af", SUMMER_VISUAL)
    full = jnp.asarray(lab.problem.system.all_products_t_per_day[plants])
    scales = t_from_short(np.array(TONS_SHORT, float))[:, None] * np.ones((1, raids.n_raids))

    def left(share, _):
        return jnp.mean(share[SUMMER_COUNTED][:, jnp.asarray(plants)] @ full) / jnp.sum(full)

    return run_draws(lab, raids, scales, left, change)


def without_repair(p: Any) -> Any:
    """Parameters with which nothing is repaired."""
    return p._replace(
        gang_backlog_per_d=0.0 * p.gang_backlog_per_d, repair_disruption_per_d=0.0 * p.repair_disruption_per_d
    )


CAMPAIGN_END_D, COUNTED_D = START_D + 150, START_D + 210
"""Raids from 12 May to 9 October 1944; fuel denied is counted to 8 December."""
BURST_D = 3
"""Days of each month in which a campaign of bursts flies all its raids; judgement."""
FEW = 5
MODELLED = "as modelled"


def even_sized(lab: Laboratory, aimed_at: Sequence[int], size_t: float, month_t: float, burst: bool) -> Schedule:
    """Raids of one size, as many a month as the tonnage gives: spread over the month, or all in its first days.

    aimed_at: plants, raided in turn; the same number of raids whatever the pattern
    """
    n = max(1, round(month_t / size_t))
    over = BURST_D if burst else MONTH_D
    rows = [
        (aimed_at[(k + n * m) % len(aimed_at)], START_D + m * MONTH_D + k * over // n)
        for m in range((CAMPAIGN_END_D - START_D) // MONTH_D)
        for k in range(n)
    ]
    return added(
        [p for p, _ in rows], [d for _, d in rows], [month_t / n] * len(rows), "eighth_af", SUMMER_VISUAL, month_t / n
    )


def gains(lab: Laboratory, size_t: float, month_t: float, change: Callable = lambda p: p) -> dict[str, np.ndarray]:
    """[D] fuel denied beyond the even campaign, percent, by kind of concentration; raids of one size in each."""
    import jax.numpy as jnp

    plants = hydrogenation_plants(lab)
    campaigns = [
        even_sized(lab, plants, size_t, month_t, False),
        even_sized(lab, plants, size_t, month_t, True),
        even_sized(lab, plants[:FEW], size_t, month_t, False),
    ]
    n, full = [c.n_raids for c in campaigns], jnp.asarray(lab.problem.system.all_products_t_per_day[plants])

    def lost(share, _):
        return jnp.sum((1.0 - share[:COUNTED_D, jnp.asarray(plants)]) @ full)

    scales = np.repeat(np.eye(3), n, axis=1)
    even, burst, few = np.moveaxis(run_draws(lab, joined(*campaigns), scales, lost, change), 1, 0)
    return {"in time": 100 * (burst / even - 1), "on few plants": 100 * (few / even - 1)}


def gains_by_law(lab: Laboratory, size_t: float, month_t: float) -> dict[str, dict[str, np.ndarray]]:
    """`gains` as modelled, under the rival laws of damage and repair, and without repair, by name.

    The rivals have the unknowns that were fitted under the default. The pooled law is left out: its plants are coupled.
    """
    from oilplan.model.law import DEFAULT_LAW, RIVAL_LAWS

    rivals = {n: law for n, law in RIVAL_LAWS.items() if law is not DEFAULT_LAW and not law.coupled}
    return {
        MODELLED: gains(lab, size_t, month_t),
        **{n: gains(lab._replace(problem=lab.problem._replace(law=x)), size_t, month_t) for n, x in rivals.items()},
        "without repair": gains(lab, size_t, month_t, without_repair),
    }


@decides("C32", needs=MODEL_TABLES, work=ORS_REPORTS, more=20, less=0)
def concentrated(case: Case) -> Finding:
    """Equal tonnage in raids of one size: spread over the month, in its first days, or on five plants; two parts.

    Each part is graded over the laws of damage and repair, at even odds. The letter asks for the first: as rapidly as
    possible, and as many plants as possible at the same time.
    """
    ledger, lab = case.ledger, laboratory(case.ledger)
    size_t, month_t = raid_size_t(lab), float(summer_tons_t(ledger))
    by_law = gains_by_law(lab, size_t, month_t)
    kinds = {kind: {law: g[kind] for law, g in by_law.items()} for kind in ("in time", "on few plants")}
    rules: dict[str, Arms] = {
        kind: pooled(*(arms(g >= case.bounds["more"], g <= case.bounds["less"]) for g in of.values()))
        for kind, of in kinds.items()
    }
    p = {kind: probability(rule, lab.draws.n) for kind, rule in rules.items()}
    gain = {kind: np.concatenate(list(of.values())) for kind, of in kinds.items()}
    time, few = (shown(g, "{:+.0f}") for g in gain.values())
    return Finding(
        f"bombs of summer 1944 dropped in the first {BURST_D} days of each month change the fuel denied by {time} percent "
        f"against the same raids spread over it, and on the {FEW} largest plants alone by {few} percent",
        "Fuel denied by raids in bursts beyond the same raids spread evenly",
        "percent",
        f"raids of {short_from_t(size_t):,.0f} short tons, {short_from_t(month_t):,.0f} a month, in every pattern; over "
        f"{len(by_law)} laws of damage and repair at even odds",
        gain["in time"],
        rules["in time"],
        grade=between_arms(map(grade_of, p.values())),
        parts=(
            *(
                AnswerPart(f"concentration {kind}", f"{shown(gain[kind], '{:+.0f}')} percent", grade=grade_of(x), p=x)
                for kind, x in p.items()
            ),
            *(
                AnswerPart(f"{kind}, {law}", f"{shown(g, '{:+.0f}')} percent")
                for kind, of in kinds.items()
                for law, g in of.items()
            ),
        ),
        draws=lab.draws,
        needs=(
            MissingFact(
                "output of a works day by day under repeated raids",
                "United States Strategic Bombing Survey, plant reports",
            ),
        ),
        unknowns=unknowns_of(lab),
    )
