"""C25: the tonnage that keeps the eleven plants out of action, against what Bomber Command could lift in winter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from oilplan.argument.finding import UNDETERMINED, Finding, Part
from oilplan.argument.interval import Interval, judge, read, shown
from oilplan.argument.laboratory import MODEL_TABLES, Laboratory, band, laboratory
from oilplan.argument.ledger import Missing
from oilplan.argument.opportunity import attacks, plants_shown_open
from oilplan.argument.registry import Case, decides
from oilplan.argument.schedules import in_turn, steady_raids
from oilplan.argument.steady import EVERY_D, held_by, tonnage_curve, tons_text, tons_to_reach
from oilplan.argument.strongest import strongest
from oilplan.clock import day_of
from oilplan.units import short_from_t, t_from_long, t_from_short

if TYPE_CHECKING:
    import numpy as np

GOALS = (0.10, 0.15, 0.20)
"""The rule's 10 to 20 percent, and the middle."""
LIFT_MONTHS = ("1944-11", "1945-01", "1945-02")
CAMPAIGN = ("1945-01-01", "1945-03-31")
CAMPAIGN_MONTHS = 3
COUNTED = slice(day_of("1945-02-01"), day_of("1945-04-01"))
OIL_MONTHS = ("1945-01", "1945-02", "1945-03", "1945-04")
NIGHTS = "weather by night over the eleven plants, January-March 1945"


def bomber_command_lift_t(case: Case) -> Interval:
    """Bomber Command's bombs a month on all targets in winter, metric tons: least, mean and most of three months."""
    printed = [read(case.ledger, "claims_evidence", "1944-11_bomber_command_total_bomb_tonnage").value]
    printed += [read(case.ledger, "forces", f"{m}_bomber_command_total_tonnage").value for m in LIFT_MONTHS[1:]]
    return Interval(*(t_from_long(x) for x in (sum(printed) / len(printed), min(printed), max(printed))))


def nights_shown_open(case: Case, eleven: set[str]) -> dict[str, set[str]]:
    """The plants of the eleven by date: those in the regions that Bomber Command attacked in strength that night.

    Raises Missing where it reached none of them.
    """
    raids = [r for r in attacks(case.ledger, *CAMPAIGN, ("bomber_command",)) if r["night"]]
    nights = {day: seen & eleven for day, seen in plants_shown_open(case.ledger, raids).items()}
    if not any(nights.values()):
        raise Missing("raids", "a night of January-March 1945 on which Bomber Command reached the regions of the eleven")
    return {day: seen for day, seen in nights.items() if seen}


def lift_of_nights_t(case: Case, n_nights: int) -> float:
    """Metric tons a month that Bomber Command could lift on so many nights of the campaign."""
    daily = read(case.ledger, "forces", "1945-02_bomber_command_daily_average_bomb_lift").value
    return float(t_from_long(daily)) * n_nights / CAMPAIGN_MONTHS


def tons_per_sortie_t(case: Case) -> float:
    """Metric tons on oil per sortie despatched to it by Bomber Command, January to April 1945."""
    tons = [read(case.ledger, "forces", f"{m}_bomber_command_oil_tonnage").value for m in OIL_MONTHS]
    row = "1945-01..1945-04_bomber_command_oil_sorties_despatched"
    return float(t_from_long(sum(tons))) / read(case.ledger, "forces", row).value


@decides(
    "C25",
    needs=(*MODEL_TABLES, "claims_evidence", "forces", "output"),
    changed_by_row=False,
    half=50,
    all_of=100,
)
def eleven_by_bomber_command(case: Case) -> Finding:
    """Tons a month that hold the eleven under 10 to 20 percent, of Bomber Command's lift: in any weather, and only on
    the nights and in the regions that it attacked."""
    eleven = {r["plant_id"] for r in case.ledger.find("plants", "the eleven plants of set A", eleven_set_A=1)}
    nights = nights_shown_open(case, eleven)
    lift_t = {"any": bomber_command_lift_t(case).value, "shown": lift_of_nights_t(case, len(nights))}
    lab = laboratory(case.ledger)
    left = left_of_eleven(lab, eleven, nights)
    need = {name: [tons_to_reach(curve, goal) for goal in GOALS] for name, curve in left.items()}
    share = {name: of_lift(need[name], short_from_t(lift_t[name])) for name in need}
    outcomes = {
        name: judge(s, lambda x: x <= case.bounds["half"], lambda x: x > case.bounds["all_of"])
        for name, s in share.items()
    }
    agreed = len(set(outcomes.values())) == 1
    calm, shown_open = share["any"], share["shown"]
    return Finding(
        outcomes["any"] if agreed else UNDETERMINED,
        f"Weather apart, holding the eleven near 15 percent would have taken {calm.value:.0f} percent of what Bomber "
        f"Command dropped in a winter month ({shown(calm)}). On the {len(nights)} nights that show their regions open "
        f"it would have taken {shown_open.value:.0f} percent of those nights' lift ({shown(shown_open)}).",
        "Tons to hold the eleven under 10 to 20 percent, of Bomber Command's lift, on the nights shown open",
        "percent of lift",
        f"weather apart: {outcomes['any']}; only on nights and in regions that Bomber Command attacked, three plants a night at most: "
        f"{outcomes['shown']}; lift {short_from_t(lift_t['any']):,.0f} and {short_from_t(lift_t['shown']):,.0f} short "
        "tons a month" + ("" if agreed else "; the weather decides, which the rule leaves open"),
        shown_open.value,
        min(calm.low, shown_open.low),
        max(calm.high, shown_open.high),
        parts=(*_needs(need, tons_per_sortie_t(case)), november(case, eleven)),
        curve=tonnage_curve("Output of the eleven left, February-March 1945", left["any"], "percent of capacity"),
        draws=lab.draws,
        would_change=strongest(lab, need["shown"][1]) if agreed else "",
        needs=() if agreed else (NIGHTS,),
    )


def left_of_eleven(lab: Laboratory, eleven: set[str], nights: dict[str, set[str]]) -> dict[str, np.ndarray]:
    """[D, G] share of the eleven's output left, February-March 1945: ``any`` weather, each plant every `EVERY_D` days,
    and ``shown``, raids only on the nights and plants given."""
    import numpy as np

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


def of_lift(need: Sequence[np.ndarray], lift_short: float) -> Interval:
    """Percent of a lift, short tons: median for the middle goal, 5th percentile for the mildest and 95th for the
    sharpest."""
    sharp, middle, mild = (band(100 * n / lift_short) for n in need)
    return Interval(middle[0], mild[1], sharp[2])


def _needs(need: dict[str, list[np.ndarray]], per_sortie_t: float) -> tuple[Part, ...]:
    """Tons and sorties a month for each goal, in both readings of the weather."""
    names = {"any": "weather apart", "shown": "nights shown open"}
    return tuple(
        Part(
            f"under {goal:.0%}, {names[name]}",
            "{} short tons a month ({} to {})".format(*map(tons_text, band(tons))),
            f"about {t_from_short(band(tons)[0]) / per_sortie_t:,.0f} sorties",
        )
        for name, goals in need.items()
        for goal, tons in zip(GOALS, goals, strict=True)
    )


def november(case: Case, eleven: set[str]) -> Part:
    """What fell on the eleven in November 1944, and what their aviation gasoline did meanwhile."""
    raids = case.ledger.find(
        "raids",
        "raids on the eleven in November 1944",
        lambda r: (r["date"] or "").startswith("1944-11") and r["plant_id"] in eleven,
    )
    row = "aviation_gasoline_synthetic_plants_only_davis1993"
    made = [case.ledger.one("output", f"1944-{m}_{row}")["value"] for m in (10, 11)]
    tons = sum(r["total_tons_short"] for r in raids)
    ours = sum(r["total_tons_short"] for r in raids if r["force"] == "bomber_command")
    by_eye = read(case.ledger, "sighting_monthly", "1944-11_eighth_af_oil")
    return Part(
        "November 1944, as it was",
        f"{tons:,.0f} short tons on the eleven, aviation gasoline of all synthetic plants from {made[0]:,.0f} to "
        f"{made[1]:,.0f} t",
        f"{ours:,.0f} of them Bomber Command's; the Eighth aimed {by_eye.value:.0f} percent of its oil bombs by eye",
    )
